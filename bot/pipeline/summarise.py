"""A summary made of the entry's own sentences: the first few, and the one that holds the match. Pure.

Everything is returned as offsets into the given text, so that what matched can be shown in bold exactly.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.pipeline.sentences import Span, sentences
from bot.pipeline.shorten import Piece, shorten

_SOURCE_NAME = 48
# What publishing systems add to a text: no news, whatever the language.
_BOILERPLATE = re.compile(
    r"The post .{1,300} (?:first appeared|appeared first) on .{1,100}|"
    r"\W*(?:continue reading|read (?:more|the full (?:article|story))|click here to read|view (?:image|entire post)|"
    r"weiterlesen|lire la suite|leer más|続きを読む|続きはこちら|阅读全文|阅读更多|閱讀全文|閱讀更多|자세히 보기|더 보기)"
    r"\b.{0,80}",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class SummaryStyle:
    """How much is shown: the first ``sentences`` (0: only one that matched), at most ``max_chars`` characters."""

    sentences: int = 3
    max_chars: int = 700


def summarise(
    text: str, *, title: str = "", spans: Sequence[Span] = (), style: SummaryStyle | None = None
) -> tuple[Piece, ...]:
    """Return the sentences to show, whole and in order; empty where the text only repeats the title.

    ``spans`` are the matches in ``text``, sorted. A single sentence that is too long is cut at a word.
    """
    style = style or SummaryStyle()
    found = _telling(text, title)
    chosen = list(range(min(style.sentences, len(found))))
    matched = _first_matched(found, spans)
    if matched is not None and not any(_holds(found[index], spans) for index in chosen):
        chosen.append(matched)
    return _fitted(text, [found[index] for index in chosen], spans, style.max_chars)


def repeats_title(text: str, title: str) -> bool:
    """Tell whether a text says no more than the title, give or take punctuation and a source's name."""
    told, known = _folded(text), _folded(title)
    if not told or told in known:
        return True
    return bool(known) and told.startswith(known) and len(told) - len(known) <= _SOURCE_NAME // 2


def _telling(text: str, title: str) -> list[Span]:
    """Return the sentences that tell more than the title does."""
    if len(text) <= len(title) * 2 + _SOURCE_NAME and repeats_title(text, title):
        return []
    found = [each for each in sentences(text) if not _BOILERPLATE.fullmatch(text[slice(*each)])]
    known = _folded(title)
    while known and found and _folded(text[slice(*found[0])]) == known:
        found.pop(0)
    return found


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _holds(sentence: Span, spans: Sequence[Span]) -> bool:
    return any(start < sentence[1] and sentence[0] < end for start, end in spans)


def _first_matched(found: Sequence[Span], spans: Sequence[Span]) -> int | None:
    return next((index for index, sentence in enumerate(found) if _holds(sentence, spans)), None)


def _fitted(text: str, chosen: list[Span], spans: Sequence[Span], limit: int) -> tuple[Piece, ...]:
    """Leave sentences out from the end, those without a match first, until the rest fits."""
    while len(chosen) > 1 and sum(end - start + 1 for start, end in chosen) - 1 > limit:
        plain = [index for index, sentence in enumerate(chosen) if not _holds(sentence, spans)]
        chosen.pop(plain[-1] if plain else -1)
    if len(chosen) != 1:
        return tuple(Piece(start, end) for start, end in chosen)
    start, end = chosen[0]
    focus = next(((max(a, start), min(b, end)) for a, b in spans if a < end and start < b), None)
    return (shorten(text, start, end, limit, focus),)
