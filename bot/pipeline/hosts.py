"""Manners towards hosts that serve many feeds: few polls at a time, and patience where a host asks for it."""

from collections import Counter, defaultdict, deque
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from bot.model.poll import ClaimedFeed


@lru_cache(maxsize=8_192)
def host_of(url: str) -> str:
    """Return the host and port that serve a URL, in lower case; the URL itself where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower() or url
    except ValueError:
        return url


class HostQueue:
    """Claimed feeds, of each host only so many at a time; a crowded host takes no place from the others."""

    def __init__(self, per_host: int, freshness: timedelta) -> None:
        """Feeds that waited longer than ``freshness`` are left to become due again: their lease is running out."""
        self._per_host = per_host
        self._freshness = freshness
        self._ready: deque[tuple[ClaimedFeed, datetime]] = deque()
        self._waiting: dict[str, deque[tuple[ClaimedFeed, datetime]]] = defaultdict(deque)
        self._active: Counter[str] = Counter()

    def __len__(self) -> int:
        """Return how many feeds wait."""
        return len(self._ready) + sum(map(len, self._waiting.values()))

    @property
    def ready(self) -> bool:
        """Tell whether a feed waits whose host has a place for it."""
        return bool(self._ready)

    def put(self, claimed: ClaimedFeed, now: datetime) -> None:
        """Let a feed wait for its turn."""
        host = host_of(claimed.feed.url)
        if self._active[host] < self._per_host:
            self._active[host] += 1
            self._ready.append((claimed, now))
        else:
            self._waiting[host].append((claimed, now))

    def take(self, now: datetime) -> ClaimedFeed | None:
        """Return the next feed to poll, None where every waiting one has to wait on; call ``done`` after its poll."""
        while self._ready:
            claimed, since = self._ready.popleft()
            if now - since < self._freshness:
                return claimed
            self.done(claimed)
        return None

    def done(self, claimed: ClaimedFeed) -> None:
        """Give the place of a taken feed to the next one of its host."""
        host = host_of(claimed.feed.url)
        if waiting := self._waiting.get(host):
            self._ready.append(waiting.popleft())
            return
        self._waiting.pop(host, None)
        self._active[host] -= 1
        if not self._active[host]:
            del self._active[host]


class Patience:
    """Until when a whole host is left alone: its answer to one feed (429) counts for all (RFC 6585, section 4)."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def hold(self, url: str, until: datetime) -> None:
        """Leave the host of this URL alone until then."""
        host = host_of(url)
        self._until[host] = max(until, self._until.get(host, until))

    def until(self, url: str, now: datetime) -> datetime | None:
        """Return until when the host of this URL is to be left alone, None where it may be asked now."""
        host = host_of(url)
        until = self._until.get(host)
        if until is not None and until <= now:
            del self._until[host]
            return None
        return until
