"""A clock that is moved by hand, a fetcher, a parser and a messenger that follow a script, an observer that keeps."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import md5

from bot.model.address import Address, Platform
from bot.model.delivery import SendOutcome, Sent
from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed
from bot.model.feed import Validators
from bot.model.fetch import Fetched, FetchRequest, FetchResult
from bot.model.message import Message
from bot.model.person import Person, Reachable
from bot.model.poll import PollOutcome
from tests.unit.pipeline.samples import NOW


class HandClock:
    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


class ScriptedFetcher:
    """Gives each URL's answers in turn, the last one again and again; a callable is awaited, an exception raised."""

    def __init__(self) -> None:
        self.answers: dict[str, list[FetchResult | Exception | Callable[[], Awaitable[FetchResult]]]] = {}
        self.requests: list[FetchRequest] = []

    async def fetch(self, request: FetchRequest) -> FetchResult:
        self.requests.append(request)
        script = self.answers[request.url]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return await answer() if callable(answer) else answer


class LineParser:
    """Reads the documents it made itself, less the entries that are known; anything else is no feed."""

    def __init__(self) -> None:
        self.parsed = 0
        self.skipped: list[int] = []
        self.entries: dict[bytes, tuple[ParsedEntry, ...]] = {}

    def body(self, *entries: ParsedEntry) -> bytes:
        """Return bytes that this parser will read as these entries."""
        made = repr(entries).encode()
        self.entries[made] = entries
        return made

    async def parse(
        self, body: bytes, *, url: str, headers: Mapping[str, str], known: frozenset[bytes] | None = None
    ) -> ParsedFeed | ParseFailed:
        assert url.startswith("http")
        assert headers is not None
        self.parsed += 1
        if body not in self.entries:
            return ParseFailed("This is no feed.")
        digests = {
            md5(repr(each).encode(), usedforsecurity=False).digest(): each for each in self.entries[body]
        }
        left = tuple(each for digest, each in digests.items() if digest not in (known or ()))
        self.skipped.append(len(digests) - len(left))
        return ParsedFeed(
            "Mainichi World",
            "https://news.example/",
            "en",
            left,
            items=frozenset(digests),
            skipped=self.skipped[-1],
        )


def fetched(body: bytes, etag: str | None = None, url: str = "https://news.example/rss") -> Fetched:
    return Fetched(url, body, {}, Validators(etag))


@dataclass
class ScriptedMessenger:
    """Sends what it is told to each address: an outcome, an exception, or whatever a callable returns."""

    platform: Platform = Platform.TELEGRAM
    pause: timedelta = timedelta(0)
    script: dict[str, list[SendOutcome | Exception | Callable[[], Awaitable[SendOutcome]]]] = field(
        default_factory=dict
    )
    sent: list[tuple[str, Message, str]] = field(default_factory=list)
    answered: list[str | None] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    crossposted: list[str] = field(default_factory=list)
    discussed: list[str] = field(default_factory=list)
    in_threads: list[str] = field(default_factory=list)
    most_a_second: float = float("inf")
    knows_nonces: bool = True
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def rate(self) -> float:
        return self.most_a_second

    @property
    def idempotent(self) -> bool:
        return self.knows_nonces

    async def reached(self, count: int) -> None:
        """Wait until so many messages were handed over."""
        while len(self.sent) < count:
            self._news.clear()
            await self._news.wait()

    async def send(
        self, address: Address, message: Message, *, nonce: str, reply_to: str | None = None
    ) -> SendOutcome:
        self.sent.append((str(address), message, nonce))
        self.answered.append(reply_to)
        self._news.set()
        script = self.script.get(str(address), [])
        answer = script.pop(0) if script else Sent(str(len(self.sent)))
        if isinstance(answer, Exception):
            raise answer
        return await answer() if callable(answer) else answer

    async def edit(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        self.edited.append(message_id)
        return await self.send(address, message, nonce=message_id)

    async def crosspost(self, address: Address, message_id: str) -> SendOutcome:
        self.crossposted.append(message_id)
        return await self.send(address, Message(), nonce=message_id)

    async def discuss(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        self.discussed.append(message_id)
        return await self.send(address, message, nonce=message_id)

    async def answer(self, address: Address, message_id: str, message: Message, *, nonce: str) -> SendOutcome:
        self.in_threads.append(message_id)
        return await self.send(address, message, nonce=nonce)

    async def check(self, address: Address) -> Reachable:
        return Reachable(address, str(address))

    async def may_manage(self, address: Address, person: Person) -> bool:
        return address.platform == person.platform

    def spacing(self, address: Address) -> timedelta:
        assert address.platform == self.platform
        return self.pause

    @property
    def addresses(self) -> list[str]:
        return [address for address, _, _ in self.sent]


class Keeper:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.polls: list[PollOutcome] = []
        self.counted = {"entries": 0, "alerts": 0}
        self.deliveries: list[tuple[Platform, str]] = []
        self.latencies: list[tuple[timedelta | None, timedelta | None]] = []
        self.patterns = (0, 0)

    def polled(self, outcome: PollOutcome, seconds: float) -> None:
        assert seconds >= 0
        self.polls.append(outcome)

    def entries(self, count: int) -> None:
        self.counted["entries"] += count

    def alerted(self, count: int) -> None:
        self.counted["alerts"] += count

    def delivered(self, platform: Platform, outcome: str) -> None:
        self.deliveries.append((platform, outcome))

    def latency(self, published_to_seen: timedelta | None, seen_to_sent: timedelta | None) -> None:
        self.latencies.append((published_to_seen, seen_to_sent))

    def watched(self, tried: int, waiting: int) -> None:
        self.patterns = (tried, waiting)


class Gate:
    """A call that hangs until it is opened."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self.waiting = asyncio.Event()

    def open(self) -> None:
        self._open.set()

    async def passed(self) -> None:
        self.waiting.set()
        await self._open.wait()
