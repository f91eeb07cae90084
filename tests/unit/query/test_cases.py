"""Written cases: what a query finds in a text, to the character."""

import re
from pathlib import Path

import pytest

from bot.query.document import Document
from bot.query.evaluate import evaluate
from bot.query.index import QueryIndex
from bot.query.inspect import check
from bot.query.language import parse

FILE = Path(__file__).resolve().parents[2] / "data" / "query" / "cases.txt"
LINE = re.compile(r"(?P<query>.+?) (?P<arrow>=/?>) ?(?P<text>.*)")


def unescaped(text: str) -> str:
    plain = re.sub(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})", lambda m: chr(int(m[1] or m[2], 16)), text)
    return plain.replace("\\n", "\n")


def cases() -> list[tuple[str, str]]:
    lines = FILE.read_text(encoding="utf-8").split("\n")
    found = [LINE.fullmatch(line) for line in lines if line and not line.startswith("#")]
    assert all(found)
    return [(unescaped(one["query"]), unescaped(one["text"])) for one in found if one]


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}[[{text[start:end]}]]{text[end:]}"
    return text


def test_there_are_many_cases() -> None:
    assert len(cases()) >= 300


@pytest.mark.parametrize(("query", "expected"), cases())
def test_a_query_finds_what_the_case_says(query: str, expected: str) -> None:
    text = expected.replace("[[", "").replace("]]", "")
    parsed = parse(query)
    spans = evaluate(parsed, Document(title="", summary=text))
    assert marked(text, (spans or {}).get("summary", ())) == expected
    assert (spans is not None) == ("[[" in expected)

    index = QueryIndex()
    index.add(1, parsed)
    assert [hit.spans for hit in index.match(Document(title="", summary=text))] == (
        [] if spans is None else [spans]
    )

    again = parse(parsed.canonical)
    assert again.canonical == parsed.canonical
    assert (evaluate(again, Document(title="", summary=text)) is None) == (spans is None)


def test_check_answers_as_the_inspection_command_writes() -> None:
    assert check("台湾 OR taiwan", "臺灣 and Taiwan") == {
        "match": True,
        "spans": [[0, 2], [7, 13]],
        "canonical": "taiwan OR 台湾",
    }
    assert check("lang:ja title:x", "y", lang="ja", fields={"title": "X"})["match"] is True
    assert check("tag:b", "", fields={"tag": ["a", "b"]})["match"] is True
    assert check("a -b", "a b") == {"match": False, "spans": [], "canonical": "a -b"}
    assert check("(a", "a")["position"] == 2
