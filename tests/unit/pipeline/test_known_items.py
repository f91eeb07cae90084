"""What is recognised byte for byte is left out, but never so that anything is lost or forgotten."""

from dataclasses import replace
from datetime import timedelta

from bot.adapters.storage.store import SqlStore
from bot.model.entry import ParsedEntry
from bot.model.feed import FeedOrigin, FeedSpec
from bot.model.known import KnownItems
from bot.model.poll import PollOutcome
from bot.model.push import PushedDocument
from tests.unit.pipeline.fakes import HandClock, fetched
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, NOW, entry
from tests.unit.pipeline.test_ingest import URL, Desk

OLD = [entry(f"Old {n}", guid=f"old{n}", link=f"https://news.example/{n}") for n in range(12)]
NEWS = entry("Takaichi to visit Washington", guid="new", link="https://news.example/new")


async def show(desk: Desk, *entries: ParsedEntry, after: timedelta = HOUR) -> PollOutcome:
    feed, _ = await desk.store.add_feed(FeedSpec(URL), origin=FeedOrigin.CLI, now=desk.clock.now())
    desk.clock.advance(after)
    claimed = await desk.store.claim_feed(feed.id, desk.clock.now(), lease=MINUTE, floor=timedelta(0))
    assert claimed is not None
    desk.fetcher.answers[URL] = [fetched(desk.parser.body(*entries))]
    return await desk.ingest.poll(claimed)


async def test_only_what_is_new_is_parsed_and_told(store: SqlStore, clock: HandClock) -> None:
    desk = Desk(store, clock)
    await desk.subscribe()
    await show(desk, *OLD)
    assert await show(desk, NEWS, *OLD) is PollOutcome.NEW
    assert await show(desk, *OLD[1:], NEWS) is PollOutcome.NO_NEWS
    assert desk.parser.skipped == [0, 12, 12]
    assert await desk.titles() == ["Takaichi to visit Washington"]


async def push(desk: Desk, *entries: ParsedEntry) -> PollOutcome:
    """Let a hub push a document with these entries."""
    feed = await desk.feed()
    claimed = await desk.store.claim_feed(feed.id, desk.clock.now(), lease=MINUTE, floor=timedelta(0))
    assert claimed is not None
    return await desk.ingest.push(claimed, PushedDocument(desk.parser.body(*entries), {}))


async def test_of_what_a_hub_pushes_only_what_the_last_poll_did_not_show_is_parsed(
    store: SqlStore, clock: HandClock
) -> None:
    desk = Desk(store, clock)
    await desk.subscribe()
    await show(desk, *OLD)
    known = await desk.store.known_items((await desk.feed()).id)
    desk.clock.advance(2 * DAY)
    assert await push(desk, NEWS, *OLD) is PollOutcome.NEW
    assert await push(desk, NEWS, *OLD) is PollOutcome.NO_NEWS
    assert desk.parser.skipped == [0, 12, 12]
    assert await desk.store.known_items((await desk.feed()).id) == known
    assert await show(desk, NEWS, *OLD, after=HOUR) is PollOutcome.NO_NEWS
    assert await desk.titles() == ["Takaichi to visit Washington"]


async def test_a_pushed_document_of_a_feed_that_is_not_recognised_byte_for_byte_is_parsed_whole(
    store: SqlStore, clock: HandClock
) -> None:
    desk = Desk(store, clock)
    await desk.subscribe()
    await show(desk, *OLD)
    assert await push(desk, NEWS, *[replace(each, published=NOW + DAY) for each in OLD]) is PollOutcome.NEW
    assert desk.parser.skipped == [0, 0]
    assert await desk.titles() == ["Takaichi to visit Washington"]


async def test_what_was_skipped_counts_as_listed_where_a_feed_seems_re_issued(
    store: SqlStore, clock: HandClock
) -> None:
    desk = Desk(store, clock)
    await desk.subscribe(query="Old")
    await show(desk, *OLD)
    again = [entry(f"Old {n}", guid=f"again{n}", link=f"https://news.example/again{n}") for n in range(10)]
    await show(desk, *again, *OLD)
    assert len(await desk.titles()) == 10


async def test_a_document_is_read_whole_once_a_day_so_that_no_identity_seems_forgotten(
    store: SqlStore, clock: HandClock
) -> None:
    desk = Desk(store, clock)
    for hour in range(100 * 4):
        await show(desk, entry(f"New {hour}", guid=f"n{hour}", link=None), *OLD, after=6 * HOUR)
    assert desk.parser.skipped[:9] == [0, 12, 12, 12, 0, 12, 12, 12, 0]
    assert await desk.store.prune(desk.clock.now()) > 0
    changed = [replace(each, published=NOW) for each in OLD]
    assert await show(desk, *changed) is PollOutcome.NO_NEWS


async def test_a_poll_that_is_not_recorded_teaches_nothing(store: SqlStore, clock: HandClock) -> None:
    desk = Desk(store, clock)
    await desk.subscribe()
    await show(desk, *OLD)
    feed = await desk.feed()
    desk.clock.advance(HOUR)
    late = await desk.store.claim_feed(feed.id, desk.clock.now(), lease=MINUTE, floor=timedelta(0))
    assert late is not None
    desk.clock.advance(HOUR)
    await desk.store.claim_feed(feed.id, desk.clock.now(), lease=MINUTE, floor=timedelta(0))
    desk.fetcher.answers[URL] = [fetched(desk.parser.body(NEWS, *OLD))]
    await desk.ingest.poll(late)  # another process holds the feed by now
    assert await desk.titles() == []
    assert await show(desk, NEWS, *OLD) is PollOutcome.NEW
    assert await desk.titles() == ["Takaichi to visit Washington"]


def test_nothing_is_left_out_after_a_day_or_before_its_time() -> None:
    known = KnownItems(frozenset({b"a"}), NOW)
    assert known.at(NOW) == known.at(NOW + DAY - MINUTE) == {b"a"}
    assert known.at(NOW + DAY) == known.at(NOW - MINUTE) == frozenset()
