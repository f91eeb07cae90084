"""What the Bot API refuses about texts, entities and keyboards, as pure checks that raise ``Refused``.

Where Telegram would silently drop or repair something, this stand-in refuses it: a program that passes here never
depends on a repair.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.standins.telegram_params import (
    BUTTON_FIELDS,
    ENTITY_FIELDS,
    LINK_PREVIEW_FIELDS,
    REPLY_FIELDS,
)

TEXT_LIMIT = 4096
RAW_LIMIT = 32_768
ENTITY_LIMIT = 100
STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote"})
ALONE = frozenset({"code", "pre"})
DETECTED = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
# What TDLib removes from any text before it counts (clean_input_string).
REMOVED = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e\u0333\u033f\u030a]")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


class Refused(Exception):
    """An answer other than 200, with what Telegram writes beside it."""

    def __init__(self, status: int, description: str, parameters: dict[str, int] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(text: str) -> Refused:
    return Refused(400, f"Bad Request: {text}")


def utf16(text: str) -> int:
    """Length in UTF-16 units, the measure of entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut16(text: str, offset: int, length: int) -> str:
    """The stretch of a text that an entity covers; raises Refused inside a surrogate pair."""
    raw = text.encode("utf-16-le")
    try:
        raw[: offset * 2].decode("utf-16-le")
        return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
        ) from error


def check_text(text: str) -> None:
    if len(text.encode()) > RAW_LIMIT:
        raise bad("message is too long")
    if all(unicodedata.category(char) in INVISIBLE or char in "\u2800\u3164" for char in text):
        raise bad("message text is empty")
    if len(text) > TEXT_LIMIT:
        raise bad("message is too long")
    if text != text.strip():
        raise bad("white space at an end of the text would be cut off")
    if found := REMOVED.search(text):
        raise bad(f"character U+{ord(found[0]):04X} would be removed from the text")


def only(fields: frozenset[str], value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad(f"can't parse {name}: expected an object")
    if unknown := value.keys() - fields:
        raise bad(f"unknown field in {name}: {min(unknown)}")
    return value


def check_url(url: object, name: str) -> None:
    wrong = bad(f"{name} URL {url!r} is invalid: Wrong HTTP URL")
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in {"http", "https"} or "." not in host or port == 0 or re.search(r"\s", str(url)):
        raise wrong


def check_entity(text: str, value: object) -> tuple[int, int, str]:
    entity = only(ENTITY_FIELDS, value, "MessageEntity")
    kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
    if not isinstance(kind, str) or kind not in STYLES | ALONE | DETECTED | {"text_link", "text_mention"}:
        raise bad(f"can't parse MessageEntity: unsupported type {kind!r}")
    if not isinstance(offset, int) or not isinstance(length, int):
        raise bad("can't parse MessageEntity: offset and length must be of type Number")
    if offset < 0 or length <= 0 or offset + length > utf16(text):
        raise bad(f"entity at {offset}, {length} long, lies outside of the text")
    covered = cut16(text, offset, length)
    if not covered.strip():
        raise bad(f"entity at {offset} covers white space only")
    if kind == "text_link":
        check_url(entity.get("url"), "entity")
    elif "url" in entity:
        raise bad(f"an entity of type {kind} has no url")
    return offset, offset + length, kind


def check_entities(text: str, entities: object) -> None:
    if not isinstance(entities, list):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    if len(entities) > ENTITY_LIMIT:
        raise bad("too many entities")
    spans = [check_entity(text, entity) for entity in entities]
    if spans != sorted(spans, key=lambda span: (span[0], -span[1])):
        raise bad("entities are not sorted")
    for number, (begin, end, kind) in enumerate(spans):
        for other_begin, other_end, other in spans[number + 1 :]:
            if other_begin >= end:
                break
            if other_end > end:
                raise bad(f"entities of type {kind} and {other} overlap without nesting")
            if kind == other or kind in ALONE or other in ALONE:
                raise bad(f"an entity of type {other} cannot stand inside one of type {kind}")
            assert begin <= other_begin


def check_button(value: object) -> None:
    button = only(BUTTON_FIELDS, value, "InlineKeyboardButton")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad("can't parse inline keyboard button: Button text must be non-empty")
    kinds = button.keys() - {"text", "icon_custom_emoji_id", "style"}
    if len(kinds) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        check_url(button["url"], "inline keyboard button")


def check_markup(markup: object) -> None:
    rows = only(frozenset({"inline_keyboard"}), markup, "InlineKeyboardMarkup").get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("can't parse reply keyboard markup JSON object")
    if any(len(row) > 8 for row in rows) or sum(len(row) for row in rows) > 100:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            check_button(button)


def check_commands(commands: object) -> None:
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for value in commands:
        command = only(frozenset({"command", "description"}), value, "BotCommand")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def check_content(params: dict[str, Any]) -> None:
    """Check everything a message is made of."""
    if "parse_mode" in params:
        raise bad("parse_mode is markup; texts carry entities here")
    check_text(params["text"])
    check_entities(params["text"], params.get("entities", []))
    if "reply_markup" in params:
        check_markup(params["reply_markup"])
    if "link_preview_options" in params:
        only(LINK_PREVIEW_FIELDS, params["link_preview_options"], "LinkPreviewOptions")
    if "reply_parameters" in params:
        only(REPLY_FIELDS, params["reply_parameters"], "ReplyParameters")


def covered(text: str, entities: Sequence[dict[str, Any]], kind: str) -> list[str]:
    """The stretches of a text that entities of one type cover."""
    return [cut16(text, one["offset"], one["length"]) for one in entities if one["type"] == kind]
