"""What Telegram's refusals mean for a delivery: one table.

A text that the library took from an exception of the HTTP client may hold the address with the token in it; none
is ever passed on. Telegram's own descriptions are, without anything that looks like a token.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.model.address import Address
from bot.model.delivery import Moved, Rejected, RetryLater, Scope, SendOutcome, Sent

BAD_CREDENTIALS = (
    "Telegram does not accept the bot's token; put the one that @BotFather shows into [telegram] token."
)
_TOKEN = re.compile(r"\d{5,20}:[\w-]{20,}")
_TELLING = 200
_SERVER_FAULT = "Telegram's server failed to answer; it is tried again."
_UNREACHED = "Telegram could not be reached."
_NOT_TELEGRAM = (
    "What answered was not Telegram; look at the proxy or firewall on the way, and at [telegram] api_url."
)
_UNREADABLE = "Telegram's answer could not be read; the message may have been sent."
_LOST = "The connection ended before Telegram's answer came; the message may have been sent."
# Failures of the HTTP client before a request has left (httpx, "Exceptions").
_NEVER_LEFT = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Parts of Telegram's texts, what to say to people, and whether the whole place is closed."""

    texts: tuple[str, ...]
    reason: str
    closed: bool = True


_NO_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid")
_TOPIC_GONE = "The topic that alerts went to was deleted, so they come here now. /subscriptions lists them; /unsubscribe ends them."

# Texts in words are those of the Bot API server, texts with underscores those of the servers behind it.
_CLOSED = (
    _Refusal(("bot was blocked by the user",), "The person has blocked the bot."),
    _Refusal(("user is deactivated",), "The person's account was deleted."),
    _Refusal(("send messages to bots",), "Bots cannot write to each other."),
    _Refusal(("bot was kicked",), "The bot was removed from the chat."),
    _Refusal(("bot is not a member",), "The bot is not a member of the chat; add it again."),
    _Refusal(("chat was deleted", "chat was deactivated"), "The chat was deleted."),
    _Refusal(("chat was upgraded",), "The group became a supergroup; send the bot a command there."),
    _Refusal(
        ("can't initiate conversation",), "The person has not started the bot; they have to send it /start."
    ),
    _Refusal(
        ("chat not found", "peer_id_invalid", "chat_id_invalid", "channel_invalid"),
        "Telegram knows no such chat, or the bot was never in it.",
    ),
    _Refusal(
        ("need administrator rights", "chat_admin_required"),
        "The bot may not post in the channel; make it an administrator.",
    ),
    _Refusal(("member list is inaccessible",), "The bot is no administrator of the channel; make it one."),
    _Refusal(("channel_private",), "The channel is closed to the bot; add it again."),
    _Refusal(
        (
            "not enough rights",
            "have no rights to send",
            "have no write access",
            "chat_write_forbidden",
            "chat_send_plain_forbidden",
        ),
        "The bot may not write in the chat; give it the right to send messages.",
    ),
    _Refusal(("user_banned_in_channel",), "The bot is banned from writing in the chat; lift the ban there."),
    _Refusal(("chat_restricted",), "Telegram has restricted the chat."),
)
_UNFIT = (
    _Refusal(_NO_TOPIC, "The topic does not exist any more.", closed=False),
    _Refusal(("topic_closed",), "The topic is closed; open it, or let the bot manage topics.", closed=False),
    _Refusal(
        ("message to edit not found", "message_id_invalid"),
        "The message to change was deleted.",
        closed=False,
    ),
    _Refusal(
        ("message can't be edited", "message_edit_time_expired"),
        "The message can no longer be changed.",
        closed=False,
    ),
    _Refusal(("message_author_required",), "The message to change is somebody else's.", closed=False),
    _Refusal(
        ("message to be replied not found", "message to reply not found"),
        "The message to answer was deleted.",
        closed=False,
    ),
    _Refusal(
        ("message is too long", "message_too_long"), "Telegram finds the message too long.", closed=False
    ),
    _Refusal(("text is empty", "text must be non-empty"), "The message has no text.", closed=False),
    _Refusal(("can't parse entities",), "Telegram cannot read the marks in the message.", closed=False),
    _Refusal(
        ("inline keyboard button", "button_url_invalid", "button_data_invalid", "reply markup is too long"),
        "Telegram refuses a button of the message.",
        closed=False,
    ),
)
_REFUSALS = (*_CLOSED, *_UNFIT)


