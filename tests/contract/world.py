"""Short ways to fill a store, so that tests read as what they are about."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.model.address import Address, Platform
from bot.model.alert import MatchedSubscription, NewAlert
from bot.model.decision import NewDecision
from bot.model.delivery import Delivery, DeliveryStatus, Settlement
from bot.model.destination import Destination
from bot.model.entry import Entry, FreshEntry, ParsedEntry
from bot.model.feed import Feed, FeedOrigin, FeedSpec, PollState
from bot.model.hold import Held
from bot.model.message import Message, Run
from bot.model.poll import ClaimedFeed, PollOutcome, PollRecord
from bot.model.subscription import Subscription, SubscriptionOptions, SubscriptionOrigin
from bot.stores.store import Store

NOW = datetime(2026, 3, 14, 15, 9, 26, 535897, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

MESSAGE = Message(title=(Run("Takaichi speaks", bold=True),), url="https://news.example/1")


def fresh(name: str, *aliases: str, **content: Any) -> FreshEntry:
    entry = ParsedEntry(
        **{"guid": name, "title": f"Title of {name}", "link": f"https://news.example/{name}", **content}
    )
    return FreshEntry(entry, (name, *aliases))


def alert(
    destination: Destination,
    *,
    entry: int = 0,
    nonce: str = "n1",
    due_at: datetime = NOW,
    held: Held | None = None,
) -> NewAlert:
    matches = (MatchedSubscription(1, "Takaichi", ("TAKAICHI", "高市")),)
    return NewAlert(entry, destination.id, matches, MESSAGE, nonce, due_at, held)


def settled(delivery: Delivery, status: DeliveryStatus = DeliveryStatus.SENT, **more: Any) -> Settlement:
    assert delivery.lease is not None
    values = {"at": NOW + SECOND, "outcome": str(status), **more}
    return Settlement(delivery_id=delivery.id, lease=delivery.lease, status=status, **values)


@dataclass
class World:
    store: Store
    numbers: Any = field(default_factory=lambda: count(1))
    held: dict[int, ClaimedFeed] = field(default_factory=dict)

    async def feed(self, url: str = "https://news.example/feed", **spec: Any) -> Feed:
        feed, _ = await self.store.add_feed(FeedSpec(url, **spec), origin=FeedOrigin.CLI, now=NOW)
        return feed

    async def claim(self, feed: Feed, now: datetime = NOW) -> ClaimedFeed:
        """Claim a feed; what else was due is kept for the next call."""
        if feed.id not in self.held:
            claimed = await self.store.claim_feeds(now, limit=1000, lease=MINUTE)
            self.held.update({claim.feed.id: claim for claim in claimed})
        return self.held.pop(feed.id)

    async def poll(self, feed: Feed, *entries: FreshEntry, at: datetime = NOW, **more: Any) -> None:
        claim = await self.claim(feed, at)
        await self.store.record_poll(self.record(claim, *entries, at=at, **more))

    def record(
        self,
        claim: ClaimedFeed,
        *entries: FreshEntry,
        at: datetime = NOW,
        state: PollState | None = None,
        alerts: tuple[NewAlert, ...] = (),
        decisions: tuple[NewDecision, ...] = (),
        **more: Any,
    ) -> PollRecord:
        return PollRecord(
            feed_id=claim.feed.id,
            lease=claim.lease,
            at=at,
            outcome=PollOutcome.NEW,
            state=state or PollState(next_poll_at=at),
            fresh=entries,
            alerts=alerts,
            decisions=decisions,
            **more,
        )

    async def place(self, address: str = "telegram:5", **more: Any) -> Destination:
        settings = {"title": "Room", "timezone": "Asia/Tokyo", "language": "ja", "now": NOW, **more}
        return await self.store.ensure_destination(Address.parse(address), **settings)

    async def subscribe(self, place: Destination, query: str, **more: Any) -> Subscription:
        values = {
            "canonical": query.casefold(),
            "options": SubscriptionOptions(),
            "origin": SubscriptionOrigin.CHAT,
            "now": NOW,
            **more,
        }
        subscription, _ = await self.store.subscribe(place.id, query=query, **values)
        return subscription

    async def deliver(self, *places: Destination, due_at: datetime = NOW, at: datetime = NOW) -> None:
        """Write one entry of a feed of its own, with a delivery for each place, in this order."""
        number = next(self.numbers)
        feed = await self.feed(f"https://news.example/{number}")
        alerts = tuple(
            alert(place, nonce=f"{number}-{index}", due_at=due_at) for index, place in enumerate(places)
        )
        await self.poll(feed, fresh(f"entry-{number}"), at=at, alerts=alerts)

    async def hold(self, place: Destination, *plans: Held, at: datetime = NOW) -> None:
        """Write an entry with a held alert for each plan, all from one feed."""
        number = next(self.numbers)
        feed = await self.feed(f"https://news.example/{number}")
        entries = [fresh(f"entry-{number}-{index}") for index in range(len(plans))]
        alerts = tuple(
            alert(place, entry=index, nonce=f"{number}-{index}", held=plan)
            for index, plan in enumerate(plans)
        )
        await self.poll(feed, *entries, at=at, alerts=alerts)

    async def claims(
        self, now: datetime = NOW, *, limit: int = 10, platform: Platform = Platform.TELEGRAM
    ) -> list[Delivery]:
        return await self.store.claim_deliveries(now, platform=platform, limit=limit, lease=MINUTE)

    async def entries(self, since: datetime = NOW - DAY, **more: Any) -> list[Entry]:
        return [entry async for entry in self.store.entries_since(since, **more)]
