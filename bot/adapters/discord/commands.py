"""Discord as a place to give commands: the gateway in, answers out."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import aiohttp
import discord
import structlog

from bot.adapters.discord import routes
from bot.adapters.discord.address import api_base
from bot.adapters.discord.answers import Answers
from bot.adapters.discord.library import Client, described, prepare, use_gateway
from bot.adapters.discord.places import why
from bot.adapters.discord.registration import CommandSpec, definitions, registered
from bot.adapters.discord.replies import Accepted, Refused
from bot.adapters.discord.rest import Rest
from bot.ports import ChatService

WRONG_TOKEN = "Discord refuses the bot's token; put the right one in [discord] token and start again."  # noqa: S105 - a sentence
AUTHENTICATION_FAILED = 4004
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=2)
STEADY = timedelta(minutes=1)
LOGIN = timedelta(seconds=60)
FINISHING = timedelta(milliseconds=1200)
CLOSING = timedelta(milliseconds=1200)
# Connections a day are counted, and a bot that uses them up gets a new token (Discord, "Gateway").
SPARE_SESSIONS = 20

log = structlog.get_logger()


class WrongToken(Exception):
    """Discord does not know the token."""


class DiscordBot:
    """The bot's conversations on Discord.

    ``problem`` is a sentence once it has given up for good (a wrong token), else None. ``connected`` tells whether
    the gateway holds a session.
    """

    def __init__(
        self,
        token: str,
        api_url: str | None,
        chat: ChatService,
        commands: Sequence[CommandSpec],
        *,
        first_pause: timedelta = FIRST_PAUSE,
    ) -> None:
        self._token = token
        self._base = api_base(api_url)
        self._commands = commands
        self._first_pause = first_pause
        self._rest = Rest(self._base, token)
        self._interactions = Rest(self._base)
        self._answers = Answers(self._interactions, chat, commands)
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._registering: asyncio.Task[None] | None = None
        self._work: set[asyncio.Task[None]] = set()
        self.problem: str | None = None

    @property
    def connected(self) -> bool:
        """Whether the gateway holds a session."""
        return self._client is not None and self._client.linked and not self._client.is_closed()

    async def start(self) -> None:
        """Begin; returns at once, also while Discord cannot be reached."""
        if self._task is None:
            prepare(self._base)
            self._task = asyncio.create_task(self._run(), name="discord")

    async def stop(self) -> None:
        """Finish the answers that were begun and disconnect, within 3 seconds."""
        waiting = [task for task in (self._task, self._registering) if task is not None]
        self._task = self._registering = None
        if self._work:
            await asyncio.wait(self._work, timeout=FINISHING.total_seconds())
        for task in (*waiting, *self._work):
            task.cancel()
        await asyncio.gather(*waiting, *self._work, return_exceptions=True)
        await self._rest.close()
        await self._interactions.close()

    async def _run(self) -> None:
        """Stay connected; give up only for a wrong token, which no repeat makes right."""
        loop = asyncio.get_running_loop()
        pause = self._first_pause
        while True:
            begun = loop.time()
            try:
                await self._connect()
            except WrongToken:
                self.problem = WRONG_TOKEN
                log.error("discord_refused", reason=WRONG_TOKEN)  # noqa: TRY400 - the place of the error tells nothing
                return
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("discord_unreachable", error=type(error).__name__, retry_in=pause.total_seconds())
            except Exception as error:  # noqa: BLE001 - an odd event must not end the bot
                log.error("discord_failed", **described(error))  # noqa: TRY400 - its text may hold what people typed
            if loop.time() - begun > STEADY.total_seconds():
                pause = self._first_pause
            await asyncio.sleep(pause.total_seconds())
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _connect(self) -> None:
        """Log in and serve the gateway until the connection cannot be taken up again."""
        client = self._client = Client(self._take)
        try:
            async with asyncio.timeout(LOGIN.total_seconds()):
                await client.login(self._token)
                _, url, allowance = await client.http.get_bot_gateway()
            use_gateway(url)
            await _spare(allowance["remaining"], timedelta(milliseconds=allowance["reset_after"]))
            self._register(str(client.application_id))
            await client.connect(reconnect=False)
        except discord.LoginFailure:
            raise WrongToken from None
        except discord.ConnectionClosed as closed:
            if closed.code == AUTHENTICATION_FAILED:
                raise WrongToken from None
            raise
        finally:
            await _close(client)

    async def _take(self, interaction: discord.Interaction) -> None:
        """Answer an interaction in a task that a stop waits for."""
        task = asyncio.create_task(self._answer(interaction))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _answer(self, interaction: discord.Interaction) -> None:
        try:
            await self._answers.handle(interaction)
        except Exception as error:  # noqa: BLE001 - one broken answer must not stop the others
            log.error("interaction_failed", kind=interaction.type.name, **described(error))  # noqa: TRY400 - as above

    def _register(self, application_id: str) -> None:
        """Bring the registered commands up to date beside the connection, once for a process."""
        if self._registering is None:
            self._registering = asyncio.create_task(self._keep_registering(application_id))

    async def _keep_registering(self, application_id: str) -> None:
        pause = self._first_pause
        while not await self._registered(application_id):
            await asyncio.sleep(pause.total_seconds())
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _registered(self, application_id: str) -> bool:
        """Register the commands where Discord holds others; True when there is nothing left to do."""
        wanted = definitions(self._commands)
        found = await self._rest.ask(routes.commands(application_id))
        if isinstance(found, Accepted) and registered(found.data, wanted):
            return True
        reply = await self._rest.ask(routes.replace_commands(application_id), wanted)
        match reply:
            case Accepted():
                log.info("commands_registered", count=len(wanted))
            case Refused(text=text):
                log.error("commands_refused", reason=why(reply), detail=text)
            case _:
                log.warning("commands_not_registered", reason=why(reply))
                return False
        return True


async def _spare(remaining: int, reset_after: timedelta) -> None:
    if remaining < SPARE_SESSIONS:
        log.warning("discord_sessions_used_up", remaining=remaining, wait=reset_after.total_seconds())
        await asyncio.sleep(reset_after.total_seconds())


async def _close(client: Client) -> None:
    """Disconnect; a server that does not answer the goodbye is left without."""
    try:
        async with asyncio.timeout(CLOSING.total_seconds()):
            await client.close()
    except (TimeoutError, OSError, aiohttp.ClientError):
        await client.http.close()
