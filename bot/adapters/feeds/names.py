"""Names of elements and attributes, with the prefixes that feedparser knows their namespaces by."""

from functools import lru_cache
from typing import NamedTuple

from feedparser.api import StrictFeedParser

_PREFIXES = {uri.lower(): prefix for uri, prefix in StrictFeedParser.namespaces.items()}
# Longer names are nobody's; all that are kept take no more memory than a document.
_MAX_USUAL = 200


class Name(NamedTuple):
    """A name with the prefix that feedparser knows its namespace by, and as it is ``written``, both in lower case.

    ``is_strange`` where feedparser does not know the namespace. ``prefix`` and ``local`` are what ``tag`` is made of.
    """

    namespace: str
    tag: str
    written: str
    is_strange: bool
    prefix: str
    local: str


def named(expanded: str) -> Name:
    """Return an element's or attribute's name as expat expands it: namespace, local name, prefix. Raises ValueError."""
    return _usual_name(expanded) if len(expanded) <= _MAX_USUAL else _name(expanded)


def _name(expanded: str) -> Name:
    """Take apart a name as expat expands it: namespace, local name, prefix. Raises ValueError for other spaces in it."""
    match expanded.split():
        case [_]:
            namespace, local, prefix = "", expanded, ""
        case [namespace, local]:
            prefix = ""
        case [namespace, local, prefix]:
            pass
        case _:
            raise ValueError("a namespace has spaces in it")
    known = _PREFIXES.get(namespace.lower(), "")
    tag = f"{known}:{local}".lower() if known else local.lower()
    before, colon, after = tag.partition(":")
    return Name(
        namespace,
        tag,
        f"{prefix}:{local}".lower() if prefix else local.lower(),
        bool(namespace) and namespace.lower() not in _PREFIXES,
        before if colon else "",
        after if colon else tag,
    )


_usual_name = lru_cache(maxsize=1024)(_name)
