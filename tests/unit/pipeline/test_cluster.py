from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stories.own import decided
from benchmarks.stories.scores import merges
from benchmarks.stories.stream import load
from bot.pipeline.cluster import SPAN, THRESHOLD, Clusterer
from bot.pipeline.stories.report import Decision, Key, Report
from bot.pipeline.stories.terms import MONTHS, folded, is_near, terms
from bot.pipeline.stories.window import Window

START = datetime(2026, 1, 2, 8, tzinfo=UTC)


def report(
    number: int, title: str, summary: str = "", *, source: str = "", hours: float = 0, lang: str = "en"
) -> Report:
    return Report(
        id=number,
        source=source or f"https://outlet-{number}.example/feed",
        title=title,
        summary=summary,
        lang=lang,
        at=START + timedelta(hours=hours),
    )


def told(*reports: Report) -> list[Decision]:
    clusterer = Clusterer()
    decisions = []
    for each in reports:
        decisions.append(clusterer.decide(each))
        clusterer.add(each, each.id if decisions[-1].story is None else decisions[-1].story)
    return decisions


def stories_of(*reports: Report) -> list[Key]:
    return [
        each.id if decision.story is None else decision.story
        for each, decision in zip(reports, told(*reports), strict=True)
    ]


CALL = (
    report(
        1,
        "Japan PM Takaichi, Trump agree to arrange US visit in spring",
        "Sanae Takaichi and Donald Trump agreed in a phone call on Friday to coordinate dates for a visit.",
    ),
    report(
        2,
        "Takaichi to visit United States in spring after phone call with Trump",
        "The Japanese prime minister and the US president spoke by phone on Friday about a visit.",
        hours=1,
    ),
)


def test_two_outlets_that_report_one_event_tell_one_story() -> None:
    assert stories_of(*CALL) == [1, 1]


def test_different_events_with_the_same_names_are_two_stories() -> None:
    other = report(
        2,
        "Takaichi, Trump at odds over steel tariffs as Tokyo files complaint",
        "Japan brought the dispute before the trade body in Geneva.",
        hours=3,
    )
    assert stories_of(CALL[0], other) == [1, 2]


def test_a_story_is_closed_after_48_hours() -> None:
    late = report(2, CALL[0].title, CALL[0].summary, hours=SPAN / timedelta(hours=1) + 1)
    assert stories_of(CALL[0], late) == [1, 2]


def test_asking_without_adding_leaves_no_trace() -> None:
    clusterer = Clusterer()
    clusterer.add(CALL[0], 1)
    first = clusterer.decide(CALL[1])
    clusterer.decide(report(9, "Something else entirely happened in Oslo"))
    assert clusterer.decide(CALL[1]) == first
    assert len(clusterer) == 1


def test_titles_that_differ_only_in_digits_are_two_stories() -> None:
    rates = [report(n, f"ドル円 東京外為市場 1ドル＝15{n}円台", lang="ja", hours=n * 4) for n in (1, 2)]
    assert stories_of(*rates) == [1, 2]


def test_vulnerabilities_with_different_numbers_are_two_stories() -> None:
    holes = [
        report(n, f"Critical flaw CVE-2026-100{n} in Acme Gateway lets attackers run code", hours=n)
        for n in (1, 2)
    ]
    assert stories_of(*holes) == [1, 2]


def test_a_topic_and_a_number_tie_two_languages() -> None:
    both = frozenset({"taiwan", "lockheed-martin"})
    english = report(1, "Pentagon awards Lockheed Martin $328.5 million Taiwan contract")
    japanese = report(2, "米国防総省、ロッキードと3億2850万ドルの台湾向け契約", lang="ja", hours=1)
    assert stories_of(english, japanese) == [1, 2]
    assert stories_of(replace(english, topics=both), replace(japanese, topics=both)) == [1, 1]


def test_topics_without_a_common_number_tie_nothing() -> None:
    both = frozenset({"takaichi", "trump"})
    english, japanese = CALL[0], report(2, "高市首相とトランプ氏が電話会談", lang="ja", hours=1)
    assert stories_of(replace(english, topics=both), replace(japanese, topics=both)) == [1, 2]


def test_swapped_subjects_are_two_stories() -> None:
    assert stories_of(
        report(1, "India lodges protest with Pakistan over drone at border"),
        report(2, "Pakistan lodges protest with India over drone at border", hours=1),
    ) == [1, 2]


def test_one_kind_of_accident_in_two_places_is_two_stories() -> None:
    assert stories_of(
        report(1, "大阪・西成で住宅火災　2人死亡", "木造2階建てが全焼した。", lang="ja"),
        report(2, "名古屋・中川で住宅火災　2人死亡", "木造2階建てが全焼した。", lang="ja", hours=1),
    ) == [1, 2]


def test_a_running_column_of_one_feed_is_never_one_story() -> None:
    summary = "Your daily summary of what moved markets."
    days = [
        report(1, "Market wrap: stocks slide as yields jump", summary, source="dawn"),
        report(2, "Market wrap: stocks steady before Fed", summary, source="dawn", hours=24),
        report(3, "Market wrap: stocks steady before Fed", summary, source="dawn", hours=40),
    ]
    assert stories_of(*days) == [1, 2, 3]


