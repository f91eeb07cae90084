"""``python -m benchmarks.poll.memory FEEDS``: memory that a polled feed leaves behind, in a process of its own; prints JSON."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.poll.quiet import quietly
from benchmarks.poll.rounds import Polling, polling, served
from bot.model.feed import FeedOrigin, FeedSpec

_WARM = 400
_HOSTS = 200
_ENTRIES = 2


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes: of the process when warm and after every feed was polled twice, and of its parser process then.

    The parser process keeps nothing of a feed, and a new one takes its place every few thousand documents.
    """

    feeds: int
    warm: int
    after: int
    parser: int

    @property
    def each(self) -> float:
        return (self.after - self.warm) / (self.feeds - _WARM)


def memory(feeds: int) -> Memory:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.poll.memory", str(feeds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=3000)  # noqa: S603 - ourselves
    return Memory(**json.loads(done.stdout))


async def _measure(feeds: int) -> Memory:
    with (
        tempfile.TemporaryDirectory() as name,
        served(Path(name), feeds, _HOSTS, 1, _ENTRIES) as site,
    ):
        later, site.urls = site.urls[_WARM:], site.urls[:_WARM]
        async with polling(Path(name), site) as running:
            await _twice(running)
            warm, _ = _resident()
            for url in later:
                await running.store.add_feed(FeedSpec(url), origin=FeedOrigin.CONFIG, now=running.clock.now())
            await _twice(running)
            return Memory(feeds, warm, *_resident())


async def _twice(running: Polling) -> None:
    await running.round()
    await running.round()


def _resident() -> tuple[int, int]:
    """Return what this process and its parser process hold; the server's is not ours."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    parsers = [pid for pid in children if b"server.py" not in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return _pages("self"), sum(map(_pages, parsers))


def _pages(pid: str) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    quietly()
    print(json.dumps(asdict(asyncio.run(_measure(int(sys.argv[1]))))))
