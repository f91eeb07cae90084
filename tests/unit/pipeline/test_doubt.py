import math

import pytest

from bot.pipeline.doubt import FEW, PATIENCE, Doubt


def carried(doubt: Doubt, number: int, *, took: float) -> None:
    doubt.begun(number)
    doubt.asked(number, 0.0)
    doubt.answered(number, took, sent=True)
    doubt.written(number)


def used_to(*answers: float, rate: float) -> Doubt:
    """Return a doubt that has seen answers after these times."""
    doubt = Doubt(rate, harmless=False)
    for number, took in enumerate(answers):
        carried(doubt, -number, took=took)
    return doubt


def test_the_first_messages_go_one_at_a_time() -> None:
    doubt = Doubt(30.0, harmless=False)
    for number in range(FEW):
        assert doubt.room(0.0) == 1
        doubt.begun(number)
        assert doubt.room(0.0) == 0
        doubt.written(number)


def test_a_message_takes_its_room_until_its_result_is_written() -> None:
    doubt = Doubt(30.0, harmless=False)
    doubt.begun(1)
    doubt.asked(1, 0.0)
    doubt.answered(1, 0.01, sent=True)
    assert doubt.room(100.0) == 0
    assert doubt.room_at(100.0) is None
    doubt.written(1)
    assert doubt.room(100.0) == 1


@pytest.mark.parametrize(("took", "most"), [(0.001, 1), (0.03, 1), (0.05, 2), (0.1, 3), (0.25, 8)])
def test_a_platform_gets_as_many_at_a_time_as_its_rate_needs(took: float, most: int) -> None:
    assert used_to(*[took] * FEW, rate=30.0).room(0.0) == most


def test_one_slow_chat_among_fast_ones_does_not_make_room_for_more() -> None:
    assert used_to(0.02, 0.02, 9.0, 0.02, 0.02, 9.0, rate=30.0).room(0.0) == 1


def test_a_refusal_at_once_does_not_make_a_slow_platform_look_fast() -> None:
    doubt = used_to(*[0.1] * FEW, rate=30.0)
    doubt.begun(1)
    doubt.asked(1, 0.0)
    doubt.answered(1, 0.0, sent=False)
    doubt.written(1)
    assert doubt.room(0.0) == 3


def test_a_message_without_answer_makes_room_after_a_moment_only() -> None:
    doubt = Doubt(30.0, harmless=False)
    doubt.begun(1)
    doubt.asked(1, 7.0)
    assert doubt.room(7.0 + PATIENCE / 2) == 0
    assert doubt.room_at(7.0 + PATIENCE / 2) == 7.0 + PATIENCE
    assert doubt.room(7.0 + PATIENCE) == 1
    doubt.answered(1, 8.0, sent=False)
    assert doubt.room(8.0) == 0


def test_a_message_that_waits_for_its_turn_takes_room_however_long() -> None:
    doubt = Doubt(30.0, harmless=False)
    doubt.begun(1)
    assert doubt.room(1000.0) == 0
    assert doubt.room_at(1000.0) is None


def test_where_repeats_do_not_show_any_number_may_go() -> None:
    doubt = Doubt(30.0, harmless=True)
    for number in range(100):
        doubt.begun(number)
    assert doubt.room(0.0) == math.inf


def test_without_a_limit_on_the_rate_any_number_may_go_once_answers_are_known() -> None:
    assert used_to(*[0.01] * FEW, rate=math.inf).room(0.0) == math.inf


def test_only_what_may_go_at_once_is_claimed() -> None:
    doubt = Doubt(30.0, harmless=False)
    assert doubt.free(32, 0.0) == 1
    doubt.begun(1)
    assert doubt.free(32, 0.0) == 0


def test_where_repeats_do_not_show_every_slot_is_filled() -> None:
    doubt = Doubt(30.0, harmless=True)
    doubt.begun(1)
    assert doubt.free(32, 0.0) == 31
