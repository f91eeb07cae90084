import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.chat.world import ADMIN, ANN, BOB, GROUP, World, button, buttons, entry, said

FEED = "https://nhk.example/feed"


async def test_a_preview_subscribes_nobody_but_offers_to(world: World) -> None:
    await world.feed(FEED, entry("Takaichi speaks"))
    answer = await world.say("/preview Takaichi")
    assert "In the last 7 days Takaichi would have sent 1 alert:" in said(answer)
    assert await world.queries() == []
    subscribed = await world.press(button(answer, "Subscribe to Takaichi"))
    assert subscribed.replaces
    assert await world.queries() == ["Takaichi"]


@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("12h", "In the last 12 hours Takaichi would have sent 1 alert:"),
        ("1d", "In the last day Takaichi would have sent 1 alert:"),
        ("3D", "In the last 3 days Takaichi would have sent 2 alerts."),
        ("2w", "In the last 14 days Takaichi would have sent 3 alerts."),
    ],
)
async def test_a_span_may_follow_the_query(world: World, since: str, told: str) -> None:
    await world.feed(
        FEED, *(entry(f"Takaichi {hours}", age=timedelta(hours=hours)) for hours in (1, 40, 200))
    )
    assert told in said(await world.say(f"/preview Takaichi {since}"))


async def test_a_span_out_of_bounds_is_refused(world: World) -> None:
    for text in ("0d", "31d", "9999h"):
        assert f"'{text}' is no span of time" in said(await world.say(f"/preview Takaichi {text}"))


async def test_a_plain_number_belongs_to_the_query(world: World) -> None:
    await world.feed(FEED, entry("Windows 11 arrives"), entry("Windows break"))
    assert "Windows 11 would have sent 1 alert:" in said(await world.say("/preview Windows 11"))


async def test_preview_without_a_query_shows_how_to(world: World) -> None:
    assert "/preview QUERY [SINCE]" in said(await world.say("/preview"))


async def test_everybody_in_a_group_may_preview_but_not_press_subscribe(world: World) -> None:
    answer = await world.say("/preview Takaichi", world.as_(BOB, GROUP))
    assert "Only those who manage" in said(await world.press(buttons(answer)[0], world.as_(BOB, GROUP)))
    assert await world.queries(GROUP) == []
    await world.press(buttons(answer)[0], world.as_(ADMIN, GROUP))
    assert await world.queries(GROUP) == ["Takaichi"]


async def test_plain_text_is_offered_as_a_keyword_with_one_button(world: World) -> None:
    await world.feed(FEED, entry("Takaichi speaks"))
    answer = await world.say("Takaichi")
    assert "Shall I send alerts for Takaichi to this chat?" in said(answer)
    assert "would have sent 1 alert" in said(answer)
    [only] = buttons(answer)
    assert only.label == "Subscribe to Takaichi"
    await world.press(only)
    assert await world.queries() == ["Takaichi"]


async def test_a_long_query_still_fits_its_button(world: World) -> None:
    query = " OR ".join(f"word{number}" for number in range(40))
    answer = await world.say(f"/preview {query}")
    await world.press(buttons(answer)[0])
    assert await world.queries() == [query]


async def test_plain_text_that_is_no_query_is_explained(world: World) -> None:
    answer = await world.say("Takaichi (and")
    assert "expected" in said(answer)
    assert buttons(answer) == []


async def test_a_whole_message_is_not_taken_for_keywords(world: World) -> None:
    assert "send a few words" in said(await world.say("word " * 30))
    assert "send a few words" in said(await world.say(" "))


async def test_an_address_is_offered_as_a_feed(world: World) -> None:
    url = f"https://nhk.example/{'x' * 200}"
    answer = await world.say(f"look at {url} please")
    assert "Shall I look for a feed" in said(answer)
    await world.press(buttons(answer)[0])
    assert world.finder.asked == [url]


async def test_a_button_cannot_be_forged_to_read_the_queries_of_others(world: World) -> None:
    number = await world.store.remember_query("a secret wish", "secret wish")
    for data in (f"preview:{number}", f"preview:{number}.00000000", f"sub:{number}.00000000"):
        answer = await world.chat().press(data, world.as_(ANN))
        assert "secret" not in said(answer)
    assert await world.queries() == []


async def test_many_previews_at_once_are_all_answered(world: World) -> None:
    await world.feed(FEED, *(entry(f"Takaichi {number}") for number in range(60)))
    chat = world.chat()
    asked = replace(world.request, command="preview", argument="Takaichi")
    answers = await asyncio.gather(*(chat.answer(asked) for _ in range(8)))
    assert all("would have sent 60 alerts" in said(answer) for answer in answers)
