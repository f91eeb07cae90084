"""An update from Telegram as what somebody wants: a command, a plain text, a pressed button. Pure."""

import re
from collections.abc import Container
from dataclasses import dataclass, replace

from telegram import CallbackQuery, Chat, Document, MaybeInaccessibleMessage, Update
from telegram import Message as TelegramMessage

from bot.adapters.telegram.text import unguarded
from bot.model.address import Address, Platform
from bot.model.draft import TAKES_TEXT
from bot.model.person import Person

ALLOWED = (Update.MESSAGE, Update.CHANNEL_POST, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What somebody wants.

    ``command`` is empty for plain text. ``about`` is the message that a command replies to, ``document`` a
    file that came with either. ``manages`` None means that Telegram has to be asked. ``message_id`` is the
    message whose button was pressed, ``data`` what the button holds, ``query`` the press itself; a reply that presses a
    button with a text has no ``query``.
    """

    where: Address
    place: str
    who: Person
    private: bool
    manages: bool | None
    command: str = ""
    argument: str = ""
    about: str | None = None
    document: Document | None = None
    query: str | None = None
    data: str | None = None
    message_id: str | None = None


def lane(update: Update) -> str:
    """Return the key of the chat within which updates keep their order."""
    chat = update.effective_chat
    return str(chat.id) if chat else f"update {update.update_id}"


def incoming(update: Update, username: str, known: Container[str]) -> Incoming | None:
    """Return what an update wants from the bot called ``username``, None where it is not for this bot.

    In groups and channels, a command that is not in ``known`` counts only where it names the bot: it may be meant
    for another one.
    """
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    message = update.message or update.channel_post
    if message is None or message.is_automatic_forward:
        return None
    text = message.text or (message.caption if message.document else None)
    return _said(message, unguarded(text), username, known) if text else None


def _said(message: TelegramMessage, text: str, username: str, known: Container[str]) -> Incoming | None:
    asker = _asker(message)
    if asker is None:
        return None
    found = _COMMAND.match(text)
    if found is None and (wanted := _wants_text(message.reply_to_message, username)):
        return replace(asker, argument=text.strip(), data=wanted)
    if found is None:
        return replace(asker, argument=text.strip()) if asker.private else None
    command, addressed = found[1].lower(), found[2]
    if addressed and addressed.lower() != username.lower():
        return None
    if not addressed and not asker.private and command not in known:
        return None
    about = message.reply_to_message
    return replace(
        asker,
        command=command,
        argument=text[found.end() :].strip(),
        about=str(about.message_id) if about is not None else None,
        document=message.document or (about.document if about is not None else None),
    )


def _wants_text(about: TelegramMessage | None, username: str) -> str | None:
    """Return the button of the bot's own message that a reply to it presses, with its text."""
    author = about.from_user if about is not None else None
    if about is None or about.reply_markup is None or author is None:
        return None
    if not author.is_bot or (author.username or "").lower() != username.lower():
        return None
    buttons = (button.callback_data for row in about.reply_markup.inline_keyboard for button in row)
    return next((data for data in buttons if isinstance(data, str) and data.startswith(TAKES_TEXT)), None)


def _asker(message: TelegramMessage) -> Incoming | None:
    """Return who speaks where. An administrator who hides behind the group, or posts in a channel, manages it."""
    chat, user, behind = message.chat, message.from_user, message.sender_chat
    where, place, private = address(message), name(message), chat.type == Chat.PRIVATE
    if behind is not None and behind.id == chat.id:
        who = Person(Platform.TELEGRAM, str(chat.id), place)
        return Incoming(where, place, who, private, manages=True)
    if behind is not None:
        who = Person(Platform.TELEGRAM, str(behind.id), behind.title or str(behind.id))
        return Incoming(where, place, who, private, manages=False)
    if user is None or user.is_bot:
        return None
    who = Person(Platform.TELEGRAM, str(user.id), user.full_name)
    return Incoming(where, place, who, private, manages=True if private else None)


def _pressed(query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None or query.data is None:
        return None
    user, private = query.from_user, message.chat.type == Chat.PRIVATE
    return Incoming(
        where=address(message),
        place=name(message),
        who=Person(Platform.TELEGRAM, str(user.id), user.full_name),
        private=private,
        manages=True if private else None,
        query=query.id,
        data=query.data,
        message_id=str(message.message_id),
    )


def address(message: MaybeInaccessibleMessage) -> Address:
    """Return where a message stands; a reply chain outside a forum is no topic, and neither is "General"."""
    topical = (
        message.message_thread_id
        if isinstance(message, TelegramMessage) and message.is_topic_message
        else None
    )
    return Address(Platform.TELEGRAM, str(message.chat.id), str(topical) if topical else None)


def name(message: MaybeInaccessibleMessage) -> str:
    """Return what people call the place of a message, with its topic where Telegram tells the name."""
    chat = message.chat
    called = chat.title or chat.effective_name or str(chat.id)
    begun = message.reply_to_message if isinstance(message, TelegramMessage) else None
    topic = begun.forum_topic_created if begun is not None else None
    return f"{called}, {topic.name}" if topic is not None else called
