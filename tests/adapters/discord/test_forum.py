"""Posts of a forum: their names, their tags, and which are found again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.forum import applied_tags, new_post
from bot.adapters.discord.messenger import DiscordMessenger
from bot.model.delivery import RetryLater, Sent
from tests.adapters.discord.messages import alert, at
from tests.standins.discord import bodies
from tests.standins.discord_server import DiscordServer, Refuse


def forum(*names: str, required: bool = False, moderated: tuple[str, ...] = ()) -> dict[str, Any]:
    tags = [
        {"id": str(number), "name": name, "moderated": name in moderated}
        for number, name in enumerate(names, 1)
    ]
    return {"id": "9", "type": 15, "flags": 16 if required else 0, "available_tags": tags}


@pytest.mark.parametrize(
    ("labels", "names", "tags"),
    [
        (("Takaichi",), ("Weather", "takaichi"), ["2"]),
        (("world", "East Asia"), ("east-asia", "World"), ["2", "1"]),
        (("高市",), ("🏯 高市", "日本"), ["1"]),
        (("ＮＡＴＯ",), ("Nato",), ["1"]),
        (("a", "b", "c", "d", "e", "f"), ("f", "e", "d", "c", "b", "a"), ["6", "5", "4", "3", "2"]),
        (("!!", ""), ("??", "x"), []),
        ((), ("x",), []),
    ],
)
def test_tags_are_those_named_like_a_label_in_the_labels_order(
    labels: tuple[str, ...], names: tuple[str, ...], tags: list[str]
) -> None:
    assert applied_tags(labels, forum(*names)) == tags


def test_a_tag_that_only_moderators_may_set_is_left_to_them() -> None:
    assert applied_tags(("world",), forum("world", "other", moderated=("world",))) == []


def test_a_forum_that_wants_a_tag_gets_one() -> None:
    assert applied_tags((), forum("first", "second", required=True, moderated=("first",))) == ["2"]
    assert applied_tags((), forum("only", required=True, moderated=("only",))) == ["1"]
    assert applied_tags((), forum(required=True)) == []


@given(
    labels=st.lists(st.text(max_size=30), max_size=25),
    names=st.lists(st.text(max_size=20), max_size=20),
    title=st.text(max_size=400),
    required=st.booleans(),
)
def test_discord_would_take_any_post(
    labels: list[str], names: list[str], title: str, *, required: bool
) -> None:
    post = new_post(alert(title, labels=tuple(labels)), forum(*names, required=required))
    bodies.check_message(bodies.POST, post)
    tags = post.get("applied_tags", [])
    assert len(set(tags)) == len(tags)
    assert tags or not (required and names)


async def test_a_tag_that_was_taken_away_meanwhile_is_not_asked_for_again(
    server: DiscordServer, messenger: DiscordMessenger
) -> None:
    channel = server.add_channel(server.add_guild(), "news", "forum", tags=("world",))
    server.fail("threads", Refuse(404, 10087, "Unknown Tag"))
    message = alert("One", labels=("world",))
    assert isinstance(await messenger.send(at(channel), message, nonce="n1"), RetryLater)
    channel.tags.clear()
    assert isinstance(await messenger.send(at(channel), message, nonce="n1"), Sent)
    assert [post.applied_tags for post in server.posts(channel)] == [[]]
