"""A document that hangs, explodes or kills its process costs nobody else anything."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.adapters.feeds.document import parse_document
from bot.adapters.feeds.parser import FeedParser
from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed
from bot.model.hints import PollHints
from bot.model.push import HubOffer
from bot.workers.pool import Trade, WorkerPool

GOOD = b"<rss version='2.0'><channel><title>T</title><item><title>One</title><guid>1</guid></item></channel></rss>"
ENDLESS = b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 100_000 + b"</channel></rss>"
MANY_ATTRIBUTES = (
    b"<rss version='2.0'><channel><item><title "
    + b" ".join(b'a%d="x"' % number for number in range(60_000))
    + b">x</title></item></channel></rss>"
)
DEEP = (
    b"<rss version='2.0'><channel><item><description>"
    + b"&lt;div&gt;" * 60_000
    + b"</description></item></channel></rss>"
)
URL = "http://feeds.example/a.xml"


@pytest.fixture
async def parser() -> AsyncIterator[FeedParser]:
    running = FeedParser(cpu_seconds=1.0, memory_mb=200)
    yield running
    await running.close()


async def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_is_read(
    parser: FeedParser,
) -> None:
    lost = await parser.parse(ENDLESS, url=URL, headers={})
    assert lost == ParseFailed("The document takes more time or memory to read than a feed may.")
    assert isinstance(await parser.parse(GOOD, url=URL, headers={}), ParsedFeed)


async def test_deep_nesting_is_read_or_given_up_and_the_next_one_is_read(parser: FeedParser) -> None:
    assert isinstance(await parser.parse(DEEP, url=URL, headers={}), ParsedFeed | ParseFailed)
    assert isinstance(await parser.parse(GOOD, url=URL, headers={}), ParsedFeed)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"items":[' + b"[" * 100_000,
        b'{"items":[{"id":' + b"9" * 1_000_000 + b"}]}",
        b"<" * 500_000,
        b"<rss>" * 100_000,
        b"<rss><channel><item><title>" + b"&amp;" * 500_000,
        b"&" * 500_000,
        b"<!DOCTYPE " + b"[" * 100_000,
        b"<![CDATA[" * 50_000,
        MANY_ATTRIBUTES,
        b"<rss><channel>" + b"<item><title>x</title></item>" * 12_000 + b"</channel></rss>",
    ],
    ids=[
        "deep list",
        "deep items",
        "long number",
        "angles",
        "depth",
        "references",
        "ampersands",
        "doctype",
        "cdata",
        "attributes",
        "many",
    ],
)
async def test_hostile_shapes_are_answered_in_bounds(parser: FeedParser, body: bytes) -> None:
    result = await parser.parse(body, url=URL, headers={})
    assert isinstance(result, ParsedFeed | ParseFailed)
    if isinstance(result, ParsedFeed):
        assert len(result.entries) <= 5_000


async def test_the_event_loop_goes_on_while_a_document_hangs(parser: FeedParser) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await parser.parse(ENDLESS, url=URL, headers={})
    ticking.cancel()
    assert ticks > 20


async def test_many_documents_at_once_share_the_workers() -> None:
    parser = FeedParser(workers=2)
    try:
        results = await asyncio.gather(*(parser.parse(GOOD, url=URL, headers={}) for _ in range(40)))
        assert all(isinstance(result, ParsedFeed) for result in results)
    finally:
        await parser.close()


async def test_a_worker_that_has_read_its_share_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    trade: Trade[ParsedFeed | ParseFailed] = Trade(
        module="bot.adapters.feeds.worker",
        results=(ParsedFeed, ParseFailed),
        parts=(ParsedEntry, PollHints, HubOffer),
        lost=ParseFailed("lost"),
        too_large=ParseFailed("too large"),
        fallback=parse_document,
        documents=2,
    )
    started = 0
    really_start = asyncio.create_subprocess_exec

    async def start(*arguments: Any, **options: Any) -> asyncio.subprocess.Process:
        nonlocal started
        started += 1
        return await really_start(*arguments, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    pool = WorkerPool(trade, workers=1, cpu_seconds=5.0, memory_mb=200)
    try:
        for read, processes in enumerate((1, 1, 2, 2, 3), 1):
            assert isinstance(await pool.run((GOOD, URL, {}, None), len(GOOD)), ParsedFeed)
            assert started == processes, f"after {read} documents"
    finally:
        await pool.close()


async def test_closing_ends_the_workers_and_a_later_document_starts_one_again() -> None:
    parser = FeedParser()
    await parser.close()
    assert isinstance(await parser.parse(GOOD, url=URL, headers={}), ParsedFeed)
    await parser.close()
    assert isinstance(await parser.parse(GOOD, url=URL, headers={}), ParsedFeed)
    await parser.close()


async def test_a_cancelled_document_does_not_leave_its_answer_to_the_next() -> None:
    parser = FeedParser()
    try:
        task = asyncio.create_task(parser.parse(ENDLESS[:400_000], url=URL, headers={}))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        result = await parser.parse(GOOD, url=URL, headers={})
        assert isinstance(result, ParsedFeed)
        assert result.entries[0].guid == "1"
    finally:
        await parser.close()


async def test_huge_fields_are_cut(parser: FeedParser) -> None:
    body = (
        b"<rss version='2.0'><channel><item><title>" + b"t" * 50_000 + b"</title><guid isPermaLink='false'>"
        + b"g" * 20_000 + b"</guid><description>" + b"word " * 400_000 + b"</description></item></channel></rss>"
    )  # fmt: skip
    result = await parser.parse(body, url=URL, headers={})
    assert isinstance(result, ParsedFeed)
    entry = result.entries[0]
    assert len(entry.title) == 2_000
    assert len(entry.summary) <= 100_000
    assert entry.guid is not None
    assert len(entry.guid) <= 2_048
