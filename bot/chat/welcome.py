"""``/start``: hello, and on again."""

from bot.chat import place as places
from bot.chat import words
from bot.chat.buttons import Verb
from bot.chat.desk import Desk
from bot.chat.memory import remember
from bot.chat.say import answer, button, code, counted, rich
from bot.chat.subscribing import switch_on
from bot.model.destination import Destination, DestinationState
from bot.model.message import Action
from bot.model.request import Answer, Request

EXAMPLES = ("Takaichi", '"Taiwan Strait"', "台湾海峡 OR 台灣海峽")


async def start(desk: Desk, request: Request) -> Answer:
    """Answer ``/start``: a place that a platform's refusal had switched off receives alerts again."""
    place = places.here(desk, request)
    if request.private and desk.access.is_admin(request.who):
        # From now on the admin can be told what goes wrong.
        await places.stored(desk, place)
    told = await _state(desk, await desk.store.destination(request.where), may_manage=place.may_manage)
    return answer(
        words.GREETING.format(place=words.YOU if request.private else words.HERE),
        told,
        rich(words.GREETING_FIRST, subscribe=code("/subscribe Takaichi"), help=code("/help")),
        words.GREETING_PLAIN if request.private else "",
        words.GREETING_TRY,
        actions=[await _example(desk, each) for each in EXAMPLES],
    )


async def _state(desk: Desk, known: Destination | None, *, may_manage: bool) -> str:
    """Switch a place on again where that is due, and say how it stands."""
    if known is None:
        return ""
    if known.state is DestinationState.OFF:
        if not may_manage:
            return words.GREETING_OFF
        await switch_on(desk, known)
        return words.GREETING_AGAIN
    count = len(await desk.store.subscriptions(known.id))
    return counted(count, words.GREETING_COUNT) if count else ""


async def _example(desk: Desk, text: str) -> Action:
    press = await remember(desk, Verb.PREVIEW, text, desk.query(text).canonical)
    return button(words.PREVIEW_BUTTON.format(query=text), press)
