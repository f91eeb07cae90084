"""Durations and sizes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.units import read_duration, read_size, show_duration, show_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2s", 2),
        ("5m", 300),
        ("6h", 21_600),
        ("1d", 86_400),
        ("2w", 1_209_600),
        ("1h30m", 5400),
        ("250ms", 0.25),
    ],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert read_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "-5m", "5 minutes", "5m!", "99999w", "1e3s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        read_duration(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [("1048576", 2**20), ("10MB", 10**7), ("512 KiB", 2**19), ("1.5MB", 1_500_000), ("7B", 7)],
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1", "1 parsec"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        read_size(text)


@given(st.integers(min_value=0, max_value=3650 * 86_400))
def test_a_shown_duration_reads_back(seconds: int) -> None:
    assert read_duration(show_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_shown_size_reads_back(size: int) -> None:
    assert read_size(show_size(size)) == size
