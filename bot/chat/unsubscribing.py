"""``/unsubscribe``: by keywords, by number, or by choosing from a list; with a way back."""

from difflib import get_close_matches

from bot.chat import place as places
from bot.chat import words
from bot.chat.buttons import Press, Verb
from bot.chat.desk import Desk
from bot.chat.flags import written
from bot.chat.memory import remember
from bot.chat.place import Place
from bot.chat.queries import read
from bot.chat.sample import name
from bot.chat.say import answer, button, rich, shorten
from bot.errors import UserError
from bot.model.message import Action
from bot.model.request import Answer, Request
from bot.model.subscription import Subscription, SubscriptionOptions, SubscriptionOrigin

PAGE = 20
_LABEL = 48
_DIGITS = 10


async def unsubscribe(desk: Desk, request: Request) -> Answer:
    """Answer ``/unsubscribe [@channel] [QUERY or NUMBER]``."""
    place, text = await places.addressed(desk, request)
    if not text:
        return await choose(desk, place, 0)
    place.require_manager()
    return await end(desk, place, find(desk, place, text, await listed(desk, place)))


async def listed(desk: Desk, place: Place) -> list[Subscription]:
    """Return the subscriptions of a place, oldest first; their order gives them their numbers."""
    destination = await desk.store.destination(place.address)
    if destination is None:
        return []
    return [each.subscription for each in await desk.store.subscriptions(destination.id)]


async def choose(desk: Desk, place: Place, offset: int, *, replaces: bool = False) -> Answer:
    """Offer a page of the subscriptions with a button each."""
    place.require_manager()
    known = await listed(desk, place)
    if not known:
        return answer(words.NOTHING_SUBSCRIBED.format(place=place.words), replaces=replaces)
    first = offset if offset < len(known) else 0
    page = known[first : first + PAGE]
    buttons = [
        button(f"{number}. {shorten(each.query, _LABEL)}", Press(Verb.UNSUBSCRIBE, each.id, place.target))
        for number, each in enumerate(page, first + 1)
    ]
    asked = words.CHOOSE.format(place=place.words)
    return answer(asked, actions=[*buttons, *turn(Verb.CHOOSE, place, first, len(known))], replaces=replaces)


def turn(verb: Verb, place: Place, first: int, total: int) -> list[Action]:
    """Return the buttons to the pages before and after the one that begins at ``first``."""
    back = [button(words.PREVIOUS_PAGE, Press(verb, max(0, first - PAGE), place.target))] if first else []
    more = first + PAGE < total
    return back + [button(words.NEXT_PAGE, Press(verb, first + PAGE, place.target))] * more


def find(desk: Desk, place: Place, text: str, known: list[Subscription]) -> Subscription:
    """Return the subscription that a text means: its keywords, its id as ``#12``, or its number in the list."""
    found = _by_query(desk, text, known) or _by_id(text, known) or _by_number(text, known)
    if found:
        return found
    near = get_close_matches(text, [each.query for each in known], n=3, cutoff=0.5)
    if near:
        names = ", ".join(f"'{shorten(each, 60)}'" for each in near)
        raise UserError(words.NOT_SUBSCRIBED_NEAR.format(place=place.words, near=names))
    raise UserError(words.NOT_SUBSCRIBED.format(place=place.words))


def _by_query(desk: Desk, text: str, known: list[Subscription]) -> Subscription | None:
    try:
        canonical = read(desk, text).canonical
    except UserError:
        canonical = None
    same = (each for each in known if each.query == text or each.canonical == canonical)
    return next(same, None)


def _by_id(text: str, known: list[Subscription]) -> Subscription | None:
    return next((each for each in known if text == f"#{each.id}"), None)


def _by_number(text: str, known: list[Subscription]) -> Subscription | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 0
    return known[number - 1] if 1 <= number <= len(known) else None


async def by_press(desk: Desk, place: Place, subscription_id: int) -> Answer:
    """Carry out the button that ends a subscription of this place."""
    place.require_manager()
    known = await listed(desk, place)
    chosen = next((each for each in known if each.id == subscription_id), None)
    if chosen is None:
        raise UserError(words.OUT_OF_DATE)
    return await end(desk, place, chosen, replaces=True)


async def end(desk: Desk, place: Place, subscription: Subscription, *, replaces: bool = False) -> Answer:
    """End a subscription and offer it back, where a button can restore it as it was."""
    if subscription.origin is SubscriptionOrigin.CONFIG:
        raise UserError(words.IN_CONFIGURATION)
    await desk.store.unsubscribe(subscription.id)
    told = rich(words.UNSUBSCRIBED, query=name(subscription.query), place=place.words)
    options = subscription.options
    if options.feeds or options.mentions:
        return answer(told, replaces=replaces)
    text, canonical = subscription.query, subscription.canonical
    destination = await places.known(desk, place)
    if options != SubscriptionOptions(destination.settings.cadence):
        text, canonical = (f"{each} {written(options)}" for each in (text, canonical))
    again = await remember(desk, Verb.SUBSCRIBE, text, canonical, place.target)
    return answer(told, actions=[button(words.UNDO_UNSUBSCRIBE, again)], replaces=replaces)


async def drop(desk: Desk, request: Request, subscription_id: int) -> Answer:
    """Carry out the button that ends a webhook's subscription; for admins of the bot."""
    if not desk.access.is_admin(request.who):
        raise UserError(words.ADMINS_ONLY)
    ended = await desk.store.unsubscribe(subscription_id)
    if ended is None:
        raise UserError(words.OUT_OF_DATE)
    return answer(rich(words.UNSUBSCRIBED_WEBHOOK, query=name(ended.query)), replaces=True)
