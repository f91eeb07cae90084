"""``/subscribe``: at once, with what the query would have sent and a way back."""

from dataclasses import replace

from bot.chat import place as places
from bot.chat import words
from bot.chat.desk import Desk
from bot.chat.help import how_to
from bot.chat.place import Place
from bot.chat.queries import looked_back, read, reading, undo_button
from bot.chat.sample import name
from bot.chat.say import answer, counted, rich
from bot.errors import UserError
from bot.model.destination import Destination, DestinationState
from bot.model.message import Text
from bot.model.person import Person
from bot.model.request import Answer, Request
from bot.model.subscription import Subscription, SubscriptionOptions, SubscriptionOrigin
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
    """Subscribe a place and show what the query would have sent.

    ``said`` is the first sentence of success, ``note`` the last.
    """
    place.require_manager()
    query = read(desk, text)
    destination = await places.stored(desk, place)
    known = await matching(desk, destination, query)
    if known:
        told = rich(words.ALREADY, place=place.words, query=name(known.query))
        return answer(told, actions=[undo_button(known, place, words.UNSUBSCRIBE_BUTTON)])
    made = await store(desk, who, destination, query)
    return answer(
        rich(said, query=name(query.text), place=place.words),
        *reading(query),
        *await looked_back(desk, query, destination.timezone),
        words.PAUSED_NOTE if destination.state is DestinationState.PAUSED else "",
        note,
        actions=[undo_button(made, place)],
        replaces=replaces,
    )


async def matching(desk: Desk, destination: Destination, query: Query) -> Subscription | None:
    """Return the subscription of a destination that means the same as this query."""
    known = await desk.store.subscriptions(destination.id)
    return next((each.subscription for each in known if each.subscription.canonical == query.canonical), None)


async def store(desk: Desk, who: Person, destination: Destination, query: Query) -> Subscription:
    """Write a new subscription; a place that was switched off listens again. Raises UserError where it is full."""
    most = desk.access.max_subscriptions
    if not desk.access.is_admin(who) and len(await desk.store.subscriptions(destination.id)) >= most:
        raise UserError(counted(most, words.FULL))
    made, _ = await desk.store.subscribe(
        destination.id,
        query=query.text,
        canonical=query.canonical,
        options=SubscriptionOptions(),
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
