"""Adding feeds of well-known sites, over TLS to a server on loopback that plays all of them."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from bot.adapters.feeds.discovery import Discovery
from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.feeds.parser import FeedParser
from bot.errors import UserError
from bot.model.feed import FoundFeed
from tests.adapters.feeds.test_guard import PUBLIC, Internet, Names
from tests.standins.feed_server import FeedServer, Item

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
HOSTS = ("www.youtube.com", "youtube.com", "www.reddit.com", "github.com", "mastodon.example", "news.google.com",
         "news.example")  # fmt: skip
RSS = "application/rss+xml"
CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def server(authority: trustme.CA) -> AsyncIterator[FeedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    async with FeedServer(tls=context) as running:
        yield running


@pytest.fixture
async def discovery(server: FeedServer, authority: trustme.CA) -> AsyncIterator[Discovery]:
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    fetcher = HttpFetcher(
        contact=None, timeout=timedelta(seconds=10), max_body=100_000, concurrency=4, per_host=4, tls=tls,
        resolver=Names(**{host.replace(".", "_"): [[PUBLIC]] for host in HOSTS}), dial=Internet(server.port),
    )  # fmt: skip
    parser = FeedParser()
    yield Discovery(fetcher, parser, now=lambda: NOW)
    await parser.close()
    await fetcher.close()


def hourly(count: int) -> list[Item]:
    return [Item(f"Number {hours}", published=NOW - timedelta(hours=hours)) for hours in range(1, count + 1)]


@pytest.mark.parametrize(
    ("typed", "path", "url"),
    [
        ("r/taiwan", "/r/taiwan/new/.rss", "https://www.reddit.com/r/taiwan/new/.rss"),
        ("@ann@mastodon.example", "/@ann.rss", "https://mastodon.example/@ann.rss"),
        ("mastodon.example/@ann", "/@ann.rss", "https://mastodon.example/@ann.rss"),
        (f"https://youtube.com/channel/{CHANNEL}", "/feeds/videos.xml", f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"),
        ("gnews:ja:台湾", "/rss/search", "https://news.google.com/rss/search?q=%E5%8F%B0%E6%B9%BE&hl=ja&gl=JP&ceid=JP%3Aja"),
    ],
)  # fmt: skip
async def test_one_request_finds_the_feed_of_a_well_known_site(
    server: FeedServer, discovery: Discovery, typed: str, path: str, url: str
) -> None:
    server.publish(path, *hourly(24), title="Theirs")
    [found] = await discovery.discover(typed)
    assert (found.url, found.title, found.type) == (url, "Theirs", RSS)
    assert found.per_day is not None
    assert round(found.per_day) == 24
    assert len(server.requests) == 1


async def test_the_feeds_of_a_repository_that_answer_are_offered(
    server: FeedServer, discovery: Discovery
) -> None:
    server.publish("/ann/tool/releases.atom", title="Release notes from tool")
    server.publish("/ann/tool/commits.atom", *hourly(12), title="Recent commits to tool")
    found = await discovery.discover("github.com/ann/tool")
    assert [(feed.title, feed.per_day) for feed in found] == [
        ("Release notes from tool", None),
        ("Recent commits to tool", pytest.approx(24)),
    ]


async def test_the_channel_behind_a_handle_is_found_in_its_page(
    server: FeedServer, discovery: Discovery
) -> None:
    server.respond("/@ann", headers=HTML, body=f'<html><script>{{"externalId":"{CHANNEL}"}}</script></html>')
    server.publish("/feeds/videos.xml", Item("Video"), title="Ann's channel")
    [found] = await discovery.discover("https://www.youtube.com/@ann")
    assert found.title == "Ann's channel"
    assert found.url.endswith(f"channel_id={CHANNEL}")


async def test_a_page_is_looked_into_where_the_rule_of_its_kind_fails(
    server: FeedServer, discovery: Discovery
) -> None:
    server.respond(
        "/@ann", headers=HTML, body=f'<html><link rel="alternate" type="{RSS}" title="Blog" href="/feed.xml"></html>'
    )  # fmt: skip
    found = await discovery.discover("https://news.example/@ann")
    assert found == [FoundFeed("https://news.example/feed.xml", "Blog", RSS)]
    assert [one.path for one in server.requests] == ["/@ann.rss", "/@ann"]


async def test_several_feeds_of_a_page_are_read_for_titles_and_rates(
    server: FeedServer, discovery: Discovery
) -> None:
    links = "".join(
        f'<link rel="alternate" type="{RSS}"{title} href="/{name}.xml">'
        for name, title in (("world", ' title="World"'), ("asia", ""), ("gone", ' title="Gone"'))
    )
    server.respond("/", headers=HTML, body=f"<html>{links}</html>")
    server.publish("/world.xml", *hourly(2), title="News of the world")
    server.publish("/asia.xml", *hourly(6), title="News of Asia")
    found = await discovery.discover("news.example")
    assert [(feed.title, feed.per_day and round(feed.per_day)) for feed in found] == [
        ("World", 24),
        ("News of Asia", 24),
        ("Gone", None),
    ]


@pytest.mark.parametrize("typed", ["r/nothing_here", "@nobody@mastodon.example", "gnews:x"])
async def test_where_a_rule_finds_nothing_it_says_what_was_tried(discovery: Discovery, typed: str) -> None:
    with pytest.raises(UserError, match=r"No feed was found\. Tried: https://\S+\. There is no feed at this"):
        await discovery.discover(typed)


async def test_a_private_host_is_no_secret_behind_a_handle(discovery: Discovery) -> None:
    with pytest.raises(UserError, match="That address is not allowed"):
        await discovery.discover("@ann@127.0.0.1")
