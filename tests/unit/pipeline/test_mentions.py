from datetime import UTC, datetime, timedelta

import pytest

from bot.pipeline.cluster import Clusterer
from bot.pipeline.stories.mentions import Mentions
from bot.pipeline.stories.report import Report
from bot.query.topics import Topics
from bot.starters import starter_topics

START = datetime(2026, 1, 2, 8, tzinfo=UTC)
TOPICS = Topics.load(
    """
    [taiwan]
    spellings = ["Taiwan*", "台湾"]
    [lockheed]
    spellings = ["Lockheed Martin", "ロッキード", "洛马"]
    [eu]
    spellings = ["EU"]
    """
)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Lockheed Martin wins Taiwan deal", {"lockheed", "taiwan"}),
        ("LOCKHEED MARTIN's new jet", {"lockheed"}),
        ("米国防総省、ロッキードと台湾向け契約", {"lockheed", "taiwan"}),
        ("洛马獲臺灣合同", {"lockheed", "taiwan"}),
        ("Taiwanese voters", {"taiwan"}),
        ("Neurologists feud in a subtaiwanic museum", set()),
        ("", set()),
    ],
)
def test_a_title_mentions_topics_in_any_script_and_as_whole_words(title: str, names: set[str]) -> None:
    assert Mentions(TOPICS).of(title) == names


def test_without_topics_nothing_is_mentioned() -> None:
    assert Mentions(Topics.none()).of("Lockheed Martin wins Taiwan deal") == frozenset()


def tied(first: str, second: str, *, hours: float = 1) -> bool:
    mentions = Mentions(starter_topics())
    one = Report(1, "a", first, START, lang="en", topics=mentions.of(first))
    other = Report(2, "b", second, START + timedelta(hours=hours), lang="ja", topics=mentions.of(second))
    clusterer = Clusterer()
    clusterer.add(one, 1)
    return clusterer.decide(other).story == 1


def test_two_topics_and_a_telling_number_of_a_headline_tie_two_languages_for_half_a_day() -> None:
    first = "Trump, Takaichi agree on $550.5 billion investment"
    second = "高市首相とトランプ氏、5505億ドルの投資で合意"
    assert tied(first, second)
    assert not tied(first, second, hours=13)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Trump, Takaichi agree on 100% tariff pause", "高市首相、トランプ氏に100人の代表団を約束"),
        ("Trump, Takaichi talk for 25 minutes", "高市首相とトランプ氏、25日に会談"),
        ("Trump, Takaichi agree on spring visit", "高市首相とトランプ氏、春の訪米で一致"),
        ("Trump sees $550.5 billion investment", "トランプ氏、5505億ドルの投資を発表"),
    ],
)
def test_a_round_number_names_alone_or_one_topic_tie_nothing(first: str, second: str) -> None:
    assert not tied(first, second)
