"""feedparser's parsers, driven so that they open nothing, and so that one entry they stumble over costs that entry alone."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from xml.parsers import expat

from bot.adapters.feeds.elements import LooseParser, StrictParser
from bot.adapters.feeds.heads import Heads
from bot.adapters.feeds.links import BASE
from bot.adapters.feeds.repair import prepare_clean

Record = Mapping[str, Any]

_ENTRY = re.compile(rb"<((?:[\w.-]+:)?(?:item|entry))\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_MAX_SINGLE = 500
_HEADS = Heads()


class Opening(NamedTuple):
    """A clean document up to its first item; ``context`` are the tags that are open there.

    ``feed`` is the address by which it is known again.
    """

    feed: str
    head: str
    context: str


class _DtdError(Exception):
    """Entities could be declared: ``prepare`` takes the DTD out, and what it leaves is not read strictly."""


def read_feed(data: bytes, language: str) -> Record:
    """Return feedparser's reading of a UTF-8 document, whose links are relative to ``BASE`` where relative.

    ``bozo`` tells that the document had to be read loosely. feedparser's own code fails on some documents (a space in
    a namespace, an end without a beginning). Those are read by its loose parser, or else entry by entry;
    ``unreadable`` counts the entries that are lost then. Raises what feedparser raises where nothing helps.
    """
    for read in (_read, _read_loosely):
        try:
            return read(data, language)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001, S112 - a document chooses which part of feedparser fails, and how
            continue
    return _read_singly(data, language)


def _read(data: bytes, language: str) -> Record:
    try:
        return read_strictly(data, language)
    except (expat.ExpatError, _DtdError):
        return _read_loosely(data, language)


def read_strictly(data: bytes, language: str) -> Record:
    """As ``read_feed``, of a document that is well-formed. Raises what feedparser and expat raise where it is not."""
    parser, reading = _strict_parser(language), _expat()
    _listen(parser, reading)
    reading.Parse(data, True)
    return _result(parser, bozo=False)


def read_strictly_from(opening: Opening, rest: bytes, language: str) -> Record:
    """As ``read_strictly`` of what an opening and the rest make together, reading no head that it remembers."""
    head = opening.head.rstrip()
    if not head.endswith(">"):
        return read_strictly(prepare_clean(opening.head) + rest, language)
    rest = opening.head[len(head) :].encode() + rest
    parser, reading = _strict_parser(language), _expat()
    attributes = _HEADS.recall(opening.feed, head, language)
    if attributes is None:
        _listen(parser, reading)
        reading.Parse(prepare_clean(head), False)
        _HEADS.remember(opening.feed, head, language, _strict_parser(language), parser)
    else:
        # Without a DTD, open tags are all that expat keeps of what it has read.
        reading.Parse(prepare_clean(opening.context), False)
        vars(parser).update(attributes)
        _listen(parser, reading)
    reading.Parse(rest, True)
    return _result(parser, bozo=False)


def _strict_parser(language: str) -> Any:
    return StrictParser(BASE, language or None, "utf-8")


def _expat() -> expat.XMLParserType:
    reading = expat.ParserCreate("utf-8", " ")
    reading.namespace_prefixes = reading.buffer_text = True
    return reading


def _listen(parser: Any, reading: expat.XMLParserType) -> None:
    reading.StartNamespaceDeclHandler = parser.startPrefixMapping
    reading.StartElementHandler = parser.begin
    reading.EndElementHandler = parser.end
    reading.CharacterDataHandler = parser.handle_data
    reading.StartDoctypeDeclHandler = _refuse_dtd


def _refuse_dtd(name: str, *_: object) -> None:
    raise _DtdError(f"a DTD is left: {name}")


def _read_loosely(data: bytes, language: str) -> Record:
    parser = LooseParser(BASE, language or None, "utf-8", {})
    parser.feed(data.decode("utf-8", "replace"))
    return _result(parser, bozo=True)


def _result(parser: Any, *, bozo: bool) -> Record:
    return {
        "feed": dict(parser.feeddata),
        "entries": [dict(entry) for entry in parser.entries],
        "version": parser.version,
        "bozo": bozo,
    }


def _read_singly(data: bytes, language: str) -> Record:
    found = list(_ENTRY.finditer(data))[:_MAX_SINGLE]
    head, tail = (data[: found[0].start()], data[found[-1].end() :]) if found else (data, b"")
    frame = dict(_read_loosely(head + tail, language))
    entries, unreadable = [], 0
    for one in found:
        try:
            entries += _read(head + one[0] + tail, language)["entries"]
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - as above
            unreadable += 1
    return {**frame, "entries": entries, "unreadable": unreadable}
