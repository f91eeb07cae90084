"""``/subscribe``: at once, with what the query would have sent and a way back."""

from dataclasses import replace

from bot.chat import place as places
from bot.chat import words
from bot.chat.desk import Desk
from bot.chat.flags import Flags, split
from bot.chat.help import how_to
from bot.chat.place import Place
from bot.chat.planning import spoken
from bot.chat.queries import looked_back, read, reading, undo_button
from bot.chat.sample import name
from bot.chat.say import answer, counted, rich
from bot.errors import UserError
from bot.model.cadence import INSTANT
from bot.model.destination import Destination, DestinationState
from bot.model.message import Text
from bot.model.person import Person
from bot.model.request import Answer, Request
from bot.model.subscription import Priority, Subscription, SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.digest import replan
from bot.query.language import Query


async def subscribe(desk: Desk, request: Request) -> Answer:
    """Answer ``/subscribe [@channel] QUERY``."""
    place, text = await places.addressed(desk, request)
    if not text:
        return how_to("subscribe")
    return await begin(desk, request.who, place, text)


async def begin(
    desk: Desk,
    who: Person,
    place: Place,
    text: str,
    *,
    said: str = words.SUBSCRIBED,
    note: Text = (),
    replaces: bool = False,
) -> Answer:
    """Subscribe a place and show what the query would have sent; ``text`` may hold options among the keywords.

    ``said`` is the first sentence of success, ``note`` the last.
    """
    place.require_manager()
    keywords, flags = split(text)
    query = read(desk, keywords)
    destination = await places.stored(desk, place)
    known = await matching(desk, destination, query)
    if known and flags:
        return await _change(desk, place, destination, known, flags)
    if known:
        told = rich(words.ALREADY, place=place.words, query=name(known.query))
        return answer(told, actions=[undo_button(known, place, words.UNSUBSCRIBE_BUTTON)])
    cadence = flags.cadence or destination.settings.cadence
    options = SubscriptionOptions(cadence, priority=flags.priority or Priority.NORMAL)
    made = await store(desk, who, destination, query, options)
    return answer(
        rich(said, query=name(query.text), place=place.words),
        _spoken(options),
        *reading(query),
        *await looked_back(desk, query, destination.timezone),
        words.PAUSED_NOTE if destination.state is DestinationState.PAUSED else "",
        note,
        actions=[undo_button(made, place)],
        replaces=replaces,
    )


def _spoken(options: SubscriptionOptions) -> str:
    """Return a sentence about options that are not the usual ones."""
    told = (
        words.SUBSCRIBED_CADENCE.format(cadence=spoken(options.cadence)) if options.cadence != INSTANT else ""
    )
    return " ".join(part for part in (told, _breaking(options)) if part)


def _breaking(options: SubscriptionOptions) -> str:
    match options.priority:
        case Priority.NORMAL:
            return ""
        case Priority.PRIORITY:
            return words.SUBSCRIBED_PRIORITY
        case Priority.URGENT:
            return words.SUBSCRIBED_URGENT


async def _change(
    desk: Desk, place: Place, destination: Destination, known: Subscription, flags: Flags
) -> Answer:
    """Give a subscription that is there already the options that were written."""
    if known.origin is SubscriptionOrigin.CONFIG:
        raise UserError(words.IN_CONFIGURATION)
    options = replace(
        known.options,
        cadence=flags.cadence or known.options.cadence,
        priority=flags.priority or known.options.priority,
    )
    made, _ = await desk.store.subscribe(
        destination.id,
        query=known.query,
        canonical=known.canonical,
        options=options,
        origin=known.origin,
        now=desk.now(),
    )
    await replan(desk.store, destination, desk.now())
    told = rich(
        words.ALREADY_CHANGED, place=place.words, query=name(known.query), cadence=spoken(options.cadence)
    )
    return answer(told, _breaking(options), actions=[undo_button(made, place, words.UNSUBSCRIBE_BUTTON)])


async def matching(desk: Desk, destination: Destination, query: Query) -> Subscription | None:
    """Return the subscription of a destination that means the same as this query."""
    known = await desk.store.subscriptions(destination.id)
    return next((each.subscription for each in known if each.subscription.canonical == query.canonical), None)


async def store(
    desk: Desk, who: Person, destination: Destination, query: Query, options: SubscriptionOptions
) -> Subscription:
    """Write a new subscription; a place that was switched off listens again. Raises UserError where it is full."""
    most = desk.access.max_subscriptions
    if not desk.access.is_admin(who) and len(await desk.store.subscriptions(destination.id)) >= most:
        raise UserError(counted(most, words.FULL))
    made, _ = await desk.store.subscribe(
        destination.id,
        query=query.text,
        canonical=query.canonical,
        options=options,
        origin=SubscriptionOrigin.CHAT,
        now=desk.now(),
    )
    await switch_on(desk, destination)
    return made


async def switch_on(desk: Desk, destination: Destination) -> bool:
    """Let alerts go again where a platform's refusal had stopped them; True where that was so."""
    if destination.state is not DestinationState.OFF:
        return False
    await desk.store.save_destination(replace(destination, state=DestinationState.ACTIVE, reason=None))
    return True
