"""Getting a text once: whoever asks for the same while it is got waits for it, whoever asks later finds it kept."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import blake2b

from bot.model.text import KeptText
from bot.ports import Clock, TextStore

_UNFINISHED = "It was asked for before, and the answer was never kept."


def text_key(*parts: str) -> bytes:
    """Return the 16 bytes that stand for what is asked for."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.digest()


class Once:
    """Asks for each text once, in this process and, through the store, for all that share it and after a restart."""

    def __init__(self, store: TextStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._running: dict[bytes, asyncio.Future[KeptText]] = {}

    async def get(self, key: bytes, work: Callable[[], Awaitable[KeptText]]) -> KeptText:
        """Return what is kept under a key, or what ``work`` brings now; it is not asked again whatever it brings."""
        running = self._running.get(key)
        if running is not None:
            return await asyncio.shield(running)
        mine: asyncio.Future[KeptText] = asyncio.get_running_loop().create_future()
        self._running[key] = mine
        kept = KeptText(reason=_UNFINISHED)
        try:
            kept = await self._kept(key, work)
        finally:
            # Those who wait get an answer even where this one was cancelled.
            mine.set_result(kept)
            del self._running[key]
        return kept

    async def _kept(self, key: bytes, work: Callable[[], Awaitable[KeptText]]) -> KeptText:
        # The claim is written first: a process that dies while it asks must not ask again.
        kept = await self._store.claim_text(key, self._clock.now())
        if kept is not None:
            return kept if kept != KeptText() else KeptText(reason=_UNFINISHED)
        kept = await work()
        await self._store.keep_text(key, kept)
        return kept
