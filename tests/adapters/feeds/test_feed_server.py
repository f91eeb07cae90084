"""The stand-in itself keeps what it promises to the tests that rely on it."""

import asyncio
from collections.abc import AsyncIterator
from urllib.request import urlopen

import aiohttp
import pytest

from tests.standins.feed_server import FeedServer, Item, Mode


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_published_feed_is_served_and_then_not_modified(
    server: FeedServer, client: aiohttp.ClientSession
) -> None:
    server.publish("/a.xml", Item("One & two"))
    async with client.get(server.url("/a.xml")) as first:
        assert b"One &amp; two" in await first.read()
        validators = {
            "If-None-Match": first.headers["ETag"],
            "If-Modified-Since": first.headers["Last-Modified"],
        }
    async with client.get(server.url("/a.xml"), headers=validators) as second:
        assert second.status == 304
    server.publish("/a.xml", Item("Three"))
    async with client.get(server.url("/a.xml"), headers=validators) as third:
        assert (await third.read()).index(b"Three") > 0
    assert [one.status for one in server.asked("/a.xml")] == [200, 304, 200]
    assert server.requests[1].headers["if-none-match"] == validators["If-None-Match"]


async def test_an_answer_lasts_as_often_as_asked(server: FeedServer, client: aiohttp.ClientSession) -> None:
    server.publish("/a.xml", Item("One"))
    server.respond("/a.xml", status=503, headers={"Retry-After": "9"}, times=2)
    seen = []
    for _ in range(3):
        async with client.get(server.url("/a.xml")) as answer:
            seen.append((answer.status, answer.headers.get("Retry-After")))
    assert seen == [(503, "9"), (503, "9"), (200, None)]


async def test_a_dying_server_resets(server: FeedServer, client: aiohttp.ClientSession) -> None:
    server.behave("/a.xml", Mode.DIE)
    with pytest.raises(aiohttp.ClientError):
        await client.get(server.url("/a.xml"))
    await server.wait_for("/a.xml")


@pytest.mark.parametrize("mode", [Mode.TIMEOUT, Mode.DRIP])
async def test_stopping_lets_go_of_what_hangs(server: FeedServer, mode: Mode) -> None:
    server.behave("/a.xml", mode)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /a.xml HTTP/1.1\r\nHost: x\r\n\r\n")
    await server.wait_until(
        lambda: server.in_flight == 1 or bool(server.requests)
    ) if server.in_flight else None
    await asyncio.sleep(0)
    await server.stop()
    await reader.read()
    writer.close()
    await writer.wait_closed()


def test_it_serves_from_a_thread() -> None:
    with FeedServer().in_thread() as server:
        server.publish("/a.xml", Item("One", guid=None, link=None))
        with urlopen(server.url("/a.xml"), timeout=5) as answer:  # noqa: S310 - our own loopback address
            body = answer.read()
    assert b"<item><title>One</title><description>" in body
