"""What forbids that two reports are one story, however alike they look."""

import re
from datetime import timedelta
from difflib import SequenceMatcher

from bot.pipeline.stories.features import Features, is_katakana
from bot.pipeline.stories.kinds import Kind
from bot.pipeline.stories.terms import terms

_TWO = 2
_LEAST_SHARED = 3.0
_PAIR_COUNTS = 0.5
_LIKE = 0.6
_ALIKE = 0.6
_REISSUED = timedelta(hours=6)

_TOLL = re.compile(
    r"\b(?:dead|killed|kills|deaths?|died|dies|injured|hurt|wounded|missing|toll|evacuat\w+|homes|cases|arrest\w*)\b"
    "|死亡|死者|死去|负伤|受伤|伤者|不明|失踪|失联|遇难|丧生|身亡|避难|撤离|けが|逮捕"
)


def veto(new: Features, known: Features) -> str | None:
    """Return why two reports must not be one story, None where nothing forbids it."""
    return "they share too little to tell" if _thin(new, known) else _forbidden(new, known)


def _forbidden(new: Features, known: Features) -> str | None:
    for kind, mine in (new.identifiers or {}).items():
        theirs = (known.identifiers or {}).get(kind)
        if theirs and not mine & theirs:
            return f"{', '.join(sorted(mine))} is not {', '.join(sorted(theirs))}"
    same_feed = new.report.source == known.report.source
    only_digits = new.folded_title != known.folded_title and new.skeleton == known.skeleton
    if only_digits and (same_feed or not _TOLL.search(new.folded_title)):
        return "the titles differ only in their digits"
    if same_feed and (why := _running(new, known)):
        return why
    if slots := _filled_otherwise(new, known):
        return f"the titles fill one form with different {' and '.join(slots)}"
    if swapped(new, known):
        return "the titles change who does it to whom"
    return None


def _running(new: Features, known: Features) -> str | None:
    """Return why two reports of one feed are numbers of one column, None where they are not."""
    if new.folded_title == known.folded_title:
        apart = abs(new.report.at - known.report.at)
        return "the feed uses this title again and again" if apart > _REISSUED else None
    if new.kind is known.kind is not Kind.NEWS:
        return "both are of one column"
    mine, theirs = _head(new.folded_title), _head(known.folded_title)
    rest = set(new.title) & set(known.title) - set(terms(mine))
    return "the feed writes a column of this name" if mine and mine == theirs and len(rest) <= 1 else None


def _head(folded: str) -> str:
    """Return what stands before a colon or a dash of a title, empty where nothing does."""
    head = re.split(r":|：|\s[-–—|]\s|｜|　", folded, maxsplit=1)
    return head[0] if len(head) > 1 else ""


def _filled_otherwise(new: Features, known: Features) -> list[str]:
    """Return what two titles have different ones of, where that makes them two events: two kinds, or one in like words."""
    toll = bool(_TOLL.search(new.folded_title) and _TOLL.search(known.folded_title))
    found = [
        kind
        for kind, mine, theirs in (
            ("places", new.localities - known.all_localities, known.localities - new.all_localities),
            ("countries", set(new.countries) - known.all_countries, set(known.countries) - new.all_countries),
            ("numbers", set(new.title_numbers) - known.numbers, set(known.title_numbers) - new.numbers),
            ("names", _katakana(new) - set(known.all_terms), _katakana(known) - set(new.all_terms)),
        )
        if mine and theirs and not (kind == "numbers" and toll)
    ]
    if len(found) >= _TWO:
        return found
    return found if found and _in_like_words(new.folded_title, known.folded_title) else []


def _katakana(features: Features) -> set[str]:
    return {term for term in features.title if is_katakana(term)}


def _in_like_words(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _LIKE


def swapped(new: Features, known: Features) -> bool:
    """Tell whether both titles name the same two, in the other order, and say the same of them."""
    names = {*new.title_names, *known.title_names}
    mine, theirs = _order(new, names, known), _order(known, names, new)
    if len(mine) < _TWO or mine[:_TWO] != theirs[1::-1]:
        return False
    others = (set(new.title) | set(known.title)) - names
    alike = set(new.title) & set(known.title) - names
    return len(alike) >= _ALIKE * len(others)


def _order(one: Features, names: set[str], other: Features) -> list[str]:
    found = [term for term in one.title if term in names and term in other.title]
    return found if len(found) >= _TWO else [place for place in one.countries if place in other.countries]


def _thin(new: Features, known: Features) -> bool:
    """Tell whether two reports share too little to be judged by, as two short headlines about one person do."""
    if new.title == known.title:
        return False
    shared = set(new.all_terms).intersection(known.all_terms)
    return sum(_PAIR_COUNTS if _is_pair(term) else 1.0 for term in shared) < _LEAST_SHARED


def _is_pair(term: str) -> bool:
    return len(term) == _TWO and term[0] >= "\u3400"
