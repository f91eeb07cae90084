"""What forbids that two reports are one story, however alike they look."""

import re
from datetime import timedelta
from difflib import SequenceMatcher

from bot.pipeline.stories.contrasts import contrasted
from bot.pipeline.stories.features import Features, is_katakana
from bot.pipeline.stories.kinds import Kind
from bot.pipeline.stories.terms import is_known, terms

_TWO = 2
_FIRST_WIDE = "\u3041"
_BRIEF = 3.0
_LIKE = 0.6
_ALIKE = 0.6
_BRACKETED = re.compile(r"^\W*[(\[【「『〈《](.{2,16}?)[)\]】」』〉》]")
_REISSUED = timedelta(hours=6)
_RESULT = re.compile(r"(?<![\d-])\d{1,3}[-–:比对]\d{1,3}(?![\d-])")
_TOLL = re.compile(
    r"\b(?:dead|killed|kills|deaths?|died|dies|injured|hurt|wounded|missing|toll|evacuat\w+|homes|cases|trapped|rescued|arrest\w*)\b"
    "|死亡|死者|死去|负伤|受伤|伤者|不明|失踪|失联|遇难|丧生|身亡|避难|撤离|けが|逮捕|被困|获救|救出"
)


def veto(new: Features, known: Features) -> str | None:
    """Return why two reports must not be one story, None where nothing forbids it."""
    return next((why for check in _CHECKS if (why := check(new, known))), None)


def _brief(new: Features, known: Features) -> str | None:
    """Return that one report has too few words to be judged by, where both do not have the same."""
    brief = min(new.extent, known.extent) < _BRIEF
    return "one has too few words to tell" if brief and {*new.all_terms} != {*known.all_terms} else None


def _named_otherwise(new: Features, known: Features) -> str | None:
    for kind, mine in (new.identifiers or {}).items():
        theirs = (known.identifiers or {}).get(kind)
        if theirs and not mine & theirs:
            return f"{', '.join(sorted(mine))} is not {', '.join(sorted(theirs))}"
    return None


def _counted_otherwise(new: Features, known: Features) -> str | None:
    if new.folded_title == known.folded_title or new.skeleton != known.skeleton:
        return None
    same_feed = new.report.source == known.report.source
    toll = _TOLL.search(new.folded_title)
    return "the titles differ only in their digits" if same_feed or not toll else None


def _running(new: Features, known: Features) -> str | None:
    """Return why two reports of one feed are numbers of one column, None where they are not."""
    if new.report.source != known.report.source:
        return None
    if new.folded_title == known.folded_title:
        apart = abs(new.report.at - known.report.at)
        return "the feed uses this title again and again" if apart > _REISSUED else None
    if new.kind is known.kind is not Kind.NEWS:
        return "both are of one column"
    mine, theirs = _head(new.folded_title), _head(known.folded_title)
    rest = set(new.title) & set(known.title) - set(terms(mine))
    return "the feed writes a column of this name" if mine and mine == theirs and len(rest) <= 1 else None


def _head(folded: str) -> str:
    """Return what stands in brackets, before a colon or before a dash of a title, empty where nothing does."""
    if bracketed := _BRACKETED.match(folded):
        return bracketed[1]
    head = re.split(r":|：|\s[-–—|]\s|｜|　", folded, maxsplit=1)
    return head[0] if len(head) > 1 else ""


def _measured_otherwise(new: Features, known: Features) -> str | None:
    """Return that both titles give measures with decimals, as rates and magnitudes are, but share no number."""
    mine, theirs = (
        {number for number in each.title_numbers if "." in number and "e" not in number}
        for each in (new, known)
    )
    shared = known.numbers.intersection(new.title_numbers) or new.numbers.intersection(known.title_numbers)
    return "the titles give other measures" if mine and theirs and not shared else None


def _turned(new: Features, known: Features) -> str | None:
    """Return that one title tells of a rise and the other of a fall, and they share no number."""
    opposed = new.trend * known.trend < 0 and new.numbers.isdisjoint(known.numbers)
    return "one goes up and the other down" if opposed else None


def _contrasted(new: Features, known: Features) -> str | None:
    return "the titles have words that exclude each other" if contrasted(new.sides, known.sides) else None


def _filled_otherwise(new: Features, known: Features) -> str | None:
    if slots := _slots(new, known):
        return f"the titles fill one form with different {' and '.join(slots)}"
    return None


def _slots(new: Features, known: Features) -> list[str]:
    """Return what two titles have different ones of, where that makes them two events: two kinds, or one in like words."""
    toll = bool(_TOLL.search(new.folded_title) and _TOLL.search(known.folded_title))
    found = [
        kind
        for kind, mine, theirs in (
            ("places", new.localities - known.all_localities, known.localities - new.all_localities),
            (
                "towns",
                _somewhere(new) - known.all_localities - known.all_countries,
                _somewhere(known) - new.all_localities - new.all_countries,
            ),
            ("countries", set(new.countries) - known.all_countries, set(known.countries) - new.all_countries),
            ("numbers", _unknown(new, known), _unknown(known, new)),
            ("names", _katakana(new) - set(known.all_terms), _katakana(known) - set(new.all_terms)),
        )
        if mine and theirs and not (kind == "numbers" and toll)
    ]
    if len(set(found) - {"towns"}) >= _TWO:
        return found
    return found if found and _in_like_words(new.folded_title, known.folded_title) else []


def _unknown(one: Features, other: Features) -> set[str]:
    """Return the numbers of a title that the other report does not have, rounded or not."""
    return {number for number in one.title_numbers if not is_known(number, other.numbers)}


def _somewhere(features: Features) -> set[str]:
    return {*features.localities, *features.countries}


def _katakana(features: Features) -> set[str]:
    return {term for term in features.title if is_katakana(term)}


def _in_like_words(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _LIKE


def _swapped(new: Features, known: Features) -> str | None:
    return "the titles change who does it to whom" if swapped(new, known) else None


def swapped(new: Features, known: Features) -> bool:
    """Tell whether both titles name the same two, in the other order, and say the same of them."""
    names = {*new.title_names, *known.title_names}
    if _together(new, names) or _together(known, names):
        return False
    mine, theirs = _order(new, names, known), _order(known, names, new)
    if len(mine) < _TWO or mine[:_TWO] != theirs[1::-1]:
        return False
    others = (set(new.title) | set(known.title)) - names
    alike = set(new.title) & set(known.title) - names
    played = _RESULT.search(new.folded_title) and _RESULT.search(known.folded_title)
    return bool(played) or (
        len(alike) >= _ALIKE * len(others) and _in_like_words(new.folded_title, known.folded_title)
    )


def _together(one: Features, names: set[str]) -> bool:
    """Tell whether a title begins with two names side by side, who do something together; in scripts with spaces."""
    begin = one.title[:_TWO]
    return bool(begin) and begin[0] < _FIRST_WIDE and names.issuperset(begin)


def _order(one: Features, names: set[str], other: Features) -> list[str]:
    found = [term for term in one.title if term in names and term in other.title]
    return found if len(found) >= _TWO else [place for place in one.countries if place in other.countries]


_CHECKS = (
    _brief,
    _named_otherwise,
    _counted_otherwise,
    _running,
    _measured_otherwise,
    _turned,
    _contrasted,
    _filled_otherwise,
    _swapped,
)
