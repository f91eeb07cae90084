"""``/subscriptions``, ``/pause`` and ``/resume``: what a place receives, and whether it does."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.chat import place as places
from bot.chat import words
from bot.chat.buttons import Press, Verb
from bot.chat.desk import Desk
from bot.chat.place import Place
from bot.chat.planning import spoken_hours
from bot.chat.sample import QUERY, moment
from bot.chat.say import answer, bold, button, counted, rich, shorten
from bot.chat.unsubscribing import PAGE, listed, turn
from bot.model.destination import Destination, DestinationState
from bot.model.message import Action, Run, Text
from bot.model.request import Answer, Request
from bot.model.subscription import Priority, Subscription, SubscriptionOptions, SubscriptionOrigin

_SINCE = "since "


async def subscriptions(desk: Desk, request: Request) -> Answer:
    """Answer ``/subscriptions [@channel]``."""
    place, _ = await places.addressed(desk, request)
    return await listing(desk, place, 0)


async def listing(desk: Desk, place: Place, offset: int, *, replaces: bool = False) -> Answer:
    """Show a page of the numbered list, with the settings of the place below."""
    known = await listed(desk, place)
    destination = await desk.store.destination(place.address)
    first = offset if offset < len(known) else 0
    settings = [rich(words.ZONE, zone=destination.timezone if destination else desk.timezone)]
    if destination and destination.settings.quiet:
        settings.append(rich(words.QUIET, hours=spoken_hours(destination.settings.quiet)))
    settings += [state] if destination and (state := standing(destination)) else []
    if not known:
        return answer(words.NOTHING_SUBSCRIBED.format(place=place.words), *settings, replaces=replaces)
    shown = known[first : first + PAGE]
    head = counted(len(known), words.SUBSCRIPTIONS, place=place.words)
    lines = [line(number, each) for number, each in enumerate(shown, first + 1)]
    turns = turn(Verb.LIST, place, first, len(known))
    return answer(head, *lines, *settings, actions=turns, replaces=replaces)


def line(number: int, subscription: Subscription) -> Text:
    """Return a subscription as a line of the list, with the options that are not the usual ones."""
    options = described(subscription.options)
    if subscription.origin is SubscriptionOrigin.CONFIG:
        options.append(words.OPTION_CONFIG)
    tail = f" ({'; '.join(options)})" if options else ""
    return (Run(f"{number}. "), bold(shorten(subscription.query, QUERY)), Run(tail))


def described(options: SubscriptionOptions) -> list[str]:
    """Return the options that differ from the usual ones, in words."""
    told = []
    if options.cadence != SubscriptionOptions().cadence:
        told.append(words.OPTION_CADENCE.format(cadence=options.cadence))
    if options.priority is Priority.PRIORITY:
        told.append(words.OPTION_PRIORITY)
    if options.priority is Priority.URGENT:
        told.append(words.OPTION_URGENT)
    if options.feeds:
        told.append(words.OPTION_FEEDS.format(feeds=shorten(", ".join(options.feeds), QUERY)))
    if options.mentions:
        told.append(words.OPTION_MENTIONS.format(mentions=shorten(", ".join(options.mentions), QUERY)))
    return told


def standing(destination: Destination) -> Text:
    """Return a sentence about a destination that receives nothing now; nothing for one that does."""
    match destination.state:
        case DestinationState.ACTIVE:
            return ()
        case DestinationState.PAUSED:
            since = paused_since(destination)
            return rich(words.STATE_PAUSED_SINCE, since=since) if since else rich(words.STATE_PAUSED)
        case DestinationState.OFF:
            if not destination.reason:
                return rich(words.STATE_OFF_PLAIN)
            return rich(words.STATE_OFF, reason=f"{destination.reason.rstrip('.')}.")


def paused_since(destination: Destination) -> str | None:
    """Return when a pause began, for the destination's zone, where its row tells."""
    try:
        since = datetime.fromisoformat((destination.reason or "").removeprefix(_SINCE))
    except ValueError:
        return None
    return moment(since if since.tzinfo else since.replace(tzinfo=UTC), destination.timezone)


async def pause(desk: Desk, request: Request) -> Answer:
    """Answer ``/pause [@channel]``."""
    place, _ = await places.addressed(desk, request)
    return await hold(desk, place)


async def hold(desk: Desk, place: Place, *, replaces: bool = False) -> Answer:
    """Stop alerts of a place until somebody resumes."""
    place.require_manager()
    destination = await places.stored(desk, place)
    if destination.state is DestinationState.PAUSED:
        since = paused_since(destination)
        already = words.PAUSED_ALREADY if since else words.PAUSED_ALREADY_PLAIN
        return answer(rich(already, place=place.words, since=since or ""), actions=[_resume(place)])
    reason = f"{_SINCE}{desk.now().isoformat(timespec='minutes')}"
    await desk.store.save_destination(replace(destination, state=DestinationState.PAUSED, reason=reason))
    told = words.PAUSED.format(place=place.words)
    return answer(told, actions=[_resume(place)], replaces=replaces)


def _resume(place: Place) -> Action:
    return button(words.RESUME_BUTTON, Press(Verb.RESUME, place=place.target))


async def resume(desk: Desk, request: Request) -> Answer:
    """Answer ``/resume [@channel]``."""
    place, _ = await places.addressed(desk, request)
    return await go_on(desk, place)


async def go_on(desk: Desk, place: Place, *, replaces: bool = False) -> Answer:
    """Let alerts come again, after a pause or after a platform's refusal."""
    place.require_manager()
    destination = await desk.store.destination(place.address)
    if destination is None or destination.state is DestinationState.ACTIVE:
        return answer(words.RESUMED_ALREADY.format(place=place.words))
    await desk.store.save_destination(replace(destination, state=DestinationState.ACTIVE, reason=None))
    told = words.RESUMED.format(place=place.words)
    again = button(words.PAUSE_BUTTON, Press(Verb.PAUSE, place=place.target))
    return answer(told, actions=[again], replaces=replaces)
