"""Queries as commands handle them: read within bounds, shown as understood, remembered for buttons."""

import re
import unicodedata
from datetime import timedelta

from bot.chat import words
from bot.chat.buttons import Press, Verb
from bot.chat.desk import Desk
from bot.chat.memory import remember
from bot.chat.place import Place
from bot.chat.replay import DEFAULT_SPAN, replay
from bot.chat.sample import QUERY, paragraphs
from bot.chat.say import button, code, rich, shorten
from bot.chat.wrong import WrongQuery
from bot.errors import UserError
from bot.model.address import Platform
from bot.model.message import Action, Text
from bot.model.subscription import Subscription
from bot.query.error import QueryError
from bot.query.language import Query

QUERY_LENGTH = 500
_LABEL = 40


def read(desk: Desk, text: str) -> Query:
    """Read a query of bearable length; raises WrongQuery, or UserError where it is too long."""
    if len(text) > QUERY_LENGTH:
        raise UserError(words.TOO_LONG.format(limit=QUERY_LENGTH))
    try:
        return desk.query(text)
    except QueryError as error:
        raise WrongQuery(text, error) from error


def reading(query: Query) -> list[Text]:
    """Return a sentence with the canonical form where it says something that the typed one does not."""
    if _essence(query.text) == _essence(query.canonical) and not _mixes(query.canonical):
        return []
    return [rich(words.READ_AS, canonical=code(shorten(query.canonical, 2 * QUERY)))]


def _essence(text: str) -> list[str]:
    """Return the words of a query without what matching ignores: order, case, width, accents, AND."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return sorted(each for each in bare.split() if each != "and")


def _mixes(canonical: str) -> bool:
    """Tell whether a query has OR beside words that go together, where people misjudge what binds first."""
    alternatives = re.sub(r'"[^"]*"', "phrase", canonical).split(" OR ")
    return len(alternatives) > 1 and any(" " in each for each in alternatives)


async def looked_back(desk: Desk, query: Query, zone: str, span: timedelta = DEFAULT_SPAN) -> list[Text]:
    """Return the paragraphs that tell what a query would have sent."""
    found = await replay(desk, query, span)
    told = paragraphs(found, zone)
    if not found.count and not (await desk.store.totals()).feeds:
        told.append(rich(words.NO_FEEDS))
    return told


async def subscribe_button(desk: Desk, query: Query) -> Action:
    """Return a button that subscribes the chat it stands in to this query, however long the query is."""
    label = words.SUBSCRIBE_BUTTON.format(query=shorten(query.text, _LABEL))
    return button(label, await remember(desk, Verb.SUBSCRIBE, query.text, query.canonical))


def undo_button(subscription: Subscription, place: Place, label: str = words.UNDO_SUBSCRIBE) -> Action:
    """Return a button that ends a subscription; places that a button cannot name are for the bot's admins."""
    if place.address.platform in {Platform.TELEGRAM, Platform.DISCORD} or not place.elsewhere:
        return button(label, Press(Verb.UNSUBSCRIBE, subscription.id, place.target))
    return button(label, Press(Verb.DROP, subscription.id))
