"""An answer comes out the same however its bytes are cut, and no bytes take more than they may."""

from itertools import chain, pairwise, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.feeds.faults import BrokenOff, NoAnswer, NotHttp, TooLong
from bot.adapters.feeds.intake import Answer, Intake, Wanted

FEED = b"<rss/>"
WANTED = Wanted(frozenset({200}), limit=1_000, some=100)
PLAIN = b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: 6\r\n\r\n' + FEED
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<rs\r\n3;x=y\r\ns/>\r\n0\r\nX-Sum: 1\r\n\r\n"
)
HINTED = b'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nETag: "b"\r\n\r\n' + PLAIN
ENDLESS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "one header": (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "hints": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    "a chunk's extension": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
    "a reason": (b"HTTP/1.1 200 ", b"x"),
    "the body": (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "small chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


def taken(pieces: list[bytes], wanted: Wanted = WANTED) -> Intake:
    intake = Intake(wanted)
    for piece in pieces:
        if not intake.complete:
            intake.feed(piece)
    return intake


@given(st.sampled_from([PLAIN, CHUNKED, HINTED]), st.lists(st.integers(1, 160), max_size=12))
def test_an_answer_is_the_same_however_it_is_cut(whole: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    intake = taken([whole[one:other] for one, other in pairwise(places)])
    assert intake.complete
    assert intake.reusable
    answer = intake.answer()
    assert (answer.status, answer.body) == (200, FEED)
    assert answer.headers.get("etag") == (None if whole is CHUNKED else '"a"')
    assert "link" not in answer.headers
    assert "x-sum" not in answer.headers


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_no_bytes_raise_anything_but_the_four_faults(pieces: list[bytes]) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n", PLAIN[:40], CHUNKED[:50]):
        try:
            intake = taken([start, *pieces] if start else pieces)
            intake.end()
        except (NoAnswer, BrokenOff, NotHttp, TooLong):
            continue
        assert len(intake.answer().body) <= WANTED.limit


@pytest.mark.parametrize("what", ENDLESS)
def test_what_never_ends_is_ended_by_its_size(what: str) -> None:
    head, piece = ENDLESS[what]
    pieces = chain([head] if head else [], repeat(piece * 500, 100_000 // len(piece * 500)))
    with pytest.raises(TooLong):
        taken(list(pieces))


def test_of_a_repeated_header_the_first_counts_and_of_lists_all() -> None:
    lines = b"ETag: 1\r\nETag: 2\r\nLink: <a>\r\nLINK: <b>\r\nCache-Control: private\r\nCache-control: max-age=5\r\n"
    intake = taken([b"HTTP/1.1 304 Not Modified\r\n" + lines + b"\r\n"])
    found = {"etag": "1", "link": "<a>, <b>", "cache-control": "private, max-age=5"}
    assert intake.answer() == Answer(304, found, b"")


@pytest.mark.parametrize("after", [b"x", PLAIN, b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"])
def test_whoever_says_more_than_was_asked_is_not_asked_again_here(after: bytes) -> None:
    intake = taken([PLAIN + after])
    assert intake.complete
    assert not intake.reusable
    assert intake.answer().body == FEED


def test_of_an_error_page_the_beginning_is_enough() -> None:
    intake = taken([b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5000\r\n\r\n", b"x" * 60, b"x" * 60])
    assert intake.complete
    assert not intake.reusable
    assert intake.answer() == Answer(403, {"content-length": "5000"}, b"x" * 100)


def test_a_body_whose_end_is_the_end_of_the_connection_is_whole_only_without_a_fault() -> None:
    open_ended = b"HTTP/1.1 200 OK\r\n\r\n" + FEED
    intake = taken([open_ended])
    intake.end()
    assert intake.answer().body == FEED
    with pytest.raises(BrokenOff):
        taken([open_ended]).end(ConnectionResetError())
    with pytest.raises(BrokenOff):
        taken([CHUNKED[:-2]]).end()


def test_a_change_of_protocols_is_no_answer_to_wait_on() -> None:
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n\x00\x00"
    intake = taken([switch])
    assert intake.complete
    assert not intake.reusable
    assert intake.answer().status == 101
