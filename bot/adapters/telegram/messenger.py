"""Telegram as a Messenger: sends and edits messages, checks places, asks who administers them."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import structlog
from telegram import ChatFullInfo, ChatMember, LinkPreviewOptions, ReplyParameters
from telegram import Message as TelegramMessage
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.adapters.telegram.client import API_URL, PATIENCE, Client
from bot.adapters.telegram.failures import outcome, reason
from bot.adapters.telegram.render import render
from bot.model.address import Address, Platform
from bot.model.delivery import Moved, Rejected, RetryLater, SendOutcome, Sent
from bot.model.message import Message
from bot.model.person import Person, Reachable, Unreachable

PRIVATE_SPACING = timedelta(seconds=1)
GROUP_SPACING = timedelta(seconds=3)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_MANAGERS = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR})
_OUT = frozenset({ChatMember.LEFT, ChatMember.BANNED})

RATE = 29.5

log = structlog.get_logger()


class TelegramMessenger:
    """The Messenger of Telegram. Pacing belongs to the outbox; nothing here waits for a limit."""

    def __init__(self, token: str, api_url: str = API_URL, *, patience: timedelta = PATIENCE) -> None:
        self._client = Client(token, api_url, patience=patience)

    @property
    def platform(self) -> Platform:
        """The scheme of the addresses it serves."""
        return Platform.TELEGRAM

    @property
    def rate(self) -> float:
        """Return a little less than the 30 a second that Telegram names (Bot API FAQ, "My bot is hitting limits")."""
        return RATE

    @property
    def idempotent(self) -> bool:
        """Return False: nobody can know whether a message without answer was accepted."""
        return False

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def send(
        self,
        address: Address,
        message: Message,
        *,
        nonce: str,  # noqa: ARG002 (Telegram knows no idempotency keys)
        reply_to: str | None = None,
    ) -> SendOutcome:
        """Send a message; what is too long is shortened at a sentence."""
        rendered = render(message)
        call = self._client.bot.send_message(
            chat_id=chat_id(address),
            text=rendered.text,
            entities=rendered.entities,
            reply_markup=rendered.keyboard,
            message_thread_id=int(address.thread) if address.thread else None,
            disable_notification=message.silent or None,
            reply_parameters=_answering(reply_to),
            link_preview_options=_NO_PREVIEW,
        )
        return await self._carry_out(call, address)

    async def edit(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Replace a message sent earlier; one that already says so counts as sent."""
        rendered = render(message)
        call = self._client.bot.edit_message_text(
            chat_id=chat_id(address),
            message_id=int(message_id),
            text=rendered.text,
            entities=rendered.entities,
            reply_markup=rendered.keyboard,
            link_preview_options=_NO_PREVIEW,
        )
        return await self._carry_out(call, address, editing=message_id)

    async def crosspost(self, address: Address, message_id: str) -> SendOutcome:
        """Do nothing: whoever follows a channel has its messages already."""
        del address, message_id
        return Sent("")

    async def discuss(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Do nothing: where a channel has a discussion group, Telegram puts each message there by itself."""
        del address, message_id, message
        return Sent("")

    async def answer(self, address: Address, message_id: str, message: Message, *, nonce: str) -> SendOutcome:
        """Answer the message: its comments are below it."""
        return await self.send(address, message, nonce=nonce, reply_to=message_id)

    async def _carry_out(
        self, call: Awaitable[TelegramMessage | bool], address: Address, *, editing: str | None = None
    ) -> SendOutcome:
        try:
            done = await self._client.bounded(call)
        except TelegramError as error:
            return outcome(error, address, editing=editing)
        return Sent(str(done.message_id) if isinstance(done, TelegramMessage) else editing or "")

    async def check(self, address: Address) -> Reachable | Unreachable:
        """Tell whether the bot may post there, without posting; ``@name`` becomes a number."""
        try:
            return await self._checked(address)
        except ChatMigrated as error:
            return await self.check(replace(address, chat=str(error.new_chat_id)))
        except TelegramError as error:
            return Unreachable(_why(error, address))

    async def _checked(self, address: Address) -> Reachable | Unreachable:
        chat = await self._client.bounded(self._client.bot.get_chat(chat_id(address)))
        if problem := await self._problem(chat, address.thread):
            return Unreachable(problem)
        name = f"@{chat.username}" if chat.username and chat.type != chat.PRIVATE else None
        return Reachable(replace(address, chat=str(chat.id)), title(chat), name)

    async def _problem(self, chat: ChatFullInfo, thread: str | None) -> str | None:
        if chat.type == chat.PRIVATE:
            return None
        me = await self._client.me()
        member = await self._client.bounded(self._client.bot.get_chat_member(chat.id, me.id))
        if problem := posting_problem(chat.type, member):
            return problem
        if thread is None:
            return None
        if not chat.is_forum:
            return "The chat has no topics; leave the topic's number out, or switch topics on."
        typing = self._client.bot.send_chat_action(chat.id, "typing", message_thread_id=int(thread))
        await self._client.bounded(typing)
        return None

    async def may_manage(self, address: Address, person: Person) -> bool:
        """Tell whether a person is the owner or an administrator of a chat, or talks to the bot there alone."""
        if person.platform is not Platform.TELEGRAM or not person.id.lstrip("-").isdigit():
            return False
        if address.chat == person.id:
            return True
        try:
            return await self._manages(chat_id(address), int(person.id))
        except TelegramError as error:
            log.info("rights_unknown", destination=str(address), reason=_why(error, address))
            return False

    async def _manages(self, chat: int | str, user: int) -> bool:
        """Where a group hides its members from a plain member, it still names its administrators."""
        bot, bounded = self._client.bot, self._client.bounded
        try:
            member = await bounded(bot.get_chat_member(chat, user))
        except BadRequest:
            admins = await bounded(bot.get_chat_administrators(chat))
            return any(admin.user.id == user for admin in admins)
        return member.status in _MANAGERS

    def spacing(self, address: Address) -> timedelta:
        """Return 1 s for a person, 3 s for a group or channel (20 messages a minute; Bots FAQ, "limits")."""
        return PRIVATE_SPACING if address.chat.isdigit() else GROUP_SPACING


def _answering(message_id: str | None) -> ReplyParameters | None:
    return None if message_id is None else ReplyParameters(int(message_id), allow_sending_without_reply=True)


def chat_id(address: Address) -> int | str:
    """Return the chat as the Bot API wants it: a number, or ``@name``."""
    return address.chat if address.is_name else int(address.chat)


def title(chat: ChatFullInfo) -> str:
    """Return what people call a chat."""
    name = chat.title or chat.effective_name or ""
    return name or (f"@{chat.username}" if chat.username else str(chat.id))


def posting_problem(kind: str, member: ChatMember) -> str | None:
    """Return what keeps the bot, as this member of a chat, from posting there; None where nothing does."""
    if member.status in _OUT:
        return f"The bot is not a member of the {kind}; add it first."
    if kind == "channel" and member.status != ChatMember.OWNER and not _posts(member):
        return (
            "The bot may not post in the channel; make it an administrator with the right to post messages."
        )
    if member.status == ChatMember.RESTRICTED and not getattr(member, "can_send_messages", True):
        return "The bot may not write in the group; give it the right to send messages."
    return None


def _posts(member: ChatMember) -> bool:
    return member.status == ChatMember.ADMINISTRATOR and bool(getattr(member, "can_post_messages", False))


def _why(error: TelegramError, address: Address) -> str:
    match outcome(error, address):
        case Rejected(reason=why) | RetryLater(reason=why):
            return why
        case Moved(notice=notice) if notice:
            return "The topic does not exist any more."
        case _:
            return reason(error)
