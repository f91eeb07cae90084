"""Days of polling in no time: a poller over a real store, a clock moved by hand, servers that answer as told."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from bot.adapters.storage.store import SqlStore
from bot.model.entry import ParsedEntry, ParsedFeed
from bot.model.feed import Feed, FeedOrigin, FeedSpec, Validators
from bot.model.fetch import FetchRequest, FetchResult, NotModified
from bot.model.hints import PollHints
from bot.pipeline.ingest import Ingest
from bot.pipeline.match import LiveQueries
from bot.pipeline.poll import PollPolicy
from bot.pipeline.poller import Poller
from tests.unit.pipeline.fakes import HandClock, fetched
from tests.unit.pipeline.samples import SECOND

Script = Callable[[int], FetchResult]


def still(url: str, not_before: timedelta | None = None) -> NotModified:
    """Return what a server says that has nothing new."""
    return NotModified(url, Validators(), not_before)


@dataclass
class Document:
    """A parser for which each body is a document with one entry of that name, and these hints."""

    hints: PollHints = field(default_factory=PollHints)

    async def parse(
        self, body: bytes, *, url: str, headers: Mapping[str, str], known: frozenset[bytes] | None = None
    ) -> ParsedFeed:
        assert url
        assert headers is not None
        assert known is None or isinstance(known, frozenset)
        name = body.decode()
        entry = ParsedEntry(guid=name, title=name, link=f"https://news.example/{name}")
        return ParsedFeed("News", None, "en", (entry,), hints=self.hints)


class Days:
    """A poller at work. ``asked`` holds the moments of the requests for each address."""

    def __init__(self, store: SqlStore, clock: HandClock, policy: PollPolicy | None = None) -> None:
        self.store = store
        self.clock = clock
        self.policy = policy or PollPolicy()
        self.document = Document()
        self.asked: dict[str, list[datetime]] = defaultdict(list)
        self.scripts: dict[str, Script] = {}
        self.poller = self._poller()

    def _poller(self) -> Poller:
        ingest = Ingest(self.store, self, self.document, LiveQueries(self.store), self.clock, self.policy)
        return Poller(self.store, ingest, self.clock, per_host=2)

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Answer as a server would: what the script says, by the number of the request, else nothing new."""
        times = self.asked[request.url]
        times.append(self.clock.now())
        script = self.scripts.get(request.url)
        return script(len(times)) if script else still(request.url)

    async def add(self, *urls: str, script: Script | None = None, interval: timedelta | None = None) -> None:
        for url in urls:
            await self.store.add_feed(
                FeedSpec(url, interval=interval), origin=FeedOrigin.CLI, now=self.clock.now()
            )
            if script:
                self.scripts[url] = script

    async def restart(self) -> None:
        """End the process and start another."""
        await self.poller.stop(timedelta(0))
        await self.store.release_leases(self.clock.now())
        self.poller = self._poller()

    async def pass_by(self, length: timedelta, step: timedelta = SECOND) -> None:
        """Tick as the daemon does."""
        for _ in range(length // step):
            self.clock.advance(step)
            await self.poller.idle()

    async def until_due(self) -> None:
        """Go to the moment when the first feed is due, and poll."""
        due = min(feed.poll.next_poll_at for feed in await self.store.feeds())
        self.clock.advance(max(due - self.clock.now(), timedelta(0)))
        await self.poller.idle()

    async def feed(self, url: str) -> Feed:
        found = await self.store.feed(url)
        assert found is not None
        return found

    @property
    def moments(self) -> list[datetime]:
        """Return when anything was asked, in order."""
        return sorted(moment for times in self.asked.values() for moment in times)

    def gaps(self, url: str) -> list[timedelta]:
        """Return the pauses between the requests for an address."""
        times = self.asked[url]
        return [later - earlier for earlier, later in pairwise(times)]


def news(number: int) -> FetchResult:
    """Return a document that nobody has seen before."""
    return fetched(f"entry-{number}".encode())


def most_within(moments: list[datetime], window: timedelta) -> int:
    """Return the most moments that lie in any window of this length."""
    return max(sum(start <= moment < start + window for moment in moments) for start in moments)
