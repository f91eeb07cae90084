import gc
from collections.abc import Iterator

import pytest

from bot import heap


@pytest.fixture
def thresholds() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_stands_is_never_looked_through_again_and_cycles_still_go(
    thresholds: tuple[int, int, int],
) -> None:
    heap.settle()
    assert gc.get_freeze_count() > 10_000
    assert gc.isenabled()
    assert gc.get_threshold()[0] > thresholds[0]
