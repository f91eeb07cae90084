"""A document as head, items and tail, split without parsing; None wherever that split is not certain.

    head (open tags) | item | white space | item | … | tail

An item's digest covers its own characters and the tags that are open around it: the namespaces, the base and the
language it is read with. What is certain rests on XML 1.0: in a well-formed document without a DTD, ``<`` begins
markup everywhere but inside CDATA sections, comments and processing instructions.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from bot.adapters.feeds.limits import MAX_ENTRIES
from bot.adapters.feeds.repair import is_clean

_NAME = r"[A-Za-z_\x80-\U0010ffff][\w.:-]*+"
_ATTRIBUTES = rf"""(?:\s++{_NAME}\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+"""
_HIDDEN = r"<!\[CDATA\[(?>.*?\]\]>)|<!--(?>.*?-->)|<\?(?>.*?\?>)"
_WHOLE = re.compile(rf"(?:[^<]++|{_HIDDEN}|</?+{_NAME}{_ATTRIBUTES}\s*+/?+>)*+", re.DOTALL)
_MARKUP = re.compile(rf"{_HIDDEN}|<(/?+)({_NAME})({_ATTRIBUTES})\s*+(/?+)>", re.DOTALL)
_FIRST = re.compile(rb"<((?:[\w.-]{1,40}:)?(?:item|entry))[\s>]", re.IGNORECASE)
_ITEM = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry|product)[\s/>]", re.IGNORECASE)
_AFTER_NAME = (b">", b" ", b"\n", b"\t", b"\r")
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
    """A document in pieces, the items as UTF-8 without ``closing``, which ends each of them.

    ``context`` are the tags that are open where the items stand.
    """

    head: str
    items: list[bytes]
    closing: bytes
    tail: str
    context: str

    def digests(self) -> list[bytes]:
        """Return what each item is recognised by."""
        around = sha256(self.context.encode("utf-8", "surrogatepass"))
        found = []
        for item in self.items:
            whole = around.copy()
            whole.update(item)
            found.append(whole.digest()[:_DIGEST])
        return found

    def text(self, item: bytes) -> str:
        """Return one of the items whole. Raises UnicodeDecodeError."""
        return (item + self.closing).decode()

    def rest(self, items: Iterable[str]) -> str:
        """Return what follows the head in a document with these items alone."""
        return "\n".join(["", *items, self.tail])


def split(data: bytes) -> Split | None:
    """Split a document in UTF-8; its items are neighbours of one name with nothing but white space between.

    That each item ends where it seems to end is certain only once ``is_certain`` says so of it, or once its digest
    is that of an item of which it was said. Raises UnicodeDecodeError.
    """
    first = _FIRST.search(data)
    if first is None:
        return None
    opening, closing = b"<" + first[1], b"</" + first[1] + b">"
    # Whatever an item hides in comments and sections, this is one pass in C over a document of a megabyte.
    *pieces, rest = data[first.start() :].split(closing)
    items = [piece.lstrip() for piece in pieces]
    if not 0 < len(items) <= MAX_ENTRIES or not all(map(_begins(opening), items)):
        return None
    head, tail = data[: first.start()].decode(), rest.lstrip().decode()
    if not all(_is_plain(part) and not _ITEM.search(part) for part in (head, tail)):
        return None
    opened = _open_tags(head)
    if not opened or opened[0].local not in _ROOTS:
        return None
    return Split(head, items, closing, tail, "".join(f"<{tag.name}{tag.attributes}>" for tag in opened))


def _begins(opening: bytes) -> Callable[[bytes], bool]:
    starts = tuple(opening + char for char in _AFTER_NAME)
    return lambda item: item.startswith(starts)


def is_certain(item: str) -> bool:
    """Tell whether an item of a well-formed document is one element from its beginning to its end."""
    return _is_plain(item) and len(_ITEM.findall(item)) == 1


def tags(piece: str) -> list[Tag]:
    """Return the tags of a piece, without those that are text in CDATA sections and comments."""
    return [
        Tag(name, attributes, bool(ends), bool(empty))
        for ends, name, attributes, empty in _MARKUP.findall(piece)
        if name
    ]


def _is_plain(piece: str) -> bool:
    """Tell whether a piece holds whole tags, comments and sections only, and nothing that is repaired away."""
    return _WHOLE.fullmatch(piece) is not None and is_clean(piece)


def _open_tags(head: str) -> list[Tag]:
    opened: list[Tag] = []
    for tag in tags(head):
        if tag.ends:
            if not opened or opened.pop().name != tag.name:
                return []
        elif not tag.empty:
            opened.append(tag)
    return opened
