from dataclasses import replace
from datetime import timedelta

from bot.chat.access import Access
from bot.chat.replay import MOST_ENTRIES
from bot.model.address import Address, Platform
from bot.model.destination import DestinationState
from bot.model.subscription import SubscriptionOrigin
from tests.unit.chat.world import (
    ADMIN,
    ANN,
    BOB,
    CHANNEL,
    GROUP,
    PRIVATE,
    World,
    button,
    buttons,
    entry,
    runs,
    said,
)

FEED = "https://nhk.example/feed"


async def test_subscribing_is_done_at_once(world: World) -> None:
    answer = await world.say("/subscribe Takaichi")
    assert await world.queries() == ["Takaichi"]
    assert "Subscribed: alerts for Takaichi come to this chat." in said(answer)


async def test_the_answer_counts_the_last_seven_days_and_shows_the_newest_three(world: World) -> None:
    ages = [1, 2, 3, 4, 200]
    await world.feed(
        FEED, *(entry(f"Takaichi {age}", age=timedelta(hours=age)) for age in ages), entry("Other")
    )
    answer = await world.say("/subscribe Takaichi")
    assert "In the last 7 days Takaichi would have sent 4 alerts. The newest:" in said(answer)
    assert said(answer).count("• ") == 3
    assert "Takaichi 200" not in said(answer)


async def test_one_alert_is_counted_in_the_singular(world: World) -> None:
    await world.feed(FEED, entry("Takaichi speaks"))
    assert "would have sent 1 alert:" in said(await world.say("/subscribe Takaichi"))


async def test_no_alert_is_said_in_words(world: World) -> None:
    await world.feed(FEED, entry("Something else"))
    assert "In the last 7 days Takaichi would have sent nothing." in said(
        await world.say("/subscribe Takaichi")
    )


async def test_without_any_feed_the_answer_says_how_to_add_one(world: World) -> None:
    assert "There are no feeds yet; /addfeed adds one." in said(await world.say("/subscribe Takaichi"))


async def test_matched_words_are_bold_and_linked_to_the_entry(world: World) -> None:
    found = entry("Prime Minister Takaichi speaks")
    await world.feed(FEED, found)
    [hit] = [
        run for run in runs(await world.say("/subscribe takaichi")) if run.bold and run.text == "Takaichi"
    ]
    assert hit.url == found.link


async def test_source_and_time_stand_behind_an_entry_in_the_zone_of_the_place(world: World) -> None:
    await world.say("/timezone Asia/Tokyo")
    await world.feed(FEED, entry("Takaichi speaks"), title="NHK")
    assert "(NHK, 20 Nov 2026, 20:00 JST)" in said(await world.say("/subscribe Takaichi"))


async def test_the_undo_button_unsubscribes(world: World) -> None:
    answer = await world.say("/subscribe Takaichi")
    undone = await world.press(button(answer, "Undo"))
    assert await world.queries() == []
    assert undone.replaces


async def test_a_second_subscription_that_means_the_same_is_told_apart_from_a_new_one(world: World) -> None:
    await world.say("/subscribe Takaichi")
    assert "Alerts for Takaichi come to this chat already." in said(await world.say("/subscribe TAKAICHI"))
    assert await world.queries() == ["Takaichi"]


async def test_without_keywords_the_answer_shows_how_to(world: World) -> None:
    answer = said(await world.say("/subscribe"))
    assert "/subscribe QUERY" in answer
    assert "/subscribe Takaichi" in answer


async def test_a_wrong_query_is_shown_with_a_caret_below_its_fault(world: World) -> None:
    answer = await world.say("/subscribe Taiwan AND (Strait")
    [shown] = [run.text for run in runs(answer) if run.code]
    line, mark = shown.split("\n")
    assert line == "Taiwan\u00a0AND\u00a0(Strait"
    assert mark.index("^") == 18
    assert "position 19" in said(answer)
    assert await world.queries() == []


async def test_wide_characters_move_the_caret_by_wide_spaces(world: World) -> None:
    answer = await world.say("/subscribe 台湾 AND (海峡")
    [shown] = [run.text for run in runs(answer) if run.code]
    assert shown.split("\n")[1].startswith("\u3000\u3000\u00a0")


async def test_a_form_that_is_understood_differently_is_shown(world: World) -> None:
    assert "I read it as nvidia -shares -stock." in said(
        await world.say("/subscribe Nvidia NOT (stock OR shares)")
    )
    assert "I read it as" in said(await world.say("/subscribe Taiwan Strait OR TSMC"))


async def test_case_order_and_accents_are_no_news(world: World) -> None:
    assert "I read it as" not in said(await world.say("/subscribe Zürich AND Bern"))


async def test_a_query_of_unbearable_length_is_refused(world: World) -> None:
    assert "500 characters are the limit" in said(await world.say(f"/subscribe {'word ' * 200}"))


