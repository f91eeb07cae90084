import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from bot.adapters.storage.codec import (
    matches_from_plain,
    matches_to_plain,
    message_from_plain,
    message_to_plain,
)
from bot.adapters.storage.types import Json
from bot.model.alert import MatchedSubscription
from bot.model.message import Action, Message, Run, Source

KEYS = [
    "title",
    "url",
    "summary",
    "sources",
    "footer",
    "actions",
    "mentions",
    "silent",
    "alert",
    "text",
    "name",
]
TEXT = st.text(st.characters(), max_size=20)
SHORT = st.lists(TEXT, max_size=3).map(tuple)
RUNS = st.lists(
    st.builds(Run, TEXT, st.booleans(), st.booleans(), st.booleans(), st.none() | TEXT.filter(bool)),
    max_size=3,
).map(tuple)
MESSAGES = st.builds(
    Message,
    title=RUNS,
    url=st.none() | TEXT.filter(bool),
    summary=st.lists(RUNS, max_size=3).map(tuple),
    sources=st.lists(st.builds(Source, TEXT, st.none() | TEXT.filter(bool)), max_size=3).map(tuple),
    footer=RUNS,
    actions=st.lists(st.builds(Action, TEXT, st.none() | TEXT.filter(bool)), max_size=3).map(tuple),
    mentions=SHORT,
    silent=st.booleans(),
    alert=st.booleans(),
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(MESSAGES)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    column = Json(message_to_plain, message_from_plain)
    stored = column.bind_processor(sqlite.dialect())(message)
    stored.encode("utf-8")
    assert "\x00" not in stored
    assert column.result_processor(sqlite.dialect(), None)(stored) == message


@given(st.lists(st.builds(MatchedSubscription, st.integers(), TEXT, SHORT), max_size=3).map(tuple))
def test_matches_come_back_as_they_were(matches: tuple[MatchedSubscription, ...]) -> None:
    assert matches_from_plain(json.loads(json.dumps(matches_to_plain(matches)))) == matches


@given(ANY_JSON)
def test_any_stored_value_can_be_read_and_sent(plain: Any) -> None:
    message = message_from_plain(plain)
    assert message_from_plain(json.loads(json.dumps(message_to_plain(message)))) == message
    matches_from_plain(plain)


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ({"title": [{"text": "Hi", "blink": True}], "colour": "red"}, Message(title=(Run("Hi"),))),
        ({"title": [{"bold": True}]}, Message(title=(Run("", bold=True),))),
        ({"sources": [{"name": "NHK", "rank": 1}, "NHK"]}, Message(sources=(Source("NHK"),))),
        ({"title": "Hi", "silent": "yes", "url": 5}, Message()),
        ([], Message()),
        (None, Message()),
    ],
)
def test_what_another_version_wrote_is_read_as_far_as_it_is_known(plain: Any, message: Message) -> None:
    assert message_from_plain(plain) == message


def test_defaults_take_no_room() -> None:
    assert message_to_plain(Message(title=(Run("Hi", bold=True),))) == {
        "title": [{"text": "Hi", "bold": True}]
    }


def test_letters_are_stored_as_themselves() -> None:
    assert Json().bind_processor(sqlite.dialect())(["高市"]) == '["高市"]'
