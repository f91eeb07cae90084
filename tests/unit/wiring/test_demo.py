"""The demo's feeds, its clock of publication, and its judgement."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.adapters.feeds.document import parse_document
from bot.adapters.feeds.opml import read_listing
from bot.demo import Outcome, faults, read_script
from bot.model.address import Address, Platform
from bot.model.alert import Alert, MatchedSubscription
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.destination import Destination
from bot.model.entry import ParsedFeed
from bot.model.message import Message
from bot.newsstand import Paper, cut
from bot.query.evaluate import evaluate
from bot.query.inspect import as_document
from bot.query.language import parse
from bot.starters import seeds

SCRIPT = read_script()
NOW = datetime(2026, 1, 2, 15, tzinfo=UTC)
PLACE = Destination(1, Address(Platform.CONSOLE, ""), "console", NOW)


def entries(paper: Paper, until: datetime) -> ParsedFeed:
    parsed = parse_document(cut(paper, until), "https://demo.example/", {"content-type": paper.type})
    assert isinstance(parsed, ParsedFeed)
    return parsed


@pytest.mark.parametrize("paper", SCRIPT.papers, ids=lambda paper: paper.name)
def test_a_paper_grows_as_time_passes(paper: Paper) -> None:
    before, after = entries(paper, SCRIPT.begins).entries, entries(paper, SCRIPT.ends).entries
    assert 0 < len(before) < len(after)
    assert all(each.published and each.published <= SCRIPT.begins for each in before)
    assert all(each.title and each.link for each in after)


def test_what_is_expected_is_what_the_queries_say() -> None:
    queries = [parse(text) for text in SCRIPT.subscriptions]
    found = {}
    for paper in SCRIPT.papers:
        for entry in entries(paper, SCRIPT.ends).entries:
            text = as_document(entry.summary, fields={"title": entry.title})
            matched = frozenset(query.text for query in queries if evaluate(query, text) is not None)
            if matched and entry.published and entry.published > SCRIPT.begins:
                found[entry.link] = matched
    assert found == SCRIPT.expected


def good() -> Outcome:
    alerts, deliveries = [], []
    for number, (link, queries) in enumerate(SCRIPT.expected.items(), start=1):
        matches = tuple(MatchedSubscription(1, query, ()) for query in queries)
        alerts.append(Alert(number, 1, number, number, "title", link, "source", matches, NOW))
        deliveries.append(
            Delivery(number, PLACE, Message(url=link), str(number), DeliveryStatus.SENT, NOW, NOW)
        )
    return Outcome(alerts, deliveries)


def test_the_expected_outcome_has_no_fault() -> None:
    assert list(faults(SCRIPT, good())) == []


def test_what_is_missing_twice_or_too_much_is_told() -> None:
    outcome = good()
    first, second, *others = outcome.deliveries
    unwanted = replace(first, message=Message(url="https://worlddesk.example/morning"))
    found = list(faults(SCRIPT, Outcome(outcome.alerts, [second, second, unwanted, *others])))
    assert len(found) == 3
    assert "0 times" in found[0]
    assert "2 times" in found[1]
    assert "does not match" in found[2]


def test_a_delivery_that_was_not_sent_does_not_count() -> None:
    outcome = good()
    dead = replace(outcome.deliveries[0], status=DeliveryStatus.DEAD)
    assert len(list(faults(SCRIPT, Outcome(outcome.alerts, [dead, *outcome.deliveries[1:]])))) == 1


def test_an_alert_for_other_queries_is_told() -> None:
    outcome = good()
    wrong = replace(outcome.alerts[0], matches=())
    [fault] = faults(SCRIPT, Outcome([wrong, *outcome.alerts[1:]], outcome.deliveries))
    assert "instead of" in fault


def test_the_starter_feeds_are_usable_and_tagged() -> None:
    listing = read_listing((seeds() / "feeds.opml").read_bytes())
    assert listing.problems == ()
    assert len(listing.feeds) >= 60
    tags = {tag for feed in listing.feeds for tag in feed.tags}
    assert {"World", "East Asia", "English", "Japanese", "Chinese", "Korean"} <= tags
    assert all(feed.title and feed.url.startswith(("https://", "http://")) for feed in listing.feeds)
