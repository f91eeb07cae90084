"""Charsets, markup and dates, piece by piece."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import urljoin, urlsplit

import pytest
from babel.dates import format_date as format_day_in_language
from babel.dates import format_datetime as format_in_language
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.feeds.charset import codec_for, decode_document
from bot.adapters.feeds.dates import read_date
from bot.adapters.feeds.links import BASE, is_whole, unresolved, web_link
from bot.adapters.feeds.months import LANGUAGES, month_number
from bot.adapters.feeds.plain import clean, text_of_html, text_of_plain, title_of_html, title_of_plain
from bot.adapters.feeds.target import TargetError, read_target


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("Shift_JIS", "cp932"), ("x-sjis", "cp932"), ("ms_kanji", "cp932"), ("windows-31j", "cp932"),
        ("euc-kr", "cp949"), ("ks_c_5601-1987", "cp949"), ("gb2312", "gb18030"), ("gbk", "gb18030"),
        ("big5-hkscs", "big5hkscs"), ("iso-8859-1", "windows-1252"), ("latin1", "windows-1252"), ("us-ascii", "windows-1252"),
        ("unicode-1-1-utf-8", "utf-8"), ("utf8", "utf-8"), ("x-cp1251", "windows-1251"), ("dos-874", "cp874"),
        ("cp037", "cp037"), ("nonsense", None), ("rot13", None), ("base64", None), ("", None),
    ],
)  # fmt: skip
def test_charset_labels_mean_what_the_standard_says(label: str, codec: str | None) -> None:
    assert codec_for(label) == codec


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/xml; charset=shift_jis", "charset=utf-16", "charset=hz", "charset=idna"]),
)
def test_no_bytes_upset_decoding(body: bytes, content_type: str) -> None:
    decode_document(body, content_type)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=100))
def test_utf8_is_always_read_as_itself(text: str) -> None:
    document = f"<rss>{text}</rss>"
    assert decode_document(document.encode(), "text/xml; charset=utf-8") == document


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"), ("a<br>b<br/>c", "a\nb\nc"), ("<ul><li>a<li>b</ul>", "a\nb"),
        ("no markup  at\nall", "no markup at all"), ("first\n\nsecond", "first\nsecond"), ("a &amp;amp; b", "a &amp; b"),
        ("<b>b</b>old", "bold"), ("x<script>evil()</script>y", "xy"), ("1 < 2", "1 < 2"), ("&nbsp;&#8217;&hellip;", "’…"),
        ("<p>open <b>never closed", "open never closed"), ("<!-- c -->x", "x"), ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<img src=x alt=y>", ""), ("a\u0000b\u0085c\ud800", "abc"), ("", ""),
    ],
)  # fmt: skip
def test_html_becomes_text(markup: str, text: str) -> None:
    assert text_of_html(markup) == text


@pytest.mark.parametrize(
    ("given_title", "as_html", "as_plain"),
    [
        ("A &amp; B", "A & B", "A & B"), ("A &amp;amp; B", "A & B", "A &amp; B"), ("<b>x</b> y", "x y", "x y"),
        ("&lt;b&gt;x&lt;/b&gt;", "x", "<b>x</b>"), ("List<T> and <blink>", "List and", "List<T> and <blink>"),
        ("  a\n b ", "a b", "a b"), ("&amp;amp;amp;", "&amp;", "&amp;amp;"), ("AT&T; Q&A", "AT&T; Q&A", "AT&T; Q&A"),
    ],
)  # fmt: skip
def test_titles_are_decoded_twice_at_most(given_title: str, as_html: str, as_plain: str) -> None:
    assert title_of_html(given_title) == as_html
    assert title_of_plain(given_title) == as_plain


@given(
    st.lists(
        st.sampled_from(
            ["&", "&amp;", "&gt", ";", ">", "\xa0", "&nbsp;", "\n", " ", "x", "高", "&#60;", "\u0301" * 20]
        ),
        max_size=12,
    )
)
def test_text_without_tags_is_read_as_it_is_beside_an_element(pieces: list[str]) -> None:
    text = "&amp;" + "".join(pieces)
    assert text_of_html(text) == text_of_html(f"{text}<b></b>")


@given(st.text(max_size=200))
def test_no_text_upsets_the_readers_and_none_keeps_controls(text: str) -> None:
    for read in (text_of_html, text_of_plain, title_of_html, title_of_plain):
        result = read(text)
        assert result == clean(result)
        result.encode("utf-8")


moments = st.datetimes(datetime(1995, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis adds the zone itself
    lambda moment: moment.replace(microsecond=0)
)


@given(moments, st.integers(-12, 14))
def test_rfc822_and_iso_dates_are_read_in_every_zone(moment: datetime, hours: int) -> None:
    local = moment.astimezone(timezone(timedelta(hours=hours)))
    assert read_date(format_datetime(local)) == moment
    assert read_date(local.isoformat()) == moment


@pytest.mark.parametrize(
    "form", ["d MMMM y HH:mm:ss", "EEE, dd MMM y HH:mm:ss Z", "EEEE, d. MMMM y HH:mm:ss"]
)
@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"ga"}))  # months of two words
def test_dates_in_words_are_read_in_every_month(language: str, form: str) -> None:
    for month in range(1, 13):
        moment = datetime(2026, month, 14, 15, 4, 5, tzinfo=UTC)
        written = format_in_language(moment, form, locale=language)
        assert read_date(written, language.replace("_", "-")) == moment, written


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"ga", "eu"}))  # and names with endings
@pytest.mark.parametrize("form", ["full", "long", "medium"])
def test_days_in_a_languages_own_order_are_read(language: str, form: str) -> None:
    for month in range(1, 13):
        moment = datetime(2026, month, 14, tzinfo=UTC)
        written = format_day_in_language(moment, form, locale=language)
        assert read_date(written, language.replace("_", "-")) == moment, written


def test_a_month_word_means_what_the_feeds_language_says() -> None:
    assert month_number("listopad", "pl") == 11
    assert month_number("listopad", "hr") == 10


@given(st.text(max_size=60), st.sampled_from([None, "ja", "x-nonsense", "zz_ZZ", "pt-BR"]))
def test_no_text_upsets_the_date_reader(text: str, language: str | None) -> None:
    found = read_date(text, language)
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize("raw", ["12345", "a/b?c=d", "/root", "../up", "../../up/two", "?q"])
def test_what_feedparser_resolved_is_told_apart_again(raw: str) -> None:
    assert unresolved(urljoin(BASE, raw)) == raw
    assert web_link(urljoin(BASE, raw), "https://f.example/a/b") == urljoin("https://f.example/a/b", raw)


@pytest.mark.parametrize("raw", ["urn:x:1", "https://e.example/a", ""])
def test_what_feedparser_left_alone_stays(raw: str) -> None:
    assert unresolved(raw) == raw


@given(
    st.sampled_from(["http://", "https://"]),
    st.lists(st.sampled_from([*"aZ0.-_~/?#:;=&@%[ \n", "//", "..", ":80", "é"]), max_size=8).map("".join),
    st.sampled_from([BASE, "https://b.example/x;y?z", "ftp://b.example/", ""]),
)
def test_an_address_that_is_whole_stays_as_it_is_beside_any_base(scheme: str, rest: str, base: str) -> None:
    address = f"{scheme}h{rest}"
    if is_whole(address):
        assert (urljoin(base, address), urlsplit(address).netloc.count("@")) == (address, 0)
    else:
        assert not (rest.isascii() and rest.isalnum())


def test_a_target_hides_its_credentials() -> None:
    target = read_target("HTTP://us%20er:p%3Aw@Example.COM:80/päth?q=ü#f")
    assert target.url == "http://example.com/p%C3%A4th?q=%C3%BC"
    assert target.with_credentials == "http://us%20er:p%3Aw@example.com/p%C3%A4th?q=%C3%BC"
    assert "p%3Aw" not in repr(target)


@given(st.text(max_size=80))
def test_no_text_upsets_the_address_reader(text: str) -> None:
    for candidate in (text, f"http://{text}", f"http://h.example/{text}"):
        try:
            target = read_target(candidate, base="http://b.example/x")
        except TargetError:
            continue
        assert target.url.isascii()
        assert read_target(target.url).url == target.url
