"""The way to feeds, with the bounds that the configuration sets."""

from bot.adapters.feeds.discovery import Discovery
from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.feeds.parser import FeedParser
from bot.model.feed import FoundFeed
from bot.settings.settings import Settings


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


async def discovered(settings: Settings, url: str) -> list[FoundFeed]:
    """Return the feeds at an address; raises UserError where there is none."""
    fetcher, parser = make_fetcher(settings), FeedParser()
    try:
        return await Discovery(fetcher, parser).discover(url)
    finally:
        await fetcher.close()
        await parser.close()
