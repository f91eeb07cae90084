"""The table of features gives the numbers that a dictionary would."""

from collections import Counter
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.keys import TextKeys, key_of, keys_of
from bot.query.table import NEVER, FeatureTable


@pytest.mark.parametrize("crowded", [False, True])
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_a_table_agrees_with_a_dictionary(crowded: bool, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # test data, not secrets
    # Crowded keys differ in bits that choose no bucket, so that buckets overflow.
    keys = [chance.getrandbits(62) & (0x7F00_00FF if crowded else -1) or 1 for _ in range(3000)]
    table = FeatureTable()
    uses: Counter[int] = Counter()
    numbers: dict[int, int] = {}
    for _ in range(60):
        some = chance.choices(keys, k=chance.randint(1, 200))
        found, new = table.enter(np.array(some, np.int64))
        assert Counter(some[place] for place in new) == Counter(set(some) - set(uses))
        for key, number in zip(some, found.tolist(), strict=True):
            assert numbers.setdefault(key, number) == number
        uses.update(some)
        check(table, keys, numbers)
        some = chance.sample(list(uses.elements()), chance.randint(1, min(200, uses.total())))
        gone = table.leave(table.numbers(np.array(some, np.int64)).astype(np.int64))
        uses.subtract(some)
        assert Counter(gone.tolist()) == Counter(numbers[key] for key, left in uses.items() if not left)
        uses = +uses
        numbers = {key: numbers[key] for key in uses}
        check(table, keys, numbers)
        assert len(table) == len(uses)
        assert len(set(numbers.values())) == len(numbers)


def check(table: FeatureTable, keys: list[int], numbers: dict[int, int]) -> None:
    expected = [numbers.get(key, NEVER) for key in keys]
    assert [table.find(key) for key in keys] == expected
    assert table.numbers(np.array(keys, np.int64)).tolist() == expected
    found = table.find_all(np.array(keys, np.int64)).tolist()
    assert sorted(found) == sorted(numbers[key] for key in keys if key in numbers)


@given(st.lists(st.text(st.characters(exclude_characters=" "), min_size=1), min_size=1))
def test_a_word_has_the_same_key_in_a_text_and_in_a_query(words: list[str]) -> None:
    found = TextKeys(f" {'  '.join(words)} ")
    assert found.words.tolist() == [key_of(word) for word in words]
    assert [found.text[start:end] for start, end in zip(found.starts, found.ends, strict=True)] == words
    pairs = {key_of(f"{first} {second}") for first, second in pairwise(words)}
    assert pairs <= set(found.all([]).tolist())


@given(st.text(st.sampled_from("台湾海峡한국タイ"), min_size=2))
def test_characters_in_a_row_have_the_same_keys_in_a_text_and_in_a_query(run: str) -> None:
    keys = set(TextKeys(f" {run} x ").all([]).tolist())
    assert {key_of(run[place : place + length]) for place in range(len(run) - 1) for length in (1, 2)} <= keys
    assert key_of(run[-1] + "x") not in keys


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters=" \n"), min_size=1), min_size=1, max_size=2),
        min_size=1,
    )
)
def test_features_have_the_same_keys_one_by_one_and_at_once(features: list[list[str]]) -> None:
    names = list(map(" ".join, features))
    assert keys_of(names).tolist() == list(map(key_of, names))


def test_a_long_word_has_its_key() -> None:
    word = "z" * 300
    assert TextKeys(f" {word} ").words.tolist() == [key_of(word)]


def test_a_text_longer_than_any_before_is_read() -> None:
    text = " ".join(f"w{number}" for number in range(20_000))
    assert TextKeys(f" {text} ").words.tolist() == [key_of(word) for word in text.split()]
