"""Digests through the real program: quiet hours that end, cadences that change, and floods."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.e2e.town import ANN, NEWS, WAIT, Town, embed_title
from tests.standins.feed_server import Item

STORIES = ("Takaichi speaks", "Takaichi travels")
NIGHT_OVER = "2 alerts from the quiet hours"


def around_now() -> str:
    """Quiet hours that have begun and do not end during a test."""
    now = datetime.now(UTC)
    return f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=2):%H:%M}"


async def on_discord(town: Town, name: str, **options: str) -> str:
    said = await town.discord.slash(town.mika, town.channel, name, options, within=WAIT)
    return said.text.replace("\\", "").replace("**", "")


def digests(town: Town, title: str) -> list[str]:
    """The digests on both platforms with this title, their links included."""
    telegram = [
        f"{one.text}\n{one.entities}" for one in town.telegram.sent(ANN) if one.text.startswith(title)
    ]
    discord = [
        json.dumps(one.embeds)
        for one in town.discord.sent(town.channel)
        if any(embed_title(each).startswith(title) for each in one.embeds)
    ]
    return [*telegram, *discord]


async def test_what_comes_in_quiet_hours_is_held_and_then_comes_as_one_digest(town: Town) -> None:
    await town.open()
    await town.subscribe_both("Takaichi")
    hours = around_now()
    assert "are held from" in await town.say(f"/quiet {hours}")
    assert "are held from" in await on_discord(town, "quiet", hours=hours)
    assert "without a sound" in await town.say("/digest silent on")
    await on_discord(town, "subscribe", query="Takaichi", priority="yes")
    town.feeds.publish(NEWS, *(Item(title, link=f"https://gazette.example/{number}") for number, title in enumerate(STORIES)))  # fmt: skip
    await town.until(
        lambda: all(town.discord_alerts(title) for title in STORIES), "the alerts that break through"
    )
    assert [town.count(title) for title in STORIES] == [(0, 1), (0, 1)]
    assert "2 alerts wait for a digest" in await town.say("/status")
    await town.say("/quiet off")
    await town.until(lambda: digests(town, NIGHT_OVER), "the digest")
    [told] = digests(town, NIGHT_OVER)
    for number, title in enumerate(STORIES):
        assert title in told
        assert f"https://gazette.example/{number}" in told
    assert [one.silent for one in town.telegram.sent(ANN) if one.text.startswith(NIGHT_OVER)] == [True]
    await town.newsbell.stop()


async def test_a_cadence_holds_alerts_through_a_kill_until_it_is_changed(town: Town) -> None:
    await town.open()
    await town.subscribe_both("Takaichi")
    tomorrow = f"{datetime.now(UTC) - timedelta(hours=1):%H:%M}"
    assert f"every day at {tomorrow}" in await town.say(f"/digest daily {tomorrow}")
    assert f"every day at {tomorrow}" in await on_discord(town, "digest", when=f"daily@{tomorrow}")
    town.feeds.publish(NEWS, *(Item(title) for title in STORIES))
    await town.polled(2)
    await town.newsbell.kill()
    await town.newsbell.start()
    assert "2 alerts wait for a digest" in await town.say("/status")
    assert [town.count(title) for title in STORIES] == [(0, 0), (0, 0)]
    await town.say("/digest instant Takaichi")
    await on_discord(town, "digest", when="instant")
    await town.until(lambda: len(digests(town, "Digest: 2 alerts")) > 1, "a digest on both platforms")
    for told in digests(town, "Digest: 2 alerts"):
        assert all(title in told for title in STORIES)
    await town.newsbell.stop()


async def test_a_flood_becomes_a_few_alerts_and_one_digest(tmp_path: Path) -> None:
    async with Town(tmp_path, more="[delivery]\nmax_burst = 3") as town:
        await town.open()
        await town.subscribe_both("Takaichi")
        town.feeds.publish(NEWS, *(Item(f"Takaichi, dispatch {number:02}") for number in range(30)))
        await town.until(lambda: len(digests(town, "27 more alerts")) > 1, "a digest on both platforms")
        titles = {f"Takaichi, dispatch {number:02}" for number in range(30)}
        for told in digests(town, "27 more alerts"):
            assert sum(title in told for title in titles) == 27
        await town.until(
            lambda: sum(bool(town.telegram_alerts(title)) for title in titles) == 3, "three alerts"
        )
        await town.newsbell.stop()
