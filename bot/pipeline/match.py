"""Which destinations an entry concerns, and by which words.

``LiveQueries`` keeps the index of all distinct queries in step with the store (the one thing here that awaits);
``decide`` turns hits and their subscribers into matches, one a destination, and says what became of the rest.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.model.alert import MatchedSubscription
from bot.model.decision import Verdict
from bot.model.destination import Destination, DestinationState
from bot.model.entry import ParsedEntry
from bot.model.feed import Feed
from bot.model.mute import Mute
from bot.model.subscription import Subscriber, SubscriptionOptions
from bot.model.url import normalise
from bot.pipeline.highlight import Span, merged
from bot.pipeline.unobserved import Unobserved
from bot.ports import Observer
from bot.query.canonical import leaves_of
from bot.query.document import Document
from bot.query.evaluate import standing
from bot.query.index import Hit, QueryIndex
from bot.query.language import Query, QueryError, parse
from bot.query.nodes import Pattern
from bot.query.topics import Topics
from bot.stores.store import SubscriptionStore

_log = structlog.get_logger()
_BREATH = 500

MOST_UNFILED = 500
"""Patterns that are tried on every entry; queries whose patterns would be more have to wait."""


class LiveQueries:
    """The queries that have subscribers, ready to be matched; call ``refresh`` before using ``match``."""

    def __init__(
        self,
        store: SubscriptionStore,
        topics: Topics | None = None,
        observer: Observer | None = None,
        *,
        most_unfiled: int = MOST_UNFILED,
    ) -> None:
        self._store = store
        self._observer = observer or Unobserved()
        self._most_unfiled = most_unfiled
        self._waiting: dict[int, Query] = {}
        self._topics = topics
        self._index = QueryIndex()
        self._held: set[int] = set()
        self._revision = 0
        self._turn = asyncio.Lock()

    @property
    def topics(self) -> Topics:
        """Return the named topics that queries may use."""
        return self._topics or Topics.none()

    def __len__(self) -> int:
        """Return how many distinct queries are live."""
        return len(self._held)

    async def refresh(self) -> None:
        """Take over what was subscribed and unsubscribed since the last time."""
        async with self._turn:
            changes = await self._store.query_changes(self._revision)
            for query_id in changes.removed:
                self._remove(query_id)
            for done, (query_id, text) in enumerate(changes.added, start=1):
                self._add(query_id, text)
                if done % _BREATH == 0:
                    await asyncio.sleep(0)
            self._let_in()
            self._index.settle()
            self._revision = changes.revision
            self._observer.watched(self._index.unfiled, len(self._waiting))

    def match(self, document: Document) -> list[Hit]:
        """Return the live queries that match, with the places where they do."""
        return self._index.match(document)

    def standing(self, queries: Iterable[str], text: str) -> tuple[Span, ...]:
        """Return where words of these queries stand in a text that is not the one they matched."""
        return merged(span for query in queries for span in self._standing(query, text))

    def _standing(self, query: str, text: str) -> tuple[Span, ...]:
        try:
            return standing(parse(query, topics=self._topics), text)
        except QueryError:
            return ()

    def _add(self, query_id: int, text: str) -> None:
        self._remove(query_id)
        try:
            query = parse(text, topics=self._topics)
        except QueryError as error:
            # A stored query can only become wrong by an upgrade or a removed topic; the others must go on.
            _log.warning("query_unreadable", query=query_id, text=text, reason=str(error))
            return
        if not self._takes(query_id, query):
            self._waiting[query_id] = query
            _log.warning("query_waits", query=query_id, text=text, reason="too many patterns without letters")

    def _takes(self, query_id: int, query: Query) -> bool:
        self._index.add(query_id, query)
        # Only patterns may have nothing to be filed under; to ask about others would file each by itself.
        is_doubtful = any(isinstance(leaf, Pattern) for leaf in leaves_of(query.root))
        if is_doubtful and self._index.unfiled > self._most_unfiled:
            self._index.remove(query_id)
            return False
        self._held.add(query_id)
        return True

    def _let_in(self) -> None:
        """Take over the queries that wait, the oldest first, as far as there is room now."""
        while self._waiting and self._takes(*next(iter(self._waiting.items()))):
            del self._waiting[next(iter(self._waiting))]

    def _remove(self, query_id: int) -> None:
        self._waiting.pop(query_id, None)
        if query_id in self._held:
            self._index.remove(query_id)
            self._held.discard(query_id)


@dataclass(frozen=True, slots=True)
class Match:
    """A destination that an entry concerns: all its subscriptions that matched, and where, field by field.

    ``mentions`` are those that its subscriptions ask for, ``options`` all of their options.
    """

    destination: Destination
    subscriptions: tuple[MatchedSubscription, ...]
    spans: Mapping[str, tuple[Span, ...]]
    mentions: tuple[str, ...] = ()
    options: tuple[SubscriptionOptions, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """What was decided for one matching subscription, with a remark where it was not simply sent."""

    subscription_id: int
    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Everything that follows from an entry's hits."""

    matches: tuple[Match, ...]
    decisions: tuple[Passed, ...]


