"""A webhook's message under the name and picture of the feed it comes from. Pure.

Names: 1 to 80 characters, without "clyde" and "discord" in any case (Discord, "Create Webhook"), and as nicknames
without what could be read as a mention or as code (Discord, "Usernames and nicknames").
"""

import re
import unicodedata
from urllib.parse import urlsplit

from bot.adapters.discord.render import Json, components, rendered
from bot.adapters.discord.text import linkable, one_line, units, visible
from bot.model.message import Message

NAME_LIMIT = 80
IDENTITY = frozenset({"username", "avatar_url"})

_REFUSED_MARKS = re.compile(r"[@#:`]")
_INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_REFUSED_WORDS = re.compile(r"(dis|cl)(cord|yde)", re.IGNORECASE)
_RESERVED = frozenset({"everyone", "here"})


def webhook_body(message: Message) -> Json:
    """Return the body that a webhook sends for a message: without buttons that nobody here could answer."""
    body = rendered(message)
    body.pop("components", None)
    if links := components(message.actions, interactive=False):
        body["components"] = links
    return body | identity(message)


def identity(message: Message) -> Json:
    """Return name and picture of the outlet, where there is one only; else the webhook keeps its own."""
    if not message.alert or len(message.sources) != 1:
        return {}
    [source] = message.sources
    name = username(source.name)
    if not name:
        return {}
    icon = linkable(source.icon)
    fit = icon is not None and urlsplit(icon).scheme == "https"
    return {"username": name, "avatar_url": icon} if fit else {"username": name}


def username(title: str) -> str:
    """Return a feed's title as a name that Discord takes; empty where nothing of it is left to see."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", one_line(title)))
    name = " ".join(_REFUSED_MARKS.sub(" ", one_line(plain)).split())
    name = _REFUSED_WORDS.sub(r"\1-\2", name)
    while units(name) > NAME_LIMIT:
        name = name[:-1].rstrip()
    return name if visible(name) and name.casefold() not in _RESERVED else ""
