import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.adapters.web.guard import is_local
from bot.adapters.web.server import Hook, read_listen
from bot.errors import StorageError, UserError
from bot.model.outbox import Totals
from tests.adapters.web.conftest import Serve
from tests.unit.chat.world import World

TOKEN = "status-token-0123456789"


async def test_healthz_says_that_the_process_lives(serve: Serve, client: aiohttp.ClientSession) -> None:
    server = await serve(token=TOKEN)
    async with client.get(f"{server.url}/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")


async def test_readyz_is_fine_when_everything_is_up(serve: Serve, client: aiohttp.ClientSession) -> None:
    server = await serve(token=TOKEN, checks={"telegram": lambda: None})
    async with client.get(f"{server.url}/readyz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"ready": True, "parts": {"database": "ok", "telegram": "ok"}}


async def test_readyz_names_what_is_not_up(serve: Serve, client: aiohttp.ClientSession) -> None:
    server = await serve(checks={"telegram": lambda: "the bot could not log in.", "poll": lambda: None})
    async with client.get(f"{server.url}/readyz") as answer:
        assert answer.status == 503
        assert await answer.json() == {
            "ready": False,
            "parts": {"database": "ok", "telegram": "not ready", "poll": "ok"},
        }
    async with client.get(server.url) as answer:
        assert "the bot could not log in." in await answer.text()


class Broken:
    """A store whose database is gone."""

    async def totals(self) -> Totals:
        raise StorageError("no connection to secret-host")


async def test_without_a_database_the_process_lives_but_is_not_ready(
    world: World, serve: Serve, client: aiohttp.ClientSession
) -> None:
    world.store = Broken()  # type: ignore[assignment]  # only totals is asked
    server = await serve()
    async with client.get(f"{server.url}/healthz") as answer:
        assert answer.status == 200
    async with client.get(f"{server.url}/readyz") as answer:
        assert (answer.status, (await answer.json())["parts"]) == (503, {"database": "not ready"})
    async with client.get(server.url) as answer:
        page = await answer.text()
        assert answer.status == 503
        assert "the database does not answer" in page
        assert "secret-host" not in page
    async with client.get(f"{server.url}/metrics") as answer:
        text = await answer.text()
        assert answer.status == 200
        assert "newsbell_database_up 0.0" in text
        assert "newsbell_feeds NaN" in text


async def test_a_page_that_fails_is_a_plain_sentence(
    world: World, serve: Serve, client: aiohttp.ClientSession
) -> None:
    server = await serve()
    world.clock.step = timedelta.max
    with capture_logs() as logs:
        async with client.get(server.url) as answer:
            assert answer.status == 500
            assert await answer.text() == "That page cannot be shown now; the log says why.\n"
            assert "nosniff" in answer.headers["X-Content-Type-Options"]
    assert [(line["event"], line["path"], line["error"]) for line in logs] == [
        ("page_failed", "/", "OverflowError")
    ]


@pytest.mark.parametrize("path", ["/", "/metrics"])
async def test_a_token_is_asked_for(serve: Serve, client: aiohttp.ClientSession, path: str) -> None:
    server = await serve(token=TOKEN)
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "é"},
    ):
        async with client.get(server.url + path, headers=headers) as answer:
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert TOKEN not in await answer.text()
    async with client.get(server.url + path, params={"token": "wrong"}) as answer:
        assert answer.status == 401
    async with client.get(server.url + path, headers={"Authorization": f"bearer {TOKEN}"}) as answer:
        assert answer.status == 200


