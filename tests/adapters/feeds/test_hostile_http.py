"""Servers that break HTTP: each is a clean failure or a complete body, never an exception, never half a feed."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta

import brotli
import pytest

from bot.adapters.feeds.http import HttpFetcher
from bot.model.fetch import Fetched, FetchFailed, FetchRequest
from tests.standins.raw_server import RawServer, Script, answer

FEED = b"<rss version='2.0'><channel><title>T</title><item><title>One</title></item></channel></rss>"
LIMIT = 200_000


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with RawServer() as running:
        yield running


@pytest.fixture
async def fetcher(server: RawServer) -> AsyncIterator[HttpFetcher]:
    running = HttpFetcher(
        contact=None, timeout=timedelta(seconds=2), max_body=LIMIT, concurrency=4, per_host=4,
        allow_private_hosts=[server.host],
    )  # fmt: skip
    yield running
    await running.close()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    body = b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + end


@pytest.mark.parametrize(
    "what",
    [
        answer(gzip.compress(FEED), "Content-Encoding: gzip"),
        answer(gzip.compress(FEED), "Content-Encoding: x-gzip"),
        answer(zlib.compress(FEED), "Content-Encoding: deflate"),
        answer(raw_deflate(FEED), "Content-Encoding: deflate"),
        answer(brotli.compress(FEED), "Content-Encoding: br"),
        answer(gzip.compress(brotli.compress(FEED)), "Content-Encoding: br, gzip"),
        answer(gzip.compress(FEED[:40]) + gzip.compress(FEED[40:]), "Content-Encoding: gzip"),
        answer(gzip.compress(FEED)),
        answer(FEED, "Content-Encoding: gzip"),
        answer(FEED, "Content-Encoding: br"),
        answer(FEED, "Content-Encoding: deflate"),
        answer(FEED, "Content-Encoding: identity"),
        chunked(FEED[:10], FEED[10:]),
        b"HTTP/1.0 200 OK\r\n\r\n" + FEED,
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + FEED,
        b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n" + answer(FEED),
        answer(FEED, "X-Junk: \xe9\xff"),
    ],
    ids=["gzip", "x-gzip", "zlib", "raw deflate", "br", "nested", "members", "silent gzip", "gzip that is plain",
         "br that is plain", "deflate that is plain", "identity", "chunked", "no length", "close", "hints", "latin header"],
)  # fmt: skip
async def test_a_whole_body_is_read(server: RawServer, fetcher: HttpFetcher, what: bytes) -> None:
    result = await fetcher.fetch(FetchRequest(server.say("/a", what)))
    assert isinstance(result, Fetched), result
    assert result.body == FEED


@pytest.mark.parametrize(
    "what",
    [
        answer(FEED, length=len(FEED) + 50),
        chunked(FEED, end=b""),
        chunked(FEED, end=b"ff\r\nabc"),
        chunked(FEED, end=b"zz\r\n\r\n"),
        answer(gzip.compress(FEED)[:-9], "Content-Encoding: gzip"),
        answer(gzip.compress(FEED)[:30], "Content-Encoding: gzip"),
        answer(gzip.compress(FEED)[:20] + b"garbage" * 9, "Content-Encoding: gzip"),
        answer(brotli.compress(FEED)[:-3], "Content-Encoding: br"),
        answer(zlib.compress(FEED)[:-5], "Content-Encoding: deflate"),
        answer(b"\x28\xb5\x2f\xfd" + FEED, "Content-Encoding: zstd"),
        answer(FEED, "Content-Encoding: rot13"),
        answer(FEED, "Content-Encoding: gzip, gzip, gzip, gzip"),
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"",
        b"\x00" * 500,
        FEED,
        b"HTTP/1.1 OK\r\n\r\n" + FEED,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n" + FEED,
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n" + FEED,
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nNo colon here\r\n\r\n" + FEED,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n" + FEED,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n" + FEED,
        b"HTTP/9.9 200 OK\r\nContent-Length: 1\r\n\r\nx",
        answer(b"x" * (LIMIT + 1)),
        chunked(*[b"x" * 50_000] * 5),
        answer(gzip.compress(b"x" * (LIMIT + 1)), "Content-Encoding: gzip"),
        answer(gzip.compress(gzip.compress(b"\0" * 50_000_000)), "Content-Encoding: gzip, gzip"),
        answer(brotli.compress(b"\0" * 20_000_000), "Content-Encoding: br"),
        answer(zlib.compress(b"\0" * 20_000_000), "Content-Encoding: deflate"),
        answer(gzip.compress(b""), "Content-Encoding: gzip"),
    ],
    ids=["short", "no last chunk", "cut chunk", "wrong chunk", "gzip without end", "gzip cut", "gzip damaged", "br cut",
         "zlib cut", "zstd", "unknown", "too nested", "ssh", "nothing", "zeros", "http 0.9", "no status", "two lengths",
         "negative length", "length and chunks", "no colon", "long header", "many headers", "version", "large",
         "large chunks", "gzip bomb", "nested bomb", "br bomb", "zlib bomb", "empty gzip"],
)  # fmt: skip
async def test_anything_else_is_a_clean_failure(server: RawServer, fetcher: HttpFetcher, what: bytes) -> None:
    result = await fetcher.fetch(FetchRequest(server.say("/a", what)))
    assert isinstance(result, FetchFailed), result
    assert result.reason[0].isupper() or result.reason.startswith("127.0.0.1")
    assert result.reason.endswith(".")
    assert "Error" not in result.reason
    assert "object at" not in result.reason


def endless(piece: bytes, head: bytes) -> Script:
    async def write(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: str) -> None:
        del reader, request
        writer.write(head)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    return write


@pytest.mark.parametrize(
    ("piece", "head"),
    [
        (b"x" * 10_000, b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"2710\r\n" + b"x" * 10_000 + b"\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (b"X: y\r\n" * 100, b"HTTP/1.1 200 OK\r\n"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50, b""),
        (b"x" * 10_000, b"HTTP/1.1 403 Forbidden\r\n\r\n"),
        (b"x" * 10_000, b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n"),
    ],
    ids=["body", "chunks", "headers", "hints", "error page", "redirect"],
)
async def test_what_never_ends_is_ended(
    server: RawServer, fetcher: HttpFetcher, piece: bytes, head: bytes
) -> None:
    url = server.say("/a", endless(piece, head))
    async with asyncio.timeout(20):
        assert isinstance(await fetcher.fetch(FetchRequest(url)), FetchFailed)


async def test_other_feeds_are_fetched_while_one_hangs(server: RawServer, fetcher: HttpFetcher) -> None:
    stop = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: str) -> None:
        del reader, writer, request
        await stop.wait()

    stuck = asyncio.create_task(fetcher.fetch(FetchRequest(server.say("/stuck", hang))))
    assert isinstance(await fetcher.fetch(FetchRequest(server.say("/a", answer(FEED)))), Fetched)
    assert not stuck.done()
    stop.set()
    assert isinstance(await stuck, FetchFailed)


async def test_a_connection_that_died_in_the_pool_is_replaced(
    server: RawServer, fetcher: HttpFetcher
) -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (
        len(FEED),
        FEED,
    )  # promises to stay, and goes
    url = server.say("/a", whole)
    for _ in range(3):
        assert isinstance(await fetcher.fetch(FetchRequest(url)), Fetched)
        await asyncio.sleep(0.01)


async def test_a_server_without_tls_is_told() -> None:
    async def grumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Plain HTTP here\r\n\r\n")
        writer.close()

    fetcher = HttpFetcher(
        contact=None, timeout=timedelta(seconds=5), max_body=LIMIT, concurrency=1, per_host=1,
        allow_private_hosts=["127.0.0.1"],
    )  # fmt: skip
    async with await asyncio.start_server(grumble, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        result = await fetcher.fetch(FetchRequest(f"https://127.0.0.1:{port}/"))
    await fetcher.close()
    assert result == FetchFailed("No secure connection to 127.0.0.1 could be made.")


async def test_a_closed_port_is_told() -> None:
    fetcher = HttpFetcher(
        contact=None, timeout=timedelta(seconds=2), max_body=LIMIT, concurrency=1, per_host=1,
        allow_private_hosts=["127.0.0.1"],
    )  # fmt: skip
    async with RawServer() as gone:
        url = gone.url("/a")
    result = await fetcher.fetch(FetchRequest(url))
    await fetcher.close()
    assert isinstance(result, FetchFailed)
    assert "it is refused" in result.reason
