"""Handing what somebody wants to the chat service, and its answer back to the chat."""

import asyncio
import traceback
from datetime import timedelta
from pathlib import Path
from typing import assert_never

import structlog
from telegram.error import TelegramError

from bot.adapters.telegram.client import Client
from bot.adapters.telegram.failures import reason
from bot.adapters.telegram.managers import Managers
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.adapters.telegram.updates import Incoming
from bot.errors import UserError
from bot.model.address import Address
from bot.model.delivery import Moved, Rejected, RetryLater, Sent
from bot.model.message import Message, Run
from bot.model.request import Answer, Attachment, Request
from bot.ports import ChatService

ATTEMPTS = 3
ANSWERED_WITHIN = timedelta(minutes=2)
_LONGEST_PAUSE = timedelta(seconds=30)
_PAUSE = timedelta(seconds=1)
_FRAMES = 4
_BROKEN = "Something went wrong here, and nothing was changed as far as I know. Please try again later."
LARGEST_FILE = 1_000_000
_TAKES_FILES = frozenset({"import"})
_TOO_LARGE = "That file is too large; it may have up to 1 MB."
_UNREADABLE = "That file cannot be fetched from Telegram; send it again."
_FILE_LOST = "The file cannot be sent here; try the command in our private chat."
_TOO_SLOW = "That took too long, so I gave up. Please try again later."

log = structlog.get_logger()


class Replies:
    """Answers what comes in, whatever happens meanwhile."""

    def __init__(
        self, client: Client, messenger: TelegramMessenger, chat: ChatService, managers: Managers
    ) -> None:
        self._client = client
        self._messenger = messenger
        self._chat = chat
        self._managers = managers

    async def handle(self, incoming: Incoming) -> None:
        """Carry a request out and say what came of it; raises nothing."""
        await self._acknowledge(incoming)
        answer = await self._answer(incoming)
        for number, message in enumerate(answer.messages):
            if number == 0 and answer.replaces and await self._replace(incoming, message):
                continue
            await self._say(incoming.where, message)
        if answer.attachment is not None:
            await self._attach(incoming.where, answer.attachment)

    async def _acknowledge(self, incoming: Incoming) -> None:
        """Stop the button's waiting sign, at once and always; a press from before a pause has none any more."""
        if incoming.query is None:
            return
        try:
            await self._client.bounded(self._client.bot.answer_callback_query(incoming.query))
        except TelegramError as error:
            log.info("press_not_acknowledged", destination=str(incoming.where), reason=reason(error))

    async def _answer(self, incoming: Incoming) -> Answer:
        try:
            async with asyncio.timeout(ANSWERED_WITHIN.total_seconds()):
                request = await self._request(incoming)
                if incoming.data is not None:
                    return await self._chat.press(incoming.data, request)
                return await self._chat.answer(request)
        except UserError as error:
            return sentence(str(error))
        except TimeoutError:
            log.warning("command_too_slow", **facts(incoming))
            return sentence(_TOO_SLOW)
        except Exception as error:  # noqa: BLE001 (one fault must not end the conversation with everybody)
            log.error("command_failed", **facts(incoming), error=type(error).__name__, at=frames(error))  # noqa: TRY400 (texts of errors may hold secrets)
            return sentence(_BROKEN)

    async def _request(self, incoming: Incoming) -> Request:
        manages = incoming.manages
        if manages is None:
            manages = await self._managers.may(incoming.where, incoming.who)
        return Request(
            command=incoming.command,
            argument=incoming.argument,
            where=incoming.where,
            place=incoming.place,
            who=incoming.who,
            private=incoming.private,
            may_manage=manages,
            about=incoming.about,
            attachment=await self._received(incoming),
            groups=(f"{incoming.where.platform}:{incoming.where.chat}",),
        )

    async def _received(self, incoming: Incoming) -> Attachment | None:
        """Return the file of a command that takes one; raises UserError where it cannot be had."""
        document = incoming.document
        if document is None or incoming.command not in _TAKES_FILES:
            return None
        if (document.file_size or 0) > LARGEST_FILE:
            raise UserError(_TOO_LARGE)
        try:
            file = await self._client.bounded(self._client.bot.get_file(document.file_id))
            content = await self._client.bounded(file.download_as_bytearray())
        except TelegramError as error:
            log.info("file_not_read", destination=str(incoming.where), reason=reason(error))
            raise UserError(_UNREADABLE) from error
        return Attachment(document.file_name or "file", bytes(content))

    async def _attach(self, where: Address, attachment: Attachment) -> None:
        try:
            await self._client.bounded(
                self._client.bot.send_document(
                    int(where.chat),
                    attachment.content,
                    filename=attachment.name,
                    message_thread_id=int(where.thread) if where.thread else None,
                )
            )
        except TelegramError as error:
            log.info("file_not_sent", destination=str(where), reason=reason(error))
            await self._say(where, sentence(_FILE_LOST).messages[0])

    async def _replace(self, incoming: Incoming, message: Message) -> bool:
        if incoming.message_id is None:
            return False
        outcome = await self._messenger.edit(incoming.where, incoming.message_id, message)
        return isinstance(outcome, Sent)

    async def _say(self, where: Address, message: Message) -> None:
        for _ in range(ATTEMPTS):
            match await self._messenger.send(where, message, nonce=""):
                case Sent():
                    return
                case Moved(to=to):
                    where = to
                case RetryLater(after=after, reason=why):
                    log.info("answer_waits", destination=str(where), reason=why)
                    await asyncio.sleep(min(after or _PAUSE, _LONGEST_PAUSE).total_seconds())
                case Rejected(reason=why):
                    log.info("answer_refused", destination=str(where), reason=why)
                    return
                case other:
                    assert_never(other)
        log.warning("answer_not_sent", destination=str(where))


def sentence(text: str) -> Answer:
    """Return an answer of one sentence."""
    return Answer((Message(summary=((Run(text),),)),))


def facts(incoming: Incoming) -> dict[str, str]:
    """Return what a log line tells about a request; never what the person wrote."""
    return {"command": incoming.command or "(text or button)", "destination": str(incoming.where)}


def frames(error: BaseException) -> str:
    """Return where an error happened, innermost first, without its text."""
    stack = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(stack))
