"""Asking Telegram for updates, again and again, whatever is in the way."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from telegram import Update
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.adapters.telegram.client import Client
from bot.adapters.telegram.failures import patience, reason
from bot.adapters.telegram.updates import ALLOWED

LONG_POLL = timedelta(seconds=25)
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=1)
_ANSWER_GRACE = timedelta(seconds=15)
_LAST_WORD = timedelta(milliseconds=700)

log = structlog.get_logger()


class Persistence:
    """How long to wait after failures in a row: twice as long each time, up to a minute."""

    def __init__(self, first: timedelta = FIRST_PAUSE) -> None:
        self._first = first
        self._failures = 0

    async def through(self, step: Callable[[], Awaitable[None]]) -> None:
        """Take a step again until it succeeds."""
        while True:
            try:
                await step()
            except Exception as error:  # noqa: BLE001 (the conversation with everybody hangs on this step)
                await self.wait(error)
            else:
                self.well()
                return

    def well(self) -> None:
        """Note that Telegram answers."""
        if self._failures:
            log.info("telegram_answers_again", failures=self._failures)
        self._failures = 0

    async def wait(self, error: Exception) -> None:
        """Say what is wrong and wait: as long as Telegram asks, else by the number of failures."""
        pause = self.pause(error)
        self._failures += 1
        say = log.warning if isinstance(error, TelegramError) else log.error
        why = reason(error) if isinstance(error, TelegramError) else _not_understood(error)
        say("telegram_does_not_answer", reason=why, again_in=f"{pause.total_seconds():g} s")
        await asyncio.sleep(pause.total_seconds())

    def pause(self, error: Exception) -> timedelta:
        """Return the pause that an error calls for."""
        if isinstance(error, RetryAfter):
            return patience(error)
        return min(self._first * (1 << min(self._failures, 16)), LONGEST_PAUSE)


def _not_understood(error: Exception) -> str:
    return f"Telegram's answer was not understood ({type(error).__name__})."


class Polling:
    """Long polling (Bot API, getUpdates). An update is confirmed with the request that follows it."""

    def __init__(
        self,
        client: Client,
        persistence: Persistence,
        take: Callable[[Update], Awaitable[None]],
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._persistence = persistence
        self._take = take
        self._settle = settle
        self._offset: int | None = None
        self._confirmed = True

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            try:
                updates = await self._ask(LONG_POLL)
            except Conflict as error:
                await self._make_way(error)
            except Exception as error:  # noqa: BLE001 (the conversation with everybody hangs on this loop)
                await self._persistence.wait(error)
            else:
                self._persistence.well()
                await self._hand_on(updates)

    async def _ask(self, long_poll: timedelta) -> list[Update]:
        asking = self._client.bot.get_updates(
            offset=self._offset,
            timeout=int(long_poll.total_seconds()),
            allowed_updates=list(ALLOWED),
            limit=100 if long_poll else 1,
        )
        updates = await self._client.bounded(asking, long_poll + _ANSWER_GRACE)
        self._confirmed = True
        return list(updates)

    async def _hand_on(self, updates: list[Update]) -> None:
        """Give updates a moment to be handled before they are confirmed: a crash meanwhile loses no command."""
        for update in updates:
            await self._take(update)
            self._offset = update.update_id + 1
            self._confirmed = False
        await self._settle()

    async def _make_way(self, error: Conflict) -> None:
        """Somebody else polls, or a webhook was set meanwhile; the latter can be removed."""
        await self._persistence.wait(error)
        if "webhook" in str(error).lower():
            try:
                await self._client.bounded(self._client.bot.delete_webhook())
            except TelegramError as again:
                await self._persistence.wait(again)

    async def confirm(self) -> None:
        """Confirm what was handled last, so that the next start does not answer it again."""
        if self._confirmed:
            return
        try:
            async with asyncio.timeout(_LAST_WORD.total_seconds()):
                await self._ask(timedelta())
        except (TelegramError, TimeoutError):
            log.info("updates_not_confirmed", next=self._offset)
