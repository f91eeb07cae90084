"""``start``: the daemon."""

import asyncio
import os
import signal
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvloop

from bot import heap, logs
from bot.app import App
from bot.clock import SystemClock
from bot.commands.options import ConfigOption, chosen
from bot.config import find, load
from bot.errors import ConfigError
from bot.model.address import Platform
from bot.platforms import ALL_ROLES, Role
from bot.session import opened_alone
from bot.settings.settings import Settings
from bot.sync import sync
from bot.version import VERSION

_HURRY_SECONDS = 4.8
_INTERRUPTED = 130
_TOKENS = {Platform.TELEGRAM: "telegram", Platform.DISCORD: "discord"}

_log = structlog.get_logger()


def start(
    context: typer.Context,
    *,
    role: Annotated[
        str, typer.Option(help="What this process does: all, or poll,telegram,discord,web.")
    ] = "all",
    log_json: Annotated[
        bool, typer.Option("--log-json", help="JSON lines in the log, on a terminal, too.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Run the daemon until it is told to stop.

    Without a configuration file: a new database newsbell.db here, the starter feeds, alerts on this console. Ctrl-C
    or SIGTERM stop it within five seconds with nothing lost; a second Ctrl-C stops at once.

    Example: newsbell start --config /etc/newsbell/config.toml
    """
    path = chosen(context, config)
    settings = load(path, os.environ)
    logs.configure(secrets=settings.secrets(), as_json=True if log_json else None)
    roles = read_roles(role)
    _require_tokens(settings, roles)
    uvloop.run(_serve(settings, roles, find(path, os.environ)))


def read_roles(text: str) -> frozenset[Role]:
    """Read ``all`` or names with commas between."""
    if text.strip() == "all":
        return ALL_ROLES
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names or not {role.value for role in Role}.issuperset(names):
        raise typer.BadParameter(f"{text!r}: write all, or some of {', '.join(Role)} with commas between.")
    return frozenset(Role(name) for name in names)


def _require_tokens(settings: Settings, roles: Collection[Role]) -> None:
    """A broadcast that nobody could ever deliver is a fault of the configuration."""
    have = {Platform.TELEGRAM: settings.telegram.token, Platform.DISCORD: settings.discord.token}
    problems = [
        f"broadcasts[{index}].to: {each.to} needs a bot; set [{_TOKENS[each.to.platform]}] token."
        for index, each in enumerate(settings.broadcasts, start=1)
        if each.to.platform in _TOKENS
        and not have[each.to.platform]
        and Role(_TOKENS[each.to.platform]) in roles
    ]
    if problems:
        raise ConfigError(problems)


async def _serve(settings: Settings, roles: Collection[Role], source: Path | None) -> None:
    stop = asyncio.Event()
    listen_for_signals(stop)
    clock = SystemClock()
    async with opened_alone(settings, clock=clock) as store:
        await sync(store, settings, clock.now())
        app = App(settings, store, clock, roles=roles)
        try:
            await app.start()
            heap.settle()
            totals = await store.totals()
            _log.info(
                "started",
                version=VERSION,
                config=str(source) if source else "none",
                roles=sorted(str(role) for role in roles),
                platforms=[str(each) for each in app.platforms],
                feeds=totals.feeds,
                subscriptions=totals.subscriptions,
                web=app.web_address or "off",
            )
            if _open_to_all(settings, roles):
                _log.warning("web_open_to_all", hint="Set [web] token, or listen on 127.0.0.1.")
            if not totals.subscriptions:
                _log.info("no_subscriptions_yet", hint=_hint(settings))
            await stop.wait()
            _log.info("stopping")
        finally:
            await app.stop()
    _log.info("stopped")


def _open_to_all(settings: Settings, roles: Collection[Role]) -> bool:
    web = settings.web
    local = (
        web.listen is None or web.listen.host in {"localhost", "::1"} or web.listen.host.startswith("127.")
    )
    return Role.WEB in roles and not local and web.token is None


def _hint(settings: Settings) -> str:
    if settings.telegram.token or settings.discord.token:
        return (
            "Write /subscribe to the bot in a chat, or run: newsbell subscriptions add QUERY --to DESTINATION"
        )
    return (
        "Subscribe this console: newsbell subscriptions add 'Takaichi' - or put a bot's token into config.toml; "
        "the README says how to get one."
    )


def listen_for_signals(stop: asyncio.Event) -> None:
    """Let the first SIGTERM or Ctrl-C ask for a stop, and the second end the process at once.

    Should the stop hang, the process ends all the same before five seconds have passed: whatever was not finished
    is in the database and is done after the next start.
    """
    loop = asyncio.get_running_loop()

    def ask() -> None:
        if stop.is_set():
            os._exit(_INTERRUPTED)
        stop.set()
        hurry = threading.Timer(_HURRY_SECONDS, os._exit, (0,))
        hurry.daemon = True
        hurry.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
