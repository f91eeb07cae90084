"""Asks hubs to push (W3C WebSub, section 5.1), with the same suspicion as feeds are asked for."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from aiohttp.abc import AbstractResolver

from bot.adapters.feeds.client import Client
from bot.adapters.feeds.freshness import retry_after
from bot.adapters.feeds.guard import Guard
from bot.adapters.feeds.identification import user_agent
from bot.adapters.feeds.intake import Wanted
from bot.adapters.feeds.refusals import Refused, failure_reason
from bot.adapters.feeds.requests import lines, post
from bot.adapters.feeds.slots import Slots
from bot.adapters.feeds.target import Target, TargetError, read_target
from bot.model.push import HubAccepted, HubAnswer, HubFailed, HubRefused, HubRequest

_SECONDS = 30.0
_MAX_HOPS = 5
_CONCURRENCY = 8
_PER_HOST = 2
# The two redirects that keep a POST a POST (RFC 9110, sections 15.4.8 and 15.4.9).
_REDIRECTS = frozenset({307, 308})
_PASSING = frozenset({408, 425, 429})
# What a hub says beside its status and headers is for nobody here, and may be of any length.
_HEAD_ALONE = Wanted()


class HubClient:
    """Implements ``bot.ports.Hub`` over HTTP; open in one event loop, close with ``close``."""

    def __init__(
        self,
        *,
        contact: str | None,
        allow_private_hosts: Sequence[str] = (),
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._headers = lines(
            {"User-Agent": user_agent(contact), "Accept": "*/*", "Accept-Encoding": "identity"}
        )
        self._client = Client(Guard(allow_private_hosts), resolver=resolver, tls=tls)
        self._slots = Slots(_CONCURRENCY, _PER_HOST)

    async def ask(self, request: HubRequest) -> HubAnswer:
        """Post a request for a subscription or its end; every failure is a sentence without a full stop."""
        try:
            target = read_target(request.hub)
        except TargetError as error:
            return HubRefused(str(error).rstrip("."))
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._follow(target, request)
        except TargetError as error:
            return HubFailed(str(error).rstrip("."))
        except Exception as error:  # noqa: BLE001 - a hub's bytes choose the path through the client's code
            return HubFailed(failure_reason(error, target).rstrip("."))

    async def close(self) -> None:
        """Close the connections that are kept."""
        await self._client.close()

    async def _follow(self, target: Target, request: HubRequest) -> HubAnswer:
        for _ in range(_MAX_HOPS):
            async with self._slots.at(target.host, timedelta(0)):
                status, headers = await self._post(target, request)
            if status not in _REDIRECTS:
                return _read(status, headers)
            if not headers.get("location"):
                raise Refused("The hub redirects to nowhere (no Location).")
            target = read_target(headers["location"], base=target.url)
        raise Refused(f"The hub redirects more than {_MAX_HOPS} times.")

    async def _post(self, target: Target, request: HubRequest) -> tuple[int, dict[str, str]]:
        question = post(target, self._headers, _form(request))
        deadline = asyncio.get_running_loop().time() + _SECONDS
        answer = await self._client.ask(target, question, _HEAD_ALONE, deadline, repeatable=False)
        return answer.status, answer.headers


def _form(request: HubRequest) -> dict[str, str]:
    return {
        "hub.mode": request.mode.value,
        "hub.topic": request.topic,
        "hub.callback": request.callback,
        "hub.secret": request.secret,
        "hub.lease_seconds": str(round(request.lease.total_seconds())),
    }


def _read(status: int, headers: dict[str, str]) -> HubAnswer:
    if 200 <= status < 300:  # noqa: PLR2004 - the class of status that means success
        return HubAccepted()
    if 400 <= status < 500 and status not in _PASSING:  # noqa: PLR2004 - what the asker did wrong
        return HubRefused(f"it refuses the request ({status})")
    return HubFailed(f"it answered with status {status}", retry_after(headers, datetime.now(UTC)))
