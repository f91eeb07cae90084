"""Slow polls as a net under a hub: when they are slow, how slow, and what makes them quick again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.feed import Feed, PollState, Validators
from bot.model.fetch import FetchFailed
from bot.model.hints import PollHints
from bot.model.push import HubOffer, Pushing
from bot.pipeline import net
from bot.pipeline.pace import Pause
from bot.pipeline.poll import PollPolicy, Success, decide, pushed
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, NOW, SECOND, feed

HUB = "https://hub.example/"
TOPIC = "https://news.example/topic"
OWN = Pause(5 * MINUTE, "that is its own interval")


def pushed_feed(
    *,
    until: datetime | None = NOW + 10 * DAY,
    delivered: datetime | None = NOW - HOUR,
    missed: datetime | None = None,
    offers: str | None = HUB,
) -> Feed:
    state = PollState(
        next_poll_at=NOW,
        polled_at=NOW,
        succeeded_at=NOW,
        changed_at=NOW,
        seeded_at=NOW - 20 * DAY,
        hub=offers,
        topic=TOPIC,
        missed_at=missed,
    )
    return replace(feed(state, interval=5 * MINUTE), push=Pushing(HUB, until, delivered))


def test_a_hub_that_delivered_within_its_promise_is_relied_upon() -> None:
    assert net.relied_upon(pushed_feed(), NOW)


@pytest.mark.parametrize(
    ("shaky", "why"),
    [
        (pushed_feed(delivered=None), "it has promised, and never delivered"),
        (pushed_feed(until=None), "it has promised nothing"),
        (pushed_feed(until=NOW), "its promise has ended"),
        (pushed_feed(missed=NOW - MINUTE), "a poll found what it should have pushed"),
        (pushed_feed(missed=NOW - HOUR), "what it pushed last is no younger than what it missed"),
        (pushed_feed(offers="https://new.example/"), "the feed names another hub by now"),
        (pushed_feed(offers=None), "the feed names no hub any more"),
        (replace(pushed_feed(), push=None), "nobody asked it"),
    ],
)
def test_no_other_hub_is_relied_upon_and_its_feed_is_polled_as_without_one(shaky: Feed, why: str) -> None:
    assert not net.relied_upon(shaky, NOW), why
    assert net.stretched(shaky, OWN, NOW, DAY) is OWN


def test_a_hub_that_delivered_after_a_miss_is_relied_upon_again() -> None:
    assert net.relied_upon(pushed_feed(missed=NOW - HOUR, delivered=NOW - MINUTE), NOW)


def test_the_net_is_twelve_times_as_slow_and_says_why() -> None:
    assert net.stretched(pushed_feed(), OWN, NOW, DAY) == Pause(HOUR, net.WHY)


def test_the_net_is_never_slower_than_the_ceiling_nor_later_than_the_promise() -> None:
    slow = Pause(6 * HOUR, "its rhythm")
    assert net.stretched(pushed_feed(), slow, NOW, DAY).length == DAY
    ending = pushed_feed(until=NOW + 20 * MINUTE)
    assert net.stretched(ending, OWN, NOW, DAY) == Pause(20 * MINUTE, net.WHY)


def test_a_promise_that_ends_before_the_usual_poll_changes_nothing() -> None:
    assert net.stretched(pushed_feed(until=NOW + MINUTE), OWN, NOW, DAY) is OWN


def test_a_poll_that_finds_news_under_a_hub_notes_that_it_was_not_pushed() -> None:
    assert net.missed(pushed_feed(), True, NOW) == NOW
    assert net.missed(pushed_feed(), False, NOW) is None
    assert net.missed(pushed_feed(delivered=None), True, NOW) is None
    before = pushed_feed(missed=NOW - DAY)
    assert net.missed(before, False, NOW) == NOW - DAY


def poll(it: Feed, *, news: int = 0, at: datetime = NOW, hub: str | None = HUB) -> PollState:
    """Return the state after a poll that found so many new entries and a document that names this hub."""
    dates = (at,) * news
    offer = HubOffer(hub, TOPIC) if hub else None
    success = Success(Validators(), "hash", changed=True, hints=PollHints(), offer=offer, news=dates)
    return decide(it, success, at, PollPolicy(), 0.0)


def test_a_poll_under_the_net_that_finds_nothing_waits_for_the_net_again() -> None:
    state = poll(pushed_feed())
    assert (state.next_poll_at, state.next_poll_why) == (NOW + HOUR, net.WHY)


def test_a_poll_under_the_net_that_finds_news_goes_on_as_without_a_hub() -> None:
    state = poll(pushed_feed(), news=1)
    assert state.missed_at == NOW
    assert state.next_poll_at == NOW + 5 * MINUTE


def test_a_feed_that_names_another_hub_or_none_is_polled_as_without_one() -> None:
    for hub in ("https://new.example/", None):
        state = poll(pushed_feed(), hub=hub)
        assert state.hub == hub
        assert state.next_poll_at == NOW + 5 * MINUTE


def test_an_answer_without_a_document_keeps_the_offer() -> None:
    unchanged = Success(Validators(), changed=False)
    state = decide(pushed_feed(), unchanged, NOW, PollPolicy(), 0.0)
    assert (state.hub, state.topic, state.next_poll_why) == (HUB, TOPIC, net.WHY)


def test_what_is_pushed_puts_the_next_poll_off_and_leaves_alone_what_it_asks_with() -> None:
    it = pushed_feed(delivered=None)
    it = replace(
        it, poll=replace(it.poll, next_poll_at=NOW + 5 * MINUTE, validators=Validators("etag"), body_hash="h")
    )
    state = pushed(it, (NOW,), NOW + MINUTE, PollPolicy())
    assert (state.next_poll_at, state.next_poll_why) == (NOW + HOUR, net.WHY)
    assert (state.validators, state.body_hash, state.polled_at) == (Validators("etag"), "h", NOW)


def test_the_net_counts_from_the_last_poll_so_that_pushes_cannot_put_it_off_for_ever() -> None:
    it = pushed_feed()
    for minutes in range(1, 50):
        state = pushed(it, (NOW,), NOW + minutes * MINUTE, PollPolicy())
        it = replace(it, poll=state)
    assert it.poll.next_poll_at <= NOW + HOUR


def test_a_push_puts_off_no_poll_of_a_feed_that_fails() -> None:
    it = pushed_feed()
    failed = decide(it, FetchFailed("No answer."), NOW, PollPolicy(), 0.0)
    state = pushed(replace(it, poll=failed), (NOW,), NOW + SECOND, PollPolicy())
    assert state.next_poll_at == failed.next_poll_at
    assert state.failure == "No answer."


def test_a_push_brings_no_poll_forward() -> None:
    later = replace(pushed_feed().poll, next_poll_at=NOW + DAY, next_poll_why="its server asks")
    assert net.cast(later, Pause(HOUR, net.WHY)) is later


@pytest.mark.parametrize(
    ("hub", "shown"),
    [
        ("https://hub.example:8443/a?key=secret", "hub.example"),
        ("https://ann:password@hub.example/", "hub.example"),
        ("not an address", "not an address"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_of_a_hubs_address_people_see_the_host(hub: str, shown: str) -> None:
    assert net.host(hub) == shown


def test_a_pause_that_is_no_longer_than_its_own_is_its_own() -> None:
    assert net.stretched(pushed_feed(), Pause(DAY, "its rhythm"), NOW, DAY).why == "its rhythm"
    assert net.FACTOR * OWN.length == timedelta(hours=1)
