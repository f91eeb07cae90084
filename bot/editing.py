"""How alerts get more than their feed's own text: with the linked page and the language model that ``[summary]`` names."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.adapters.feeds.charset import decode_page
from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.summary.llm import ChatCompletions
from bot.adapters.summary.reader import ArticleReader
from bot.finding import make_page_fetcher
from bot.model.writing import NotWritten, Task, Written
from bot.pipeline.editor import PAGES_WAIT, Editor
from bot.pipeline.ghostwriter import Ghostwriter
from bot.pipeline.hosts import Patience
from bot.pipeline.linked import Pages
from bot.platforms import Finding
from bot.ports import Clock
from bot.settings.sections import LlmSettings
from bot.settings.settings import Settings
from bot.starters import starter_topics
from bot.stores.store import Store


class Editing:
    """An editor, the patience that it shares with the polls, and what must be closed after it."""

    def __init__(self, settings: Settings, store: Store, fetcher: HttpFetcher, clock: Clock) -> None:
        self.patience = Patience()
        self._closing: list[Callable[[], Awaitable[None]]] = []
        pages = self._pages(settings, store, fetcher, clock) if settings.summary.full_text else None
        writing = settings.summary.llm.url is not None
        self.editor = Editor(pages, self._ghostwriter(settings, store, clock) if writing else None)

    async def close(self) -> None:
        """Close connections and end workers."""
        for close in self._closing:
            await close()

    def _pages(self, settings: Settings, store: Store, fetcher: HttpFetcher, clock: Clock) -> Pages:
        source = make_page_fetcher(settings, fetcher)
        reader = ArticleReader(source, decode_page, clock)
        self._closing += [source.close, reader.close]
        return Pages(store, reader, clock, self.patience)

    def _ghostwriter(self, settings: Settings, store: Store, clock: Clock) -> Ghostwriter:
        llm = settings.summary.llm
        writer = make_writer(llm)
        self._closing.append(writer.close)
        return Ghostwriter(
            store,
            writer,
            clock,
            timeout=llm.timeout,
            sentences=settings.summary.sentences,
            translate=llm.translate,
            topics=starter_topics(),
        )


def make_writer(llm: LlmSettings) -> ChatCompletions:
    """Return the way to the language model that is configured."""
    key = llm.api_key.get_secret_value() if llm.api_key else None
    return ChatCompletions(llm.url or "", model=llm.model, api_key=key, timeout=llm.timeout)


async def writer_finding(llm: LlmSettings) -> Finding:
    """Ask the language model for a word, and tell whether it answers."""
    writer = make_writer(llm)
    try:
        match await writer.write(Task("Answer with the one word: ready", "Are you ready?")):
            case Written():
                return Finding(f"language model {llm.model}")
            case NotWritten(reason):
                return Finding(f"language model {llm.model}", reason)
    finally:
        await writer.close()


def longest_wait(settings: Settings) -> timedelta:
    """Return how long the alerts of one poll may wait for pages and for the language model."""
    summary = settings.summary
    return PAGES_WAIT * summary.full_text + summary.llm.timeout * (summary.llm.url is not None)
