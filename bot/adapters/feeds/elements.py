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

from bot.adapters.feeds.links import is_hollow

_DENIALS = frozenset({"false", "no", "0"})
# feedparser joins the base to itself at each element, which took a fifth of its time. The function is pure.
mixin.make_safe_absolute_uri = lru_cache(maxsize=256)(mixin.make_safe_absolute_uri)


class _Details(FeedParserDict):  # type: ignore[misc] # feedparser has no types
    """How an element's text is written: names and words, of which feedparser makes deep copies."""

    def __deepcopy__(self, memo: object) -> FeedParserDict:
        return FeedParserDict(self)


class _Elements:
    """Overrides of feedparser's handlers; ``self`` is one of its parsers."""

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
        absolute = "" if is_hollow(uri) else str(super().resolve_uri(uri))  # type: ignore[misc] # as above
        return absolute if absolute.lower().startswith(("http://", "https://")) else uri

    def _resolve(self: Any, attributes: dict[str, str], name: str) -> None:
        if attributes.get(name):
            attributes[name] = self.resolve_uri(attributes[name])


class StrictParser(_Elements, StrictFeedParser):  # type: ignore[misc] # feedparser has no types
    """Reads well-formed XML through SAX."""

    # How deep the reading is in content of another kind of XML, whose elements are not the entry's.
    _foreign = 0

    def _start_content(self: Any, attributes: dict[str, str]) -> None:
        super()._start_content(attributes)
        kind = self.contentparams["type"]
        self._foreign = int(kind.endswith(("/xml", "+xml")) and kind != "application/xhtml+xml")

    def unknown_starttag(self: Any, tag: str, attributes: list[tuple[str, str]]) -> None:
        """Begin an element, unless it stands in foreign content."""
        if self._foreign:
            self._foreign += 1
        else:
            super().unknown_starttag(tag, attributes)

    def unknown_endtag(self: Any, tag: str) -> None:
        """End an element, unless it stands in foreign content."""
        self._foreign = max(self._foreign - 1, 0)
        if not self._foreign:
            super().unknown_endtag(tag)


class LooseParser(_Elements, LooseFeedParser):  # type: ignore[misc] # as above
    """Reads anything that has tags."""
