"""The main promises of the language, in short."""

import pytest

from bot.query.document import Document
from bot.query.evaluate import evaluate
from bot.query.index import QueryIndex
from bot.query.language import QueryError, parse


def found(query: str, text: str) -> list[str] | None:
    spans = evaluate(parse(query), Document(title="", summary=text))
    return None if spans is None else [text[start:end] for start, end in spans.get("summary", ())]


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("Takaichi", "Prime Minister TAKAICHI’s visit", ["TAKAICHI"]),
        ('"Taiwan Strait"', "the Taiwan\u00a0 Strait", ["Taiwan\u00a0 Strait"]),
        ("台湾海峡", "臺灣海峽の", ["臺灣海峽"]),
        ("（高市　｜　trump）　－iran", "高市早苗", ["高市"]),
        ("Trump -Iran", "Trump on Iran", None),
        ("a OR b c", "b c", ["b", "c"]),
        ("art", "a part of it", None),
    ],
)
def test_a_query_finds_what_a_reader_would_call_a_match(
    query: str, text: str, words: list[str] | None
) -> None:
    assert found(query, text) == words


def test_an_index_tells_which_queries_match_and_where() -> None:
    index = QueryIndex()
    index.add(1, parse("Takaichi"))
    index.add(2, parse('"Taiwan Strait" OR 台湾海峡'))
    index.add(3, parse("Beijing"))
    hits = index.match(Document(title="Takaichi on the Taiwan Strait", summary="Takaichi spoke."))
    assert [hit.query_id for hit in hits] == [1, 2]
    assert hits[0].spans == {"title": ((0, 8),), "summary": ((0, 8),)}
    index.remove(1)
    assert len(index) == 2
    assert [hit.query_id for hit in index.match(Document(title="Takaichi"))] == []


def test_a_wrong_query_says_where_and_what_was_expected() -> None:
    with pytest.raises(QueryError) as caught:
        parse('Takaichi "Taiwan')
    assert caught.value.position == 9
    assert "quotation mark" in caught.value.expected
