"""How a feed's state reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.activity import Activity, entries_per_day
from bot.model.feed import Feed, FeedOrigin, PollState
from bot.pipeline.feed_report import per_day, rate, report

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def feed(**state: object) -> Feed:
    poll = PollState(
        next_poll_at=NOW + 4 * MINUTE,
        polled_at=NOW - MINUTE,
        succeeded_at=NOW - MINUTE,
        seeded_at=NOW - 30 * DAY,
    )
    return Feed(1, "https://a.example/f", "A", FeedOrigin.CLI, NOW, replace(poll, **state))  # type: ignore[arg-type]  # the fields that a test names


def test_a_healthy_feed_says_what_it_brings_and_when_it_is_asked_next() -> None:
    told = report(feed(next_poll_why="it brings little"), NOW, Activity(84, NOW - 6 * DAY))
    assert told == "fine, checked 60 s ago; 12 entries a day; next poll in 4 min, because it brings little"


def test_a_failing_feed_says_why_and_when_it_is_tried_again_once() -> None:
    told = report(feed(failure="The server answered 503.", succeeded_at=NOW - 3 * HOUR), NOW, None)
    assert told == "failing for 3 h: The server answered 503; next try in 4 min; less than an entry a week"


def test_a_feed_that_is_due_is_asked_now() -> None:
    assert report(feed(next_poll_at=NOW), NOW, None).endswith("; next poll now")


@pytest.mark.parametrize("state", [{"gone": True}, {"polled_at": None}])
def test_a_feed_that_is_not_polled_has_no_rate(state: dict[str, object]) -> None:
    assert "entr" not in report(feed(**state), NOW, Activity(5, NOW))


def test_a_feed_that_was_never_read_has_no_rate() -> None:
    assert per_day(feed(seeded_at=None), NOW, None) is None
    assert "entr" not in report(feed(seeded_at=None, failure="It hangs."), NOW, None)


def test_a_feed_known_since_today_is_counted_from_its_first_entry() -> None:
    activity = Activity(20, NOW - DAY)
    assert entries_per_day(activity, NOW - 7 * DAY, NOW, known_for=HOUR) == pytest.approx(20)
    assert entries_per_day(activity, NOW - 7 * DAY, NOW, known_for=30 * DAY) == pytest.approx(20 / 7)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (None, ""), (0, "less than an entry a week"), (0.05, "less than an entry a week"), (1 / 7, "1 entry a week"),
        (0.5, "4 entries a week"), (1, "1 entry a day"), (1.5, "1.5 entries a day"), (9.4, "9.4 entries a day"),
        (12.3, "12 entries a day"), (1234.4, "1,234 entries a day"),
    ],
)  # fmt: skip
def test_rates_are_said_as_people_say_them(entries: float | None, words: str) -> None:
    assert rate(entries) == words
