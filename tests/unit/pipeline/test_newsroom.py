"""Where news belongs, beside what others have stored meanwhile."""

from bot.adapters.storage.store import SqlStore
from bot.model.entry import ParsedEntry
from tests.unit.pipeline.fakes import HandClock
from tests.unit.pipeline.samples import DAY
from tests.unit.pipeline.test_urgent import FIRST, SAME, SUMMARY, Press


async def test_a_poll_knows_everything_that_another_process_has_stored_since_its_last_one(
    store: SqlStore, clock: HandClock
) -> None:
    press, other = Press(store, clock), Press(store, clock)
    await press.open("Ledger", "Strait")
    other.listed = press.listed
    # The second reads back the first: from then on there is a last entry to go on from.
    await press.report("Ledger", "The harbour of Kaohsiung opens a new terminal", summary="Ships may call.")
    await press.report("Ledger", "Parliament elects a new speaker", summary="The vote was close.")
    many = [
        ParsedEntry(guid=f"m{number}", title=f"Round {number}: no goals", link=None) for number in range(50)
    ]
    many.insert(25, ParsedEntry(guid="event", title=FIRST, link=None, summary=SUMMARY))
    press.listed["Strait"][:0] = many
    clock.advance(DAY / 24)
    await other._poll()
    await press.report("Ledger", SAME[0])
    found = {each.content.title: each.story_id async for each in store.entries_since(clock.now() - DAY)}
    assert len(found) == 2 + 2 + len(many) + 1
    assert found[SAME[0]] == found[FIRST]
