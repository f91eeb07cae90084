from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.feed import PollState, Validators
from bot.model.fetch import FetchFailed, Gone
from bot.pipeline.health import health, span
from bot.pipeline.jitter import fraction
from bot.pipeline.poll import (
    PollPolicy,
    Success,
    confirmed_move,
    decide,
    request,
    settled,
)
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, NOW, SECOND, feed

POLICY = PollPolicy()
ETAG = Validators('W/"a,b"', "Thu, 01 Jan 2026 00:00:00 GMT")
STEADY = PollState(
    next_poll_at=NOW,
    validators=ETAG,
    body_hash="old",
    polled_at=NOW - 5 * MINUTE,
    succeeded_at=NOW - 5 * MINUTE,
    changed_at=NOW - HOUR,
    seeded_at=NOW - 20 * DAY,
)


def test_a_healthy_feed_is_asked_again_after_its_interval() -> None:
    state = decide(feed(STEADY), Success(ETAG), NOW, POLICY, 0.0)
    assert state.next_poll_at == NOW + 5 * MINUTE
    assert state.succeeded_at == state.polled_at == NOW


@pytest.mark.parametrize("chance", [0.0, 0.3, 0.999])
def test_jitter_only_ever_adds_to_a_pause(chance: float) -> None:
    state = decide(feed(STEADY), Success(ETAG), NOW, POLICY, chance)
    assert NOW + 5 * MINUTE <= state.next_poll_at <= NOW + 5.5 * MINUTE


def test_an_interval_of_its_own_holds_within_floor_and_ceiling() -> None:
    eager = feed(STEADY, interval=SECOND)
    lazy = feed(STEADY, interval=90 * DAY)
    assert decide(eager, Success(ETAG), NOW, POLICY, 0.0).next_poll_at == NOW + MINUTE
    assert decide(lazy, Success(ETAG), NOW, POLICY, 0.0).next_poll_at == NOW + DAY


def test_sixty_feeds_added_in_one_minute_drift_apart() -> None:
    policy = PollPolicy(interval=HOUR)
    due = [
        decide(
            feed(url=f"https://news.example/{number}"),
            Success(ETAG),
            NOW,
            policy,
            fraction(f"https://news.example/{number}", NOW),
        ).next_poll_at
        for number in range(60)
    ]
    bins = [int((at - NOW) / (5 * MINUTE)) for at in due]
    assert max(bins.count(number) for number in set(bins)) <= 12
    assert min(due) >= NOW + policy.min_interval


def test_a_servers_hint_is_not_before() -> None:
    state = decide(feed(STEADY), Success(ETAG, not_before=HOUR), NOW, POLICY, 0.5)
    assert NOW + HOUR <= state.next_poll_at <= NOW + 1.1 * HOUR


@pytest.mark.parametrize("hint", [timedelta(0), -HOUR, timedelta(seconds=1), None])
def test_a_hint_never_shortens_a_pause(hint: timedelta | None) -> None:
    state = decide(feed(STEADY), Success(ETAG, not_before=hint), NOW, POLICY, 0.0)
    assert state.next_poll_at == NOW + 5 * MINUTE


def test_a_hint_of_a_year_mutes_a_feed_for_a_day() -> None:
    state = decide(feed(STEADY), Success(ETAG, not_before=365 * DAY), NOW, POLICY, 0.0)
    assert state.next_poll_at == NOW + DAY


def test_failures_back_off_twice_as_long_each_time() -> None:
    pauses = [
        decide(feed(replace(STEADY, failures=n)), FetchFailed("No.", 404), NOW, POLICY, 0.0).next_poll_at
        - NOW
        for n in range(4)
    ]
    assert pauses == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]


@pytest.mark.parametrize(("status", "longest"), [(404, DAY), (403, DAY), (503, HOUR), (None, HOUR)])
def test_back_off_ends_at_a_cap(status: int | None, longest: timedelta) -> None:
    broken = feed(replace(STEADY, failures=10_000))
    assert decide(broken, FetchFailed("No.", status), NOW, POLICY, 0.0).next_poll_at == NOW + longest


def test_retry_after_is_obeyed_up_to_a_day() -> None:
    asked = FetchFailed("Busy.", 503, retry_after=3 * HOUR)
    endless = FetchFailed("Busy.", 503, retry_after=400 * DAY)
    assert decide(feed(STEADY), asked, NOW, POLICY, 0.0).next_poll_at == NOW + 3 * HOUR
    assert decide(feed(STEADY), endless, NOW, POLICY, 0.0).next_poll_at == NOW + DAY


@pytest.mark.parametrize("figure", [None, timedelta(0), -HOUR])
def test_429_without_a_usable_figure_means_an_hour(figure: timedelta | None) -> None:
    busy = FetchFailed("Too many.", 429, retry_after=figure)
    assert decide(feed(STEADY), busy, NOW, POLICY, 0.0).next_poll_at == NOW + HOUR


def test_a_failure_keeps_validators_hash_and_last_success() -> None:
    state = decide(feed(STEADY), FetchFailed("The server answered 500."), NOW, POLICY, 0.0)
    assert (state.validators, state.body_hash, state.succeeded_at) == (ETAG, "old", STEADY.succeeded_at)
    assert (state.failures, state.failure) == (1, "The server answered 500.")


def test_one_success_forgets_all_failures() -> None:
    broken = feed(replace(STEADY, failures=9, failure="No."))
    state = decide(broken, Success(ETAG), NOW, POLICY, 0.0)
    assert (state.failures, state.failure) == (0, None)
    assert state.next_poll_at == NOW + 5 * MINUTE


