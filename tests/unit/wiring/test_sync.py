"""What changes in the list of feeds when the configuration was edited."""

from datetime import UTC, datetime

from bot.model.feed import Feed, FeedOrigin, FeedSpec, PollState
from bot.sync import FeedPlan, plan_feeds

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def feed(number: int, url: str, origin: FeedOrigin) -> Feed:
    return Feed(number, url, "title", origin, NOW, PollState(NOW))


def test_nothing_wanted_and_nothing_there_is_nothing_to_do() -> None:
    assert plan_feeds([], []) == FeedPlan()


def test_a_wanted_feed_is_added_once() -> None:
    spec = FeedSpec("https://A.example:443/f#x")
    assert plan_feeds([], [spec, FeedSpec("https://a.example/f", "later")]).add == (
        FeedSpec("https://a.example/f", "later"),
    )


def test_a_feed_that_is_there_takes_over_the_settings_whoever_added_it() -> None:
    mine = feed(1, "https://a.example/f", FeedOrigin.CHAT)
    spec = FeedSpec("https://a.example/f", "T", ("x",))
    assert plan_feeds([mine], [spec]) == FeedPlan(configure=((mine, spec),))


def test_only_what_the_configuration_added_is_removed() -> None:
    stored = [feed(number, f"https://{origin}.example/", origin) for number, origin in enumerate(FeedOrigin)]
    assert [each.origin for each in plan_feeds(stored, []).remove] == [FeedOrigin.CONFIG]
