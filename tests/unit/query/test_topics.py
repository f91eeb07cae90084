"""Named topics."""

from pathlib import Path

import pytest

from bot.query.document import Document
from bot.query.evaluate import evaluate
from bot.query.language import QueryError, parse
from bot.query.topics import Topics, TopicsError

SEEDS = Path(__file__).resolve().parents[3] / "seeds" / "topics.toml"
STARTER = Topics.load(SEEDS.read_text(encoding="utf-8"))


def test_the_starter_topics_are_many_and_each_of_them_parses() -> None:
    assert len(STARTER.names()) >= 60
    for name in STARTER.names():
        assert parse(f"topic:{name}", topics=STARTER).canonical == f"topic:{name}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("takaichi", "高市早苗首相が会見"),
        ("takaichi", "Takaichi's visit"),
        ("taiwan-strait", "穿越臺灣海峽"),
        ("taiwan-strait", "대만해협 긴장"),
        ("trump", "美國總統川普"),
        ("xi-jinping", "习近平出席"),
        ("semiconductors", "the semiconductors trade"),
        ("nvidia", "shares of $NVDA"),
    ],
)
def test_a_topic_is_found_in_every_script(name: str, text: str) -> None:
    assert evaluate(parse(f"topic:{name}", topics=STARTER), Document(text)) is not None


def test_every_spelling_finds_itself() -> None:
    for name in STARTER.names():
        query = parse(f"topic:{name}", topics=STARTER)
        for spelling in STARTER.spellings(name) or ():
            assert evaluate(query, Document(f"- {spelling.removesuffix('*')} -")) is not None, spelling


def test_an_unknown_topic_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(QueryError) as caught:
        parse("Japan topic:takaichy", topics=STARTER)
    assert caught.value.position == 12
    assert caught.value.suggestion == "topic:takaichi"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[a", "no TOML"),
        ("a = 1", "no table"),
        ('[a]\ntitle = "A"', "needs a title and a list"),
        ("[a]\nspellings = []", "needs a title and a list"),
        ("[a]\nspellings = [1]", "no text"),
        ('[a]\nspellings = ["..."]', "nothing to search for"),
    ],
)
def test_a_wrong_topics_file_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(TopicsError, match=reason):
        Topics.load(text)