def test_a_feed_that_is_gone_is_asked_no_more() -> None:
    state = decide(feed(STEADY), Gone("The server answered 410."), NOW, POLICY, 0.0)
    assert state.gone
    assert state.next_poll_at > NOW + 3650 * DAY


def test_the_first_success_seeds_and_later_ones_keep_that_moment() -> None:
    first = decide(feed(), Success(ETAG, "hash", changed=True), NOW, POLICY, 0.5)
    assert first.seeded_at == first.changed_at == NOW
    later = decide(feed(first), Success(ETAG), NOW + HOUR, POLICY, 0.5)
    assert (later.seeded_at, later.changed_at, later.body_hash) == (NOW, NOW, "hash")


def test_a_failure_does_not_seed() -> None:
    assert decide(feed(), FetchFailed("No."), NOW, POLICY, 0.0).seeded_at is None


def test_a_first_request_is_unconditional_and_a_later_one_echoes_both_validators() -> None:
    assert request(feed(), NOW, POLICY).validators == Validators()
    assert request(feed(STEADY), NOW, POLICY).validators == ETAG


def test_a_feed_that_only_says_not_modified_is_asked_unconditionally_every_three_days() -> None:
    state = replace(STEADY, seeded_at=NOW - 12 * DAY, changed_at=NOW - 12 * DAY)
    assert request(feed(replace(state, succeeded_at=NOW - MINUTE)), NOW, POLICY).validators == Validators()
    assert request(feed(replace(state, succeeded_at=NOW)), NOW + MINUTE, POLICY).validators == ETAG
    failed = replace(state, succeeded_at=NOW - MINUTE, polled_at=NOW, failure="No.")
    assert request(feed(failed), NOW + MINUTE, POLICY).validators == Validators()


def test_a_feed_that_changed_lately_is_asked_conditionally() -> None:
    state = replace(STEADY, seeded_at=NOW - 12 * DAY, succeeded_at=NOW - MINUTE, changed_at=NOW - DAY)
    assert request(feed(state), NOW, POLICY).validators == ETAG


def test_a_permanent_move_counts_after_three_polls_over_a_day() -> None:
    state = STEADY
    for hours in (0, 1, 2):
        now = NOW + hours * HOUR
        state = decide(feed(state), Success(ETAG, moved_to="https://new.example/"), now, POLICY, 0.0)
        assert confirmed_move(state, now, POLICY) is None
    late = NOW + DAY
    state = decide(feed(state), Success(ETAG, moved_to="https://new.example/"), late, POLICY, 0.0)
    assert confirmed_move(state, late, POLICY) == "https://new.example/"
    assert confirmed_move(settled(state), late, POLICY) is None


def test_two_polls_over_a_week_confirm_no_move() -> None:
    state = decide(feed(STEADY), Success(ETAG, moved_to="https://new.example/"), NOW, POLICY, 0.0)
    state = decide(feed(state), Success(ETAG, moved_to="https://new.example/"), NOW + 7 * DAY, POLICY, 0.0)
    assert confirmed_move(state, NOW + 7 * DAY, POLICY) is None


@pytest.mark.parametrize("other", [None, "https://elsewhere.example/"])
def test_a_move_that_is_taken_back_or_changes_begins_anew(other: str | None) -> None:
    moving = replace(STEADY, moved_to="https://new.example/", moved_polls=9, moved_since=NOW - 9 * DAY)
    state = decide(feed(moving), Success(ETAG, moved_to=other), NOW, POLICY, 0.0)
    assert confirmed_move(state, NOW, POLICY) is None
    assert state.moved_polls == (0 if other is None else 1)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (PollState(next_poll_at=NOW), "waiting for its first poll"),
        (replace(STEADY, polled_at=NOW - 3 * MINUTE), "fine, checked 3 min ago"),
        (
            replace(
                STEADY,
                failure="The server answered 404.",
                succeeded_at=NOW - 5 * HOUR,
                next_poll_at=NOW + 2 * HOUR,
            ),
            "failing for 5 h: The server answered 404; next try in 2 h",
        ),
        (
            replace(STEADY, failure="No answer.", succeeded_at=None, next_poll_at=NOW),
            "never worked so far: No answer; next try now",
        ),
        (replace(STEADY, gone=True, failure="It answered 410."), "gone, no longer polled: It answered 410"),
        (
            replace(STEADY, polled_at=NOW - MINUTE, moved_to="https://new.example/rss"),
            "fine, checked 60 s ago; it has moved to https://new.example/rss",
        ),
    ],
)
def test_health_reads_like_a_sentence(state: PollState, sentence: str) -> None:
    assert health(feed(state), NOW) == sentence


def test_a_feed_that_is_switched_off_says_so() -> None:
    assert health(feed(STEADY, enabled=False), NOW) == "switched off"


@pytest.mark.parametrize(
    ("length", "said"),
    [(40 * SECOND, "40 s"), (3 * MINUTE, "3 min"), (2 * HOUR, "2 h"), (5 * DAY, "5 days"), (-HOUR, "0 s")],
)
def test_durations_are_said_in_their_largest_unit(length: timedelta, said: str) -> None:
    assert span(length) == said


def test_chance_is_the_same_for_the_same_question_and_spread_over_different_ones() -> None:
    values = [fraction("feed", number) for number in range(1000)]
    assert fraction("feed", 3) == values[3]
    assert all(0 <= value < 1 for value in values)
    assert 400 < sum(value < 0.5 for value in values) < 600
