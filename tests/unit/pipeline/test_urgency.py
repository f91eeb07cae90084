from datetime import UTC, datetime, timedelta

import pytest

from bot.pipeline.stories.report import Report
from bot.pipeline.stories.urgency import Urgency, urgency

START = datetime(2026, 1, 2, 8, tzinfo=UTC)
LATER = START + timedelta(days=1)


def told(*minutes: float, title: str = "Quake hits Hokkaido", source: str | None = None) -> list[Report]:
    return [
        Report(number, source or f"source-{number}", title, START + timedelta(minutes=minute))
        for number, minute in enumerate(minutes)
    ]


def test_a_single_quiet_report_is_normal() -> None:
    assert urgency(told(0), LATER) is Urgency.NORMAL


@pytest.mark.parametrize(
    "title",
    [
        "BREAKING: Quake hits",
        "【速報】根室で地震",
        "快讯：新疆地震",
        "[속보] 홋카이도 지진",
        "突發：花蓮地震",
    ],
)
def test_a_headline_that_shouts_raises_a_story(title: str) -> None:
    assert urgency(told(0, title=title), LATER) is Urgency.RAISED


def test_a_story_about_breaking_something_does_not_shout() -> None:
    assert urgency(told(0, title="Sinners breaks record in breaking season"), LATER) is Urgency.NORMAL


def test_three_sources_within_an_hour_raise_a_story() -> None:
    assert urgency(told(0, 20, 50), LATER) is Urgency.RAISED
    assert urgency(told(0, 40, 130), LATER) is Urgency.NORMAL


def test_three_sources_and_a_shout_make_it_urgent() -> None:
    assert urgency(told(0, 20, 50, title="速報　首相が辞任"), LATER) is Urgency.URGENT


def test_five_sources_within_an_hour_make_it_urgent() -> None:
    assert urgency(told(0, 10, 20, 30, 40), LATER) is Urgency.URGENT


def test_one_source_that_repeats_itself_is_one_source() -> None:
    assert urgency(told(0, 1, 2, 3, 4, 5, 6, source="only"), LATER) is Urgency.NORMAL


def test_reports_from_after_now_do_not_count() -> None:
    assert urgency(told(0, 10, 20), START + timedelta(minutes=5)) is Urgency.NORMAL
