from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.address import Address, Platform
from bot.model.burst import Burst
from bot.model.decision import NewDecision, Verdict
from bot.model.message import Action
from bot.model.person import Person
from bot.pipeline.digest import Digester
from tests.unit.chat.world import ANN, GROUP, NOW, PRIVATE, World, entry, nonce, said

URL = "https://nhk.example/feed"
SPEECH = entry("Takaichi speaks", summary="The prime minister met the press.")


async def test_an_alert_is_explained_by_words_feed_times_and_attempts(world: World) -> None:
    subscription = await world.subscribed("Takaichi press")
    await world.feed(URL, SPEECH, title="NHK", alert_for=[subscription])
    lease = timedelta(minutes=1)
    [delivery] = await world.store.claim_deliveries(NOW, platform=PRIVATE.platform, limit=1, lease=lease)
    await world.sent(delivery, "77")
    told = said(await world.say("/why", replace(world.request, about="77")))
    assert "Takaichi speaks (NHK)" in told
    assert "It matches Takaichi press: “Takaichi” in the title, “press” in the text." in told
    assert "Published 20 Nov 2026, 11:00 UTC; seen in NHK 20 Nov 2026, 12:00 UTC." in told
    assert "Sent 20 Nov 2026, 12:00 UTC." in told
    assert told == said(await world.press(Action("Why?", data=f"why:{nonce(subscription)}")))
    assert told == said(await world.say(f"/why {SPEECH.link}"))


async def digest(world: World, message_id: str) -> None:
    """Make the digest of what is held, and send it."""
    await Digester(world.store, world.clock, Burst(0, timedelta(minutes=10)), wake=lambda: None).tick()
    [delivery] = await world.store.claim_deliveries(
        NOW, platform=PRIVATE.platform, limit=1, lease=timedelta(minutes=1)
    )
    await world.sent(delivery, message_id)


async def test_a_digest_is_explained_alert_by_alert(world: World) -> None:
    subscription = await world.subscribed("Takaichi")
    others = [entry(f"Takaichi on day {number}") for number in range(2)]
    await world.feed(URL, SPEECH, *others, title="NHK", held_for=[subscription])
    await digest(world, "88")
    told = said(await world.say("/why", replace(world.request, about="88")))
    assert told.startswith("That digest tells of 3 alerts")
    for title in ("Takaichi speaks", "Takaichi on day 0", "Takaichi on day 1"):
        assert f"{title} (NHK)\nIt matched Takaichi by “Takaichi”." in told
    about_one = said(await world.say(f"/why {SPEECH.link}"))
    assert "for a digest" in about_one
    assert "Sent " in about_one


async def test_on_discord_the_link_of_a_message_stands_for_a_reply_to_it(world: World) -> None:
    channel = Address(Platform.DISCORD, "555")
    subscription = await world.subscribed("Takaichi", where=channel)
    await world.feed(URL, SPEECH, title="NHK", alert_for=[subscription])
    lease = timedelta(minutes=1)
    [delivery] = await world.store.claim_deliveries(NOW, platform=channel.platform, limit=1, lease=lease)
    await world.sent(delivery, "77")
    asked = world.as_(Person(Platform.DISCORD, "9", "Mika"), channel)
    assert "It matches Takaichi" in said(await world.say("/why https://discord.com/channels/1/555/77", asked))
    assert "another channel" in said(await world.say("/why https://discord.com/channels/1/556/77", asked))
    assert "no alert" in said(await world.say("/why https://ptb.discord.com/channels/@me/555/78", asked))


async def test_what_waits_is_told_with_its_attempts(world: World) -> None:
    subscription = await world.subscribed("Takaichi")
    await world.feed(URL, SPEECH, title="NHK", alert_for=[subscription])
    lease = timedelta(minutes=1)
    [delivery] = await world.store.claim_deliveries(NOW, platform=PRIVATE.platform, limit=1, lease=lease)
    await world.retried(delivery, "Telegram does not answer", NOW + timedelta(minutes=5))
    told = said(await world.say(f"/why {SPEECH.link}"))
    assert "It waits to be sent: due 20 Nov 2026, 12:05 UTC." in told
    assert "Attempt 1, 20 Nov 2026, 12:00 UTC: not accepted (Telegram does not answer)." in told


async def test_a_link_that_did_not_match_is_told_by_the_part_that_failed(world: World) -> None:
    await world.subscribed("Takaichi Trump")
    await world.feed(URL, SPEECH, title="NHK")
    told = said(await world.say(f"/why {SPEECH.link}?utm_source=x"))
    assert "Takaichi Trump does not match: trump (not found)." in told


@pytest.mark.parametrize(
    ("verdict", "detail", "words"),
    [
        (Verdict.MUTED, "the source was muted", "Takaichi: muted (the source was muted)."),
        (Verdict.FILTERED, "alerts were paused", "Takaichi: left out (alerts were paused)."),
        (Verdict.MERGED, "", "Takaichi: told with another article of the story."),
    ],
)
async def test_a_decision_is_told(world: World, verdict: Verdict, detail: str, words: str) -> None:
    subscription = await world.subscribed("Takaichi")
    await world.feed(URL, SPEECH, decisions=[NewDecision(0, subscription.id, verdict, detail)])
    assert words in said(await world.say(f"/why {SPEECH.link}"))


async def test_what_was_subscribed_later_or_seen_silently_is_told_so(world: World) -> None:
    await world.subscribed("press")
    await world.feed(URL, SPEECH)
    world.clock.moment += timedelta(minutes=1)
    await world.subscribed("Takaichi")
    told = said(await world.say(f"/why {SPEECH.link}"))
    assert "Takaichi matches, but was subscribed only after the article had been seen." in told
    assert "press matches, but the article was not news then" in told


async def test_a_link_that_was_never_seen_is_told_with_the_state_of_its_site(world: World) -> None:
    await world.subscribed("Takaichi")
    await world.feed(URL, SPEECH, title="NHK", failure="The server answers 503.")
    await world.feed("https://bbc.example/feed", SPEECH, title="BBC")
    lost = said(await world.say("/why https://www.nhk.example/other"))
    assert "No feed of this bot has shown that link" in lost
    assert "NHK comes from there, and is failing: " in lost
    assert "503" in lost
    assert "BBC comes from there: " in said(await world.say("/why https://bbc.example/other"))
    assert "No feed here comes from cnn.example; /addfeed cnn.example" in said(
        await world.say("/why https://cnn.example/1")
    )


@pytest.mark.parametrize(
    ("line", "about", "words"),
    [
        ("/why", None, "Reply to an alert with /why"),
        ("/why", "4711", "That message is no alert"),
        ("/why yesterday", None, "'yesterday' is no link"),
    ],
)
async def test_what_cannot_be_explained_says_what_to_write(
    world: World, line: str, about: str | None, words: str
) -> None:
    assert words in said(await world.say(line, replace(world.request, about=about)))


async def test_other_places_do_not_learn_what_this_one_is_told(world: World) -> None:
    subscription = await world.subscribed("Takaichi")
    await world.feed(URL, SPEECH, title="NHK", alert_for=[subscription])
    told = said(await world.say(f"/why {SPEECH.link}", world.as_(ANN, GROUP)))
    assert "There are no subscriptions for this chat." in told
    assert "waits" not in told
