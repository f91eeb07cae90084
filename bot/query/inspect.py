"""One query against one text, as plain data."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.query.document import Document
from bot.query.evaluate import evaluate
from bot.query.language import QueryError, parse
from bot.query.topics import Topics

Fields = Mapping[str, str | Sequence[str] | None]
"""Values of ``title``, ``source``, ``author``, ``tag``, ``lang`` and ``link``; authors and tags may be lists."""


def check(
    query_text: str,
    text: str,
    *,
    lang: str | None = None,
    fields: Fields | None = None,
    topics: Topics | None = None,
) -> dict[str, Any]:
    """Match a query with a text; never raises for any text.

    Returns ``{"match", "spans", "canonical"}``, with spans as ``[start, end]`` code-point offsets into ``text``, or
    ``{"error", "position"}``. Plain words are looked for in ``text`` and in ``fields["title"]``.
    """
    try:
        query = parse(query_text, topics=topics)
    except QueryError as error:
        return {"error": str(error), "position": error.position}
    found = evaluate(query, as_document(text, lang=lang, fields=fields))
    spans = found.get("summary", ()) if found is not None else ()
    return {"match": found is not None, "spans": [list(span) for span in spans], "canonical": query.canonical}


def as_document(text: str, *, lang: str | None = None, fields: Fields | None = None) -> Document:
    """Make a document whose body is ``text``."""
    given = fields or {}
    return Document(
        title=_one(given.get("title")),
        summary=text,
        source=_one(given.get("source")),
        authors=_many(given.get("author")),
        tags=_many(given.get("tag")),
        lang=_one(given.get("lang")) or lang,
        link=_one(given.get("link")) or None,
    )


def _many(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)


def _one(value: str | Sequence[str] | None) -> str:
    return " ".join(_many(value))
