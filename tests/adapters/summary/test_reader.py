"""Pages on real sockets: read as their sites allow, within bounds, and never where feeds may not go."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.feeds.charset import decode_page
from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.summary.reader import ArticleReader
from bot.model.page import Article, PageRefused
from tests.standins.feed_server import FeedServer, Mode

HTML = {"Content-Type": "text/html; charset=utf-8"}
PARAGRAPHS = (
    "Prime Minister Sanae Takaichi arrived in Washington on Friday.",
    "She will meet the president to talk about trade.",
    "The Taiwan Strait will be another topic, officials said.",
)


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def page(*paragraphs: str, head: str = "") -> bytes:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<!doctype html><html><head><title>T</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>Takaichi in Washington</h1>{body}</article><footer>All about us</footer></body></html>"
    ).encode()


def fetcher(*allowed: str, timeout: float = 5.0, max_body: int = 100_000) -> HttpFetcher:
    return HttpFetcher(
        contact=None,
        timeout=timedelta(seconds=timeout),
        max_body=max_body,
        concurrency=4,
        per_host=2,
        allow_private_hosts=allowed,
        pages=True,
    )


@pytest.fixture
async def site() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        server.respond("/robots.txt", status=404)
        server.respond("/a", body=page(*PARAGRAPHS), headers=HTML)
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def reader(site: FeedServer, clock: Clock) -> AsyncIterator[ArticleReader]:
    source = fetcher(site.host)
    made = ArticleReader(source, decode_page, clock)
    yield made
    await made.close()
    await source.close()


async def refused(reader: ArticleReader, url: str) -> str:
    match await reader.read(url):
        case PageRefused(reason):
            return reason
        case Article(text):
            pytest.fail(text)


async def test_the_report_of_a_page_is_read_and_nothing_around_it(
    site: FeedServer, reader: ArticleReader
) -> None:
    match await reader.read(site.url("/a")):
        case Article(text):
            assert text.splitlines()[-3:] == list(PARAGRAPHS)
            assert "Home" not in text
            assert "All about us" not in text
        case PageRefused(reason):
            pytest.fail(reason)
    [asked] = site.asked("/a")
    assert asked.headers["accept"].startswith("text/html")
    assert asked.headers["user-agent"].startswith("Newsbell/")


async def test_a_page_in_another_charset_is_read(site: FeedServer, reader: ArticleReader) -> None:
    told = page(
        "高市首相は28日、訪米すると述べた。", "台湾海峡も議題になる。", head="<meta charset=shift_jis>"
    )
    site.respond("/ja", body=told.decode().encode("shift_jis"), headers={"Content-Type": "text/html"})
    match await reader.read(site.url("/ja")):
        case Article(text):
            assert "高市首相は28日、訪米すると述べた。" in text
        case PageRefused(reason):
            pytest.fail(reason)


async def test_robots_txt_is_asked_once_a_day_and_obeyed(
    site: FeedServer, reader: ArticleReader, clock: Clock
) -> None:
    site.respond(
        "/robots.txt", body=b"User-agent: *\nDisallow: /private", headers={"Content-Type": "text/plain"}
    )
    site.respond("/private/a", body=page(*PARAGRAPHS), headers=HTML)
    assert "robots.txt" in await refused(reader, site.url("/private/a"))
    assert isinstance(await reader.read(site.url("/a")), Article)
    assert site.asked("/private/a") == []
    assert len(site.asked("/robots.txt")) == 1
    clock.at += timedelta(hours=25)
    await reader.read(site.url("/a"))
    assert len(site.asked("/robots.txt")) == 2


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_site_whose_rules_cannot_be_read_is_left_alone(
    site: FeedServer, reader: ArticleReader, status: int
) -> None:
    site.respond("/robots.txt", status=status)
    assert "cannot be read" in await refused(reader, site.url("/a"))
    assert site.asked("/a") == []


async def test_a_site_with_an_empty_robots_txt_allows_everything(
    site: FeedServer, reader: ArticleReader
) -> None:
    site.respond("/robots.txt", body=b"", headers={"Content-Type": "text/plain"})
    assert isinstance(await reader.read(site.url("/a")), Article)


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>',
        '<script type="application/ld+json">{"@graph":[{"hasPart":{"isAccessibleForFree":"False"}}]}</script>',
        '<script type="application/ld+json">[{"isAccessibleForFree":"http://schema.org/False"}]</script>',
        '<meta property="article:content_tier" content="locked">',
        '<meta itemprop="isAccessibleForFree" content="false">',
    ],
)
async def test_a_paywall_is_respected(site: FeedServer, reader: ArticleReader, head: str) -> None:
    site.respond("/paid", body=page(*PARAGRAPHS, head=head), headers=HTML)
    assert "paying readers" in await refused(reader, site.url("/paid"))


async def test_broken_linked_data_is_no_paywall(site: FeedServer, reader: ArticleReader) -> None:
    head = '<script type="application/ld+json">{"isAccessibleForFree": fal</script>'
    site.respond("/odd", body=page(*PARAGRAPHS, head=head), headers=HTML)
    assert isinstance(await reader.read(site.url("/odd")), Article)


async def test_a_page_that_asks_not_to_be_quoted_is_not(site: FeedServer, reader: ArticleReader) -> None:
    site.respond(
        "/q", body=page(*PARAGRAPHS, head='<meta name="robots" content="index, nosnippet">'), headers=HTML
    )
    assert "nosnippet" in await refused(reader, site.url("/q"))


@pytest.mark.parametrize(
    ("status", "word"), [(401, "account"), (402, "paying"), (403, "programs"), (404, "not there")]
)
async def test_a_closed_page_is_not_read(
    site: FeedServer, reader: ArticleReader, status: int, word: str
) -> None:
    site.respond("/closed", status=status, body=page(*PARAGRAPHS), headers=HTML)
    assert word in await refused(reader, site.url("/closed"))


async def test_a_site_that_is_asked_too_often_is_held(site: FeedServer, reader: ArticleReader) -> None:
    site.respond("/busy", status=429, headers={"Retry-After": "90"})
    match await reader.read(site.url("/busy")):
        case PageRefused(hold=hold):
            assert hold == timedelta(seconds=90)
        case other:
            pytest.fail(repr(other))


async def test_a_redirect_to_a_private_address_is_not_followed(
    site: FeedServer, reader: ArticleReader
) -> None:
    async with FeedServer() as other:
        other.respond("/a", body=page(*PARAGRAPHS), headers=HTML)
        site.respond("/out", status=302, headers={"Location": other.url("/a")})
        assert "private network" in await refused(reader, site.url("/out"))
        assert other.requests == []


async def test_where_a_redirect_leads_has_its_own_rules(site: FeedServer, reader: ArticleReader) -> None:
    rules = b"User-agent: *\nDisallow: /private"
    site.respond("/robots.txt", body=rules, headers={"Content-Type": "text/plain"})
    site.respond("/private/a", body=page(*PARAGRAPHS), headers=HTML)
    site.respond("/short", status=301, headers={"Location": "/private/a"})
    assert "robots.txt" in await refused(reader, site.url("/short"))


async def test_a_page_that_is_too_large_is_not_read(site: FeedServer, reader: ArticleReader) -> None:
    site.respond("/huge", body=b"<p>" + b"x" * 200_000, headers=HTML)
    assert "larger" in await refused(reader, site.url("/huge"))


@pytest.mark.parametrize("mode", [Mode.TIMEOUT, Mode.DRIP, Mode.DIE])
async def test_a_page_that_never_comes_is_given_up(site: FeedServer, clock: Clock, mode: Mode) -> None:
    source = fetcher(site.host, timeout=0.5)
    reader = ArticleReader(source, decode_page, clock)
    site.behave("/slow", mode)
    assert await refused(reader, site.url("/slow"))
    await reader.close()
    await source.close()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/pdf", b"%PDF-1.7"),
        ("image/jpeg", b"\xff\xd8"),
        ("text/html", b"%PDF-1.7"),
        ("video/mp4", b"x"),
    ],
)
async def test_what_is_no_web_page_is_not_read(
    site: FeedServer, reader: ArticleReader, kind: str, body: bytes
) -> None:
    site.respond("/file", body=body, headers={"Content-Type": kind})
    assert "no web page" in await refused(reader, site.url("/file"))


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\x00\x01", b"<div>" * 20_000])
async def test_a_page_without_a_report_is_refused_and_the_next_one_is_read(
    site: FeedServer, reader: ArticleReader, body: bytes
) -> None:
    site.respond("/odd", body=body, headers=HTML)
    assert isinstance(await reader.read(site.url("/odd")), PageRefused)
    assert isinstance(await reader.read(site.url("/a")), Article)
