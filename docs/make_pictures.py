"""Writes the pictures in ``docs/images`` from a real run of the demo: ``python -m docs.make_pictures``.

``demo.svg`` needs nothing else; ``demo.png`` and ``status.png`` are taken with Chromium, where it is installed.
"""

import asyncio
import html
import io
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from bot import logs
from bot.adapters.console.render import render
from bot.app import App
from bot.demo import DemoClock, demo_settings, play, read_script, subscribe
from bot.model.message import Message
from bot.newsstand import Newsstand
from bot.session import opened_alone
from bot.sync import sync

IMAGES = Path(__file__).with_name("images")
WIDTH = 84
SHOWN = 4
STATUS = (1000, 1130)
THEME = TerminalTheme(
    (24, 26, 32),
    (222, 225, 230),
    [(24, 26, 32), (240, 113, 120), (127, 200, 125), (250, 200, 90), (110, 165, 240), (200, 150, 230),
     (110, 200, 200), (222, 225, 230)],
    [(110, 115, 125), (250, 130, 135), (145, 215, 140), (255, 215, 110), (130, 185, 255), (215, 170, 245),
     (130, 215, 215), (255, 255, 255)],
)  # fmt: skip


async def messages() -> list[Message]:
    """Play the demo and return its alerts, in the order of the script."""
    script = read_script()
    clock, silent = DemoClock(script.ends), Console(quiet=True)
    stand = Newsstand(script.papers, script.begins)
    await stand.start()
    with TemporaryDirectory() as folder:
        settings = demo_settings(stand, Path(folder) / "newsbell.db", web=True)
        async with opened_alone(settings, clock=clock) as store:
            await sync(store, settings, clock.now())
            await subscribe(store, script, clock.now())
            app = App(settings, store, clock, console=silent, tick=timedelta(seconds=0.2))
            await app.start()
            outcome = await play(script, stand, store, silent, speed=20)
            await asyncio.to_thread(photograph, app.web_address or "", IMAGES / "status.png", STATUS)
            await app.stop()
    await stand.stop()
    order = list(script.expected)
    return sorted((each.message for each in outcome.deliveries), key=lambda each: order.index(each.url or ""))


def draw(alerts: list[Message]) -> str:
    """Return an SVG of a terminal with these alerts."""
    console = Console(
        record=True,
        width=WIDTH,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        file=io.StringIO(),
    )
    console.print("[dim]$[/] [bold]./run demo[/]")
    for alert in alerts:
        console.print(render(alert, WIDTH))
    svg = console.export_svg(title="Newsbell", theme=THEME)
    # The picture must not fetch a font from anywhere; a reader's own fixed-width font serves as well.
    svg = re.sub(r"@font-face\s*{.*?}", "", svg, flags=re.DOTALL)
    svg = re.sub(r'textLength="(?P<width>[\d.]+)"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>', _widened, svg)
    return svg.replace(
        "font-family: Fira Code, monospace", "font-family: Fira Code, Noto Sans Mono CJK JP, monospace"
    )


def _widened(text: re.Match[str]) -> str:
    """Give a text the width of its cells; the library reckons one for every character, East Asian ones take two."""
    shown = html.unescape(text["text"])
    width = float(text["width"]) / len(shown) * cell_len(shown) if shown else 0.0
    return f'textLength="{width:.1f}"{text["rest"]}>{text["text"]}</text>'


def chromium() -> str | None:
    """Return where Chromium is, where it is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def photograph(url: str, png: Path, size: tuple[int, int]) -> None:
    """Take a picture of a page with Chromium, where it is installed."""
    browser = chromium()
    if browser is None:
        return
    with TemporaryDirectory() as profile:
        options = (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--allow-file-access-from-files",
        )
        window = f"--window-size={size[0]},{size[1]}"
        subprocess.run(  # noqa: S603 - a browser that is installed here, on a page of our own
            [browser, *options, f"--user-data-dir={profile}", window, f"--screenshot={png}", url],
            check=True,
            capture_output=True,
            timeout=60,
        )


def photograph_svg(svg: Path, png: Path) -> None:
    """Turn an SVG into a PNG of its own size."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    if box is None:
        raise ValueError(f"{svg} has no size")
    width, height = (round(float(number)) for number in box.groups())
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        style = f"body{{margin:0}}img{{width:{width}px;display:block}}"
        page.write_text(f'<style>{style}</style><img src="{svg.resolve().as_uri()}">', encoding="utf-8")
        photograph(page.as_uri(), png, (width, height))


def main() -> None:
    """Write the pictures."""
    logs.configure(level="WARNING")
    IMAGES.mkdir(exist_ok=True)
    svg = IMAGES / "demo.svg"
    svg.write_text(draw(asyncio.run(messages())[:SHOWN]), encoding="utf-8")
    photograph_svg(svg, IMAGES / "demo.png")


if __name__ == "__main__":
    main()
