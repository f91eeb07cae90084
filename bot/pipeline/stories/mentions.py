"""Which named topics a headline mentions, in whatever language it is: what may tie reports of two languages."""

import re
from collections import defaultdict

from bot.query.fold import fold
from bot.query.topics import Topics

_FIRST_WIDE = "\u3041"


class Mentions:
    """The spellings of all topics in one pattern, the longest first."""

    def __init__(self, topics: Topics) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        begun: set[str] = set()
        for name in topics.names():
            for spelling in topics.spellings(name) or ():
                form = fold(spelling.rstrip("*")).text.strip()
                self._names[form].add(name)
                begun.update({form} if spelling.endswith("*") else ())
        forms = sorted(filter(None, self._names), key=lambda form: (-len(form), form))
        self._pattern = (
            re.compile("|".join(_pattern(form, begun=form in begun) for form in forms)) if forms else None
        )

    def of(self, title: str) -> frozenset[str]:
        """Return the names of the topics that a title mentions."""
        if self._pattern is None:
            return frozenset()
        found = {match.group() for match in self._pattern.finditer(fold(title).text)}
        return frozenset(name for form in found for name in self._names[form])


def _pattern(spelling: str, *, begun: bool) -> str:
    """Return the pattern of a folded spelling: whole words where its script has spaces, if it is not only their beginning."""
    escaped = re.escape(spelling)
    if spelling[0] >= _FIRST_WIDE:
        return escaped
    return rf"(?<![^\W_]){escaped}" + ("" if begun else r"(?![^\W_])")
