"""Golden pairs: a message in, the exact JSON out."""

import pytest

from bot.adapters.discord.render import revision
from tests import golden
from tests.adapters.discord.golden_pairs import (
    FORM_NAMES,
    FORMS,
    OUTPUTS,
    expected,
    expected_form,
    formed,
    made,
)
from tests.standins.discord import bodies

CHECKS = {
    "post": bodies.POST,
    "webhook": bodies.WEBHOOK,
    "edit": bodies.EDIT,
    "draft": bodies.CREATE,
}


@pytest.mark.parametrize("name", golden.names())
def test_a_message_becomes_exactly_this_json(name: str) -> None:
    assert made(name) == expected(name)


@pytest.mark.parametrize("name", golden.names())
def test_discord_would_take_it(name: str) -> None:
    for check, body in ((bodies.CREATE, made(name)), (bodies.EDIT, revision(golden.message(name)))):
        bodies.check_message(check, body)
        bodies.check_not_empty(body)


@pytest.mark.parametrize(("form", "name"), FORM_NAMES)
def test_each_form_of_a_message_is_exactly_this_json(form: str, name: str) -> None:
    assert formed(form, name) == expected_form(form, name)


@pytest.mark.parametrize(("form", "name"), [pair for pair in FORM_NAMES if pair[0] in CHECKS])
def test_discord_would_take_each_form(form: str, name: str) -> None:
    bodies.check_message(CHECKS[form], formed(form, name))


def test_every_pair_has_its_input() -> None:
    assert sorted(path.stem for path in OUTPUTS.glob("*.json")) == golden.names()
    assert sorted(path.stem for path in FORMS.glob("*.json")) == sorted(map("-".join, FORM_NAMES))
