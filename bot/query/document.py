"""What queries are matched against."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import urlsplit

from bot.query.patterns import searchable
from bot.query.text import LONGEST_TITLE, LONGEST_VALUE, Analysis, analyse

Spans = Mapping[str, tuple[tuple[int, int], ...]]
"""Spans per field name, as code point offsets into the original text; sorted, not overlapping.

Authors and tags count as one text, their values joined by ``VALUE_SEPARATOR``.
"""

VALUE_SEPARATOR = ", "

TEXT_FIELDS = ("title", "summary")
"""The fields that plain words are searched in."""

MOST_VALUES = 50
"""Authors or tags of a document that are searched."""


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as queries see it: plain texts, an optional language tag (BCP 47) and an optional address."""

    title: str
    summary: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lang: str | None = None
    link: str | None = None


class View:
    """A document's fields, each analysed once, when first asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._analyses: dict[str, tuple[Analysis, ...]] = {}
        self._searchable: dict[str, list[tuple[int, str]]] = {}
        self._link = split_link(document.link or "")

    def texts(self, field: str) -> tuple[Analysis, ...]:
        """Return the analysed values of a textual field: one, or as many as there are authors or tags."""
        found = self._analyses.get(field)
        if found is None:
            found = self._analyses[field] = tuple(analyse(value) for value in self._values(field))
        return found

    def _values(self, field: str) -> tuple[str, ...]:
        """Return what of a field is searched: its values, each cut where it is too long."""
        match field:
            case "title":
                return (self.document.title[:LONGEST_TITLE],)
            case "summary":
                return (self.document.summary,)
            case "source":
                values: tuple[str, ...] = (self.document.source,)
            case "author":
                values = self.document.authors[:MOST_VALUES]
            case _:
                values = self.document.tags[:MOST_VALUES]
        return tuple(value[:LONGEST_VALUE] for value in values)

    def searchable(self, field: str) -> list[tuple[int, str]]:
        """Return the values of a field as patterns see them, each with its offset as spans count."""
        found = self._searchable.get(field)
        if found is None:
            values = self._values(field)
            found = list(zip(_offsets(values), map(searchable, values), strict=True))
            self._searchable[field] = found
        return found

    def placed(self, field: str) -> Iterator[tuple[int, Analysis]]:
        """Yield the analysed values of a field, each with its offset as spans count."""
        yield from zip(_offsets(self._values(field)), self.texts(field), strict=True)

    def written(self, field: str, start: int, end: int) -> str:
        """Return a stretch of a field, as spans name it."""
        return VALUE_SEPARATOR.join(self._values(field))[start:end]

    def speaks(self, tag: str) -> bool:
        """Tell whether the document's language is this one or a variety of it: ``zh`` takes ``zh-Hant-TW``."""
        own = language_tag(self.document.lang or "")
        return own == tag or own.startswith(tag + "-")

    def links_to(self, host: str, path: str) -> bool:
        """Tell whether the document's address is on this host or below it, and begins with this path."""
        own_host, own_path = self._link
        below = own_host == host or own_host.endswith("." + host)
        return below and own_path.startswith(path)


def _offsets(values: tuple[str, ...]) -> list[int]:
    lengths = (len(value) + len(VALUE_SEPARATOR) for value in values[:-1])
    return list(accumulate(lengths, initial=0))[: len(values)]


def language_tag(text: str) -> str:
    """Normalise a language tag: lower case, hyphens."""
    return text.strip().replace("_", "-").lower()


def split_link(text: str) -> tuple[str, str]:
    """Split an address into host without ``www.`` and path, both lower case; the scheme does not matter."""
    bare = text.strip().lower().partition("://")
    try:
        parts = urlsplit("//" + (bare[2] if bare[1] else bare[0]))
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    query = f"?{parts.query}" if parts.query else ""
    return host.removeprefix("www."), parts.path.rstrip("/") + query
