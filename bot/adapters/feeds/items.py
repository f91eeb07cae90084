"""A document as head, items and tail, split without parsing; None wherever that split is not certain.

    head (open tags) | item | white space | item | … | tail

An item's digest covers its own characters and the tags that are open around it: the namespaces, the base and the
language it is read with. What is certain rests on XML 1.0: in a well-formed document without a DTD, ``<`` begins
markup everywhere but inside CDATA sections, comments and processing instructions.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from bot.adapters.feeds.limits import MAX_ENTRIES
from bot.adapters.feeds.repair import is_clean

_NAME = r"[A-Za-z_\x80-\U0010ffff][\w.:-]*+"
_ATTRIBUTES = rf"""(?:\s++{_NAME}\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+"""
# Each to its first end, in runs of other characters: a search for the end would stop at every character.
_HIDDEN = (
    r"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+\]\]>"
    r"|<!--(?:[^-]++|-(?!->))*+-->"
    r"|<\?(?:[^?]++|\?(?!>))*+\?>"
)
# What is none of these takes the rest, so that what nothing ends is looked through once.
_MARKUP = re.compile(rf"{_HIDDEN}|<(/?+)({_NAME})({_ATTRIBUTES})\s*+(/?+)>|(<.*+)", re.DOTALL)
_FIRST = re.compile(rb"<((?:[\w.-]{1,40}:)?(?:item|entry))[\s>]", re.IGNORECASE)
_ITEM = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry|product)[\s/>]", re.IGNORECASE)
_BETWEEN = re.compile(rb"\s*+")
_ROOTS = frozenset({"rss", "rdf", "feed"})
_DIGEST = 16


class Tag(NamedTuple):
    """A start, end or empty tag; ``attributes`` as they are written."""

    name: str
    attributes: str
    ends: bool
    empty: bool

    @property
    def local(self) -> str:
        """The name without its prefix, in lower case, as feedparser takes it."""
        return self.name.rpartition(":")[2].lower()


@dataclass(frozen=True, slots=True)
class Split:
    """A document in pieces, the items as UTF-8 without ``opening`` and ``closing``, which begin and end each of them.

    ``context`` are the tags that are open where the items stand; ``digests`` is what each item is recognised by.
    """

    head: str
    items: list[bytes]
    digests: list[bytes]
    opening: bytes
    closing: bytes
    tail: str
    context: str

    def unknown(self, known: frozenset[bytes]) -> list[tuple[bytes, str]]:
        """Return the items that are not known, whole, with their digests. Raises UnicodeDecodeError."""
        return [
            (digest, (self.opening + item + self.closing).decode())
            for item, digest in zip(self.items, self.digests, strict=True)
            if digest not in known
        ]

    def rest(self, items: Iterable[str]) -> str:
        """Return what follows the head in a document with these items alone."""
        return "\n".join(["", *items, self.tail])


def split(data: bytes, known: frozenset[bytes] = frozenset()) -> Split | None:
    """Split a document in UTF-8; its items are neighbours of one name with nothing but white space between.

    That each item is one is certain only once ``item_tags`` says so of it, or where its digest is that of an item of
    which it was said, which is what ``known`` are. Raises UnicodeDecodeError.
    """
    first = _FIRST.search(data)
    if first is None:
        return None
    opening, closing = b"<" + first[1], b"</" + first[1] + b">"
    start, end = first.start(), data.rfind(closing)
    if end < start:
        return None
    head, tail = data[:start].decode(), data[end + len(closing) :].lstrip().decode()
    if _ITEM.search(head) or _ITEM.search(tail) or tags(tail) is None:
        return None
    opened = _open_tags(head)
    if not opened or opened[0].local not in _ROOTS:
        return None
    context = "".join(f"<{tag.name}{tag.attributes}>" for tag in opened)
    items = _evenly(data[start + len(opening) : end], opening, closing)
    digests = _digests(items, context, opening)
    if any(digest not in known and closing in item for item, digest in zip(items, digests, strict=True)):
        items = _apart(items, opening, closing)
        digests = _digests(items, context, opening)
    return (
        Split(head, items, digests, opening, closing, tail, context)
        if 0 < len(items) <= MAX_ENTRIES
        else None
    )


def _evenly(data: bytes, opening: bytes, closing: bytes) -> list[bytes]:
    """Return the items where the same white space is between all of them; else some of them are not apart."""
    end = data.find(closing) + len(closing)
    between = _BETWEEN.match(data, end) if end >= len(closing) else None
    # The longer what is sought, the faster it is found: one pass in C over a document of a megabyte.
    return data.split(closing + between[0] + opening) if between else [data]


def _apart(items: list[bytes], opening: bytes, closing: bytes) -> list[bytes]:
    """Return the items that others still stand in; none where something else is between them."""
    found = []
    for item in items:
        first, *others = item.split(closing)
        others = [other.lstrip() for other in others]
        if not all(other.startswith(opening) for other in others):
            return []
        found += [first, *(other[len(opening) :] for other in others)]
    return found


def _digests(items: list[bytes], context: str, opening: bytes) -> list[bytes]:
    around = sha256(context.encode() + opening).copy
    found = []
    for item in items:
        whole = around()
        whole.update(item)
        found.append(whole.digest()[:_DIGEST])
    return found


def item_tags(item: str) -> list[Tag] | None:
    """Return the tags of an item; None where it is not certain that it is one element from its beginning to its end."""
    return tags(item) if len(_ITEM.findall(item)) == 1 else None


def tags(piece: str) -> list[Tag] | None:
    """Return the tags of a piece, without those that are text in CDATA sections and comments.

    None where it holds a part of a tag, a comment or a section, or anything that is repaired away.
    """
    found = _MARKUP.findall(piece)
    if (found and found[-1][-1]) or not is_clean(piece):
        return None
    return [
        Tag(name, attributes, bool(ends), bool(empty)) for ends, name, attributes, empty, _ in found if name
    ]


def _open_tags(head: str) -> list[Tag]:
    opened: list[Tag] = []
    for tag in tags(head) or ():
        if tag.ends:
            if not opened or opened.pop().name != tag.name:
                return []
        elif not tag.empty:
            opened.append(tag)
    return opened
