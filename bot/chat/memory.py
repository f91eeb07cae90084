"""Texts that are too long for a button: remembered in the store, and named by number and digest."""

from bot.chat import words
from bot.chat.buttons import Press, Verb, digest
from bot.chat.desk import Desk
from bot.errors import UserError
from bot.model.address import Address


async def remember(desk: Desk, verb: Verb, text: str, canonical: str, place: Address | None = None) -> Press:
    """Return a button's data for this text. Equal canonical texts share the one that came first."""
    number = await desk.store.remember_query(text, canonical)
    stored = await desk.store.query(number)
    return Press(verb, number, place, digest(text if stored is None else stored))


async def recall(desk: Desk, press: Press) -> str:
    """Return the text that a button names; raises UserError where it is not the one that the button was made for."""
    text = await desk.store.query(press.number)
    if text is None or digest(text) != press.check:
        raise UserError(words.OUT_OF_DATE)
    return text
