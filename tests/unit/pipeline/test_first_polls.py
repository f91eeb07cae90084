"""What feeds list when they are added: stored in silence, and in nobody's way afterwards."""

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.delivery import DeliveryKind
from bot.model.entry import ParsedEntry
from bot.model.message import plain
from bot.model.subscription import SubscriptionOptions
from tests.unit.pipeline.fakes import HandClock
from tests.unit.pipeline.samples import DAY, HOUR
from tests.unit.pipeline.test_urgent import FIRST, SAME, SUMMARY, Press

EVERY = SubscriptionOptions()


@pytest.fixture
def press(store: SqlStore, clock: HandClock) -> Press:
    return Press(store, clock)


async def stories(press: Press) -> dict[str, list[int]]:
    """Return the stories of the entries of the last day by their titles."""
    found: dict[str, list[int]] = {}
    async for each in press.store.entries_since(press.clock.now() - DAY):
        found.setdefault(each.content.title, []).append(each.story_id)
    return found


def listed(title: str) -> ParsedEntry:
    return ParsedEntry(guid=title, title=title, link=None, summary=SUMMARY)


async def test_what_a_first_poll_lists_is_stored_in_stories_of_its_own(press: Press) -> None:
    await press.open("Ledger", "Strait", also=[listed(FIRST)])
    (one, other) = (await stories(press))[FIRST]
    assert one != other
    assert await press.told() == []


async def test_a_later_report_on_what_a_first_poll_listed_is_told_once_and_then_repeated(
    press: Press,
) -> None:
    await press.subscribe("earthquake", EVERY)
    await press.open("Ledger", "Strait", "Harbour", also=[listed(FIRST)])
    await press.open("World", "Evening", "Morning")
    for outlet, title in zip(("World", "Evening", "Morning"), SAME, strict=False):
        await press.report(outlet, title)
    told = await press.store.deliveries()
    assert [plain(each.message.title) for each in told if each.kind is DeliveryKind.SEND] == [SAME[0]]
    assert len({story for title in SAME[:3] for story in (await stories(press))[title]}) == 1


async def test_a_restart_comes_to_the_same_stories_as_if_the_first_polls_were_remembered(
    press: Press, store: SqlStore, clock: HandClock
) -> None:
    await press.subscribe("earthquake", EVERY)
    await press.open("Ledger", "Strait", also=[listed(FIRST)])
    await press.open("World", "Evening")
    await press.report("World", SAME[0])
    again = Press(store, clock)
    again.listed = press.listed
    clock.advance(HOUR)
    await again.report("Evening", SAME[1])
    assert (await stories(press))[SAME[0]] == (await stories(press))[SAME[1]]
    assert len([one for one in await store.deliveries() if one.kind is DeliveryKind.SEND]) == 1


async def test_outlets_that_were_added_together_make_nothing_urgent(press: Press) -> None:
    await press.subscribe("earthquake")
    await press.open("Ledger", "Strait", "Harbour", "World", "Evening", also=[listed(FIRST)])
    await press.report("Ledger", SAME[0])
    assert await press.told() == []
