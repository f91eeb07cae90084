"""What an alert may be filed under."""

from dataclasses import replace

from bot.model.alert import MatchedSubscription
from bot.pipeline.labels import labels
from tests.unit.pipeline.samples import entry as an_entry
from tests.unit.pipeline.samples import feed as a_feed


def found(query: str, *words: str) -> tuple[str, ...]:
    return labels(
        replace(an_entry(), categories=()),
        replace(a_feed(), tags=()),
        (MatchedSubscription(1, query, words),),
    )


def test_topics_keywords_tags_and_categories_come_in_this_order() -> None:
    entry = replace(an_entry(), categories=("Politics", "world"))
    feed = replace(a_feed(), tags=("world", "english"))
    matched = (
        MatchedSubscription(1, 'topic:takaichi AND -"Xi"', ("高市",)),
        MatchedSubscription(2, "Trade", ("trade",)),
    )
    assert labels(entry, feed, matched) == (
        "takaichi",
        "高市",
        "Trade",
        "trade",
        "world",
        "english",
        "Politics",
    )


def test_a_phrase_is_a_label_and_a_longer_query_is_told_by_its_words() -> None:
    assert found('"Taiwan Strait"', "Taiwan Strait") == ("Taiwan Strait",)
    assert found("title:Xi (a OR b)", "Xi") == ("Xi",)
    assert found('topic:"east asia"') == ("east asia",)


def test_what_is_too_long_for_a_label_is_none() -> None:
    assert found("Xi", "x" * 41) == ("Xi",)
