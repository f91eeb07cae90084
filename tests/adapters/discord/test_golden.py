"""Golden pairs: a message in, the exact JSON out."""

import pytest

from bot.adapters.discord.render import revision
from tests import golden
from tests.adapters.discord.golden_pairs import OUTPUTS, expected, made
from tests.standins.discord import bodies


@pytest.mark.parametrize("name", golden.names())
def test_a_message_becomes_exactly_this_json(name: str) -> None:
    assert made(name) == expected(name)


@pytest.mark.parametrize("name", golden.names())
def test_discord_would_take_it(name: str) -> None:
    for check, body in ((bodies.CREATE, made(name)), (bodies.EDIT, revision(golden.message(name)))):
        bodies.check_message(check, body)
        bodies.check_not_empty(body)


def test_every_pair_has_its_input() -> None:
    assert sorted(path.stem for path in OUTPUTS.glob("*.json")) == golden.names()