async def test_a_full_place_takes_no_more_but_an_admin_may_go_on(world: World) -> None:
    world.access = replace(world.access, max_subscriptions=1)
    await world.say("/subscribe one")
    assert "has its 1 subscription already; /unsubscribe makes room" in said(
        await world.say("/subscribe two")
    )
    assert await world.queries() == ["one"]
    here = replace(world.request, who=ADMIN)
    await world.say("/subscribe two", here)
    assert await world.queries() == ["one", "two"]


async def test_in_a_group_only_managers_subscribe(world: World) -> None:
    refused = await world.say("/subscribe Takaichi", world.as_(BOB, GROUP))
    assert "Only those who manage this place" in said(refused)
    assert await world.queries(GROUP) == []
    await world.say("/subscribe Takaichi", replace(world.as_(BOB, GROUP), may_manage=True))
    await world.say("/subscribe TSMC", world.as_(ADMIN, GROUP))
    assert await world.queries(GROUP) == ["Takaichi", "TSMC"]


async def test_a_channel_is_subscribed_from_a_private_chat_by_its_admin(world: World) -> None:
    answer = await world.say("/subscribe @newsroom Takaichi")
    assert "come to The Newsroom." in said(answer)
    assert await world.queries(CHANNEL) == ["Takaichi"]
    assert await world.queries() == []
    await world.press(button(answer, "Undo"))
    assert await world.queries(CHANNEL) == []


async def test_a_channel_can_be_named_by_its_number_or_address(world: World) -> None:
    await world.say(f"/subscribe {CHANNEL.chat} one")
    await world.say("/subscribe telegram:@newsroom two")
    assert await world.queries(CHANNEL) == ["one", "two"]


async def test_a_channel_of_others_is_refused(world: World) -> None:
    assert "Only an admin of that channel" in said(await world.say("/subscribe @newsroom x", world.as_(BOB)))
    assert await world.queries(CHANNEL) == []


async def test_the_admin_of_the_bot_may_everywhere(world: World) -> None:
    await world.say("/subscribe @newsroom Takaichi", world.as_(ADMIN))
    assert await world.queries(CHANNEL) == ["Takaichi"]


async def test_a_channel_without_the_bot_is_answered_with_the_platforms_reason(world: World) -> None:
    assert "add it there first" in said(await world.say("/subscribe @elsewhere Takaichi"))


async def test_in_a_group_a_name_with_an_at_sign_is_a_keyword(world: World) -> None:
    await world.say("/subscribe @newsroom", replace(world.as_(ANN, GROUP), may_manage=True))
    assert await world.queries(GROUP) == ["@newsroom"]


async def test_subscribing_switches_a_place_on_that_was_off(world: World) -> None:
    place = await world.place()
    await world.store.save_destination(
        replace(place, state=DestinationState.OFF, reason="The bot was blocked.")
    )
    await world.say("/subscribe Takaichi")
    assert (await world.place()).state is DestinationState.ACTIVE


async def test_subscribing_in_a_pause_says_so(world: World) -> None:
    await world.say("/pause")
    assert "/resume sends them again" in said(await world.say("/subscribe Takaichi"))


async def test_a_look_back_stops_after_two_seconds_and_says_at_least(world: World) -> None:
    await world.feed(FEED, *(entry(f"Takaichi {number}") for number in range(250)))
    world.clock.step = timedelta(seconds=1)
    answer = said(await world.say("/subscribe Takaichi"))
    assert "would have sent at least 40 alerts." in answer
    assert MOST_ENTRIES == 20_000


async def test_a_long_title_is_shortened_and_keeps_its_link(world: World) -> None:
    found = entry("Takaichi " + "x" * 5000)
    await world.feed(FEED, found)
    linked = [run for run in runs(await world.say("/subscribe Takaichi")) if run.url]
    assert sum(len(run.text) for run in linked) <= 160
    assert {run.url for run in linked} == {found.link}


async def test_every_subscription_is_written_as_one_from_chat(world: World) -> None:
    await world.say("/subscribe Takaichi")
    [only] = await world.store.subscriptions()
    assert only.subscription.origin is SubscriptionOrigin.CHAT


async def test_a_stranger_is_told_which_id_to_have_allowed(world: World) -> None:
    world.access = Access(who=world.access.who.ALLOWLIST, allow=frozenset({"telegram:9", "telegram:-500"}))
    answer = await world.say("/subscribe Takaichi")
    assert "telegram:1001" in said(answer)
    assert buttons(answer) == []
    assert await world.queries() == []
    group = replace(world.as_(ANN, GROUP), may_manage=True, groups=("-500",))
    await world.say("/subscribe Takaichi", group)
    assert await world.queries(GROUP) == ["Takaichi"]


async def test_a_discord_channel_and_a_telegram_chat_keep_their_own_lists(world: World) -> None:
    there = Address(Platform.DISCORD, "900")
    await world.say("/subscribe Takaichi", replace(world.request, where=there))
    assert await world.queries(PRIVATE) == []
    assert await world.queries(there) == ["Takaichi"]
