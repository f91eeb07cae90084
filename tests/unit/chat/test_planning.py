"""/digest, /quiet, /settings, /language, and the options of /subscribe: when alerts come, and in which words."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.chat.flags import split, written
from bot.chat.presets import LANGUAGES, Preset
from bot.chat.saved import options_from_plain, options_to_plain, settings_from_plain, settings_to_plain
from bot.errors import UserError
from bot.model.address import Address, Platform
from bot.model.alert import MatchedSubscription, NewAlert
from bot.model.cadence import Cadence
from bot.model.entry import FreshEntry, ParsedEntry
from bot.model.feed import FeedOrigin, FeedSpec, PollState
from bot.model.hold import Held, HoldReason
from bot.model.message import Message, Run
from bot.model.poll import PollOutcome, PollRecord
from bot.model.quiet import QuietHours
from bot.model.request import Suggestion
from bot.model.subscription import Priority, Subscription, SubscriptionOptions, SubscriptionOrigin
from tests.unit.chat.world import BOB, CHANNEL, GROUP, NOW, PRIVATE, World, button, buttons, said

DAILY = Cadence.parse("daily@08:00")


async def options(world: World, where: Address = PRIVATE) -> list[SubscriptionOptions]:
    place = await world.store.destination(where)
    assert place is not None
    return [each.subscription.options for each in await world.store.subscriptions(place.id)]


async def held(world: World, subscription: Subscription, due_at: datetime) -> None:
    """Hold an alert for a subscription until then."""
    feed, _ = await world.store.add_feed(
        FeedSpec("https://held.example/"), origin=FeedOrigin.CLI, now=world.clock.now()
    )
    claimed = await world.store.claim_feed(
        feed.id, world.clock.now(), lease=timedelta(minutes=1), floor=timedelta(0)
    )
    assert claimed is not None
    match = MatchedSubscription(subscription.id, subscription.query, ("Takaichi",))
    alert = NewAlert(
        0,
        subscription.destination_id,
        (match,),
        Message(title=(Run("Takaichi speaks"),)),
        "nonce",
        NOW,
        Held(due_at, HoldReason.CADENCE),
    )
    entry = FreshEntry(ParsedEntry(guid="1", title="Takaichi speaks", link="https://held.example/1"), ("1",))
    state = PollState(next_poll_at=NOW)
    await world.store.record_poll(
        PollRecord(feed.id, claimed.lease, NOW, PollOutcome.NEW, state, fresh=(entry,), alerts=(alert,))
    )


async def due(world: World) -> datetime:
    place = await world.place()
    [hold] = await world.store.holds(place.id)
    return hold.held.due_at


@pytest.mark.parametrize(
    ("typed", "keywords", "cadence", "priority"),
    [
        ("Takaichi --daily@08:00", "Takaichi", "daily@08:00", None),
        ("Takaichi —daily@8:00 TSMC", "Takaichi  TSMC", "daily@08:00", None),
        ("--hourly Takaichi --priority", "Takaichi", "hourly", Priority.PRIORITY),
        ("Takaichi cadence:daily@08:00", "Takaichi", "daily@08:00", None),
        ("Takaichi --cadence weekly@mon 08:00 --priority yes", "Takaichi", "weekly@mon 08:00", Priority.PRIORITY),
        ("Takaichi --weekly mon 08:00", "Takaichi", "weekly@mon 08:00", None),
        ("Takaichi --urgent", "Takaichi", None, Priority.URGENT),
        ("Takaichi --priority urgent", "Takaichi", None, Priority.URGENT),
        ("Takaichi urgent", "Takaichi urgent", None, None),
        ("Takaichi --cadence=instant --priority no", "Takaichi", "instant", Priority.NORMAL),
        ("Takaichi -TSMC priority daily", "Takaichi -TSMC priority daily", None, None),
    ],
)  # fmt: skip
def test_options_are_read_from_among_the_keywords(
    typed: str, keywords: str, cadence: str | None, priority: Priority | None
) -> None:
    found, flags = split(typed)
    assert found.split() == keywords.split()
    assert (str(flags.cadence) if flags.cadence else None, flags.priority) == (cadence, priority)


@pytest.mark.parametrize("typed", ["x --cadence monthly", "x --daily", "x --weekly@08:00", "x cadence:often"])
def test_an_option_that_is_no_cadence_is_told_how_to_write_one(typed: str) -> None:
    with pytest.raises(UserError, match="write instant, hourly, daily@08:00"):
        split(typed)


async def test_subscribe_takes_urgent_stories_only_and_the_export_keeps_it(world: World) -> None:
    answer = await world.say("/subscribe Takaichi --urgent")
    assert "Only urgent stories come" in said(answer)
    [chosen] = await options(world)
    assert chosen.priority is Priority.URGENT
    assert options_from_plain(options_to_plain(chosen)) == chosen
    assert written(chosen) == "--instant --urgent"
    await world.say("/subscribe Takaichi --priority no")
    assert [each.priority for each in await options(world)] == [Priority.NORMAL]


async def test_subscribe_takes_a_cadence_and_priority(world: World) -> None:
    answer = await world.say("/subscribe Takaichi --daily@08:00 --priority")
    assert "They come every day at 08:00. They break through quiet hours." in said(answer)
    assert await options(world) == [SubscriptionOptions(DAILY, priority=Priority.PRIORITY)]
    assert "1. Takaichi (cadence daily@08:00; priority)" in said(await world.say("/subscriptions"))


async def test_subscribe_changes_the_options_of_what_is_subscribed(world: World) -> None:
    await world.say("/subscribe Takaichi")
    answer = await world.say("/subscribe takaichi --hourly")
    assert "Alerts for Takaichi come to this chat every hour now." in said(answer)
    assert await options(world) == [SubscriptionOptions(Cadence.parse("hourly"))]


async def test_an_ended_subscription_comes_back_with_its_options(world: World) -> None:
    await world.say("/subscribe Takaichi --daily@08:00 --priority")
    answer = await world.say("/unsubscribe Takaichi")
    await world.press(button(answer, "Undo"))
    assert await options(world) == [SubscriptionOptions(DAILY, priority=Priority.PRIORITY)]


async def test_digest_sets_all_subscriptions_and_those_to_come(world: World) -> None:
    await world.say("/subscribe Takaichi")
    await world.subscribed("TSMC", origin=SubscriptionOrigin.CONFIG)
    answer = said(await world.say("/digest daily 08:00"))
    assert "Alerts come to this chat every day at 08:00 now" in answer
    assert "1 subscription stands in the configuration file" in answer
    await world.say("/subscribe Nvidia")
    assert [str(each.cadence) for each in await options(world)] == ["daily@08:00", "instant", "daily@08:00"]


@pytest.mark.parametrize("named", ["Takaichi", "2"])
async def test_digest_sets_one_subscription_by_its_keywords_or_number(world: World, named: str) -> None:
    await world.say("/subscribe TSMC")
    await world.say("/subscribe Takaichi")
    answer = said(await world.say(f"/digest weekly mon 8:00 {named}"))
    assert "Alerts for Takaichi come to this chat every Monday at 08:00 now." in answer
    assert [str(each.cadence) for each in await options(world)] == ["instant", "weekly@mon 08:00"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/digest often", "'often' is no cadence; write instant, hourly"),
        ("/digest daily", "'daily' is no cadence"),
        ("/digest daily 08:00 Nobody", "no such subscription"),
        ("/quiet at night", "'at night' are no quiet hours; write 22:00-07:00"),
        ("/language Klingonish", "I know no language 'Klingonish'"),
        ("/language Japanesse", "did you mean Japanese?"),
    ],
)
async def test_what_cannot_be_read_is_answered_with_what_to_write(world: World, line: str, told: str) -> None:
    await world.say("/subscribe Takaichi")
    assert told in said(await world.say(line))


async def test_digest_alone_shows_when_alerts_come_with_buttons(world: World) -> None:
    await world.say("/subscribe Takaichi --hourly")
    answer = await world.say("/digest")
    assert "1. Takaichi: every hour" in said(answer)
    assert "New subscriptions: at once." in said(answer)
    pressed = await world.press(button(answer, "Daily 08:00"))
    assert pressed.replaces
    assert [str(each.cadence) for each in await options(world)] == ["daily@08:00"]


async def test_digests_can_come_without_a_sound(world: World) -> None:
    assert "without a sound" in said(await world.say("/digest silent on"))
    assert (await world.place()).settings.silent_digests
    await world.press(button(await world.say("/digest"), "with a sound"))
    assert not (await world.place()).settings.silent_digests


async def test_quiet_hours_are_set_shown_and_switched_off(world: World) -> None:
    assert "There are no quiet hours for this chat." in said(await world.say("/quiet"))
    answer = said(await world.say("/quiet 22:00-7:00 mon-fri"))
    assert "held from 22:00 to 07:00 on Mon, Tue, Wed, Thu, Fri, by the clock of UTC" in answer
    assert (await world.place()).settings.quiet == QuietHours(time(22), time(7), (0, 1, 2, 3, 4))
    assert "Quiet hours for this chat: from 22:00 to 07:00" in said(await world.say("/quiet"))
    assert "Quiet hours are from 22:00 to 07:00" in said(await world.say("/subscriptions"))
    assert "are off" in said(await world.say("/quiet off"))
    assert (await world.place()).settings.quiet is None


async def test_changes_move_what_is_held_already(world: World) -> None:
    await world.say("/subscribe Takaichi --daily@08:00")
    place = await world.place()
    [subscriber] = await world.store.subscriptions(place.id)
    await held(world, subscriber.subscription, NOW + timedelta(hours=20))
    answer = said(await world.say("/timezone Asia/Tokyo"))
    assert "Asia/Tokyo" in answer
    assert await due(world) == NOW.replace(hour=23)
    answer = said(await world.say("/digest daily@09:00"))
    assert "1 alert waits for its digest, due 21 Nov 2026, 09:00 JST." in answer
    assert "1 alert waits for its digest" in said(await world.say("/status"))
    await world.say("/subscribe Takaichi --instant")
    assert await due(world) == NOW
    await world.say("/quiet 20:00-23:00")
    assert await due(world) == NOW.replace(hour=14)
    await world.say("/quiet off")
    assert await due(world) == NOW


async def test_why_tells_until_when_an_alert_is_held(world: World) -> None:
    await world.say("/subscribe Takaichi --daily@08:00")
    [subscriber] = await world.store.subscriptions((await world.place()).id)
    await held(world, subscriber.subscription, NOW + timedelta(hours=20))
    answer = said(await world.say("/why https://held.example/1"))
    assert "Held until 21 Nov 2026, 08:00 UTC for a digest: the subscription is not instant." in answer


async def test_settings_show_everything_with_buttons_that_change_it(world: World) -> None:
    answer = await world.say("/settings")
    assert "Time zone: UTC (/timezone)" in said(answer)
    assert "Language: English (/language)" in said(answer)
    assert "Quiet hours: none (/quiet)" in said(answer)
    assert "Alerts: on (/pause)" in said(answer)
    await world.press(button(answer, "Quiet 22:00"))
    await world.press(button(answer, "without a sound"))
    assert "New facts of a story that was told: as a reply" in said(answer)
    await world.press(button(answer, "No replies"))
    assert not (await world.place()).settings.follow_ups
    languages = await world.press(button(answer, "Language"))
    assert languages.replaces
    await world.press(button(languages, "日本語"))
    shown = said(await world.press(button(answer, "When alerts come")))
    assert "When alerts come to this chat" in shown
    place = await world.place()
    assert (place.language, str(place.settings.quiet), place.settings.silent_digests) == (
        "ja",
        "22:00-07:00",
        True,
    )


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("ja", "ja"),
        ("German", "de"),
        ("deutsch", "de"),
        ("zh-Hant", "zh_Hant"),
        ("EN", "en"),
        ("日本語", "ja"),
    ],
)
async def test_a_language_is_set_by_its_name_or_code(world: World, typed: str, tag: str) -> None:
    await world.say(f"/language {typed}")
    assert (await world.place()).language == tag


@pytest.mark.parametrize(
    "line", ["/quiet 22:00-07:00", "/digest hourly", "/language ja", "/digest silent on"]
)
async def test_only_managers_change_the_settings_of_a_group(world: World, line: str) -> None:
    assert "Only those who manage" in said(await world.say(line, world.as_(BOB, GROUP)))


@pytest.mark.parametrize("line", ["/quiet", "/digest", "/language", "/settings"])
async def test_everybody_sees_the_settings_of_a_group_but_no_buttons(world: World, line: str) -> None:
    answer = await world.say(line, world.as_(BOB, GROUP))
    assert "Only those who manage" not in said(answer)
    assert buttons(answer) == []
    assert await world.store.destination(GROUP) is None


async def test_a_button_of_a_setting_asks_for_the_rights_again(world: World) -> None:
    action = button(await world.say("/digest"), "Hourly")
    assert "Only those who manage" in said(await world.press(action, world.as_(BOB, GROUP)))


async def test_a_channel_is_set_from_a_private_chat(world: World) -> None:
    answer = await world.say("/quiet @newsroom 22:00-07:00")
    place = await world.store.destination(CHANNEL)
    assert place is not None
    assert str(place.settings.quiet) == "22:00-07:00"
    await world.press(button(answer, "off"))
    again = await world.store.destination(CHANNEL)
    assert again is not None
    assert again.settings.quiet is None


async def test_threads_under_alerts_are_a_setting_of_discord_alone(world: World) -> None:
    there = replace(world.request, where=Address(Platform.DISCORD, "900"))
    shown = await world.say("/settings", there)
    assert "Discussion: no threads" in said(shown)
    changed = await world.press(button(shown, "Threads under alerts"), there)
    assert "A thread is opened under each alert" in said(changed)
    place = await world.store.destination(there.where)
    assert place is not None
    assert place.settings.discuss
    assert settings_from_plain(settings_to_plain(place.settings)) == place.settings
    assert "Discussion: a thread under each alert" in said(await world.say("/settings", there))
    await world.press(button(changed, "No threads"), there)
    again = await world.store.destination(there.where)
    assert again is not None
    assert not again.settings.discuss


async def test_a_telegram_channel_is_told_of_its_discussion_group_and_a_person_of_nothing(
    world: World,
) -> None:
    channel = await world.say("/settings @newsroom")
    assert "Telegram puts each alert there by itself" in said(channel)
    own = await world.say("/settings")
    assert "Discussion" not in said(own)
    assert not any("hreads" in each.label for each in (*buttons(channel), *buttons(own)))


async def test_buttons_keep_their_numbers_for_ever() -> None:
    assert [preset.value for preset in Preset] == [0, 1, 2, 10, 11, 20, 21, 22, 23, 24, 25, 30, 31, 32, 33]
    assert LANGUAGES[:8] == ("en", "ja", "zh_Hans", "zh_Hant", "ko", "de", "fr", "es")


async def test_options_are_completed(world: World) -> None:
    chat, request = world.chat(), replace(world.request, where=Address(Platform.DISCORD, "900"))
    assert Suggestion("daily@08:00", "daily@08:00") in await chat.suggest(
        "subscribe", "cadence", "da", request
    )
    assert Suggestion("silent on", "silent on") in await chat.suggest("digest", "when", "si", request)
    assert Suggestion("off", "off") in await chat.suggest("quiet", "hours", "", request)
    assert Suggestion("日本語 (Japanese)", "ja") in await chat.suggest("language", "language", "jap", request)
