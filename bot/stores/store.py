"""What the core needs from storage, as Protocols: feeds, subscriptions, the outbox. One test suite runs over each adapter."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.activity import Activity
from bot.model.address import Address, Platform
from bot.model.alert import Alert
from bot.model.decision import Decision
from bot.model.delivery import Attempt, Delivery, DeliveryStatus, Settlement
from bot.model.destination import Destination
from bot.model.entry import Entry
from bot.model.feed import Feed, FeedOrigin, FeedSpec
from bot.model.known import KnownItems
from bot.model.message import Message
from bot.model.mute import Mute
from bot.model.outbox import Latency, OutboxStats, Totals
from bot.model.poll import ClaimedFeed, PollRecord
from bot.model.record import Record
from bot.model.retention import RETENTION
from bot.model.subscription import (
    QueryChanges,
    Subscriber,
    Subscription,
    SubscriptionOptions,
    SubscriptionOrigin,
)
from bot.ports import TextStore
from bot.stores.drafts import DraftStore
from bot.stores.holds import HoldStore
from bot.stores.pushes import PushStore
from bot.stores.stories import StoryStore


class FeedStore(Protocol):
    """Feeds and what their polls leave behind."""

    async def add_feed(self, spec: FeedSpec, *, origin: FeedOrigin, now: datetime) -> tuple[Feed, bool]:
        """Add a feed, due at once, or find the one with the same normalised URL; True where it is new."""

    async def remove_feed(self, feed_id: int) -> None:
        """Remove a feed with its entries; alerts and deliveries already written stay."""

    async def feeds(self) -> list[Feed]:
        """Return all feeds, by title."""

    async def feed(self, url: str) -> Feed | None:
        """Return the feed with this (normalised) URL."""

    async def configure_feed(self, feed_id: int, spec: FeedSpec, *, enabled: bool = True) -> None:
        """Change title, tags, interval of a feed and whether it is polled; its poll state stays."""

    async def claim_feeds(
        self, now: datetime, *, limit: int, lease: timedelta, floor: timedelta = timedelta(0)
    ) -> list[ClaimedFeed]:
        """Lease feeds that are due, longest due first, skipping those leased by others.

        A claimed feed is not due again before ``floor`` has passed, even if its poll is never recorded.
        """

    async def claim_feed(
        self, feed_id: int, now: datetime, *, lease: timedelta, floor: timedelta
    ) -> ClaimedFeed | None:
        """Lease one feed, due or not; None where another holds it or it was polled less than ``floor`` ago."""

    async def turn_back(self, now: datetime) -> timedelta:
        """Move due times of feeds back with a clock that was set back; return by how much, zero where it was not.

        A feed polled more than a minute after ``now`` tells that it was. The order of what is due stays as it is.
        """

    async def known_identities(self, feed_id: int, identities: Sequence[str]) -> frozenset[str]:
        """Return which of these identities the feed has shown before."""

    async def known_items(self, feed_id: int) -> KnownItems | None:
        """Return by what the items of a feed's last document are recognised; None where nothing is known."""

    async def record_poll(self, record: PollRecord) -> None:
        """Write a poll as a whole, and free the lease: state, entries, stories, alerts, deliveries, decisions, known items.

        Raises LeaseLost, having written nothing, where the lease is no longer ours.
        """

    def entries_since(
        self, since: datetime, *, feed_ids: Sequence[int] | None = None
    ) -> AsyncIterator[Entry]:
        """Stream stored entries first seen since then, newest first, in bounded memory.

        No transaction stays open while the caller thinks.
        """

    async def activity(self, since: datetime) -> dict[int, Activity]:
        """Return by feed what was published since then, as far as it was seen; feeds without any are left out."""

    async def prune(self, now: datetime, *, retention: timedelta = RETENTION) -> int:
        """Delete what is older than ``retention`` and not needed any more, in small steps; return how many rows went.

        Identities are kept for 90 days after their feed last listed them.
        """


class SubscriptionStore(Protocol):
    """Destinations, queries and subscriptions."""

    async def ensure_destination(
        self, address: Address, *, title: str, timezone: str, language: str, now: datetime
    ) -> Destination:
        """Return the destination with this address, made with these settings where it is new."""

    async def destination(self, address: Address) -> Destination | None:
        """Return the destination with this address."""

    async def know_as(self, address: Address, name: str | None, *, numbered: Address) -> None:
        """Note that a chat, known by a name or by its number so far, has this number and goes by this name.

        A destination of the name becomes that of the number; where both are there they are made one.
        """

    async def destinations(self) -> list[Destination]:
        """Return all destinations."""

    async def save_destination(self, destination: Destination) -> None:
        """Write title, language, timezone, state, reason, not_before and settings of a destination."""

    async def subscribe(
        self,
        destination_id: int,
        *,
        query: str,
        canonical: str,
        options: SubscriptionOptions,
        origin: SubscriptionOrigin,
        now: datetime,
    ) -> tuple[Subscription, bool]:
        """Add a subscription or find the destination's one with the same canonical query; True where it is new.

        A found one takes over ``options``. ``origin`` CONFIG takes an existing one over, too.
        """

    async def unsubscribe(self, subscription_id: int) -> Subscription | None:
        """Remove a subscription and return it; None where there was none."""

    async def subscriptions(self, destination_id: int | None = None) -> list[Subscriber]:
        """Return the subscriptions of one destination or of all, oldest first."""

    async def remember_query(self, query: str, canonical: str) -> int:
        """Return the id of a query row, made where missing, so that a button can name a long query."""

    async def query(self, query_id: int) -> str | None:
        """Return the text of a remembered query."""

    async def query_changes(self, since: int) -> QueryChanges:
        """Return which queries gained their first or lost their last subscription after this revision (0: all)."""

    async def subscribers(self, query_ids: Sequence[int]) -> list[Subscriber]:
        """Return all subscriptions of these queries whose destination is not off."""


