import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.request import Attachment
from bot.model.subscription import SubscriptionOptions
from tests.unit.chat.world import ADMIN, BOB, GROUP, HOOK, NOW, PRIVATE, World, button, buttons, entry, said


async def exported(world: World) -> dict[str, Any]:
    answer = await world.say("/export")
    assert answer.attachment is not None
    assert answer.attachment.name == "newsbell-2026-11-20.json"
    read: dict[str, Any] = json.loads(answer.attachment.content)
    return read


def file(content: str | bytes, name: str = "a.json") -> Attachment:
    return Attachment(name, content.encode() if isinstance(content, str) else content)


async def test_an_export_tells_everything_that_is_stored_and_no_secret(world: World) -> None:
    one = await world.subscribed("Takaichi", options=SubscriptionOptions(mentions=("@ann",)))
    await world.subscribed("TSMC", HOOK)
    await world.feed("https://nhk.example/feed", entry("Takaichi speaks"), title="NHK", alert_for=[one])
    place = await world.place()
    await world.store.mute(place.id, until=NOW + timedelta(hours=1), title="NHK", feed_id=1)
    told = await exported(world)
    assert told["newsbell"] == 1
    assert told["place"]["address"] == str(PRIVATE)
    assert [(each["query"], each["mentions"]) for each in told["subscriptions"]] == [("Takaichi", ["@ann"])]
    assert [each["what"] for each in told["mutes"]] == ["NHK"]
    [alert] = told["alerts"]
    assert (alert["title"], alert["source"]) == ("Takaichi speaks", "NHK")
    assert [each["status"] for each in told["messages"]] == ["pending"]
    assert HOOK.secret
    assert HOOK.secret not in json.dumps(told)


async def test_what_was_exported_comes_back_elsewhere_with_its_options_and_zone(world: World) -> None:
    await world.subscribed("Takaichi", options=SubscriptionOptions(feeds=("nhk",)))
    await world.subscribed('"Taiwan Strait"')
    await world.say("/timezone Asia/Tokyo")
    content = json.dumps(await exported(world))
    bob = replace(world.as_(BOB), attachment=file(content))
    answer = await world.say("/import", bob)
    assert "2 subscriptions were added" in said(answer)
    place = await world.store.destination(bob.where)
    assert place is not None
    assert place.timezone == "Asia/Tokyo"
    known = [each.subscription for each in await world.store.subscriptions(place.id)]
    assert [(each.query, each.options.feeds) for each in known] == [
        ("Takaichi", ("nhk",)),
        ('"Taiwan Strait"', ()),
    ]
    again = await world.say("/import", bob)
    assert "0 subscriptions were added" in said(again)
    assert "2 were there already" in said(again)
    await world.press(button(answer, "Undo"), bob)
    assert await world.queries(bob.where) == []


async def test_lines_are_imported_from_text_and_from_a_file(world: World) -> None:
    await world.say("/import Takaichi\n\n(broken\nTSMC")
    assert await world.queries() == ["Takaichi", "TSMC"]
    lines = file("TSMC\nNvidia OR AMD\n".encode("utf-8-sig"), "list.txt")
    answer = await world.say("/import", replace(world.request, attachment=lines))
    assert "1 was there already" in said(answer)
    assert await world.queries() == ["Takaichi", "TSMC", "Nvidia OR AMD"]


async def test_what_cannot_be_read_is_told(world: World) -> None:
    answer = await world.say("/import (broken\nTakaichi")
    assert "1 could not be read as a query:\n• (broken" in said(answer)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<?xml version='1.0'?><opml/>", "list of feeds"),
        ("{not json", "cannot be read"),
        ('{"subscriptions": 5}', "cannot be read"),
        ("{" * 100_000, "cannot be read"),
        ("x" * 1_000_001, "too large"),
    ],
    ids=["opml", "broken", "other", "deep", "large"],
)
async def test_other_files_are_refused_with_a_sentence(world: World, content: str, words: str) -> None:
    assert words in said(await world.say("/import", replace(world.request, attachment=file(content))))
    assert await world.queries() == []


async def test_mistyped_options_of_a_file_take_their_usual_values(world: World) -> None:
    odd = {"newsbell": 1, "place": {"timezone": "Mars/Olympus", "language": 7}, "subscriptions": [
        {"query": "Takaichi", "feeds": "nhk", "mentions": [1, "@ann"], "cadence": 5, "unknown": True},
        {"query": 7}, "Trump",
    ]}  # fmt: skip
    await world.say("/import", replace(world.request, attachment=file(json.dumps(odd))))
    place = await world.place()
    [only] = [each.subscription for each in await world.store.subscriptions(place.id)]
    assert only.options == SubscriptionOptions(mentions=("@ann",))
    assert place.timezone == "UTC"


async def test_an_import_stops_where_the_place_is_full_but_for_admins(world: World) -> None:
    world.access = replace(world.access, max_subscriptions=1)
    answer = await world.say("/import Takaichi\nTSMC")
    assert "1 was left out" in said(answer)
    await world.say("/import Takaichi\nTSMC", world.as_(ADMIN))
    assert len(await world.queries(world.as_(ADMIN).where)) == 2


async def test_an_undo_of_an_import_leaves_other_places_alone(world: World) -> None:
    answer = await world.say("/import Takaichi")
    await world.press(button(answer, "Undo"), world.as_(BOB))
    assert await world.queries() == ["Takaichi"]


async def test_strangers_get_no_export_and_nothing_stored_is_told(world: World) -> None:
    await world.subscribed("Takaichi", GROUP)
    answer = await world.say("/export", world.as_(BOB, GROUP))
    assert answer.attachment is None
    assert "Only those who manage" in said(answer)
    assert "Nothing is stored" in said(await world.say("/export"))
    assert "caption" in said(await world.say("/import"))
    assert buttons(answer) == []
