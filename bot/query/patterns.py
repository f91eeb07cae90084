"""Regular expressions, by RE2: their time is linear in the text, whatever they say."""

import re
from collections.abc import Iterator
from functools import lru_cache

import re2

from bot.query.error import QueryError
from bot.query.text import LONGEST_TEXT

LONGEST_PATTERN = 200
"""Characters of a pattern."""

MOST_SPANS = 1000
"""Places of one pattern in one text that are reported."""

_MEMORY = 1 << 20
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


@lru_cache(maxsize=1024)
def compiled(source: str) -> re2._Regexp:
    """Compile a pattern that ``check_pattern`` has passed."""
    return re2.compile(source, _options())


def check_pattern(source: str, position: int) -> None:
    """Refuse a pattern that is too long, wrong, too costly, or fits everything; raises QueryError."""
    if len(source) > LONGEST_PATTERN:
        raise QueryError(
            "The pattern is too long", position=position, expected=f"at most {LONGEST_PATTERN} characters"
        )
    try:
        pattern = compiled(source)
    except re2.error as error:
        reason = error.args[0] if error.args else "unknown"
        text = reason.decode() if isinstance(reason, bytes) else str(reason)
        raise QueryError(
            f"The pattern is wrong ({text})", position=position, expected="an RE2 expression"
        ) from None
    if pattern.search("") is not None:
        raise QueryError(
            "The pattern fits every text", position=position, expected="a pattern with at least one character"
        )


def searchable(text: str) -> str:
    """Return what patterns are searched in: the first ``LONGEST_TEXT`` code points, addresses blanked out."""
    if "://" not in text and "www." not in text.lower():
        return text[:LONGEST_TEXT]
    return _ADDRESS.sub(lambda match: " " * len(match.group()), text[:LONGEST_TEXT])


def fits(source: str, searched: str) -> bool:
    """Tell whether a pattern fits somewhere in a searchable text, with at least one character."""
    match = compiled(source).search(searched)
    return match is not None and (
        match.end() > match.start() or any(True for _ in occurrences(source, searched))
    )


def occurrences(source: str, searched: str) -> Iterator[tuple[int, int]]:
    """Yield where a pattern fits a searchable text, as spans."""
    for number, match in enumerate(compiled(source).finditer(searched)):
        if number == MOST_SPANS:
            return
        if match.end() > match.start():
            yield match.start(), match.end()
