"""The examples of docs/queries.md hold."""

import re
from pathlib import Path

import pytest

from bot.query.document import Document
from bot.query.evaluate import evaluate
from bot.query.language import QueryError, parse

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "queries.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(?P<query>.+?)` \| (?P<second>.+?) \| (?P<third>.+?) \|$", re.MULTILINE)
ROWS = [(m["query"].replace("\\|", "|"), m["second"], m["third"]) for m in ROW.finditer(PAGE)]
EXAMPLES = [row for row in ROWS if not row[1].isdigit()]
MISTAKES = [row for row in ROWS if row[1].isdigit()]


def marked(query: str, text: str) -> str:
    spans = evaluate(parse(query), Document(title=text)) or {}
    for start, end in reversed(spans.get("title", ())):
        text = f"{text[:start]}**{text[start:end]}**{text[end:]}"
    return text


@pytest.mark.parametrize(("query", "found", "missed"), EXAMPLES)
def test_an_example_finds_and_misses_what_it_says(query: str, found: str, missed: str) -> None:
    assert marked(query, found.replace("**", "")) == found
    assert evaluate(parse(query), Document(title=missed)) is None


@pytest.mark.parametrize(("query", "place", "expected"), MISTAKES)
def test_a_mistake_is_answered_as_it_says(query: str, place: str, expected: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.position == int(place)
    assert expected in caught.value.expected


def test_the_page_has_its_tables() -> None:
    assert len(EXAMPLES) >= 45
    assert len(MISTAKES) >= 10


@pytest.mark.parametrize(
    "query",
    [
        "title:Taiwan",
        'source:"Nikkei Asia"',
        "lang:zh-Hant",
        "link:nikkei.com/asia",
        r"re:/missiles?\s+test/",
        "title:(Taiwan OR China)",
    ],
)
def test_the_fields_of_the_page_parse(query: str) -> None:
    assert query in PAGE
    assert parse(parse(query).canonical) == parse(query)
