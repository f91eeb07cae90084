"""The index agrees with a naive reading of the same queries, whatever was added and removed before."""

from array import array
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.query.atoms import GRAM
from bot.query.column import Column
from bot.query.document import Document
from bot.query.evaluate import evaluate
from bot.query.index import QueryIndex
from bot.query.language import Query, QueryError, parse
from bot.query.topics import Topics
from tests.unit.query import naive
from tests.unit.query.strategies import TOPICS, some_document, some_query

topics = Topics.load(TOPICS)


def parsed(texts: list[str]) -> list[Query]:
    found = []
    for text in texts:
        try:
            found.append(parse(text, topics=topics))
        except QueryError:
            continue
    return found


def some_queries(chance: Random, count: int) -> list[Query]:
    return parsed([some_query(chance) for _ in range(count)])


# Over 200,000 pairs of a query and an entry in all, in parts so that several processes can share them.
@pytest.mark.parametrize("part", range(5))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_the_index_agrees_with_a_naive_reading(part: int, seed: int) -> None:
    chance = Random(f"{part} {seed}")  # noqa: S311  # test data, not secrets
    index = QueryIndex()
    live: dict[int, Query] = {}
    for query_id, query in enumerate(some_queries(chance, 50)):
        index.add(query_id, query)
        live[query_id] = query
        if chance.random() < 0.2:
            gone = chance.choice(list(live))
            index.remove(gone)
            del live[gone]
    assert len(index) == len(live)
    for entry in [some_document(chance) for _ in range(30)]:
        expected = {query_id for query_id, query in live.items() if naive.matches(query.root, entry)}
        found = index.ids(entry)
        assert sorted(found) == sorted(expected), {str(live[i]) for i in expected.symmetric_difference(found)}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_what_is_remembered_of_words_misses_no_letters_or_prefixes_that_come_later(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # test data, not secrets
    words = ["".join(chance.choices("abc", k=chance.randint(3, 9))) for _ in range(20)]
    index = QueryIndex()
    live: dict[int, Query] = {}
    for query_id in range(60):
        word = chance.choice(words)
        part = word[chance.randrange(3) :][: chance.randint(2, 5)]
        live[query_id] = parse(chance.choice([f"re:/{part}/", f"{word[:3]}*", word]))
        index.add(query_id, live[query_id])
        if chance.random() < 0.4:
            gone = chance.choice(list(live))
            index.remove(gone)
            del live[gone]
        entry = Document(" ".join(chance.sample(words, 8)))
        expected = [other for other, query in live.items() if naive.matches(query.root, entry)]
        assert sorted(index.ids(entry)) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_hits_carry_the_spans_of_a_single_evaluation(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # test data, not secrets
    index = QueryIndex()
    live = dict(enumerate(some_queries(chance, 20)))
    for query_id, query in live.items():
        index.add(query_id, query)
    for entry in [some_document(chance) for _ in range(5)]:
        hits = {hit.query_id: hit.spans for hit in index.match(entry)}
        single = {query_id: evaluate(query, entry) for query_id, query in live.items()}
        assert hits == {query_id: spans for query_id, spans in single.items() if spans is not None}


def test_an_emptied_index_holds_nothing() -> None:
    index = QueryIndex()
    for query_id, query in enumerate(
        parsed(["a", "a b", "a OR b", 'a -"b c d"', "ta*", "re:/tai/", "source:x", "re:/\\d/"])
    ):
        index.add(query_id, query)
    assert index.unfiled == 1
    for query_id in range(len(index)):
        index.remove(query_id)
    assert len(index) == 0
    assert index.unfiled == 0
    assert index.ids(Document("a b tai", source="x")) == []
    assert index.features() == set()
    assert [index.number(feature) for feature in ("a", "b", "a b", "ta*", "source:x")] == [0] * 5


def test_places_are_used_again() -> None:
    index = QueryIndex()
    queries = parsed([f"w{number} OR v{number % 50} x" for number in range(600)])
    once = sizes_after(index, queries, rounds=1)
    assert sizes_after(index, queries, rounds=10) == once


def sizes_after(index: QueryIndex, queries: list[Query], rounds: int) -> list[int]:
    """Add and remove queries several times; return the lengths of all arrays."""
    for _ in range(rounds):
        for query_id, query in enumerate(queries):
            index.add(query_id, query)
        for query_id in range(len(queries)):
            index.remove(query_id)
    parts = [
        value for part in (index, *vars(index).values()) for value in getattr(part, "__dict__", {}).values()
    ]
    return [len(part) for part in parts if isinstance(part, Column | list)]


def test_a_popular_word_whose_queries_come_and_go_takes_no_more_room() -> None:
    chance = Random(1)  # noqa: S311  # test data, not secrets
    index = QueryIndex()
    live = set(range(2000))
    for query_id in live:
        index.add(query_id, parse("x"))
    index.settle()
    before = held_by(index)
    for _ in range(100):
        gone = set(chance.sample(sorted(live), chance.choice([1, 20, 300])))
        for query_id in gone:
            index.remove(query_id)
        assert set(index.ids(Document("x"))) == live - gone
        for query_id in gone:
            index.add(query_id, parse("x"))
        assert set(index.ids(Document("x"))) == live
    # Programs that were dropped lie in their page until there are as many as it holds.
    assert held_by(index) < 1.5 * before


def held_by(index: QueryIndex) -> int:
    """Return the bytes in an index's arrays, columns and pages."""
    total = 0
    for part in vars(index).values():
        for value in getattr(part, "__dict__", {}).values():
            several = value if isinstance(value, list) else [value]
            total += sum(
                len(memoryview(one).cast("B")) for one in several if isinstance(one, array | bytearray)
            )
            total += value.array.nbytes if isinstance(value, Column) else 0
    return total


def test_adding_an_id_again_replaces_its_query() -> None:
    index = QueryIndex()
    index.add(7, parse("Takaichi"))
    index.add(7, parse("Trump"))
    assert len(index) == 1
    assert index.ids(Document("Takaichi")) == []
    assert index.ids(Document("Trump")) == [7]


@pytest.mark.parametrize("text", ["a -b", "a -b -c", "(a OR b) c", "a (b OR -c)", "a OR (b c)"])
def test_many_queries_of_one_shape_share_a_word(text: str) -> None:
    index = QueryIndex()
    for number in range(60):
        index.add(number, parse(text.replace("b", f"b{number}")))
    for entry in (Document("a b1 b2 c"), Document("a c"), Document("a b5"), Document("b7 c"), Document("c")):
        expected = [n for n in range(60) if evaluate(parse(text.replace("b", f"b{n}")), entry) is not None]
        assert sorted(index.ids(entry)) == expected
    for number in range(0, 60, 2):
        index.remove(number)
    assert sorted(index.ids(Document("a b1 c"))) == [
        n
        for n in range(1, 60, 2)
        if evaluate(parse(text.replace("b", f"b{n}")), Document("a b1 c")) is not None
    ]


def test_what_is_found_is_in_order_each_once_however_it_was_checked() -> None:
    index = QueryIndex()
    for query_id, text in [
        (9, "storm OR rain"),
        (4, 'storm OR rain OR "heavy rain falls"'),
        (2, "storm NEAR/3 rain"),
        (7, "storm NEAR/1 rain"),
        (5, r"re:/hea.y\s+rain/"),
        (0, "rain -storm"),
    ]:
        index.add(query_id, parse(text))
    assert index.ids(Document(title="Storm and then heavy rain falls")) == [2, 4, 5, 9]


def test_a_pattern_is_filed_under_letters_that_have_few_in_common() -> None:
    index = QueryIndex()
    index.add(0, parse(r"re:/takaichi\s+\d+/"))
    assert index.features() == {f"{GRAM}takai", f"{GRAM}aichi"}
    assert index.ids(Document(title="Takaichi 3")) == [0]
    assert index.ids(Document(title="Nagoya in Aichi 3")) == []
