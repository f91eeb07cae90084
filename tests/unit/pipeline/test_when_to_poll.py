"""The conditions on when a feed may be polled, by their numbers in the list that docs/fetching.md answers."""

from datetime import timedelta

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address
from bot.model.feed import FeedOrigin, FeedSpec
from bot.model.fetch import FetchFailed
from bot.model.hints import PollHints
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.poll import PollPolicy
from tests.unit.pipeline.days import Days, most_within, news, still
from tests.unit.pipeline.fakes import HandClock
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, SECOND

URL = "https://news.example/rss"


def many(count: int) -> list[str]:
    return [f"https://site{number}.example/rss" for number in range(count)]


@pytest.fixture
def days(store: SqlStore, clock: HandClock) -> Days:
    return Days(store, clock)


async def polls(days: Days, count: int) -> None:
    for _ in range(count):
        await days.until_due()


async def test_condition_13_default_floor_and_ceiling_hold(days: Days) -> None:
    policy = PollPolicy()
    assert (policy.interval, policy.min_interval, policy.max_interval) == (5 * MINUTE, MINUTE, DAY)
    await days.add(URL)
    await polls(days, 10)
    assert all(MINUTE <= gap <= 5.5 * MINUTE for gap in days.gaps(URL))


async def test_condition_14_five_restarts_in_a_minute_are_one_request(days: Days) -> None:
    await days.add(URL)
    for _ in range(5):
        await days.poller.idle()
        await days.restart()
        days.clock.advance(10 * SECOND)
    assert len(days.asked[URL]) == 1


async def test_condition_14_a_process_killed_in_its_poll_asks_again_only_after_the_floor(days: Days) -> None:
    await days.add(URL)
    await days.store.claim_feeds(days.clock.now(), limit=5, lease=HOUR, floor=MINUTE)
    await days.restart()
    await days.pass_by(59 * SECOND)
    assert days.asked[URL] == []
    await days.pass_by(2 * SECOND)
    assert len(days.asked[URL]) == 1


async def test_condition_14_edits_and_a_second_adding_ask_nothing(days: Days) -> None:
    await days.add(URL)
    await days.poller.idle()
    feed = await days.feed(URL)
    await days.store.configure_feed(feed.id, FeedSpec(URL, interval=SECOND))
    await days.store.add_feed(
        FeedSpec("HTTPS://NEWS.example:443/rss#x"), origin=FeedOrigin.CHAT, now=days.clock.now()
    )
    await days.pass_by(59 * SECOND)
    assert len(days.asked[URL]) == 1
    assert await days.store.claim_feed(feed.id, days.clock.now(), lease=HOUR, floor=MINUTE) is None


async def test_condition_15_a_servers_freshness_is_not_before(days: Days) -> None:
    await days.add(URL, script=lambda _: still(URL, HOUR))
    await polls(days, 6)
    assert all(HOUR <= gap <= 1.5 * HOUR for gap in days.gaps(URL))
    assert (await days.feed(URL)).poll.next_poll_why == "its server asks for 60 min (Cache-Control, Expires)"


async def test_condition_15_a_servers_freshness_holds_for_an_interval_of_its_own_too(days: Days) -> None:
    await days.add(URL, script=lambda _: still(URL, HOUR), interval=2 * MINUTE)
    await polls(days, 3)
    assert min(days.gaps(URL)) >= HOUR


async def test_condition_16_a_documents_pause_holds_while_the_document_is_unchanged(days: Days) -> None:
    days.document.hints = PollHints(HOUR)
    await days.add(URL, script=lambda count: news(1) if count == 1 else still(URL))
    await polls(days, 6)
    assert all(HOUR <= gap <= 1.5 * HOUR for gap in days.gaps(URL))
    days.document.hints = PollHints()
    days.scripts[URL] = lambda count: news(2) if count == 7 else still(URL)
    await polls(days, 3)
    assert days.gaps(URL)[-1] <= 5.5 * MINUTE


async def test_condition_16_hours_to_skip_are_skipped(store: SqlStore, clock: HandClock) -> None:
    days = Days(store, clock, PollPolicy(interval=40 * MINUTE))
    days.document.hints = PollHints(skip_hours=(0, 1, 2, 3, 4, 5, 22, 23))
    await days.add(URL, script=news)
    await polls(days, 60)
    hours = {moment.hour for moment in days.asked[URL]}
    assert len(hours) > 10
    assert hours.isdisjoint({0, 1, 2, 3, 4, 5, 22, 23})


async def test_condition_17_the_longest_hint_wins_and_none_mutes_a_feed_for_more_than_a_day(
    days: Days,
) -> None:
    days.document.hints = PollHints(2 * HOUR)
    await days.add(URL, script=lambda count: news(count) if count < 4 else still(URL, 365 * DAY))
    await polls(days, 8)
    gaps = days.gaps(URL)
    assert all(2 * HOUR <= gap <= 3 * HOUR for gap in gaps[:3])
    assert all(21 * HOUR <= gap <= DAY for gap in gaps[3:])


@pytest.mark.parametrize(
    ("hints", "longest"),
    [
        (PollHints(365 * DAY), DAY),
        (PollHints(skip_days=(0, 1, 2, 3, 4, 5)), DAY),
        (PollHints(skip_days=tuple(range(7)), skip_hours=tuple(range(24))), 5.5 * MINUTE),
    ],
)
async def test_condition_17_no_document_mutes_itself(
    days: Days, hints: PollHints, longest: timedelta
) -> None:
    days.document.hints = hints
    await days.add(URL, script=news)
    await polls(days, 5)
    assert max(days.gaps(URL)) <= longest