def document(entry: ParsedEntry, feed: Feed) -> Document:
    """Return an entry the way the query language sees it."""
    return Document(
        title=entry.title,
        summary=entry.summary,
        source=feed.title,
        authors=entry.authors,
        tags=entry.categories,
        lang=entry.language or feed.language,
        link=entry.link,
    )


def decide(
    hits: Sequence[Hit],
    subscribers: Iterable[Subscriber],
    entry: ParsedEntry,
    feed: Feed,
    muting: Sequence[Mute] = (),
) -> Matched:
    """Return one match a destination with all its subscriptions that hit, and a decision for each of them.

    ``muting`` are the mutes that concern this news, whatever destination they belong to.
    """
    muted = {mute.destination_id: mute for mute in muting}
    by_query = {hit.query_id: hit for hit in hits}
    grouped: dict[int, list[tuple[Subscriber, Hit]]] = {}
    decisions = []
    for subscriber in subscribers:
        passed = _judge(subscriber, feed, muted.get(subscriber.destination.id))
        decisions.append(passed)
        if passed.verdict is Verdict.SENT:
            chosen = grouped.setdefault(subscriber.destination.id, [])
            chosen.append((subscriber, by_query[subscriber.subscription.query_id]))
    return Matched(tuple(_match(group, entry, feed) for group in grouped.values()), tuple(decisions))


def _judge(subscriber: Subscriber, feed: Feed, mute: Mute | None) -> Passed:
    subscription = subscriber.subscription
    if mute is not None:
        what = "the source" if mute.feed_id is not None else "the story"
        return Passed(subscription.id, Verdict.MUTED, f"{what} was muted")
    if not concerns(subscription.options.feeds, feed):
        return Passed(subscription.id, Verdict.FILTERED, "the subscription is limited to other feeds")
    match subscriber.destination.state:
        case DestinationState.ACTIVE:
            return Passed(subscription.id, Verdict.SENT)
        case DestinationState.PAUSED:
            return Passed(subscription.id, Verdict.FILTERED, "alerts were paused")
        case DestinationState.OFF:
            return Passed(subscription.id, Verdict.FILTERED, "the destination was switched off")


def concerns(wanted: Sequence[str], feed: Feed) -> bool:
    """Tell whether a ``feeds`` option names this feed by URL, title or tag; an empty option means every feed."""
    if not wanted:
        return True
    names = {feed.title.casefold(), *(tag.casefold() for tag in feed.tags)}
    url = normalise(feed.url)
    return any(name.strip().casefold() in names or normalise(name) == url for name in wanted)


def _match(group: Sequence[tuple[Subscriber, Hit]], entry: ParsedEntry, feed: Feed) -> Match:
    texts = {"title": entry.title, "summary": entry.summary, "source": feed.title}
    spans = {field: merged(span for _, hit in group for span in hit.spans.get(field, ())) for field in texts}
    return Match(
        destination=group[0][0].destination,
        subscriptions=tuple(
            MatchedSubscription(each.subscription.id, each.subscription.query, tuple(_words(hit, texts)))
            for each, hit in group
        ),
        spans={field: found for field, found in spans.items() if found},
        mentions=tuple(
            dict.fromkeys(name for each, _ in group for name in each.subscription.options.mentions)
        ),
        options=tuple(each.subscription.options for each, _ in group),
    )


def _words(hit: Hit, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the matched words as they stand in the entry, each once whatever its case."""
    told = set()
    for field, text in texts.items():
        for start, end in hit.spans.get(field, ()):
            word = " ".join(text[start:end].split())
            if word and word.casefold() not in told:
                told.add(word.casefold())
                yield word
