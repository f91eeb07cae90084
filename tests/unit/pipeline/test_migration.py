from datetime import datetime

from bot.model.entry import FreshEntry, ParsedEntry
from bot.pipeline.migration import Shown, reissued, suspicious
from tests.unit.pipeline.samples import DAY, HOUR, NOW, entry

LAST_SUCCESS = NOW - HOUR


def fresh(title: str, summary: str = "", published: datetime | None = NOW - DAY) -> FreshEntry:
    told: ParsedEntry = entry(title, summary, published=published)
    return FreshEntry(told, (f"guid:{title}",))


def shown(*titles: str, summary: str = "") -> Shown:
    notes = Shown()
    for title in titles:
        notes.add(entry(title, summary))
    return notes


TITLES = tuple(f"Story {number}" for number in range(12))


def test_only_a_feed_that_changes_nearly_everything_is_suspicious() -> None:
    assert suspicious(10, 8)
    assert not suspicious(10, 7)
    assert not suspicious(9, 9)


def test_old_stories_under_new_identities_are_no_news() -> None:
    moved = [fresh(title) for title in TITLES]
    assert reissued(moved, shown(*TITLES), LAST_SUCCESS) == frozenset(range(12))


def test_a_recent_story_among_re_issued_ones_is_news() -> None:
    moved = [*(fresh(title) for title in TITLES), fresh("Breaking", published=NOW)]
    assert reissued(moved, shown(*TITLES), LAST_SUCCESS) == frozenset(range(12))


def test_many_new_stories_are_news_however_old_their_dates_are() -> None:
    news = [fresh(f"Other {number}") for number in range(50)]
    assert reissued(news, shown(*TITLES), LAST_SUCCESS) == frozenset()


def test_re_dated_stories_with_the_same_text_are_no_news() -> None:
    moved = [fresh(title, "Same text.", published=NOW) for title in TITLES]
    assert reissued(moved, shown(*TITLES, summary="same  TEXT."), LAST_SUCCESS) == frozenset(range(12))


def test_a_feed_whose_titles_are_always_the_same_still_brings_news() -> None:
    quakes = [fresh("Earthquake report", f"Magnitude {n}", published=NOW) for n in range(12)]
    assert reissued(quakes, shown("Earthquake report"), LAST_SUCCESS) == frozenset()


def test_untitled_entries_are_no_sign_of_a_move() -> None:
    notes = [fresh("", f"Text {n}") for n in range(12)]
    assert reissued(notes, shown(""), LAST_SUCCESS) == frozenset()


def test_undated_stories_are_old_where_their_title_is_known() -> None:
    moved = [*(fresh(title, published=None) for title in TITLES), fresh("Breaking", published=None)]
    assert reissued(moved, shown(*TITLES), LAST_SUCCESS) == frozenset(range(12))
