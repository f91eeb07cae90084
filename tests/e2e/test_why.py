"""``/why`` on both platforms, in every case, through the real program."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.town import ANN, WAIT, Town
from tests.standins.feed_server import Item

GOOD, OTHER, BROKEN = "/good.xml", "/other.xml", "/broken.xml"
DIGEST = "Digest: 2 alerts"
TOLD = "Takaichi and Trump agree on spring visit to Washington"
SAME = "Takaichi, Trump agree to arrange visit to Washington in spring"
SUMMARY = (
    "Prime Minister Sanae Takaichi and President Donald Trump agreed by phone to coordinate dates for a visit by "
    "Takaichi to Washington in spring."
)


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(tmp_path, paths=(GOOD, OTHER)) as town:
        yield town


async def both(town: Town, link: object) -> tuple[str, str]:
    """Ask about a link on both platforms, and return the answers without their markup."""
    said = await town.discord.slash(town.mika, town.channel, "why", {"link": str(link)}, within=WAIT)
    return await town.say(f"/why {link}"), said.text.replace("\\", "").replace("**", "")


async def told(town: Town, link: object, *parts: str) -> None:
    for answer in await both(town, link):
        for part in parts:
            assert part in answer


async def test_a_link_is_explained_by_what_became_of_it(asked: Town) -> None:
    await asked.open()
    await asked.subscribe_both("Takaichi -Kyoto")
    asked.feeds.publish(GOOD, Item(TOLD, summary=SUMMARY))
    await asked.alerted(TOLD)
    await asked.recorded(2)
    await told(asked, asked.feeds.items(GOOD)[0].link, "“Takaichi” in the title", "Sent ")
    asked.feeds.publish(OTHER, Item(SAME, summary=SUMMARY))
    asked.feeds.publish(GOOD, Item("Takaichi visits Kyoto"), Item("Rice prices fall"))
    await asked.polled(2)
    await told(asked, asked.feeds.items(OTHER)[0].link, "told as part of the alert", TOLD)
    rice, kyoto = asked.feeds.items(GOOD)[:2]
    await told(asked, rice.link, "does not match: takaichi (not found)")
    await told(asked, kyoto.link, "does not match: ", "kyoto")
    await asked.say("/mute Gazette /good.xml 24h")
    await asked.discord.slash(asked.mika, asked.channel, "mute", {"source": "Gazette /good.xml"}, within=WAIT)
    asked.feeds.publish(GOOD, Item("Takaichi opens a shipyard"))
    await asked.polled(2)
    await told(asked, asked.feeds.items(GOOD)[0].link, "muted (the source was muted)")
    unseen = f"http://{asked.feeds.host}/never-listed"
    await told(asked, unseen, "No feed of this bot has shown that link", "comes from there")
    asked.feeds.respond(GOOD, status=500)
    await asked.polled(2)
    await told(asked, unseen, "No feed of this bot has shown that link", "is failing")
    await asked.newsbell.stop()


async def test_a_digest_is_explained_alert_by_alert(asked: Town) -> None:
    await asked.open()
    await asked.subscribe_both("Takaichi")
    await asked.say("/digest hourly")
    await asked.discord.slash(asked.mika, asked.channel, "digest", {"when": "hourly"}, within=WAIT)
    titles = ("Takaichi opens a shipyard", "Choir greets Takaichi")
    asked.feeds.publish(GOOD, *(Item(title) for title in titles))
    await asked.polled(2)
    await asked.say("/digest instant")
    await asked.discord.slash(asked.mika, asked.channel, "digest", {"when": "instant"}, within=WAIT)
    digest = await asked.until(
        lambda: [one for one in asked.telegram.sent(ANN) if one.text.startswith(DIGEST)], "the digest"
    )
    shown = await asked.until(
        lambda: [one for one in asked.discord.sent(asked.channel) if DIGEST in one.text], "the digest"
    )
    await asked.until(lambda: asked.newsbell.log.count('"delivery_sent"') > 1, "the record of both")
    before = len(asked.telegram.sent(ANN))
    asked.telegram.say(ANN, ANN, "/why", reply_to=digest[0].message_id)
    await asked.until(lambda: len(asked.telegram.sent(ANN)) > before, "an answer to the reply")
    link = f"https://discord.com/channels/{asked.guild.id}/{asked.channel.id}/{shown[0].id}"
    said = await asked.discord.slash(asked.mika, asked.channel, "why", {"link": link}, within=WAIT)
    for answer in (asked.telegram.sent(ANN)[-1].text, said.text.replace("**", "")):
        assert "tells of 2 alerts" in answer
        assert all(title in answer for title in titles)
    await asked.newsbell.stop()
