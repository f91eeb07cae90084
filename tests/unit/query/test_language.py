"""The language: one canonical form for one meaning, errors that help, and no surprise for any input."""

import unicodedata
from contextlib import suppress
from itertools import pairwise, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.document import Document, View
from bot.query.evaluate import evaluate, evaluate_view
from bot.query.explain import explain
from bot.query.fold import fold
from bot.query.index import QueryIndex
from bot.query.inspect import check
from bot.query.language import LONGEST_QUERY, QueryError, parse
from bot.query.topics import Topics
from tests.unit.query.hostile import HOSTILE_QUERIES, HOSTILE_TEXTS
from tests.unit.query.strategies import TOPICS, some_query, some_text

SIGNS = st.text(
    alphabet='ab "“()|-－*~=:/\\.&+#$@<>^[]{}?5 ORANDNEAR/tile高台\u3000\u200b\u0301ßİ', max_size=60
)


def canonical(text: str) -> str:
    return parse(text).canonical


@pytest.mark.parametrize(
    "texts",
    [
        ("a b", "b a", "a AND b", "(a) (b)", "a b a", "A　B", "a (b)"),
        ("a OR b", "b | a", "b｜a", "(a OR b)", "a OR b OR a", "a OR b OR (a b)"),
        ("a (b OR c)", "a b OR a c", "(b | c) a", "a b OR c a OR a b c"),
        ("a -b", "a NOT b", "a －b", "a -b -b", "a -(b OR b)", "a -(-(-b))"),
        ("a -b -c", "a -(b OR c)"),
        ("a", "a OR a b", "a (a OR b)", "a b OR a -b", '"a"', "( a )", "-(-a)"),
        ('"a b"~3', '"b a"~3', "a NEAR/3 b", "b NEAR/3 a"),
        ('"taiwan strait"', "“Taiwan  Strait”", "Taiwan-Strait", '"TAIWAN, STRAIT"'),
        ("台湾", "臺灣", "「台灣」", "台湾*"),
        ("muller", "Müller", "MULLER"),
        ("title:a title:b", "title:(a b)", "TITLE:b title:a"),
        ("lang:zh-tw", "lang:zh_TW", "LANG:ZH-tw"),
        ("link:nikkei.com", "link:https://www.nikkei.com/", "link:NIKKEI.com"),
    ],
)
def test_equal_meanings_share_one_form(texts: tuple[str, ...]) -> None:
    assert {canonical(text) for text in texts} == {canonical(texts[0])}
    assert len({parse(text) for text in texts}) == 1


