"""Turns documents into entries, in worker processes."""

from collections.abc import Mapping

from bot.adapters.feeds.document import parse_document
from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed
from bot.model.hints import PollHints
from bot.model.push import HubOffer
from bot.workers.pool import Trade, WorkerPool

_TELLING = ("content-type", "content-location", "content-language", "link")

_PARSING: Trade[ParsedFeed | ParseFailed] = Trade(
    module="bot.adapters.feeds.worker",
    results=(ParsedFeed, ParseFailed),
    parts=(ParsedEntry, PollHints, HubOffer),
    # A start takes as long as two hundred documents; the libraries leak a few megabytes in ten thousand.
    documents=10_000,
    lost=ParseFailed("The document takes more time or memory to read than a feed may."),
    too_large=ParseFailed("The document is too large to be read here without a process of its own."),
    fallback=parse_document,
)


class FeedParser:
    """Parses in worker processes under bounds of CPU time and memory; implements ``bot.ports.Parser``.

    A document that hangs or explodes costs its own worker, which is replaced. ``workers`` start with the first
    document; ``cpu_seconds`` and ``memory_mb`` bound one document.
    """

    def __init__(self, *, workers: int = 1, cpu_seconds: float = 10.0, memory_mb: int = 512) -> None:
        self._pool = WorkerPool(_PARSING, workers=workers, cpu_seconds=cpu_seconds, memory_mb=memory_mb)

    async def parse(
        self, body: bytes, *, url: str, headers: Mapping[str, str], known: frozenset[bytes] | None = None
    ) -> ParsedFeed | ParseFailed:
        """Parse a document without blocking the event loop; ``known`` as ``bot.ports.Parser`` says."""
        kept = {name: headers[name] for name in _TELLING if name in headers}
        return await self._pool.run((body, url, kept, known), len(body))

    async def close(self) -> None:
        """End the workers."""
        await self._pool.close()
