"""Cadences and quiet hours through both daylight-saving changes, by the clocks of the places themselves."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.cadence import Cadence
from bot.model.quiet import QuietHours
from bot.pipeline.slots import next_slot, quiet_until

BERLIN, NEW_YORK, KATHMANDU = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu")
)
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = st.sampled_from([BERLIN, NEW_YORK, KATHMANDU, LORD_HOWE, ZoneInfo("UTC"), ZoneInfo("Pacific/Apia")])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # the strategy adds the zone
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def slots(text: str, zone: ZoneInfo, first: datetime, count: int) -> list[str]:
    """The next moments of a cadence, as the clock of the place shows them."""
    cadence, at, found = Cadence.parse(text), first, []
    for _ in range(count):
        at = next_slot(cadence, at, zone)
        found.append(f"{at.astimezone(zone):%a %d %H:%M %z}")
    return found


def at(zone: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone).astimezone(UTC)  # type: ignore[misc,arg-type]  # the parts are a date and a time


@pytest.mark.parametrize(
    ("zone", "first", "expected"),
    [
        (BERLIN, (2026, 3, 28, 9), ["Sun 29 08:00 +0200", "Mon 30 08:00 +0200"]),
        (BERLIN, (2026, 10, 24, 9), ["Sun 25 08:00 +0100", "Mon 26 08:00 +0100"]),
        (NEW_YORK, (2026, 3, 7, 9), ["Sun 08 08:00 -0400", "Mon 09 08:00 -0400"]),
        (NEW_YORK, (2026, 10, 31, 9), ["Sun 01 08:00 -0500", "Mon 02 08:00 -0500"]),
        (KATHMANDU, (2026, 3, 28, 9), ["Sun 29 08:00 +0545", "Mon 30 08:00 +0545"]),
    ],
)
def test_a_daily_digest_comes_at_its_local_time_whatever_the_clock_does(
    zone: ZoneInfo, first: tuple[int, ...], expected: list[str]
) -> None:
    assert slots("daily@08:00", zone, at(zone, *first), 2) == expected


def test_a_time_that_the_change_skips_comes_once_an_hour_later() -> None:
    days = slots("daily@02:30", BERLIN, at(BERLIN, 2026, 3, 28, 1), 3)
    assert days == ["Sat 28 02:30 +0100", "Sun 29 03:30 +0200", "Mon 30 02:30 +0200"]
    days = slots("daily@02:30", NEW_YORK, at(NEW_YORK, 2026, 3, 7, 1), 3)
    assert days == ["Sat 07 02:30 -0500", "Sun 08 03:30 -0400", "Mon 09 02:30 -0400"]


def test_a_time_that_the_change_repeats_comes_once_the_first_time() -> None:
    days = slots("daily@02:30", BERLIN, at(BERLIN, 2026, 10, 24, 1), 3)
    assert days == ["Sat 24 02:30 +0200", "Sun 25 02:30 +0200", "Mon 26 02:30 +0100"]
    days = slots("daily@01:30", NEW_YORK, at(NEW_YORK, 2026, 10, 31, 1), 3)
    assert days == ["Sat 31 01:30 -0400", "Sun 01 01:30 -0400", "Mon 02 01:30 -0500"]


def test_a_weekly_digest_comes_on_its_day_through_the_change() -> None:
    weeks = slots("weekly@sun 02:15", BERLIN, at(BERLIN, 2026, 3, 20, 0), 3)
    assert weeks == ["Sun 22 02:15 +0100", "Sun 29 03:15 +0200", "Sun 05 02:15 +0200"]


def test_hours_are_those_of_the_place() -> None:
    assert slots("hourly", KATHMANDU, datetime(2026, 3, 1, 0, 0, tzinfo=UTC), 2) == [
        "Sun 01 06:00 +0545",
        "Sun 01 07:00 +0545",
    ]
    assert slots("hourly", BERLIN, at(BERLIN, 2026, 3, 29, 1, 10), 2) == [
        "Sun 29 03:00 +0200",
        "Sun 29 04:00 +0200",
    ]
    # Half an hour is skipped, and half an hour comes twice.
    assert slots("hourly", LORD_HOWE, at(LORD_HOWE, 2026, 10, 4, 1, 10), 2) == [
        "Sun 04 03:00 +1100",
        "Sun 04 04:00 +1100",
    ]
    assert slots("hourly", LORD_HOWE, at(LORD_HOWE, 2026, 4, 5, 0, 10), 3) == [
        "Sun 05 01:00 +1100",
        "Sun 05 02:00 +1030",
        "Sun 05 03:00 +1030",
    ]


@given(MOMENTS, ZONES, TIMES)
def test_each_local_day_has_a_daily_slot_exactly_once(moment: datetime, zone: ZoneInfo, daily: time) -> None:
    cadence = Cadence.parse(f"daily@{daily:%H:%M}")
    days = []
    for _ in range(5):
        following = next_slot(cadence, moment, zone)
        assert following > moment
        days.append(following.astimezone(zone).date())
        moment = following
    assert days == [days[0] + timedelta(days=number) for number in range(5)]


@given(MOMENTS, ZONES)
def test_the_next_hour_is_full_and_at_most_90_minutes_ahead(moment: datetime, zone: ZoneInfo) -> None:
    following = next_slot(Cadence.parse("hourly"), moment, zone)
    assert following.astimezone(zone).minute == 0
    assert timedelta(0) < following - moment <= timedelta(minutes=90)


NIGHT = QuietHours.parse("22:00-07:00")


@pytest.mark.parametrize(
    ("zone", "moment", "until"),
    [
        (BERLIN, (2026, 3, 28, 21, 59), None),
        (BERLIN, (2026, 3, 28, 22, 0), "29 07:00 +0200"),
        (BERLIN, (2026, 3, 29, 6, 59), "29 07:00 +0200"),
        (BERLIN, (2026, 3, 29, 7, 0), None),
        (BERLIN, (2026, 10, 24, 23, 0), "25 07:00 +0100"),
        (NEW_YORK, (2026, 3, 7, 23, 0), "08 07:00 -0400"),
        (NEW_YORK, (2026, 11, 1, 1, 30), "01 07:00 -0500"),
        (KATHMANDU, (2026, 3, 29, 3, 0), "29 07:00 +0545"),
        (KATHMANDU, (2026, 3, 29, 12, 0), None),
    ],
)
def test_quiet_hours_end_at_their_local_time(
    zone: ZoneInfo, moment: tuple[int, ...], until: str | None
) -> None:
    end = quiet_until(NIGHT, at(zone, *moment), zone)
    assert (f"{end.astimezone(zone):%d %H:%M %z}" if end else None) == until


def test_quiet_hours_keep_to_the_days_on_which_they_begin() -> None:
    weekend = QuietHours.parse("22:00-07:00 fri,sat")
    assert quiet_until(weekend, at(BERLIN, 2026, 3, 12, 23), BERLIN) is None
    assert quiet_until(weekend, at(BERLIN, 2026, 3, 14, 5), BERLIN) == at(BERLIN, 2026, 3, 14, 7)
    assert quiet_until(weekend, at(BERLIN, 2026, 3, 15, 5), BERLIN) == at(BERLIN, 2026, 3, 15, 7)
    assert quiet_until(weekend, at(BERLIN, 2026, 3, 15, 23), BERLIN) is None


@given(MOMENTS, ZONES, TIMES, TIMES)
def test_quiet_hours_never_end_in_the_past_or_inside_themselves(
    moment: datetime, zone: ZoneInfo, start: time, end: time
) -> None:
    if start == end:
        return
    quiet = QuietHours(start, end)
    until = quiet_until(quiet, moment, zone)
    if until is not None:
        assert moment < until <= moment + timedelta(hours=49)
        assert quiet_until(quiet, until, zone) is None
