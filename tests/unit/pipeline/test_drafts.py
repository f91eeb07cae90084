"""Drafts: what those see who decide, and what becomes of those that nobody decides about."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address
from bot.model.alert import MatchedSubscription, NewAlert
from bot.model.delivery import DeliveryStatus
from bot.model.entry import FreshEntry
from bot.model.feed import FeedOrigin, FeedSpec, PollState
from bot.model.message import Message, Run, Source, plain
from bot.model.poll import PollOutcome, PollRecord
from bot.model.subscription import SubscriptionOptions
from bot.pipeline.drafts import EXPIRED, LIFETIME, as_text, draft_chat, expire, rewritten, submission
from tests.unit.pipeline.fakes import HandClock
from tests.unit.pipeline.samples import MINUTE, destination, entry

CHAT = Address.parse("telegram:99")
NONCE = "a" * 24
ALERT = Message(
    title=(Run("Takaichi "), Run("speaks", bold=True)),
    url="https://news.example/1",
    summary=((Run("One."),), (Run("Two."),)),
    sources=(Source("Times"),),
    mentions=("<@&5>",),
    labels=("world",),
    alert=True,
    further=(Source("Other"),),
)


def test_only_what_no_subscription_sends_without_asking_is_a_draft() -> None:
    asking, direct = SubscriptionOptions(draft=CHAT), SubscriptionOptions()
    assert draft_chat([asking, asking]) == CHAT
    assert draft_chat([asking, direct]) is None
    assert draft_chat([]) is None


def test_a_draft_names_its_place_has_three_buttons_and_pings_nobody() -> None:
    asked = submission(CHAT, replace(destination(), title="News"), ALERT, NONCE)
    assert asked.to == CHAT
    assert plain(asked.message.summary[0]) == "Draft for News."
    assert [(one.label, one.data) for one in asked.message.actions] == [
        ("Publish", f"publish:{NONCE}"),
        ("Edit", f"rewrite:{NONCE}"),
        ("Drop", f"discard:{NONCE}"),
    ]
    assert asked.message.mentions == ()


def test_a_new_text_is_a_headline_and_paragraphs_and_keeps_link_and_source() -> None:
    made = rewritten(ALERT, "  Better\n\nFirst.\n Second. ")
    assert [plain(each) for each in (made.title, *made.summary)] == ["Better", "First.", "Second."]
    assert (made.url, made.sources, made.mentions) == (ALERT.url, ALERT.sources, ALERT.mentions)
    assert made.further == ()


def test_what_is_offered_to_edit_reads_back_as_the_same_words() -> None:
    assert as_text(ALERT) == "Takaichi speaks\nOne.\nTwo."
    assert as_text(rewritten(ALERT, as_text(ALERT))) == as_text(ALERT)


@pytest.mark.parametrize(
    ("age", "status"), [(-MINUTE, DeliveryStatus.DRAFT), (MINUTE, DeliveryStatus.DROPPED)]
)
async def test_a_draft_that_nobody_publishes_in_a_day_is_dropped_with_a_sentence(
    store: SqlStore, clock: HandClock, age: timedelta, status: DeliveryStatus
) -> None:
    now = clock.now()
    place = await store.ensure_destination(
        Address.parse("telegram:-1"), title="News", timezone="UTC", language="en", now=now
    )
    feed, _ = await store.add_feed(FeedSpec("https://news.example/rss"), origin=FeedOrigin.CLI, now=now)
    (claimed,) = await store.claim_feeds(now, limit=1, lease=MINUTE)
    matched = (MatchedSubscription(1, "Takaichi", ("Takaichi",)),)
    draft = NewAlert(0, place.id, matched, ALERT, NONCE, now, draft=submission(CHAT, place, ALERT, NONCE))
    fresh = (FreshEntry(entry(), ("1",)),)
    state = PollState(next_poll_at=now)
    record = PollRecord(feed.id, claimed.lease, now, PollOutcome.NEW, state, fresh, alerts=(draft,))
    await store.record_poll(record)
    clock.advance(LIFETIME + age)
    await expire(store, clock.now())
    known = await store.draft(NONCE)
    assert known is not None
    assert known.status is status
    [question] = [each for each in await store.deliveries() if each.destination.address == CHAT]
    assert (EXPIRED in plain(question.message.summary[0])) is (status is DeliveryStatus.DROPPED)
