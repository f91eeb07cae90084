from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.address import Address
from bot.model.message import Message, Run, Source, plain
from bot.pipeline.compose import alert, nonce, safe_url
from bot.pipeline.highlight import highlight, merged
from bot.pipeline.moments import local_time, seen_time
from bot.pipeline.summarise import SummaryStyle
from tests.unit.pipeline.samples import NOW, destination, entry, feed, marked, match

TOKYO = destination(timezone="Asia/Tokyo")


def test_an_alert_has_title_summary_source_time_and_keyword() -> None:
    text = "The prime minister will see Trump. It is Takaichi's first visit."
    message = alert(
        entry(summary=text),
        feed(),
        match({"title": ((0, 8),), "summary": ((41, 49),)}, where=TOKYO),
        seen_at=NOW,
    )
    assert marked(message.title) == "*Takaichi* to visit Washington"
    assert message.url == "https://news.example/1"
    assert [marked(each) for each in message.summary] == [
        "The prime minister will see Trump. It is *Takaichi*'s first visit."
    ]
    assert message.sources == (Source("Mainichi World", "https://news.example/1"),)
    assert plain(message.footer) == "2 Jan 2026, 21:14 JST · Takaichi"
    assert message.alert


def test_sentences_left_out_show_as_an_ellipsis_and_lines_as_paragraphs() -> None:
    text = "One.\nTwo. Three. Four has Takaichi."
    spans = {"summary": ((26, 34),)}
    message = alert(entry(summary=text), feed(), match(spans), seen_at=NOW, style=SummaryStyle(sentences=3))
    assert [marked(each) for each in message.summary] == ["One.", "Two. … Four has *Takaichi*."]


def test_japanese_sentences_are_joined_without_a_space() -> None:
    message = alert(entry(summary="首相は訪米する。四月の予定だ。"), feed(), match(), seen_at=NOW)
    assert [plain(each) for each in message.summary] == ["首相は訪米する。四月の予定だ。"]


def test_an_untitled_entry_is_titled_by_its_first_sentence() -> None:
    text = "Takaichi spoke. Markets rose."
    message = alert(entry("", text), feed(), match({"summary": ((0, 8), (16, 23))}), seen_at=NOW)
    assert marked(message.title) == "*Takaichi* spoke."
    assert [marked(each) for each in message.summary] == ["*Markets* rose."]


def test_an_entry_without_any_text_is_titled_by_its_link_or_its_source() -> None:
    assert plain(alert(entry(""), feed(), match(), seen_at=NOW).title) == "https://news.example/1"
    assert plain(alert(entry("", link=None), feed(), match(), seen_at=NOW).title) == "Mainichi World"


def test_an_entry_without_a_link_names_the_site_as_source() -> None:
    message = alert(entry(link=None), feed(), match(), seen_at=NOW)
    assert message.url is None
    assert message.sources == (Source("Mainichi World", "https://news.example/"),)


def test_an_entry_without_a_date_says_when_it_was_seen() -> None:
    message = alert(entry(published=None), feed(), match(), seen_at=NOW)
    assert plain(message.footer) == "seen 2 Jan 2026, 12:14 UTC · Takaichi"


@pytest.mark.parametrize("year", [1, 9999])
def test_a_date_at_the_edge_of_the_calendar_does_no_harm(year: int) -> None:
    edge = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 12, tzinfo=UTC)
    for zone in ("Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"):
        message = alert(
            entry(published=edge.replace(hour=0 if year == 1 else 23)),
            feed(),
            match(where=destination(timezone=zone)),
            seen_at=NOW,
        )
        assert "Takaichi" in plain(message.footer)


def test_a_title_of_5000_characters_is_cut_and_keeps_its_match_in_view() -> None:
    title = "word " * 800 + "Takaichi " + "word " * 200
    message = alert(entry(title), feed(), match({"title": ((4000, 4008),)}), seen_at=NOW)
    assert len(plain(message.title)) <= 300
    assert "*Takaichi*" in marked(message.title)


def test_many_keywords_are_counted_and_long_ones_shortened() -> None:
    queries = (*(f"word{n}" for n in range(7)), "word0")
    message = alert(entry(), feed(), match(queries=queries), seen_at=NOW)
    assert plain(message.footer).endswith(" · word0, word1, word2, word3, word4, +2")
    message = alert(entry(), feed(), match(queries=("very " * 40,)), seen_at=NOW)
    assert len(plain(message.footer).rpartition(" · ")[2]) <= 60


