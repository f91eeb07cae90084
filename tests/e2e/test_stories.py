"""One event, one alert, on both platforms, through the real program."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.e2e.town import ANN, WAIT, Town
from tests.standins.discord.world import Message as DiscordMessage
from tests.standins.feed_server import Item
from tests.standins.telegram_world import SentMessage

PATHS = tuple(f"/{name}.xml" for name in ("ledger", "strait", "harbour", "world", "evening"))
FIRST = "Takaichi and Trump agree on spring visit to Washington"
SAME = (
    "Takaichi, Trump agree to arrange visit to Washington in spring",
    "Takaichi to visit Washington in spring, agrees with Trump by phone",
    "Takaichi and Trump agree on visit to Washington this spring",
    "Takaichi and Trump agree on spring visit to Washington by phone",
)
SUMMARY = (
    "Prime Minister Sanae Takaichi and President Donald Trump agreed by phone to coordinate dates for a visit by "
    "Takaichi to Washington in spring."
)
FACT = "Takaichi and Trump agree on spring visit to Washington with 120 executives"
# An edit may have to wait for a minute after the last.
EDITED = 60 + WAIT
OTHER = "Takaichi and Trump clash over tariffs on Japanese steel"
OTHER_SUMMARY = (
    "The two leaders traded accusations about duties of 25 percent on steel and cars, officials said."
)


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Town]:
    async with Town(tmp_path, paths=PATHS) as town:
        yield town


async def on_telegram(town: Town, text: str) -> SentMessage:
    found = await town.until(
        lambda: [one for one in town.telegram.sent(ANN) if text in one.text],
        f"'{text}' on Telegram",
        EDITED,
    )
    return found[0]


async def on_discord(town: Town, text: str) -> DiscordMessage:
    found = await town.until(
        lambda: [one for one in town.discord.sent(town.channel) if text in one.text.replace("**", "")],
        f"'{text}' on Discord",
        EDITED,
    )
    return found[0]


async def test_five_feeds_that_report_one_event_make_one_message_which_grows(press: Town) -> None:
    await press.open()
    await press.subscribe_both("Takaichi")
    press.feeds.publish(PATHS[0], Item(FIRST, summary=SUMMARY))
    await press.alerted(FIRST)
    press.feeds.publish(PATHS[1], Item(SAME[0], summary=SUMMARY))
    told = await on_telegram(press, "+1: Gazette")
    shown = await on_discord(press, "+1: ")
    link = press.feeds.items(PATHS[1])[0].link
    assert f"It was told as part of the alert {FIRST}." in await press.say(f"/why {link}")
    assert told.text.splitlines()[0] == FIRST
    before = (len(press.telegram.sent(ANN)), len(press.discord.sent(press.channel)))
    await press.newsbell.stop()
    await press.open()
    for path, title in zip(PATHS[2:], SAME[1:], strict=True):
        press.feeds.publish(path, Item(title, summary=SUMMARY))
        await press.polled()
    await on_telegram(press, "+4: Gazette")
    await on_discord(press, "+4: ")
    assert (len(press.telegram.sent(ANN)), len(press.discord.sent(press.channel))) == before
    assert press.count(FIRST) == (1, 1)
    assert 1 < len(told.versions) <= 4
    assert shown.revisions < 4
    edits = [call.at for call in press.telegram.called("editMessageText")]
    # The moments at which they are due are a minute apart; each may arrive a little later.
    assert all(later - earlier > 50 for earlier, later in pairwise(edits))
    await press.newsbell.stop()


async def test_two_events_with_the_same_names_are_two_alerts_of_which_the_later_names_the_earlier(
    press: Town,
) -> None:
    await press.open()
    await press.subscribe_both("Takaichi")
    press.feeds.publish(PATHS[0], Item(FIRST, link="https://gazette.example/visit", summary=SUMMARY))
    await press.alerted(FIRST)
    press.feeds.publish(PATHS[1], Item(OTHER, summary=OTHER_SUMMARY))
    await press.alerted(OTHER)
    await press.polled(2)
    assert (press.count(FIRST), press.count(OTHER)) == ((1, 1), (1, 1))
    [told] = press.telegram_alerts(OTHER)
    assert f"Related: {FIRST}" in told.text
    assert "https://gazette.example/visit" in [url for _, url in told.links()]
    [shown] = press.discord_alerts(OTHER)
    assert "Related: " in shown.embeds[0]["description"]
    assert "https://gazette.example/visit" in shown.embeds[0]["description"]
    await press.newsbell.stop()


async def test_a_new_fact_is_told_as_one_reply(press: Town) -> None:
    await press.open()
    await press.subscribe_both("Takaichi")
    press.feeds.publish(PATHS[0], Item(FIRST, summary=SUMMARY))
    await press.alerted(FIRST)
    first = press.telegram_alerts(FIRST)[0]
    press.feeds.publish(PATHS[1], Item(FACT, summary=SUMMARY))
    reply = await on_telegram(press, FACT)
    assert reply.params["reply_parameters"]["message_id"] == first.message_id
    await on_discord(press, "120 executives")
    [answer] = press.discord_alerts(FACT)
    assert answer.payload["message_reference"]["message_id"] == press.discord_alerts(FIRST)[0].id
    assert press.count(FACT) == (1, 1)
    await press.newsbell.stop()
