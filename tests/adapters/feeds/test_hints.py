from datetime import timedelta

import pytest

from bot.adapters.feeds.syndication import parse_xml_feed
from bot.model.entry import ParsedFeed
from bot.model.hints import PollHints

MINUTE = timedelta(minutes=1)
SY = "http://purl.org/rss/1.0/modules/syndication/"


def rss(head: str, tail: str = "", text: str = "") -> PollHints:
    parsed = parse_xml_feed(
        f'<rss version="2.0" xmlns:sy="{SY}"><channel><title>T</title>{head}'
        f"<item><title>One</title><description><![CDATA[{text}]]></description></item>{tail}</channel></rss>",
        "https://news.example/rss",
    )
    assert isinstance(parsed, ParsedFeed)
    assert len(parsed.entries) == 1
    return parsed.hints


def test_ttl_is_a_pause_in_minutes() -> None:
    assert rss("<ttl> 30 </ttl>") == PollHints(30 * MINUTE)


@pytest.mark.parametrize(
    ("period", "frequency", "pause"),
    [
        ("hourly", "2", 30 * MINUTE),
        ("hourly", "", 60 * MINUTE),
        (" Daily ", "24", 60 * MINUTE),
        ("weekly", "7", timedelta(days=1)),
        ("hourly", "0", None),
        ("hourly", "often", None),
        ("sometimes", "1", None),
        ("", "4", None),
    ],
)
def test_an_update_period_is_divided_by_its_frequency(
    period: str, frequency: str, pause: timedelta | None
) -> None:
    head = f"<sy:updatePeriod>{period}</sy:updatePeriod><sy:updateFrequency>{frequency}</sy:updateFrequency>"
    assert rss(head).pause == pause


def test_an_update_period_of_rss_1_0_is_read() -> None:
    parsed = parse_xml_feed(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:syn="{SY}"><channel rdf:about="https://news.example/"><title>T</title>'
        "<syn:updatePeriod>daily</syn:updatePeriod></channel></rdf:RDF>",
        "",
    )
    assert isinstance(parsed, ParsedFeed)
    assert parsed.hints == PollHints(timedelta(days=1))


def test_of_two_pauses_the_longer_counts() -> None:
    assert rss("<ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod>").pause == 90 * MINUTE


@pytest.mark.parametrize("ttl", ["0", "-5", "soon", "", "1.5", "٣", "<b/>"])
def test_a_ttl_that_is_no_positive_number_says_nothing(ttl: str) -> None:
    assert rss(f"<ttl>{ttl}</ttl>") == PollHints()


def test_a_huge_ttl_is_read_without_harm() -> None:
    assert rss(f"<ttl>{'9' * 5000}</ttl>").pause == timedelta(days=366)


def test_hours_and_days_to_skip_are_read_before_and_after_the_entries() -> None:
    hours = "<skipHours><hour>24</hour><hour>7</hour><hour>0</hour><hour>25</hour><hour>x</hour></skipHours>"
    days = "<skipDays><day>Sunday</day><day>monday</day><day>Someday</day></skipDays>"
    assert rss(hours, tail=days) == PollHints(None, (0, 7), (0, 6))


def test_hints_quoted_in_an_entry_are_not_the_feeds() -> None:
    quoted = "<ttl>60</ttl><skipDays><day>Monday</day></skipDays><skipHours><hour>3</hour></skipHours>"
    assert rss("", text=quoted) == PollHints()
