"""No token and no webhook address in any log line, outcome or repr, whatever goes wrong."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from discord.http import Route
from structlog.typing import EventDict

from bot.adapters.discord import routes
from bot.adapters.discord.commands import DiscordBot
from bot.adapters.discord.library import prepare
from bot.adapters.discord.messenger import DiscordMessenger
from bot.adapters.discord.webhook import WebhookMessenger
from bot.chat.catalogue import COMMANDS
from bot.model.address import Address, Platform
from bot.model.request import Answer, Request, Suggestion
from tests.adapters.discord.messages import alert, at, through
from tests.standins.discord_server import (
    Banned,
    DiscordServer,
    Drop,
    Fault,
    Garbage,
    Hang,
    Limit,
    Refuse,
    Trouble,
)

FAULTS: tuple[Fault, ...] = (
    Refuse(400, 50035),
    Refuse(401, 0),
    Refuse(403, 50001),
    Refuse(404, 10015),
    Limit(0.01),
    Limit(0.01, "global"),
    Limit(0.01, via=False),
    Banned(),
    Trouble(503),
    Hang(5),
    Drop(),
    Garbage(),
)


class BrokenChat:
    """Everything it is asked fails, with secrets in the error."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    async def answer(self, request: Request) -> Answer:
        raise RuntimeError(f"{request.command} {self.secret}")

    async def press(self, data: str, request: Request) -> Answer:
        raise RuntimeError(f"{data} {request.place} {self.secret}")

    async def suggest(self, command: str, option: str, prefix: str, request: Request) -> list[Suggestion]:
        raise RuntimeError(f"{command} {option} {prefix} {request.place} {self.secret}")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[list[EventDict]]:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        yield events


@pytest.mark.parametrize(("wanted", "heard"), [("DEBUG", "INFO"), ("INFO", "INFO"), ("WARNING", "WARNING")])
def test_the_librarys_loggers_are_as_quiet_as_the_log_wants_and_never_on_debug(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, wanted: str, heard: str
) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    caplog.set_level(wanted, logger="discord")
    prepare("https://discord.example/api")
    for name in ("discord.client", "discord.gateway", "discord.http", "discord.webhook.async"):
        assert logging.getLevelName(logging.getLogger(name).getEffectiveLevel()) == heard


def assert_clean(caplog: pytest.LogCaptureFixture, events: list[EventDict], *secrets: str) -> None:
    written = "\n".join([caplog.text, *map(repr, events), *(repr(record.args) for record in caplog.records)])
    assert written.strip()
    assert [secret for secret in secrets if secret in written] == []


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
async def test_sending_tells_no_secret(
    server: DiscordServer, caplog: pytest.LogCaptureFixture, logged: list[EventDict], fault: Fault
) -> None:
    channel = server.add_channel(server.add_guild())
    webhook = server.add_webhook(channel)
    patience = timedelta(seconds=0.3)
    bot, hooks = (
        DiscordMessenger(server.token, server.url, timeout=patience),
        WebhookMessenger(server.url, timeout=patience),
    )
    outcomes: list[object] = [bot, hooks]
    server.fail(None, fault, times=None, method=None)
    for address, messenger in ((at(channel), bot), (through(webhook), hooks)):
        outcomes += [
            await messenger.send(address, alert(), nonce="n1"),
            await messenger.edit(address, "1", alert()),
            await messenger.check(address),
            address,
        ]
    outcomes.append(routes.webhook(through(webhook)))
    await bot.close()
    await hooks.close()
    told = repr(outcomes) + str(outcomes)
    assert server.token not in told
    assert webhook.token not in told
    logging.getLogger("test").debug("the scan sees debug lines")
    assert_clean(caplog, logged, server.token, webhook.token)


async def test_an_address_that_is_no_address_tells_no_secret(
    caplog: pytest.LogCaptureFixture, logged: list[EventDict]
) -> None:
    hooks = WebhookMessenger("http://127.0.0.1:1")
    outcome = await hooks.send(
        Address(Platform.DISCORD_WEBHOOK, "1", secret="hidden secret\n/../"), alert(), nonce="n"
    )
    await hooks.close()
    assert "hidden secret" not in repr(outcome)
    logging.getLogger("test").debug("the scan sees debug lines")
    assert_clean(caplog, logged, "hidden secret")


async def test_the_gateway_tells_no_secret(
    server: DiscordServer, caplog: pytest.LogCaptureFixture, logged: list[EventDict]
) -> None:
    bot = DiscordBot(
        server.token, server.url, BrokenChat(server.token), COMMANDS, first_pause=timedelta(milliseconds=20)
    )
    server.fail("users", Trouble(502), method="GET")
    server.fail("gateway", Refuse(500, 0), method="GET")
    server.fail("commands", Refuse(403, 50001), method="GET")
    await bot.start()
    await server.connected()
    user = server.add_user()
    said = await server.slash(user, None, "help")
    assert said.text == "Something went wrong. Please try again later."
    with pytest.raises(AssertionError, match="Waited"):
        await server.autocomplete(user, None, "help", "command", "x", within=0.5)
    await server.gateway.invalidate(resumable=True)
    await server.wait_for(lambda: server.gateway.resumes, 20)
    await server.gateway.close(4004)
    await server.wait_for(lambda: bot.problem)
    await bot.stop()
    tokens = [interaction.token for interaction in server.state.interactions.values()]
    assert [event for event in logged if event["event"] == "interaction_failed"]
    assert_clean(caplog, logged, server.token, *tokens)