def test_an_opinion_on_an_event_is_a_story_of_its_own() -> None:
    opinion = report(
        2, "Opinion: Takaichi should not visit Trump in spring", "After a phone call, questions.", hours=5
    )
    assert stories_of(CALL[0], opinion) == [1, 2]


def test_a_higher_toll_is_an_update_and_a_wire_copy_is_none() -> None:
    first = report(
        1, "Bus plunges into ravine in Peru, at least 18 dead", "The coach left the road near Ayacucho."
    )
    copy = report(
        2, "At least 18 dead as bus plunges into Peru ravine", "The coach left the road near Ayacucho."
    )
    more = report(
        3,
        "Peru bus ravine plunge: death toll rises to 24",
        "Six more died after the Ayacucho coach crash.",
        hours=6,
    )
    decisions = told(first, copy, more)
    assert [decision.story for decision in decisions] == [None, 1, 1]
    assert [decision.update for decision in decisions] == [False, False, True]
    assert decisions[2].why.endswith("with the number 24.")


def test_reports_of_two_languages_are_kept_apart_even_with_one_text() -> None:
    assert stories_of(
        report(1, "GPT-9 Anthropic OpenAI Nvidia"), report(2, "GPT-9 Anthropic OpenAI Nvidia", lang="fr")
    ) == [1, 2]


def test_texts_without_words_never_meet() -> None:
    assert stories_of(report(1, ""), report(2, "", hours=1), report(3, "!!! 🎉"), report(4, "!!! 🎉")) == [
        1,
        2,
        3,
        4,
    ]


@pytest.mark.parametrize("name", ["world", "held_out", "wire", "later"])
def test_a_restart_in_between_changes_no_decision(name: str) -> None:
    entries = [each.report for each in load(name)]
    whole = decided(entries, THRESHOLD)
    cut = len(entries) // 2
    again = Clusterer()
    since = entries[cut].at - SPAN
    for each, (story, _) in zip(entries[:cut], whole[:cut], strict=True):
        if each.at >= since:
            again.add(each, story)
    rest = []
    for each in entries[cut:]:
        decision = again.decide(each)
        story = str(each.id if decision.story is None else decision.story)
        again.add(each, story)
        rest.append((story, decision.update))
    assert rest == whole[cut:]


@pytest.mark.parametrize("name", ["world", "held_out", "wire", "later"])
@pytest.mark.parametrize("lang", ["en", "ja", "zh"])
def test_merges_of_the_labelled_streams_are_right_and_many(name: str, lang: str) -> None:
    stream = load(name)
    found = [story for story, _ in decided([each.report for each in stream], THRESHOLD)]
    kept = [at for at, each in enumerate(stream) if each.report.lang == lang]
    quality = merges([found[at] for at in kept], [stream[at].label for at in kept])
    assert quality.precision >= 0.94
    assert quality.recall >= 0.5


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=60), st.integers(0, 90)), max_size=12))
def test_any_text_gets_a_story_that_holds_the_entry_or_one_before(texts: list[tuple[str, str, int]]) -> None:
    reports = [
        report(n, title, summary, hours=hours) for n, (title, summary, hours) in enumerate(texts, start=1)
    ]
    for number, story in enumerate(stories_of(*reports), start=1):
        assert isinstance(story, int)
        assert 1 <= story <= number


def test_a_report_that_is_removed_leaves_no_trace() -> None:
    clusterer = Clusterer()
    reports = [
        Report(f"fresh:{number}", "desk", f"Flood closes bridge {number} in Nara", START, "Water rose. More.")
        for number in range(5)
    ]
    for number, report in enumerate(reports):
        clusterer.decide(report)
        clusterer.add(report, f"new:{number}")
    for report in reversed(reports):
        clusterer.remove(report)
    assert len(clusterer) == 0
    assert clusterer.reports_of("new:0") == []
    assert clusterer.decide(reports[0]).story is None


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("Takaichi speaks", "Takaichi is back", "en"),
        ("Taiwan Strait report", "Taiwan Strait exercise", "en"),
        ("高市首相が会見", "高市首相が訪米", "ja"),
    ],
)
def test_short_headlines_that_share_little_more_than_a_name_are_stories_of_their_own(
    one: str, other: str, lang: str
) -> None:
    _, second = told(report(1, one, lang=lang), report(2, other, lang=lang))
    assert second.story is None


