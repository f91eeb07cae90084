"""Alerts with the linked page and a language model: asked once, waited for a bounded time, never in the way."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address
from bot.model.entry import ParsedEntry
from bot.model.feed import FeedOrigin, FeedSpec
from bot.model.message import plain
from bot.model.page import Article, PageRefused
from bot.model.poll import PollOutcome
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from bot.model.writing import NotWritten, Task, Written
from bot.pipeline import editor as editor_module
from bot.pipeline.breaker import Breaker
from bot.pipeline.editor import Editor, Work
from bot.pipeline.ghostwriter import Ghostwriter
from bot.pipeline.hosts import Patience
from bot.pipeline.ingest import Ingest
from bot.pipeline.linked import Pages
from bot.pipeline.machine_written import notice
from bot.pipeline.match import LiveQueries
from bot.starters import starter_topics
from tests.unit.pipeline.fakes import HandClock, LineParser, ScriptedFetcher, fetched
from tests.unit.pipeline.samples import DAY, MINUTE, NOW, entry

OWN = "Takaichi arrives today."
PAGE = "She landed at noon. It rained. Nobody waited. Takaichi waved. The plane left."
TITLE = "A visit to Washington"
NOTICE = "Summary written by a language model; check the original."
OLD = entry("Old", guid="old", link="https://news.example/old")
SHORT = timedelta(seconds=0.2)


class Reader:
    """Reads pages from a script."""

    def __init__(self, answer: Article | PageRefused | Callable[[], Awaitable[Article]]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def read(self, url: str) -> Article | PageRefused:
        self.asked.append(url)
        return self.answer if isinstance(self.answer, Article | PageRefused) else await self.answer()


class Model:
    """Writes from a script."""

    def __init__(self, answer: Written | NotWritten | Callable[[], Awaitable[Written]]) -> None:
        self.answer = answer
        self.asked: list[Task] = []

    async def write(self, task: Task) -> Written | NotWritten:
        self.asked.append(task)
        return self.answer if isinstance(self.answer, Written | NotWritten) else await self.answer()


async def never() -> Any:
    await asyncio.Event().wait()


class Desk:
    def __init__(
        self,
        store: SqlStore,
        clock: HandClock,
        reader: Reader | None = None,
        model: Model | None = None,
        **more: Any,
    ) -> None:
        self.store, self.clock, self.reader, self.model = store, clock, reader, model
        self.fetcher, self.parser = ScriptedFetcher(), LineParser()
        self.patience = Patience()
        self.ingest = Ingest(
            store,
            self.fetcher,
            self.parser,
            LiveQueries(store, starter_topics()),
            clock,
            editor=Editor(
                Pages(store, reader, clock, self.patience) if reader else None,
                self._ghostwriter(model, **more) if model else None,
            ),
            patience=self.patience,
        )

    def _ghostwriter(self, model: Model, timeout: timedelta = SHORT, translate: bool = True) -> Ghostwriter:
        return Ghostwriter(
            self.store,
            model,
            self.clock,
            timeout=timeout,
            sentences=3,
            translate=translate,
            topics=starter_topics(),
        )

    async def subscribe(
        self, query: str = "Takaichi", address: str = "console:", language: str = "en"
    ) -> None:
        now = self.clock.now()
        place = await self.store.ensure_destination(
            Address.parse(address), title=address, timezone="UTC", language=language, now=now
        )
        await self.store.subscribe(
            place.id,
            query=query,
            canonical=query,
            options=SubscriptionOptions(),
            origin=SubscriptionOrigin.CLI,
            now=now,
        )

    async def show(self, *entries: ParsedEntry, url: str = "https://news.example/rss") -> PollOutcome:
        feed, new = await self.store.add_feed(FeedSpec(url), origin=FeedOrigin.CLI, now=self.clock.now())
        if new:
            await self._poll(feed.url, OLD)
        return await self._poll(feed.url, *entries, OLD)

    async def _poll(self, url: str, *entries: ParsedEntry) -> PollOutcome:
        self.clock.advance(2 * DAY)
        claimed = await self.store.claim_feeds(self.clock.now(), limit=9, lease=MINUTE)
        (mine,) = [each for each in claimed if each.feed.url == url]
        self.fetcher.answers[url] = [fetched(self.parser.body(*entries), url=url)]
        return await self.ingest.poll(mine)

    async def told(self) -> list[list[str]]:
        """The paragraphs of all alerts, oldest first."""
        return [
            [plain(each) for each in sent.message.summary] for sent in reversed(await self.store.deliveries())
        ]


def news(number: int = 1, **more: Any) -> ParsedEntry:
    return entry(
        **{
            "title": TITLE,
            "summary": OWN,
            "guid": f"g{number}",
            "link": f"https://news.example/{number}",
            **more,
        }
    )


async def test_the_linked_page_is_summarised_by_its_lead_and_the_match(
    store: SqlStore, clock: HandClock
) -> None:
    desk = Desk(store, clock, Reader(Article(PAGE)))
    await desk.subscribe()
    await desk.show(news())
    assert await desk.told() == [["She landed at noon. It rained. … Takaichi waved."]]
    [sent] = await store.deliveries()
    assert [run.text for run in sent.message.summary[0] if run.bold] == ["Takaichi"]


async def test_only_pages_of_entries_that_concern_somebody_are_read(
    store: SqlStore, clock: HandClock
) -> None:
    reader = Reader(Article(PAGE))
    desk = Desk(store, clock, reader)
    await desk.subscribe()
    await desk.show(news(1), news(2, title="Weather", summary="Rain."))
    assert reader.asked == ["https://news.example/1"]


async def test_a_page_is_read_once_for_all_feeds_destinations_and_processes(
    store: SqlStore, clock: HandClock
) -> None:
    reader = Reader(Article(PAGE))
    desk = Desk(store, clock, reader)
    await desk.subscribe()
    await desk.subscribe(address="telegram:5", language="ja")
    await desk.show(news())
    await desk.show(
        news(link="https://www.news.example/1?utm_source=rss#top"), url="https://other.example/rss"
    )
    again = Desk(store, clock, reader)
    await again.show(news(), url="https://third.example/rss")
    assert len(reader.asked) == 1
    assert {tuple(each) for each in await desk.told()} == {
        ("She landed at noon. It rained. … Takaichi waved.",)
    }


@pytest.mark.parametrize(
    "answer",
    [PageRefused("The page is for paying readers only."), Article("Accept our cookies. All of them."), never],
    ids=["refused", "another text", "never"],
)
async def test_without_the_report_the_feeds_own_text_is_told(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr(editor_module, "PAGES_WAIT", SHORT)
    desk = Desk(store, clock, Reader(answer))
    await desk.subscribe()
    assert await desk.show(news()) is PollOutcome.NEW
    assert await desk.told() == [[OWN]]


async def test_a_page_that_took_too_long_is_not_asked_for_again(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor_module, "PAGES_WAIT", SHORT)
    reader = Reader(never)
    desk = Desk(store, clock, reader)
    await desk.subscribe()
    await desk.show(news())
    await desk.show(news(), url="https://other.example/rss")
    assert len(reader.asked) == 1


async def test_a_site_that_asks_for_patience_is_left_alone(store: SqlStore, clock: HandClock) -> None:
    reader = Reader(PageRefused("Too often.", hold=timedelta(days=30)))
    desk = Desk(store, clock, reader)
    await desk.subscribe()
    await desk.show(news(1), url="https://a.example/rss")
    await desk.show(news(2), url="https://b.example/rss")
    assert reader.asked == ["https://news.example/1"]
    assert desk.patience.until("https://news.example/3", clock.now()) is not None


async def test_what_a_model_wrote_is_told_with_a_notice(store: SqlStore, clock: HandClock) -> None:
    model = Model(Written("Takaichi arrives in Washington today."))
    desk = Desk(store, clock, model=model)
    await desk.subscribe()
    await desk.show(news())
    assert await desk.told() == [["Takaichi arrives in Washington today.", NOTICE]]
    [sent] = await store.deliveries()
    assert [run.text for run in sent.message.summary[0] if run.bold] == ["Takaichi"]
    assert sent.message.summary[1][0].italic


async def test_a_model_is_asked_once_for_an_entry_and_language(store: SqlStore, clock: HandClock) -> None:
    model = Model(Written("Takaichi arrives today."))
    desk = Desk(store, clock, model=model)
    for address in ("console:", "telegram:5", "telegram:6"):
        await desk.subscribe(address=address)
    await desk.subscribe(address="telegram:7", language="ja")
    await desk.show(news())
    assert len(model.asked) == 2
    assert sum("Japanese" in each.instructions for each in model.asked) == 1


async def test_without_translation_every_language_gets_the_same_summary(
    store: SqlStore, clock: HandClock
) -> None:
    model = Model(Written("Takaichi arrives today."))
    desk = Desk(store, clock, model=model, translate=False)
    await desk.subscribe()
    await desk.subscribe(address="telegram:7", language="ja")
    await desk.show(news())
    assert len(model.asked) == 1
    assert sorted(await desk.told()) == [
        ["Takaichi arrives today.", NOTICE],
        ["Takaichi arrives today.", notice("ja")],
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Written("Takaichi arrives with 400 people."),
        Written("Takaichi meets Macron."),
        Written('Takaichi said "we will win".'),
        Written(""),
        Written("<html><body>Takaichi arrives.</body></html>"),
        Written("Takaichi arrives. " * 1_200),
        NotWritten("The language model's endpoint failed (500)."),
        never,
    ],
    ids=["number", "name", "quotation", "nothing", "html", "20,000 characters", "fails", "hangs"],
)
async def test_an_answer_that_cannot_be_used_leaves_the_reports_own_sentences_and_a_reason(
    store: SqlStore, clock: HandClock, answer: Any
) -> None:
    desk = Desk(store, clock, model=Model(answer))
    await desk.subscribe()
    assert await desk.show(news()) is PollOutcome.NEW
    assert await desk.told() == [[OWN]]
    assert "language model" in await reason_kept(store)


async def reason_kept(store: SqlStore) -> str:
    """The detail of the only decision."""
    [alert] = await store.alerts()
    [decision] = await store.decisions(alert.entry_id, [each.subscription_id for each in alert.matches])
    return decision.detail


@pytest.mark.parametrize("answer", [never, NotWritten("It failed (500).")], ids=["hangs", "fails"])
async def test_an_endpoint_that_fails_three_times_is_left_alone_for_a_while(
    store: SqlStore, clock: HandClock, answer: Any
) -> None:
    model = Model(answer)
    ghostwriter = Ghostwriter(
        store, model, clock, timeout=SHORT, sentences=3, translate=True, topics=starter_topics()
    )
    editor = Editor(None, ghostwriter)
    for number in range(5):
        [copy] = await editor.copies([Work(news(title=f"{TITLE} {number}"), "en", ("en",), ())])
        assert copy.text == OWN
        assert copy.remarks
    assert len(model.asked) == 3
    clock.advance(2 * MINUTE)
    await editor.copies([Work(news(title="Another"), "en", ("en",), ())])
    assert len(model.asked) == 4


async def test_many_entries_wait_no_longer_than_one(store: SqlStore, clock: HandClock) -> None:
    desk = Desk(store, clock, model=Model(never))
    await desk.subscribe()
    await desk.show(*(news(number, title=f"{TITLE} {number}") for number in range(40)))
    assert len(await desk.told()) == 40


async def test_a_page_and_a_model_work_together(store: SqlStore, clock: HandClock) -> None:
    model = Model(Written("Takaichi waved at noon; nobody waited."))
    desk = Desk(store, clock, Reader(Article(PAGE)), model)
    await desk.subscribe()
    await desk.show(news())
    assert "The plane left." in model.asked[0].text
    assert await desk.told() == [["Takaichi waved at noon; nobody waited.", NOTICE]]


def test_a_breaker_opens_after_three_failures_for_longer_and_longer_and_closes_with_success() -> None:
    breaker = Breaker()
    breaker.failed(NOW)
    breaker.failed(NOW)
    assert breaker.open_until(NOW) is None
    breaker.failed(NOW)
    assert breaker.open_until(NOW) == NOW + MINUTE
    assert breaker.open_until(NOW + MINUTE) is None
    breaker.failed(NOW + MINUTE)
    assert breaker.open_until(NOW + MINUTE) == NOW + 3 * MINUTE
    for _ in range(20):
        breaker.failed(NOW)
    assert breaker.open_until(NOW) == NOW + 10 * MINUTE
    breaker.succeeded()
    assert breaker.open_until(NOW) is None
    breaker.failed(NOW, timedelta(minutes=2))
    assert breaker.open_until(NOW) == NOW + 2 * MINUTE
