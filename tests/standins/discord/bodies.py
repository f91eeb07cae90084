"""The bodies that Discord takes, written by hand from its API reference."""

from typing import Any

from tests.standins.discord import schema
from tests.standins.discord.errors import ApiError, invalid_form
from tests.standins.discord.schema import Check, array, boolean, fields, integer, one_of, snowflake, text, url

BUTTON, ROW, LINK = 2, 1, 5
_ANYTHING_LEAST = 1

COMMAND_NAME = r"[-_'\w]{1,32}"

EMBED = fields(
    {
        "type": one_of("rich"),
        "flags": integer(0, 1 << 31),  # sent by discord.py
        "title": text(256),
        "description": text(4096),
        "url": url(2048),
        "color": integer(0, 0xFFFFFF),
        "timestamp": text(40),
        "author": fields({"name": text(256, 1), "url": url(2048), "icon_url": url(2048)}, ("name",)),
        "footer": fields({"text": text(2048, 1), "icon_url": url(2048)}, ("text",)),
        "image": fields({"url": url(2048)}),
        "thumbnail": fields({"url": url(2048)}),
        "fields": array(
            fields({"name": text(256, 1), "value": text(1024, 1), "inline": boolean}, ("name", "value")), 25
        ),
    }
)

ALLOWED_MENTIONS = fields(
    {
        "parse": array(one_of("roles", "users", "everyone"), 3, unique=True),
        "roles": array(snowflake, 100, unique=True),
        "users": array(snowflake, 100, unique=True),
        "replied_user": boolean,
    }
)


def button(value: Any, faults: schema.Faults, path: tuple[str, ...]) -> None:
    fields(
        {
            "type": one_of(BUTTON),
            "style": one_of(1, 2, 3, 4, LINK),
            "label": text(80),
            "custom_id": text(100, _ANYTHING_LEAST),
            "url": url(512, ("http", "https", "discord")),
            "disabled": boolean,
            "emoji": fields({"id": snowflake, "name": text(32), "animated": boolean}),
            "id": integer(),
        },
        ("type", "style"),
    )(value, faults, path)
    if not isinstance(value, dict):
        return
    if not str(value.get("label") or "").strip() and not value.get("emoji"):
        faults.add(
            (*path, "label"), "BUTTON_COMPONENT_INVALID_EMOJI_OR_LABEL", "A label or emoji is required."
        )
    if value.get("style") == LINK:
        if not value.get("url") or value.get("custom_id"):
            faults.add(path, "BUTTON_COMPONENT_URL_REQUIRED", "A link button has a url and no custom id.")
    elif not value.get("custom_id") or value.get("url"):
        faults.add(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id and no url is required.")


ROW_CHECK = fields(
    {"type": one_of(ROW), "components": array(button, 5, 1), "id": integer()}, ("type", "components")
)

_COMMON: dict[str, Check] = {
    "content": text(2000),
    "embeds": array(EMBED, 10),
    "components": array(ROW_CHECK, 5),
    "allowed_mentions": ALLOWED_MENTIONS,
    "flags": integer(0, 1 << 31),
}
_REFERENCE = fields(
    {
        "type": one_of(0),
        "message_id": snowflake,
        "channel_id": snowflake,
        "guild_id": snowflake,
        "fail_if_not_exists": boolean,
    },
    ("message_id",),
)
CREATE = fields(
    {
        **_COMMON,
        "tts": boolean,
        "nonce": text(25),
        "enforce_nonce": boolean,
        "message_reference": _REFERENCE,
    }
)
EDIT = fields(_COMMON)


def webhook_name(value: Any, faults: schema.Faults, path: tuple[str, ...]) -> None:
    """A nickname without the words that Discord keeps for itself."""
    text(80, 1)(value, faults, path)
    lowered = str(value).casefold()
    if any(word in lowered for word in ("discord", "clyde", "@", "#", ":", "```")):
        faults.add(path, "USERNAME_INVALID_CONTAINS", "Username cannot contain this.")
    if lowered.strip() in ("everyone", "here"):
        faults.add(path, "USERNAME_INVALID", "Username is invalid.")


WEBHOOK = fields(
    {
        **_COMMON,
        "tts": boolean,
        "username": webhook_name,
        "avatar_url": url(2048, ("https",)),
        "thread_name": text(100),
        "applied_tags": array(snowflake, 5),
        "attachments": array(fields({"id": integer(), "filename": text(1024, 1)}, ("id",)), 10),
    }
)
WEBHOOK_EDIT = fields(_COMMON)
POST = fields(
    {
        "name": text(100, 1),
        "auto_archive_duration": one_of(60, 1440, 4320, 10080),
        "rate_limit_per_user": integer(0, 21600),
        "applied_tags": array(snowflake, 5),
        "message": fields(_COMMON),
    },
    ("name", "message"),
)
THREAD = fields(
    {
        "name": text(100, 1),
        "auto_archive_duration": one_of(60, 1440, 4320, 10080),
        "rate_limit_per_user": integer(0, 21600),
        "type": one_of(10, 11, 12),
        "invitable": boolean,
    },
    ("name",),
)
_FIELD = fields(
    {
        "type": one_of(4),
        "custom_id": text(100, 1),
        "style": one_of(1, 2),
        "label": text(45, 1),
        "value": text(4000),
        "placeholder": text(100),
        "min_length": integer(0, 4000),
        "max_length": integer(1, 4000),
        "required": boolean,
    },
    ("type", "custom_id", "style", "label"),
)
MODAL = fields(
    {
        "custom_id": text(100, 1),
        "title": text(45, 1),
        "components": array(
            fields({"type": one_of(ROW), "components": array(_FIELD, 1, 1)}, ("type", "components")), 5, 1
        ),
    },
    ("custom_id", "title", "components"),
)
CHOICES = fields(
    {"choices": array(fields({"name": text(100, 1), "value": text(100)}, ("name", "value")), 25)}
)

_OPTION = fields(
    {
        "type": one_of(3, 4, 5, 6, 7, 8, 10, 11),
        "name": schema.pattern(COMMAND_NAME, 32),
        "description": text(100, 1),
        "required": boolean,
        "autocomplete": boolean,
        "choices": array(fields({"name": text(100, 1), "value": text(100)}, ("name", "value")), 25),
        "min_length": integer(0, 6000),
        "max_length": integer(1, 6000),
    },
    ("type", "name", "description"),
)
_COMMAND = fields(
    {
        "id": snowflake,
        "type": one_of(1, 2, 3),
        "name": schema.pattern(COMMAND_NAME, 32),
        "description": text(100, 1),
        "options": array(_OPTION, 25),
        "default_member_permissions": text(20),
        "dm_permission": boolean,
        "contexts": array(one_of(0, 1, 2), 3, 1, unique=True),
        "integration_types": array(one_of(0, 1), 2, 1, unique=True),
        "nsfw": boolean,
        "name_localizations": lambda *_: None,
        "description_localizations": lambda *_: None,
    },
    ("name", "description"),
)
COMMANDS = array(_COMMAND, 100)


def check_message(check: Check, body: Any) -> None:
    """Refuse what Discord refuses in a message, the sum over its embeds and repeated custom ids included."""
    schema.enforce(check, body)
    message = body.get("message", body)
    faults = schema.Faults()
    if sum(map(embed_size, message.get("embeds") or [])) > 6000:
        faults.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    ids = [
        button["custom_id"]
        for row in message.get("components") or []
        for button in row["components"]
        if button.get("custom_id")
    ]
    if len(set(ids)) != len(ids):
        faults.add(
            ("components",), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
        )
    mentions = message.get("allowed_mentions") or {}
    for kind in ("roles", "users"):
        if kind in (mentions.get("parse") or []) and mentions.get(kind):
            faults.add(
                ("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f"parse:{kind} and {kind}"
            )
    if faults.tree:
        raise invalid_form(faults.tree)


def embed_size(embed: dict[str, Any]) -> int:
    parts = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("author") or {}).get("name"),
        (embed.get("footer") or {}).get("text"),
    ]
    for one in embed.get("fields") or []:
        parts += [one["name"], one["value"]]
    return sum(len((part or "").strip()) for part in parts)


