import pytest

from bot.pipeline.throttle import PATIENCE, TOGETHER, Complaints, Throttle


def test_slots_are_evenly_spaced_and_never_more_than_the_rate_allows() -> None:
    throttle = Throttle(10)
    waits = [throttle.take(5.0) for _ in range(11)]
    assert waits == pytest.approx([number / 10 for number in range(11)])


def test_an_idle_token_does_not_save_slots_up() -> None:
    throttle = Throttle(10)
    throttle.take(0.0)
    assert throttle.take(100.0) == 0.0
    assert throttle.take(100.0) == pytest.approx(0.1)


def test_no_limit_means_no_wait() -> None:
    throttle = Throttle(float("inf"))
    assert [throttle.take(1.0) for _ in range(3)] == [0.0, 0.0, 0.0]


def test_a_complaint_slows_down_and_peace_brings_the_pace_back() -> None:
    throttle = Throttle(10)
    throttle.complained(0.0)
    throttle.complained(0.1)
    assert throttle.rate == pytest.approx(7.0)
    for minute in range(1, 5):
        throttle.take(minute * (PATIENCE + 1))
    assert throttle.rate == 10.0


def test_the_pace_never_falls_to_nothing() -> None:
    throttle = Throttle(10)
    for number in range(100):
        throttle.complained(number * 2 * TOGETHER)
    assert throttle.rate == pytest.approx(1.0)


def test_several_chats_refused_at_once_mean_the_token_and_one_chat_means_itself() -> None:
    complaints = Complaints()
    assert [complaints.note(7, at) for at in (0.0, 0.1, 0.2, 0.3)] == [False] * 4
    assert not complaints.note(8, 0.4)
    assert complaints.note(9, 0.5)
    assert not complaints.note(10, 10.0)
