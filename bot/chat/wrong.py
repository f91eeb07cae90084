"""A query that cannot be read, shown with a mark below the place where it goes wrong."""

import unicodedata

from bot.chat.say import answer, code
from bot.errors import UserError
from bot.model.request import Answer
from bot.query.error import QueryError

_SPACE = "\u00a0"
_BEFORE = 36
_AFTER = 12


class WrongQuery(UserError):
    """A query with a fault; ``text`` is what the position of the error counts in."""

    def __init__(self, text: str, error: QueryError) -> None:
        super().__init__(str(error))
        self.text = text
        self.error = error


def explained(wrong: WrongQuery) -> Answer:
    """Return the answer: the error's own sentence, then the text with a caret below its position."""
    line, mark = pointed(wrong.text, wrong.error.position)
    return answer(str(wrong.error), (code(f"{line}\n{mark}"),))


def pointed(text: str, position: int) -> tuple[str, str]:
    """Return the neighbourhood of a position as one line, and a line with a caret below it.

    Characters that are two columns wide in code style are met by an ideographic space, all others by a no-break
    space, which no platform's tidying takes away.
    """
    flat = "".join(_SPACE if each.isspace() else each for each in text)
    first = max(0, position - _BEFORE)
    head = "…" if first else ""
    tail = "…" if position + _AFTER < len(flat) else ""
    before = head + flat[first:position]
    return before + flat[position : position + _AFTER] + tail, "".join(map(_blank, before)) + "^"


def _blank(character: str) -> str:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return ""
    return "\u3000" if unicodedata.east_asian_width(character) in {"W", "F"} else _SPACE
