from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.address import Address
from bot.model.delivery import DeliveryKind, DeliveryStatus, Moved, Rejected, RetryLater, Scope, Sent
from bot.model.destination import DestinationSettings
from bot.pipeline.settle import DeliveryPolicy, decide
from tests.unit.pipeline.samples import DAY, HOUR, NOW, SECOND, delivery

POLICY = DeliveryPolicy()
NONE = timedelta(0)


def test_a_sent_message_keeps_its_id_and_spaces_the_destination() -> None:
    done = decide(delivery(), Sent("99"), NOW, SECOND, POLICY, 0.0)
    assert (done.status, done.message_id, done.outcome) == (DeliveryStatus.SENT, "99", "sent")
    assert done.not_before == NOW + SECOND
    assert decide(delivery(), Sent("99"), NOW, NONE, POLICY, 0.0).not_before is None


@pytest.mark.parametrize(
    ("discuss", "kind", "threads", "thread"),
    [
        (True, DeliveryKind.SEND, True, True),
        (False, DeliveryKind.SEND, True, False),
        (True, DeliveryKind.REPLY, True, False),
        (True, DeliveryKind.SEND, False, False),
    ],
)
def test_a_thread_is_wanted_under_what_is_sent_to_a_place_that_discusses(
    discuss: bool, kind: DeliveryKind, threads: bool, thread: bool
) -> None:
    place = replace(delivery().destination, settings=DestinationSettings(discuss=discuss))
    told = replace(delivery(), destination=place, kind=kind)
    assert decide(told, Sent("99", threads=threads), NOW, NONE, POLICY, 0.0).thread is thread


@pytest.mark.parametrize(
    ("attempts", "pause"), [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (500, 3600)]
)
def test_back_off_doubles_from_five_seconds_to_an_hour(attempts: int, pause: int) -> None:
    done = decide(delivery(attempts=attempts), RetryLater("busy"), NOW, SECOND, POLICY, 0.0)
    assert (done.status, done.due_at) == (DeliveryStatus.PENDING, NOW + pause * SECOND)


def test_jitter_adds_at_most_a_fifth() -> None:
    done = decide(delivery(), RetryLater("busy"), NOW, SECOND, POLICY, 0.999)
    assert done.due_at is not None
    assert NOW + 5 * SECOND < done.due_at < NOW + 6 * SECOND


@pytest.mark.parametrize("seconds", [1, 35, 43_838, 400_000])
def test_the_platforms_own_figure_is_honoured_to_the_second(seconds: int) -> None:
    wait = RetryLater("flood control", after=seconds * SECOND)
    done = decide(delivery(attempts=9), wait, NOW, SECOND, POLICY, 0.7)
    assert done.due_at == done.not_before == NOW + seconds * SECOND


def test_one_messages_own_trouble_holds_its_chat_only_for_a_moment() -> None:
    done = decide(delivery(attempts=9), RetryLater("500"), NOW, SECOND, POLICY, 0.0)
    assert done.due_at == NOW + 1280 * SECOND
    assert done.not_before == NOW + 30 * SECOND


def test_trouble_of_the_whole_platform_is_not_held_against_the_destination() -> None:
    wait = RetryLater("down", after=HOUR, scope=Scope.PLATFORM)
    done = decide(delivery(), wait, NOW, SECOND, POLICY, 0.0)
    assert (done.due_at, done.not_before) == (NOW + HOUR, None)


def test_an_uncertain_attempt_is_recorded_as_such() -> None:
    done = decide(delivery(), RetryLater("no answer", uncertain=True), NOW, SECOND, POLICY, 0.0)
    assert done.detail == "no answer (it may have arrived)"


def test_uncertain_attempts_are_given_up_at_the_cap() -> None:
    wait = RetryLater("no answer", uncertain=True)
    assert decide(delivery(attempts=11), wait, NOW, SECOND, POLICY, 0.0).status is DeliveryStatus.PENDING
    done = decide(delivery(attempts=12), wait, NOW, SECOND, POLICY, 0.0)
    assert done.status is DeliveryStatus.DEAD
    assert done.detail == "given up after 12 attempts: no answer (it may have arrived)"


def test_an_outage_of_hours_costs_no_alert() -> None:
    night = delivery(attempts=40, age=10 * HOUR)
    assert decide(night, RetryLater("down"), NOW, SECOND, POLICY, 0.0).status is DeliveryStatus.PENDING
    old = delivery(attempts=40, age=DAY)
    assert decide(old, RetryLater("down"), NOW, SECOND, POLICY, 0.0).status is DeliveryStatus.DEAD


def test_a_rejected_message_is_a_dead_letter() -> None:
    done = decide(delivery(), Rejected("message is too long"), NOW, SECOND, POLICY, 0.0)
    assert (done.status, done.detail) == (DeliveryStatus.DEAD, "message is too long")
    assert done.destination_off is None


def test_a_closed_chat_switches_its_destination_off() -> None:
    done = decide(delivery(), Rejected("blocked", destination_off=True), NOW, SECOND, POLICY, 0.0)
    assert (done.status, done.destination_off) == (DeliveryStatus.DEAD, "blocked")


def test_a_moved_chat_is_followed_at_once() -> None:
    there = Address.parse("telegram:-1005")
    done = decide(delivery(), Moved(there), NOW, SECOND, POLICY, 0.0)
    assert (done.status, done.due_at, done.relocate_to) == (DeliveryStatus.PENDING, NOW, there)


def test_a_chat_that_moves_without_end_is_given_up() -> None:
    there = Address.parse("telegram:-1005")
    assert decide(delivery(attempts=12), Moved(there), NOW, SECOND, POLICY, 0.0).status is DeliveryStatus.DEAD


def test_a_delivery_that_is_not_leased_cannot_be_settled() -> None:
    with pytest.raises(ValueError, match="not leased"):
        decide(delivery(lease=None), Sent("1"), NOW, SECOND, POLICY, 0.0)
