from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.cadence import Cadence, CadenceError, Rate
from bot.model.quiet import QuietError, QuietHours

TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("instant", "instant"),
        ("Hourly", "hourly"),
        ("daily@08:00", "daily@08:00"),
        ("daily 8:00", "daily@08:00"),
        (" daily @ 23:59 ", "daily@23:59"),
        ("weekly@mon 08:00", "weekly@mon 08:00"),
        ("weekly Monday 8:05", "weekly@mon 08:05"),
        ("WEEKLY@SUN 00:00", "weekly@sun 00:00"),
    ],
)
def test_a_cadence_is_read_as_people_write_it(typed: str, canonical: str) -> None:
    assert str(Cadence.parse(typed)) == canonical


@pytest.mark.parametrize(
    "typed",
    ["", "daily", "weekly", "weekly@08:00", "daily@24:00", "daily@08:60", "daily@mon 08:00", "hourly@08:00",
     "instant mon", "monthly", "weekly@xyz 08:00", "daily@٠٨:٠٠", "x" * 500],
)  # fmt: skip
def test_what_is_no_cadence_is_told_how_to_write_one(typed: str) -> None:
    with pytest.raises(CadenceError, match=r"write instant, hourly, daily@08:00 or weekly@mon 08:00\.$"):
        Cadence.parse(typed)


@given(st.one_of(
    st.sampled_from([Cadence(), Cadence(Rate.HOURLY)]),
    st.builds(Cadence, st.just(Rate.DAILY), TIMES),
    st.builds(Cadence, st.just(Rate.WEEKLY), TIMES, st.integers(0, 6)),
))  # fmt: skip
def test_the_canonical_form_of_a_cadence_is_read_back(cadence: Cadence) -> None:
    assert Cadence.parse(str(cadence)) == cadence


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("22:00-07:00", "22:00-07:00"),
        ("22:00 – 7:00", "22:00-07:00"),
        ("22:00 to 07:00", "22:00-07:00"),
        ("13:00-14:30 mon-fri", "13:00-14:30 mon,tue,wed,thu,fri"),
        ("22:00-07:00 sat, Sunday", "22:00-07:00 sat,sun"),
        ("22:00-07:00 fri-mon", "22:00-07:00 mon,fri,sat,sun"),
        ("22:00-07:00 mon-sun", "22:00-07:00"),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(typed: str, canonical: str) -> None:
    assert str(QuietHours.parse(typed)) == canonical


@pytest.mark.parametrize(
    "typed", ["", "22:00", "22:00-", "-07:00", "22-7", "25:00-07:00", "22:00-07:00 xyz", "22:00-07:00 mon-", "off"]
)  # fmt: skip
def test_what_are_no_quiet_hours_are_told_how_to_write_them(typed: str) -> None:
    with pytest.raises(QuietError, match="write 22:00-07:00"):
        QuietHours.parse(typed)


def test_quiet_hours_have_two_different_ends() -> None:
    with pytest.raises(QuietError, match="write two different times"):
        QuietHours.parse("07:00-7:00")


@given(TIMES, TIMES, st.lists(st.integers(0, 6), unique=True, max_size=6))
def test_the_canonical_form_of_quiet_hours_is_read_back(start: time, end: time, days: list[int]) -> None:
    if start != end:
        quiet = QuietHours(start, end, tuple(sorted(days)))
        assert QuietHours.parse(str(quiet)) == quiet
