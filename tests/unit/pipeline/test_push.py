"""What is agreed with hubs: when one is asked, what it confirms, refuses and takes back, and whom it is believed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.feed import PollState
from bot.model.push import HubAccepted, HubFailed, HubMode, HubRefused, Push, PushState
from bot.pipeline.push import (
    LEASE,
    PATIENCE,
    answered,
    asking,
    begun,
    delivered,
    denied,
    ignored,
    is_lost,
    is_over,
    is_signed,
    mode,
    verified,
)
from tests.standins.hub_server import signature
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, NOW, SECOND, feed

HUB, TOPIC = "https://hub.example/", "https://news.example/topic"
WEEK = str(7 * 24 * 3600)


def offered(hub: str | None = HUB, topic: str | None = TOPIC) -> PollState:
    return PollState(next_poll_at=NOW, hub=hub, topic=topic)


def new() -> Push:
    push = begun(feed(offered()), token="token", secret="secret", now=NOW)
    assert push is not None
    return push


def asked(at: datetime = NOW) -> Push:
    return asking(new(), at)


def active(lease: str | None = WEEK, at: datetime = NOW) -> Push:
    push = verified(asked(at), "subscribe", TOPIC, lease, at)
    assert push is not None
    return push


def leaving(push: Push, at: datetime) -> Push:
    """Return a subscription that no feed wants any more, as storage writes it."""
    return replace(push, state=PushState.LEAVING, due_at=at, asked_at=None, failures=0)


class TestAsking:
    def test_what_a_feed_offers_is_due_at_once(self) -> None:
        push = new()
        assert (push.hub, push.topic, push.state, push.due_at) == (HUB, TOPIC, PushState.ASKED, NOW)
        assert mode(push) is HubMode.SUBSCRIBE

    @pytest.mark.parametrize(("hub", "topic"), [(None, TOPIC), (HUB, None), (None, None)])
    def test_a_feed_that_names_no_hub_or_no_topic_offers_nothing(
        self, hub: str | None, topic: str | None
    ) -> None:
        assert begun(feed(offered(hub, topic)), token="t", secret="s", now=NOW) is None

    def test_a_hub_has_ten_minutes_to_ask_back(self) -> None:
        push = asked()
        assert (push.asked_at, push.due_at, push.failures) == (NOW, NOW + PATIENCE, 0)

    def test_a_hub_that_did_not_ask_back_has_failed(self) -> None:
        again = asking(asked(), NOW + PATIENCE)
        assert again.failures == 1
        assert again.problem == "it did not ask back whether the subscription is meant"

    def test_a_hub_that_never_asks_back_is_asked_ever_more_rarely_but_never_given_up(self) -> None:
        push, pauses = new(), []
        for _ in range(24):
            push = asking(replace(push, problem=None), push.due_at)
            assert push.asked_at is not None
            pauses.append(push.due_at - push.asked_at)
        assert pauses == sorted(pauses)
        assert pauses[0] == PATIENCE
        assert pauses[-1] == 6 * HOUR

    def test_a_renewal_that_is_under_way_keeps_what_was_promised(self) -> None:
        first = active()
        renewing = asking(first, first.due_at)
        assert renewing.state is PushState.ACTIVE
        assert renewing.until == first.until


class TestTheAnswer:
    def test_an_accepted_request_waits_for_the_question(self) -> None:
        push = asked()
        after = answered(push, push, HubAccepted(), NOW + SECOND)
        assert (after.state, after.due_at) == (PushState.ASKED, push.due_at)

    def test_a_refusal_stands_for_a_day_and_is_told(self) -> None:
        push = asked()
        after = answered(push, push, HubRefused("it refuses the request (403)"), NOW)
        assert after.state is PushState.REFUSED
        assert after.due_at == NOW + DAY
        assert after.problem == "it refuses the request (403)"
        assert asking(after, after.due_at).state is PushState.ASKED

    def test_failures_are_tried_again_after_a_minute_then_twice_as_long_up_to_six_hours(self) -> None:
        push, now, waits = new(), NOW, []
        for _ in range(12):
            push = asking(push, now)
            push = answered(push, push, HubFailed("No connection"), now)
            waits.append(push.due_at - now)
            now = push.due_at
        assert waits[:5] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE]
        assert waits[-1] == 6 * HOUR
        assert push.problem == "No connection"

    @pytest.mark.parametrize(("wish", "wait"), [(HOUR, HOUR), (SECOND, MINUTE), (30 * DAY, DAY)])
    def test_a_hub_that_names_a_time_is_asked_then_within_bounds(
        self, wish: timedelta, wait: timedelta
    ) -> None:
        push = asked()
        assert answered(push, push, HubFailed("busy", wish), NOW).due_at == NOW + wait

    def test_what_the_hub_confirmed_before_it_answered_stands(self) -> None:
        push = asked()
        confirmed = verified(push, "subscribe", TOPIC, WEEK, NOW + SECOND)
        assert confirmed is not None
        for late in (HubRefused("no"), HubFailed("timeout"), HubAccepted()):
            assert answered(confirmed, push, late, NOW + MINUTE) == confirmed

    def test_the_answer_to_an_earlier_request_says_nothing_about_a_later_one(self) -> None:
        first = asked()
        second = asking(first, NOW + PATIENCE)
        assert answered(second, first, HubRefused("no"), NOW + PATIENCE) == second

    def test_a_refused_renewal_keeps_the_promise_until_its_end(self) -> None:
        renewing = asking(active(), NOW + DAY)
        after = answered(renewing, renewing, HubRefused("no"), NOW + DAY)
        assert after.until == NOW + 7 * DAY
        assert not is_lost(renewing, after, NOW + DAY)


class TestTheQuestion:
    def test_the_question_confirms_and_renewal_is_due_at_half_of_the_promise(self) -> None:
        push = active()
        assert push.state is PushState.ACTIVE
        assert push.until == NOW + 7 * DAY
        assert push.due_at == NOW + 3.5 * DAY
        assert push.problem is None

    def test_renewal_begins_before_the_promise_ends_however_short_it_is(self) -> None:
        push = active("600")
        assert push.until is not None
        assert NOW < push.due_at < push.until

    @pytest.mark.parametrize(
        ("said", "lease"),
        [(None, LEASE), ("", LEASE), ("0", LEASE), ("-5", LEASE), ("ten", LEASE), ("٣", LEASE), ("1.5", LEASE),
         ("60", MINUTE), ("9" * 40, 365 * DAY)],
    )  # fmt: skip
    def test_a_promise_without_a_sensible_length_lasts_as_long_as_was_asked_and_none_for_ever(
        self, said: str | None, lease: timedelta
    ) -> None:
        assert active(said).until == NOW + lease

    def test_a_question_about_another_topic_is_refused(self) -> None:
        assert verified(asked(), "subscribe", TOPIC + "/other", WEEK, NOW) is None
        assert verified(asked(), "subscribe", "", WEEK, NOW) is None

    @pytest.mark.parametrize("wrong", ["unsubscribe", "publish", "", "SUBSCRIBE"])
    def test_a_question_about_another_wish_is_refused(self, wrong: str) -> None:
        assert verified(asked(), wrong, TOPIC, WEEK, NOW) is None

    def test_a_question_that_nobody_provoked_is_refused(self) -> None:
        assert verified(new(), "subscribe", TOPIC, WEEK, NOW) is None

    def test_a_question_is_repeated_for_minutes_only(self) -> None:
        push = active()
        assert verified(push, "subscribe", TOPIC, WEEK, NOW + 4 * MINUTE) is not None
        assert verified(push, "subscribe", TOPIC, WEEK, NOW + 5 * MINUTE) is None

    def test_a_late_question_is_still_confirmed_while_nothing_else_was_asked(self) -> None:
        late = verified(asked(), "subscribe", TOPIC, WEEK, NOW + 3 * DAY)
        assert late is not None
        assert late.until == NOW + 10 * DAY


class TestTheEnd:
    def test_a_hub_that_takes_its_promise_back_is_lost_and_asked_again_after_a_day(self) -> None:
        push = active()
        after = denied(push, TOPIC, "No  more\nroom.", NOW + HOUR)
        assert after is not None
        assert (after.state, after.until, after.due_at) == (PushState.REFUSED, None, NOW + HOUR + DAY)
        assert after.problem == "it denies the subscription: No more room"
        assert is_lost(push, after, NOW + HOUR)

    def test_a_denial_of_another_topic_or_a_second_one_changes_nothing(self) -> None:
        push = active()
        assert denied(push, TOPIC + "/other", "", NOW) is None
        once = denied(push, TOPIC, "", NOW)
        assert once is not None
        assert once.problem == "it denies the subscription"
        assert denied(once, TOPIC, "", NOW) is None

    def test_the_words_of_a_hub_are_cut_short(self) -> None:
        after = denied(active(), TOPIC, "no " * 10_000, NOW)
        assert after is not None
        assert after.problem is not None
        assert len(after.problem) < 250

    def test_a_promise_that_ended_unrenewed_is_lost(self) -> None:
        push = active("600")
        after = asking(push, NOW + 600 * SECOND)
        assert (after.state, after.until) == (PushState.ASKED, None)
        assert is_lost(push, after, NOW + 600 * SECOND)
        assert not is_lost(after, asking(after, NOW + HOUR), NOW + HOUR)

    def test_a_failing_renewal_is_looked_at_again_when_the_promise_ends(self) -> None:
        push = active("600")
        renewing = asking(push, push.due_at)
        after = answered(renewing, renewing, HubFailed("No connection", HOUR), push.due_at)
        assert after.due_at == push.until

    def test_what_nobody_wants_any_more_is_unsubscribed_and_then_forgotten(self) -> None:
        push = leaving(active(), NOW + HOUR)
        assert mode(push) is HubMode.UNSUBSCRIBE
        assert not is_over(push, NOW + HOUR)
        bidding = asking(push, NOW + HOUR)
        agreed = verified(bidding, "unsubscribe", TOPIC, None, NOW + HOUR)
        assert agreed is not None
        assert agreed.due_at == NOW + HOUR
        assert is_over(agreed, NOW + HOUR)

    def test_a_hub_that_knows_nothing_of_it_ends_a_farewell_too(self) -> None:
        later = NOW + HOUR
        bidding = asking(leaving(active(), later), later)
        assert is_over(answered(bidding, bidding, HubRefused("unknown (404)"), later), later)
        unknown = denied(bidding, TOPIC, "", later)
        assert unknown is not None
        assert is_over(unknown, later)

    def test_a_farewell_that_nobody_hears_is_said_three_times(self) -> None:
        now = NOW + HOUR
        push = leaving(active(), now)
        for _ in range(3):
            assert not is_over(push, now)
            push = asking(push, now)
            push = answered(push, push, HubFailed("No connection"), now)
            now = push.due_at
        assert is_over(push, now)

    def test_a_promise_that_ran_out_needs_no_farewell(self) -> None:
        assert is_over(leaving(active("600"), NOW), NOW + HOUR)

    def test_only_what_is_left_is_ever_over(self) -> None:
        assert not is_over(active("600"), NOW + DAY)


class TestDocuments:
    BODY = b"<rss/>"

    @pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
    def test_the_secret_signs_in_four_ways(self, method: str) -> None:
        header = signature(self.BODY, "secret", method)
        assert is_signed(new(), self.BODY, header)
        assert is_signed(new(), self.BODY, f" {header.upper()} ")

    @pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
    def test_another_secret_another_body_and_a_cut_signature_are_wrong(self, method: str) -> None:
        assert not is_signed(new(), self.BODY, signature(self.BODY, "guess", method))
        assert not is_signed(new(), self.BODY + b" ", signature(self.BODY, "secret", method))
        assert not is_signed(new(), self.BODY, signature(self.BODY, "secret", method)[:-1])

    @pytest.mark.parametrize(
        "header", ["", "sha256", "sha256=", "md5=" + "0" * 32, "sha256=" + "g" * 64, "a,b"]
    )
    def test_no_signature_and_no_known_one_are_wrong(self, header: str) -> None:
        assert not is_signed(new(), self.BODY, header)

    def test_what_is_wrongly_signed_is_counted_and_vouches_for_nothing(self) -> None:
        push = ignored(ignored(active()))
        assert push.ignored == 2
        assert push.delivered_at is None
        assert replace(push, ignored=0) == active()

    def test_a_delivery_vouches_for_the_hub_and_one_that_cannot_be_read_does_not(self) -> None:
        push = delivered(active(), NOW + HOUR, None)
        assert (push.delivered_at, push.problem) == (NOW + HOUR, None)
        bad = delivered(push, NOW + DAY, "it pushed what cannot be read")
        assert (bad.delivered_at, bad.problem) == (NOW + HOUR, "it pushed what cannot be read")
        assert delivered(bad, NOW + 2 * DAY, None).problem is None
