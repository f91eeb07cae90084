"""Private addresses are out of reach by every road; nothing here leaves the machine."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.feeds.client import Client
from bot.adapters.feeds.faults import AddressRefused
from bot.adapters.feeds.guard import Guard, is_public
from bot.adapters.feeds.host import HostError, canonical_host
from bot.adapters.feeds.http import HttpFetcher
from bot.adapters.feeds.intake import Answer, Wanted
from bot.adapters.feeds.requests import get
from bot.adapters.feeds.target import read_target
from bot.model.fetch import Fetched, FetchFailed, FetchRequest, FetchResult
from tests.standins.feed_server import FeedServer, Item

PUBLIC = "93.184.215.14"
FORBIDDEN = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.9", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.8",
    "192.0.2.1", "198.51.100.1", "203.0.113.1", "::1", "::", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1",
    "2002:7f00:1::", "2002:5db8:d70e::", "2001::1", "2001:0:5db8:d70e::1", "2001:db8::1", "::127.0.0.1", "100::1",
]  # fmt: skip
ALLOWED = [
    PUBLIC,
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:2800:21f::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


class Names(AbstractResolver):
    """A resolver that gives each name its answers in turn, the last one for ever."""

    def __init__(self, **names: list[list[str]]) -> None:
        self._names = {name.replace("_", "."): answers for name, answers in names.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        del family
        self.asked.append(host)
        answers = self._names.get(host)
        if answers is None:
            raise OSError("no such name")
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host, host=one, port=port, proto=0, flags=0,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
            )
            for one in addresses
        ]  # fmt: skip

    async def close(self) -> None:
        return


class Internet:
    """Sockets that reach a server on loopback whatever address they are told to dial, and remember that address."""

    def __init__(self, port: int) -> None:
        self.dialled: list[str] = []
        self._port = port

    def __call__(self, info: AddrInfoType) -> socket.socket:
        internet, port = self, self._port

        class Wired(socket.socket):
            def connect(self, address: object) -> None:
                assert isinstance(address, tuple)
                internet.dialled.append(str(address[0]))
                super().connect(("127.0.0.1", port))

        return Wired(socket.AF_INET, info[1], 0)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        running.publish("/a.xml", Item("One"))
        yield running


async def fetch(
    url: str, resolver: Names, internet: Internet, *allowed: str, times: int = 1
) -> list[FetchResult]:
    fetcher = HttpFetcher(
        contact=None, timeout=timedelta(seconds=20), max_body=10_000, concurrency=2, per_host=2,
        allow_private_hosts=allowed, resolver=resolver, dial=internet,
    )  # fmt: skip
    try:
        return [await fetcher.fetch(FetchRequest(url)) for _ in range(times)]
    finally:
        await fetcher.close()


def refused(result: FetchResult) -> bool:
    return isinstance(result, FetchFailed) and "private network" in result.reason


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_private_address_is_no_public_one(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_one(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_wrapping_makes_a_forbidden_address_public(address: object) -> None:
    plain = ip_address(str(address))
    for wrapped in (f"::ffff:{plain}", f"64:ff9b::{plain}"):
        assert is_public(ip_address(wrapped)) == is_public(plain)


@pytest.mark.parametrize("address", FORBIDDEN)
async def test_a_name_with_a_private_address_is_not_dialled(server: FeedServer, address: str) -> None:
    internet = Internet(server.port)
    [result] = await fetch("http://evil.example/a.xml", Names(evil_example=[[address]]), internet)
    assert refused(result)
    assert internet.dialled == []


@pytest.mark.parametrize("address", FORBIDDEN)
async def test_a_private_literal_is_not_dialled(server: FeedServer, address: str) -> None:
    internet = Internet(server.port)
    host = f"[{address}]" if ":" in address else address
    [result] = await fetch(f"http://{host}/a.xml", Names(), internet)
    assert refused(result)
    assert internet.dialled == []


async def test_the_checked_address_is_the_dialled_one(server: FeedServer) -> None:
    internet = Internet(server.port)
    resolver = Names(news_example=[[PUBLIC]])
    [result] = await fetch("http://news.example/a.xml", resolver, internet)
    assert isinstance(result, Fetched)
    assert internet.dialled == [PUBLIC]
    assert resolver.asked == ["news.example"]


async def test_a_name_that_rebinds_is_checked_again(server: FeedServer) -> None:
    server.respond("/a.xml", body="<rss/>", headers={"Connection": "close"})
    internet = Internet(server.port)
    resolver = Names(rebind_example=[[PUBLIC], ["127.0.0.1"]])
    first, second = await fetch("http://rebind.example/a.xml", resolver, internet, times=2)
    assert isinstance(first, Fetched)
    assert refused(second)
    assert internet.dialled == [PUBLIC]


async def test_of_mixed_addresses_only_the_public_one_is_dialled(server: FeedServer) -> None:
    internet = Internet(server.port)
    [result] = await fetch(
        "http://mixed.example/a.xml", Names(mixed_example=[["127.0.0.1", PUBLIC, "::1"]]), internet
    )
    assert isinstance(result, Fetched)
    assert internet.dialled == [PUBLIC]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "http://inner.example/", "http://[::ffff:127.0.0.1]/", "http://0/"]
)
async def test_a_redirect_into_a_private_network_is_refused(server: FeedServer, target: str) -> None:
    server.respond("/a.xml", status=302, headers={"Location": target})
    internet = Internet(server.port)
    names = Names(news_example=[[PUBLIC]], inner_example=[["10.0.0.1"]])
    [result] = await fetch("http://news.example/a.xml", names, internet)
    assert refused(result)
    assert internet.dialled == [PUBLIC]


async def test_an_allowed_host_is_reached_and_no_other(server: FeedServer) -> None:
    internet = Internet(server.port)
    names = Names(home_example=[["192.168.1.9"]], other_example=[["192.168.1.9"]])
    [result] = await fetch("http://home.example/a.xml", names, internet, "HOME.example.")
    assert isinstance(result, Fetched)
    [other] = await fetch("http://other.example/a.xml", names, internet, "home.example")
    assert refused(other)
    assert internet.dialled == ["192.168.1.9"]


async def test_an_allowed_port_allows_no_other_port(server: FeedServer) -> None:
    internet = Internet(server.port)
    allowed = "127.0.0.1:8080"
    [result] = await fetch("http://127.0.0.1:8080/a.xml", Names(), internet, allowed)
    assert isinstance(result, Fetched)
    [other] = await fetch("http://127.0.0.1:8081/a.xml", Names(), internet, allowed)
    assert refused(other)


async def test_the_client_is_guarded_by_itself(server: FeedServer) -> None:
    internet = Internet(server.port)
    client = Client(Guard(), resolver=Names(news_example=[[PUBLIC]]), dial=internet)
    server.respond("/hop", status=302, headers={"Location": "http://127.0.0.1/"})

    async def ask(url: str) -> Answer:
        target = read_target(url)
        deadline = asyncio.get_running_loop().time() + 20
        return await client.ask(target, get(target, b""), Wanted(), deadline)

    hop = await ask("http://news.example/hop")
    for url in (hop.headers["location"], "http://2130706433/"):
        with pytest.raises(AddressRefused):
            await ask(url)
    await client.close()
    assert internet.dialled == [PUBLIC]


async def test_a_pooled_connection_of_an_allowed_host_serves_no_other_name(server: FeedServer) -> None:
    internet = Internet(server.port)
    fetcher = HttpFetcher(
        contact=None, timeout=timedelta(seconds=20), max_body=10_000, concurrency=4, per_host=2,
        allow_private_hosts=["home.example"], dial=internet,
        resolver=Names(home_example=[["10.0.0.1"]], evil_example=[["10.0.0.1"]]),
    )  # fmt: skip
    results = await asyncio.gather(
        *(
            fetcher.fetch(FetchRequest(f"http://{name}.example/a.xml"))
            for name in ("home", "evil", "home", "evil")
        )
    )
    await fetcher.close()
    assert [refused(result) for result in results] == [False, True, False, True]


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("EXAMPLE.com", "example.com"), ("example.com.", "example.com"), ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"), ("017700000001", "127.0.0.1"), ("127.1", "127.0.0.1"), ("0x7f.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"), ("１２７．０．０．１", "127.0.0.1"), ("①②⑦.⓪.⓪.①", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"), ("%31%32%37.0.0.1", "127.0.0.1"), ("7", "0.0.0.7"), ("[::1]", "[::1]"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"), ("[::ffff:7f00:1]", "[::ffff:7f00:1]"), ("ニュース.example", "xn--zck9awe6d.example"),
        ("xn--zck9awe6d.example", "xn--zck9awe6d.example"), ("BÜCHER.example", "xn--bcher-kva.example"),
        ("ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "localhost"), ("a_b.example", "a_b.example"),
    ],
)  # fmt: skip
def test_a_host_has_one_spelling(text: str, host: str) -> None:
    assert canonical_host(text) == host
    assert canonical_host(host) == host


@pytest.mark.parametrize(
    "text", ["", ".", "a b", "a/b", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "0x100000000", "[::1", "[fe80::1%25eth0]", "a%00b",
             "a@b", "127.0.0.08", "1..2", "%zz"],
)  # fmt: skip
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(HostError):
        canonical_host(text)


@given(st.text(max_size=40))
def test_no_text_upsets_the_host_reader(text: str) -> None:
    try:
        host = canonical_host(text)
    except HostError:
        return
    assert canonical_host(host) == host


@pytest.mark.parametrize("entry", ["", "a:b", "host:port", "http://x/", "[::1"])
def test_a_wrong_entry_in_the_list_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="allow_private_hosts"):
        Guard([entry])
