from datetime import UTC, datetime, timedelta

import pytest

from bot.model.hints import PollHints
from bot.model.rhythm import Rhythm
from bot.pipeline.pace import Bounds, clear_of_skipped, heard, pause, per_hour
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, SECOND

BOUNDS = Bounds(MINUTE, 5 * MINUTE, DAY)
# A Thursday.
START = datetime(2026, 1, 1, tzinfo=UTC)


def listened(days: int, entries: dict[int, int], weekend: bool = True) -> tuple[Rhythm, datetime]:
    """Return the rhythm of a feed that brought so many entries at these hours of each day, and the last midnight."""
    rhythm = heard(Rhythm(), [], START)
    for day in range(days):
        for hour, count in entries.items():
            now = START + day * DAY + hour * HOUR
            if weekend or now.weekday() < 5:
                rhythm = heard(rhythm, [None] * count, now)
    return rhythm, START + days * DAY


def test_a_feed_of_unknown_rhythm_gets_the_usual_pause() -> None:
    assert pause(Rhythm(), BOUNDS, START).length == 5 * MINUTE
    rhythm, _ = listened(2, dict.fromkeys(range(24), 50))
    assert per_hour(rhythm, START + 2 * DAY) is None
    assert pause(rhythm, BOUNDS, START + 2 * DAY).length == 5 * MINUTE


@pytest.mark.parametrize(("days", "count"), [(4, 6), (10, 6), (60, 6), (60, 1)])
def test_the_rate_is_what_was_heard(days: int, count: int) -> None:
    rhythm, now = listened(days, dict.fromkeys(range(24), count))
    assert per_hour(rhythm, now) == pytest.approx(count, rel=0.15)


def test_an_active_feed_is_asked_more_often_down_to_the_floor() -> None:
    lively, now = listened(10, dict.fromkeys(range(24), 12))
    assert 2 * MINUTE < pause(lively, BOUNDS, now).length < 3 * MINUTE
    flood, now = listened(10, dict.fromkeys(range(24), 50))
    assert pause(flood, BOUNDS, now).length == MINUTE


def test_a_feed_of_a_few_entries_a_day_keeps_the_usual_pause() -> None:
    rhythm, now = listened(10, dict.fromkeys(range(0, 24, 3), 1))
    assert pause(rhythm, BOUNDS, now).length == 5 * MINUTE


def test_a_slow_feed_is_asked_less_often_but_within_six_usual_pauses() -> None:
    rhythm, now = listened(28, {})
    rhythm = heard(rhythm, [None], now - DAY)
    slow = pause(rhythm, BOUNDS, now)
    assert 10 * MINUTE < slow.length <= 30 * MINUTE
    assert "little" in slow.why


def test_the_hour_of_the_day_counts() -> None:
    rhythm, midnight = listened(20, dict.fromkeys(range(8, 18), 12))
    day = pause(rhythm, BOUNDS, midnight + 12 * HOUR).length
    night = pause(rhythm, BOUNDS, midnight + 2 * HOUR).length
    assert day < 4 * MINUTE
    assert night >= 5 * MINUTE
    assert pause(rhythm, BOUNDS, midnight + 7 * HOUR).length < 4 * MINUTE


def test_the_day_of_the_week_counts() -> None:
    rhythm, thursday = listened(28, dict.fromkeys(range(24), 10), weekend=False)
    saturday = thursday + 2 * DAY
    assert pause(rhythm, BOUNDS, thursday).length < 4 * MINUTE
    assert pause(rhythm, BOUNDS, saturday).length >= 5 * MINUTE


def test_a_feed_without_news_for_30_days_is_asked_daily() -> None:
    rhythm, now = listened(5, {12: 3})
    quiet = pause(rhythm, BOUNDS, now + 30 * DAY)
    assert quiet.length == DAY
    assert quiet.why == "it has brought nothing new for 30 days"


def test_a_feed_that_falls_silent_slows_down_step_by_step() -> None:
    rhythm, now = listened(20, {12: 3})
    pauses = [pause(rhythm, BOUNDS, now + days * DAY).length for days in (8, 14, 28)]
    assert HOUR < pauses[0] < pauses[1] < pauses[2] < 5 * HOUR


