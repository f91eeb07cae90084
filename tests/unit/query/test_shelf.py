"""The shelf gives back what was put there, wherever the ids lie."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.nodes import Pattern
from bot.query.programs import ALL, ANY, NODE, Program
from bot.query.shelf import Shelf

# A tree cannot be packed.
PROGRAMS: list[Program] = ["taiwan", (ALL, "a", "b"), (ANY, "a", "c d"), (NODE, Pattern("x+"), "x")]


@pytest.mark.parametrize("highest", [100, 3000, 1 << 40])
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_a_shelf_agrees_with_a_dictionary(highest: int, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # test data, not secrets
    shelf = Shelf()
    held: dict[int, Program] = {}
    notes: dict[int, int] = {}
    for _ in range(30):
        ids = {chance.randrange(highest) for _ in range(chance.randint(1, 200))} - held.keys()
        if not ids:  # all of them are held, and only what is not may be put
            continue
        new = {query_id: chance.choice(PROGRAMS) for query_id in ids}
        some = [chance.randint(1, 1000) for _ in new]
        places = shelf.put(new)
        shelf.notes.array[places] = some
        held |= new
        notes |= dict(zip(new, some, strict=True))
        gone = chance.sample(list(held), chance.randint(0, len(held)))
        places = shelf.places(np.array([*gone, highest], np.int64))
        assert shelf.programs(places) == [held.pop(query_id) for query_id in gone]
        assert shelf.notes.array.take(places).tolist() == [notes.pop(query_id) for query_id in gone]
        shelf.drop(places)
        assert len(shelf) == len(held)
        assert {query_id: shelf.program(query_id) for query_id in held} == held
        assert sorted(map(repr, shelf)) == sorted(map(repr, held.values()))
