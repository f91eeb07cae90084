from dataclasses import replace
from datetime import timedelta

from bot.model.address import Address
from bot.model.alert import Alert, MatchedSubscription
from bot.model.decision import Verdict
from bot.model.delivery import DeliveryKind
from bot.model.destination import Destination
from bot.model.feed import Feed, FeedOrigin, PollState
from bot.model.message import Action, Message, Run, Source, paragraphs, plain
from bot.model.story import Told
from bot.pipeline.match import Match, Passed
from bot.pipeline.retelling import (
    MOST_FURTHER,
    MOST_REPLIES,
    REPLY_PAUSE,
    follow_up,
    further,
    may_follow,
    related,
    sort,
)
from tests.unit.pipeline.samples import NOW, entry

TAKAICHI = MatchedSubscription(1, "Takaichi", ("Takaichi",))
MESSAGE = Message(
    title=(Run("Takaichi calls Trump"),), sources=(Source("NHK", "https://nhk.example/1"),), alert=True
)


def alert(
    number: int, title: str, query: str = "Takaichi", link: str | None = "https://a.example/1"
) -> Alert:
    return Alert(number, 7, number, number, title, link, "NHK", (replace(TAKAICHI, query=query),), NOW)


def feed(title: str) -> Feed:
    return Feed(1, "https://a.example/feed", title, FeedOrigin.CLI, NOW, PollState(NOW))


def found(place: int, subscription: int = 1) -> Match:
    destination = Destination(place, Address.parse(f"telegram:{place}"), "a place", NOW)
    return Match(destination, (replace(TAKAICHI, subscription_id=subscription),), {})


TOLD = Told(alert(1, "Takaichi calls Trump"), MESSAGE)


def test_a_further_source_is_named_and_linked_once() -> None:
    change = further(TOLD, feed("BBC"), "https://bbc.example/1", "n", NOW)
    assert change is not None
    assert (change.kind, change.alert_id) == (DeliveryKind.EDIT, 1)
    again = Told(TOLD.alert, change.message)
    second = further(again, feed("Reuters"), "https://reuters.example/1", "n", NOW)
    assert second is not None
    assert [plain(text) for text in paragraphs(second.message)] == ["+2: BBC, Reuters"]
    assert [run.url for run in paragraphs(second.message)[0] if run.url] == [
        "https://bbc.example/1",
        "https://reuters.example/1",
    ]
    assert further(again, feed("BBC"), "https://bbc.example/2", "n", NOW) is None
    assert further(again, feed("NHK"), "https://nhk.example/2", "n", NOW) is None


def test_a_list_of_sources_has_an_end() -> None:
    many = tuple(Source(f"Outlet {number}") for number in range(MOST_FURTHER))
    assert further(Told(TOLD.alert, replace(MESSAGE, further=many)), feed("BBC"), None, "n", NOW) is None


def test_a_follow_up_is_short_and_pings_nobody() -> None:
    long = replace(
        MESSAGE,
        summary=((Run("One."),), (Run("Two."),)),
        actions=(Action("Why?", data="why:x"),),
        mentions=("<@&5>",),
        related=(Source("Earlier"),),
    )
    change = follow_up(TOLD, long, "n", NOW)
    assert change.kind is DeliveryKind.REPLY
    assert change.message == replace(MESSAGE, summary=((Run("One."),),))


def test_follow_ups_are_few_and_have_pauses() -> None:
    assert may_follow(TOLD, NOW)
    assert not may_follow(replace(TOLD, replies=1, replied_at=NOW), NOW + REPLY_PAUSE - timedelta(seconds=1))
    assert may_follow(replace(TOLD, replies=1, replied_at=NOW), NOW + REPLY_PAUSE)
    assert not may_follow(replace(TOLD, replies=MOST_REPLIES, replied_at=NOW), NOW + 99 * REPLY_PAUSE)


def test_each_place_is_alerted_told_more_or_left_alone() -> None:
    matches = [found(1, 11), found(2, 12), found(3, 13), found(4, 14)]
    sorting = sort(matches, {2: TOLD, 3: TOLD}, muted={3}, alerted={4})
    assert [match.destination.id for match in sorting.new] == [1]
    assert [match.destination.id for match, _ in sorting.told] == [2]
    verdicts = {number: sorting.verdict(Passed(number, Verdict.SENT)).verdict for number in range(11, 15)}
    assert verdicts == {11: Verdict.SENT, 12: Verdict.MERGED, 13: Verdict.MUTED, 14: Verdict.MERGED}


def test_related_stories_share_the_subscription_and_a_name_beyond_the_matched_words() -> None:
    news = entry("Takaichi to meet Trump in Washington", summary="The visit of Trump is planned for spring.")
    earlier = [
        alert(9, "Takaichi and Trump speak by phone"),
        alert(8, "Takaichi opens a bridge in Nara"),
        alert(7, "Aides of Trump arrive for talks", query="Tokyo"),
        alert(6, "Trade with Trump worries Takaichi"),
        alert(5, "Takaichi on Trump", link=None),
    ]
    titles = [each.name for each in related(news, (TAKAICHI,), earlier, NOW)]
    assert titles == ["Takaichi and Trump speak by phone", "Trade with Trump worries Takaichi"]


def test_of_many_related_stories_the_latest_three_are_named() -> None:
    news = entry("Takaichi to meet Trump in Washington", summary="The visit of Trump is planned for spring.")
    earlier = [alert(number, f"Takaichi and Trump, part {number}") for number in range(9, 1, -1)]
    titles = [each.name for each in related(news, (TAKAICHI,), earlier, NOW)]
    assert titles == [f"Takaichi and Trump, part {number}" for number in (9, 8, 7)]