def test_controls_that_reorder_text_are_not_sent() -> None:
    title = "\u202etxt.exe\u202c\u2066x\u2069 Takaichi"
    message = alert(entry(title), feed(title="Na\u202eme"), match({"title": ((13, 21),)}), seen_at=NOW)
    assert marked(message.title) == "txt.exex *Takaichi*"
    assert message.sources[0].name == "Name"


def test_mentions_come_from_the_subscriptions() -> None:
    message: Message = alert(entry(), feed(), replace(match(), mentions=("<@&7>",)), seen_at=NOW)
    assert message.mentions == ("<@&7>",)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://news.example/a?b=c#d", "https://news.example/a?b=c#d"),
        ("http://user:secret@news.example:8080/a", "http://news.example:8080/a"),
        ("https://news.example/a b\"c'<d>", "https://news.example/a%20b%22c'%3Cd%3E"),
        ("https://news.example/日本%20x", "https://news.example/%E6%97%A5%E6%9C%AC%20x"),
        ("HTTPS://news.example/", "https://news.example/"),
        ("https://[::1]/x", "https://[::1]/x"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("tg://resolve?domain=x", None),
        ("ftp://news.example/", None),
        ("//news.example/", None),
        ("https:///path", None),
        ("https://news.example:port/", None),
        ("https://[broken/", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_without_credentials_become_links(url: str | None, safe: str | None) -> None:
    assert safe_url(url) == safe


@given(st.text(max_size=60).map(lambda text: "https://" + text))
def test_no_text_makes_a_link_raise_or_break_out(url: str) -> None:
    safe = safe_url(url)
    assert safe is None or not any(character in safe for character in ' \n\t<>"')


def test_the_nonce_is_the_same_for_ever_and_short_enough_for_discord() -> None:
    first = nonce("https://news.example/rss", "guid:1", Address.parse("discord:42"))
    assert first == nonce("https://news.example/rss", "guid:1", Address.parse("discord:42"))
    assert len(first) == 24
    others = {
        nonce("https://news.example/rss", "guid:2", Address.parse("discord:42")),
        nonce("https://news.example/rss", "guid:1", Address.parse("discord:43")),
        nonce("https://news.example/atom", "guid:1", Address.parse("discord:42")),
        nonce("https://news.example/rss", "guid:1", Address.parse("telegram:42:7")),
    }
    assert len(others | {first}) == 5


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=4),
    st.data(),
)
def test_highlighting_keeps_every_character_and_marks_exactly_the_spans(
    text: str, places: list[tuple[int, int]], data: st.DataObject
) -> None:
    text = "".join(c for c in text if not ("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"))
    spans = merged((a, a + n) for a, n in places if a + n <= len(text))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    runs = highlight(text, start, end, spans)
    assert plain(runs) == text[start:end]
    bold = [run.bold for run in runs for _ in run.text]
    assert bold == [any(a <= at < b for a, b in spans) for at in range(start, end)]


def test_spans_that_overlap_or_touch_are_joined() -> None:
    assert merged([(5, 9), (0, 2), (2, 4), (6, 7)]) == ((0, 4), (5, 9))


def test_runs_are_never_empty() -> None:
    assert highlight("abc", 0, 3, [(0, 3)]) == (Run("abc", bold=True),)


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Asia/Tokyo", "en", "2 Jan 2026, 21:14 JST"),
        ("Asia/Tokyo", "ja", "2026年1月2日 21:14 JST"),
        ("Asia/Taipei", "zh-Hant", "2026年1月2日 20:14 CST"),
        ("Asia/Seoul", "ko", "2026년 1월 2일 21:14 KST"),
        ("Europe/Berlin", "de", "2. Jan. 2026, 13:14 CET"),
        ("Asia/Kathmandu", "en", "2 Jan 2026, 17:59 UTC+05:45"),
        ("Nowhere/Land", "xx-nonsense!", "2 Jan 2026, 12:14 UTC"),
        ("../etc/passwd", "", "2 Jan 2026, 12:14 UTC"),
    ],
)
def test_moments_are_written_for_their_readers(zone: str, language: str, said: str) -> None:
    assert local_time(NOW, timezone=zone, language=language) == said


def test_the_time_of_discovery_says_what_it_is() -> None:
    assert seen_time(NOW, timezone="UTC", language="ja") == "2026年1月2日 12:14 UTC 受信"
    assert seen_time(NOW, timezone="UTC", language="fi").startswith("seen ")
