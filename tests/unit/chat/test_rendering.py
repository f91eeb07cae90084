"""What the platforms make of answers: nothing that the commands rely on may get lost on the way."""

import pytest

from bot.adapters.discord.render import rendered as discord
from bot.adapters.telegram.render import render as telegram
from bot.model.message import Message
from tests.unit.chat.world import World, entry


async def only(world: World, line: str) -> Message:
    [message] = (await world.say(line)).messages
    return message


@pytest.mark.parametrize(
    ("line", "column"), [("/subscribe  Taiwan  AND (Strait", 18), ("/preview 台湾 AND (海峡", 10)]
)
async def test_the_caret_stands_below_the_fault_on_telegram(world: World, line: str, column: int) -> None:
    rendered = telegram(await only(world, line))
    [shown, mark] = rendered.text.split("\n")[1:]
    assert mark.endswith("^")
    assert len(mark) - 1 <= column + 1
    assert len(mark) - 1 == len(shown)
    assert [entity.type for entity in rendered.entities] == ["code"]


async def test_all_lines_of_help_are_within_telegrams_length(world: World) -> None:
    rendered = telegram(await only(world, "/help"))
    assert "/status" in rendered.text
    assert len(rendered.text) <= 4096


async def test_long_answers_keep_their_end_on_both_platforms(world: World) -> None:
    for number in range(20):
        await world.subscribed(f"{'long' * 40}{number}")
        await world.feed(f"https://a.example/{number}", entry("x"), title=f"Feed {number:02} {'t' * 100}")
    for line, last in (
        ("/subscriptions", "Times are written for UTC."),
        ("/feeds", "Feed 14"),
        ("/help", "/status"),
    ):
        message = await only(world, line)
        assert last in telegram(message).text
        assert last in str(discord(message))
