"""Brings what the configuration says into the store: exactly what was edited changes.

What people added in a chat or at the shell is theirs; only what the configuration once added is ever removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.model.address import Address
from bot.model.feed import Feed, FeedOrigin, FeedSpec
from bot.model.subscription import Priority, SubscriptionOptions
from bot.model.url import normalise
from bot.pipeline import broadcasts
from bot.settings.sections import BroadcastSettings, FeedSettings
from bot.settings.settings import Settings
from bot.stores.store import FeedStore, Store

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """Feeds to add, to give other settings, and to remove."""

    add: tuple[FeedSpec, ...] = ()
    configure: tuple[tuple[Feed, FeedSpec], ...] = ()
    remove: tuple[Feed, ...] = ()


def plan_feeds(stored: Sequence[Feed], wanted: Sequence[FeedSpec]) -> FeedPlan:
    """Compare stored feeds with wanted ones.

    A stored feed does not tell whether its title is an operator's own, so a wanted one that is there is written again.
    """
    known = {feed.url: feed for feed in stored}
    asked = {normalise(spec.url): spec for spec in wanted}
    return FeedPlan(
        add=tuple(spec for url, spec in asked.items() if url not in known),
        configure=tuple((known[url], spec) for url, spec in asked.items() if url in known),
        remove=tuple(
            feed for url, feed in known.items() if feed.origin is FeedOrigin.CONFIG and url not in asked
        ),
    )


async def sync_feeds(store: FeedStore, wanted: Sequence[FeedSettings], now: datetime) -> None:
    """Bring ``[[feeds]]`` into the store."""
    specs = [FeedSpec(each.url, each.title, each.tags, each.interval) for each in wanted]
    plan = plan_feeds(await store.feeds(), specs)
    for feed in plan.remove:
        await store.remove_feed(feed.id)
    for feed, spec in plan.configure:
        await store.configure_feed(feed.id, spec, enabled=feed.enabled)
    for spec in plan.add:
        await store.add_feed(spec, origin=FeedOrigin.CONFIG, now=now)
    if plan.add or plan.remove:
        _log.info("feeds_synced", added=len(plan.add), removed=len(plan.remove))


async def sync_broadcasts(
    store: Store,
    wanted: Sequence[BroadcastSettings],
    *,
    timezone: str,
    language: str,
    now: datetime,
) -> None:
    """Bring ``[[broadcasts]]`` into the store."""
    asked = [
        broadcasts.Broadcast(
            await _known_address(store, each.to),
            each.query.text,
            each.query.canonical,
            SubscriptionOptions(
                each.cadence,
                each.feeds,
                each.mentions,
                Priority.of(priority=each.priority, urgent=each.urgent),
                each.draft,
            ),
        )
        for each in wanted
    ]
    changes = broadcasts.plan(await store.subscriptions(), asked)
    await broadcasts.apply(store, changes, timezone=timezone, language=language, now=now)
    if changes:
        _log.info("broadcasts_synced", written=len(changes.write), removed=len(changes.remove))


async def _known_address(store: Store, address: Address) -> Address:
    """Return the address that the store has for a chat, whose configuration may name it otherwise."""
    known = await store.destination(address)
    return known.address if known else address


async def sync(store: Store, settings: Settings, now: datetime) -> None:
    """Bring feeds and broadcasts of the configuration into the store."""
    await sync_feeds(store, settings.feeds, now)
    await sync_broadcasts(
        store, settings.broadcasts, timezone=settings.timezone, language=settings.language, now=now
    )
