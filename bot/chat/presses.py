"""What each button does. Whoever presses is asked for their rights again: the button may be old, or somebody else's."""

from collections.abc import Awaitable, Callable, Mapping

from bot.chat import place as places
from bot.chat import settings, words
from bot.chat.buttons import AlertPress, DraftPress, FeedsPage, Press, Verb, read
from bot.chat.desk import Desk
from bot.chat.drafts import press_draft
from bot.chat.feed_list import add, remove_by_press, restore_by_press
from bot.chat.feeds import page
from bot.chat.forgetting import forget_by_press
from bot.chat.history_words import NO_ALERT
from bot.chat.importing import undo
from bot.chat.listing import go_on, hold, listing
from bot.chat.memory import recall
from bot.chat.muting import quieten, sent_as, snooze, unmute
from bot.chat.place import Place
from bot.chat.previewing import show
from bot.chat.subscribing import begin
from bot.chat.unsubscribing import by_press, choose, drop
from bot.chat.why import about_alert
from bot.errors import UserError
from bot.model.request import Answer, Request
from bot.pipeline.actions import AlertAction


async def press(desk: Desk, data: str, request: Request) -> Answer:
    """Carry out the button with this data; raises UserError."""
    match read(data):
        case None:
            raise UserError(words.UNKNOWN_BUTTON)
        case FeedsPage() as asked:
            return await page(desk, asked, replaces=True)
        case AlertPress() as under:
            return await _under_alert(desk, under, request)
        case DraftPress() as pressed_draft:
            return await press_draft(desk, pressed_draft, request)
        case Press() as pressed:
            return await HANDLERS[pressed.verb](desk, pressed, request)


async def _under_alert(desk: Desk, under: AlertPress, request: Request) -> Answer:
    place = places.here(desk, request)
    alert = await sent_as(desk, place, nonce=under.nonce)
    if alert is None:
        raise UserError(NO_ALERT)
    match under.verb:
        case AlertAction.MUTE:
            return await quieten(desk, place, alert)
        case AlertAction.SNOOZE:
            return await snooze(desk, place, alert)
        case AlertAction.WHY:
            return await about_alert(desk, place, alert)


async def _place(desk: Desk, pressed: Press, request: Request) -> Place:
    return await places.pressed(desk, request, pressed.place)


async def _subscribe(desk: Desk, pressed: Press, request: Request) -> Answer:
    text = await recall(desk, pressed)
    return await begin(desk, request.who, await _place(desk, pressed, request), text, replaces=True)


async def _unsubscribe(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await by_press(desk, await _place(desk, pressed, request), pressed.number)


async def _drop(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await drop(desk, request, pressed.number)


async def _choose(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await choose(desk, await _place(desk, pressed, request), pressed.number, replaces=True)


async def _list(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await listing(desk, await _place(desk, pressed, request), pressed.number, replaces=True)


async def _pause(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await hold(desk, await _place(desk, pressed, request), replaces=True)


async def _resume(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await go_on(desk, await _place(desk, pressed, request), replaces=True)


async def _setting(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await settings.pressed(desk, await _place(desk, pressed, request), pressed.number)


async def _preview(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await show(desk, request, await recall(desk, pressed))


async def _add_feed(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await add(desk, request, await recall(desk, pressed), replaces=True)


async def _remove_feed(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await remove_by_press(desk, request, pressed.number)


async def _restore_feed(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await restore_by_press(desk, request, await recall(desk, pressed))


async def _unmute(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await unmute(desk, await _place(desk, pressed, request), pressed.number)


async def _forget(desk: Desk, pressed: Press, request: Request) -> Answer:
    return await forget_by_press(desk, await _place(desk, pressed, request), pressed.number)


async def _undo_import(desk: Desk, pressed: Press, request: Request) -> Answer:
    ids = await recall(desk, pressed)
    return await undo(desk, await _place(desk, pressed, request), ids)


HANDLERS: Mapping[Verb, Callable[[Desk, Press, Request], Awaitable[Answer]]] = {
    Verb.SUBSCRIBE: _subscribe,
    Verb.UNSUBSCRIBE: _unsubscribe,
    Verb.DROP: _drop,
    Verb.CHOOSE: _choose,
    Verb.LIST: _list,
    Verb.PAUSE: _pause,
    Verb.RESUME: _resume,
    Verb.SETTING: _setting,
    Verb.PREVIEW: _preview,
    Verb.ADD_FEED: _add_feed,
    Verb.REMOVE_FEED: _remove_feed,
    Verb.RESTORE_FEED: _restore_feed,
    Verb.UNMUTE: _unmute,
    Verb.FORGET: _forget,
    Verb.UNDO_IMPORT: _undo_import,
}
