"""How late the event loop is while the worker parses a feed of 1.5 MB whole."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.poll.measure import HEADERS, URL
from benchmarks.poll.workload import document
from bot.adapters.feeds.parser import FeedParser
from bot.model.entry import ParsedFeed

_TICK = 0.001
_BYTES = 1_500_000


@dataclass(frozen=True, slots=True)
class Lag:
    """Times in milliseconds but ``seconds``."""

    megabytes: float
    seconds: float
    ticks: int
    median: float
    p99: float
    most: float


async def lags() -> Lag:
    body = document(_BYTES * 100 // len(document(100, 0)) + 1, 0)
    parser = FeedParser()
    await parser.parse(document(20, 0), url=URL, headers=HEADERS)  # the worker starts with the first document
    late: list[float] = []
    ticker = asyncio.create_task(_tick(late))
    began = time.perf_counter()
    parsed = await parser.parse(body, url=URL, headers=HEADERS, known=frozenset())
    seconds = time.perf_counter() - began
    ticker.cancel()
    await parser.close()
    assert isinstance(parsed, ParsedFeed)
    assert parsed.items
    return Lag(len(body) / 1e6, seconds, len(late), median(late), quantiles(late, n=100)[98], max(late))


async def _tick(late: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_TICK)
        late.append((time.perf_counter() - began - _TICK) * 1000)
