"""feedparser's parsers, with the elements that they understand otherwise than Newsbell needs.

feedparser mixes captions and show notes into an item's text, takes the last of several links, resolves ids as if they
were addresses, copies contents into summaries and guesses at names and dates. Here each stays as it is written; reading
and choosing come later.
"""

from functools import lru_cache
from typing import Any

from feedparser import mixin
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.util import FeedParserDict

from bot.adapters.feeds.links import is_hollow, is_whole
from bot.adapters.feeds.names import Name, named
from bot.adapters.feeds.repair import C1_CONTROLS

_EMBEDDED = {"math": "http://www.w3.org/1998/Math/MathML", "svg": "http://www.w3.org/2000/svg"}
_ROOTS = frozenset({"feed", "rss", "rdf:RDF"})
_OF_TEXT_INPUTS = frozenset({"title", "link", "description", "name"})
_OF_IMAGES = frozenset({"title", "link", "description", "url", "href", "width", "height"})
# What feedparser does more with than to keep its text.
_PARTICULAR = frozenset({"itunes_keywords", "tags"})
_TEXTS = frozenset({"text/plain", "text/html"})
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


def _is_plain_address(address: str) -> bool:
    """Tell whether feedparser leaves an address as it is: whole, and without what it takes for a reference."""
    return is_whole(address) and not ("&" in address and ";" in address)


def _is_unmistaken(text: str) -> bool:
    """Tell whether text is neither UTF-8 that was taken for Latin-1 nor has Windows' quotes in the place of controls."""
    if text.isascii():
        return True
    try:
        text.encode("iso-8859-1")
    except UnicodeEncodeError:
        return not C1_CONTROLS.search(text)
    return False


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
        """End an element and return its text. What stays as it is comes to the same without most of the steps."""
        text: str | None = self._kept_as_it_is(element, strip_whitespace)
        if text is None:
            return super().pop(element, strip_whitespace)  # type: ignore[no-any-return] # as above
        self.elementstack.pop()
        # Marks for the steps that are left out; feedparser takes them off after those.
        self.contentparams.pop("mode", None)
        self.contentparams.pop("base64", None)
        if element != "category" and not (element == "title" and -1 < self.title_depth <= self.depth):
            self._keep("summary" if element == "description" else element, text)
        return text

    def _kept_as_it_is(self: Any, element: str, strip_whitespace: int) -> str | None:
        """Return the text of an entry's element, None where there is more to do with it than to keep it."""
        top = self.elementstack[-1] if self.elementstack else None
        if top is None or top[0] != element or not top[1] or element in _PARTICULAR or not self._is_simple():
            return None
        written = "".join(top[2])
        text = written.strip() if strip_whitespace else written
        may_be_html = self.contentparams.get("type") == "text/plain" and ("</" in text or "&" in text)
        is_relative = element in self.can_be_relative_uri and not _is_plain_address(text)
        return None if may_be_html or is_relative or not _is_unmistaken(text) else text

    def _is_simple(self: Any) -> bool:
        """Tell whether the reading is in an entry itself, and not in content of more than text."""
        if not self.inentry or self.insource or self.inimage:
            return False
        if not self.incontent:
            return not self.contentparams
        kind = self.contentparams.get("type")
        return self.incontent == 1 and kind in _TEXTS and not self.contentparams.get("base64")

    def _keep(self: Any, element: str, text: str) -> None:
        entry = self.entries[-1]
        if element == "content":
            entry.setdefault("content", []).append(FeedParserDict({**self.contentparams, "value": text}))
        elif element == "link":
            entry["link"] = entry["links"][-1]["href"] = text
        else:
            depths = self.property_depth_map.setdefault(entry, {})
            if self.depth <= depths.get(element, self.depth):
                depths[element] = self.depth
                entry[element] = text
            if self.incontent:
                entry[f"{element}_detail"] = FeedParserDict({**self.contentparams, "value": text})

    def begin(self: Any, expanded: str, attributes: dict[str, str]) -> None:
        """Begin an element, unless it stands in foreign content; names are as expat expands them."""
        name = named(expanded)
        if not (attributes or name.is_strange or self.decls or self.incontent or self._foreign):
            self._begin_bare(name)
            return
        given, self.decls = self.decls, dict[str, str]()
        if name.is_strange and _EMBEDDED.get(name.tag) == name.namespace:
            given["xmlns"] = name.namespace
        if attributes:
            found = [(named(attribute), value) for attribute, value in attributes.items()]
            given |= {attribute.tag: value for attribute, value in found}
            given |= {attribute.written: value for attribute, value in found}
        if self._foreign:
            self._foreign += 1
        else:
            self.unknown_starttag(self._tag(name) if name.is_strange else name.tag, list(given.items()))

    def _begin_bare(self: Any, name: Name) -> None:
        """Begin an element without attributes outside of content, as feedparser does in more steps."""
        self.depth += 1
        self.baseuri = mixin.make_safe_absolute_uri(self.baseuri, self.baseuri) or self.baseuri
        self.basestack.append(self.baseuri)
        self.langstack.append(self.lang)
        if self.lang and name.tag in _ROOTS:
            self.feeddata["language"] = self.lang.replace("_", "-")
        prefix = self.namespacemap.get(name.prefix, name.prefix)
        if not prefix:
            self.intextinput = self.intextinput if name.tag in _OF_TEXT_INPUTS else 0
            self.inimage = self.inimage if name.tag in _OF_IMAGES else 0
        handled = f"{prefix}_{name.local}" if prefix else name.local
        added: dict[str, str] = {}
        try:
            getattr(self, f"_start_{handled}")(added)
        except AttributeError:
            if added:
                self._get_context()[handled] = added
            else:
                self.push(handled, 1)

    def end(self: Any, expanded: str) -> None:
        """End an element, unless it stands in foreign content."""
        if self._foreign > 1:
            self._foreign -= 1
            return
        self._foreign = 0
        name = named(expanded)
        self.unknown_endtag(self._tag(name) if name.is_strange else name.tag)

    def _tag(self: Any, name: Name) -> str:
        """Return an element's name with the prefix that the document knows it by, where feedparser knows none."""
        used = self.namespaces_in_use.items()
        prefix = next((prefix for prefix, uri in used if prefix and uri == name.namespace), "")
        return f"{prefix}:{name.tag}".lower() if prefix else name.tag

    def _start_content(self: Any, attributes: dict[str, str]) -> None:
        super()._start_content(attributes)
        kind = self.contentparams["type"]
        self._foreign = int(kind.endswith(("/xml", "+xml")) and kind != "application/xhtml+xml")


class LooseParser(_Elements, LooseFeedParser):  # type: ignore[misc] # as above
    """Reads anything that has tags."""
