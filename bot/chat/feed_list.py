"""``/addfeed`` and ``/removefeed``: changes of the list that everybody shares."""

import asyncio
import re
from collections.abc import Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

from bot.chat import place as places
from bot.chat import words
from bot.chat.buttons import Press, Verb
from bot.chat.desk import Desk
from bot.chat.feeds import of_site, shown
from bot.chat.help import how_to
from bot.chat.memory import remember
from bot.chat.say import answer, bold, button, counted, rich, shorten
from bot.errors import UserError
from bot.model.feed import Feed, FeedOrigin, FeedSpec, FoundFeed
from bot.model.message import Run
from bot.model.request import Answer, Request
from bot.pipeline.feed_report import found_rate
from bot.pipeline.health import health

CHAT_FEEDS = 500
CHOICES = 8
TITLE = 80
_ADDRESS = 2000
_DISCOVERY_SECONDS = 30
# Short forms of places on well-known sites, which discovery reads; they are no addresses.
_SHORT = re.compile(r"gnews:.+|/?(?:r|u|user)/[\w+-]+/?|@[\w.-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)


async def add_feed(desk: Desk, request: Request) -> Answer:
    """Answer ``/addfeed URL``."""
    text = request.argument.strip()
    if not text:
        return how_to("addfeed")
    return await add(desk, request, text)


async def add(desk: Desk, request: Request, text: str, *, replaces: bool = False) -> Answer:
    """Look for feeds at an address; one is added at once, several are offered."""
    places.here(desk, request).require_manager()
    url = address(text)
    known = await desk.store.feed(url) or of_site(await desk.store.feeds(), url)
    if known:
        return _known(desk, known)
    await _require_room(desk, request)
    found = await discovered(desk, url)
    if len(found) > 1:
        return await _choices(desk, found)
    return await _added(desk, request, found[0], replaces=replaces)


def address(text: str) -> str:
    """Return the web address that a person means, ``https`` where none is given, or a short form as it is.

    Raises UserError.
    """
    if len(text) <= _ADDRESS and _SHORT.fullmatch(text):
        return text
    url = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(url)
        fine = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or len(url) > _ADDRESS or any(each.isspace() for each in url):
        raise UserError(words.ADDRESS_REFUSED)
    return url


async def _require_room(desk: Desk, request: Request) -> None:
    """Raise UserError where this chat, or all chats together, have added their share."""
    if desk.access.is_admin(request.who):
        return
    if sum(feed.origin is FeedOrigin.CHAT for feed in await desk.store.feeds()) >= CHAT_FEEDS:
        raise UserError(words.CHAT_FEEDS_FULL)
    if not desk.new_feeds.grant(str(request.where), desk.now()):
        raise UserError(words.QUOTA_FEEDS)


async def discovered(desk: Desk, url: str) -> list[FoundFeed]:
    """Return the feeds at an address, at least one; raises UserError."""
    try:
        async with asyncio.timeout(_DISCOVERY_SECONDS):
            found = await desk.finder.discover(url)
    except TimeoutError as error:
        raise UserError(words.DISCOVERY_SLOW) from error
    if not found:
        raise UserError(words.NO_FEED_THERE)
    return found


async def _choices(desk: Desk, found: Sequence[FoundFeed]) -> Answer:
    """Offer several feeds; their addresses are remembered, since a button cannot hold them."""
    offered = found[:CHOICES]
    buttons = [
        button(
            f"{number}. {shorten(each.title, TITLE)}",
            await remember(desk, Verb.ADD_FEED, each.url, each.url),
        )
        for number, each in enumerate(offered, 1)
    ]
    lines = [
        (
            Run(f"{number}. "),
            bold(shorten(each.title, TITLE)),
            Run(f"{found_rate(each)} {shorten(shown(each.url), 2 * TITLE)}"),
        )
        for number, each in enumerate(offered, 1)
    ]
    left = len(found) - len(offered)
    rest = counted(left, words.SEVERAL_LEFT) if left else ""
    return answer(counted(len(found), words.SEVERAL), *lines, rest, actions=buttons)


async def _added(desk: Desk, request: Request, found: FoundFeed, *, replaces: bool) -> Answer:
    feed, new = await desk.store.add_feed(FeedSpec(found.url), origin=FeedOrigin.CHAT, now=desk.now())
    if not new:
        return _known(desk, feed)
    may_undo = desk.access.is_admin(request.who)
    undo = [button(words.UNDO_ADD, Press(Verb.REMOVE_FEED, feed.id))] if may_undo else []
    told = rich(words.ADDED, feed=bold(shorten(shown(found.title), TITLE)))
    return answer(told, actions=undo, replaces=replaces)


def _known(desk: Desk, feed: Feed) -> Answer:
    said = rich(words.KNOWN_FEED, feed=bold(shorten(feed.title, TITLE)))
    return answer((*said, Run(f" ({health(feed, desk.now())})")))


async def restore_by_press(desk: Desk, request: Request, url: str) -> Answer:
    """Carry out the button that undoes a removal; nobody is asked whether the address still answers."""
    _require_admin(desk, request)
    feed, _ = await desk.store.add_feed(FeedSpec(address(url)), origin=FeedOrigin.CHAT, now=desk.now())
    return answer(rich(words.ADDED, feed=bold(shorten(feed.title, TITLE))), replaces=True)


async def remove_feed(desk: Desk, request: Request) -> Answer:
    """Answer ``/removefeed URL or TITLE``; for admins of the bot."""
    _require_admin(desk, request)
    text = request.argument.strip()
    if not text:
        return how_to("removefeed")
    known = await desk.store.feeds()
    feed = await desk.store.feed(text) or find(known, text)
    if feed is None:
        raise unknown(known, text)
    return await remove(desk, feed)


async def remove_by_press(desk: Desk, request: Request, feed_id: int) -> Answer:
    """Carry out the button that removes a feed; for admins of the bot."""
    _require_admin(desk, request)
    feed = next((each for each in await desk.store.feeds() if each.id == feed_id), None)
    if feed is None:
        raise UserError(words.OUT_OF_DATE)
    return await remove(desk, feed, replaces=True)


async def remove(desk: Desk, feed: Feed, *, replaces: bool = False) -> Answer:
    """Remove a feed and offer to add it again."""
    if feed.origin is FeedOrigin.CONFIG:
        raise UserError(words.FEED_IN_CONFIGURATION)
    await desk.store.remove_feed(feed.id)
    undo = button(words.UNDO_REMOVE, await remember(desk, Verb.RESTORE_FEED, feed.url, feed.url))
    return answer(
        rich(words.REMOVED, feed=bold(shorten(feed.title, TITLE))), actions=[undo], replaces=replaces
    )


def find(known: Sequence[Feed], text: str) -> Feed | None:
    """Return the feed with this id (``#12``), address or unambiguous title."""
    wanted = text.casefold()
    same = [each for each in known if wanted in {f"#{each.id}", each.url.casefold()}]
    titled = [each for each in known if each.title.casefold() == wanted]
    found = same or titled
    return found[0] if len(found) == 1 else None


def unknown(known: Sequence[Feed], text: str) -> UserError:
    """Return the error for a feed that does not exist, with those that are called alike."""
    names = [each.title for each in known] + [shown(each.url) for each in known]
    near = get_close_matches(text, names, n=3, cutoff=0.5)
    if near:
        return UserError(
            words.UNKNOWN_FEED_NEAR.format(near=", ".join(shorten(each, TITLE) for each in near))
        )
    return UserError(words.UNKNOWN_FEED)


def _require_admin(desk: Desk, request: Request) -> None:
    if not desk.access.is_admin(request.who):
        raise UserError(words.ADMINS_ONLY)
