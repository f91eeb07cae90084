import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.feed import FeedOrigin, FeedSpec, Validators
from bot.model.fetch import FetchFailed, FetchResult, NotModified
from bot.model.poll import ClaimedFeed, PollRecord
from bot.pipeline.ingest import Ingest
from bot.pipeline.match import LiveQueries
from bot.pipeline.poll import PollPolicy
from bot.pipeline.poller import Pace, Poller
from tests.unit.pipeline.fakes import Gate, HandClock, LineParser, ScriptedFetcher
from tests.unit.pipeline.samples import HOUR, MINUTE, SECOND

UNHURRIED = Pace(burst=1000)


def url(number: int) -> str:
    return f"https://news.example/{number}"


async def add_feeds(store: SqlStore, clock: HandClock, fetcher: ScriptedFetcher, count: int) -> None:
    for number in range(count):
        await store.add_feed(FeedSpec(url(number)), origin=FeedOrigin.CLI, now=clock.now())
        fetcher.answers[url(number)] = [FetchFailed("The server is down.")]
    clock.advance(SECOND)


def poller(
    store: SqlStore,
    clock: HandClock,
    fetcher: ScriptedFetcher,
    *,
    concurrency: int = 20,
    per_host: int = 1000,
    pace: Pace = UNHURRIED,
    policy: PollPolicy | None = None,
) -> Poller:
    ingest = Ingest(store, fetcher, LineParser(), LiveQueries(store), clock, policy)
    return Poller(store, ingest, clock, concurrency=concurrency, per_host=per_host, pace=pace)


async def test_all_that_is_due_is_polled_once(store: SqlStore, clock: HandClock) -> None:
    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 30)
    working = poller(store, clock, fetcher, concurrency=4)
    await working.idle()
    assert sorted(each.url for each in fetcher.requests) == sorted(map(url, range(30)))
    await working.idle()
    assert len(fetcher.requests) == 30


async def test_one_slow_feed_holds_up_no_other(store: SqlStore, clock: HandClock) -> None:
    gate, others = Gate(), asyncio.Event()

    async def slow() -> FetchResult:
        await gate.passed()
        return NotModified(url(0), Validators())

    async def last() -> FetchResult:
        others.set()
        return FetchFailed("No.")

    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 10)
    fetcher.answers[url(0)] = [slow]
    fetcher.answers[url(9)] = [last]
    working = poller(store, clock, fetcher, concurrency=2)
    await working.tick()
    await others.wait()
    assert len(fetcher.requests) == 10
    gate.open()
    await working.idle()


async def test_no_more_than_the_bound_runs_at_once(store: SqlStore, clock: HandClock) -> None:
    running = most = 0

    async def counted() -> FetchResult:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return FetchFailed("No.")

    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 15)
    fetcher.answers = {url(number): [counted] for number in range(15)}
    await poller(store, clock, fetcher, concurrency=3).idle()
    assert len(fetcher.requests) == 15
    assert most <= 3


async def test_a_claim_serves_many_polls(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims: list[int] = []
    claim = store.claim_feeds

    async def counted(*given: Any, **named: Any) -> list[ClaimedFeed]:
        claimed = await claim(*given, **named)
        claims.append(len(claimed))
        return claimed

    monkeypatch.setattr(store, "claim_feeds", counted)
    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 40)
    await poller(store, clock, fetcher, concurrency=4).idle()
    assert len(fetcher.requests) == sum(claims) == 40
    assert len(claims) <= 6


async def test_polls_that_wait_to_be_written_leave_their_slots_to_some_others_but_not_to_all(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, crowd = Gate(), asyncio.Event()
    record = store.record_poll
    waiting = 0

    async def gated(given: PollRecord) -> None:
        nonlocal waiting
        waiting += 1
        if waiting == 3:
            crowd.set()
        await gate.passed()
        await record(given)

    monkeypatch.setattr(store, "record_poll", gated)
    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 20)
    working = poller(store, clock, fetcher, concurrency=1)
    await working.tick()
    await crowd.wait()
    await asyncio.sleep(0)
    assert len(fetcher.requests) == waiting == 3
    gate.open()
    await working.idle()
    assert len(fetcher.requests) == 20


