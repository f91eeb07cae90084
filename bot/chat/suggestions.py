"""Autocompletion of the options that the catalogue marks. Discord: at most 25, texts of at most 100 characters."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from bot.chat import place as places
from bot.chat.catalogue import COMMANDS
from bot.chat.desk import Desk
from bot.chat.feeds import shown
from bot.chat.presets import LANGUAGES
from bot.chat.previewing import SPANS
from bot.chat.say import shorten
from bot.chat.settings import named
from bot.chat.unsubscribing import listed
from bot.chat.zones import completions
from bot.model.feed import Feed, FeedOrigin
from bot.model.request import Request, Suggestion

MOST = 25
LENGTH = 100

Pair = tuple[str, str]


async def suggest(desk: Desk, command: str, option: str, prefix: str, request: Request) -> list[Suggestion]:
    """Return completions of an option; none where there is nothing to complete."""
    if (command, option) == ("timezone", "zone"):
        return [Suggestion(each, each) for each in completions(prefix)[:MOST]]
    source = SOURCES.get((command, option))
    return pick(prefix, await source(desk, request)) if source else []


async def _commands(desk: Desk, request: Request) -> list[Pair]:  # noqa: ARG001  # every source is called alike
    return [(each.name, each.name) for each in COMMANDS]


async def _spans(desk: Desk, request: Request) -> list[Pair]:  # noqa: ARG001  # every source is called alike
    return [(each, each) for each in SPANS]


async def _titles(desk: Desk, request: Request) -> list[Pair]:  # noqa: ARG001  # every source is called alike
    return [(feed.title, feed.title) for feed in await desk.store.feeds()]


async def _removable(desk: Desk, request: Request) -> list[Pair]:
    """Return the feeds that may be removed, to those who may."""
    if not desk.access.is_admin(request.who):
        return []
    return [_feed(feed) for feed in await desk.store.feeds() if feed.origin is not FeedOrigin.CONFIG]


async def _queries(desk: Desk, request: Request) -> list[Pair]:
    """Return the queries of the place; those that are too long to be sent back go by their number."""
    known = await listed(desk, places.here(desk, request))
    return [(each.query, each.query if len(each.query) <= LENGTH else f"#{each.id}") for each in known]


def _feed(feed: Feed) -> Pair:
    url = shown(feed.url)
    return f"{shorten(feed.title, LENGTH // 2)} ({url})", url if url == feed.url and len(
        url
    ) <= LENGTH else f"#{feed.id}"


def pick(prefix: str, candidates: Iterable[Pair]) -> list[Suggestion]:
    """Return the candidates (label, value) that begin with the prefix, then those that contain it."""
    wanted = " ".join(prefix.casefold().split())
    holding = [each for each in candidates if wanted in each[0].casefold()]
    holding.sort(key=lambda each: not each[0].casefold().startswith(wanted))
    fitting = dict.fromkeys(
        (shorten(label, LENGTH), value) for label, value in holding if 0 < len(value) <= LENGTH
    )
    return [Suggestion(label, value) for label, value in list(fitting)[:MOST]]


async def _cadences(desk: Desk, request: Request) -> list[Pair]:  # noqa: ARG001  # every source is called alike
    return [(each, each) for each in ("instant", "hourly", "daily@08:00", "daily@18:00", "weekly@mon 08:00")]


async def _digests(desk: Desk, request: Request) -> list[Pair]:
    return [*await _cadences(desk, request), ("silent on", "silent on"), ("silent off", "silent off")]


async def _hours(desk: Desk, request: Request) -> list[Pair]:  # noqa: ARG001  # as above
    return [(each, each) for each in ("22:00-07:00", "23:00-08:00", "22:00-07:00 mon-fri", "off")]


async def _priorities(desk: Desk, request: Request) -> list[Pair]:  # noqa: ARG001  # as above
    return [(each, each) for each in ("yes", "no", "urgent")]


async def _spoken(desk: Desk, request: Request) -> list[Pair]:  # noqa: ARG001  # as above
    return [(f"{named(tag, own=True)} ({named(tag)})", tag) for tag in LANGUAGES]


SOURCES: Mapping[tuple[str, str], Callable[[Desk, Request], Awaitable[list[Pair]]]] = {
    ("help", "command"): _commands,
    ("subscribe", "cadence"): _cadences,
    ("subscribe", "priority"): _priorities,
    ("digest", "when"): _digests,
    ("digest", "query"): _queries,
    ("quiet", "hours"): _hours,
    ("language", "language"): _spoken,
    ("unsubscribe", "query"): _queries,
    ("preview", "query"): _queries,
    ("preview", "since"): _spans,
    ("feeds", "search"): _titles,
    ("mute", "source"): _titles,
    ("mute", "span"): _spans,
    ("removefeed", "feed"): _removable,
}