@pytest.mark.parametrize(("one", "other"), [("a b", "a OR b"), ('"a b"', "a b"), ('="A"', "a"), ("#a", "a")])
def test_different_meanings_differ(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


WORLDS = [
    View(Document(" ".join(name for name, there in zip("pqr", world, strict=True) if there)))
    for world in product((False, True), repeat=3)
]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_boolean_queries_are_equal_exactly_when_their_truth_tables_are(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # test data, not secrets
    tables: dict[str, tuple[bool, ...]] = {}
    for _ in range(20):
        text = _boolean(chance, 0)
        try:
            query = parse(text)
        except QueryError:
            continue
        table = tuple(evaluate_view(query.root, world) is not None for world in WORLDS)
        assert tables.setdefault(query.canonical, table) == table
        assert list(tables.values()).count(table) == 1, text


def _boolean(chance: Random, depth: int) -> str:
    if depth > 2 or chance.random() < 0.3:
        return chance.choice(("p", "q", "r", "-p", "-q", "-r"))
    sign = chance.choice((" ", " OR "))
    return chance.choice(("", "-")) + f"({_boolean(chance, depth + 1)}{sign}{_boolean(chance, depth + 1)})"


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_a_canonical_form_reads_back_as_itself(seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # test data, not secrets
    topics = Topics.load(TOPICS)
    try:
        query = parse(some_query(chance), topics=topics)
    except QueryError:
        return
    again = parse(query.canonical, topics=topics)
    assert (again, str(again)) == (query, query.canonical)
    text = some_text(chance)
    assert evaluate(again, Document(text)) == evaluate(query, Document(text))


@pytest.mark.parametrize(
    "text",
    [
        "a -a",
        "(a OR b) -a -b",
        # Too many alternatives to be multiplied out, and still none of them is possible.
        " ".join(f"(a{n} OR b{n})" for n in range(7)) + " x -x",
    ],
)
def test_what_can_match_nothing_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="can match no text"):
        parse(text)


@pytest.mark.parametrize("text", ["a b c", "b a B", '"Taiwan Strait"', "G7", "x and y", '"a"', "2026 g7 a"])
def test_the_quick_way_reads_plain_words_as_the_grammar_does(text: str) -> None:
    assert parse(text) == parse(f"({text})")
    assert parse(text).root == parse(f"({text})").root


@settings(max_examples=600, deadline=None)
@given(st.one_of(SIGNS, st.text(max_size=40)), st.text(max_size=200))
def test_no_input_raises_anything_but_a_query_error(text: str, entry: str) -> None:
    answer = check(text, entry)
    if "error" in answer:
        assert 0 <= answer["position"] <= max(len(text), 1)
        assert answer["error"].endswith(".")
        return
    query = parse(text)
    assert parse(query.canonical) == query
    document = Document(title=entry, summary=text)
    spans = evaluate(query, document)
    for field, found in (spans or {}).items():
        value = {"title": entry, "summary": text}[field]
        assert all(0 <= a < b <= len(value) for a, b in found)
        assert all(one[1] <= other[0] for one, other in pairwise(found))
    index = QueryIndex()
    index.add(0, query)
    assert [hit.spans for hit in index.match(document)] == ([] if spans is None else [spans])
    assert explain(query, document).matched == (spans is not None)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_and_every_character_keeps_its_place(text: str) -> None:
    folded = fold(text)
    assert fold(folded.text).text == folded.text
    sources = [folded.original(place, place + 1) for place in range(len(folded.text))]
    assert all(0 <= first < last <= len(text) for first, last in sources)


# How long hostile queries and texts take is measured by benchmarks/hostile, all pairs of them.
@pytest.mark.parametrize("text", HOSTILE_QUERIES, ids=lambda text: text[:12])
def test_a_hostile_query_is_refused_or_finds_the_same_alone_and_in_the_index(text: str) -> None:
    document = Document(title="a " * 500, summary="aa" * 5000 + " a b" * 2000)
    index = QueryIndex()
    with suppress(QueryError):
        query = parse(text)
        index.add(0, query)
        assert index.ids(document) == [0] * (evaluate(query, document) is not None)


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text[:6]))
def test_the_index_finds_in_a_hostile_text_what_each_query_finds_alone(text: str) -> None:
    queries = [parse(one) for one in ("a NEAR/5 b", "re:/a+b/", '"a b"~50', "台湾", "a", "bb*", '"a a b"')]
    document = Document(title="", summary=text)
    index = QueryIndex()
    for number, query in enumerate(queries):
        index.add(number, query)
    alone = [number for number, query in enumerate(queries) if evaluate(query, document) is not None]
    assert sorted(index.ids(document)) == alone


def test_every_character_that_stands_for_others_is_found_by_its_exact_self_and_prints_back() -> None:
    standing = [one for one in map(chr, range(0xA0, 0x2FA20)) if unicodedata.normalize("NFKC", one) != one]
    assert len(standing) > 4_000
    for character in standing:
        with suppress(QueryError):
            query = parse(f"={character}")
            assert parse(query.canonical) == query
            assert evaluate(query, Document(title=character)) is not None


def test_a_query_that_is_too_long_says_so() -> None:
    with pytest.raises(QueryError, match="2001 characters"):
        parse("a" * (LONGEST_QUERY + 1))


def test_explanations_tell_what_was_found_and_what_failed() -> None:
    document = Document("Takaichi in Taipei", "the Strait of Taiwan. Nasa")
    good = explain(parse("takaichi -beijing"), document)
    assert good.matched
    assert good.failed == ()
    assert [(p.field, p.start, p.end, p.words) for p in good.root.children[0].places] == [
        ("title", 0, 8, "Takaichi")
    ]
    bad = explain(parse('takaichi "Taiwan Strait"'), document)
    assert [(part.expression, part.reason) for part in bad.failed] == [
        ('"taiwan strait"', "not found in this order")
    ]
    assert bad.lines()[0].startswith("- ")
    for query, reason in [
        ('="NASA"', "upper and lower case"),
        ("taiwan NEAR/0 strait", "not within 0 words"),
        ("taiwan NEAR/0 xi", "not found: xi"),
        ("re:/x+y/", "pattern fits nowhere"),
        ("taipei -strait", "must not be there"),
        ("lang:ja", "not found"),
    ]:
        assert reason in explain(parse(query), document).failed[0].reason
