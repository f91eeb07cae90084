"""Connections are kept, given up and replaced as servers behave, against real sockets on loopback."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohappyeyeballs import AddrInfoType

from bot.adapters.feeds.client import Client
from bot.adapters.feeds.connection import Connection
from bot.adapters.feeds.faults import NoAnswer, NotConnected
from bot.adapters.feeds.guard import Guard
from bot.adapters.feeds.intake import Answer, Wanted
from bot.adapters.feeds.kept import Kept
from bot.adapters.feeds.requests import get, lines, post
from bot.adapters.feeds.target import read_target
from tests.adapters.feeds.test_guard import Names

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
WANTED = Wanted(frozenset({200}), limit=100)


class Talker:
    """Answers each request on each connection with the next of its ``answers``; None closes instead."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.heads: list[bytes] = []
        self.connections = 0
        self.asked, self.gone = asyncio.Event(), asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                self.asked.set()
                said = self.answers.pop(0)
                if said is None:
                    break
                writer.write(said)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()
            self.gone.set()


@asynccontextmanager
async def talking(*answers: bytes | None) -> AsyncIterator[tuple[Talker, str]]:
    talker = Talker(*answers)
    async with await asyncio.start_server(talker.serve, "127.0.0.1", 0) as server:
        yield talker, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    running = Client(Guard(["127.0.0.1"]))
    yield running
    await running.close()


async def ask(client: Client, url: str, seconds: float = 20.0, *, form: bool = False) -> Answer:
    target = read_target(url)
    request = post(target, b"", {"a": "b c"}) if form else get(target, b"")
    deadline = asyncio.get_running_loop().time() + seconds
    return await client.ask(target, request, WANTED, deadline, repeatable=not form)


async def test_a_connection_is_used_again(client: Client) -> None:
    async with talking(OK, OK, OK) as (talker, url):
        for _ in range(3):
            assert (await ask(client, url)).body == b"ok"
        assert talker.connections == 1


async def test_a_connection_whose_answer_was_not_read_to_its_end_is_not_used_again(client: Client) -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 900\r\n\r\nhalf"
    async with talking(redirect, OK) as (talker, url):
        assert (await ask(client, url)).status == 302
        assert (await ask(client, url)).status == 200
        assert talker.connections == 2


async def test_a_request_is_sent_again_where_a_kept_connection_was_dead(client: Client) -> None:
    async with talking(OK, None, OK) as (talker, url):
        await ask(client, url)
        assert (await ask(client, url)).body == b"ok"
        assert (talker.connections, len(talker.heads)) == (2, 3)


async def test_a_form_is_sent_once(client: Client) -> None:
    async with talking(OK, None, OK) as (talker, url):
        await ask(client, url)
        with pytest.raises(NoAnswer):
            await ask(client, url, form=True)
        assert len(talker.heads) == 2
        assert talker.heads[1].endswith(b"application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\n")


async def test_a_request_on_a_new_connection_is_not_sent_again(client: Client) -> None:
    async with talking(None, OK) as (talker, url):
        with pytest.raises(NoAnswer):
            await ask(client, url)
        assert len(talker.heads) == 1


async def test_what_a_server_says_unasked_ends_its_connection(client: Client) -> None:
    async with talking(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", OK) as (talker, url):
        assert (await ask(client, url)).body == b"ok"
        assert (await ask(client, url)).body == b"ok"
        assert talker.connections == 2


async def test_a_silent_server_is_left_at_the_deadline(client: Client) -> None:
    async with talking(b"") as (talker, url):
        with pytest.raises(TimeoutError):
            await ask(client, url, 0.05)
        async with asyncio.timeout(10):
            await talker.gone.wait()


async def test_a_request_that_is_given_up_takes_its_connection_along(client: Client) -> None:
    async with talking(b"") as (talker, url):
        asking = asyncio.create_task(ask(client, url))
        await talker.asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(10):
            await talker.gone.wait()


async def test_an_error_page_that_breaks_off_still_has_its_status(client: Client) -> None:
    async with talking(b"HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 50\r\n\r\n", None) as (
        talker,
        url,
    ):
        asking = asyncio.create_task(ask(client, url))
        answer = await asking
        assert (answer.status, answer.headers["retry-after"]) == (429, "7")
        assert talker.connections == 1


async def test_the_next_address_of_a_name_is_tried_where_the_first_takes_no_connection() -> None:
    async with talking(OK) as (_, url):
        port = int(url.rstrip("/").rpartition(":")[2])
        tried: list[str] = []

        def dial(info: AddrInfoType) -> socket.socket:
            tried.append(str(info[4][0]))
            if info[4][0] == "93.184.215.14":
                raise ConnectionRefusedError
            return socket.socket(info[0], info[1])

        names = Names(two_example=[["93.184.215.14", "127.0.0.1"]], one_example=[["93.184.215.14"]])
        client = Client(Guard(["two.example"]), resolver=names, dial=dial)
        assert (await ask(client, f"http://two.example:{port}/")).body == b"ok"
        assert tried == ["93.184.215.14", "127.0.0.1"]
        with pytest.raises(NotConnected):
            await ask(client, "http://one.example/")
        await client.close()


class Unready(socket.socket):
    """Says once of a send, before it is connected, what systems say then; or takes a part of what it is given."""

    fault = 0

    def send(self, data: bytes, *more: int) -> int:  # type: ignore[override]  # of bytes alone
        fault, self.fault = self.fault, 0
        if fault:
            raise OSError(fault, "not yet")
        return super().send(data[:10], *more)


@pytest.mark.parametrize("fault", [0, errno.EAGAIN, errno.ENOTCONN])
async def test_a_request_goes_out_whole_however_soon_the_connection_takes_it(fault: int) -> None:
    def dial(info: AddrInfoType) -> socket.socket:
        unready = Unready(*info[:3])
        unready.fault = fault
        return unready

    client = Client(Guard(["127.0.0.1"]), dial=dial)
    async with talking(OK) as (talker, url):
        assert (await ask(client, url)).body == b"ok"
        assert [head.count(b"GET / HTTP/1.1") for head in talker.heads] == [1]
        assert talker.connections == 1
    await client.close()


async def test_a_port_where_nobody_listens_is_no_connection(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NotConnected):
        await ask(client, f"http://127.0.0.1:{port}/")


async def test_few_connections_are_kept_and_the_oldest_goes_first() -> None:
    kept = Kept()
    made = [Connection(socket.socket(), None, kept.drop) for _ in range(300)]
    for number, each in enumerate(made):
        kept.put(("http", f"{number}.example", 80), each)
    assert [each.open for each in made] == [False] * 44 + [True] * 256
    assert kept.take(("http", "0.example", 80)) is None
    assert kept.take(("http", "299.example", 80)) is made[-1]
    assert kept.take(("http", "299.example", 80)) is None
    kept.clear()
    assert [each.open for each in made] == [False] * 299 + [True]
    made[-1].close()


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\rb", "a\0b"])
def test_no_value_begins_a_line_of_its_own(value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        lines({"If-None-Match": value})
