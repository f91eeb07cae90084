"""Certificates and ports, against real servers on loopback."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from bot.adapters.feeds.http import HttpFetcher
from bot.model.fetch import Fetched, FetchFailed, FetchRequest, FetchResult
from tests.adapters.feeds.test_guard import PUBLIC, Internet, Names
from tests.standins.feed_server import FeedServer, Item


@asynccontextmanager
async def serving(certificate: trustme.LeafCert) -> AsyncIterator[FeedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    async with FeedServer(tls=context) as server:
        server.publish("/a.xml", Item("One"))
        yield server


def trusting(*authorities: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    for one in authorities:
        one.configure_trust(context)
    return context


async def fetch(server: FeedServer, url: str, tls: ssl.SSLContext | None, *allowed: str) -> FetchResult:
    fetcher = HttpFetcher(
        contact=None, timeout=timedelta(seconds=10), max_body=10_000, concurrency=1, per_host=1,
        resolver=Names(news_example=[[PUBLIC]]), dial=Internet(server.port), tls=tls, allow_private_hosts=allowed,
    )  # fmt: skip
    try:
        return await fetcher.fetch(FetchRequest(url))
    finally:
        await fetcher.close()


async def test_a_certificate_of_a_trusted_authority_is_accepted() -> None:
    authority = trustme.CA()
    async with serving(authority.issue_cert("news.example")) as server:
        result = await fetch(server, "https://news.example/a.xml", trusting(authority))
    assert isinstance(result, Fetched)


async def test_a_certificate_of_an_unknown_authority_is_refused_with_a_reason() -> None:
    async with serving(trustme.CA().issue_cert("news.example")) as server:
        result = await fetch(server, "https://news.example/a.xml", None)
        assert server.requests == []
    assert isinstance(result, FetchFailed)
    assert "authority that is not trusted" in result.reason


async def test_a_self_signed_certificate_is_refused_with_a_reason(tmp_path: Path) -> None:
    alone = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (tmp_path / "key.pem").write_bytes(alone.private_key_pem.bytes())
    (tmp_path / "certificate.pem").write_bytes(alone.cert_pem.bytes())
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    async with FeedServer(tls=context) as server:
        result = await fetch(server, "https://news.example/a.xml", None)
        assert server.requests == []
    assert result == FetchFailed("The certificate of news.example is self-signed; it is not trusted.")


async def test_a_certificate_of_another_host_is_refused_with_a_reason() -> None:
    authority = trustme.CA()
    async with serving(authority.issue_cert("other.example")) as server:
        result = await fetch(server, "https://news.example/a.xml", trusting(authority))
        assert server.requests == []
    assert result == FetchFailed("The certificate of news.example was made for another host.")


async def test_a_certificate_that_expired_is_refused_with_a_reason() -> None:
    authority = trustme.CA()
    stale = authority.issue_cert("news.example", not_after=datetime.now(UTC) - timedelta(days=1))
    async with serving(stale) as server:
        result = await fetch(server, "https://news.example/a.xml", trusting(authority))
        assert server.requests == []
    assert result == FetchFailed("The certificate of news.example has expired.")


@pytest.mark.parametrize("port", [22, 25, 6379])
async def test_ports_of_other_services_are_not_dialled(port: int) -> None:
    async with FeedServer() as server:
        result = await fetch(server, f"http://news.example:{port}/a.xml", None)
        assert server.requests == []
    assert isinstance(result, FetchFailed)
    assert result.reason.startswith(f"Port {port} belongs to another service")


async def test_a_redirect_to_the_port_of_another_service_is_refused() -> None:
    async with FeedServer() as server:
        server.respond("/go", status=302, headers={"Location": "http://news.example:25/a.xml"})
        result = await fetch(server, "http://news.example/go", None)
    assert isinstance(result, FetchFailed)
    assert result.reason.startswith("Port 25")


async def test_a_port_that_the_operator_names_is_dialled() -> None:
    async with FeedServer() as server:
        server.publish("/a.xml", Item("One"))
        result = await fetch(server, "http://news.example:6379/a.xml", None, "news.example:6379")
    assert isinstance(result, Fetched)


async def test_the_banner_of_another_service_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fetcher = HttpFetcher(
            contact=None, timeout=timedelta(seconds=10), max_body=10_000, concurrency=1, per_host=1,
            allow_private_hosts=["127.0.0.1"],
        )  # fmt: skip
        listener.settimeout(10)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        asking = asyncio.create_task(fetcher.fetch(FetchRequest(url)))
        taken, _ = await asyncio.to_thread(listener.accept)
        with taken:
            taken.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")
        result = await asking
        await fetcher.close()
    assert isinstance(result, FetchFailed)
