"""Rounds of polls over many feeds, of which few have news: CPU time of the whole path, next to that of bare requests."""

import asyncio
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import uvloop

from benchmarks.poll.workload import document
from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.feeds.parser import FeedParser
from bot.adapters.storage.store import SqlStore, open_store
from bot.heap import settle
from bot.model.feed import FeedOrigin, FeedSpec
from bot.model.poll import PollOutcome
from bot.pipeline.ingest import Ingest
from bot.pipeline.match import LiveQueries
from bot.pipeline.poller import Pace, Poller
from bot.pipeline.unobserved import Unobserved

CONCURRENCY = 32
ENTRIES = 10
_BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)
# Longer than any pause of a healthy feed, and short enough for no daily reading of the whole.
_STEP = timedelta(hours=1)
_SERVER = Path(__file__).with_name("server.py")
_PEER = Path(__file__).with_name("peer_rounds.py")


@dataclass(frozen=True, slots=True)
class Pass:
    """CPU and wall time of ``polls`` polls, in seconds."""

    polls: int
    cpu: float
    wall: float

    @property
    def rate(self) -> float:
        return self.polls / self.cpu


class Site:
    """The server and the addresses of its feeds."""

    def __init__(self, port: int, feeds: int, hosts: int) -> None:
        self.hosts = [f"127.0.{n // 250}.{n % 250 + 1}:{port}" for n in range(hosts)]
        self.urls = [f"http://{self.hosts[n % hosts]}/feed/{n}" for n in range(feeds)]

    async def turn(self, number: int) -> None:
        async with aiohttp.ClientSession() as session, session.get(f"http://{self.hosts[0]}/turn/{number}"):
            pass


@contextmanager
def served(folder: Path, feeds: int, hosts: int, turns: int, entries: int = ENTRIES) -> Iterator[Site]:
    for turn in range(turns + 1):
        (folder / f"{turn}.xml").write_bytes(document(entries, turn))
    command = [sys.executable, str(_SERVER), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - a program of our own
        assert process.stdout is not None
        try:
            yield Site(int(process.stdout.readline()), feeds, hosts)
        finally:
            process.terminate()


class Counted(Unobserved):
    """Counts outcomes."""

    def __init__(self) -> None:
        self.outcomes = dict.fromkeys(PollOutcome, 0)

    def polled(self, outcome: PollOutcome, seconds: float) -> None:
        del seconds
        self.outcomes[outcome] += 1


class Moving:
    """A clock that is set from round to round."""

    def __init__(self) -> None:
        self.moment = _BEGIN

    def now(self) -> datetime:
        return self.moment


class Polling:
    """Newsbell's own poller with everything behind it; one round polls every feed once."""

    def __init__(self, store: SqlStore, site: Site) -> None:
        self.store, self.clock, self.counted = store, Moving(), Counted()
        self.fetcher = HttpFetcher(
            contact=None,
            timeout=timedelta(seconds=60),
            max_body=20_000_000,
            concurrency=CONCURRENCY,
            per_host=CONCURRENCY,
            allow_private_hosts=site.hosts,
        )
        self.parser = FeedParser()
        ingest = Ingest(
            store, self.fetcher, self.parser, LiveQueries(store), self.clock, observer=self.counted
        )
        self.poller = Poller(
            store,
            ingest,
            self.clock,
            concurrency=CONCURRENCY,
            per_host=CONCURRENCY,
            pace=Pace(burst=10**6, window=2 * _STEP),
        )

    async def round(self) -> Pass:
        self.counted.outcomes = dict.fromkeys(PollOutcome, 0)
        # A round's own turn of the clock: every feed is due.
        self.clock.moment += _STEP
        began, used = time.perf_counter(), cpu_with_children()
        await self.poller.idle()
        # Minutes lie between two polls of a feed: no connection lasts so long, and closing it is part of the work.
        await self.fetcher.close()
        return Pass(
            sum(self.counted.outcomes.values()), cpu_with_children() - used, time.perf_counter() - began
        )


@asynccontextmanager
async def polling(folder: Path, site: Site) -> AsyncIterator[Polling]:
    async with await open_store(f"sqlite:///{folder}/newsbell.db") as store:
        for url in site.urls:
            await store.add_feed(FeedSpec(url), origin=FeedOrigin.CONFIG, now=_BEGIN)
        running = Polling(store, site)
        try:
            yield running
        finally:
            await running.fetcher.close()
            await running.parser.close()


def cpu_with_children() -> float:
    """Return the CPU seconds of this process and of its parser processes, of those that ended meanwhile, too."""
    running = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime + sum(map(_cpu_of, running))


def _cpu_of(pid: str) -> float:
    if b"server.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
        return 0.0
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


async def newsbell(site: Site, folder: Path, turns: int) -> list[Pass]:
    async with polling(folder, site) as running:
        await running.round()
        settle()
        passes = []
        for turn in range(1, turns + 1):
            await site.turn(turn)
            passes.append(await running.round())
        assert passes[-1].polls == len(site.urls)
        assert not running.counted.outcomes[PollOutcome.FAILED]
        return passes


async def bare(site: Site, turns: int) -> list[Pass]:
    """Make the same requests with aiohttp alone, and forget the answers.

    What Newsbell has imported is no load on the garbage collector of this client, which would do without.
    """
    gc.freeze()
    tags: dict[str, str] = {}
    gate = asyncio.Semaphore(CONCURRENCY)

    async def ask(session: aiohttp.ClientSession, url: str) -> None:
        headers = {"If-None-Match": tags[url]} if url in tags else {}
        async with gate, session.get(url, headers=headers) as answer:
            await answer.read()
            if tag := answer.headers.get("ETag"):
                tags[url] = tag

    passes = []
    for turn in range(turns + 1):
        await site.turn(turn)
        began, used = time.perf_counter(), time.process_time()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            await asyncio.gather(*(ask(session, url) for url in site.urls))
        passes.append(Pass(len(site.urls), time.process_time() - used, time.perf_counter() - began))
    return passes[1:]


def reader(site: Site, folder: Path, turns: int, python: str) -> list[Pass]:
    """Let reader update the same feeds; nothing where the interpreter has no reader."""
    (folder / "urls.txt").write_text("\n".join(site.urls), encoding="utf-8")
    control = f"http://{site.hosts[0]}/turn/"
    command = [python, str(_PEER), str(folder), control, str(turns), str(CONCURRENCY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=3000)  # noqa: S603 - an interpreter that the caller names
    return [Pass(len(site.urls), *one) for one in json.loads(done.stdout) or []]


def measured(feeds: int, hosts: int, turns: int, python: str) -> dict[str, Pass]:
    """Return for each engine the round that took the least CPU time."""
    with tempfile.TemporaryDirectory() as name, served(Path(name), feeds, hosts, turns) as site:
        folder = Path(name)
        found = {
            "bare aiohttp": asyncio.run(bare(site, turns)),
            "same on uvloop": uvloop.run(bare(site, turns)),
            "Newsbell": uvloop.run(newsbell(site, folder, turns)),
            "reader": reader(site, folder, turns, python),
        }
    return {engine: min(passes, key=lambda each: each.cpu) for engine, passes in found.items() if passes}
