"""feedparser's parsers, with the elements that they understand otherwise than Newsbell needs.

feedparser mixes captions and show notes into an item's text, takes the last of several links, resolves ids as if they
were addresses and copies contents into summaries. Here each stays what it is; choosing among them comes later.
"""

from typing import Any

from feedparser.api import LooseFeedParser, StrictFeedParser

_DENIALS = frozenset({"false", "no", "0"})


class _Elements:
    """Overrides of feedparser's handlers; ``self`` is one of its parsers."""

    can_be_relative_uri = frozenset({"link", "url", "href", "comments", "docs", "icon", "logo"})

    def _start_channel(self: Any, attributes: dict[str, str]) -> None:
        super()._start_channel(attributes)  # type: ignore[misc] # feedparser's mixin
        if self.lang:
            self.feeddata["language"] = self.lang.replace("_", "-")

    def _end_content(self: Any) -> None:
        self.pop_content("content")

    _end_body = _end_xhtml_body = _end_content_encoded = _end_fullitem = _end_content

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

    def _resolve(self: Any, attributes: dict[str, str], name: str) -> None:
        if attributes.get(name):
            attributes[name] = self.resolve_uri(attributes[name])


class StrictParser(_Elements, StrictFeedParser):  # type: ignore[misc] # feedparser has no types
    """Reads well-formed XML through SAX."""


class LooseParser(_Elements, LooseFeedParser):  # type: ignore[misc] # as above
    """Reads anything that has tags."""
