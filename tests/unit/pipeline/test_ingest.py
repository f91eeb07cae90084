import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address
from bot.model.decision import Verdict
from bot.model.delivery import Delivery
from bot.model.entry import ParsedEntry
from bot.model.feed import Feed, FeedOrigin, FeedSpec, Validators
from bot.model.fetch import FetchFailed, FetchResult, Gone, Moved, NotModified
from bot.model.message import plain
from bot.model.poll import ClaimedFeed, PollOutcome
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.ingest import Ingest
from bot.pipeline.match import LiveQueries
from bot.pipeline.poll import PollPolicy
from tests.unit.pipeline.fakes import HandClock, Keeper, LineParser, ScriptedFetcher, fetched
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, NOW, entry

URL = "https://news.example/rss"
OLD = entry("Old story", guid="old", link="https://news.example/old", published=NOW - DAY)
NEWS = entry("Takaichi to visit Washington", guid="new", link="https://news.example/new")


class Desk:
    """An ingest with everything around it, and a poll as one call."""

    def __init__(self, store: SqlStore, clock: HandClock, policy: PollPolicy | None = None) -> None:
        self.store = store
        self.clock = clock
        self.fetcher = ScriptedFetcher()
        self.parser = LineParser()
        self.keeper = Keeper()
        self.wakes = 0
        self.ingest = Ingest(
            store,
            self.fetcher,
            self.parser,
            LiveQueries(store),
            clock,
            policy,
            observer=self.keeper,
            wake=self._wake,
        )

    def _wake(self) -> None:
        self.wakes += 1

    async def subscribe(
        self, query: str = "Takaichi", address: str = "console:", feeds: tuple[str, ...] = ()
    ) -> None:
        place = await self.store.ensure_destination(
            Address.parse(address), title=address, timezone="UTC", language="en", now=self.clock.now()
        )
        await self.store.subscribe(
            place.id,
            query=query,
            canonical=query,
            options=SubscriptionOptions(feeds=feeds),
            origin=SubscriptionOrigin.CLI,
            now=self.clock.now(),
        )

    async def claim(self) -> ClaimedFeed:
        await self.store.add_feed(FeedSpec(URL), origin=FeedOrigin.CLI, now=self.clock.now())
        self.clock.advance(2 * DAY)
        (claimed,) = await self.store.claim_feeds(self.clock.now(), limit=5, lease=MINUTE)
        return claimed

    async def poll(
        self, *answers: FetchResult | Exception | Callable[[], Awaitable[FetchResult]]
    ) -> PollOutcome:
        claimed = await self.claim()
        self.fetcher.answers[claimed.feed.url] = list(answers)
        return await self.ingest.poll(claimed)

    async def show(self, *entries: ParsedEntry, etag: str | None = None) -> PollOutcome:
        """Poll with these entries in the document."""
        return await self.poll(fetched(self.parser.body(*entries), etag))

    async def feed(self) -> Feed:
        (only,) = await self.store.feeds()
        return only

    async def titles(self) -> list[str]:
        """Return the titles of all deliveries, oldest first."""
        return [plain(each.message.title) for each in reversed(await self.deliveries())]

    async def deliveries(self) -> list[Delivery]:
        return await self.store.deliveries()


@pytest.fixture
def desk(store: SqlStore, clock: HandClock) -> Desk:
    return Desk(store, clock)


async def test_a_first_poll_is_silent_and_what_comes_after_is_told(desk: Desk) -> None:
    await desk.subscribe()
    assert await desk.show(NEWS, OLD) is PollOutcome.NEW
    assert await desk.titles() == []
    second = entry("Takaichi meets Trump", guid="second", link="https://news.example/2")
    assert await desk.show(second, NEWS, OLD) is PollOutcome.NEW
    assert await desk.titles() == ["Takaichi meets Trump"]
    assert desk.keeper.counted == {"entries": 3, "alerts": 1}
    assert desk.wakes == 1


async def test_an_entry_is_told_once_however_often_it_is_listed(desk: Desk) -> None:
    await desk.subscribe()
    await desk.show(OLD)
    await desk.show(NEWS, OLD, etag="1")
    assert await desk.show(OLD, NEWS, etag="2") is PollOutcome.NO_NEWS
    await desk.show(OLD)
    await desk.show(NEWS, OLD)
    assert await desk.titles() == ["Takaichi to visit Washington"]


async def test_a_changed_date_or_tracking_parameter_is_no_news(desk: Desk) -> None:
    await desk.subscribe()
    await desk.show(OLD)
    await desk.show(NEWS, OLD)
    later = replace(NEWS, published=NOW + DAY, link="https://news.example/new?utm_source=rss")
    assert await desk.show(later, OLD) is PollOutcome.NO_NEWS


