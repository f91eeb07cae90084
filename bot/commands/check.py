"""``check``: is everything as it has to be? One line each."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import typer

from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.feeds.parser import FeedParser
from bot.adapters.storage.store import SqlStore
from bot.commands.configured import settings_for
from bot.commands.options import ConfigOption, JsonOption, say, say_json
from bot.editing import writer_finding
from bot.errors import StorageError
from bot.finding import make_fetcher
from bot.model.address import Address
from bot.model.entry import ParseFailed
from bot.model.fetch import Fetched, FetchFailed, FetchRequest, Gone, Moved, NotModified
from bot.model.person import Reachable, Unreachable
from bot.model.url import normalise
from bot.platforms import Finding, Messengers, make_messengers, token_findings
from bot.session import opened
from bot.settings.settings import Settings
from bot.settings.values import without_credentials


def check(context: typer.Context, *, as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Check configuration, database, tokens, the language model, the rights for each broadcast, and ask each feed once.

    One line each; what failed says what to do. Ends with 1 where anything failed, with 2 for a wrong configuration.

    Example: newsbell check --config config.toml
    """
    settings = settings_for(context, config)
    if not asyncio.run(_check(settings, as_json=as_json)):
        raise typer.Exit(1)


async def _check(settings: Settings, *, as_json: bool) -> bool:
    good = True
    async for finding in _findings(settings):
        good &= finding.problem is None
        if as_json:
            say_json({"what": finding.what, "ok": finding.problem is None, "problem": finding.problem})
        else:
            say(f"{'failed' if finding.problem else 'ok    '}  {finding.what}{_because(finding)}")
    return good


def _because(finding: Finding) -> str:
    return f": {finding.problem}" if finding.problem else ""


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    yield Finding("configuration")
    try:
        async with opened(settings) as store:
            feeds = await _feeds(settings, store)
        yield Finding("database")
    except StorageError as error:
        feeds = []
        yield Finding("database", str(error))
    async for finding in token_findings(settings):
        yield finding
    if settings.summary.llm.url is not None:
        yield await writer_finding(settings.summary.llm)
    async for finding in _broadcasts(settings):
        yield finding
    async for finding in _asked(settings, feeds):
        yield finding


async def _feeds(settings: Settings, store: SqlStore) -> list[str]:
    """Return the addresses of the stored feeds and of those that the next start will add."""
    stored = [normalise(each.url) for each in settings.feeds]
    return list(dict.fromkeys(stored + [each.url for each in await store.feeds() if each.enabled]))


async def _broadcasts(settings: Settings) -> AsyncIterator[Finding]:
    messengers = make_messengers(settings)
    try:
        for each in settings.broadcasts:
            yield await _reached(messengers, f"broadcast {each.query.text} -> {each.to}", each.to)
            if each.draft is not None:
                yield await _reached(messengers, f"drafts for {each.to} -> {each.draft}", each.draft)
    finally:
        await messengers.close()


async def _reached(messengers: Messengers, what: str, address: Address) -> Finding:
    messenger = messengers.by_platform.get(address.platform)
    if messenger is None:
        return Finding(what, f"there is no token for {address.platform}; set one in the configuration.")
    match await messenger.check(address):
        case Unreachable(reason):
            return Finding(what, reason)
        case Reachable(title=title):
            return Finding(f"{what} ({title})")


async def _asked(settings: Settings, urls: Sequence[str]) -> AsyncIterator[Finding]:
    """Ask all feeds, as many at once as polling would, and tell each as it answers."""
    fetcher, parser = make_fetcher(settings), FeedParser()
    tasks = [asyncio.create_task(_ask(fetcher, parser, url)) for url in urls]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()
        await fetcher.close()
        await parser.close()


async def _ask(fetcher: HttpFetcher, parser: FeedParser, url: str) -> Finding:
    what = f"feed {without_credentials(url)}"
    result = await fetcher.fetch(FetchRequest(url))
    match result:
        case Moved(to=to):
            what, result = f"{what} (moved to {without_credentials(to)})", result.result
    match result:
        case FetchFailed(reason=reason) | Gone(reason=reason):
            return Finding(what, reason)
        case NotModified():
            return Finding(what, "the server says that nothing is new although it was not asked that way.")
        case Fetched(url=final, body=body, headers=headers):
            parsed = await parser.parse(body, url=final, headers=headers)
    return Finding(what, parsed.reason if isinstance(parsed, ParseFailed) else None)
