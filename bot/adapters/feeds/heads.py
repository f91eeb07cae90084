"""What feedparser made of the head of each feed, kept for the next poll: but for a date it is the same nearly always.

A reading that goes on from what is kept is in the state that reading the head again would bring it to.
"""

import io
import pickle
import re
from hashlib import sha256
from typing import Any

from feedparser.util import FeedParserDict

# A thousand ordinary heads take two megabytes; all that are kept, at their largest, take thirty-two.
_MAX_FEEDS = 4_096
_MAX_LENGTH = 8_192
_CLOCK = r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
_DATE = re.compile(
    r"<(lastBuildDate|pubDate|updated|dc:date)>("
    rf"[A-Z][a-z]{{2}}, \d{{1,2}} [A-Z][a-z]{{2}} \d{{4}} {_CLOCK} (?:[A-Z]{{1,5}}|[+-]\d{{4}})"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}T{_CLOCK}(?:Z|[+-]\d{{2}}:?\d{{2}}))</\1>"
)
# Where those dates stand in feedparser's reading of a feed. Nothing reads them there.
_UNREAD = frozenset({"updated", "published"})


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        """Let feedparser's dictionaries be made again with the keys that they have, not with those that they prefer."""
        return (type(value), (dict(value),)) if isinstance(value, FeedParserDict) else NotImplemented


class Heads:
    """The last head of each feed, for as many feeds as there is room for; those that had no news longest go first."""

    def __init__(self, most: int = _MAX_FEEDS) -> None:
        self._most = most
        self._kept: dict[str, tuple[bytes, bytes]] = {}

    def recall(self, feed: str, head: str, language: str) -> dict[str, Any] | None:
        """Return what a parser's attributes are after this head where they are not what they were before it."""
        kept = self._kept.pop(feed, None)
        if kept is None or kept[0] != _digest(head, language):
            return None
        self._kept[feed] = kept
        attributes: dict[str, Any] = pickle.loads(kept[1])  # noqa: S301 - written below, in this process
        return attributes

    def remember(self, feed: str, head: str, language: str, before: object, after: object) -> None:
        """Keep what a head made of a parser, if it is small and a date in it changes nothing that is read."""
        if len(head) > _MAX_LENGTH:
            return
        state = _difference(vars(before), vars(after))
        dates = [found[2].encode() for found in _DATE.finditer(head)]
        # Base64 is the one writing in which a date could not be found again.
        if len(state) > _MAX_LENGTH or any(date in state for date in dates) or "base64" in head.lower():
            return
        self._kept[feed] = _digest(head, language), state
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]


def _difference(before: dict[str, Any], after: dict[str, Any]) -> bytes:
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    if "feeddata" in changed:
        told = dict(changed["feeddata"])
        changed["feeddata"] = FeedParserDict({key: told[key] for key in told if key not in _UNREAD})
    written = io.BytesIO()
    _Pickler(written, protocol=pickle.HIGHEST_PROTOCOL).dump(changed)
    return written.getvalue()


def _digest(head: str, language: str) -> bytes:
    dateless = _DATE.sub(r"<\1/>", head)
    return sha256(f"{language}\n{dateless}".encode("utf-8", "surrogatepass")).digest()
