from collections.abc import Mapping

import pytest

from bot.model.decision import Verdict
from bot.model.destination import DestinationState
from bot.model.subscription import QueryChanges, SubscriptionOptions
from bot.pipeline.match import LiveQueries, concerns, decide, document
from bot.query.index import Hit, QueryIndex
from bot.query.programs import Program
from tests.unit.pipeline.fakes import Keeper
from tests.unit.pipeline.samples import destination, entry, feed, subscriber

TITLE_HIT = Hit(1, {"title": ((0, 8),)})


def test_all_matching_subscriptions_of_a_destination_make_one_match() -> None:
    place = destination()
    hits = [TITLE_HIT, Hit(2, {"title": ((18, 28),), "summary": ((0, 5),)})]
    found = decide(
        hits,
        [subscriber(where=place), subscriber("Washington", number=2, query_id=2, where=place)],
        entry(summary="Trump waits"),
        feed(),
    )
    (only,) = found.matches
    assert only.spans == {"title": ((0, 8), (18, 28)), "summary": ((0, 5),)}
    assert [(each.query, each.words) for each in only.subscriptions] == [
        ("Takaichi", ("Takaichi",)),
        ("Washington", ("Washington", "Trump")),
    ]
    assert [each.verdict for each in found.decisions] == [Verdict.SENT, Verdict.SENT]


def test_each_destination_has_its_own_match() -> None:
    places = [destination("telegram:1", number=1), destination("discord:2", number=2)]
    found = decide(
        [TITLE_HIT], [subscriber(number=n, where=place) for n, place in enumerate(places)], entry(), feed()
    )
    assert [each.destination for each in found.matches] == places


def test_words_are_told_once_as_they_stand_in_the_entry() -> None:
    text = "TAKAICHI and takaichi and Taiwan\n\u00a0Strait"
    hits = [Hit(1, {"summary": ((0, 8), (13, 21), (26, 40))})]
    found = decide(hits, [subscriber()], entry(summary=text), feed())
    assert found.matches[0].subscriptions[0].words == ("TAKAICHI", "Taiwan Strait")


def test_a_paused_destination_gets_nothing_and_the_decision_says_why() -> None:
    place = destination(state=DestinationState.PAUSED)
    found = decide([TITLE_HIT], [subscriber(where=place)], entry(), feed())
    assert found.matches == ()
    assert [(each.verdict, each.detail) for each in found.decisions] == [
        (Verdict.FILTERED, "alerts were paused")
    ]


def test_a_subscription_limited_to_other_feeds_is_filtered_beside_one_that_is_not() -> None:
    limited = subscriber(number=2, options=SubscriptionOptions(feeds=("elsewhere",)))
    found = decide([TITLE_HIT], [subscriber(), limited], entry(), feed())
    assert [each.subscription_id for each in found.matches[0].subscriptions] == [1]
    assert [each.verdict for each in found.decisions] == [Verdict.SENT, Verdict.FILTERED]


def test_mentions_of_all_subscriptions_are_gathered_once() -> None:
    place = destination()
    options = SubscriptionOptions(mentions=("<@&7>",))
    group = [subscriber(number=n, where=place, options=options) for n in (1, 2)]
    assert decide([TITLE_HIT], group, entry(), feed()).matches[0].mentions == ("<@&7>",)


def test_the_feeds_option_names_feeds_by_url_title_or_tag() -> None:
    nhk = feed(url="https://nhk.example/rss", title="NHK World", tags=("Japan", "asia"))
    for wanted in ("HTTPS://NHK.example:443/rss#x", "nhk world", "japan", " ASIA "):
        assert concerns((wanted,), nhk)
    for other in ("nhk", "https://nhk.example/other", "europe", ""):
        assert not concerns((other,), nhk)
    assert concerns((), nhk)
    assert concerns(("europe", "asia"), nhk)


def test_a_document_carries_what_queries_can_ask_for() -> None:
    seen = document(entry(summary="text"), feed(language="en"))
    assert (seen.title, seen.summary, seen.source) == (
        "Takaichi to visit Washington",
        "text",
        "Mainichi World",
    )
    assert (seen.lang, seen.link) == ("en", "https://news.example/1")


class Changes:
    """The one method of the store that live queries use, with the changes of each revision."""

    def __init__(self, *changes: QueryChanges) -> None:
        self._changes = list(changes)
        self.asked: list[int] = []

    async def query_changes(self, since: int) -> QueryChanges:
        self.asked.append(since)
        return self._changes.pop(0)


async def test_live_queries_follow_the_store() -> None:
    changes = Changes(
        QueryChanges(3, added=((1, "Takaichi"), (2, "Washington"))),
        QueryChanges(5, added=((4, "Trump"),), removed=(1, 9)),
        QueryChanges(5),
    )
    live = LiveQueries(changes)  # type: ignore[arg-type]  # the other methods are not called
    text = document(entry(summary="Trump"), feed())
    assert live.match(text) == []
    await live.refresh()
    assert [hit.query_id for hit in live.match(text)] == [1, 2]
    await live.refresh()
    assert sorted(hit.query_id for hit in live.match(text)) == [2, 4]
    await live.refresh()
    assert changes.asked == [0, 3, 5]
    assert len(live) == 2


async def test_a_stored_query_that_cannot_be_read_does_not_stop_the_others() -> None:
    changes = Changes(QueryChanges(1, added=((1, '"unclosed'), (2, "Washington"), (3, "((("))))
    live = LiveQueries(changes)  # type: ignore[arg-type]  # the other methods are not called
    await live.refresh()
    assert [hit.query_id for hit in live.match(document(entry(), feed()))] == [2]


async def test_patterns_without_letters_are_bounded_and_the_oldest_that_waits_comes_next() -> None:
    numbers = tuple((number, rf"re:/\d{{{number}}}/") for number in (1, 2, 3, 4))
    changes = Changes(
        QueryChanges(1, added=(*numbers, (5, "Washington"))), QueryChanges(2, removed=(1, 4)), QueryChanges(3)
    )
    keeper = Keeper()
    live = LiveQueries(changes, observer=keeper, most_unfiled=2)  # type: ignore[arg-type]  # as above
    text = document(entry(summary="12345 in Washington"), feed())
    await live.refresh()
    assert [hit.query_id for hit in live.match(text)] == [1, 2, 5]
    assert (len(live), keeper.patterns) == (3, (2, 2))
    await live.refresh()
    assert [hit.query_id for hit in live.match(text)] == [2, 3, 5]
    assert keeper.patterns == (2, 0)


async def test_thousands_of_queries_are_taken_over_by_the_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    filed: list[int] = []
    file = QueryIndex._file

    def counted(index: QueryIndex, fresh: Mapping[int, Program]) -> None:
        filed.append(len(fresh))
        file(index, fresh)

    monkeypatch.setattr(QueryIndex, "_file", counted)
    added = tuple((number, f"word{number} OR {number}th") for number in range(3_000))
    live = LiveQueries(Changes(QueryChanges(1, added=added)))  # type: ignore[arg-type]  # as above
    await live.refresh()
    assert sum(filed) == len(live) == 3_000
    assert len(filed) <= 5
