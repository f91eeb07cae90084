from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.catalogue import COMMANDS, find
from bot.model.address import Platform
from bot.model.delivery import DeliveryStatus, Settlement
from bot.model.destination import DestinationState
from tests.unit.chat.world import ADMIN, PRIVATE, World, entry, said

FEED = "https://nhk.example/feed"


async def alerted(world: World) -> None:
    made = await world.subscribed("Takaichi")
    await world.feed(FEED, entry("Takaichi speaks"), alert_for=[made])


async def settle(
    world: World, status: DeliveryStatus, *, error: str = "", due: timedelta | None = None
) -> None:
    now = world.clock.moment
    [row] = await world.store.claim_deliveries(
        now, platform=Platform.TELEGRAM, limit=1, lease=timedelta(minutes=1)
    )
    assert row.lease
    await world.store.settle(
        Settlement(
            row.id, row.lease, now, status, "retry" if error else "sent", error,
            due_at=now + due if due else None, message_id=None if error else "1",
        )
    )  # fmt: skip


async def test_status_tells_everybody_about_feeds_and_their_own_id(world: World) -> None:
    answer = said(await world.say("/status"))
    assert "There are no feeds yet; /addfeed adds one." in answer
    assert "0 alerts were sent in the last 24 hours." in answer
    assert "Nothing waits to be sent here." in answer
    assert "Your id is telegram:1001." in answer
    assert "Outbox" not in answer


async def test_status_counts_feeds_and_failing_ones(world: World) -> None:
    await world.feed(FEED)
    assert "Watching 1 feed, doing well." in said(await world.say("/status"))
    await world.feed("https://b.example/feed", failure="The server answered 503.")
    assert "Watching 2 feeds, 1 of them failing; /feeds shows which." in said(await world.say("/status"))
    await world.store.remove_feed(1)
    assert "Watching 1 feed, failing; /feeds shows why." in said(await world.say("/status"))


async def test_status_counts_what_was_sent(world: World) -> None:
    await alerted(world)
    await settle(world, DeliveryStatus.SENT)
    assert "1 alert was sent in the last 24 hours." in said(await world.say("/status"))
    world.clock.moment += timedelta(days=2)
    assert "0 alerts were sent in the last 24 hours." in said(await world.say("/status"))


async def test_status_tells_what_waits_for_this_place_and_why(world: World) -> None:
    await alerted(world)
    assert "1 message waits to be sent here: it is due now." in said(await world.say("/status"))
    place = await world.place()
    until = world.clock.moment + timedelta(hours=2)
    await world.store.save_destination(replace(place, not_before=until))
    assert "the platform asked for patience until 20 Nov 2026, 14:00 UTC." in said(await world.say("/status"))
    await world.store.save_destination(replace(place, state=DestinationState.OFF))
    answer = said(await world.say("/status"))
    assert "alerts are switched off here." in answer
    assert "/start switches them on again." in answer


async def test_status_tells_when_a_failed_delivery_is_tried_again(world: World) -> None:
    await alerted(world)
    await settle(
        world, DeliveryStatus.PENDING, error="The platform did not answer.", due=timedelta(minutes=5)
    )
    answer = said(await world.say("/status"))
    assert (
        "the last attempt failed (The platform did not answer), the next one is due 20 Nov 2026, 12:05 UTC."
        in answer
    )


async def test_what_waits_elsewhere_is_not_told_here(world: World) -> None:
    await alerted(world)
    assert "Nothing waits to be sent here." in said(await world.say("/status", world.as_(ADMIN)))


async def test_status_shows_the_whole_outbox_to_admins_of_the_bot(world: World) -> None:
    await alerted(world)
    answer = said(await world.say("/status", world.as_(ADMIN)))
    assert "Outbox: pending 1." in answer
    assert "Waiting by platform: telegram 1." in answer
    assert "has been due since" in answer
    assert "Stored: 1 entry, 1 query, 1 subscription, 1 destination." in answer
    await settle(world, DeliveryStatus.SENT)
    answer = said(await world.say("/status", world.as_(ADMIN)))
    assert "Outbox: sent 1." in answer
    assert "In the median an entry is seen 60 min after it was published" in answer


async def test_status_tells_admins_of_the_bot_which_feeds_fail_and_why(world: World) -> None:
    await world.feed(FEED, title="NHK", failure="The server answered 503.")
    await world.feed("https://fine.example/feed", title="Fine")
    told = said(await world.say("/status", world.as_(ADMIN)))
    assert "NHK: never worked so far: The server answered 503; next try in 60 min" in told
    assert "Fine:" not in told
    assert "503" not in said(await world.say("/status"))


async def test_an_empty_outbox_is_told(world: World) -> None:
    assert "Outbox: empty." in said(await world.say("/status", world.as_(ADMIN)))


async def test_help_lists_every_command_of_the_catalogue(world: World) -> None:
    answer = said(await world.say("/help"))
    for command in COMMANDS:
        assert f"{command.usage} {command.summary}" in answer


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_help_explains_each_command_with_its_examples(world: World, command: object) -> None:
    known = next(each for each in COMMANDS if each is command)
    answer = said(await world.say(f"/help /{known.name.upper()}"))
    assert known.usage in answer
    assert all(example in answer for example in known.examples)


async def test_help_for_an_unknown_command_names_the_nearest(world: World) -> None:
    assert "did you mean /subscribe?" in said(await world.say("/help subscirbe"))
    assert "/help lists them all" in said(await world.say("/help qqqq"))


async def test_an_unknown_command_names_the_nearest(world: World) -> None:
    assert "There is no command /pasue; did you mean /pause?" in said(await world.say("/pasue"))


def test_the_catalogue_keeps_to_the_limits_of_the_platforms() -> None:
    for command in COMMANDS:
        assert command.name == command.name.lower()
        assert command.name.isalpha()
        assert 1 <= len(command.name) <= 32
        assert 1 <= len(command.summary) <= 100
        for option in command.options:
            assert option.name == option.name.lower()
            assert 1 <= len(option.summary) <= 100
        required = [option.required for option in command.options]
        assert required == sorted(required, reverse=True)
    assert len({command.name for command in COMMANDS}) == len(COMMANDS) <= 100


@pytest.mark.parametrize("example", [example for command in COMMANDS for example in command.examples])
async def test_every_example_of_the_catalogue_is_answered_by_its_command(world: World, example: str) -> None:
    assert find(example.split(maxsplit=1)[0]) is not None
    answer = said(await world.say(example, replace(world.as_(ADMIN), where=PRIVATE)))
    assert answer
    assert "went wrong" not in answer
    assert "There is no command" not in answer


def test_the_documentation_lists_every_command_as_it_is_written() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `/")]
    assert rows == [command.usage for command in COMMANDS]
