"""feedparser's parsers, with the elements that they understand otherwise than Newsbell needs.

feedparser mixes captions and show notes into an item's text, takes the last of several links, resolves ids as if they
were addresses, copies contents into summaries and guesses at names and dates. Here each stays as it is written; reading
and choosing come later.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from feedparser import mixin
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.util import FeedParserDict

from bot.adapters.feeds.links import is_hollow, is_whole
from bot.adapters.feeds.repair import C1_CONTROLS

_EMBEDDED = {"math": "http://www.w3.org/1998/Math/MathML", "svg": "http://www.w3.org/2000/svg"}
_PREFIXES = {uri.lower(): prefix for uri, prefix in StrictFeedParser.namespaces.items()}
# Longer names are nobody's; all that are kept take no more memory than a document.
_MAX_USUAL = 200
# What feedparser does more with than to keep its text.
_PARTICULAR = frozenset({"content", "description", "itunes_keywords", "tags", "title"})
_DENIALS = frozenset({"false", "no", "0"})
# feedparser joins the base to itself at each element, which took a fifth of its time. The function is pure.
mixin.make_safe_absolute_uri = lru_cache(maxsize=256)(mixin.make_safe_absolute_uri)


class _Details(FeedParserDict):  # type: ignore[misc] # feedparser has no types
    """How an element's text is written: names and words, of which feedparser makes deep copies.

    None of them goes by a second name, so that they need not be looked for as feedparser looks for keys.
    """

    get = dict.get
    __contains__ = dict.__contains__
    __getitem__ = dict.__getitem__
    __setitem__ = dict.__setitem__

    def __deepcopy__(self, memo: object) -> FeedParserDict:
        return FeedParserDict(self)


class _Unmistaken(str):
    """Text without Windows' quotes in the place of controls, which feedparser seeks one character at a time."""

    __slots__ = ()

    def translate(self, _: object) -> str:
        return str(self)


class _Name(NamedTuple):
    """A name with the prefix that feedparser knows its namespace by, and as it is ``written``, both in lower case.

    ``is_strange`` where feedparser does not know the namespace.
    """

    namespace: str
    tag: str
    written: str
    is_strange: bool


def _named(expanded: str) -> _Name:
    return _usual_name(expanded) if len(expanded) <= _MAX_USUAL else _name(expanded)


def _name(expanded: str) -> _Name:
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
    return _Name(
        namespace,
        f"{known}:{local}".lower() if known else local.lower(),
        f"{prefix}:{local}".lower() if prefix else local.lower(),
        bool(namespace) and namespace.lower() not in _PREFIXES,
    )


_usual_name = lru_cache(maxsize=1024)(_name)


def _is_plain_address(address: str) -> bool:
    """Tell whether feedparser leaves an address as it is: whole, and without what it takes for a reference."""
    return is_whole(address) and not ("&" in address and ";" in address)


class _Elements:
    """Overrides of feedparser's handlers; ``self`` is one of its parsers."""

    resolve_relative_uris = sanitize_html = False

    can_be_relative_uri = frozenset({"link", "url", "href", "comments", "docs", "icon", "logo"})

    def push_content(self: Any, *arguments: Any) -> None:
        """Begin an element with text."""
        super().push_content(*arguments)  # type: ignore[misc] # as above
        self.contentparams = _Details(self.contentparams)

    def _start_channel(self: Any, attributes: dict[str, str]) -> None:
        super()._start_channel(attributes)  # type: ignore[misc] # feedparser's mixin
        if self.lang:
            self.feeddata["language"] = self.lang.replace("_", "-")

    def _end_author(self: Any) -> None:
        value = self.pop("author")
        self.inauthor = 0
        authors = self._get_context().get("authors") or [{}]
        if value and not authors[-1]:
            authors[-1]["name"] = value

    _end_managingeditor = _end_author

    def _end_published(self: Any) -> None:
        self.pop("published")

    def _end_updated(self: Any) -> None:
        self.pop("updated")

    def _end_created(self: Any) -> None:
        self.pop("created")

    _end_pubdate = _end_issued = _end_published
    _end_modified = _end_lastbuilddate = _end_updated

    def _end_content(self: Any) -> None:
        self.pop_content("content")

    _end_body = _end_xhtml_body = _end_content_encoded = _end_fullitem = _end_content

    def _start_link(self: Any, attributes: dict[str, str]) -> None:
        super()._start_link(attributes)  # type: ignore[misc] # as above
        if links := self._get_context().get("links"):
            links[-1].setdefault("depth", self.depth)

    def _start_description(self: Any, attributes: dict[str, str]) -> None:
        context = self._get_context()
        if self.depth < self.property_depth_map.get(context, {}).get("summary", 0):
            del context["summary"]  # it belonged to something inside the entry
        super()._start_description(attributes)  # type: ignore[misc] # as above

    def _start_guid(self: Any, attributes: dict[str, str]) -> None:
        self.guidislink = attributes.get("ispermalink", "true").strip().lower() not in _DENIALS
        self.push("id", 1)

    def _end_guid(self: Any) -> None:
        value = self.pop("id")
        self._save("guidislink", self.guidislink, overwrite=True)
        if value and self.guidislink:
            self._save("permalink", self.resolve_uri(value), overwrite=True)

    _start_id, _end_id = _start_guid, _end_guid

    def _start_enclosure(self: Any, attributes: dict[str, str]) -> None:
        self._resolve(attributes, "url")
        super()._start_enclosure(attributes)  # type: ignore[misc] # as above

    def _start_media_content(self: Any, attributes: dict[str, str]) -> None:
        self._resolve(attributes, "url")
        super()._start_media_content(attributes)  # type: ignore[misc] # as above

    def _start_media_description(self: Any, _: dict[str, str]) -> None:
        self.push("media_description", 1)

    def _end_media_description(self: Any) -> None:
        self.pop("media_description")

    def _start_itunes_summary(self: Any, _: dict[str, str]) -> None:
        self.push("itunes_summary", 1)

    def _end_itunes_summary(self: Any) -> None:
        self.pop("itunes_summary")

    def resolve_uri(self: Any, uri: str) -> str:
        """Resolve an address, unless there is nothing in it or its base is no place of the web."""
        if is_whole(uri):
            return uri
        absolute = "" if is_hollow(uri) else str(super().resolve_uri(uri))  # type: ignore[misc] # as above
        return absolute if absolute.lower().startswith(("http://", "https://")) else uri

    def _resolve(self: Any, attributes: dict[str, str], name: str) -> None:
        if attributes.get(name):
            attributes[name] = self.resolve_uri(attributes[name])


