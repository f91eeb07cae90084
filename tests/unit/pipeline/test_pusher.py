"""Asking hubs over a real store: what is offered, renewed, lost, changed and left; the hubs follow a script."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.feed import Feed, FeedOrigin, FeedSpec, PollState
from bot.model.poll import PollOutcome, PollRecord
from bot.model.push import HubAccepted, HubAnswer, HubFailed, HubMode, HubRefused, HubRequest, Push, PushState
from bot.pipeline import net
from bot.pipeline.push import CLAIM, LEASE, PATIENCE, delivered, denied, verified
from bot.pipeline.pusher import Pusher
from tests.unit.pipeline.fakes import HandClock
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE

CALLBACKS = "https://news.home.example"
HUB, OTHER = "https://hub.example/", "https://other-hub.example/"
URL = "https://news.example/rss"
USUAL = 5 * MINUTE


@dataclass
class Hubs:
    """Answer each request with what is scripted for the hub, else accept it; what happens meanwhile comes first."""

    requests: list[HubRequest] = field(default_factory=list)
    answers: dict[str, HubAnswer | Exception] = field(default_factory=dict)
    meanwhile: Callable[[HubRequest], Awaitable[None]] | None = None
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def ask(self, request: HubRequest) -> HubAnswer:
        self.requests.append(request)
        if self.meanwhile is not None:
            await self.meanwhile(request)
        answer = self.answers.get(request.hub, HubAccepted())
        if isinstance(answer, Exception):
            raise answer
        return answer

    def asked_hub(self, mode: str, outcome: str) -> None:
        self.counted[mode, outcome] += 1

    def pushed(self, outcome: str) -> None:
        raise AssertionError(f"nothing was posted: {outcome}")

    def asked(self, mode: HubMode) -> list[str]:
        return [one.hub for one in self.requests if one.mode is mode]


class Office:
    """A store with feeds that name hubs, and what asks these."""

    def __init__(self, store: SqlStore, clock: HandClock) -> None:
        self.store, self.clock, self.hubs = store, clock, Hubs()
        self.pusher = self.process()

    def process(self) -> Pusher:
        return Pusher(self.store, self.hubs, self.clock, CALLBACKS, observer=self.hubs, usual=USUAL)

    async def feed(self, url: str = URL, hub: str | None = HUB, topic: str = URL, **state: object) -> Feed:
        """Record a poll of a feed whose document names this hub."""
        await self.store.add_feed(FeedSpec(url), origin=FeedOrigin.CLI, now=self.clock.now())
        known = await self.stored(url)
        now = self.clock.now()
        claimed = await self.store.claim_feed(known.id, now, lease=MINUTE, floor=timedelta(0))
        assert claimed is not None
        poll = {"next_poll_at": now, "polled_at": now, "hub": hub, "topic": topic if hub else None, **state}
        record = PollRecord(known.id, claimed.lease, now, PollOutcome.NO_NEWS, PollState(**poll))  # type: ignore[arg-type]  # the fields that a test names
        await self.store.record_poll(record)
        return await self.stored(url)

    async def stored(self, url: str = URL) -> Feed:
        found = await self.store.feed(url)
        assert found is not None
        return found

    async def tick(self, after: timedelta = timedelta(0)) -> None:
        self.clock.advance(after)
        await self.pusher.tick()
        await self.pusher.idle()

    async def agreed(self, number: int = -1) -> Push | None:
        """Return the subscription that a request was about."""
        return await self.store.push_called(self.hubs.requests[number].callback.rpartition("/")[2])

    async def change(self, push: Push | None) -> None:
        assert push is not None
        assert await self.store.save_push(push)

    async def confirm(self, lease: timedelta = DAY) -> None:
        """Let the hub ask back about the latest request."""
        push = await self.agreed()
        assert push is not None
        seconds = str(round(lease.total_seconds()))
        await self.change(verified(push, "subscribe", push.topic, seconds, self.clock.now()))

    async def states(self) -> dict[str, int]:
        return await self.store.push_counts()


@pytest.fixture
def office(store: SqlStore, clock: HandClock) -> Office:
    return Office(store, clock)


async def test_a_hub_that_a_feed_offers_is_asked_once_with_a_callback_and_a_secret_of_its_own(
    office: Office,
) -> None:
    await office.feed()
    await office.feed("https://second.example/rss", topic="https://second.example/rss")
    await office.tick()
    await office.tick()
    one, other = office.hubs.requests
    assert {one.topic, other.topic} == {URL, "https://second.example/rss"}
    assert (one.hub, one.mode, one.lease) == (HUB, HubMode.SUBSCRIBE, LEASE)
    assert one.callback.startswith(f"{CALLBACKS}/websub/")
    assert len({one.callback, other.callback, one.secret, other.secret}) == 4
    assert office.hubs.counted == {("subscribe", "accepted"): 2}


async def test_feeds_that_offer_nothing_or_are_switched_off_ask_nobody(office: Office) -> None:
    await office.feed(hub=None)
    off = await office.feed("https://off.example/rss")
    await office.store.configure_feed(off.id, FeedSpec(off.url), enabled=False)
    await office.tick()
    assert office.hubs.requests == []


async def test_a_promise_is_renewed_at_its_half_and_not_before(office: Office) -> None:
    await office.feed()
    await office.tick()
    await office.confirm(lease=2 * HOUR)
    await office.tick(HOUR - MINUTE)
    assert len(office.hubs.requests) == 1
    await office.tick(MINUTE)
    first, second = office.hubs.requests
    assert (first.callback, first.secret) == (second.callback, second.secret)
    await office.confirm(lease=2 * HOUR)
    push = await office.agreed()
    assert push is not None
    assert push.until == office.clock.now() + 2 * HOUR


async def test_a_hub_is_asked_again_where_it_does_not_ask_back(office: Office) -> None:
    await office.feed()
    await office.tick()
    await office.tick(PATIENCE - MINUTE)
    assert len(office.hubs.requests) == 1
    await office.tick(MINUTE)
    assert len(office.hubs.requests) == 2


async def test_a_hub_that_confirms_before_it_answers_no_is_believed_in_what_it_confirmed(
    office: Office,
) -> None:
    async def confirm(_: HubRequest) -> None:
        await office.confirm()

    await office.feed()
    office.hubs.meanwhile, office.hubs.answers = confirm, {HUB: HubFailed("it took too long")}
    await office.tick()
    assert await office.states() == {"active": 1}
    assert office.hubs.counted == {("subscribe", "failed"): 1}


async def test_a_refusal_is_kept_for_a_day(office: Office) -> None:
    await office.feed()
    office.hubs.answers = {HUB: HubRefused("it refuses the request (403)")}
    await office.tick()
    assert await office.states() == {"refused": 1}
    told = (await office.stored()).push
    assert told is not None
    assert told.problem == "it refuses the request (403)"
    await office.tick(DAY - MINUTE)
    assert len(office.hubs.requests) == 1
    await office.tick(MINUTE)
    assert len(office.hubs.requests) == 2


async def test_the_trouble_of_one_hub_is_no_other_hubs_trouble(office: Office) -> None:
    await office.feed()
    await office.feed("https://second.example/rss", hub=OTHER)
    office.hubs.answers = {HUB: RuntimeError("a fault of our own")}
    await office.tick()
    assert sorted(office.hubs.asked(HubMode.SUBSCRIBE)) == [HUB, OTHER]
    assert office.hubs.counted == {("subscribe", "accepted"): 1}
    await office.tick(CLAIM)
    assert office.hubs.asked(HubMode.SUBSCRIBE).count(HUB) == 1
    await office.tick(PATIENCE)
    assert office.hubs.asked(HubMode.SUBSCRIBE).count(HUB) == 2


async def test_a_promise_that_ends_brings_the_feeds_usual_polls_back(office: Office) -> None:
    feed = await office.feed()
    await office.tick()
    await office.confirm(lease=HOUR)
    push = await office.agreed()
    assert push is not None
    await office.change(delivered(push, office.clock.now(), None))
    await office.feed(next_poll_at=office.clock.now() + 12 * HOUR, next_poll_why=net.WHY)
    office.hubs.answers = {HUB: HubFailed("No connection")}
    await office.tick(HOUR / 2)
    assert (await office.stored()).poll.next_poll_why == net.WHY
    await office.tick(HOUR / 2)
    feed = await office.stored()
    assert feed.poll.next_poll_at == office.clock.now() + USUAL
    assert feed.poll.next_poll_why == "its hub no longer pushes its news"
    assert not net.relied_upon(feed, office.clock.now())


async def test_a_hub_that_was_renewed_in_time_leaves_the_net_as_it_is(office: Office) -> None:
    await office.feed()
    await office.tick()
    await office.confirm(lease=HOUR)
    later = office.clock.now() + 12 * HOUR
    await office.feed(next_poll_at=later, next_poll_why=net.WHY)
    await office.tick(HOUR / 2)
    await office.confirm(lease=HOUR)
    await office.tick(HOUR / 4)
    assert (await office.stored()).poll.next_poll_at == later


async def test_a_denied_subscription_is_asked_for_again_and_can_come_back(office: Office) -> None:
    await office.feed()
    await office.tick()
    await office.confirm()
    push = await office.agreed()
    assert push is not None
    await office.change(denied(push, URL, "No room", office.clock.now()))
    await office.tick(DAY)
    await office.confirm()
    assert await office.states() == {"active": 1}


@pytest.mark.parametrize(
    ("hub", "topic"), [(OTHER, URL), (HUB, "https://news.example/new-topic"), (OTHER, "https://new.example/")]
)
async def test_a_feed_that_names_another_hub_or_topic_leaves_the_old_one_and_asks_the_new(
    office: Office, hub: str, topic: str
) -> None:
    await office.feed()
    await office.tick()
    await office.confirm()
    office.clock.advance(HOUR)
    await office.feed(hub=hub, topic=topic)
    await office.tick()
    subscribed, *later = office.hubs.requests
    assert {(one.mode, one.hub, one.topic) for one in later} == {
        (HubMode.UNSUBSCRIBE, HUB, URL),
        (HubMode.SUBSCRIBE, hub, topic),
    }
    new = next(one for one in later if one.mode is HubMode.SUBSCRIBE)
    assert (new.callback, new.secret) != (subscribed.callback, subscribed.secret)


async def test_a_farewell_that_the_hub_confirms_is_forgotten(office: Office) -> None:
    await office.feed()
    await office.tick()
    await office.confirm()
    office.clock.advance(HOUR)
    await office.feed(hub=None)
    await office.tick()
    push = await office.agreed()
    assert push is not None
    assert push.state is PushState.LEAVING
    await office.change(verified(push, "unsubscribe", URL, None, office.clock.now()))
    await office.tick()
    assert await office.agreed() is None
    assert office.hubs.asked(HubMode.UNSUBSCRIBE) == [HUB]
    assert await office.states() == {}


async def test_a_removed_feed_is_unsubscribed_at_most_three_times(office: Office) -> None:
    feed = await office.feed()
    await office.tick()
    await office.confirm(lease=10 * DAY)
    office.clock.advance(HOUR)
    await office.store.remove_feed(feed.id)
    office.hubs.answers = {HUB: HubFailed("No connection")}
    for _ in range(10):
        await office.tick(HOUR)
    assert office.hubs.asked(HubMode.UNSUBSCRIBE) == [HUB] * 3
    assert await office.states() == {}


async def test_a_hub_that_left_news_to_a_poll_is_asked_once_more(office: Office) -> None:
    await office.feed()
    await office.tick()
    await office.confirm(lease=10 * DAY)
    office.clock.advance(HOUR)
    await office.feed(missed_at=office.clock.now())
    await office.tick()
    await office.confirm(lease=10 * DAY)
    await office.tick()
    assert len(office.hubs.requests) == 2


async def test_two_processes_ask_a_hub_once(office: Office) -> None:
    await office.feed()
    beside = office.process()
    await office.pusher.tick()
    await beside.tick()
    await office.pusher.idle()
    await beside.idle()
    assert len(office.hubs.requests) == 1


async def test_many_offers_are_asked_about_twenty_at_a_time(office: Office) -> None:
    for number in range(25):
        await office.feed(f"https://news.example/{number}", topic=f"https://news.example/{number}")
    await office.tick()
    assert len(office.hubs.requests) == 20
    await office.tick()
    assert len(office.hubs.requests) == 25


async def test_after_the_end_no_hub_is_asked_and_nothing_is_lost(office: Office) -> None:
    await office.feed()
    await office.pusher.stop()
    await office.tick()
    assert office.hubs.requests == []
    office.pusher = office.process()
    await office.tick()
    assert len(office.hubs.requests) == 1


async def test_a_subscription_that_vanishes_while_its_hub_answers_is_let_go(office: Office) -> None:
    async def vanish(_: HubRequest) -> None:
        push = await office.agreed()
        assert push is not None
        await office.store.forget_push(push.id)

    await office.feed()
    office.hubs.meanwhile = vanish
    await office.tick()
    assert await office.states() == {}
    assert office.hubs.counted == {("subscribe", "accepted"): 1}
