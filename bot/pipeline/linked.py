"""The pages that entries link to: each is asked for once, however many feeds and destinations it concerns."""

from typing import assert_never

from bot.model.page import Article, PageRefused
from bot.model.text import KeptText
from bot.pipeline.hosts import Patience
from bot.pipeline.once import Once, text_key
from bot.pipeline.parse import link_key
from bot.ports import Clock, PageReader, TextStore

_PATIENCE = KeptText(reason="The site asked to be left alone for a while.")


class Pages:
    """Reads linked pages. ``patience`` is shared with the polls of feeds: a host that is left alone is left alone."""

    def __init__(self, store: TextStore, reader: PageReader, clock: Clock, patience: Patience) -> None:
        self._reader = reader
        self._clock = clock
        self._patience = patience
        self._once = Once(store, clock)

    async def report(self, url: str) -> KeptText:
        """Return the report of a page, or why there is none."""
        if self._patience.until(url, self._clock.now()) is not None:
            return _PATIENCE
        return await self._once.get(page_key(url), lambda: self._read(url))

    async def _read(self, url: str) -> KeptText:
        match await self._reader.read(url):
            case Article(text):
                return KeptText(text)
            case PageRefused(reason, hold):
                if hold:
                    self._patience.hold(url, self._clock.now() + hold)
                return KeptText(reason=reason)
            case other:
                assert_never(other)


def page_key(url: str) -> bytes:
    """Return what stands for a page: its address without what only tracks readers, and without a fragment."""
    return text_key("page", link_key(url.partition("#")[0]))
