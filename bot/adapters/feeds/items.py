"""A document as head, items and tail, split without parsing; None wherever that split is not certain.

    head (open tags) | item | white space | item | … | tail

An item's digest covers its own characters and the tags that are open around it: the namespaces, the base and the
language it is read with. What is certain rests on XML 1.0: in a well-formed document without a DTD, ``<`` begins
markup everywhere but inside CDATA sections, comments and processing instructions.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from bot.adapters.feeds.limits import MAX_ENTRIES
from bot.adapters.feeds.repair import is_clean

_NAME = r"[A-Za-z_\x80-\U0010ffff][\w.:-]*+"
_ATTRIBUTES = rf"""(?:\s++{_NAME}\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+"""
_HIDDEN = r"<!\[CDATA\[(?>.*?\]\]>)|<!--(?>.*?-->)|<\?(?>.*?\?>)"
_WHOLE = re.compile(rf"(?:[^<]++|{_HIDDEN}|</?+{_NAME}{_ATTRIBUTES}\s*+/?+>)*+", re.DOTALL)
_MARKUP = re.compile(rf"{_HIDDEN}|<(/?+)({_NAME})({_ATTRIBUTES})\s*+(/?+)>", re.DOTALL)
_FIRST = re.compile(rb"<((?:[\w.-]{1,40}:)?(?:item|entry))[\s>]", re.IGNORECASE)
_ITEM = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry|product)[\s/>]", re.IGNORECASE)
_AFTER_NAME = frozenset({b" ", b"\t", b"\r", b"\n", b">"})
_ROOTS = frozenset({"rss", "rdf", "feed"})
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Tag:
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
    """A document in pieces, the items as UTF-8. ``context`` are the tags that are open where the items stand."""

    head: str
    items: tuple[bytes, ...]
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

    def document(self, items: list[str]) -> str:
        """Return the document with these of its items alone."""
        return "\n".join([self.head, *items, self.tail])


def split(data: bytes) -> Split | None:
    """Split a document in UTF-8; its items are neighbours of one name with nothing but white space between.

    That each item ends where it seems to end is certain only once ``is_certain`` says so of it, or once its digest
    is that of an item of which it was said. Raises UnicodeDecodeError.
    """
    first = _FIRST.search(data)
    if first is None:
        return None
    items, end = _items(data, first.start(), first[1])
    head, tail = data[: first.start()].decode(), data[end:].decode()
    if not 0 < len(items) <= MAX_ENTRIES or not all(
        _is_plain(part) and not _ITEM.search(part) for part in (head, tail)
    ):
        return None
    opened = _open_tags(head)
    if not opened or opened[0].local not in _ROOTS:
        return None
    return Split(head, tuple(items), tail, "".join(f"<{tag.name}{tag.attributes}>" for tag in opened))


def is_certain(item: str) -> bool:
    """Tell whether an item of a well-formed document is one element from its beginning to its end."""
    return _is_plain(item) and len(_ITEM.findall(item)) == 1


def tags(piece: str) -> list[Tag]:
    """Return the tags of a piece, without those that are text in CDATA sections and comments."""
    return [
        Tag(found[2], found[3], bool(found[1]), bool(found[4]))
        for found in _MARKUP.finditer(piece)
        if found[2] is not None
    ]


def _items(data: bytes, place: int, name: bytes) -> tuple[list[bytes], int]:
    opening, closing = b"<" + name, b"</" + name + b">"
    items: list[bytes] = []
    while True:
        found = data.find(closing, place)
        if found < 0:
            return [], place
        end = found + len(closing)
        items.append(data[place:end])
        place = data.find(b"<", end)
        if place < 0:
            return items, end
        behind = place + len(opening)
        neighbour = data.startswith(opening, place) and data[behind : behind + 1] in _AFTER_NAME
        if not neighbour or data[end:place].strip():
            return items, end


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
