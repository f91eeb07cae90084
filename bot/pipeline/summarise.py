"""A summary made of the entry's own sentences: the first few, and the one that holds the match. Pure.

Everything is returned as offsets into the given text, so that what matched can be shown in bold exactly.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.pipeline.furniture import headings, is_furniture
from bot.pipeline.sentences import Span, sentences
from bot.pipeline.shorten import Piece, shorten

_SOURCE_NAME = 48


@dataclass(frozen=True, slots=True)
class SummaryStyle:
    """How much is shown: at most ``sentences`` (0: only one that matched), at most ``max_chars`` characters.

    The last of them gives way to one that matched where that stands further down.
    """

    sentences: int = 3
    max_chars: int = 700


def summarise(
    text: str, *, title: str = "", spans: Sequence[Span] = (), style: SummaryStyle | None = None
) -> tuple[Piece, ...]:
    """Return the sentences to show, whole and in order; empty where the text only repeats the title.

    ``spans`` are the matches in ``text``, sorted. A single sentence that is too long is cut at a word.
    """
    style = style or SummaryStyle()
    chosen = _chosen(text, _telling(text, title), spans, style.sentences)
    return _fitted(text, chosen, spans, style.max_chars)


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
    found = [each for each in sentences(text) if not is_furniture(text[slice(*each)])]
    known = _folded(title)
    while known and found and _folded(text[slice(*found[0])]) == known:
        found.pop(0)
    return found


def _chosen(text: str, found: Sequence[Span], spans: Sequence[Span], count: int) -> list[Span]:
    """Return the first sentences, the last of them given up for the one that adds most of what matched."""
    words = dict(zip(found, _words(text, found, spans), strict=True))
    aside = headings(text, found)
    told = [each for each in found if each not in aside]
    lead = told[:count]
    first = lead[: max(count - 1, 0)]
    if not any(words[each] for each in told):
        best = next((each for each in found if words[each]), None)
    elif _united(words, told) - _united(words, lead):
        shown = _united(words, first)
        best = max(told[len(first) :], key=lambda each: len(words[each] - shown))
    else:
        best = None
    return lead if best is None else sorted([*first, best])


def _united(words: Mapping[Span, frozenset[str]], some: Iterable[Span]) -> frozenset[str]:
    return frozenset().union(*(words[each] for each in some))


def _words(text: str, found: Sequence[Span], spans: Sequence[Span]) -> list[frozenset[str]]:
    """Return for each sentence the words that matched within it, folded."""
    told: list[frozenset[str]] = []
    at = 0
    for start, end in found:
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        here = spans[at : bisect_left(spans, (end, 0), at)]
        told.append(frozenset(_folded(text[a:b]) for a, b in here))
    return told


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _holds(sentence: Span, spans: Sequence[Span]) -> bool:
    return any(start < sentence[1] and sentence[0] < end for start, end in spans)


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
