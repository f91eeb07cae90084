"""feedparser, called so that it opens nothing, and so that one entry it stumbles over costs that entry alone."""

import io
import re
from collections.abc import Mapping
from typing import Any

import feedparser

from bot.adapters.feeds.links import BASE

Record = Mapping[str, Any]

_ENTRY = re.compile(rb"<((?:[\w.-]+:)?(?:item|entry))\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
# Not well-formed, and nothing to feedparser's loose parser, which is what takes over then.
_LOOSELY = b"<>"
_MAX_SINGLE = 500


def read_feed(data: bytes, language: str) -> Record:
    """Return feedparser's reading of a UTF-8 document, whose ids and links are relative to ``BASE`` where relative.

    feedparser's own code fails on some documents (a space in a namespace, an end without a beginning). Those are read
    by its loose parser, or else entry by entry; ``unreadable`` counts the entries that are lost then. Raises what
    feedparser raises where nothing helps.
    """
    for attempt in (data, _LOOSELY + data):
        try:
            return _read(attempt, language)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001, S112 - a document chooses which part of feedparser fails, and how
            continue
    return _read_singly(data, language)


def _read(data: bytes, language: str) -> Record:
    result: Record = feedparser.parse(
        # A string or bytes would be taken for an address or a file name first.
        io.BytesIO(data),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": BASE,
            "content-language": language,
        },
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    return result


def _read_singly(data: bytes, language: str) -> Record:
    found = list(_ENTRY.finditer(data))[:_MAX_SINGLE]
    head, tail = (data[: found[0].start()], data[found[-1].end() :]) if found else (data, b"")
    frame = dict(_read(_LOOSELY + head + tail, language))
    entries, unreadable = [], 0
    for one in found:
        try:
            entries += _read(head + one[0] + tail, language)["entries"]
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - as above
            unreadable += 1
    return {**frame, "entries": entries, "unreadable": unreadable}
