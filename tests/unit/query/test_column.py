"""A column keeps what it holds while it grows."""

import numpy as np
import pytest

from bot.query.column import Column, once, tally


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint16, np.bool_])
def test_a_column_keeps_its_numbers_while_it_grows_and_begins_with_zeros(kind: type[np.generic]) -> None:
    column = Column(kind)
    column.at[5] = 1
    # Small ones lie among other things, large ones by themselves.
    for length in (100, 10_000, 700_000, 5_000_000):
        held = len(column)
        column.reserve(length)
        assert len(column) == len(column.array) >= length
        assert not column.array[held:].any()
        column.at[length - 1] = 1
        assert column.array.nonzero()[0].tolist()[:1] == [5]
    assert column.array.nonzero()[0].tolist() == [5, 99, 9_999, 699_999, 4_999_999]


def test_places_given_several_times_are_counted_several_times() -> None:
    column = Column(np.int32)
    tally(column, np.array([3, 5, 3, 3]), 1)
    tally(column, np.array([3, 5]), -1)
    assert column.array[:6].tolist() == [0, 0, 0, 2, 0, 0]


def test_numbers_are_put_in_order_each_once() -> None:
    assert once(np.array([3, 1, 3, 2, 1])).tolist() == [1, 2, 3]
    assert once(np.array([], np.int64)).tolist() == []
