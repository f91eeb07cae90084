"""Combining marks piled up without end: putting them in their order takes time that grows with the square of the pile."""

import re
import unicodedata

MOST_MARKS = 30
"""Marks on one character that are kept, as in stream-safe text (UAX #15, section 13); no language needs half of them."""

# A range in front, which a search runs through without trying the rest at every character.
_CANDIDATES = re.compile(rf"[\u0300-\U0010ffff](?<![\w\s])[^\w\s\x00-\u02ff]{{{MOST_MARKS},}}")


def without_piles(text: str) -> str:
    """Drop the marks of a character beyond the first thirty. Takes time in proportion to the text's length."""
    return text if text.isascii() else _CANDIDATES.sub(_kept, text)


def _kept(row: re.Match[str]) -> str:
    kept: list[str] = []
    pile = 0
    for character in row[0]:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
