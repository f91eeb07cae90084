"""Every document in tests/data/feeds is read exactly as the JSON beside it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.feeds.document import parse_document
from bot.adapters.feeds.inspect import as_json
from bot.adapters.feeds.parser import FeedParser
from bot.model.entry import ParsedFeed

DATA = Path(__file__).resolve().parents[2] / "data" / "feeds"
EXPECTED = sorted(DATA.glob("*.expected.json"))
URL = "https://base.example/feeds/main.xml"


def load(path: Path) -> tuple[str, bytes, dict[str, Any]]:
    name = path.name.removesuffix(".expected.json")
    return name, (DATA / name).read_bytes(), json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_a_document_is_read_as_expected(path: Path) -> None:
    name, body, expected = load(path)
    headers = expected.pop("headers")
    got = as_json(name, parse_document(body, URL, headers))
    assert got == {"file": name, **expected}


def test_the_corpus_is_whole() -> None:
    documents = {path.name for path in DATA.iterdir() if not path.name.endswith(".expected.json")}
    assert documents == {load(path)[0] for path in EXPECTED}
    assert len(documents) >= 250


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_every_truncation_of_a_document_is_survived(path: Path) -> None:
    _, body, _ = load(path)
    step = max(1, len(body) // 12)
    for end in range(0, len(body), step):
        parse_document(body[:end], URL, {})


def test_a_document_cut_in_an_entry_keeps_the_entries_before() -> None:
    body = (DATA / "rss-2.0-full.xml").read_bytes()
    cut = body[: body.index(b"Worth")]
    result = parse_document(cut, URL, {})
    assert isinstance(result, ParsedFeed)
    assert [entry.title for entry in result.entries] == [
        "Takaichi and Trump agree on spring visit",
        "Contract for Taiwan support",
    ]
    assert result.warning is not None
    assert "not well-formed" in result.warning


async def test_the_worker_reads_what_the_function_reads() -> None:
    parser = FeedParser()
    try:
        for path in EXPECTED:
            _, body, expected = load(path)
            headers = expected["headers"]
            assert await parser.parse(body, url=URL, headers=headers) == parse_document(body, URL, headers)
    finally:
        await parser.close()


@pytest.mark.parametrize(
    ("trap", "lost"),
    [
        (
            b"<media:thumbnail xmlns:media='http://search.yahoo.com/mrss/' url='x'><link>y</media:thumbnail>",
            0,
        ),
        (b"<x:y xmlns:x='a namespace with spaces'/>", 0),
    ],
)
def test_what_feedparser_stumbles_over_costs_its_own_entry_at_most(trap: bytes, lost: int) -> None:
    item = b"<item><title>%d</title><link>http://t.example/%d</link>%s</item>"
    body = b"".join(item % (number, number, trap if number == 1 else b"") for number in range(3))
    result = parse_document(
        b"<rss version='2.0'><channel><title>T</title>" + body + b"</channel></rss>", URL, {}
    )
    assert isinstance(result, ParsedFeed)
    assert len(result.entries) >= 3 - lost
    assert [entry.title for entry in result.entries if entry.title in "02"] == ["0", "2"]
