"""The command catalogue at work: who may, which handler, and a sentence for everything that goes wrong."""

import traceback
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.chat import words
from bot.chat.access import Access
from bot.chat.broadcast import broadcast
from bot.chat.desk import Desk
from bot.chat.exporting import export
from bot.chat.feed_list import add_feed, remove_feed
from bot.chat.feeds import feeds
from bot.chat.forgetting import forget
from bot.chat.help import help_, unknown
from bot.chat.importing import import_
from bot.chat.listing import pause, resume, subscriptions
from bot.chat.muting import mute
from bot.chat.planning import digest, quiet
from bot.chat.presses import press
from bot.chat.previewing import offer, preview
from bot.chat.say import answer, code, rich
from bot.chat.settings import language, settings
from bot.chat.status import status
from bot.chat.subscribing import subscribe
from bot.chat.suggestions import suggest
from bot.chat.timezone import timezone
from bot.chat.unsubscribing import unsubscribe
from bot.chat.welcome import start
from bot.chat.why import why
from bot.chat.wrong import WrongQuery, explained
from bot.errors import UserError
from bot.model.address import Platform
from bot.model.request import Answer, Request, Suggestion
from bot.ports import Clock, FeedFinder, Messenger
from bot.query.topics import Topics
from bot.stores.store import Store

Handler = Callable[[Desk, Request], Awaitable[Answer]]

HANDLERS: Mapping[str, Handler] = {
    "": offer,
    "start": start,
    "help": help_,
    "subscribe": subscribe,
    "unsubscribe": unsubscribe,
    "subscriptions": subscriptions,
    "pause": pause,
    "resume": resume,
    "preview": preview,
    "feeds": feeds,
    "addfeed": add_feed,
    "removefeed": remove_feed,
    "broadcast": broadcast,
    "digest": digest,
    "quiet": quiet,
    "timezone": timezone,
    "language": language,
    "settings": settings,
    "mute": mute,
    "why": why,
    "export": export,
    "import": import_,
    "forget": forget,
    "status": status,
}

log = structlog.get_logger()


class Chat:
    """Answers commands and buttons, for every platform alike; implements ``ChatService`` and never raises.

    ``messengers`` is read when needed, so it may be filled after construction. ``timezone`` and ``language`` are
    what new destinations begin with.
    """

    def __init__(
        self,
        store: Store,
        finder: FeedFinder,
        messengers: Mapping[Platform, Messenger],
        clock: Clock,
        access: Access,
        *,
        topics: Topics | None = None,
        timezone: str = "UTC",
        language: str = "en",
    ) -> None:
        self._desk = Desk(store, finder, messengers, clock, access, topics, timezone, language)

    async def answer(self, request: Request) -> Answer:
        """Carry out a command, or offer something sensible for plain text."""
        return await self._said(request.command, _carry_out(self._desk, request))

    async def press(self, data: str, request: Request) -> Answer:
        """Carry out a pressed button; its data is trusted in nothing, and permissions are checked again."""
        return await self._said("press", _pressed(self._desk, data, request))

    async def suggest(self, command: str, option: str, prefix: str, request: Request) -> list[Suggestion]:
        """Return at most 25 completions of an option that begin with or contain ``prefix``."""
        if not self._desk.access.admits(request):
            return []
        try:
            return await suggest(self._desk, command, option, prefix, request)
        except Exception as error:  # noqa: BLE001  # a completion that fails must not break the typing
            _report(error, f"suggest {command}")
            return []

    async def _said(self, what: str, work: Awaitable[Answer]) -> Answer:
        """Turn everything that can go wrong into a sentence."""
        try:
            return await work
        except WrongQuery as wrong:
            return explained(wrong)
        except UserError as error:
            return answer(str(error))
        except Exception as error:  # noqa: BLE001  # one broken command must not stop the others
            _report(error, what)
            return answer(words.TROUBLE)


async def _carry_out(desk: Desk, request: Request) -> Answer:
    if not desk.access.admits(request):
        return _turned_away(request)
    handler = HANDLERS.get(request.command.lower())
    if handler is None:
        raise unknown(request.command)
    return await handler(desk, request)


async def _pressed(desk: Desk, data: str, request: Request) -> Answer:
    if not desk.access.admits(request):
        return _turned_away(request)
    return await press(desk, data, request)


def _turned_away(request: Request) -> Answer:
    return answer(rich(words.NOT_ADMITTED, id=code(request.who.key)))


def _report(error: Exception, what: str) -> None:
    """Log a failure without its text, which may hold what a person typed: an address with a secret, for one."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("command_failed", command=what, error=type(error).__name__, trace=trace)
