"""Telegram as a place to give commands: updates in, answers out."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from telegram import BotCommand, Update
from telegram.error import BadRequest

from bot.adapters.telegram.client import API_URL, PATIENCE, Client
from bot.adapters.telegram.failures import reason
from bot.adapters.telegram.lanes import Lanes
from bot.adapters.telegram.managers import Managers
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.adapters.telegram.polling import FIRST_PAUSE, Persistence, Polling
from bot.adapters.telegram.replies import Replies
from bot.adapters.telegram.updates import ALLOWED, incoming, lane
from bot.adapters.telegram.webhook import Webhook
from bot.ports import ChatService

_BATCH = timedelta(seconds=1)
_FINISHING = timedelta(milliseconds=1500)
_READY = timedelta(seconds=10)
_DESCRIPTION_LIMIT = 256

log = structlog.get_logger()


class TelegramBot:
    """The bot's conversations. It polls, or with a ``webhook`` waits for ``feed_update``.

    ``menu`` are names and descriptions of the commands (``setMyCommands``: at most 100).
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        chat: ChatService,
        *,
        menu: Sequence[tuple[str, str]] = (),
        webhook: Webhook | None = None,
        patience: timedelta = PATIENCE,
        first_pause: timedelta = FIRST_PAUSE,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = Client(token, api_url or API_URL, patience=patience)
        self._messenger = TelegramMessenger(token, api_url or API_URL, patience=patience)
        self._menu = tuple(menu)
        self._webhook = webhook
        self._persistence = Persistence(first_pause)
        managers = Managers(self._messenger.may_manage, seconds)
        self._replies = Replies(self._client, self._messenger, chat, managers)
        self._lanes = Lanes()
        self._polling = Polling(
            self._client, self._persistence, self._dispatch, lambda: self._lanes.settle(_BATCH)
        )
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; returns at once, also while Telegram cannot be reached."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="telegram")

    async def stop(self) -> None:
        """Finish what was begun, within 3 seconds; what was not confirmed is answered after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if await self._lanes.stop(_FINISHING):
            await self._polling.confirm()
        await self._messenger.close()
        await self._client.close()

    async def feed_update(self, payload: dict[str, Any]) -> bool:
        """Take an update that Telegram posted; False where the bot is not ready and Telegram should post it again."""
        try:
            async with asyncio.timeout(_READY.total_seconds()):
                await self._ready.wait()
        except TimeoutError:
            return False
        try:
            update = Update.de_json(payload, self._client.bot)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            log.warning("update_not_understood", error=type(error).__name__)
            return True
        await self._dispatch(update)
        return True

    async def _run(self) -> None:
        await self._persistence.through(self._prepare)
        self._ready.set()
        if self._webhook is None:
            await self._polling.run()

    async def _prepare(self) -> None:
        bot, bounded = self._client.bot, self._client.bounded
        me = await self._client.me()
        if self._webhook is None:
            await bounded(bot.delete_webhook())
        else:
            hook = self._webhook
            await bounded(bot.set_webhook(hook.url, secret_token=hook.secret, allowed_updates=list(ALLOWED)))
        await self._offer_menu()
        log.info(
            "telegram_ready", bot=f"@{me.username}", mode="polling" if self._webhook is None else "webhook"
        )

    async def _offer_menu(self) -> None:
        """A menu that Telegram does not take is said and left out; the commands work without it."""
        commands = [BotCommand(name, words[:_DESCRIPTION_LIMIT]) for name, words in self._menu]
        try:
            await self._client.bounded(self._client.bot.set_my_commands(commands))
        except BadRequest as error:
            log.error("menu_refused", reason=reason(error))  # noqa: TRY400 (the place of the error tells nothing)

    async def _dispatch(self, update: Update) -> None:
        if update.my_chat_member is not None:
            change = update.my_chat_member
            place = f"telegram:{change.chat.id}"
            log.info("membership_changed", destination=place, status=change.new_chat_member.status)
            return
        me = await self._client.me()
        wanted = incoming(update, me.username or "", {name for name, _ in self._menu})
        if wanted is not None:
            await self._lanes.put(lane(update), lambda: self._replies.handle(wanted))
