"""A report taken apart once: its terms, numbers, names and the frame of its title."""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from bot.pipeline.stories import terms
from bot.pipeline.stories.contrasts import sides
from bot.pipeline.stories.kinds import Kind, is_reaction, kind_of
from bot.pipeline.stories.places import places
from bot.pipeline.stories.report import Report
from bot.pipeline.stories.trends import trend
from bot.query.fold import fold

_SUMMARY_LENGTH = 600
_ANY = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_PART = re.compile(r"\s*(?:\s[-–—|]\s|[|｜])\s*(?P<part>[^-–—|｜]{2,40})$")
_FIRST_PART = re.compile(
    r"^\s*(?:[【\[［(（](?P<bracket>[^】\]］)）]{1,30})[】\]］)）]|(?P<part>[^:：|｜]{2,24})\s*[|｜])\s*"
)
_SHARE_OF_TAIL = 0.5
_KANA = re.compile("[\u3041-\u30fa]")
_HAN = re.compile("[\u3400-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_CAPITALISED = re.compile(r"(?<![^\W\d_])[A-Z][\w’'-]*[^\W_]")
_MID_SENTENCE = re.compile(r"(?<=[a-z,;\d] )(?:the )?([A-Z][\w-]*[^\W_])")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_TITLE_CASE = 0.6


@dataclass(frozen=True, slots=True)
class Features:
    """A report's parts; the terms of ``title`` and ``summary`` stand in order of appearance, each once.

    ``summary`` is without the terms of the title. ``extent`` is about how many words there are.
    """

    report: Report
    language: str
    title: tuple[str, ...]
    summary: tuple[str, ...]
    names: frozenset[str]
    title_names: tuple[str, ...]
    numbers: frozenset[str]
    title_numbers: tuple[str, ...]
    folded_title: str
    identifiers: dict[str, set[str]] | None
    kind: Kind
    reaction: bool
    trend: int
    sides: tuple[tuple[int, int], ...]
    extent: float
    countries: tuple[str, ...]
    localities: frozenset[str]
    all_countries: frozenset[str]
    all_localities: frozenset[str]

    @property
    def skeleton(self) -> str:
        """Return the title without its digits."""
        return terms.skeleton(self.folded_title)

    @property
    def all_terms(self) -> tuple[str, ...]:
        """Return all terms, each once."""
        return self.title + self.summary


def read(report: Report) -> Features:
    """Take a report apart."""
    # What is longer than is read is not held either: a feed's whole article would stay in memory for two days.
    summary = report.summary[:_SUMMARY_LENGTH]
    held = Report(report.id, report.source, report.title, report.at, summary, report.lang, report.topics)
    return replace(_read(Report("", "", report.title, _ANY, summary, report.lang)), report=held)


# An entry is read when it is placed and again once it is stored; and many feeds carry an agency's text unchanged.
@lru_cache(maxsize=256)
def _read(report: Report) -> Features:
    title = bare_title(report.title)
    folded, summary = terms.folded(title), terms.folded(report.summary)
    title_terms = _once(terms.terms(folded))
    known = set(title_terms)
    rest = tuple(term for term in _once(terms.terms(summary)) if term not in known)
    names = _names(title, report.summary)
    countries, localities = places(folded)
    more_countries, more_localities = places(summary)
    return Features(
        report=report,
        language=language_of(report),
        title=title_terms,
        summary=rest,
        names=names,
        title_names=tuple(term for term in title_terms if term in names or is_katakana(term)),
        numbers=frozenset(term for term in (*title_terms, *rest) if term[0] == "#"),
        title_numbers=tuple(term for term in title_terms if term[0] == "#"),
        folded_title=folded,
        identifiers=terms.identifiers(folded),
        reaction=is_reaction(folded),
        trend=trend(folded),
        sides=sides(folded),
        extent=terms.extent((*title_terms, *rest)),
        kind=kind_of(terms.folded(report.title)),
        countries=countries,
        localities=localities,
        all_countries=frozenset((*countries, *more_countries)),
        all_localities=localities | more_localities,
    )


def _once(found: Iterable[str]) -> tuple[str, ...]:
    # Twenty thousand reports share most of their terms: one string each saves most of the memory.
    return tuple(map(sys.intern, dict.fromkeys(found)))


def bare_title(title: str) -> str:
    """Return a title without an outlet's name behind it and a label before it, where enough is left."""
    bare = title
    if (tail := _LAST_PART.search(bare)) and len(tail["part"]) < _SHARE_OF_TAIL * tail.start():
        bare = bare[: tail.start()]
    if (head := _FIRST_PART.search(bare)) and head.end() < _SHARE_OF_TAIL * len(bare):
        bare = bare[head.end() :]
    return bare.strip() or title


def language_of(report: Report) -> str:
    """Return the language a report is filed under: by its script where that tells, else as its feed says."""
    text = f"{report.title} {report.summary[:_SUMMARY_LENGTH]}"
    said = (report.lang or "").lower().split("-")[0].split("_")[0]
    if _HANGUL.search(report.title):
        return "ko"
    if _HAN.search(text) or _KANA.search(text):
        if len(_KANA.findall(text)) > len(text) / 20:
            return "ja"
        return said if said in {"ja", "zh"} else "zh"
    return said if said and said not in {"ja", "zh", "ko"} else "en"


def is_katakana(term: str) -> bool:
    """Tell whether a term is a katakana word, which is mostly a name or a thing of its own."""
    return "\u30a1" <= term[0] <= "\u30fc"


def _names(title: str, summary: str) -> frozenset[str]:
    """Return the stems of what is written as a name: capitalised where capitals say something."""
    found = set(_MID_SENTENCE.findall(summary))
    words = _WORD.findall(title)
    capitalised = _CAPITALISED.findall(title)
    if len(capitalised) <= _TITLE_CASE * len(words):
        found.update(name for name in capitalised if name != words[0] or name in summary or name.isupper())
    return frozenset(sys.intern(stem) for name in found for stem in terms.terms(fold(name).text))
