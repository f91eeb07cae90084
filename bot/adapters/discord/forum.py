"""Posts in forum channels: one for each message, with those of the forum's tags that fit it."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from bot.adapters.discord import routes
from bot.adapters.discord.channels import Channels
from bot.adapters.discord.failures import outcome
from bot.adapters.discord.places import Places, Unavailable
from bot.adapters.discord.render import Json, post_name, rendered
from bot.adapters.discord.rest import Rest
from bot.model.delivery import RetryLater, SendOutcome, Sent
from bot.model.message import Message

REQUIRE_TAG = 1 << 4
MOST_TAGS = 5

_NO_LETTER = re.compile(r"[\W_]+")


class Forum:
    """Opens posts."""

    def __init__(self, rest: Rest, places: Places, channels: Channels) -> None:
        self._rest = rest
        self._places = places
        self._channels = channels

    async def post(self, forum_id: str, message: Message) -> SendOutcome:
        """Open a post. Discord knows no nonce here, so a post left by an attempt without answer is looked for first."""
        try:
            forum = await self._channels.ask(forum_id)
            form = new_post(message, forum)
            earlier = await self._earlier(forum, form)
        except Unavailable as reason:
            return RetryLater(str(reason))
        if earlier:
            return Sent(earlier)
        return outcome(await self._rest.ask(routes.create_post(forum_id), form))

    async def _earlier(self, forum: dict[str, Any], form: Json) -> str | None:
        me = await self._places.me()
        for thread in await self._places.threads(forum["guild_id"]):
            ours = thread.get("parent_id") == forum["id"] and thread.get("owner_id") == me
            if ours and thread.get("name") == form["name"]:
                first = await self._places.message(thread["id"], thread["id"])
                if _same(first, form["message"]):
                    return str(thread["id"])
        return None


def new_post(message: Message, forum: dict[str, Any]) -> Json:
    """Return the body that opens a post for a message. Pure."""
    form: Json = {"name": post_name(message), "message": rendered(message)}
    if tags := applied_tags(message.labels, forum):
        form["applied_tags"] = tags
    return form


def applied_tags(labels: Sequence[str], forum: dict[str, Any]) -> list[str]:
    """Return the ids of the forum's tags that are named like a label, at most 5; one in any case where it wants one."""
    known = [tag for tag in forum.get("available_tags") or () if isinstance(tag, dict) and tag.get("id")]
    free = [tag for tag in known if not tag.get("moderated")]
    wanted = [folded for label in labels if (folded := _folded(label))]
    fitting = sorted(
        (tag for tag in free if _folded(tag.get("name")) in wanted),
        key=lambda tag: wanted.index(_folded(tag.get("name"))),
    )
    if not fitting and int(forum.get("flags") or 0) & REQUIRE_TAG:
        # A moderated tag needs Manage Threads, which the bot may have; nothing else is left to try then.
        fitting = (free or known)[:1]
    return [str(tag["id"]) for tag in fitting[:MOST_TAGS]]


def _folded(name: object) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", str(name or "")).casefold())


def _same(found: dict[str, Any], wanted: Json) -> bool:
    """Tell whether a message shows the same embed, by the parts that Discord keeps as they are sent."""
    parts = ("url", "title", "description")
    shown = [[one.get(part) for part in parts] for one in found.get("embeds") or ()]
    return shown == [[one.get(part) for part in parts] for one in wanted["embeds"]]
