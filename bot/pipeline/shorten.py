"""Cutting text: never inside a character as people see it, at a word or a comma where one is near. Pure."""

import unicodedata
from dataclasses import dataclass

_PAUSES = "、，,；;：:。！？!?.）)」』"
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch ``text[start:end]`` of a text; the flags tell that something was left out right there."""

    start: int
    end: int
    cut_before: bool = False
    cut_after: bool = False

    def __len__(self) -> int:
        """Return the length as shown, ellipses included."""
        return self.end - self.start + self.cut_before + self.cut_after


def shorten(text: str, start: int, end: int, limit: int, focus: tuple[int, int] | None = None) -> Piece:
    """Return at most ``limit`` characters of ``text[start:end]``, ellipses counted, with ``focus`` in view.

    ``focus`` is a span that must be seen (its beginning, where it is longer than the limit). ``limit`` is at least 8.
    """
    if end - start <= limit:
        return Piece(start, end)
    if focus is None or focus[1] <= start + limit - 1:
        floor = start if focus is None else focus[1]
        return Piece(start, _back_to_word(text, floor, start + limit - 1), cut_after=True)
    lead = max(0, (limit - 2 - (focus[1] - focus[0])) // 2)
    begin = max(start, min(_on_to_word(text, focus[0] - lead, focus[0]), focus[0]))
    left_out = begin > start
    if end - begin <= limit - left_out:
        return Piece(begin, end, cut_before=left_out)
    last = begin + limit - 1 - left_out
    stop = _back_to_word(text, max(begin + 1, min(focus[1], last)), last)
    return Piece(begin, stop, cut_before=left_out, cut_after=True)


def _back_to_word(text: str, floor: int, at: int) -> int:
    """Return the last good place to end at or before ``at``, giving up at most a third of the stretch."""
    lowest = max(floor, at - max(12, (at - floor) // 3)) if at > floor else at
    for end in range(at, lowest, -1):
        if text[end : end + 1].isspace() or text[end - 1] in _PAUSES:
            return floor + len(text[floor:end].rstrip())
    return _whole_character(text, floor, at)


def _on_to_word(text: str, at: int, ceiling: int) -> int:
    """Return the first good place to begin at or after ``at``, not behind ``ceiling``."""
    for begin in range(max(at, 1), ceiling + 1):
        if text[begin - 1].isspace() or text[begin - 1] in _PAUSES:
            return begin
    return _whole_character(text, 0, at)


def _whole_character(text: str, floor: int, at: int) -> int:
    """Step back until the cut leaves no combining mark, joiner, modifier or half a flag behind."""
    place = at
    while place > floor and _glued(text, place):
        place -= 1
    return place if place > floor else at


def _glued(text: str, place: int) -> bool:
    if place >= len(text):
        return False
    here, before = text[place], text[place - 1]
    if _JOINER in (here, before) or unicodedata.category(here).startswith("M"):
        return True
    if "\U0001f3fb" <= here <= "\U0001f3ff":
        return True
    return _is_flag_half(here) and _is_flag_half(before) and _flag_halves(text, place) % 2 == 1


def _flag_halves(text: str, place: int) -> int:
    count = 0
    while count < place and _is_flag_half(text[place - 1 - count]):
        count += 1
    return count


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
