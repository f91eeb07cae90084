"""The stand-in answers discord.py itself the way Discord would."""

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.standins.discord_server import DiscordServer


class Greeter(discord.Client):
    """A bot written with discord.py's own means."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_messages=None)
        self.tree = app_commands.CommandTree(self)
        self.resumed = 0

        @self.tree.command(name="greet", description="Say hello")
        @app_commands.describe(name="Whom to greet")
        async def greet(interaction: discord.Interaction, name: str) -> None:
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send(f"Hello {name}", embed=discord.Embed(title="Hi"))

        @greet.autocomplete("name")
        async def names(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=one, value=one) for one in ("Aiko", "Ben") if current in one]

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_resumed(self) -> None:
        self.resumed += 1


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[Greeter]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway.url)
    bot = Greeter()
    running = asyncio.create_task(bot.start(server.token))
    try:
        await server.connected()
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(running, return_exceptions=True)
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


async def test_a_command_is_registered_completed_and_answered(server: DiscordServer, bot: Greeter) -> None:
    assert bot.user is not None
    user = server.add_user()
    assert await server.autocomplete(user, None, "greet", "name", "Ai") == [("Aiko", "Aiko")]
    said = await server.slash(user, None, "greet", {"name": "Aiko"})
    assert said.deferred
    assert said.messages[0].ephemeral
    assert said.text == "Hello Aiko\nHi"


async def test_a_lost_connection_is_resumed_with_what_was_missed(server: DiscordServer, bot: Greeter) -> None:
    await server.gateway.reconnect()
    await server.wait_for(lambda: bot.resumed == 1, 20)
    assert server.gateway.resumes == 1
    assert len(server.gateway.identifies) == 1


async def test_discord_py_sees_the_servers_and_their_channels(server: DiscordServer, bot: Greeter) -> None:
    guild = server.add_guild("Late")
    channel = server.add_channel(guild, "alerts")
    await server.announce(guild)
    await server.wait_for(lambda: bot.get_channel(int(channel.id)))
    found = bot.get_channel(int(channel.id))
    assert isinstance(found, discord.TextChannel)
    assert found.permissions_for(found.guild.me).send_messages
    await found.send("hello", nonce="n1")
    await found.send("hello", nonce="n1")
    assert [message.content for message in server.sent(channel)] == ["hello"]


async def test_unknown_fields_and_long_texts_are_refused(server: DiscordServer, bot: Greeter) -> None:
    user = server.add_user()
    dm = server.dm(user)
    target = discord.Object(int(dm.id))
    with pytest.raises(discord.HTTPException) as refused:
        await bot.http.request(
            Route("POST", "/channels/{channel_id}/messages", channel_id=target.id), json={"contend": "x"}
        )
    assert refused.value.code == 50035
    with pytest.raises(discord.HTTPException) as refused:
        await bot.http.request(
            Route("POST", "/channels/{channel_id}/messages", channel_id=target.id),
            json={"content": "x" * 2001},
        )
    assert "2000 or fewer" in refused.value.text
