"""The way to feeds, with the bounds that the configuration sets."""

from datetime import timedelta

from bot.adapters.feeds.discovery import Discovery
from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.feeds.parser import FeedParser
from bot.model.feed import FoundFeed
from bot.settings.settings import Settings

PAGE_TIMEOUT = timedelta(seconds=10)
PAGE_MAX_BODY = 4_000_000
PAGES_AT_ONCE = 8


def make_fetcher(settings: Settings) -> HttpFetcher:
    """Return a fetcher with the bounds of ``[polling]``."""
    polling = settings.polling
    return HttpFetcher(
        contact=polling.contact or None,
        timeout=polling.timeout,
        max_body=polling.max_body,
        concurrency=polling.concurrency,
        per_host=polling.per_host,
        allow_private_hosts=polling.allow_private_hosts,
    )


def make_page_fetcher(settings: Settings, beside: HttpFetcher) -> HttpFetcher:
    """Return a fetcher of the pages that entries link to: as polite and as guarded as ``beside``, but less patient."""
    polling = settings.polling
    return HttpFetcher(
        contact=polling.contact or None,
        timeout=min(polling.timeout, PAGE_TIMEOUT),
        max_body=min(polling.max_body, PAGE_MAX_BODY),
        concurrency=PAGES_AT_ONCE,
        per_host=polling.per_host,
        allow_private_hosts=polling.allow_private_hosts,
        pages=True,
        slots=beside.slots.beside(PAGES_AT_ONCE),
    )


async def discovered(settings: Settings, url: str) -> list[FoundFeed]:
    """Return the feeds at an address; raises UserError where there is none."""
    fetcher, parser = make_fetcher(settings), FeedParser()
    try:
        return await Discovery(fetcher, parser).discover(url)
    finally:
        await fetcher.close()
        await parser.close()
