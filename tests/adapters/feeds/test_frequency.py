"""Entries a day, from dates."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.feeds.frequency import entries_per_day

NOW = datetime(2026, 3, 14, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_entries_are_counted_until_now() -> None:
    assert entries_per_day([NOW - 6 * HOUR, NOW - 12 * HOUR, None, NOW + HOUR], NOW) == pytest.approx(4)


def test_an_old_entry_that_stays_on_top_of_many_does_not_count() -> None:
    dates = [NOW - HOUR * number for number in range(1, 25)]
    assert entries_per_day([*dates, NOW - 10_000 * HOUR], NOW) == pytest.approx(24)


def test_a_silent_feed_comes_near_zero() -> None:
    rate = entries_per_day([NOW - timedelta(days=4000), NOW - timedelta(days=4001)], NOW)
    assert rate is not None
    assert rate < 0.001


@pytest.mark.parametrize("dates", [[], [None, None], [NOW - HOUR], [NOW, NOW], [NOW + HOUR, NOW + 2 * HOUR]])
def test_too_few_dates_tell_no_rate(dates: list[datetime | None]) -> None:
    assert entries_per_day(dates, NOW) is None


@given(st.lists(st.datetimes(timezones=st.just(UTC)), max_size=30))
def test_no_dates_upset_the_rate(dates: list[datetime]) -> None:
    rate = entries_per_day(dates, NOW)
    assert rate is None or rate >= 0
