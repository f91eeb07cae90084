"""The buttons under a draft: publish it, give it another text, drop it."""

from bot.chat import draft_words as words
from bot.chat.buttons import DraftPress
from bot.chat.desk import Desk
from bot.chat.sample import moment
from bot.chat.say import answer
from bot.errors import UserError
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.draft import DraftAction, DraftDecision
from bot.model.message import Action, Message, Run
from bot.model.person import Person
from bot.model.request import Answer, Form, Request
from bot.pipeline.drafts import as_text, decided, rewritten, waiting


async def press_draft(desk: Desk, pressed: DraftPress, request: Request) -> Answer:
    """Decide about a draft, as an admin of the broadcast or of the bot."""
    draft = await desk.store.draft(pressed.nonce)
    if draft is None:
        raise UserError(words.NO_DRAFT)
    if not await _may_decide(desk, draft, request.who):
        raise UserError(words.NOT_YOURS)
    if draft.status is not DeliveryStatus.DRAFT:
        raise UserError(_past(draft))
    match pressed.action:
        case DraftAction.PUBLISH:
            told, by = words.PUBLISHED, words.PUBLISHED_BY
            return await _close(desk, draft, request, DeliveryStatus.PENDING, told, by)
        case DraftAction.DISCARD:
            told, by = words.DISCARDED, words.DISCARDED_BY
            return await _close(desk, draft, request, DeliveryStatus.DROPPED, told, by)
        case DraftAction.REWRITE if request.argument.strip():
            return await _rewrite(desk, draft, request)
        case DraftAction.REWRITE:
            return _ask(draft, pressed)


async def _may_decide(desk: Desk, draft: Delivery, who: Person) -> bool:
    if desk.access.is_admin(who):
        return True
    address = draft.destination.address
    messenger = desk.messengers.get(address.platform)
    if messenger is None or who.platform != address.platform:
        return False
    return await messenger.may_manage(address, who)


async def _close(
    desk: Desk, draft: Delivery, request: Request, status: DeliveryStatus, told: str, by: str
) -> Answer:
    now, place = desk.now(), draft.destination
    sentence = by.format(place=place.title, name=request.who.name, time=moment(now, place.timezone))
    dropped = status is DeliveryStatus.DROPPED
    shown = decided(draft.message, sentence)
    decision = DraftDecision(draft.nonce, now, status, shown, reason=sentence if dropped else None)
    await _write(desk, decision)
    return answer(told.format(place=place.title))


async def _rewrite(desk: Desk, draft: Delivery, request: Request) -> Answer:
    message = rewritten(draft.message, request.argument)
    shown = waiting(message, draft.destination.title, draft.nonce)
    await _write(desk, DraftDecision(draft.nonce, desk.now(), DeliveryStatus.DRAFT, shown, message))
    return answer(words.REWRITTEN)


async def _write(desk: Desk, decision: DraftDecision) -> None:
    if not await desk.store.decide_draft(decision):
        draft = await desk.store.draft(decision.nonce)
        raise UserError(_past(draft) if draft else words.NO_DRAFT)


def _ask(draft: Delivery, pressed: DraftPress) -> Answer:
    form = Form(str(pressed), words.FORM_TITLE, words.FORM_LABEL, as_text(draft.message))
    # The button lets a reply to this message be known as the new text, also after a restart.
    again = Action(words.KEEP_BUTTON, data=str(pressed))
    question = Message(summary=((Run(words.ASK),),), actions=(again,))
    return Answer((question,), form=form)


def _past(draft: Delivery) -> str:
    match draft.status:
        case DeliveryStatus.DROPPED:
            return draft.error or words.WAS_DISCARDED
        case _:
            return words.WAS_PUBLISHED.format(place=draft.destination.title)