@pytest.mark.parametrize("wish", [None, timedelta(0), -HOUR, timedelta(microseconds=1)])
async def test_condition_18_nonsense_means_the_default_and_never_at_once(
    days: Days, wish: timedelta | None
) -> None:
    days.document.hints = PollHints(wish)
    await days.add(URL, script=lambda count: news(1) if count == 1 else still(URL, wish))
    await polls(days, 5)
    gaps = days.gaps(URL)
    assert min(gaps) >= MINUTE
    assert all(5 * MINUTE <= gap <= 5.5 * MINUTE for gap in gaps[1:])


@pytest.mark.parametrize("hint", [None, HOUR])
async def test_condition_19_sixty_feeds_added_in_a_minute_spread(
    store: SqlStore, clock: HandClock, hint: timedelta | None
) -> None:
    days = Days(store, clock, PollPolicy(interval=HOUR))
    urls = many(60)
    for url in urls:
        await days.add(url, script=lambda _: still(URL, hint))
        clock.advance(SECOND)
    await days.poller.idle()
    start = clock.now() + 5 * MINUTE
    for _ in range(4 * 60):
        clock.advance(MINUTE)
        await days.poller.idle()
    later = [moment for moment in days.moments if moment >= start]
    assert len(later) >= 150
    bins = [int((moment - start) / (5 * MINUTE)) for moment in later]
    assert max(bins.count(number) for number in set(bins)) <= 0.2 * len(later)
    assert sum(moment.minute == 0 for moment in later) <= 0.1 * len(later)


async def test_condition_20_a_quiet_feed_is_asked_daily_after_30_days_and_quickly_again_with_its_next_entry(
    days: Days,
) -> None:
    awake = False
    await days.add(URL, script=lambda count: news(count) if awake else still(URL))
    await days.until_due()
    start = days.clock.now()
    for _ in range(32 * 4):
        days.clock.advance(6 * HOUR)
        await days.poller.idle()
    late = [moment for moment in days.asked[URL] if moment > start + 31 * DAY]
    assert 1 <= len(late) <= 2
    assert "it has brought nothing new for 3" in str((await days.feed(URL)).poll.next_poll_why)
    awake = True
    await polls(days, 2)
    assert days.gaps(URL)[-1] <= 33 * MINUTE


async def test_condition_20_an_active_feed_is_asked_more_often_within_the_floor(
    store: SqlStore, clock: HandClock
) -> None:
    days = Days(store, clock, PollPolicy(interval=HOUR, min_interval=10 * MINUTE))
    await days.add(URL, script=news)
    await polls(days, 100)
    gaps = days.gaps(URL)
    assert max(gaps[1:60]) >= HOUR
    assert all(10 * MINUTE <= gap <= 50 * MINUTE for gap in gaps[-10:])


async def test_condition_21_fifty_subscriptions_are_one_request(days: Days) -> None:
    await days.add(URL)
    for number in range(50):
        address = f"telegram:{number + 1}" if number % 2 else f"discord:{number + 1}"
        place = await days.store.ensure_destination(
            Address.parse(address), title="", timezone="UTC", language="en", now=days.clock.now()
        )
        await days.store.subscribe(
            place.id,
            query="Takaichi",
            canonical="Takaichi",
            options=SubscriptionOptions(feeds=(URL,)),
            origin=SubscriptionOrigin.CLI,
            now=days.clock.now(),
        )
    await polls(days, 3)
    assert len(days.asked[URL]) == 3


async def test_condition_22_a_host_that_says_429_is_left_alone_with_all_its_feeds(days: Days) -> None:
    urls = [f"https://news.example/{number}" for number in range(10)]
    busy = FetchFailed("The server answered 429.", 429, host_wide=True)
    await days.add(urls[0], script=lambda count: busy if count == 1 else still(URL))
    await days.poller.idle()
    await days.add(*urls[1:])
    await days.pass_by(50 * MINUTE, MINUTE)
    assert len(days.moments) == 1
    await days.pass_by(30 * MINUTE, MINUTE)
    assert set(days.asked) == set(urls)


@pytest.mark.parametrize("jump", [2 * HOUR, -2 * HOUR, 8 * HOUR, -DAY])
async def test_condition_23_a_clock_that_jumps_brings_neither_a_burst_nor_a_stall(
    days: Days, jump: timedelta
) -> None:
    urls = many(120)
    await days.add(*urls)
    await days.pass_by(4 * MINUTE, 5 * SECOND)
    days.asked.clear()
    days.clock.advance(jump)
    await days.pass_by(8 * MINUTE, 5 * SECOND)
    assert set(days.asked) == set(urls)
    assert most_within(days.moments, 10 * SECOND) <= 30
    assert all(MINUTE <= gap <= 6 * MINUTE for url in urls for gap in days.gaps(url))


async def test_condition_23_a_clock_set_back_while_newsbell_is_down_stalls_nothing(days: Days) -> None:
    await days.add(URL)
    await polls(days, 2)
    days.clock.advance(-2 * HOUR)
    await days.restart()
    await days.pass_by(6 * MINUTE, 5 * SECOND)
    assert len(days.asked[URL]) == 3


async def test_condition_24_after_eight_hours_of_downtime_polls_are_spread(days: Days) -> None:
    urls = many(300)
    await days.add(*urls)
    await days.pass_by(6 * MINUTE, 10 * SECOND)
    days.asked.clear()
    days.clock.advance(8 * HOUR)
    await days.restart()
    began = days.clock.now()
    await days.poller.idle()
    await days.pass_by(6 * MINUTE, 5 * SECOND)
    first = [times[0] - began for times in days.asked.values()]
    assert len(first) == 300
    assert max(first) >= 4 * MINUTE
    assert most_within(sorted(began + wait for wait in first), 10 * SECOND) <= 35
