"""/subscriptions, /pause, /resume, /timezone, /start: the settings of a place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.unsubscribing import PAGE
from bot.model.cadence import Cadence
from bot.model.destination import DestinationState
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from tests.unit.chat.world import ADMIN, ANN, BOB, CHANNEL, GROUP, World, button, buttons, said


async def off(world: World, reason: str | None = "The bot was blocked.") -> None:
    await world.store.save_destination(
        replace(await world.place(), state=DestinationState.OFF, reason=reason)
    )


async def test_subscriptions_are_numbered_with_their_options(world: World) -> None:
    await world.subscribed("Takaichi")
    await world.subscribed(
        "TSMC", options=SubscriptionOptions(cadence=Cadence.parse("daily@08:00"), feeds=("NHK",))
    )
    await world.subscribed("Nvidia", origin=SubscriptionOrigin.CONFIG)
    lines = said(await world.say("/subscriptions")).split("\n")
    assert lines == [
        "3 subscriptions for this chat:",
        "1. Takaichi",
        "2. TSMC (cadence daily@08:00; only NHK)",
        "3. Nvidia (from the configuration file)",
        "Times are written for UTC.",
    ]


async def test_one_subscription_is_singular(world: World) -> None:
    await world.subscribed("Takaichi")
    assert said(await world.say("/subscriptions")).startswith("1 subscription for this chat:")


async def test_an_empty_list_says_what_to_do(world: World) -> None:
    assert "/subscribe adds one" in said(await world.say("/subscriptions"))


async def test_a_long_list_is_paged(world: World) -> None:
    for number in range(PAGE + 1):
        await world.subscribed(f"word{number}")
    first = await world.say("/subscriptions")
    assert f"{PAGE}. word{PAGE - 1}" in said(first)
    second = await world.press(button(first, "Next"))
    assert "21. word20" in said(second)
    assert "1. word0" not in said(second).split("\n")


async def test_everybody_may_read_the_list_of_a_group(world: World) -> None:
    await world.subscribed("Takaichi", GROUP)
    assert "1. Takaichi" in said(await world.say("/subscriptions", world.as_(BOB, GROUP)))


async def test_a_channels_list_is_for_its_admins(world: World) -> None:
    await world.subscribed("Takaichi", CHANNEL)
    assert "1 subscription for The Newsroom:" in said(await world.say("/subscriptions @newsroom"))
    assert "Takaichi" not in said(await world.say("/subscriptions @newsroom", world.as_(BOB)))


async def test_a_pause_lasts_until_resume_and_tells_since_when(world: World) -> None:
    answer = await world.say("/pause")
    assert "not sent later" in said(answer)
    assert (await world.place()).state is DestinationState.PAUSED
    world.clock.moment += timedelta(hours=3)
    assert "already paused since 20 Nov 2026, 12:00 UTC" in said(await world.say("/pause"))
    assert "paused since 20 Nov 2026, 12:00 UTC; /resume" in said(await world.say("/subscriptions"))
    resumed = await world.press(button(answer, "Resume"))
    assert "are on again" in said(resumed)
    assert (await world.place()).state is DestinationState.ACTIVE
    assert (await world.place()).reason is None
    await world.press(button(resumed, "Undo"))
    assert (await world.place()).state is DestinationState.PAUSED


async def test_a_pause_without_a_readable_start_is_told_without_one(world: World) -> None:
    await world.store.save_destination(replace(await world.place(), state=DestinationState.PAUSED))
    assert "are already paused; /resume" in said(await world.say("/pause"))
    assert "Alerts are paused; /resume" in said(await world.say("/subscriptions"))


async def test_resuming_what_runs_says_so(world: World) -> None:
    assert "there is nothing to resume" in said(await world.say("/resume"))


@pytest.mark.parametrize("command", ["/pause", "/resume", "/timezone Asia/Tokyo"])
async def test_in_a_group_only_managers_change_settings(world: World, command: str) -> None:
    before = await world.place(GROUP)
    assert "Only those who manage this place" in said(await world.say(command, world.as_(BOB, GROUP)))
    assert await world.place(GROUP) == before
    assert "Only those who manage" not in said(await world.say(command, world.as_(ADMIN, GROUP)))


async def test_a_channel_is_paused_from_a_private_chat(world: World) -> None:
    answer = await world.say("/pause @newsroom")
    assert (await world.place(CHANNEL)).state is DestinationState.PAUSED
    assert "Only an admin of that channel" in said(
        await world.press(button(answer, "Resume"), world.as_(BOB))
    )
    await world.say("/resume @newsroom")
    assert (await world.place(CHANNEL)).state is DestinationState.ACTIVE


async def test_start_greets_and_shows_examples_as_buttons(world: World) -> None:
    answer = await world.say("/start")
    assert "/subscribe Takaichi begins alerts, /help lists all commands." in said(answer)
    shown = await world.press(button(answer, "Taiwan Strait"))
    assert '"Taiwan Strait" would have sent nothing' in said(shown)
    assert await world.queries() == []


async def test_start_switches_a_blocked_chat_on_again(world: World) -> None:
    await off(world)
    assert "switched on here again" in said(await world.say("/start"))
    assert (await world.place()).state is DestinationState.ACTIVE
    assert (await world.place()).reason is None


async def test_start_leaves_a_pause_alone(world: World) -> None:
    await world.say("/pause")
    await world.say("/start")
    assert (await world.place()).state is DestinationState.PAUSED


async def test_in_a_group_start_is_answered_to_all_but_switches_on_for_managers(world: World) -> None:
    place = await world.place(GROUP)
    await world.store.save_destination(replace(place, state=DestinationState.OFF))
    assert "somebody who manages this place" in said(await world.say("/start", world.as_(BOB, GROUP)))
    assert (await world.place(GROUP)).state is DestinationState.OFF
    await world.say("/start", replace(world.as_(ANN, GROUP), may_manage=True))
    assert (await world.place(GROUP)).state is DestinationState.ACTIVE


async def test_start_counts_what_waits(world: World) -> None:
    await world.subscribed("Takaichi")
    assert "1 subscription is waiting for news here." in said(await world.say("/start"))
    await world.subscribed("TSMC")
    assert "2 subscriptions are waiting for news here." in said(await world.say("/start"))


async def test_a_place_that_is_off_is_listed_with_the_reason(world: World) -> None:
    await off(world)
    assert "switched off: The bot was blocked. /start" in said(await world.say("/subscriptions"))
    await off(world, None)
    assert "Alerts are switched off; /start" in said(await world.say("/subscriptions"))


async def test_the_time_zone_is_shown_with_the_local_time(world: World) -> None:
    assert "The time zone is UTC; it is 20 Nov 2026, 12:00 UTC there." in said(await world.say("/timezone"))


@pytest.mark.parametrize(
    ("typed", "zone", "time"),
    [
        ("Asia/Tokyo", "Asia/Tokyo", "21:00 JST"),
        ("asia/tokyo", "Asia/Tokyo", "21:00 JST"),
        ("Berlin", "Europe/Berlin", "13:00 CET"),
        ("new york", "America/New_York", "07:00 EST"),
        ("Kathmandu", "Asia/Kathmandu", "17:45 UTC+05:45"),
        ("Beijing", "Asia/Shanghai", "20:00 CST"),
        ("utc", "UTC", "12:00 UTC"),
    ],
)
async def test_a_zone_or_a_city_sets_the_time_zone(world: World, typed: str, zone: str, time: str) -> None:
    assert f"{zone}; it is 20 Nov 2026, {time} there" in said(await world.say(f"/timezone {typed}"))
    assert (await world.place()).timezone == zone


async def test_an_unknown_zone_is_answered_with_near_ones(world: World) -> None:
    assert "did you mean Europe/Berlin" in said(await world.say("/timezone Berlim"))
    assert "did you mean Asia/Tokyo" in said(await world.say("/timezone Asia/Tokio"))
    assert "write a city such as Tokyo" in said(await world.say("/timezone qqqqq"))
    assert (await world.place()).timezone == "UTC"


async def test_a_city_that_is_not_unique_is_asked_back(world: World) -> None:
    answer = said(await world.say("/timezone Louisville"))
    assert "America/Kentucky/Louisville or America/Louisville" in answer
    assert buttons(await world.say("/timezone Louisville")) == []