@pytest.mark.parametrize(
    ("one", "other", "lang", "same_feed"),
    [
        (
            "Dollar edges up against yen, euro steady",
            "Dollar edges lower against yen, euro steady",
            "en",
            True,
        ),
        ("Oil prices rise on supply worries", "Oil prices fall as supply worries ease", "en", False),
        (
            "Wordle today: hints and answer for Monday",
            "Wordle today: hints and answer for Tuesday",
            "en",
            True,
        ),
        ("（天声人語）雪の朝", "（天声人語）梅の便り", "ja", True),
        ("大相撲春場所3日目　横綱が初黒星", "大相撲春場所4日目　横綱が連敗", "ja", False),
        ("人民币对美元中间价报6.9512元 上调46个基点", "人民币兑美元中间价报7.0088 上调35点", "zh", False),
        ("北京今年中小学寒假2月2日开始", "上海今年中小学寒假2月2日开始", "zh", False),
        ("全运会男子100米：李泽洋10秒11夺冠", "全运会女子100米：陈妤颉11秒10夺冠", "zh", False),
        ("日銀、0.75％に利上げ決定", "日銀、政策金利0.75％で据え置き　追加利上げ見送り", "ja", False),
        ("予算案が衆院を通過　賛成多数", "予算案が参院を通過　賛成多数で成立", "ja", False),
        ("Arsenal 2-1 Chelsea: Saka strikes late", "Chelsea 2-1 Arsenal: Palmer strikes late", "en", False),
    ],
)
def test_what_comes_back_each_day_or_goes_the_other_way_is_another_story(
    one: str, other: str, lang: str, same_feed: bool
) -> None:
    source = "ticker" if same_feed else ""
    assert stories_of(
        report(1, one, lang=lang, source=source), report(2, other, lang=lang, source=source, hours=12)
    ) == [1, 2]


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        (
            "Fed holds rates steady, Powell says no hurry to cut",
            "Powell in no hurry to cut as Fed keeps rates steady",
            "en",
        ),
        (
            "米軍、ベネズエラを攻撃　マドゥロ大統領を拘束",
            "トランプ氏「マドゥロ大統領を拘束」　ベネズエラを攻撃",
            "ja",
        ),
        ("美国最高法院裁定特朗普关税违法", "美最高法院裁定特朗普关税违法", "zh"),
    ],
)
def test_one_event_told_in_another_order_is_one_story(one: str, other: str, lang: str) -> None:
    assert stories_of(report(1, one, lang=lang), report(2, other, lang=lang, hours=0.2)) == [1, 1]


def test_common_words_are_no_mark_of_an_event_however_they_are_written() -> None:
    weights = Window(SPAN).weights("en")
    words = ("announces", "police", "people", "traded", "trading", "government")
    common = [weights[term] for word in words for term in terms(word)]
    assert max(common) < weights["balochistan"] / 2


QUAKE = report(
    1,
    "Magnitude 6.1 earthquake strikes off Hokkaido",
    "The quake hit at a depth of 40 km off Nemuro, Japan's weather agency said.",
)


@pytest.mark.parametrize(
    ("first", "title", "summary", "hours", "update"),
    [
        # Another outlet's choice of details within the first hours is nothing new.
        (
            report(1, "Apple revenue jumps 16% to record on iPhone demand", "Sales reached $143.8 billion."),
            "Apple posts record $143.8 billion quarter as iPhone sales surge 23%",
            "Services also set a record.",
            0.1,
            False,
        ),
        (
            report(1, "OpenAI signs $38 billion cloud deal with Amazon"),
            "Amazon, OpenAI strike $38 bln cloud deal",
            "",
            0.2,
            False,
        ),
        (
            report(1, "Mozambique floods displace 390,000 as rivers burst banks"),
            "Mozambique floods displace nearly 400,000 as rivers burst their banks",
            "",
            4,
            False,
        ),
        (
            report(1, "Trump warns Iran against shooting protesters", "The US is locked and loaded."),
            "Trump: US locked and loaded if Iran kills protesters",
            "Trump warns Iran.",
            0.2,
            False,
        ),
        (
            QUAKE,
            "Three hurt after Hokkaido earthquake",
            "The magnitude 6.1 quake off Nemuro, Hokkaido.",
            7,
            True,
        ),
        (
            report(1, "Bus plunges into ravine in Peru, at least 18 dead", "It left the road near Ayacucho."),
            "Death toll in Peru bus ravine plunge rises to 24",
            "Six more died after the Ayacucho crash.",
            0.3,
            True,
        ),
        (
            report(1, "Takaichi and Trump agree on spring visit to Washington"),
            "Takaichi and Trump agree on spring visit to Washington with 120 executives",
            "",
            0.01,
            True,
        ),
    ],
)
def test_only_what_is_new_on_a_story_is_an_update(
    first: Report, title: str, summary: str, hours: float, update: bool
) -> None:
    _, decision = told(first, report(2, title, summary, hours=hours))
    assert decision.story == 1
    assert decision.update is update


@pytest.mark.parametrize(
    ("one", "other"),
    [("$38 bln", "38 billion"), ("4億5千万円", "4億5000万円"), ("450 million", "4.5億"), ("260bn", "2600億")],
)
def test_a_number_is_one_however_it_is_written(one: str, other: str) -> None:
    assert [term for term in terms(folded(one)) if term[0] == "#"] == [
        term for term in terms(folded(other)) if term[0] == "#"
    ]


@given(st.dates())
def test_a_date_is_near_its_own_day_in_every_form(day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert is_near(f"{day.month}月{day.day}日", noon)
    assert is_near(f"{MONTHS[day.month - 1]} {day.day}", noon)
