from dataclasses import replace
from datetime import timedelta

from bot.model.alert import Alert
from bot.model.message import Action
from bot.model.subscription import Subscription
from bot.pipeline.actions import AlertAction, under_alert
from tests.unit.chat.world import BOB, GROUP, NOW, PRIVATE, World, button, buttons, entry, nonce, said

URL = "https://nhk.example/feed"


async def alerted(world: World) -> tuple[Subscription, Alert]:
    subscription = await world.subscribed("Takaichi")
    await world.feed(URL, entry("Takaichi speaks"), title="NHK", alert_for=[subscription])
    [alert] = await world.store.alerts()
    return subscription, alert


def press(subscription: Subscription, verb: AlertAction) -> Action:
    actions = under_alert(PRIVATE, nonce(subscription), "https://news.example/1")
    [found] = [each for each in actions if (each.data or "").startswith(f"{verb}:")]
    return found


async def test_the_button_mutes_the_story_and_a_button_takes_it_back(world: World) -> None:
    subscription, alert = await alerted(world)
    answer = await world.press(press(subscription, AlertAction.MUTE))
    assert "nothing more of the story Takaichi speaks" in said(answer)
    [mute] = await world.store.muting(NOW, feed_id=0, story_id=alert.story_id)
    assert mute.destination_id == alert.destination_id
    assert "not muted any more" in said(await world.press(button(answer, "Undo")))
    assert await world.store.muting(NOW, feed_id=0, story_id=alert.story_id) == []


async def test_the_button_snoozes_the_source_for_24_hours(world: World) -> None:
    subscription, _ = await alerted(world)
    feed = await world.store.feed(URL)
    assert feed is not None
    answer = await world.press(press(subscription, AlertAction.SNOOZE))
    assert "nothing from NHK comes to this chat until 21 Nov 2026, 12:00 UTC" in said(answer)
    assert await world.store.muting(NOW + timedelta(hours=23), feed_id=feed.id)
    assert not await world.store.muting(NOW + timedelta(hours=24), feed_id=feed.id)


async def test_a_reply_with_mute_mutes_the_story(world: World) -> None:
    subscription, alert = await alerted(world)
    [delivery] = await world.store.claim_deliveries(
        NOW, platform=PRIVATE.platform, limit=1, lease=timedelta(minutes=1)
    )
    from_there = replace(world.request, about="77")
    assert "Nothing is muted" in said(await world.say("/mute", from_there))
    await world.sent(delivery, "77")
    assert "Muted" in said(await world.say("/mute", from_there))
    assert await world.store.muting(NOW, feed_id=0, story_id=alert.story_id)
    del subscription


async def test_a_source_is_muted_by_name_and_listed_with_its_end(world: World) -> None:
    await alerted(world)
    assert "until 23 Nov 2026, 12:00 UTC" in said(await world.say("/mute NHK 3d"))
    listed = await world.say("/mute")
    assert "NHK until 23 Nov 2026" in said(listed)
    await world.press(button(listed, "Unmute NHK"))
    assert "Nothing is muted" in said(await world.say("/mute"))


async def test_an_unknown_source_is_answered_with_those_called_alike(world: World) -> None:
    await alerted(world)
    assert "did you mean NHK" in said(await world.say("/mute NHKK"))


async def test_strangers_may_not_mute_in_a_group(world: World) -> None:
    await alerted(world)
    assert "Only those who manage this place" in said(await world.say("/mute NHK", world.as_(BOB, GROUP)))


async def test_a_button_of_another_chat_says_nothing_about_it(world: World) -> None:
    subscription, _ = await alerted(world)
    for verb in AlertAction:
        assert "not known any more" in said(await world.press(press(subscription, verb), world.as_(BOB)))


def test_channels_and_webhooks_get_no_buttons_that_thousands_could_press() -> None:
    assert under_alert(GROUP, "a" * 24, None) == ()
    assert [each.label for each in under_alert(PRIVATE, "a" * 24, "https://a.example/")] == [
        "Open", "Mute story", "Snooze source 24 h", "Why?",
    ]  # fmt: skip


async def test_old_alerts_are_answered_with_a_sentence(world: World) -> None:
    answer = await world.press(Action("Why?", data=f"why:{'z' * 24}"))
    assert "not known any more" in said(answer)
    assert buttons(answer) == []
