"""Whether an alert goes out at once or waits for a digest, and until when. Pure."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from bot.model.destination import Destination
from bot.model.hold import Held, Hold, HoldReason
from bot.model.subscription import Priority, Subscription, SubscriptionOptions
from bot.pipeline.moments import zone
from bot.pipeline.slots import next_slot, quiet_until


def plan(
    place: Destination, options: Iterable[SubscriptionOptions], seen_at: datetime, now: datetime
) -> Held | None:
    """Return how an alert seen at a moment is held; None where it goes out now.

    Of several subscriptions that match, the one that speaks first decides.
    """
    there = zone(place.timezone)
    dues = [_due(place, each, seen_at, now, there) for each in options]
    first = min(dues, key=lambda held: held.due_at, default=None)
    return first if first is not None and first.due_at > now else None


def _due(
    place: Destination, options: SubscriptionOptions, seen_at: datetime, now: datetime, there: tzinfo
) -> Held:
    slot = max(now, next_slot(options.cadence, seen_at, there))
    if options.priority is Priority.NORMAL:
        end = quiet_until(place.settings.quiet, slot, there)
        if end is not None:
            return Held(end, HoldReason.QUIET)
    return Held(slot, HoldReason.CADENCE)


def replanned(
    place: Destination, subscriptions: Iterable[Subscription], holds: Iterable[Hold], now: datetime
) -> dict[int, Held]:
    """Return the holds of a place that are due at another moment now that its settings have changed, with their plans.

    What a burst held back keeps its moment, unless that lies in quiet hours now.
    """
    known = list(subscriptions)
    plans: dict[int, Held] = {}
    for hold in holds:
        options = [each.options for each in wanting(hold, known)]
        match hold.held.reason:
            case HoldReason.BURST:
                found = burst(place, options, hold.held.due_at)
            case HoldReason.CADENCE | HoldReason.QUIET:
                found = plan(place, options, hold.created_at, now) or Held(now, hold.held.reason)
        if found.due_at != hold.held.due_at and not hold.held.due_at < found.due_at <= now:
            plans[hold.id] = found
    return plans


def burst(place: Destination, options: Iterable[SubscriptionOptions], due_at: datetime) -> Held:
    """Return the hold of alerts that were too many, due then or when the quiet hours around it end."""
    urgent = any(each.priority is not Priority.NORMAL for each in options)
    end = None if urgent else quiet_until(place.settings.quiet, due_at, zone(place.timezone))
    return Held(end or due_at, HoldReason.BURST)


def wanting(hold: Hold, subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """Return the subscriptions that a held alert is for, also one that was ended and begun anew meanwhile."""
    return [each for each in subscriptions if each.id in hold.subscriptions or each.query in hold.queries]
