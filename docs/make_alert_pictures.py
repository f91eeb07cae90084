"""Writes the pictures of alerts in ``docs/images`` from a real run: ``python -m docs.make_alert_pictures``.

The program runs between the test suite's feed server, Telegram and Discord: an outlet reports, three more follow, a
fifth has a new fact. What the two platforms hold then is drawn with Chromium. It takes a minute and a half, for a
message is edited at most once a minute.
"""

import asyncio
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from docs.alert_pages import Bubble, Post, discord, telegram
from docs.make_pictures import IMAGES, chromium
from tests.e2e.town import ANN, WAIT, Town
from tests.standins.discord.world import Message as DiscordMessage
from tests.standins.feed_server import Item
from tests.standins.telegram_world import SentMessage

OUTLETS = ("Pacific Ledger", "World Desk", "The Strait Post", "Asanagi News", "Harbour Times")
PATHS = tuple(f"/{name.lower().replace(' ', '-')}.xml" for name in OUTLETS)
EARLIER = "Japan's Takaichi speaks with Trump for the first time"
EARLIER_SUMMARY = "President Donald Trump praised Prime Minister Sanae Takaichi after their first call."
TITLES = (
    "Takaichi and Trump agree on spring visit to Washington",
    "Takaichi, Trump agree to arrange visit to Washington in spring",
    "Takaichi to visit Washington in spring, agrees with Trump by phone",
    "Takaichi and Trump agree on visit to Washington this spring",
)
SUMMARY = (
    "Prime Minister Sanae Takaichi and President Donald Trump agreed by phone to coordinate dates for a visit by "
    "Takaichi to Washington in spring. The call lasted half an hour. Both sides said that trade and security in "
    "the Taiwan Strait would be on the agenda."
)
FACT = "Takaichi and Trump agree on spring visit to Washington with 120 executives"
FACT_SUMMARY = (
    "Prime Minister Sanae Takaichi will bring 120 executives on her visit to Washington in spring, on which she "
    "agreed with President Donald Trump by phone."
)
TRIES = 120
SCALE = 1.5
TOKYO = ZoneInfo("Asia/Tokyo")
ROOM = 4000

Pages = dict[str, str]


async def pages() -> Pages:
    """Let the program tell a story on both platforms; return a page for each picture by its name."""
    with TemporaryDirectory() as folder:
        async with Town(Path(folder), paths=PATHS) as town:
            for path, outlet in zip(PATHS, OUTLETS, strict=True):
                town.feeds.publish(path, title=outlet)
            await town.open()
            await town.say("/timezone Tokyo")
            await town.discord.slash(town.mika, town.channel, "timezone", {"zone": "Tokyo"}, within=WAIT)
            await town.subscribe_both("Takaichi")
            publish(town, 0, EARLIER, EARLIER_SUMMARY)
            await town.alerted(EARLIER)
            publish(town, 0, TITLES[0], SUMMARY)
            await town.alerted(TITLES[0])
            made = drawn(town, TITLES[0], "first")
            for number, title in enumerate(TITLES[1:], 1):
                publish(town, number, title, SUMMARY)
                await town.polled()
            await grown(town)
            made |= drawn(town, TITLES[0], "edited")
            publish(town, 4, FACT, FACT_SUMMARY)
            await town.alerted(FACT)
            made |= drawn(town, FACT, "follow-up", answers=TITLES[0])
            await town.newsbell.stop()
    return made


def publish(town: Town, outlet: int, title: str, summary: str) -> None:
    """Let an outlet report, under an address as outlets have them."""
    name = PATHS[outlet].strip("/").removesuffix(".xml")
    slug = "-".join(re.findall(r"[a-z0-9]+", title.lower()))
    town.feeds.publish(
        PATHS[outlet],
        Item(
            title,
            link=f"https://{name}.example/{slug}",
            summary=f"<p>{summary}</p>",
            published=datetime.now(UTC),
        ),
    )


async def grown(town: Town) -> None:
    """Wait until both messages name the three further outlets; the second edit comes a minute after the first."""
    for _ in range(TRIES):
        if "+3" in alert_on_telegram(town).text and "+3" in alert_on_discord(town).text:
            return
        await town.polled()
    raise SystemExit("The further outlets were not added to the alert; see tests/e2e/test_stories.py.")


def alert_on_telegram(town: Town, title: str = TITLES[0]) -> SentMessage:
    """Return the alert as Telegram has it now."""
    return town.telegram_alerts(title, chat=ANN)[0]


def alert_on_discord(town: Town, title: str = TITLES[0]) -> DiscordMessage:
    """Return the alert as Discord has it now."""
    return town.discord_alerts(title)[0]


def drawn(town: Town, title: str, state: str, *, answers: str = "") -> Pages:
    """Return the pages of a message on both platforms."""
    told, shown = alert_on_telegram(town, title), alert_on_discord(town, title)
    rows = (told.markup or {}).get("inline_keyboard", [])
    clock = f"{datetime.now(TOKYO):%H:%M}"
    bubble = Bubble(told.text, told.entities, rows, clock, len(told.versions) > 1, answers)
    post = Post(shown.embeds[0], shown.components, f"Today at {clock}", shown.revisions > 0, answers)
    return {f"telegram-{state}": telegram(bubble), f"discord-{state}": discord(post)}


def photograph(page: str, png: Path) -> None:
    """Take a picture of a page in its own height, larger than it is for sharp letters."""
    browser = chromium()
    if browser is None:
        raise SystemExit("Chromium is not installed; install it to take pictures of alerts.")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        measure = "<script>document.title = document.body.offsetHeight</script>"
        file.write_text(page + measure, encoding="utf-8")
        options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
        common = (
            browser,
            *options,
            f"--user-data-dir={folder}/profile",
            f"--force-device-scale-factor={SCALE}",
        )
        read = run(*common, f"--window-size=560,{ROOM}", "--dump-dom", file.as_uri())
        height = re.search(r"<title>(\d+)</title>", read)
        if height is None:
            raise SystemExit("Chromium did not say how high the page is; look at its own messages.")
        run(*common, f"--window-size=560,{height[1]}", f"--screenshot={png}", file.as_uri())


def run(*command: str) -> str:
    """Run a browser that is installed here, on a page of our own."""
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - as above
    return done.stdout.decode()


def main() -> None:
    """Write the pictures."""
    IMAGES.mkdir(exist_ok=True)
    for name, page in asyncio.run(pages()).items():
        photograph(page, IMAGES / f"alert-{name}.png")


if __name__ == "__main__":
    main()