async def test_an_unchanged_body_is_not_parsed(desk: Desk) -> None:
    await desk.show(OLD)
    assert await desk.show(OLD, etag="other") is PollOutcome.UNCHANGED
    assert desk.parser.parsed == 1
    assert (await desk.feed()).poll.validators == Validators("other")


async def test_validators_come_back_and_are_echoed(desk: Desk) -> None:
    await desk.show(OLD, etag='W/"1"')
    assert await desk.poll(NotModified(URL, Validators('W/"1"'))) is PollOutcome.NOT_MODIFIED
    assert [each.validators for each in desk.fetcher.requests] == [Validators(), Validators('W/"1"')]


async def test_a_subscription_counts_from_the_next_poll_on(desk: Desk) -> None:
    await desk.show(OLD)
    await desk.show(NEWS, OLD)
    await desk.subscribe()
    third = entry("Takaichi again", guid="third", link="https://news.example/3")
    await desk.show(third, NEWS, OLD)
    assert await desk.titles() == ["Takaichi again"]


async def test_several_destinations_get_one_alert_each_and_one_nonce_each(desk: Desk) -> None:
    await desk.subscribe("Takaichi", "telegram:1")
    await desk.subscribe("Washington", "telegram:1")
    await desk.subscribe("Takaichi", "discord:2")
    await desk.show(OLD)
    await desk.show(NEWS, OLD)
    found = await desk.deliveries()
    assert sorted(str(each.destination.address) for each in found) == ["discord:2", "telegram:1"]
    assert len({each.nonce for each in found}) == 2
    footers = {str(each.destination.address): plain(each.message.footer) for each in found}
    assert footers["telegram:1"].endswith("· Takaichi, Washington")
    assert footers["discord:2"].endswith("· Takaichi")


async def test_a_subscription_limited_to_other_feeds_hears_nothing(desk: Desk) -> None:
    await desk.subscribe(feeds=("https://other.example/rss",))
    await desk.show(OLD)
    await desk.show(NEWS, OLD)
    assert await desk.titles() == []


async def test_an_entry_listed_twice_in_one_document_is_told_once(desk: Desk) -> None:
    await desk.subscribe()
    await desk.show(OLD)
    await desk.show(NEWS, NEWS, OLD)
    assert await desk.titles() == ["Takaichi to visit Washington"]


async def test_a_page_instead_of_a_feed_keeps_everything_and_is_shown(desk: Desk) -> None:
    await desk.show(OLD, etag="1")
    assert await desk.poll(fetched(b"<html>", "2")) is PollOutcome.FAILED
    state = (await desk.feed()).poll
    assert (state.failure, state.failures, state.validators) == ("This is no feed.", 1, Validators("1"))
    assert await desk.show(OLD, etag="1") is PollOutcome.UNCHANGED
    assert (await desk.feed()).poll.failure is None


async def test_a_failed_fetch_is_recorded_with_its_reason(desk: Desk) -> None:
    assert await desk.poll(FetchFailed("The server answered 404.", 404)) is PollOutcome.FAILED
    state = (await desk.feed()).poll
    assert (state.failure, state.seeded_at) == ("The server answered 404.", None)
    assert desk.keeper.polls == [PollOutcome.FAILED]


async def test_a_feed_that_is_gone_is_not_claimed_again(desk: Desk) -> None:
    assert await desk.poll(Gone("The server answered 410.")) is PollOutcome.GONE
    desk.clock.advance(300 * DAY)
    assert await desk.store.claim_feeds(desk.clock.now(), limit=5, lease=MINUTE) == []


async def test_an_exception_becomes_a_failure_that_names_no_detail(desk: Desk) -> None:
    assert await desk.poll(RuntimeError("https://user:SECRET@x")) is PollOutcome.FAILED
    failure = (await desk.feed()).poll.failure
    assert failure == "Newsbell itself failed on this feed (RuntimeError); its log has the details."


async def test_a_poll_that_never_ends_is_given_up(store: SqlStore, clock: HandClock) -> None:
    async def hang() -> FetchResult:
        await asyncio.Event().wait()
        raise AssertionError

    desk = Desk(store, clock, PollPolicy(deadline=timedelta(milliseconds=5)))
    assert await desk.poll(hang) is PollOutcome.FAILED
    assert (await desk.feed()).poll.failure == "The poll was given up after 0 s."


async def test_a_poll_whose_lease_was_lost_writes_nothing(desk: Desk) -> None:
    await desk.subscribe()
    await desk.show(OLD)
    claimed = await desk.claim()
    desk.clock.advance(HOUR)
    await desk.store.claim_feeds(desk.clock.now(), limit=5, lease=MINUTE)
    desk.fetcher.answers[URL] = [fetched(desk.parser.body(NEWS, OLD), "late")]
    await desk.ingest.poll(claimed)
    assert await desk.titles() == []
    assert (await desk.feed()).poll.validators == Validators()
    assert desk.wakes == 0