def embed_shows(embed: dict[str, Any]) -> bool:
    return bool(
        embed_size(embed)
        or (embed.get("image") or {}).get("url")
        or (embed.get("thumbnail") or {}).get("url")
    )


def check_not_empty(message: dict[str, Any]) -> None:
    """Refuse a message without anything to see (50006)."""
    content = str(message.get("content") or "").strip()
    if (
        not content
        and not any(map(embed_shows, message.get("embeds") or []))
        and not message.get("components")
        and not message.get("attachments")
    ):
        raise ApiError(400, 50006, "Cannot send an empty message")


def check_commands(body: Any) -> None:
    """Refuse a set of commands that Discord would refuse."""
    schema.enforce(COMMANDS, body)
    faults = schema.Faults()
    names = [command["name"] for command in body]
    if len(set(names)) != len(names):
        faults.add((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    for index, command in enumerate(body):
        _check_command(command, faults, str(index))
    if faults.tree:
        raise invalid_form(faults.tree)


def _check_command(command: dict[str, Any], faults: schema.Faults, index: str) -> None:
    options = command.get("options") or []
    if command["name"] != command["name"].lower():
        faults.add((index, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    size = len(command["name"]) + len(command["description"])
    optional_seen = False
    for number, option in enumerate(options):
        path = (index, "options", str(number))
        size += len(option["name"]) + len(option["description"])
        size += sum(len(one["name"]) + len(one["value"]) for one in option.get("choices") or [])
        if option["name"] != option["name"].lower():
            faults.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        if option.get("required") and optional_seen:
            faults.add(
                path,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must come before others",
            )
        optional_seen = optional_seen or not option.get("required")
        if option.get("autocomplete") and option.get("choices"):
            faults.add(path, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "Autocomplete excludes choices")
    names = [option["name"] for option in options]
    if len(set(names)) != len(names):
        faults.add(
            (index, "options"), "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", "Option names must be unique"
        )
    if size > 8000:
        faults.add((index,), "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
