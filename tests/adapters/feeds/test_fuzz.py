"""No bytes make the parser raise; what comes out is always clean."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.feeds.inspect import as_json
from bot.adapters.feeds.parser import parse_document
from bot.model.entry import ParsedFeed, ParseFailed

DATA = Path(__file__).resolve().parents[2] / "data" / "feeds"
SEEDS = [path.read_bytes() for path in sorted(DATA.iterdir()) if not path.name.endswith(".expected.json")]
PIECES = [
    b"<item>", b"</item>", b"<title>", b"</title>", b"<![CDATA[", b"]]>", b"&", b"&#x0;", b"&#99999999;", b"<", b">", b'"',
    b"<!DOCTYPE x [", b"]>", b"<!--", b"-->", b"<?xml", b"?>", b"\x00", b"\xff", b"\xed\xa0\x80", b"xml:base='//['", b"<svg>",
    b"<link href='http://[' />", b"<guid>", b"<entry>", b"</", b"<div>", b"xmlns:x=''", b"<x:y>", b"{", b"[", b"\\ud800",
    b"<pubDate>-1-99-99</pubDate>", b"<content type='application/octet-stream'>!!!</content>", b"<source url='x'>",
]  # fmt: skip


def check(body: bytes) -> None:
    result = parse_document(body, "https://f.example/x", {"content-type": "text/xml; charset=x"})
    assert isinstance(result, ParsedFeed | ParseFailed)
    if isinstance(result, ParsedFeed):
        as_json("x", result)
        for entry in result.entries:
            for text in (
                entry.title,
                entry.summary,
                entry.guid or "",
                entry.link or "",
                *entry.authors,
                *entry.categories,
            ):
                text.encode("utf-8")
                assert "\x00" not in text
            assert entry.link is None or entry.link.lower().startswith(("http://", "https://"))
            assert "newsbell-base" not in f"{entry.link}{entry.image}"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(PIECES)), max_size=6),
)
def test_damaged_feeds_are_survived(seed: bytes, damages: list[tuple[float, int, bytes]]) -> None:
    body = seed
    for where, cut, piece in damages:
        place = int(where * len(body))
        body = body[:place] + piece + body[place + cut :]
    check(body)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_heaps_of_pieces_are_survived(pieces: list[bytes]) -> None:
    check(b"<rss version='2.0'><channel><item>" + b"".join(pieces))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_survived(body: bytes) -> None:
    check(body)
