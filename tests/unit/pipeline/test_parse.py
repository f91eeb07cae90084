"""The same entry is the same again, whatever its feed does to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.entry import FreshEntry, ParsedEntry
from bot.pipeline.parse import distinct, guid_key, identify, link_key

FEED = "https://feeds.example/a.xml"


def entry(
    title: str = "Talks", link: str | None = "https://e.example/1", guid: str | None = None, summary: str = ""
) -> ParsedEntry:
    return ParsedEntry(guid=guid, title=title, link=link, summary=summary)


def known(first: ParsedEntry, second: ParsedEntry) -> bool:
    """Tell whether the second would be recognised by what the first left behind."""
    return not set(identify(FEED, first).identities).isdisjoint(identify(FEED, second).identities)


def test_the_guid_comes_first_then_the_link_then_the_content() -> None:
    assert identify(FEED, entry(guid="a")).identities[0].startswith("guid:")
    assert identify(FEED, entry()).identities[0].startswith("link:")
    assert identify(FEED, entry(link=None, summary="text")).identities[0].startswith("text:")


def test_a_new_guid_with_the_same_link_and_title_is_the_same_entry() -> None:
    assert known(entry(guid="a"), entry(guid="b"))


def test_a_new_guid_and_link_is_a_new_entry() -> None:
    assert not known(entry(guid="a"), entry(guid="b", link="https://e.example/2"))


def test_a_live_page_with_changing_titles_under_new_guids_is_new_each_time() -> None:
    assert not known(entry(guid="a", title="One"), entry(guid="b", title="Two"))


def test_a_changed_title_under_the_same_guid_is_the_same_entry() -> None:
    assert known(entry(guid="a", title="Old"), entry(guid="a", title="New", link="https://e.example/2"))


def test_a_changed_title_under_the_same_link_is_the_same_entry_where_there_is_no_guid() -> None:
    assert known(entry(title="Old"), entry(title="New"))


@pytest.mark.parametrize(
    "other",
    [
        "http://e.example/1",
        "https://e.example/1/",
        "https://E.EXAMPLE/1",
        "https://www.e.example/1",
        "https://e.example:443/1",
        "https://e.example/1?utm_source=rss&utm_medium=feed",
        "https://e.example/1?fbclid=x#xtor=RSS-1",
        "https://e.example/%31",
    ],
)
def test_links_that_lead_to_the_same_place_are_one_entry(other: str) -> None:
    assert known(entry(), entry(link=other))
    assert known(entry(guid="a"), entry(guid="b", link=other))


@pytest.mark.parametrize(
    "other",
    [
        "https://e.example/1?id=2",
        "https://e.example/1#part-2",
        "https://other.example/1",
        "https://e.example:8443/1",
    ],
)
def test_links_that_lead_elsewhere_are_other_entries(other: str) -> None:
    assert not known(entry(), entry(link=other))


def test_a_guid_that_flips_between_http_and_https_is_one_entry() -> None:
    assert known(
        entry(guid="http://e.example/?p=1"), entry(guid="https://e.example/?p=1", title="x", link=None)
    )
    assert not known(
        entry(guid="http://e.example/?p=1"), entry(guid="http://e.example/?p=2", title="x", link=None)
    )


def test_opaque_guids_are_taken_as_they_are() -> None:
    assert guid_key(" tag:e.example,2026:1 ") == "tag:e.example,2026:1"
    assert not known(entry(guid="Abc", link=None), entry(guid="abc", link=None, title="x"))


def test_identities_do_not_depend_on_where_the_feed_was_fetched() -> None:
    one = entry(guid="12")
    assert identify("http://a.example/feed", one) == identify("https://b.example/feed?x", one)


def test_without_guid_and_link_white_space_and_case_do_not_matter() -> None:
    assert known(entry("A  Title", link=None, summary="Text."), entry("a title", link=None, summary="text"))
    assert not known(entry("A", link=None, summary="one"), entry("A", link=None, summary="two"))


def test_duplicates_in_one_document_count_once() -> None:
    entries = [
        identify(FEED, one)
        for one in (
            entry(guid="a"),
            entry(guid="a", title="again"),
            entry(guid="b"),
            entry(guid="c", title="z"),
        )
    ]
    assert [one.entry.guid for one in distinct(entries)] == ["a", "c"]


@given(st.text(max_size=200))
def test_no_text_upsets_the_keys(text: str) -> None:
    link_key(text)
    fresh = identify(FEED, ParsedEntry(guid=text, title=text, link=f"https://e.example/{text}"))
    assert isinstance(fresh, FreshEntry)
    assert fresh == identify(FEED, fresh.entry)


@given(st.text(alphabet="abc/?&=#%.0", max_size=60))
def test_a_link_key_stays_when_tracking_is_added(path: str) -> None:
    link = f"https://e.example/{path}"
    joint = "&" if "?" in link.partition("#")[0] else "?"
    head, mark, fragment = link.partition("#")
    assert link_key(f"{head}{joint}utm_source=rss{mark}{fragment}") == link_key(link)