class OutboxStore(Protocol):
    """Alerts and deliveries."""

    async def claim_deliveries(
        self,
        now: datetime,
        *,
        platform: Platform,
        limit: int,
        lease: timedelta,
        behind: timedelta | None = None,
    ) -> list[Delivery]:
        """Lease due deliveries by rank, oldest first, at most one a destination and none beside one still leased.

        Skips destinations whose ``not_before`` lies ahead or that are off. A row whose lease ran out is due again.
        Where the oldest alert of a destination has waited longer than ``behind``, its newest goes first.
        """

    async def settle(self, settlement: Settlement) -> None:
        """Write the result of an attempt. Raises LeaseLost where the lease is no longer ours."""

    async def release_leases(self, now: datetime) -> int:
        """Free every lease on feeds and deliveries; only for the sole process of a database, at its start.

        The attempts that ended with the process before are noted.
        """

    async def deliveries(
        self,
        *,
        statuses: Sequence[DeliveryStatus] = (),
        limit: int = 100,
        ids: Sequence[int] = (),
        destination_id: int | None = None,
    ) -> list[Delivery]:
        """Return deliveries, newest first."""

    async def attempts(self, delivery_id: int) -> list[Attempt]:
        """Return the attempts of a delivery, oldest first."""

    async def requeue(self, ids: Sequence[int], *, now: datetime) -> int:
        """Make dead, dropped or waiting deliveries due now with a fresh count of attempts; return how many."""

    async def post(self, destination_id: int, message: Message, *, nonce: str, now: datetime) -> None:
        """Write a message that no alert stands behind, due now; a nonce that was used before writes nothing."""

    async def drop(self, ids: Sequence[int]) -> int:
        """Give waiting or dead deliveries up; return how many."""

    async def alerts(self, *, limit: int = 50) -> list[Alert]:
        """Return the latest alerts, newest first."""

    async def outbox_stats(self, now: datetime) -> OutboxStats:
        """Count the outbox."""

    async def latency(self, since: datetime) -> Latency:
        """Return median latencies of what was sent since then."""

    async def totals(self) -> Totals:
        """Count what is stored."""


class HistoryStore(Protocol):
    """What was decided and done about entries, and what places do not want to hear of."""

    async def entry(self, entry_id: int) -> Entry | None:
        """Return a stored entry; None where it was pruned."""

    async def entries_linked(self, link: str) -> list[Entry]:
        """Return the latest entries with this link in any of its spellings, newest first, at most 10."""

    async def alert_sent_as(
        self, destination_id: int, *, nonce: str | None = None, message_id: str | None = None
    ) -> Alert | None:
        """Return the alert of a destination by its delivery's nonce or by the platform's id of its message."""

    async def alerts_in_digest(self, destination_id: int, message_id: str) -> list[Alert]:
        """Return the alerts of a destination that a digest told of, by the platform's id of its message, in its order."""

    async def alert_about(self, destination_id: int, story_id: int) -> Alert | None:
        """Return the alert of a destination about a story."""

    async def alert_deliveries(self, alert_id: int) -> list[Delivery]:
        """Return the deliveries of an alert, oldest first: its own, or the digest that took it."""

    async def decisions(self, entry_id: int, subscription_ids: Sequence[int]) -> list[Decision]:
        """Return what was decided about an entry for these subscriptions, oldest first."""

    async def record(self, destination_id: int) -> Record:
        """Return all that is kept about what a destination was told, the newest 5,000 of each kind."""

    async def mute(
        self,
        destination_id: int,
        *,
        until: datetime,
        title: str,
        feed_id: int | None = None,
        story_id: int | None = None,
    ) -> Mute:
        """Mute a feed or a story for a destination; a mute that is there already gets the new end."""

    async def unmute(self, destination_id: int, mute_id: int) -> Mute | None:
        """End a mute of this destination and return it; None where it has no such mute."""

    async def mutes(self, destination_id: int, now: datetime) -> list[Mute]:
        """Return the mutes of a destination that have not ended, the one that ends first first."""

    async def muting(self, now: datetime, *, feed_id: int, story_id: int | None = None) -> list[Mute]:
        """Return the mutes of all destinations that concern news of this feed or this story."""

    async def forget(self, destination_id: int) -> bool:
        """Delete a destination with all that is stored about it; False where there is none."""

    async def forget_left(self, now: datetime) -> int:
        """Forget destinations that have been off for 30 days, but for those of the configuration; return how many."""


class Store(
    FeedStore,
    SubscriptionStore,
    OutboxStore,
    DraftStore,
    HoldStore,
    HistoryStore,
    StoryStore,
    TextStore,
    PushStore,
    Protocol,
):
    """The whole store."""
