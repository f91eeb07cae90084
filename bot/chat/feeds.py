"""``/feeds``: what is watched, and how each feed is doing, failing ones first."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from bot.chat import words
from bot.chat.buttons import FeedsPage, fits
from bot.chat.desk import Desk
from bot.chat.say import answer, button, counted, link, shorten
from bot.model.activity import Activity
from bot.model.feed import Feed
from bot.model.message import Action, Run, Text
from bot.model.request import Answer, Request
from bot.model.url import normalise
from bot.pipeline.compose import safe_url
from bot.pipeline.feed_report import LOOKED_BACK, report

PAGE = 15
TITLE = 80
HEALTH = 240


async def feeds(desk: Desk, request: Request) -> Answer:
    """Answer ``/feeds [SEARCH]``."""
    return await page(desk, FeedsPage(0, request.argument.strip()))


async def page(desk: Desk, asked: FeedsPage, *, replaces: bool = False) -> Answer:
    """Show a page of the feeds that the search names."""
    found = sorted(search(await desk.store.feeds(), asked.search), key=lambda feed: not failing(feed))
    if not found:
        empty = (
            words.FEEDS_NONE_FOUND.format(search=shorten(asked.search, TITLE))
            if asked.search
            else words.NO_FEEDS
        )
        return answer(empty, replaces=replaces)
    first = asked.offset if asked.offset < len(found) else 0
    now = desk.now()
    lately = await desk.store.activity(now - LOOKED_BACK)
    lines = [line(feed, now, lately.get(feed.id)) for feed in found[first : first + PAGE]]
    turns, rest = turn(FeedsPage(first, asked.search), len(found))
    return answer(head(found), *lines, rest, actions=turns, replaces=replaces)


def search(known: Sequence[Feed], text: str) -> list[Feed]:
    """Return the feeds with this text in title, address or tags; all of them where there is no text."""
    wanted = text.casefold()
    return [
        feed for feed in known if wanted in " ".join((feed.title, shown(feed.url), *feed.tags)).casefold()
    ]


def of_site(known: Sequence[Feed], url: str) -> Feed | None:
    """Return the one feed whose site is this page; None where there is none or where the page has several."""
    wanted = _page(url)
    found = [feed for feed in known if feed.site and _page(feed.site) == wanted]
    return found[0] if len(found) == 1 else None


def _page(url: str) -> str:
    """Return what two addresses of one page have in common: neither scheme, ``www.`` nor a slash at the end."""
    parts = urlsplit(normalise(shown(url)))
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}{query}"


def failing(feed: Feed) -> bool:
    """Tell whether something is wrong with a feed."""
    return feed.poll.failure is not None or feed.poll.gone


def head(found: Sequence[Feed]) -> str:
    """Return the sentence above the list."""
    wrong = sum(map(failing, found))
    if wrong:
        tail = words.FEEDS_ONE_FAILING if len(found) == 1 else counted(wrong, words.FEEDS_FAILING)
    else:
        tail = counted(len(found), words.FEEDS_WELL)
    return counted(len(found), words.FEEDS) + tail


def line(feed: Feed, now: datetime, lately: Activity | None) -> Text:
    """Return a feed with its health; the title leads to the site, never to an address that may hold a secret."""
    return (
        link(shorten(feed.title, TITLE), safe_url(feed.site)),
        Run(f": {shorten(report(feed, now, lately), HEALTH)}"),
    )


def turn(at: FeedsPage, total: int) -> tuple[list[Action], str]:
    """Return the buttons to the neighbouring pages, or a sentence where the search is too long for a button."""
    back, onward = FeedsPage(max(0, at.offset - PAGE), at.search), FeedsPage(at.offset + PAGE, at.search)
    rest = max(0, total - onward.offset)
    if not fits(onward):
        return [], counted(rest, words.FEEDS_MORE) if rest else ""
    buttons = [button(words.PREVIOUS_PAGE, back)] if at.offset else []
    return [*buttons, *([button(words.NEXT_PAGE, onward)] if rest else [])], ""


def shown(url: str) -> str:
    """Return an address without the name and password that it may hold."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
