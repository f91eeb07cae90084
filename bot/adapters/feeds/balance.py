"""Tags that do not close, brought into balance, so that one broken entry does not swallow the ones after it.

<item><title>one<link>u</link></item>  ->  <item><title>one</title><link>u</link></item>
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)"
    r"|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<![^>]*(?:>|\Z)"
    r"|</(?P<end>[A-Za-z_][\w:.-]*)[^<>]*>"
    r"|<(?P<start>[A-Za-z_][\w:.-]*)(?P<attributes>(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)?)(?P<empty>/?)>"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w:.-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ENTRIES = frozenset({"item", "entry"})
# Elements of an entry or a channel that hold text: where one begins, another one that is still open has ended.
_LEAVES = frozenset(
    {
        "title", "link", "guid", "id", "description", "pubdate", "author", "category", "comments", "summary", "content",
        "updated", "published", "issued", "modified", "created", "source", "enclosure", "content:encoded", "dc:date",
        "dc:creator", "dc:subject", "language", "ttl", "lastbuilddate", "generator", "copyright", "item", "entry",
    }
)  # fmt: skip
_TEXTS = _LEAVES - {
    "author",
    "source",
    "item",
    "entry",
    "content",
    "description",
    "summary",
    "content:encoded",
}
ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_MAX_DEPTH = 200


class _Writer:
    """Writes balanced XML; ``open`` are the names of the elements that wait for their end, as they were written."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.open: list[str] = []

    def start(self, name: str, attributes: str, *, empty: bool) -> None:
        low = name.lower()
        if low in _ENTRIES and (place := self._innermost(_ENTRIES)) is not None:
            self._close_from(place)
        elif low in _LEAVES and self.open and self.open[-1].lower() in _TEXTS:
            self._close_from(len(self.open) - 1)
        if not empty and len(self.open) >= _MAX_DEPTH:
            return
        self.parts.append(f"<{name}{''.join(_attributes(attributes))}{'/' if empty else ''}>")
        if not empty:
            self.open.append(name)

    def end(self, name: str) -> None:
        """Close an element and what is still open inside it; an end without a beginning is dropped."""
        place = self._innermost(frozenset({name.lower()}))
        if place is not None:
            self._close_from(place)

    def text(self, text: str) -> None:
        self.parts.append(text)

    def is_root(self, name: str) -> bool:
        """Tell whether the end of an element of this name is the end of the document."""
        return self._innermost(frozenset({name.lower()})) == 0

    def finish(self) -> str:
        self._close_from(0)
        return "".join(self.parts)

    def _innermost(self, names: frozenset[str]) -> int | None:
        return next(
            (place for place in reversed(range(len(self.open))) if self.open[place].lower() in names), None
        )

    def _close_from(self, place: int) -> None:
        self.parts.extend(f"</{name}>" for name in reversed(self.open[place:]))
        del self.open[place:]


def balance(text: str) -> str:
    """Return a document whose tags are in balance. References must be sound already; one root is kept."""
    writer = _Writer()
    last_entry = max((found.start() for found in ENTRY.finditer(text)), default=-1)
    for token in _TOKEN.finditer(text):
        if token["start"]:
            writer.start(token["start"], token["attributes"] or "", empty=bool(token["empty"]))
        elif token["end"]:
            if token.end() <= last_entry and writer.is_root(token["end"]):
                continue
            writer.end(token["end"])
            if not writer.open:
                break
        elif token["cdata"] is not None:
            writer.text(escape(token["cdata"]))
        elif token["text"]:
            writer.text("&lt;" if token["text"] == "<" else token["text"])
    return writer.finish()


def _attributes(text: str) -> Iterator[str]:
    seen: set[str] = set()
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        if name not in seen:
            seen.add(name)
            value = (double or single or bare).replace("<", "&lt;")
            yield f' {name}="{value}"' if '"' not in value else f" {name}={quoteattr(value)}"
