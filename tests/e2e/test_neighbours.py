"""Places that go wrong for good, beside healthy ones: what the healthy ones get, and what the outbox says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.e2e.town import ANN, NEWS, Town
from tests.standins.discord.world import Channel
from tests.standins.discord_server import Hang, Limit, Refuse
from tests.standins.feed_server import Item

BEN, GROUP, REFUSED, FLOODED, SILENT = 7002, -4001, 7003, 7004, 7005
TWELVE_HOURS = 12 * 3600
MORNING = ("Volcano erupts near Kagoshima in Japan", "Toyota of Japan recalls hybrid cars over brakes")
EVENING = ("Japan wins the final of the baseball classic", "Central bank of Japan raises interest rates")
STORIES = MORNING + EVENING


@dataclass(frozen=True)
class Street:
    """The places of a town on both platforms, by what will become of them."""

    town: Town
    healthy: tuple[Channel, ...]
    refused: Channel
    flooded: Channel
    silent: Channel

    async def served(self, titles: Sequence[str]) -> None:
        """Wait until every healthy place has these alerts."""
        for title in titles:
            for chat in (ANN, BEN, GROUP):
                await self.town.until(
                    lambda chat=chat, title=title: self.town.telegram_alerts(title, chat=chat),  # type: ignore[misc]
                    f"'{title}' in chat {chat}",
                )
            for place in self.healthy:
                await self.town.until(
                    lambda place=place, title=title: self.town.discord_alerts(title, place),  # type: ignore[misc]
                    f"'{title}' in channel {place.name}",
                )

    def telegram_asked(self, chat: int) -> int:
        """How often a chat was written to."""
        sends = self.town.telegram.called("sendMessage")
        return len([call for call in sends if str(call.params.get("chat_id")) == str(chat)])

    def discord_asked(self, place: Channel) -> int:
        """How often a channel was written to."""
        posts = [call for call in self.town.discord.calls if call.method == "POST"]
        return len([call for call in posts if place.id in call.path.split("/")])


def street(town: Town) -> Street:
    """Add the places, and let alerts about Japan go to each."""
    for chat, name in ((BEN, "Ben"), (REFUSED, "Rita"), (FLOODED, "Finn"), (SILENT, "Sam")):
        town.telegram.add_chat(chat, title=name)
    town.telegram.add_chat(GROUP, "supergroup", title="Desk")
    names = ("second", "third", "refused", "flooded", "silent")
    second, third, refused, flooded, silent = (town.discord.add_channel(town.guild, name) for name in names)
    channels = (town.channel, second, third, refused, flooded, silent)
    addresses = [f"telegram:{chat}" for chat in (REFUSED, FLOODED, SILENT, ANN, BEN, GROUP)]
    addresses += [f"discord:{channel.id}" for channel in channels]
    tables = [f'[[broadcasts]]\nto = "{address}"\nquery = "Japan"\n' for address in addresses]
    town.newsbell.configure(town.configuration("".join(tables)))
    return Street(town, (town.channel, second, third), refused, flooded, silent)


def spoil(here: Street) -> None:
    """One place of each platform refuses everything, one wants twelve hours of peace, one never answers."""
    town = here.town
    town.telegram.fail(REFUSED, "refused", times=None)
    town.telegram.fail(FLOODED, "flood", times=None, retry_after=TWELVE_HOURS)
    town.telegram.fail(SILENT, "hang", times=None)
    town.discord.fail(here.refused, Refuse(400, 50035, "Invalid Form Body"), times=None)
    town.discord.fail(here.flooded, Limit(float(TWELVE_HOURS)), times=None)
    town.discord.fail(here.silent, Hang(), times=None)


async def waiting(town: Town) -> dict[str, list[dict[str, Any]]]:
    """What ``outbox list --json`` shows of the stories, by destination."""
    code, out, err = await town.newsbell.run("outbox", "list", "--json")
    assert code == 0, err
    found: dict[str, list[dict[str, Any]]] = {}
    for row in map(json.loads, out.splitlines()):
        if row["title"] in STORIES:
            found.setdefault(row["destination"], []).append(row)
    return found


async def test_places_that_refuse_flood_or_hang_delay_nobody_else(town: Town) -> None:
    here = street(town)
    await town.open()
    spoil(here)
    for wave in (MORNING, EVENING):
        for title in wave:
            town.feeds.publish(NEWS, Item(title))
        await here.served(wave)
    # Whoever had waited for the silent places would have waited once for each story.
    assert 1 <= here.telegram_asked(SILENT) < len(STORIES)
    assert 1 <= here.discord_asked(here.silent) < len(STORIES)
    await town.until(
        lambda: min(here.telegram_asked(REFUSED), here.discord_asked(here.refused)) >= len(STORIES),
        "every refusal",
    )
    await town.newsbell.stop()
    assert (here.telegram_asked(FLOODED), here.discord_asked(here.flooded)) == (1, 1)
    for title in STORIES:
        assert [len(town.telegram_alerts(title, chat=chat)) for chat in (ANN, BEN, GROUP)] == [1, 1, 1]
        assert [len(town.discord_alerts(title, place)) for place in here.healthy] == [1, 1, 1]
    left = await waiting(town)
    for refused, flooded, silent in (
        (f"telegram:{REFUSED}", f"telegram:{FLOODED}", f"telegram:{SILENT}"),
        (f"discord:{here.refused.id}", f"discord:{here.flooded.id}", f"discord:{here.silent.id}"),
    ):
        all_refused(left.pop(refused))
        held_for_half_a_day(left.pop(flooded))
        without_an_answer(left.pop(silent))
    assert left == {}


def all_refused(rows: list[dict[str, Any]]) -> None:
    assert sorted(row["title"] for row in rows) == sorted(STORIES)
    assert {(row["status"], row["attempts"]) for row in rows} == {("dead", 1)}
    assert all("refuse" in row["error"] for row in rows), rows


def held_for_half_a_day(rows: list[dict[str, Any]]) -> None:
    assert sorted(row["title"] for row in rows) == sorted(STORIES)
    assert {row["status"] for row in rows} == {"pending"}
    [tried] = [row for row in rows if row["attempts"]]
    assert tried["attempts"] == 1
    assert "asked to wait" in tried["error"] or "patience" in tried["error"]
    due, made = (datetime.fromisoformat(tried[name]) for name in ("due_at", "created_at"))
    assert due - made >= timedelta(seconds=TWELVE_HOURS)


def without_an_answer(rows: list[dict[str, Any]]) -> None:
    assert sorted(row["title"] for row in rows) == sorted(STORIES)
    assert {row["status"] for row in rows} <= {"pending", "sending"}
    assert all(row["sent_at"] is None for row in rows)
    assert [row for row in rows if row["attempts"]]
