"""Subscription lists in and out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.feeds.opml import read, read_listing, write
from bot.errors import UserError
from bot.model.feed import FeedSpec

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>My feeds</title></head><body>
<outline text="World" title="World">
  <outline type="rss" text="A &amp; B" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
  <outline text="Asia"><outline title="C" text="ignored" xmlurl="HTTP://C.example:80/rss#x" category="/Japan/,Press"/></outline>
</outline>
<outline text="A again" xmlUrl="https://a.example/feed" category="Twice"/>
<outline text="A note"/>
</body></opml>"""


def test_folders_and_categories_become_tags_and_duplicates_one_feed() -> None:
    assert read(LIST) == [
        FeedSpec("https://a.example/feed", "A & B", ("World", "Twice")),
        FeedSpec("http://c.example/rss", "C", ("World", "Asia", "Japan", "Press")),
    ]


def test_outlines_that_cannot_be_used_are_named_and_the_others_read() -> None:
    listing = read_listing(
        b'<opml><body><outline text="Bad" xmlUrl="ftp://x/"/><outline xmlUrl="http://"/><outline text="Good" xmlUrl="http://g.example/f"/></body></opml>'
    )
    assert [feed.title for feed in listing.feeds] == ["Good"]
    assert listing.problems[0].startswith("Bad: Only http and https")
    assert listing.problems[1].startswith("An outline without title: ")


def test_a_list_of_nothing_usable_is_refused_with_names() -> None:
    with pytest.raises(UserError, match="Bad: Only http"):
        read(b'<opml><body><outline text="Bad" xmlUrl="ftp://x/"/></body></opml>')


@pytest.mark.parametrize("document", [b"", b"hello", b"<rss/>", b"<html><body/></html>", b"\x00\xff", b"{}"])
def test_what_is_no_list_is_refused(document: bytes) -> None:
    with pytest.raises(UserError, match="no OPML"):
        read(document)


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    broken = b'<opml><body><outline text="R&D" xmlUrl="http://a.example/?x=1&y=2"><outline text="B" xmlUrl="http://b.example/">'
    assert [feed.url for feed in read(broken)] == ["http://a.example/?x=1&y=2", "http://b.example/"]


def test_entities_reach_nothing() -> None:
    hostile = (
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<opml><body><outline text="&x;&b;" xmlUrl="http://a.example/"/></body></opml>'
    )
    [feed] = read(hostile)
    assert "root:" not in (feed.title or "")
    assert len(feed.title or "") < 100


def test_other_charsets_are_read() -> None:
    text = '<?xml version="1.0" encoding="Shift_JIS"?><opml><body><outline text="新聞" xmlUrl="http://n.example/"/></body></opml>'
    assert read(text.encode("cp932"))[0].title == "新聞"


def test_no_password_is_written() -> None:
    written = write([FeedSpec("https://user:hush@a.example/f", None, ())])
    assert b"hush" not in written
    assert b'xmlUrl="https://a.example/f"' in written


words = st.text(
    alphabet=st.characters(exclude_categories=("C", "Z"), exclude_characters="/"), min_size=1, max_size=20
)


intervals = st.none() | st.integers(1, 10**7).map(lambda seconds: timedelta(seconds=seconds))


@given(st.lists(st.tuples(words, st.lists(words, max_size=3, unique=True), intervals), max_size=8))
def test_what_is_written_is_read_back(rows: list[tuple[str, list[str], timedelta | None]]) -> None:
    feeds = [
        FeedSpec(f"https://f{number}.example/feed", title, tuple(tags), interval)
        for number, (title, tags, interval) in enumerate(rows)
    ]
    assert sorted(read(write(feeds)), key=lambda feed: feed.url) == sorted(feeds, key=lambda feed: feed.url)
