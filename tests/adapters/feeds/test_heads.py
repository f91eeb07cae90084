"""A head that is remembered reads as it would be read again, whatever is in it and whatever comes after it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.feeds import reader
from bot.adapters.feeds.document import parse_document
from bot.adapters.feeds.elements import StrictParser
from bot.adapters.feeds.heads import Heads
from bot.adapters.feeds.links import BASE
from bot.model.entry import ParsedFeed

URL = "https://base.example/feeds/main.xml"
ROOT = (
    "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:a='http://www.w3.org/2005/Atom'><channel>"
)
TAIL = "</channel></rss>"
OLD = "<item><title>Old</title></item>"
DATES = ("Sun, 01 Nov 2026 10:00:00 GMT", "Mon, 02 Nov 2026 09:30:00 +0900", "2026-11-01T10:00:00Z")
DATED = tuple(f"<{name}>DATE</{name}>" for name in ("lastBuildDate", "pubDate", "updated", "dc:date"))
PIECES = (
    *DATED,
    "<title>World News</title>",
    "<link>http://t.example/</link>",
    "<a:link rel='self' href='main.xml'/>",
    "<a:link rel='hub' href='https://hub.example/'/>",
    "<language>ja</language>",
    "<description><![CDATA[<lastBuildDate>DATE</lastBuildDate>]]></description>",
    "<!-- <pubDate>DATE</pubDate> -->",
    "<title>At <updated>DATE</updated></title>",
    "<a:title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><updated>DATE</updated></div></a:title>",
    "<title mode='base64'><updated>DATE</updated></title>",
    "<image><url>/i.png</url><pubDate>DATE</pubDate><title>Picture</title></image>",
    "<image><url>/i.png</url>",
    "</image>",
    "<textInput><title>Search</title><link>/s</link></textInput>",
    "<managingEditor>e@t.example (Editor)</managingEditor>",
    "<skipHours><hour>3</hour></skipHours>",
    "<skipHours><hour>3</hour><pubDate>DATE</pubDate></skipHours>",
    "<media:thumbnail url='/m.png'/>",
    "<category>Asia</category>",
    "<source><title>Other</title><updated>DATE</updated></source>",
    "<svg xmlns='http://www.w3.org/2000/svg'><title>P</title></svg>",
    "<group>",
    "</group>",
    "words",
)
HEADS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
ITEMS = st.lists(
    st.sampled_from(
        (
            "<title>New</title>",
            "<description>Words</description>",
            "<link>/new</link>",
            "<image><url>/j.png</url></image>",
            "<author>A. Writer</author>",
        )
    ),
    max_size=3,
).map("".join)


def document(head: str, item: str, date: str) -> bytes:
    return f"{ROOT}{head.replace('DATE', date)}\n<item>{item}</item>\n{OLD}{TAIL}".encode()


def parsed(body: bytes, known: frozenset[bytes] | None) -> ParsedFeed:
    result = parse_document(body, URL, {}, known)
    assert isinstance(result, ParsedFeed)
    return result


@settings(max_examples=300, deadline=None)
@given(head=HEADS, item=ITEMS, dates=st.lists(st.sampled_from(DATES), min_size=2, max_size=3))
def test_whatever_a_head_says_it_is_read_alike_at_every_poll(head: str, item: str, dates: list[str]) -> None:
    known = parsed(f"{ROOT}{head.replace('DATE', DATES[0])}{OLD}{TAIL}".encode(), frozenset()).items
    for turn, date in enumerate(dates):
        body = document(head, f"{item}<guid>{turn}</guid>", date)
        slow, fast = parsed(body, None), parsed(body, known)
        expected = slow.entries[: len(slow.entries) - fast.skipped]
        assert fast == replace(slow, entries=expected, items=fast.items, skipped=fast.skipped)


def test_only_the_first_reading_after_a_change_reads_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_HEADS", Heads())
    begun: list[str] = []
    begin = StrictParser.begin

    def told(self: StrictParser, name: str, attributes: dict[str, str]) -> None:
        begun.append(name)
        begin(self, name, attributes)

    monkeypatch.setattr(StrictParser, "begin", told)
    known = parsed(f"{ROOT}{OLD}{TAIL}".encode(), frozenset()).items
    head = "<title>T</title><lastBuildDate>DATE</lastBuildDate>"
    for date, read in ((DATES[0], 6), (DATES[1], 2), (DATES[2], 2)):
        begun.clear()
        assert parsed(document(head, f"<guid>{date}</guid>", date), known).title == "T"
        assert len(begun) == read
    assert parsed(document(head.replace("T<", "U<"), "<guid>u</guid>", DATES[0]), known).title == "U"


def parser() -> Any:
    return StrictParser(BASE, None, "utf-8")


def after(title: str) -> Any:
    read = parser()
    read.feeddata["title"] = title
    return read


def test_the_feeds_whose_heads_were_longest_not_asked_for_are_forgotten_first() -> None:
    heads = Heads(2)
    for feed in ("a", "b"):
        heads.remember(feed, "<rss>", "", parser(), after(feed))
    assert heads.recall("a", "<rss>", "") == {"feeddata": {"title": "a"}}
    heads.remember("c", "<rss>", "", parser(), after("c"))
    assert [heads.recall(feed, "<rss>", "") is not None for feed in ("a", "b", "c")] == [True, False, True]


@pytest.mark.parametrize(
    ("head", "title"),
    [("<rss>" + " " * 9_000, "T"), ("<rss>", "T" * 9_000), (f"<updated>{DATES[0]}</updated>", DATES[0])],
    ids=["long head", "much in it", "a date that is read"],
)
def test_what_is_large_or_tells_a_date_is_not_remembered(head: str, title: str) -> None:
    heads = Heads()
    heads.remember("a", head, "", parser(), after(title))
    assert heads.recall("a", head, "") is None


def test_a_head_in_another_language_is_another() -> None:
    heads = Heads()
    heads.remember("a", "<rss>", "ja", parser(), after("T"))
    assert heads.recall("a", "<rss>", "") is None


def test_what_is_recalled_is_nobody_elses() -> None:
    heads = Heads()
    heads.remember("a", "<rss>", "", parser(), after("T"))
    first = heads.recall("a", "<rss>", "")
    assert first is not None
    first["feeddata"]["title"] = "changed"
    assert heads.recall("a", "<rss>", "") == {"feeddata": {"title": "T"}}
