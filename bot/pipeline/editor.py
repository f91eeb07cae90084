"""What alerts are made of beyond a feed's own text: the linked page, and what a language model wrote.

    entries that concern somebody | pages, within a time | a language model, within a time | copies

Whatever fails or takes too long leaves the text that was there before.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

import structlog

from bot.model.entry import ParsedEntry
from bot.model.text import KeptText
from bot.pipeline.compose import safe_url
from bot.pipeline.ghostwriter import Ghostwriter, Source
from bot.pipeline.linked import Pages

_log = structlog.get_logger()
T = TypeVar("T")

PAGES_WAIT = timedelta(seconds=15)
"""The longest that the alerts of one poll wait for pages, all of them together."""

_TOO_SLOW = KeptText(reason="It took too long.")


@dataclass(frozen=True, slots=True)
class Work:
    """An entry that concerns somebody: the language it is in, those it is told in, and the words that matched."""

    entry: ParsedEntry
    language: str | None
    readers: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """What to tell of an entry: a text to choose sentences from, and by language what a language model wrote.

    ``remarks`` say what was tried in vain.
    """

    text: str
    written: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class Editor:
    """Prepares copies. Without pages and without a ghostwriter an entry's own text is its copy."""

    def __init__(self, pages: Pages | None = None, ghostwriter: Ghostwriter | None = None) -> None:
        self._pages = pages
        self._ghostwriter = ghostwriter

    async def copies(self, works: Sequence[Work]) -> list[Copy]:
        """Return a copy for each work, after at most the time that pages and then the language model may take."""
        copies = [Copy(work.entry.summary) for work in works]
        if self._pages is not None:
            kept = await _within(PAGES_WAIT, [self._report(self._pages, work) for work in works], _TOO_SLOW)
            copies = [_with_page(copy, page) for copy, page in zip(copies, kept, strict=True)]
        if self._ghostwriter is not None:
            copies = await self._written(self._ghostwriter, works, copies)
        return copies

    async def _report(self, pages: Pages, work: Work) -> KeptText:
        url = safe_url(work.entry.link)
        # Without a title the entry's own text stands for it, and the two must not be mixed.
        return await pages.report(url) if url and work.entry.title.strip() else KeptText()

    async def _written(
        self, ghostwriter: Ghostwriter, works: Sequence[Work], copies: Sequence[Copy]
    ) -> list[Copy]:
        asked = [(index, reader) for index, work in enumerate(works) for reader in work.readers]
        tasks = [ghostwriter.written(_source(works[index], copies[index]), reader) for index, reader in asked]
        answers = await _within(ghostwriter.timeout, tasks, None)
        if any(answer is None for answer in answers):
            ghostwriter.was_too_slow()
        finished = list(copies)
        for (index, reader), answer in zip(asked, answers, strict=True):
            finished[index] = _with_writing(finished[index], reader, answer or _TOO_SLOW)
        return finished


def _source(work: Work, copy: Copy) -> Source:
    return Source(work.entry.title, copy.text, work.language, work.words)


def _with_page(copy: Copy, page: KeptText) -> Copy:
    if page.text:
        return replace(copy, text=page.text)
    if not page.reason:
        return copy
    return replace(copy, remarks=(*copy.remarks, f"the linked page was not used: {page.reason}"))


def _with_writing(copy: Copy, reader: str, answer: KeptText) -> Copy:
    if answer.text:
        return replace(copy, written={**copy.written, reader: answer.text})
    if not answer.reason:
        return copy
    _log.info("writing_not_used", reason=answer.reason)
    remark = f"the language model's summary was not used: {answer.reason}"
    return copy if remark in copy.remarks else replace(copy, remarks=(*copy.remarks, remark))


async def _within(limit: timedelta, works: Sequence[Awaitable[T]], default: T) -> list[T]:
    """Return what each work brought within the time, the default for one that took longer or failed."""
    tasks = [asyncio.ensure_future(work) for work in works]
    if not tasks:
        return []
    try:
        await asyncio.wait(tasks, timeout=limit.total_seconds())
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for failure in (each for each in results if isinstance(each, Exception)):
        _log.error("copy_failed", exc_info=failure)
    return [default if isinstance(each, BaseException) else each for each in results]
