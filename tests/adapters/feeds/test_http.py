"""The fetcher as a good citizen, against a real server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.adapters.feeds.http import HttpFetcher
from bot.model.feed import Validators
from bot.model.fetch import Fetched, FetchFailed, FetchRequest, FetchResult, Gone, Moved, NotModified
from tests.standins.feed_server import FeedServer, Item, Mode

BODY = "<rss version='2.0'><channel><title>T</title></channel></rss>"


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as running:
        running.publish("/a.xml", Item("One"))
        yield running


@pytest.fixture
async def fetcher(server: FeedServer) -> AsyncIterator[HttpFetcher]:
    running = make(server)
    yield running
    await running.close()


def make(
    server: FeedServer, *, seconds: float = 20, per_host: int = 2, contact: str | None = None
) -> HttpFetcher:
    return HttpFetcher(
        contact=contact,
        timeout=timedelta(seconds=seconds),
        max_body=100_000,
        concurrency=8,
        per_host=per_host,
        allow_private_hosts=[server.host],
    )


def failed(result: FetchResult) -> FetchFailed:
    assert isinstance(result, FetchFailed), result
    assert result.reason.endswith((".", "?"))
    return result


async def test_both_validators_come_back_byte_for_byte(server: FeedServer, fetcher: HttpFetcher) -> None:
    etag, modified = 'W/"a,b-gzip', "Thursday, whenever 1970"
    server.respond("/v.xml", body=BODY, headers={"ETag": etag, "Last-Modified": modified})
    first = await fetcher.fetch(FetchRequest(server.url("/v.xml")))
    assert isinstance(first, Fetched)
    assert first.validators == Validators(etag, modified)
    await fetcher.fetch(FetchRequest(server.url("/v.xml"), first.validators))
    sent = server.asked("/v.xml")
    assert "if-none-match" not in sent[0].headers
    assert "if-modified-since" not in sent[0].headers
    assert sent[1].headers["if-none-match"] == etag
    assert sent[1].headers["if-modified-since"] == modified


async def test_not_modified_keeps_validators_and_takes_newer_ones(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    server.respond("/v.xml", status=304, headers={"Last-Modified": "newer"})
    result = await fetcher.fetch(FetchRequest(server.url("/v.xml"), Validators('"x"', "older")))
    assert result == NotModified(server.url("/v.xml"), Validators('"x"', "newer"))


async def test_not_modified_without_a_question_is_a_failure(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.respond("/v.xml", status=304)
    assert "not modified" in failed(await fetcher.fetch(FetchRequest(server.url("/v.xml")))).reason


async def test_a_seven_kilobyte_etag_is_carried(server: FeedServer, fetcher: HttpFetcher) -> None:
    etag = '"' + "e" * 7_000 + '"'
    server.respond("/v.xml", body=BODY, headers={"ETag": etag})
    first = await fetcher.fetch(FetchRequest(server.url("/v.xml")))
    assert isinstance(first, Fetched)
    assert isinstance(await fetcher.fetch(FetchRequest(server.url("/v.xml"), first.validators)), Fetched)
    assert server.asked("/v.xml")[1].headers["if-none-match"] == etag


async def test_requests_say_who_asks_and_nothing_needless(server: FeedServer) -> None:
    fetcher = make(server, contact="mailto:ops@bot.example")
    server.respond("/a.xml", body=BODY, headers={"Set-Cookie": "a=b"})
    for _ in range(2):
        await fetcher.fetch(FetchRequest(server.url("/a.xml#part")))
    await fetcher.close()
    asked = server.asked("/a.xml")[1]
    assert asked.headers.keys() <= {"host", "user-agent", "accept", "accept-encoding"}
    assert asked.headers["user-agent"].startswith("Newsbell/")
    assert "(+mailto:ops@bot.example)" in asked.headers["user-agent"]
    assert asked.headers["accept"].startswith(
        "application/atom+xml, application/rss+xml, application/feed+json"
    )
    assert asked.headers["accept"].endswith("*/*;q=0.1")
    assert asked.headers["accept-encoding"] == "gzip, deflate, br"
    assert asked.path == "/a.xml"


async def test_credentials_become_a_header_and_appear_nowhere_else(
    server: FeedServer, fetcher: HttpFetcher
) -> None:
    url = server.url("/p.xml").replace("://", "://user:s%40cret@")
    server.respond("/p.xml", status=401)
    result = failed(await fetcher.fetch(FetchRequest(url)))
    assert server.asked("/p.xml")[0].headers["authorization"] == "Basic dXNlcjpzQGNyZXQ="
    assert "cret" not in repr(result)
    server.respond("/p.xml", body=BODY)
    assert "cret" not in repr(await fetcher.fetch(FetchRequest(url)))


async def test_a_permanent_redirect_is_followed_and_told(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.respond("/old", status=301, headers={"Location": "/mid"})
    server.respond("/mid", status=308, headers={"Location": "a.xml"})
    result = await fetcher.fetch(FetchRequest(server.url("/old")))
    assert isinstance(result, Moved)
    assert result.to == server.url("/a.xml")
    assert result.result.url == server.url("/a.xml")


@pytest.mark.parametrize(
    ("first", "second", "told"), [(302, 301, None), (307, 308, None), (301, 302, "/mid"), (303, 302, None)]
)
async def test_only_permanent_redirects_from_the_start_count(
    server: FeedServer, fetcher: HttpFetcher, first: int, second: int, told: str | None
) -> None:
    server.respond("/old", status=first, headers={"Location": "/mid"})
    server.respond("/mid", status=second, headers={"Location": "/a.xml"})
    result = await fetcher.fetch(FetchRequest(server.url("/old")))
    if told is None:
        assert isinstance(result, Fetched)
    else:
        assert isinstance(result, Moved)
        assert result.to == server.url(told)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("?page=2", "/dir/old?page=2"),
        ("a b.xml", "/dir/a%20b.xml"),
        ("/ニュース", "/%E3%83%8B%E3%83%A5%E3%83%BC%E3%82%B9"),
        ("../up.xml#part", "/up.xml"),
        ("/kept%2Fescapes?q=%e3+x", "/kept%2Fescapes?q=%e3+x"),
    ],
)
async def test_locations_are_resolved(
    server: FeedServer, fetcher: HttpFetcher, location: str, path: str
) -> None:
    server.respond("/dir/old", status=302, headers={"Location": location}, times=1)
    await fetcher.fetch(FetchRequest(server.url("/dir/old")))
    assert server.requests[-1].path == path


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("/old", "circle"),
        ("", "nowhere"),
        ("mailto:a@b.example", "Only http and https"),
        ("http://", "no valid host"),
        ("http://127.0.0.2/", "private network"),
        ("file:///etc/passwd", "Only http and https"),
        ("http://[::1", "valid"),
        ("http://x:99999/", "valid"),
    ],
)
async def test_bad_locations_are_failures(
    server: FeedServer, fetcher: HttpFetcher, location: str, words: str
) -> None:
    server.respond("/old", status=301, headers={"Location": location})
    assert words in failed(await fetcher.fetch(FetchRequest(server.url("/old")))).reason


async def test_a_long_chain_of_redirects_ends(server: FeedServer, fetcher: HttpFetcher) -> None:
    for number in range(20):
        server.respond(f"/{number}", status=302, headers={"Location": f"/{number + 1}"})
    assert "more than 8 times" in failed(await fetcher.fetch(FetchRequest(server.url("/0")))).reason
    assert len(server.requests) == 9


async def test_credentials_stay_with_their_origin(server: FeedServer) -> None:
    async with FeedServer() as other:
        allowed = HttpFetcher(
            contact=None, timeout=timedelta(seconds=20), max_body=10_000, concurrency=2, per_host=2,
            allow_private_hosts=["127.0.0.1"],
        )  # fmt: skip
        server.respond("/old", status=302, headers={"Location": other.url("/a")})
        server.respond("/here", status=301, headers={"Location": "/a.xml"})
        await allowed.fetch(FetchRequest(server.url("/old").replace("://", "://u:p@")))
        moved = await allowed.fetch(FetchRequest(server.url("/here").replace("://", "://u:p@")))
        await allowed.close()
    assert "authorization" not in other.asked("/a")[0].headers
    assert "authorization" in server.asked("/a.xml")[0].headers
    assert isinstance(moved, Moved)
    assert moved.to == server.url("/a.xml").replace("://", "://u:p@")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "no feed at this address"), (403, "refuses access"), (401, "password"), (451, "legal"), (500, "internal"),
        (502, "gateway"), (503, "temporarily"), (429, "too often"), (206, "part"), (204, "without content"),
        (226, "difference"), (300, "redirect"), (305, "redirect"), (418, "refuses"), (599, "fault"), (999, "unknown"),
    ],
)  # fmt: skip
async def test_statuses_are_told_in_words(
    server: FeedServer, fetcher: HttpFetcher, status: int, words: str
) -> None:
    server.respond("/s", status=status, body=BODY if status != 204 else b"")
    result = failed(await fetcher.fetch(FetchRequest(server.url("/s"))))
    assert words in result.reason
    assert str(status) in result.reason
    assert result.status == status
    assert result.host_wide == (status == 429)


async def test_gone_is_gone(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.respond("/g", status=410)
    assert isinstance(await fetcher.fetch(FetchRequest(server.url("/g"))), Gone)


@pytest.mark.parametrize(
    ("status", "header", "expected"),
    [
        (429, "120", timedelta(seconds=120)), (503, "3600", timedelta(hours=1)), (429, "soon", None), (429, "-5", None),
        (429, "Thu, 01 Jan 1970 00:00:00 GMT", None), (500, "120", None), (429, "9" * 30, timedelta(days=366)),
    ],
)  # fmt: skip
async def test_retry_after_is_read(
    server: FeedServer, fetcher: HttpFetcher, status: int, header: str, expected: timedelta | None
) -> None:
    server.respond("/r", status=status, headers={"Retry-After": header})
    assert failed(await fetcher.fetch(FetchRequest(server.url("/r")))).retry_after == expected


@pytest.mark.parametrize(
    ("status", "body", "headers", "name"),
    [
        (
            403,
            "<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script></html>",
            {},
            "Cloudflare",
        ),
        (503, "<html></html>", {"cf-mitigated": "challenge"}, "Cloudflare"),
        (200, "<!DOCTYPE html><html><div class='g-recaptcha'></div></html>", {}, "captcha"),
    ],
)
async def test_a_challenge_page_is_named(
    server: FeedServer, fetcher: HttpFetcher, status: int, body: str, headers: dict[str, str], name: str
) -> None:
    server.respond("/c", status=status, body=body, headers=headers)
    assert name in failed(await fetcher.fetch(FetchRequest(server.url("/c")))).reason


async def test_a_feed_that_writes_about_captchas_is_a_feed(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.respond("/c", body="<!-- x -->" + BODY.replace("T", "How a captcha works"))
    assert isinstance(await fetcher.fetch(FetchRequest(server.url("/c"))), Fetched)


@pytest.mark.parametrize("body", ["", " \n "])
async def test_an_empty_answer_is_a_failure(server: FeedServer, fetcher: HttpFetcher, body: str) -> None:
    server.respond("/e", body=body)
    assert "empty" in failed(await fetcher.fetch(FetchRequest(server.url("/e")))).reason


async def test_a_large_answer_is_cut_off(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.respond("/l", body=b"x" * 100_001)
    assert "larger than allowed" in failed(await fetcher.fetch(FetchRequest(server.url("/l")))).reason


@pytest.mark.parametrize("mode", [Mode.TIMEOUT, Mode.DRIP])
async def test_the_total_time_is_bounded(server: FeedServer, mode: Mode) -> None:
    fetcher = make(server, seconds=0.3)
    server.behave("/t", mode)
    assert "within the time allowed" in failed(await fetcher.fetch(FetchRequest(server.url("/t")))).reason
    await fetcher.close()


async def test_a_reset_connection_is_a_failure(server: FeedServer, fetcher: HttpFetcher) -> None:
    server.behave("/d", Mode.DIE)
    failed(await fetcher.fetch(FetchRequest(server.url("/d"))))


async def test_a_host_is_asked_by_few_at_once(server: FeedServer, fetcher: HttpFetcher) -> None:
    for number in range(12):
        server.respond(f"/{number}", body=BODY, delay=0.02)
    await asyncio.gather(*(fetcher.fetch(FetchRequest(server.url(f"/{number}"))) for number in range(12)))
    assert server.most_in_flight == 2


async def test_a_crowded_host_takes_no_place_from_another(server: FeedServer) -> None:
    async with FeedServer() as other:
        fetcher = HttpFetcher(
            contact=None, timeout=timedelta(seconds=20), max_body=10_000, concurrency=3, per_host=2,
            allow_private_hosts=["127.0.0.1", "localhost"],
        )  # fmt: skip
        other.publish("/a.xml", Item("x"))
        for number in range(6):
            server.behave(f"/{number}", Mode.TIMEOUT)
        stuck = [
            asyncio.create_task(fetcher.fetch(FetchRequest(server.url(f"/{number}")))) for number in range(6)
        ]
        await server.wait_until(lambda: server.in_flight == 2)
        url = other.url("/a.xml").replace("127.0.0.1", "localhost")
        assert isinstance(await fetcher.fetch(FetchRequest(url)), Fetched)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
        await fetcher.close()


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("Cache-Control", "max-age=600", timedelta(minutes=10)),
        ("Cache-Control", 'public, max-age="600"', timedelta(minutes=10)),
        ("Cache-Control", "max-age=60, s-maxage=600", timedelta(minutes=10)),
        ("Cache-Control", "max-age=0", None),
        ("Cache-Control", "no-store, max-age=600", None),
        ("Cache-Control", "max-age=soon", None),
        ("Expires", "0", None),
        ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT", None),
    ],
)
async def test_freshness_is_a_not_before(
    server: FeedServer, fetcher: HttpFetcher, header: str, value: str, expected: timedelta | None
) -> None:
    server.respond("/f", body=BODY, headers={header: value})
    result = await fetcher.fetch(FetchRequest(server.url("/f")))
    assert isinstance(result, Fetched)
    assert result.not_before == expected


@pytest.mark.parametrize(
    "spell", [str.upper, lambda url: f"  {url}\n", lambda url: url.replace("127.0.0.1", "2130706433"),
              lambda url: url.replace("127.0.0.1", "0x7f.1"), lambda url: url.replace("127.0.0.1", "１２７．０．０．１")],
)  # fmt: skip
async def test_every_spelling_of_an_allowed_host_is_that_host(
    server: FeedServer, fetcher: HttpFetcher, spell: Callable[[str], str]
) -> None:
    server.respond("/", body=BODY)
    result = await fetcher.fetch(FetchRequest(spell(server.url("/"))))
    assert isinstance(result, Fetched)
    assert result.url == server.url("/")
    assert server.requests[0].headers["host"] == server.host
