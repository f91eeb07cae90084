"""A parsed document as ``newsbell feeds parse --json`` prints it."""

from datetime import datetime
from typing import Any

from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed
from bot.pipeline.parse import identify


def as_json(file: str, result: ParsedFeed | ParseFailed) -> dict[str, Any]:
    """Return the JSON object of a file: its feed, its entries, and what was wrong with it (null where nothing was)."""
    match result:
        case ParseFailed(reason):
            return {
                "file": file,
                "feed": {"title": None, "link": None, "language": None},
                "entries": [],
                "error": reason,
            }
        case ParsedFeed():
            return {
                "file": file,
                "feed": {"title": result.title, "link": result.link, "language": result.language},
                "entries": [_entry(entry) for entry in result.entries],
                "error": None,
            }


def _entry(entry: ParsedEntry) -> dict[str, Any]:
    return {
        "id": entry.guid or entry.link or identify("", entry).identities[0],
        "title": entry.title,
        "link": entry.link,
        "published": _moment(entry.published),
        "summary": entry.summary,
        "authors": list(entry.authors),
        "categories": list(entry.categories),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
