"""From what a person types to feeds, over a real server."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.adapters.feeds.discovery import Discovery
from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.feeds.pages import find_links
from bot.adapters.feeds.parser import FeedParser
from bot.errors import UserError
from bot.model.feed import FoundFeed
from tests.standins.feed_server import FeedServer, Item

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        running.publish("/news.xml", Item("One"), title="World news")
        yield running


@pytest.fixture
async def discovery(server: FeedServer) -> AsyncIterator[Discovery]:
    fetcher = HttpFetcher(
        contact=None, timeout=timedelta(seconds=5), max_body=100_000, concurrency=4, per_host=2,
        allow_private_hosts=[server.host],
    )  # fmt: skip
    parser = FeedParser()
    yield Discovery(fetcher, parser)
    await parser.close()
    await fetcher.close()


async def test_a_feed_is_its_own_discovery(server: FeedServer, discovery: Discovery) -> None:
    url = server.url("/news.xml")
    assert await discovery.discover(url) == [FoundFeed(url, "World news", "application/rss+xml")]
    assert len(server.requests) == 1


async def test_a_feed_behind_a_redirect_is_found_where_it_is(
    server: FeedServer, discovery: Discovery
) -> None:
    server.respond("/go", status=301, headers={"Location": "/news.xml"})
    assert [feed.url for feed in await discovery.discover(server.url("/go"))] == [server.url("/news.xml")]


async def test_a_page_names_its_feeds(server: FeedServer, discovery: Discovery) -> None:
    server.respond(
        "/", headers=HTML,
        body='<html><head><link rel="alternate" type="application/rss+xml" title="World" href="/news.xml">'
        '<link rel="alternate" type="application/atom+xml" href="atom.xml"></head></html>',
    )  # fmt: skip
    assert await discovery.discover(server.url("/")) == [
        FoundFeed(server.url("/news.xml"), "World", "application/rss+xml"),
        FoundFeed(server.url("/atom.xml"), server.url("/atom.xml"), "application/atom+xml"),
    ]


async def test_a_bare_host_is_tried_with_and_without_tls(server: FeedServer, discovery: Discovery) -> None:
    server.respond(
        "/",
        headers=HTML,
        body='<html><link rel="alternate" type="application/rss+xml" href="/news.xml"></html>',
    )
    assert [feed.url for feed in await discovery.discover(server.host)] == [server.url("/news.xml")]


async def test_common_paths_are_tried_in_the_end(server: FeedServer, discovery: Discovery) -> None:
    server.respond("/section/", headers=HTML, body="<html><body>Nothing here</body></html>")
    server.publish("/rss.xml", Item("One"), title="Hidden")
    found = await discovery.discover(server.url("/section/"))
    assert found == [FoundFeed(server.url("/rss.xml"), "Hidden", "application/rss+xml")]


async def test_where_there_is_none_it_says_what_was_tried(server: FeedServer, discovery: Discovery) -> None:
    server.respond("/", headers=HTML, body="<html></html>")
    with pytest.raises(UserError, match="No feed was found") as caught:
        await discovery.discover(server.url("/").replace("://", "://user:hush@"))
    assert server.url("/feed.json") in str(caught.value)
    assert "hush" not in str(caught.value)


async def test_credentials_stay_with_the_feed_that_they_open(
    server: FeedServer, discovery: Discovery
) -> None:
    url = server.url("/news.xml").replace("://", "://user:hush@")
    [found] = await discovery.discover(url)
    assert found.url == url
    assert "hush" not in found.title


async def test_a_private_address_is_refused_without_details(discovery: Discovery) -> None:
    texts = set()
    for port in (1, 22):
        with pytest.raises(UserError) as caught:
            await discovery.discover(f"http://127.0.0.2:{port}/")
        texts.add(str(caught.value).replace(f":{port}", ""))
    assert texts == {"No feed was found. Tried: http://127.0.0.2/. That address is not allowed."}


@pytest.mark.parametrize(
    "text", ["", "ftp://x.example/", "not an address", "javascript:alert(1)", "file:///etc/passwd"]
)
async def test_what_is_no_address_is_told(discovery: Discovery, text: str) -> None:
    with pytest.raises(UserError, match="Give the address"):
        await discovery.discover(text)


def links(html: str) -> list[tuple[str, str, str]]:
    return [(one.url, one.title, one.type) for one in find_links(html.encode(), "https://s.example/a/b", {})]


def test_links_are_absolute_and_each_once() -> None:
    link = '<link rel="ALTERNATE stylesheet" type="application/RSS+xml; charset=x" href=" ../f.xml " title=" A  B ">'
    assert links(f"<head>{link}{link}</head>") == [("https://s.example/f.xml", "A B", "application/rss+xml")]


def test_a_base_element_counts() -> None:
    assert (
        links('<base href="//cdn.example/x/"><link rel=alternate type=application/atom+xml href=f>')[0][0]
        == "https://cdn.example/x/f"
    )


def test_json_needs_more_than_its_type() -> None:
    oembed = '<link rel="alternate" type="application/json+oembed" href="/o"><link rel=alternate type=application/json href="/wp/v2/1">'
    assert links(oembed) == []
    assert (
        links('<link rel=alternate type=application/feed+json href="/f.json">')[0][2]
        == "application/feed+json"
    )


def test_other_languages_and_icons_are_no_feeds() -> None:
    assert links('<link rel="alternate" hreflang="ja" href="/ja"><link rel="icon" href="/i.ico">') == []


def test_anchors_are_a_fallback() -> None:
    html = '<a href="/about">About</a><a href="/feed/">Our <b>feed</b></a><a href="?feed=rss2">x</a><a href="feed:https://o.example/x.rss">y</a>'
    assert links(html) == [
        ("https://s.example/feed/", "Our feed", "application/rss+xml"),
        ("https://s.example/a/b?feed=rss2", "x", "application/rss+xml"),
        ("https://o.example/x.rss", "y", "application/rss+xml"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\x00",
        "<",
        "<link rel=alternate type=application/rss+xml href='javascript:x'>",
        "<a href=''>",
        "x" * 1000,
    ],
)
def test_pages_without_feeds_have_none(html: str) -> None:
    assert links(html) == []


def test_pages_in_other_charsets_are_read() -> None:
    html = '<link rel=alternate type=application/rss+xml href="/f" title="ニュース">'.encode("cp932")
    assert (
        find_links(html, "https://s.example/", {"content-type": "text/html; charset=Shift_JIS"})[0].title
        == "ニュース"
    )
