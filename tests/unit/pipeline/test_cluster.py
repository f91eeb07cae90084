from datetime import UTC, datetime, timedelta

from bot.pipeline.cluster import SPAN, Clusterer
from bot.pipeline.stories.report import Decision, Key, Report

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
