"""No bytes make the parser raise; what comes out is always clean, and the same whatever of it is known.

``python -m tests.fuzz.parser`` does the same for as long as one likes, in the real parser process.
"""

import asyncio
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.feeds.document import parse_document
from tests.fuzz.mutations import PIECES, damaged, seeds
from tests.fuzz.oracle import Parsed, examine

URL = "https://f.example/x"
HEADERS = {"content-type": "text/xml; charset=x"}
DOCUMENTS = seeds()


async def parse(body: bytes, known: frozenset[bytes] | None) -> Parsed:
    return parse_document(body, URL, HEADERS, known)


def check(body: bytes, seed: int = 0) -> None:
    asyncio.run(examine(parse, body, Random(seed)))  # noqa: S311 - the same choices in every run


@pytest.mark.parametrize("part", range(8))
def test_damaged_feeds_are_survived_and_read_alike(part: int) -> None:
    for seed in range(part * 40, part * 40 + 40):
        check(damaged(Random(seed), DOCUMENTS), seed)  # noqa: S311 - as above


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_heaps_of_pieces_are_survived(pieces: list[bytes]) -> None:
    check(b"<rss version='2.0'><channel><item>" + b"".join(pieces))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_survived(body: bytes) -> None:
    check(body)