async def test_a_token_in_the_address_becomes_a_cookie(serve: Serve, client: aiohttp.ClientSession) -> None:
    server = await serve(token=TOKEN)
    async with client.get(server.url, params={"token": TOKEN}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        cookie = answer.headers["Set-Cookie"]
        assert TOKEN not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
    async with client.get(server.url) as answer:
        assert answer.status == 200
        assert TOKEN not in await answer.text()
    async with client.get(f"{server.url}/metrics") as answer:
        assert answer.status == 200


async def test_behind_https_the_cookie_is_secure(serve: Serve, client: aiohttp.ClientSession) -> None:
    server = await serve(token=TOKEN)
    forwarded = {"X-Forwarded-Proto": "https"}
    async with client.get(
        server.url, params={"token": TOKEN}, headers=forwarded, allow_redirects=False
    ) as answer:
        assert "Secure" in answer.headers["Set-Cookie"]


async def test_metrics_take_the_token_in_the_address_at_once(
    serve: Serve, client: aiohttp.ClientSession
) -> None:
    server = await serve(token=TOKEN)
    async with client.get(f"{server.url}/metrics", params={"token": TOKEN}, allow_redirects=False) as answer:
        assert answer.status == 200


async def test_a_cookie_of_another_token_opens_nothing(serve: Serve, client: aiohttp.ClientSession) -> None:
    one, other = await serve(token=TOKEN), await serve(token="another-token")
    async with client.get(one.url, params={"token": TOKEN}) as answer:
        assert answer.status == 200
    async with client.get(other.url) as answer:
        assert answer.status == 401
    for cookie in ("", "é", "x" * 64):
        async with client.get(other.url, headers={"Cookie": f"newsbell={cookie}"}) as answer:
            assert answer.status == 401


async def test_without_a_token_a_name_of_elsewhere_is_refused_on_loopback(
    serve: Serve, client: aiohttp.ClientSession
) -> None:
    server = await serve()
    for path in ("/", "/metrics"):
        async with client.get(server.url + path, headers={"Host": "rebound.example"}) as answer:
            assert answer.status == 403
            assert "newsbell_" not in await answer.text()
    async with client.get(server.url, headers={"Host": "localhost:8787"}) as answer:
        assert answer.status == 200
    async with client.get(f"{server.url}/healthz", headers={"Host": "rebound.example"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True), ("LOCALHOST:80", True), ("127.0.0.1:8787", True), ("127.9.9.9", True), ("[::1]:80", True),
        ("[::1]", True), ("news.localhost", True), ("", False), ("example.org", False), ("192.0.2.7:80", False),
        ("localhost.example.org", False), ("127.0.0.1.example.org", False), ("[::1", True), ("::1", True),
    ],
)  # fmt: skip
def test_hosts_that_name_this_machine(host: str, local: bool) -> None:
    assert is_local(host) is local


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/nothing", "/telegram/x"])
async def test_every_answer_carries_the_strict_headers(
    serve: Serve, client: aiohttp.ClientSession, path: str
) -> None:
    server = await serve()
    async with client.get(server.url + path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Server"] == "newsbell"


async def test_updates_reach_the_handler_with_the_right_secret_only(
    serve: Serve, client: aiohttp.ClientSession
) -> None:
    got: list[tuple[bytes, str | None]] = []

    async def handle(body: bytes, headers: Mapping[str, str]) -> bool:
        got.append((body, headers.get("x-telegram-bot-api-secret-token")))
        return body != b"forged"

    server = await serve(telegram=Hook("path-secret", handle))
    sent = {"X-Telegram-Bot-Api-Secret-Token": "header-secret"}
    async with client.post(f"{server.url}/telegram/wrong", data=b"{}") as answer:
        assert answer.status == 404
    async with client.post(f"{server.url}/telegram/path-secret", data=b"{}", headers=sent) as answer:
        assert answer.status == 200
    async with client.post(f"{server.url}/telegram/path-secret", data=b"forged") as answer:
        assert answer.status == 403
    async with client.post(f"{server.url}/telegram/path-secret", data=BytesIO(b"x" * 2**21)) as answer:
        assert answer.status == 413
    async with client.get(f"{server.url}/telegram/path-secret") as answer:
        assert answer.status == 405
    assert got == [(b"{}", "header-secret"), (b"forged", None)]
    assert "path-secret" not in repr(Hook("path-secret", handle))


async def test_without_a_handler_there_is_no_such_page(serve: Serve, client: aiohttp.ClientSession) -> None:
    server = await serve()
    async with client.post(f"{server.url}/telegram/x", data=b"{}") as answer:
        assert answer.status == 404


async def test_no_secret_reaches_a_log(
    serve: Serve, client: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def handle(body: bytes, headers: Mapping[str, str]) -> bool:
        raise RuntimeError(f"{body!r} {headers}")

    server = await serve(token=TOKEN, telegram=Hook("path-secret", handle))
    with capture_logs() as logs:
        async with client.get(server.url, params={"token": TOKEN}) as answer:
            assert answer.status == 200
        async with client.post(f"{server.url}/telegram/path-secret", data=TOKEN) as answer:
            assert answer.status == 500
        for line in (
            f"GET /?token={TOKEN} HTTP/9.9",
            f"GET /?token={TOKEN}",
            f"\0{TOKEN}",
            f"GET /?token={TOKEN} HTTP/1.1\r\nx",
        ):
            await raw(server.url, f"{line}\r\n\r\n".encode())
    for secret in (TOKEN, "path-secret"):
        assert secret not in str(logs)
        assert secret not in caplog.text


async def raw(url: str, request: bytes) -> bytes:
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    await writer.drain()
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_an_address_in_use_is_told_as_a_sentence(serve: Serve) -> None:
    server = await serve()
    with pytest.raises(UserError, match="cannot be listened on"):
        await serve(server.url.removeprefix("http://"))


@pytest.mark.parametrize("text", ["", "8787", "host:", ":80", "host:http", "host:70000", "host:-1"])
def test_an_address_to_listen_on_that_is_none_is_told(text: str) -> None:
    with pytest.raises(UserError, match="write host:port"):
        read_listen(text)


async def test_ipv6_is_listened_on_too(serve: Serve, client: aiohttp.ClientSession) -> None:
    try:
        server = await serve("[::1]:0")
    except UserError:
        pytest.skip("this machine has no IPv6 loopback")
    async with client.get(f"{server.url}/healthz") as answer:
        assert answer.status == 200


async def test_stopping_frees_the_address_and_can_be_repeated(
    serve: Serve, client: aiohttp.ClientSession
) -> None:
    server = await serve()
    url = server.url
    await server.stop()
    await server.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.get(url)
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.url