class StrictParser(_Elements, StrictFeedParser):  # type: ignore[misc] # feedparser has no types
    """Reads what expat finds in well-formed XML."""

    @staticmethod
    def decode_entities(_: str, data: str) -> str:
        """Return the text of an element as it is: its references are decoded already."""
        return data if C1_CONTROLS.search(data) else _Unmistaken(data)

    # How deep the reading is in content of another kind of XML, whose elements are not the entry's.
    _foreign = 0

    def __init__(self: Any, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.contentparams = _Details()

    def pop(self: Any, element: str, strip_whitespace: int = 1) -> str | None:
        """End an element, whose text is ``pop``'s result.

        Most hold nothing but a few words for an entry. They come to the same without the steps that are for others.
        """
        top = self.elementstack[-1] if self.elementstack else None
        if top is None or top[0] != element or not top[1] or element in _PARTICULAR or not self._is_bare():
            return super().pop(element, strip_whitespace)  # type: ignore[no-any-return] # as above
        text = "".join(top[2])
        output = text.strip() if strip_whitespace else text
        if not output.isascii() or (element in self.can_be_relative_uri and not _is_plain_address(output)):
            return super().pop(element, strip_whitespace)  # type: ignore[no-any-return] # as above
        self.elementstack.pop()
        entry = self.entries[-1]
        if element == "link":
            entry["link"] = entry["links"][-1]["href"] = output
        elif element != "category":
            depths = self.property_depth_map.setdefault(entry, {})
            if self.depth <= depths.get(element, self.depth):
                depths[element] = self.depth
                entry[element] = output
        return output

    def _is_bare(self: Any) -> bool:
        """Tell whether the reading is in an entry, and neither in content nor in anything that has a like of it."""
        return self.inentry and not (self.incontent or self.contentparams or self.insource or self.inimage)

    def begin(self: Any, expanded: str, attributes: dict[str, str]) -> None:
        """Begin an element, unless it stands in foreign content; names are as expat expands them."""
        name = _named(expanded)
        named, self.decls = self.decls, dict[str, str]()
        if name.is_strange and _EMBEDDED.get(name.tag) == name.namespace:
            named["xmlns"] = name.namespace
        if attributes:
            found = [(_named(attribute), value) for attribute, value in attributes.items()]
            named |= {attribute.tag: value for attribute, value in found}
            named |= {attribute.written: value for attribute, value in found}
        if self._foreign:
            self._foreign += 1
        else:
            self.unknown_starttag(self._tag(name), list(named.items()))

    def end(self: Any, expanded: str) -> None:
        """End an element, unless it stands in foreign content."""
        self._foreign = max(self._foreign - 1, 0)
        if not self._foreign:
            self.unknown_endtag(self._tag(_named(expanded)))

    def _tag(self: Any, name: _Name) -> str:
        """Return an element's name with the prefix that feedparser knows it by, or else the document."""
        if not name.is_strange:
            return name.tag
        used = self.namespaces_in_use.items()
        prefix = next((prefix for prefix, uri in used if prefix and uri == name.namespace), "")
        return f"{prefix}:{name.tag}".lower() if prefix else name.tag

    def _start_content(self: Any, attributes: dict[str, str]) -> None:
        super()._start_content(attributes)
        kind = self.contentparams["type"]
        self._foreign = int(kind.endswith(("/xml", "+xml")) and kind != "application/xhtml+xml")


class LooseParser(_Elements, LooseFeedParser):  # type: ignore[misc] # as above
    """Reads anything that has tags."""