async def test_a_permanent_move_is_taken_over_when_confirmed(desk: Desk) -> None:
    new = "https://new.example/rss"
    for number in range(3):
        answer = fetched(desk.parser.body(OLD), str(number), new)
        await desk.poll(Moved(new, answer))
    feed = await desk.feed()
    assert (feed.url, feed.poll.moved_to) == (new, None)


async def test_a_move_to_a_page_that_is_no_feed_is_not_taken_over(desk: Desk) -> None:
    for _ in range(4):
        await desk.poll(Moved("https://parked.example/", fetched(b"<html>", None, "https://parked.example/")))
    assert (await desk.feed()).url == URL


async def test_a_site_that_moves_with_all_its_stories_is_silent_but_for_news(desk: Desk) -> None:
    await desk.subscribe()
    old = [
        entry(f"Takaichi story {n}", guid=f"a{n}", link=f"https://news.example/{n}", published=NOW - DAY)
        for n in range(12)
    ]
    await desk.show(*old)
    moved = [replace(each, guid=f"b{n}", link=f"https://new.example/{n}") for n, each in enumerate(old)]
    recent = entry("Takaichi resigns", guid="b99", link="https://new.example/99", published=NOW + 4 * DAY)
    assert await desk.show(recent, *moved) is PollOutcome.NEW
    assert await desk.titles() == ["Takaichi resigns"]
    assert await desk.show(*moved, recent) is PollOutcome.NO_NEWS


async def test_fifty_new_stories_at_once_are_all_told(desk: Desk) -> None:
    await desk.subscribe()
    await desk.show(OLD)
    many = [
        entry(f"Takaichi story {n}", guid=f"n{n}", link=f"https://news.example/n{n}", published=NOW - DAY)
        for n in range(50)
    ]
    await desk.show(*many)
    assert sorted(await desk.titles()) == sorted(each.title for each in many)


async def test_title_site_and_language_of_the_feed_are_taken_over(desk: Desk) -> None:
    await desk.show(OLD)
    feed = await desk.feed()
    assert (feed.title, feed.site, feed.language) == ("Mainichi World", "https://news.example/", "en")


async def test_a_host_that_asks_for_patience_is_left_alone_with_all_its_feeds(desk: Desk) -> None:
    busy = FetchFailed("The server answered 429.", 429, retry_after=3 * DAY, host_wide=True)
    assert await desk.poll(busy) is PollOutcome.FAILED
    other = "https://news.example/other"
    await desk.store.add_feed(FeedSpec(other), origin=FeedOrigin.CLI, now=desk.clock.now())
    (claimed,) = await desk.store.claim_feeds(desk.clock.now(), limit=5, lease=MINUTE)
    assert await desk.ingest.poll(claimed) is PollOutcome.POSTPONED
    feed = await desk.store.feed(other)
    assert feed is not None
    assert feed.poll.next_poll_at >= desk.clock.now() + DAY
    assert (feed.poll.failure, feed.poll.polled_at) == (None, None)
    assert [each.url for each in desk.fetcher.requests] == [URL]


async def test_a_muted_feed_is_silent_for_that_place_only_and_the_decision_is_kept(desk: Desk) -> None:
    await desk.show(OLD)
    await desk.subscribe()
    await desk.subscribe(address="telegram:5")
    feed = await desk.store.feed(URL)
    place = await desk.store.destination(Address.parse("telegram:5"))
    assert feed is not None
    assert place is not None
    until = desk.clock.now() + 30 * DAY
    await desk.store.mute(place.id, until=until, title="News", feed_id=feed.id)
    await desk.show(OLD, NEWS)
    assert [str(each.destination.address) for each in await desk.deliveries()] == ["console:"]
    [news] = await desk.store.entries_linked("https://news.example/new")
    verdicts = [each.verdict for each in await desk.store.decisions(news.id, range(10))]
    assert sorted(verdicts) == [Verdict.MUTED, Verdict.SENT]


async def test_an_alert_in_a_private_chat_has_its_buttons(desk: Desk) -> None:
    await desk.show(OLD)
    await desk.subscribe(address="telegram:5")
    await desk.show(OLD, NEWS)
    [delivery] = await desk.deliveries()
    opened, *others = delivery.message.actions
    assert opened.url == NEWS.link
    assert [each.data for each in others] == [
        f"{verb}:{delivery.nonce}" for verb in ("mute", "snooze", "why")
    ]
