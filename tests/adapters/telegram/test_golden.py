import pytest

from bot.adapters.telegram.render import render
from tests import golden
from tests.adapters.telegram import oracle
from tests.adapters.telegram.golden_pairs import OUTPUTS, expected, rendered
from tests.standins.telegram_rules import check_content


@pytest.mark.parametrize("name", golden.names())
def test_a_message_becomes_exactly_this_text_with_these_entities(name: str) -> None:
    assert rendered(name) == expected(name)


@pytest.mark.parametrize("name", golden.names())
def test_telegram_would_take_it(name: str) -> None:
    made = render(golden.message(name))
    entities = [one.to_dict() for one in made.entities]
    check_content({"text": made.text, "entities": entities})
    if oracle.PRESENT:
        assert oracle.refusal(made.text, entities) is None


def test_every_pair_has_its_input() -> None:
    assert sorted(path.stem for path in OUTPUTS.glob("*.json")) == golden.names()
