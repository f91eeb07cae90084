"""The stand-in refuses what Discord refuses."""

from typing import Any

import pytest

from tests.standins.discord import bodies, interactions, people
from tests.standins.discord.errors import ApiError
from tests.standins.discord.replies import Context
from tests.standins.discord.state import State

GOOD_COMMAND = {"name": "help", "description": "Explain", "options": []}


def button(**more: object) -> dict[str, object]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": "a"} | more


def rows(*buttons: dict[str, object]) -> dict[str, Any]:
    return {"components": [{"type": 1, "components": list(buttons)}]}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"embeds": [{"title": "x" * 257}]},
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
        {"embeds": [{"title": "x", "url": "javascript:alert(1)"}]},
        {"embeds": [{"title": "x", "url": "http://localhost/"}]},
        {"embeds": [{"title": "x", "titel": "y"}]},
        {"embeds": [{"author": {"name": ""}}]},
        {"embeds": [{"title": "x"}] * 11},
        rows(button(), button()),
        rows(*(button(custom_id=str(number)) for number in range(6))),
        rows(button(custom_id="x" * 101)),
        rows(button(label="x" * 81)),
        rows(button(url="https://a.example")),
        rows({"type": 2, "style": 5, "label": "x"}),
        {"nonce": "x" * 26},
        {"allowed_mentions": {"parse": ["roles"], "roles": ["1"]}},
        {"allowed_mentions": {"users": ["1", "1"]}},
        {"allowed_mentions": {"users": ["x"]}},
        {"content": 5},
        {"contents": "x"},
        [],
    ],
)
def test_a_message_out_of_bounds_is_refused(body: Any) -> None:
    with pytest.raises(ApiError) as refused:
        bodies.check_message(bodies.CREATE, body)
    assert refused.value.code == 50035


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": "  \n"},
        {"embeds": [{}]},
        {"embeds": [{"url": "https://a.example"}]},
        {"embeds": [{"title": " "}]},
    ],
)
def test_a_message_without_anything_to_see_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        bodies.check_not_empty(body)
    assert refused.value.code == 50006


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Help"},
        {"name": "two words"},
        {"name": ""},
        {"name": "x" * 33},
        {"description": ""},
        {"description": "x" * 101},
        {"options": [{"type": 3, "name": f"o{number}", "description": "x"} for number in range(26)]},
        {"options": [{"type": 3, "name": "o", "description": "x"}] * 2},
        {
            "options": [
                {"type": 3, "name": "o", "description": "x"},
                {"type": 3, "name": "p", "description": "x", "required": True},
            ]
        },
        {"contexts": []},
        {"unknown": 1},
    ],
)
def test_a_command_out_of_bounds_is_refused(change: dict[str, Any]) -> None:
    bodies.check_commands([GOOD_COMMAND])
    with pytest.raises(ApiError) as refused:
        bodies.check_commands([GOOD_COMMAND | change])
    assert refused.value.code == 50035


def answering(state: State, begun_before: float) -> Context:
    user = state.owner
    data = {"id": "1", "name": "help", "type": 1, "options": []}
    interaction = people.begin(state, people.COMMAND, user, state.dm_with(user), data)
    interaction.begun -= begun_before
    return Context(state, {"interaction": interaction.id, "token": interaction.token}, {}, {"type": 5})


def test_an_answer_after_three_seconds_is_too_late() -> None:
    state = State("token")
    assert interactions.callback(answering(state, 2.5))[0] == 204
    with pytest.raises(ApiError) as refused:
        interactions.callback(answering(state, 3.5))
    assert (refused.value.status, refused.value.code) == (404, 10062)


def test_an_interaction_is_answered_once() -> None:
    context = answering(State("token"), 0)
    interactions.callback(context)
    with pytest.raises(ApiError) as refused:
        interactions.callback(context)
    assert refused.value.code == 40060
