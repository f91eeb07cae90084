"""Whether a language model says only what its source says: numbers, quotations and names, checked in that order. Pure."""

import re
import unicodedata

from bot.pipeline.names import strange_name
from bot.pipeline.numerals import numbers, values
from bot.query.topics import Topics

MAX_CHARS = 1_500
_MARKUP = re.compile(
    r"<[a-z!/][^>]{0,500}>|https?://|www\.\w|\]\(|```|&(?:[a-z]{2,8}|#\d{1,6});", re.IGNORECASE
)
_QUOTATION = re.compile(
    '“([^”]*)”|"([^"]*)"|«([^»]*)»|「([^」]*)」|『([^』]*)』|《([^》]*)》|„([^“]*)“|(?<!\\w)‘([^’]{3,})’'
)
_EDGES = re.compile(r"^\W+|\W+$")
_SPACES = re.compile(r"\s+")


def objection(answer: str, source: str, *, topics: Topics, translated: bool) -> str | None:
    """Return what speaks against showing an answer, as the end of a sentence; None where nothing does.

    Names may be spelt in any way that ``topics`` knows of what the source names.
    """
    if len(answer) > MAX_CHARS:
        return f"it is longer than {MAX_CHARS:,} characters."
    if _MARKUP.search(answer):
        return "it holds markup or links."
    if number := _strange_number(answer, source):
        return f"the number {number} is not in the source."
    named, unnamed = _spellings(source, topics)
    allowed = "\n".join((source, *named))
    if (quotation := _strange_quotation(answer, allowed)) is not None:
        return f"the quotation {quotation[:60]!r} is not in the source."
    said = _folded(answer)
    other = next((each for each in unnamed if _stands(each, said)), None)
    if name := other or strange_name(_plain(answer), _plain(allowed), translated=translated):
        return f"the name {name[:60]} is not in the source."
    return None


def _strange_number(answer: str, source: str) -> str | None:
    known = values(source)
    return next((written for written, value in numbers(answer) if not value & known), None)


def _strange_quotation(answer: str, source: str) -> str | None:
    if answer.count('"') % 2 or answer.count("“") != answer.count("”"):
        return ""
    told = _folded(source)
    for found in _QUOTATION.finditer(answer):
        quoted = next(each for each in found.groups() if each is not None)
        if _EDGES.sub("", _folded(quoted)) not in told:
            return quoted
    return None


def _spellings(source: str, topics: Topics) -> tuple[list[str], list[str]]:
    """Return all spellings of the topics that a source names, and those of the others."""
    told = _folded(source)
    named: list[str] = []
    unnamed: list[str] = []
    for name in topics.names():
        spellings = [each.rstrip("*") for each in topics.spellings(name) or ()]
        (named if any(_stands(each, told) for each in spellings) else unnamed).extend(spellings)
    allowed = _folded("\n".join(named))
    return named, [each for each in unnamed if not _stands(each, told) and not _stands(each, allowed)]


def _stands(spelling: str, told: str) -> bool:
    """Tell whether a spelling stands in a folded text: Latin ones as whole words."""
    wanted = _folded(spelling)
    if not wanted.isascii():
        return wanted in told
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", told) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _folded(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold())
