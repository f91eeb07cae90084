"""Broadcasts of the configuration against those in the store: exactly what was edited changes.

``plan`` is pure; ``apply`` carries a plan out. Only subscriptions that configuration made are ever removed; what
people subscribed to in a chat is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.address import Address
from bot.model.subscription import Subscriber, SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.digest import replan
from bot.stores.store import Store


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One wanted broadcast. ``address`` is the form that the store knows the destination by."""

    address: Address
    query: str
    canonical: str
    options: SubscriptionOptions = field(default_factory=SubscriptionOptions)


@dataclass(frozen=True, slots=True)
class Plan:
    """What differs: broadcasts to write (new or with other options) and subscriptions to remove."""

    write: tuple[Broadcast, ...] = ()
    remove: tuple[Subscriber, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.write or self.remove)


def plan(existing: Sequence[Subscriber], wanted: Sequence[Broadcast]) -> Plan:
    """Compare all stored subscriptions with the wanted broadcasts; of equal wanted ones the last counts."""
    final = {(each.address, each.canonical): each for each in wanted}
    stored = {(each.destination.address, each.subscription.canonical): each for each in existing}
    ours = {
        key: each for key, each in stored.items() if each.subscription.origin is SubscriptionOrigin.CONFIG
    }
    return Plan(
        write=tuple(
            each
            for key, each in final.items()
            if key not in ours or ours[key].subscription.options != each.options
        ),
        remove=tuple(each for key, each in ours.items() if key not in final),
    )


async def apply(store: Store, changes: Plan, *, timezone: str, language: str, now: datetime) -> None:
    """Carry a plan out; destinations that are new get this time zone and language."""
    for gone in changes.remove:
        await store.unsubscribe(gone.subscription.id)
    for each in changes.write:
        destination = await store.ensure_destination(
            each.address, title=str(each.address), timezone=timezone, language=language, now=now
        )
        await store.subscribe(
            destination.id,
            query=each.query,
            canonical=each.canonical,
            options=each.options,
            origin=SubscriptionOrigin.CONFIG,
            now=now,
        )
        await replan(store, destination, now)
