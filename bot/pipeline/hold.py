"""Whether an alert goes out at once or waits for a digest, and until when. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from bot.model.destination import Destination
from bot.model.hold import Held, Hold, HoldReason
from bot.model.retention import STORY_LIVES
from bot.model.subscription import Priority, Subscription, SubscriptionOptions
from bot.pipeline.moments import zone
from bot.pipeline.slots import next_slot, quiet_until


def plan(
    place: Destination,
    options: Iterable[SubscriptionOptions],
    seen_at: datetime,
    now: datetime,
    *,
    urgent: bool = False,
) -> Held | None:
    """Return how an alert seen at a moment is held; None where it goes out now. ``urgent`` tells that its story is.

    Of several subscriptions that match, the one that speaks first decides.
    """
    wanted = list(options)
    there = zone(place.timezone)
    dues = [_due(place, each, seen_at, now, there) for each in wanted if urgent or not _only_urgent(each)]
    if wanted and not dues:
        dues = [Held(seen_at + STORY_LIVES, HoldReason.CALM)]
    first = min(dues, key=lambda held: held.due_at, default=None)
    return first if first is not None and first.due_at > now else None


def _only_urgent(options: SubscriptionOptions) -> bool:
    return options.priority is Priority.URGENT


def _due(
    place: Destination, options: SubscriptionOptions, seen_at: datetime, now: datetime, there: tzinfo
) -> Held:
    if _only_urgent(options):
        return Held(now, HoldReason.URGENT)
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
            case HoldReason.URGENT:
                found = hold.held
            case HoldReason.CADENCE | HoldReason.QUIET | HoldReason.CALM:
                found = plan(place, options, hold.created_at, now) or Held(now, hold.held.reason)
        if found.due_at != hold.held.due_at and not hold.held.due_at < found.due_at <= now:
            plans[hold.id] = found
    return plans


def hastened(
    hold: Hold, place: Destination, options: Sequence[SubscriptionOptions], now: datetime, *, urgent: bool
) -> Held | None:
    """Return the sooner plan of what is held, now that a further report came on its story; None where it stays.

    ``options`` are those of the subscriptions that want it and of those that the further report matched. What a burst
    held back stays in its digest.
    """
    if not options or hold.held.reason in {HoldReason.BURST, HoldReason.URGENT}:
        return None
    found = plan(place, options, now, now, urgent=urgent)
    if found is None:
        return Held(now, HoldReason.URGENT if urgent else HoldReason.CADENCE)
    calmed = hold.held.reason is HoldReason.CALM and found.reason is not HoldReason.CALM
    return found if calmed or found.due_at < hold.held.due_at else None


def burst(place: Destination, options: Iterable[SubscriptionOptions], due_at: datetime) -> Held:
    """Return the hold of alerts that were too many, due then or when the quiet hours around it end."""
    urgent = any(each.priority is not Priority.NORMAL for each in options)
    end = None if urgent else quiet_until(place.settings.quiet, due_at, zone(place.timezone))
    return Held(end or due_at, HoldReason.BURST)


def wanting(hold: Hold, subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """Return the subscriptions that a held alert is for, also one that was ended and begun anew meanwhile."""
    return [each for each in subscriptions if each.id in hold.subscriptions or each.query in hold.queries]
