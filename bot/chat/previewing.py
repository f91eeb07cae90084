"""``/preview``, and the offer that answers plain text: what a query would have sent, without subscribing."""

import re
from datetime import timedelta

from bot.chat import words
from bot.chat.buttons import Verb
from bot.chat.desk import Desk
from bot.chat.help import how_to
from bot.chat.memory import remember
from bot.chat.queries import QUERY_LENGTH, looked_back, read, reading, subscribe_button
from bot.chat.replay import DEFAULT_SPAN
from bot.chat.sample import name
from bot.chat.say import answer, button, code, rich, shorten
from bot.errors import UserError
from bot.model.request import Answer, Request

SPANS = ("12h", "1d", "3d", "7d", "14d", "30d")
OFFER_WORDS = 12
_SINCE = re.compile(r"(?P<query>.*\S)\s+(?P<since>\d{1,4}[hdw])", re.DOTALL | re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 168}
_LONGEST = timedelta(days=30)
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


async def preview(desk: Desk, request: Request) -> Answer:
    """Answer ``/preview QUERY [SINCE]``."""
    text = request.argument.strip()
    if not text:
        return how_to("preview")
    if found := _SINCE.fullmatch(text):
        return await show(desk, request, found["query"], read_span(found["since"]))
    return await show(desk, request, text)


def read_span(text: str) -> timedelta:
    """Read ``12h``, ``3d`` or ``2w``, up to 30 days; raises UserError."""
    span = timedelta(hours=int(text[:-1]) * _HOURS[text[-1].lower()])
    if not timedelta(0) < span <= _LONGEST:
        raise UserError(words.SINCE_WRONG.format(text=text))
    return span


async def show(desk: Desk, request: Request, text: str, span: timedelta = DEFAULT_SPAN) -> Answer:
    """Show what a query would have sent, with a button to subscribe to it."""
    query = read(desk, text)
    told = await looked_back(desk, query, await desk.zone(request.where), span)
    return answer(*reading(query), *told, actions=[await subscribe_button(desk, query)])


async def offer(desk: Desk, request: Request) -> Answer:
    """Answer plain text of a private chat: a web address is offered as a feed, anything else as keywords."""
    text = request.argument.strip()
    if url := _WEB_ADDRESS.search(text):
        return await _offer_feed(desk, url[0])
    if not text or len(text) > QUERY_LENGTH or len(text.split()) > OFFER_WORDS:
        return answer(words.OFFER_LONG)
    query = read(desk, text)
    told = await looked_back(desk, query, await desk.zone(request.where))
    asked = rich(words.OFFER, query=name(query.text), place=words.HERE)
    return answer(asked, *reading(query), *told, actions=[await subscribe_button(desk, query)])


async def _offer_feed(desk: Desk, url: str) -> Answer:
    add = button(words.OFFER_FEED_BUTTON, await remember(desk, Verb.ADD_FEED, url, url))
    return answer(rich(words.OFFER_FEED, url=code(shorten(url, 200))), actions=[add])
