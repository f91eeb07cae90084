"""Values that many of these tests need, with everything that does not matter filled in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.model.address import Address
from bot.model.alert import MatchedSubscription
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.destination import Destination, DestinationState
from bot.model.entry import ParsedEntry
from bot.model.feed import Feed, FeedOrigin, PollState
from bot.model.message import Message, Text
from bot.model.subscription import Subscriber, Subscription, SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.match import Match

NOW = datetime(2026, 1, 2, 12, 14, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def feed(
    poll: PollState | None = None,
    *,
    url: str = "https://news.example/rss",
    title: str = "Mainichi World",
    tags: tuple[str, ...] = (),
    interval: timedelta | None = None,
    enabled: bool = True,
    site: str | None = "https://news.example/",
    language: str | None = None,
) -> Feed:
    return Feed(
        id=1,
        url=url,
        title=title,
        origin=FeedOrigin.CLI,
        added_at=NOW - 30 * DAY,
        poll=poll or PollState(next_poll_at=NOW),
        tags=tags,
        interval=interval,
        enabled=enabled,
        site=site,
        language=language,
    )


def entry(
    title: str = "Takaichi to visit Washington",
    summary: str = "",
    *,
    guid: str | None = None,
    link: str | None = "https://news.example/1",
    published: datetime | None = NOW,
) -> ParsedEntry:
    return ParsedEntry(guid=guid, title=title, link=link, summary=summary, published=published)


def destination(
    address: str = "console:",
    *,
    number: int = 1,
    timezone: str = "UTC",
    language: str = "en",
    state: DestinationState = DestinationState.ACTIVE,
) -> Destination:
    return Destination(
        id=number,
        address=Address.parse(address),
        title=address,
        created_at=NOW - DAY,
        timezone=timezone,
        language=language,
        state=state,
    )


def subscriber(
    query: str = "Takaichi",
    *,
    number: int = 1,
    query_id: int = 1,
    where: Destination | None = None,
    options: SubscriptionOptions | None = None,
    origin: SubscriptionOrigin = SubscriptionOrigin.CHAT,
) -> Subscriber:
    place = where or destination()
    return Subscriber(
        Subscription(
            number, place.id, query_id, query, query.lower(), options or SubscriptionOptions(), origin, NOW
        ),
        place,
    )


def match(
    spans: Mapping[str, tuple[tuple[int, int], ...]] | None = None,
    *,
    where: Destination | None = None,
    queries: tuple[str, ...] = ("Takaichi",),
) -> Match:
    subscriptions = tuple(MatchedSubscription(n, query, (query,)) for n, query in enumerate(queries))
    return Match(where or destination(), subscriptions, spans or {})


def delivery(*, attempts: int = 1, age: timedelta = timedelta(0), lease: str | None = "mine") -> Delivery:
    return Delivery(
        id=7,
        destination=destination("telegram:5"),
        message=Message(),
        nonce="n" * 24,
        status=DeliveryStatus.SENDING,
        due_at=NOW - age,
        created_at=NOW - age,
        attempts=attempts,
        lease=lease,
    )


def marked(text: Text) -> str:
    """Write a text with its bold parts between asterisks."""
    return "".join(f"*{run.text}*" if run.bold else run.text for run in text)
