"""Manners that no other test is about, and the page that lists all of them."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.feeds.parser import FeedParser
from bot.model.entry import ParsedFeed, ParseFailed
from bot.model.fetch import Fetched, FetchFailed, FetchRequest
from tests.standins.feed_server import FeedServer, Item

ROOT = Path(__file__).resolve().parents[3]
CONDITIONS = 88


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        running.publish("/a.xml", Item("One"))
        yield running


@pytest.fixture
async def fetcher(server: FeedServer) -> AsyncIterator[HttpFetcher]:
    running = HttpFetcher(
        contact=None, timeout=timedelta(seconds=10), max_body=100_000, concurrency=4, per_host=2,
        allow_private_hosts=[server.host],
    )  # fmt: skip
    yield running
    await running.close()


@pytest.fixture
async def parser() -> AsyncIterator[FeedParser]:
    running = FeedParser()
    yield running
    await running.close()


def rows() -> dict[int, str]:
    """Return what the page says about each condition: the last cell."""
    lines = (ROOT / "docs/fetching.md").read_text(encoding="utf-8").splitlines()
    found = [re.match(r"\| (\d+) \| .+ \| (.+) \|$", line) for line in lines]
    return {int(row[1]): row[2] for row in found if row}


def test_the_page_has_every_condition_once_and_names_tests_that_exist() -> None:
    listed = rows()
    assert list(listed) == list(range(1, CONDITIONS + 1))
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"def (test_\w+)\(", "\n".join(sources)))
    for number, shown in listed.items():
        named = re.findall(r"`(test_\w+)`", shown)
        assert named or shown.startswith("no test: "), number
        assert set(named) <= known, (number, set(named) - known)


@pytest.mark.parametrize("status", [500, 502, 404])
async def test_a_failing_server_is_asked_once_a_poll(
    server: FeedServer, fetcher: HttpFetcher, status: int
) -> None:
    server.respond("/a.xml", status=status)
    assert isinstance(await fetcher.fetch(FetchRequest(server.url("/a.xml"))), FetchFailed)
    assert [one.path for one in server.requests] == ["/a.xml"]


async def test_proxy_variables_are_ignored(
    server: FeedServer, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.delenv("no_proxy", raising=False)
    assert isinstance(await fetcher.fetch(FetchRequest(server.url("/a.xml"))), Fetched)


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
async def test_connections_are_kept_and_may_be_closed(
    server: FeedServer, fetcher: HttpFetcher, connection: str
) -> None:
    server.respond("/a.xml", body=server.document("/a.xml"), headers={"Connection": connection})
    for _ in range(3):
        assert isinstance(await fetcher.fetch(FetchRequest(server.url("/a.xml"))), Fetched)


async def test_a_body_that_is_a_path_or_an_address_opens_nothing(
    server: FeedServer, parser: FeedParser, tmp_path: Path
) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(server.document("/a.xml"))
    for body in (str(file), file.as_uri(), server.url("/a.xml")):
        result = await parser.parse(body.encode(), url="https://news.example/feed", headers={})
        assert isinstance(result, ParseFailed), body
    assert server.requests == []


@pytest.mark.parametrize(
    "kind",
    ["text/html", "text/plain; charset=utf-8", "application/octet-stream", "image/png", "nonsense", None],
)
async def test_a_feed_of_any_media_type_is_read(
    server: FeedServer, parser: FeedParser, kind: str | None
) -> None:
    headers = {} if kind is None else {"content-type": kind}
    body = server.document("/a.xml")
    result = await parser.parse(body, url="https://news.example/feed", headers=headers)
    assert isinstance(result, ParsedFeed)
    assert [entry.title for entry in result.entries] == ["One"]