async def test_after_a_long_pause_the_first_polls_are_spread(store: SqlStore, clock: HandClock) -> None:
    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 40)
    working = poller(store, clock, fetcher, pace=Pace(burst=5))
    await working.idle()
    assert len(fetcher.requests) == 5
    clock.advance(10 * SECOND)
    await working.idle()
    assert len(fetcher.requests) == 15
    clock.advance(5 * MINUTE)
    await working.idle()
    assert len({each.url for each in fetcher.requests}) == 40


async def test_the_spread_concerns_the_start_and_not_lively_feeds(store: SqlStore, clock: HandClock) -> None:
    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 9)
    fetcher.answers = {url(n): [NotModified(url(n), Validators())] for n in range(9)}
    working = poller(store, clock, fetcher, pace=Pace(burst=10), policy=PollPolicy(2 * SECOND, SECOND))
    for _ in range(10):
        await working.idle()
        clock.advance(3 * SECOND)
    assert len(fetcher.requests) == 90


@pytest.mark.parametrize(
    ("due", "elapsed", "begun"),
    [(10, 0 * SECOND, 20), (100, 30 * SECOND, 50), (3000, MINUTE, 620), (3000, -HOUR, 20)],
)
def test_many_feeds_are_spread_over_five_minutes_few_are_not(
    due: int, elapsed: timedelta, begun: int
) -> None:
    assert Pace().allowance(due, elapsed) == begun


async def test_stopping_lets_a_poll_end_and_begins_no_other(store: SqlStore, clock: HandClock) -> None:
    gate = Gate()

    async def slow() -> FetchResult:
        await gate.passed()
        return FetchFailed("It was slow.")

    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 2)
    fetcher.answers[url(0)] = [slow]
    working = poller(store, clock, fetcher, concurrency=1)
    await working.tick()
    await gate.waiting.wait()
    stopping = asyncio.create_task(working.stop())
    gate.open()
    await stopping
    assert [each.url for each in fetcher.requests] == [url(0)]
    feed = await store.feed(url(0))
    assert feed is not None
    assert feed.poll.failure == "It was slow."


async def test_a_poll_that_hangs_when_stopping_is_cut_and_due_again(
    store: SqlStore, clock: HandClock
) -> None:
    gate = Gate()

    async def slow() -> FetchResult:
        await gate.passed()
        raise AssertionError

    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 1)
    fetcher.answers[url(0)] = [slow]
    working = poller(store, clock, fetcher)
    await working.tick()
    await gate.waiting.wait()
    await working.stop(grace=timedelta(0))
    clock.advance(HOUR)
    assert len(await store.claim_feeds(clock.now(), limit=5, lease=MINUTE)) == 1


async def test_one_slow_host_with_many_feeds_holds_up_no_other(store: SqlStore, clock: HandClock) -> None:
    gate, other = Gate(), asyncio.Event()
    running = most = 0

    async def slow() -> FetchResult:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.passed()
        running -= 1
        return FetchFailed("No.")

    async def quick() -> FetchResult:
        other.set()
        return FetchFailed("No.")

    fetcher = ScriptedFetcher()
    await add_feeds(store, clock, fetcher, 12)
    fetcher.answers = {url(number): [slow] for number in range(12)}
    await store.add_feed(FeedSpec("https://other.example/"), origin=FeedOrigin.CLI, now=clock.now())
    fetcher.answers["https://other.example/"] = [quick]
    working = poller(store, clock, fetcher, concurrency=4, per_host=2)
    for _ in range(7):
        await working.tick()
    await other.wait()
    gate.open()
    await working.idle()
    assert len(fetcher.requests) == 13
    assert most == 2