def outcome(error: TelegramError, address: Address, *, editing: str | None = None) -> SendOutcome:
    """Return what an error means for a message to ``address``; ``editing`` is the message that was to be changed."""
    match error:
        case ChatMigrated():
            return Moved(Address(address.platform, str(error.new_chat_id), address.thread))
        case RetryAfter():
            return RetryLater("Telegram asks for patience with this chat.", after=patience(error))
        case _ if isinstance(error, InvalidToken) or _from_elsewhere(error):
            return RetryLater(reason(error), scope=Scope.PLATFORM)
        case BadRequest() if editing and "message is not modified" in str(error).lower():
            return Sent(editing)
        case BadRequest() | Forbidden():
            return _healed(error, address) if address.thread and not editing else _refused(error)
        case _:
            return RetryLater(reason(error), uncertain=uncertain(error))


def _from_elsewhere(error: TelegramError) -> bool:
    """Tell a page of something on the way from a refusal of Telegram's: the library could not read it.

    Telegram itself answers with pages too while it is down, but then with 5xx.
    """
    refusal = isinstance(error, BadRequest | Forbidden | InvalidToken)
    return refusal and isinstance(error.__cause__, TelegramError)


def _healed(error: TelegramError, address: Address) -> SendOutcome:
    """Let alerts for a deleted topic go to its group; "General" is no topic."""
    if any(text in str(error).lower() for text in _NO_TOPIC):
        return Moved(replace(address, thread=None), _TOPIC_GONE)
    return _refused(error)


def _refused(error: TelegramError) -> Rejected:
    text = str(error).lower()
    for refusal in _REFUSALS:
        if any(part in text for part in refusal.texts):
            return Rejected(refusal.reason, destination_off=refusal.closed)
    return Rejected(reason(error), destination_off=isinstance(error, Forbidden))


def patience(error: RetryAfter) -> timedelta:
    """Return how long Telegram wants to be left alone; a plain number are seconds."""
    after = error.retry_after
    return after if isinstance(after, timedelta) else timedelta(seconds=after)


def uncertain(error: TelegramError) -> bool:
    """Tell whether the request may have been carried out although no answer came."""
    cause = error.__cause__
    if isinstance(error, TimedOut):
        return type(cause).__name__ not in _NEVER_LEFT
    if _unreadable(error):
        return True
    return isinstance(error, NetworkError) and _from_client(cause) and type(cause).__name__ not in _NEVER_LEFT


def _unreadable(error: TelegramError) -> bool:
    """Tell an answer of success that is no JSON; the library has no class of its own for it."""
    return type(error) is TelegramError and isinstance(error.__cause__, ValueError)


def _from_client(cause: BaseException | None) -> bool:
    return cause is not None and type(cause).__module__.partition(".")[0] == "httpx"


def reason(error: TelegramError) -> str:
    """Return a sentence about an error, without any secret."""
    match error:
        case _ if _from_elsewhere(error):
            return _NOT_TELEGRAM
        case InvalidToken():
            return BAD_CREDENTIALS
        case RetryAfter():
            return "Telegram asks for patience."
        case Conflict():
            return "Another program reads this bot's messages with the same token; only one may."
        case BadRequest() | Forbidden():
            return f"Telegram refused: {told(str(error)).rstrip('.')}."
        case _:
            return _trouble(error)


def _trouble(error: TelegramError) -> str:
    if uncertain(error):
        return _UNREADABLE if _unreadable(error) else _LOST
    return _UNREACHED if isinstance(error, TimedOut) or _from_client(error.__cause__) else _SERVER_FAULT


def told(text: str) -> str:
    """Return Telegram's own words, bounded, with anything like a token masked."""
    return _TOKEN.sub("[token]", text)[:_TELLING]
