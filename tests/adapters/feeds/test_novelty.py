"""Leaving known items out of a document changes nothing about the others, whatever is known and whatever is new."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.feeds.charset import decode_document
from bot.adapters.feeds.document import parse_document
from bot.adapters.feeds.items import split
from bot.adapters.feeds.parser import FeedParser
from bot.model.entry import ParsedFeed

DATA = Path(__file__).resolve().parents[2] / "data" / "feeds"
FILES = sorted(DATA.glob("*.expected.json"))
URL = "https://base.example/feeds/main.xml"
SPLITS, FEW = 8, 4
HEAD = (
    "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>T</title><link>http://t.example/</link>"
)
TAIL = "</channel></rss>"
# Each was chosen for what it might do to a scan, or to feedparser's state for the items that follow.
FRAGMENTS = (
    "<title>Plain &amp; simple</title>",
    "<title><![CDATA[A <b>bold</b> title]]></title>",
    "<link>http://t.example/a?b=1&amp;c=2</link>",
    "<description>&lt;p&gt;Escaped&lt;/p&gt;</description>",
    "<description><p>Inline <b>markup</b></p></description>",
    "<description><title>A title in a text</title></description>",
    "<description><![CDATA[</item><item><title>no item</title>]]></description>",
    "<!-- <item><title>hidden</title></item> -->",
    "<?php echo '</item>' ?>",
    "<content:encoded><![CDATA[<p>Whole text</p>]]></content:encoded>",
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x</p></div></content>",
    "<media:group><media:title>Media</media:title><media:content url='http://t.example/i.jpg' medium='image'/></media:group>",
    "<media:title>Media title</media:title>",
    "<svg xmlns='http://www.w3.org/2000/svg'><title>Picture</title></svg>",
    "<image><url>http://t.example/i.png</url><title>Image</title></image>",
    "<textinput><title>Search</title><link>http://t.example/s</link></textinput>",
    "<source url='http://o.example/feed'>Other</source>",
    "<source><title>Other</title><id>o</id></source>",
    "<dc:language>ja</dc:language>",
    "<x:y xmlns:x='http://search.yahoo.com/mrss/'>1</x:y>",
    "<media:credit xmlns:media='http://purl.org/dc/elements/1.1/'>misnamed</media:credit>",
    "<author><name>A. Writer</name></author>",
    "<dc:creator>B. Writer</dc:creator>",
    "<category>Asia</category>",
    "<pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate>",
    "<guid isPermaLink='false'>g</guid>",
    "<b xml:lang='ko' xml:base='http://k.example/'><a href='x'>y</a></b>",
    "<items/>",
    "<media:description>From media</media:description>",
    "<content type='application/atom+xml'><entry><title>Inner</title><id>i</id></entry></content>",
    "<source><author><name>S. Writer</name></author></source>",
    "<link href='http://t.example/first'/><link href='http://t.example/second'/>",
    "<guid>http://t.example/g</guid>",
    "<summary type='html'>&lt;b&gt;Summary&lt;/b&gt;</summary>",
    "<encoded>Whole</encoded>",
    "It&#146;s",
    "&nbsp;",
    "</title>",
    "\x0b",
    "&#1;",
)
ITEMS = st.lists(st.sampled_from(FRAGMENTS), max_size=4).map("".join)


def news(body: bytes, known: frozenset[bytes], headers: dict[str, str] | None = None) -> ParsedFeed:
    result = parse_document(body, URL, headers or {}, known)
    assert isinstance(result, ParsedFeed)
    return result


def is_utf8(body: bytes) -> bool:
    return b"\xef\xbf\xbd" not in body.decode("utf-8", "replace").encode()


def choices(digests: list[bytes], chance: Random) -> Iterator[frozenset[bytes]]:
    """Yield every choice among a few items, else all of them, none, and some at random."""
    if len(digests) <= FEW:
        for count in range(len(digests) + 1):
            yield from map(frozenset, combinations(digests, count))
        return
    yield frozenset()
    yield frozenset(digests)
    for _ in range(SPLITS):
        yield frozenset(chance.sample(digests, chance.randint(1, len(digests) - 1)))


def check(body: bytes, headers: dict[str, str], chance: Random) -> int:
    """Compare both ways for every choice of known items that is tried; return how many were left out."""
    slow = parse_document(body, URL, headers)
    assert isinstance(slow, ParsedFeed)
    learned = news(body, frozenset(), headers)
    assert replace(learned, items=frozenset()) == slow
    return sum(
        compare(body, headers, slow, learned, known) for known in choices(sorted(learned.items), chance)
    )


def compare(
    body: bytes, headers: dict[str, str], slow: ParsedFeed, learned: ParsedFeed, known: frozenset[bytes]
) -> int:
    fast = news(body, known, headers)
    pieces = split(decode_document(body, headers.get("content-type", "")).encode())
    if pieces is None or not learned.items or (not fast.skipped and not is_utf8(body)):
        assert fast == learned
        return 0
    left_out = [digest in known for digest in pieces.digests]
    assert len(slow.entries) == len(left_out)
    expected = tuple(entry for entry, out in zip(slow.entries, left_out, strict=True) if not out)
    assert fast == replace(slow, entries=expected, items=learned.items, skipped=sum(left_out))
    return sum(left_out)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_every_document_is_read_alike_whatever_of_it_is_known(path: Path) -> None:
    name = path.name.removesuffix(".expected.json")
    body = (DATA / name).read_bytes()
    headers = json.loads(path.read_text(encoding="utf-8"))["headers"]
    if not isinstance(parse_document(body, URL, headers), ParsedFeed):
        assert parse_document(body, URL, headers, frozenset()) == parse_document(body, URL, headers)
        return
    check(body, headers, Random(name))  # noqa: S311 - the same choices in every run


@settings(max_examples=150, deadline=None)
@given(items=st.lists(ITEMS, min_size=1, max_size=6), chance=st.randoms(use_true_random=False))
def test_any_mixture_of_items_is_read_alike_whatever_of_it_is_known(items: list[str], chance: Random) -> None:
    listed = "\n".join(f"<item>{item}</item>" for item in items)
    check(f"{HEAD}{listed}{TAIL}".encode(), {}, chance)


def test_a_known_item_is_left_out_when_a_new_one_comes() -> None:
    old = [f"<item><title>Old {number}</title></item>" for number in range(5)]
    known = news(f"{HEAD}{''.join(old)}{TAIL}".encode(), frozenset()).items
    after = news(f"{HEAD}<item><title>New</title></item>{''.join(old)}{TAIL}".encode(), known)
    assert [entry.title for entry in after.entries] == ["New"]
    assert (after.skipped, len(after.items)) == (5, 6)
    assert known < after.items


@pytest.mark.parametrize(
    "body",
    [
        HEAD.replace("<channel>", "<channel xml:base='http://other.example/'>") + "{}" + TAIL,
        HEAD.replace("xmlns:dc", "xmlns:dd") + "{}" + TAIL,
        "<!DOCTYPE rss>" + HEAD + "{}" + TAIL,
        HEAD + "<!-- {} -->" + TAIL,
        HEAD + "{}<ttl>5</ttl>{}" + TAIL,
        HEAD + "{}</channel>",
        HEAD + "<wrong>{}" + TAIL,
        HEAD + "{}&nbsp;" + TAIL,
    ],
    ids=["base", "namespaces", "DTD", "comment", "apart", "truncated", "unclosed", "entity"],
)
def test_a_known_item_in_another_setting_is_read_again(body: str) -> None:
    item = "<item><title>Old</title></item>"
    known = news(f"{HEAD}{item}{TAIL}".encode(), frozenset()).items
    assert len(known) == 1
    again = body.replace("{}", item).encode()
    slow = parse_document(again, URL, {})
    assert isinstance(slow, ParsedFeed)
    fast = news(again, known)
    assert (fast.skipped, fast.entries) == (0, slow.entries)


def test_a_malformed_new_item_makes_the_whole_document_be_read() -> None:
    item = "<item><title>Old</title></item>"
    known = news(f"{HEAD}{item}{TAIL}".encode(), frozenset()).items
    broken = f"{HEAD}<item><title>New &broken; <b></title></item>{item}{TAIL}".encode()
    fast = news(broken, known)
    assert fast == parse_document(broken, URL, {})
    assert fast.warning is not None


async def test_the_worker_leaves_out_what_the_function_leaves_out() -> None:
    body = f"{HEAD}<item><title>A</title></item><item><title>B</title></item>{TAIL}".encode()
    known = frozenset(sorted(news(body, frozenset()).items)[:1])
    parser = FeedParser()
    try:
        result = await parser.parse(body, url=URL, headers={}, known=known)
    finally:
        await parser.close()
    assert result == news(body, known)
    assert isinstance(result, ParsedFeed)
    assert result.skipped == 1
