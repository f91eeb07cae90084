"""``/forget``: everything that is stored about a place, deleted at its wish; asked twice, for it cannot be undone."""

from bot.chat import history_words as words
from bot.chat import place as places
from bot.chat.buttons import Press, Verb
from bot.chat.desk import Desk
from bot.chat.place import Place
from bot.chat.say import answer, button, counted
from bot.chat.unsubscribing import listed
from bot.chat.words import SUBSCRIPTIONS_COUNTED
from bot.errors import UserError
from bot.model.request import Answer, Request
from bot.model.subscription import Subscription, SubscriptionOrigin


async def forget(desk: Desk, request: Request) -> Answer:
    """Answer ``/forget [@channel]``."""
    place, _ = await places.addressed(desk, request)
    place.require_manager()
    destination = await desk.store.destination(place.address)
    if destination is None:
        return answer(words.FORGET_NOTHING.format(place=place.words))
    count = counted(len(await _listed(desk, place)), SUBSCRIPTIONS_COUNTED)
    asked = words.FORGET_ASK.format(place=place.words, subscriptions=count)
    return answer(
        asked, actions=[button(words.FORGET_BUTTON, Press(Verb.FORGET, destination.id, place.target))]
    )


async def forget_by_press(desk: Desk, place: Place, destination_id: int) -> Answer:
    """Carry out the button that confirms; it names the destination as it was when it was asked about."""
    place.require_manager()
    destination = await desk.store.destination(place.address)
    if destination is None or destination.id != destination_id:
        return answer(words.FORGET_NOTHING.format(place=place.words), replaces=True)
    await _listed(desk, place)
    await desk.store.forget(destination.id)
    return answer(words.FORGOTTEN.format(place=place.words), replaces=True)


async def _listed(desk: Desk, place: Place) -> list[Subscription]:
    """Return the subscriptions of a place; raises UserError where the configuration would bring some back."""
    known = await listed(desk, place)
    if any(each.origin is SubscriptionOrigin.CONFIG for each in known):
        raise UserError(words.FORGET_CONFIGURED.format(place=place.words))
    return known
