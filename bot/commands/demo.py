"""``demo``: the whole program on news of its own, offline and without tokens."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console

from bot import logs
from bot.app import App
from bot.commands.options import ConfigOption, complain
from bot.commands.start import listen_for_signals
from bot.demo import DemoClock, Outcome, Script, demo_settings, faults, play, read_script, subscribe
from bot.newsstand import Newsstand
from bot.session import opened_alone
from bot.sync import sync

_TICK_SECONDS = 0.2


def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End by itself: with 0 where exactly the expected alerts came.")
    ] = False,
    speed: Annotated[
        float, typer.Option(min=0.5, max=60, help="Minutes of news that pass in a second.")
    ] = 4.0,
    config: ConfigOption = None,  # noqa: ARG001 - every command takes it; the demo has a configuration of its own
) -> None:
    """See alerts arrive: five small feeds, served from this machine to itself, and two subscriptions.

    Nothing leaves the machine and nothing stays on it. The status page is left open until Ctrl-C; with --once the
    command ends by itself, with 1 where an alert is missing or one too many came.

    Example: newsbell demo --once
    """
    logs.configure(as_json=False, level="WARNING")
    if not asyncio.run(_demo(once=once, speed=speed)):
        raise typer.Exit(1)


async def _demo(*, once: bool, speed: float) -> bool:
    stop = asyncio.Event()
    listen_for_signals(stop)
    script = read_script()
    stand = Newsstand(script.papers, script.begins)
    await stand.start()
    try:
        with TemporaryDirectory(prefix="newsbell-demo-") as folder:
            return await _run(script, stand, Path(folder), stop, once=once, speed=speed)
    finally:
        await stand.stop()


async def _run(
    script: Script, stand: Newsstand, folder: Path, stop: asyncio.Event, *, once: bool, speed: float
) -> bool:
    clock, console = DemoClock(script.ends), Console(highlight=False)
    settings = demo_settings(stand, folder / "newsbell.db", web=not once)
    async with opened_alone(settings, clock=clock) as store:
        await sync(store, settings, clock.now())
        await subscribe(store, script, clock.now())
        app = App(settings, store, clock, console=console, tick=timedelta(seconds=_TICK_SECONDS))
        try:
            await app.start()
            keywords = "[/] and [yellow]".join(script.subscriptions)
            console.print(
                f"[bold]Newsbell demo[/]: {len(script.papers)} feeds that this machine serves to itself"
            )
            console.print(f"Subscriptions: [yellow]{keywords}[/]")
            outcome = await _unless_stopped(play(script, stand, store, console, speed=speed), stop)
            good = outcome is not None and _tell(script, outcome, console)
            if not once and not stop.is_set():
                console.print(f"Status page: {app.web_address} (Ctrl-C ends the demo)")
                await stop.wait()
            return good
        finally:
            await app.stop()


async def _unless_stopped(playing: Coroutine[Any, Any, Outcome], stop: asyncio.Event) -> Outcome | None:
    """Return the outcome, None where Ctrl-C came first."""
    played, stopped = asyncio.ensure_future(playing), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({played, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return await played if played.done() else None
    except TimeoutError:
        complain("The demo waited in vain: not everything was polled, stored and delivered in time.")
        return None
    finally:
        played.cancel()
        stopped.cancel()


def _tell(script: Script, outcome: Outcome, console: Console) -> bool:
    found = list(faults(script, outcome))
    for fault in found:
        complain(fault)
    if found:
        return False
    count = len(script.expected)
    others = len(script.moments) - count
    console.print(
        f"[green]All {count} expected alerts were delivered, each once[/]; {others} entries did not match."
    )
    return True
