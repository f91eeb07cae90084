"""What the core needs from the world, as small Protocols. Adapters implement them; tests run one suite over each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.model.address import Address, Platform
from bot.model.delivery import SendOutcome
from bot.model.entry import ParsedFeed, ParseFailed
from bot.model.feed import FoundFeed
from bot.model.fetch import FetchRequest, FetchResult
from bot.model.message import Message
from bot.model.page import Article, PageRefused
from bot.model.person import Person, Reachable, Unreachable
from bot.model.poll import PollOutcome
from bot.model.push import HubAnswer, HubRequest
from bot.model.request import Answer, Request, Suggestion
from bot.model.text import KeptText
from bot.model.writing import NotWritten, Task, Written


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Return the current moment, aware UTC."""


class Fetcher(Protocol):
    """Asks servers for feeds. Never raises for anything a server does."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Fetch one feed within the limits of time and size."""


class Hub(Protocol):
    """Asks hubs to push. Never raises for anything a hub does."""

    async def ask(self, request: HubRequest) -> HubAnswer:
        """Ask for a subscription or its end."""


class HubVisitors(Protocol):
    """Receives hubs at the callbacks that they were given."""

    async def question(self, token: str, asked: Mapping[str, str]) -> str | None:
        """Return what a hub that asks back is to hear; None where nothing of the kind is known here."""

    async def expects(self, token: str) -> bool | None:
        """Tell whether documents are welcome at a callback: False where no more, None where it is unknown."""

    async def document(self, token: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Take a document with its (lower-case) headers and return at once; False asks to bring it again later."""


class Parser(Protocol):
    """Turns bytes into entries without blocking the event loop. Never raises for any bytes."""

    async def parse(
        self, body: bytes, *, url: str, headers: Mapping[str, str], known: frozenset[bytes] | None = None
    ) -> ParsedFeed | ParseFailed:
        """Parse a document that came from ``url`` with these (lower-case) headers.

        Items whose digests are ``known`` may be left out; give the ``items`` of an earlier document of the same feed
        once all its entries are stored, an empty set to learn digests, None where nobody keeps them.
        """


class TextStore(Protocol):
    """Texts that must not be asked for twice: pages, and answers of a language model."""

    async def claim_text(self, key: bytes, now: datetime) -> KeptText | None:
        """Return what is kept under a key; None where nothing is, and the caller is the one who may get it now."""

    async def keep_text(self, key: bytes, kept: KeptText) -> None:
        """Keep what was got under a key that was claimed."""


class PageReader(Protocol):
    """Reads the report behind a link. Never raises for anything a server or a page does."""

    async def read(self, url: str) -> Article | PageRefused:
        """Fetch a page as its site allows, and find the report in it."""


class Writer(Protocol):
    """A language model. Never raises for anything its endpoint answers."""

    async def write(self, task: Task) -> Written | NotWritten:
        """Have a text written, within the time that a request may take."""


class Messenger(Protocol):
    """One platform. Never raises for anything the platform answers."""

    @property
    def platform(self) -> Platform:
        """The scheme of the addresses it serves."""

    async def send(
        self, address: Address, message: Message, *, nonce: str, reply_to: str | None = None
    ) -> SendOutcome:
        """Send; where the platform knows idempotency keys, the same nonce is accepted once.

        ``reply_to`` is the id of an earlier message to answer; where it is gone, the message stands alone.
        """

    async def edit(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Replace a message sent earlier."""

    async def crosspost(self, address: Address, message_id: str) -> SendOutcome:
        """Pass a message sent earlier on to those who follow the place; where nobody can, nothing is to be done.

        Then the outcome is Sent without an id.
        """

    async def discuss(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Open a thread under a message sent earlier, named after it; one that is open already counts as sent.

        Where there are no threads, nothing is to be done: then the outcome is Sent without an id.
        """

    async def answer(self, address: Address, message_id: str, message: Message, *, nonce: str) -> SendOutcome:
        """Send into the thread under an earlier message; where there is none, as an answer to that message."""

    async def check(self, address: Address) -> Reachable | Unreachable:
        """Tell whether the bot may post there, without posting; resolves names to numeric addresses."""

    async def may_manage(self, address: Address, person: Person) -> bool:
        """Tell whether the platform lets this person administer that place."""

    def spacing(self, address: Address) -> timedelta:
        """Return the pause to keep after a message to this address."""

    @property
    def rate(self) -> float:
        """Messages a second that the token as a whole may send; infinity where there is no such limit."""

    @property
    def idempotent(self) -> bool:
        """Whether a nonce keeps a repeated message from showing twice."""


class Observer(Protocol):
    """Counts what happens, for metrics. Its methods are quick and never raise."""

    def polled(self, outcome: PollOutcome, seconds: float) -> None:
        """A poll ended and was recorded."""

    def entries(self, count: int) -> None:
        """So many new entries were stored."""

    def alerted(self, count: int) -> None:
        """So many alerts were written to the outbox."""

    def delivered(self, platform: Platform, outcome: str) -> None:
        """An attempt was settled as ``sent``, ``retry``, ``rejected``, ``moved`` or ``dead``."""

    def latency(self, published_to_seen: timedelta | None, seen_to_sent: timedelta | None) -> None:
        """An alert was sent; None where a moment is unknown."""

    def watched(self, tried: int, waiting: int) -> None:
        """So many patterns are tried on every entry, and so many queries wait until there is room for theirs."""


class PushObserver(Protocol):
    """Counts what passes between hubs and this installation. Its methods are quick and never raise."""

    def asked_hub(self, mode: str, outcome: str) -> None:
        """A hub was asked to ``subscribe`` or ``unsubscribe``, or asked back whether that is meant.

        It ``accepted``, ``refused`` or ``failed``; its question was ``confirmed`` or ``unconfirmed``; or it ``denied``.
        """

    def pushed(self, outcome: str) -> None:
        """A hub posted a document: ``new``, ``no_news``, ``failed``, ``ignored`` (wrong signature), ``busy``."""


class FeedFinder(Protocol):
    """Finds feeds behind an address that a person gave."""

    async def discover(self, url: str) -> list[FoundFeed]:
        """Return the feeds at or linked from an address; raises UserError with what was tried where there is none."""


class ChatService(Protocol):
    """The command catalogue at work; platforms hand it requests and render its answers."""

    async def answer(self, request: Request) -> Answer:
        """Carry out a command, or offer something sensible for plain text."""

    async def press(self, data: str, request: Request) -> Answer:
        """Carry out a pressed button; ``data`` is what ``Action.data`` held."""

    async def suggest(self, command: str, option: str, prefix: str, request: Request) -> list[Suggestion]:
        """Return at most 25 completions of an option that begin with or contain ``prefix``."""
