"""discord.py, pointed at the configured API: the one place that touches its settings for the whole process."""

import logging
import sys
import traceback
from collections.abc import Awaitable, Callable

import discord
import structlog
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

RATE_LIMIT_PATIENCE = 60.0

log = structlog.get_logger()


class Client(discord.Client):
    """A connection that hands interactions on and says in sentences how it is doing."""

    def __init__(self, take: Callable[[discord.Interaction], Awaitable[None]]) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=RATE_LIMIT_PATIENCE,
        )
        self._take = take
        self.linked = False

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Hand an interaction on."""
        await self._take(interaction)

    async def on_connect(self) -> None:
        """Say that the gateway took the bot."""
        self.linked = True
        log.info("discord_connected", bot=str(self.user))

    async def on_resumed(self) -> None:
        """Say that a lost connection was taken up again."""
        self.linked = True
        log.info("discord_resumed")

    async def on_disconnect(self) -> None:
        """Say that the connection was lost."""
        self.linked = False
        if not self.is_closed():
            log.info("discord_disconnected")

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:  # noqa: ARG002 - may hold tokens
        """Say which event failed; its content is not logged."""
        error = sys.exception()
        log.error("discord_event_failed", name=event_method, **(described(error) if error else {}))


def prepare(base: str) -> None:
    """Send discord.py's requests to the API at ``base``, and keep its loggers from writing tokens."""
    Route.BASE = base
    # Newsbell never speaks; without this discord.py warns that it could not.
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
    # On DEBUG they write whole events and requests, with the tokens of interactions in them.
    logger = logging.getLogger("discord")
    logger.setLevel(max(logging.INFO, logger.getEffectiveLevel()))


def use_gateway(url: str) -> None:
    """Connect where the API said, also after a session was invalidated."""
    DiscordWebSocket.DEFAULT_GATEWAY = URL(url)


def described(error: BaseException) -> dict[str, str]:
    """Return what may be logged of an unexpected error: its kind and place, not its text."""
    return {"error": type(error).__name__, "trace": "".join(traceback.format_tb(error.__traceback__))}
