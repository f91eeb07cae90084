"""A small world for the commands: a real store, a clock that stands still, platforms and a finder that obey tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.adapters.storage.store import SqlStore
from bot.chat.access import Access
from bot.chat.service import Chat
from bot.errors import UserError
from bot.model.address import Address, Platform
from bot.model.alert import MatchedSubscription, NewAlert
from bot.model.decision import NewDecision
from bot.model.delivery import Delivery, DeliveryStatus, Sent, Settlement
from bot.model.destination import Destination
from bot.model.entry import FreshEntry, ParsedEntry
from bot.model.feed import Feed, FeedOrigin, FeedSpec, FoundFeed
from bot.model.hold import Held, HoldReason
from bot.model.message import Action, Message, Run, plain
from bot.model.person import Person, Reachable, Unreachable
from bot.model.poll import PollOutcome, PollRecord
from bot.model.request import Answer, Request
from bot.model.subscription import Subscription, SubscriptionOptions, SubscriptionOrigin
from bot.query.language import parse

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANN = Person(Platform.TELEGRAM, "1001", "Ann")
BOB = Person(Platform.TELEGRAM, "1002", "Bob")
ADMIN = Person(Platform.TELEGRAM, "1", "Ada")
DAN = Person(Platform.DISCORD, "2001", "Dan")
PRIVATE = Address(Platform.TELEGRAM, "1001")
GROUP = Address(Platform.TELEGRAM, "-500")
CHANNEL = Address(Platform.TELEGRAM, "-1001234567890")
HOOK = Address(Platform.DISCORD_WEBHOOK, "77", secret="hook-token-of-77")
HOOK_URL = "https://discord.com/api/webhooks/77/hook-token-of-77"


@dataclass
class StoppedClock:
    moment: datetime = NOW
    step: timedelta = timedelta(0)

    def now(self) -> datetime:
        moment = self.moment
        self.moment += self.step
        return moment


@dataclass
class Platformed:
    """A messenger that knows some places and who manages them."""

    platform: Platform
    places: dict[str, Reachable | Unreachable] = field(default_factory=dict)
    managers: dict[str, set[str]] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return float("inf")

    @property
    def idempotent(self) -> bool:
        return False

    async def send(
        self, address: Address, message: Message, *, nonce: str, reply_to: str | None = None
    ) -> Sent:
        raise AssertionError(f"commands answer, they never send: {address} {message} {nonce} {reply_to}")

    async def edit(self, address: Address, message_id: str, message: Message) -> Sent:
        raise AssertionError(f"commands answer, they never edit: {address} {message_id} {message}")

    async def discuss(self, address: Address, message_id: str, message: Message) -> Sent:
        raise AssertionError(f"commands open no threads: {address} {message_id} {message}")

    async def answer(self, address: Address, message_id: str, message: Message, *, nonce: str) -> Sent:
        raise AssertionError(f"commands answer nobody: {address} {message_id} {message} {nonce}")

    async def crosspost(self, address: Address, message_id: str) -> Sent:
        raise AssertionError(f"commands publish nothing: {address} {message_id}")

    async def check(self, address: Address) -> Reachable | Unreachable:
        return self.places.get(
            address.chat, Unreachable("The bot is not in that channel; add it there first.")
        )

    async def may_manage(self, address: Address, person: Person) -> bool:
        return person.id in self.managers.get(address.chat, set())

    def spacing(self, address: Address) -> timedelta:
        raise AssertionError(f"commands never send: {address}")


@dataclass
class Finder:
    """A finder that knows some addresses."""

    pages: dict[str, list[FoundFeed]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def discover(self, url: str) -> list[FoundFeed]:
        self.asked.append(url)
        if url not in self.pages:
            raise UserError("There is no feed at that address; tried the page itself and its links.")
        return self.pages[url]


class World:
    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.clock = StoppedClock()
        self.finder = Finder()
        self.telegram = Platformed(
            Platform.TELEGRAM,
            {
                "@newsroom": Reachable(CHANNEL, "The Newsroom"),
                CHANNEL.chat: Reachable(CHANNEL, "The Newsroom"),
                GROUP.chat: Reachable(GROUP, "A Group"),
                PRIVATE.chat: Reachable(PRIVATE, "Ann"),
            },
            {CHANNEL.chat: {ANN.id}},
        )
        self.discord = Platformed(
            Platform.DISCORD, {"900": Reachable(Address(Platform.DISCORD, "900"), "#news")}, {"900": {DAN.id}}
        )
        self.webhooks = Platformed(Platform.DISCORD_WEBHOOK, {"77": Reachable(HOOK, "Herald")})
        self.access = Access(admins=frozenset({ADMIN.key}))
        self.request = Request("", "", PRIVATE, "Ann", ANN, private=True, may_manage=True)

    def chat(self) -> Chat:
        messengers = {each.platform: each for each in (self.telegram, self.discord, self.webhooks)}
        return Chat(self.store, self.finder, messengers, self.clock, self.access)

    def as_(self, who: Person, where: Address | None = None) -> Request:
        """Return a private request of somebody, or one in a group that they do not manage."""
        if where is None:
            return replace(self.request, who=who, where=Address(who.platform, who.id), place=who.name)
        return replace(self.request, who=who, where=where, place="A Group", private=False, may_manage=False)

    async def say(self, line: str, request: Request | None = None) -> Answer:
        """Type a command, or plain text."""
        name, _, argument = line.removeprefix("/").partition(" ") if line.startswith("/") else ("", "", line)
        return await self.chat().answer(replace(request or self.request, command=name, argument=argument))

    async def press(self, action: Action, request: Request | None = None) -> Answer:
        assert action.data is not None
        assert len(action.data.encode()) <= 64
        return await self.chat().press(action.data, request or self.request)

    async def subscribed(
        self,
        query: str,
        where: Address = PRIVATE,
        *,
        origin: SubscriptionOrigin = SubscriptionOrigin.CHAT,
        options: SubscriptionOptions | None = None,
    ) -> Subscription:
        place = await self.place(where)
        made, _ = await self.store.subscribe(
            place.id,
            query=query,
            canonical=parse(query).canonical,
            options=options or SubscriptionOptions(),
            origin=origin,
            now=self.clock.moment,
        )
        return made

    async def place(self, where: Address = PRIVATE) -> Destination:
        return await self.store.ensure_destination(
            where, title="a place", timezone="UTC", language="en", now=self.clock.moment
        )

    async def queries(self, where: Address = PRIVATE) -> list[str]:
        known = await self.store.destination(where)
        if known is None:
            return []
        return [each.subscription.query for each in await self.store.subscriptions(known.id)]

    async def feed(
        self,
        url: str,
        *entries: ParsedEntry,
        failure: str | None = None,
        origin: FeedOrigin = FeedOrigin.CHAT,
        title: str | None = None,
        site: str | None = None,
        alert_for: Sequence[Subscription] = (),
        held_for: Sequence[Subscription] = (),
        decisions: Sequence[NewDecision] = (),
    ) -> Feed:
        """Add a feed and poll it once."""
        await self.store.add_feed(FeedSpec(url, title=title), origin=origin, now=self.clock.moment)
        [claimed] = await self.store.claim_feeds(self.clock.moment, limit=1, lease=timedelta(minutes=1))
        now = self.clock.moment
        state = replace(
            claimed.feed.poll, next_poll_at=now + timedelta(hours=1), polled_at=now, seeded_at=now,
            succeeded_at=None if failure else now, failure=failure, failures=int(bool(failure)),
        )  # fmt: skip
        await self.store.record_poll(
            PollRecord(
                claimed.feed.id, claimed.lease, now, PollOutcome.FAILED if failure else PollOutcome.NEW, state,
                site=site, fresh=tuple(FreshEntry(each, (f"{url} {each.title}",)) for each in entries),
                alerts=tuple(
                    NewAlert(
                        0, each.destination_id, (MatchedSubscription(each.id, each.query, (each.query,)),),
                        Message(title=(Run("An alert"),)), nonce(each), now,
                    )
                    for each in alert_for
                )
                + tuple(
                    NewAlert(
                        index, each.destination_id, (MatchedSubscription(each.id, each.query, (each.query,)),),
                        Message(title=(Run(told.title),), url=told.link, alert=True), f"held{each.id}-{index}", now,
                        Held(now, HoldReason.CADENCE),
                    )
                    for each in held_for
                    for index, told in enumerate(entries)
                ),
                decisions=tuple(decisions),
            )
        )  # fmt: skip
        found = await self.store.feed(url)
        assert found is not None
        return found

    async def sent(self, delivery: Delivery, message_id: str) -> None:
        """Settle a claimed delivery as sent."""
        assert delivery.lease is not None
        await self.store.settle(
            Settlement(
                delivery.id,
                delivery.lease,
                self.clock.moment,
                DeliveryStatus.SENT,
                "sent",
                message_id=message_id,
            )
        )

    async def retried(self, delivery: Delivery, why: str, due_at: datetime) -> None:
        """Settle a claimed delivery as not accepted yet."""
        assert delivery.lease is not None
        at = self.clock.moment
        await self.store.settle(
            Settlement(delivery.id, delivery.lease, at, DeliveryStatus.PENDING, "retry", why, due_at)
        )


def nonce(subscription: Subscription) -> str:
    """Return a key such as deliveries have, the same for a subscription."""
    return f"{'a' * 23}{'abcdefghijklmnopqrstuvwxyz234567'[subscription.id % 32]}"


def entry(title: str, *, age: timedelta = timedelta(hours=1), summary: str = "") -> ParsedEntry:
    return ParsedEntry(title, title, f"https://news.example/{abs(hash(title))}", summary, published=NOW - age)


def said(answer: Answer) -> str:
    """Return everything an answer says, a paragraph a line."""
    return "\n".join(
        plain(text)
        for message in answer.messages
        for text in (message.title, *message.summary, message.footer)
        if text
    )


def runs(answer: Answer) -> list[Run]:
    return [run for message in answer.messages for text in message.summary for run in text]


def buttons(answer: Answer) -> list[Action]:
    return [action for message in answer.messages for action in message.actions]


def button(answer: Answer, label: str) -> Action:
    [found] = [each for each in buttons(answer) if label in each.label]
    return found