def test_one_entry_wakes_a_sleeping_feed() -> None:
    rhythm, now = listened(5, {12: 3})
    woken = heard(rhythm, [None], now + 90 * DAY)
    assert pause(woken, BOUNDS, now + 90 * DAY).length <= 30 * MINUTE


def test_a_new_feed_is_not_taken_for_a_silent_one() -> None:
    rhythm = heard(Rhythm(), [], START)
    assert pause(rhythm, BOUNDS, START + 6 * DAY).length <= 30 * MINUTE


@pytest.mark.parametrize("days", [0, 5, 40])
def test_where_the_usual_pause_is_the_floor_the_beat_is_steady(days: int) -> None:
    rhythm, now = listened(3, {12: 1})
    assert pause(rhythm, Bounds(SECOND, SECOND, DAY), now + days * DAY).length == SECOND


def test_no_pause_leaves_floor_and_ceiling() -> None:
    rhythm, now = listened(5, dict.fromkeys(range(24), 50))
    assert pause(rhythm, Bounds(4 * MINUTE, 5 * MINUTE, DAY), now).length == 4 * MINUTE
    assert pause(rhythm, Bounds(MINUTE, 5 * MINUTE, HOUR), now + 90 * DAY).length == HOUR


@pytest.mark.parametrize("date", [START - 2 * DAY, START + HOUR, datetime(1, 1, 1, tzinfo=UTC), None])
def test_a_date_that_is_not_believable_counts_for_the_moment_of_the_poll(date: datetime | None) -> None:
    rhythm = heard(Rhythm(), [date], START + 15 * MINUTE)
    assert (rhythm.hours[0], rhythm.days[3]) == (1, 1)


def test_a_recent_date_counts_for_its_own_hour() -> None:
    rhythm = heard(Rhythm(), [START - HOUR], START)
    assert (rhythm.hours[23], rhythm.days[2]) == (1, 1)


def test_a_flood_counts_as_fifty() -> None:
    assert sum(heard(Rhythm(), [None] * 5000, START).hours) == 50


def test_old_habits_fade() -> None:
    rhythm, now = listened(30, {6: 10})
    changed = rhythm
    for day in range(60):
        changed = heard(changed, [None] * 10, now + day * DAY + 18 * HOUR)
    assert changed.hours[18] > 5 * changed.hours[6]


def test_a_clock_that_goes_back_breaks_no_rhythm() -> None:
    rhythm, now = listened(20, {12: 5})
    earlier = now - 400 * DAY
    assert pause(rhythm, BOUNDS, earlier).length == 5 * MINUTE
    assert heard(rhythm, [None], earlier).since == earlier


def clear(due: datetime, hints: PollHints, spread: timedelta = timedelta(0)) -> datetime:
    return clear_of_skipped(due, hints, START + DAY, spread)


def test_a_poll_in_a_skipped_hour_waits_for_the_next_hour_that_is_not() -> None:
    hints = PollHints(skip_hours=(0, 1, 2, 5))
    assert clear(START + 30 * MINUTE, hints) == START + 3 * HOUR
    assert clear(START + 4 * HOUR, hints) == START + 4 * HOUR
    assert clear(START + 2 * HOUR, hints, 7 * MINUTE) == START + 3 * HOUR + 7 * MINUTE


def test_a_poll_on_a_skipped_day_waits_for_the_next_day_but_no_longer_than_a_day() -> None:
    assert clear(START + HOUR, PollHints(skip_days=(3,))) == START + DAY
    assert clear(START + HOUR, PollHints(skip_days=(3, 4, 5, 6))) == START + DAY


@pytest.mark.parametrize(
    "hints", [PollHints(), PollHints(skip_hours=tuple(range(24))), PollHints(skip_days=tuple(range(7)))]
)
def test_all_hours_or_days_or_none_skip_nothing(hints: PollHints) -> None:
    assert clear(START + 30 * MINUTE, hints) == START + 30 * MINUTE
