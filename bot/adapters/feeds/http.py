"""Asks servers for feeds: politely (conditional, identified, bounded in number) and suspiciously (bounded in everything else)."""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from aiohttp.abc import AbstractResolver

from bot.adapters.feeds.client import Client
from bot.adapters.feeds.coding import decode_body
from bot.adapters.feeds.faults import TooLong
from bot.adapters.feeds.freshness import not_before, retry_after
from bot.adapters.feeds.guard import Dialler, Guard
from bot.adapters.feeds.identification import ACCEPT, ACCEPT_PAGES, standing_headers
from bot.adapters.feeds.intake import Answer, Wanted
from bot.adapters.feeds.journey import Journey, follow
from bot.adapters.feeds.refusals import (
    Refused,
    challenge,
    challenge_reason,
    failure_reason,
    status_reason,
)
from bot.adapters.feeds.requests import get, lines
from bot.adapters.feeds.slots import Slots
from bot.adapters.feeds.target import Target, TargetError, read_target
from bot.model.feed import Validators
from bot.model.fetch import Fetched, FetchFailed, FetchRequest, FetchResult, Gone, Moved, NotModified

log = structlog.get_logger()

_ERROR_BODY = 65_536
_THREAD_FROM = 65_536
_HOST_PAUSE = timedelta(milliseconds=250)
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _NON_AUTHORITATIVE, _NOT_MODIFIED, _GONE, _TOO_MANY, _UNAVAILABLE = 200, 203, 304, 410, 429, 503


class HttpFetcher:
    """Fetches over HTTP. Never raises for anything a server does; open in one event loop, close with ``close``.

    ``timeout`` bounds a request with all its redirects, waiting for a free place not counted. ``max_body`` bounds a
    body in bytes, on the wire and decompressed. ``host_pause`` is kept after a request before its place at the host is
    given away; hosts named in ``allow_private_hosts`` are the operator's own and need no pause. ``pages`` asks for web
    pages instead of feeds, where an empty body is an answer; ``slots`` are places shared with another fetcher.
    """

    def __init__(
        self,
        *,
        contact: str | None,
        timeout: timedelta,
        max_body: int,
        concurrency: int,
        per_host: int,
        allow_private_hosts: Sequence[str] = (),
        host_pause: timedelta = _HOST_PAUSE,
        resolver: AbstractResolver | None = None,
        dial: Dialler | None = None,
        tls: ssl.SSLContext | None = None,
        pages: bool = False,
        slots: Slots | None = None,
    ) -> None:
        self._headers = lines(standing_headers(contact, ACCEPT_PAGES if pages else ACCEPT))
        self._empty_is_answer = pages
        self._seconds = timeout.total_seconds()
        self._max_body = max_body
        self._wanted = Wanted(frozenset({_OK, _NON_AUTHORITATIVE}), limit=max_body, some=_ERROR_BODY)
        self._guard = Guard(allow_private_hosts)
        self.slots = slots or Slots(concurrency, per_host)
        self._host_pause = host_pause
        self._client = Client(self._guard, resolver=resolver, dial=dial, tls=tls)

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Fetch one feed, following redirects; every failure is a sentence."""
        try:
            target = read_target(request.url)
        except TargetError as error:
            return FetchFailed(str(error))
        journey = Journey(target, request.validators, self._seconds)
        while True:
            outcome = await self._ask(journey)
            if outcome is not None:
                return outcome

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._client.close()

    async def _ask(self, journey: Journey) -> FetchResult | None:
        """Make one hop; None where the journey goes on."""
        target = journey.target
        async with self.slots.at(target.host, self._pause_after(target)):
            begun = time.monotonic()
            try:
                return await self._judge(journey, await self._exchange(journey))
            except (Refused, TargetError) as error:
                return FetchFailed(str(error))
            except (OSError, TooLong, ValueError) as error:
                return FetchFailed(failure_reason(error, target))
            except Exception as error:  # noqa: BLE001 - a server's bytes choose the path through the client's code
                log.warning("fetch_surprise", host=target.host, error=type(error).__name__)
                return FetchFailed(failure_reason(error, target))
            finally:
                journey.budget -= time.monotonic() - begun

    def _pause_after(self, target: Target) -> timedelta:
        return timedelta(0) if self._guard.exempts(target.host, target.port) else self._host_pause

    async def _exchange(self, journey: Journey) -> Answer:
        deadline = asyncio.get_running_loop().time() + journey.budget
        request = get(journey.target, self._headers + _conditions(journey.validators))
        return await self._client.ask(journey.target, request, self._wanted, deadline)

    async def _judge(self, journey: Journey, answer: Answer) -> FetchResult | None:
        match answer.status:
            case status if status in _REDIRECTS:
                follow(journey, answer.headers.get("location", ""), permanent=status in _PERMANENT)
                return None
            case 200 | 203:
                return _moved(journey, await self._fetched(journey, answer))
            case 304 if journey.validators != Validators():
                return _moved(journey, _not_modified(journey, answer))
            case 410:
                return Gone("The server says that this feed is gone for good (410).")
        return _failed(answer)

    async def _fetched(self, journey: Journey, answer: Answer) -> Fetched:
        body = await self._decode(answer)
        if not body.strip() and not self._empty_is_answer:
            raise Refused("The server sent an empty answer.")
        if guard := challenge(body, answer.headers):
            raise Refused(challenge_reason(guard, answer.status))
        return Fetched(
            url=journey.target.url,
            body=body,
            headers=answer.headers,
            validators=_validators(answer.headers),
            not_before=not_before(answer.headers, datetime.now(UTC)),
        )

    async def _decode(self, answer: Answer) -> bytes:
        encoding = answer.headers.get("content-encoding", "")
        if len(answer.body) < _THREAD_FROM:
            return decode_body(answer.body, encoding, limit=self._max_body)
        return await asyncio.to_thread(decode_body, answer.body, encoding, limit=self._max_body)


def _conditions(validators: Validators) -> bytes:
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return lines({name: value for name, value in conditions.items() if value})


def _moved(journey: Journey, result: Fetched | NotModified) -> FetchResult:
    return result if journey.moved is None else Moved(journey.moved.with_credentials, result)


def _not_modified(journey: Journey, answer: Answer) -> NotModified:
    fresh, old = _validators(answer.headers), journey.validators
    return NotModified(
        url=journey.target.url,
        validators=Validators(fresh.etag or old.etag, fresh.last_modified or old.last_modified),
        not_before=not_before(answer.headers, datetime.now(UTC)),
    )


def _validators(headers: Mapping[str, str]) -> Validators:
    return Validators(_kept(headers.get("etag")), _kept(headers.get("last-modified")))


def _kept(value: str | None) -> str | None:
    """Drop a validator that could not be sent back byte for byte."""
    return value if value and value.isprintable() else None


def _failed(answer: Answer) -> FetchFailed:
    reason = status_reason(answer.status)
    if answer.status in (403, 429, 503) and (guard := challenge(_page(answer), answer.headers)):
        reason = challenge_reason(guard, answer.status)
    asked = retry_after(answer.headers, datetime.now(UTC))
    return FetchFailed(
        reason,
        status=answer.status,
        retry_after=asked if answer.status in (_TOO_MANY, _UNAVAILABLE) else None,
        host_wide=answer.status == _TOO_MANY,
    )


def _page(answer: Answer) -> bytes:
    """Return the beginning of an error page, which only tells who wrote it; a broken one is as good as none."""
    try:
        return decode_body(answer.body, answer.headers.get("content-encoding", ""), limit=16 * _ERROR_BODY)
    except ValueError:
        return b""
