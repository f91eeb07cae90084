"""Requests to Discord's REST API that neither wait nor repeat: patience belongs to the outbox.

discord.py's own client sleeps on rate limits, also after a message was accepted and before it says so, and repeats
requests by itself; between acceptance and record nothing may wait, so messages go through this client and
discord.py serves the gateway.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.adapters.discord.limits import Limits, limited
from bot.adapters.discord.replies import Accepted, Limited, Refused, Reply, Route, Unanswered
from bot.model.request import Attachment

USER_AGENT = "DiscordBot (https://github.com/newsbell/newsbell, 1)"
FILES = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
COUNTED = frozenset({401, 403, 404, 429})
TIMEOUT = timedelta(seconds=20)

log = structlog.get_logger()


class Rest:
    """One token's (or no token's) way to the API; made without a running loop, opened by its first request."""

    def __init__(self, base: str, token: str | None = None, *, timeout: timedelta = TIMEOUT) -> None:
        self._base = base
        self._token = token
        self._timeout = aiohttp.ClientTimeout(
            total=timeout.total_seconds(), sock_connect=timeout.total_seconds() / 2
        )
        self._session: aiohttp.ClientSession | None = None
        self._limits = Limits()

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Close the connections; a later request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def pause(self, route: Route) -> timedelta:
        """Return how long a request of this route would be held back now; call it from the event loop."""
        return self._limits.pause(route, asyncio.get_running_loop().time())

    async def ask(self, route: Route, body: Any = None, *, file: Attachment | None = None) -> Reply:
        """Send a request once, with a file perhaps, and return what came of it; never raises for what a server does."""
        now = asyncio.get_running_loop().time
        if held := self._limits.wait(route, now()):
            return held
        try:
            status, headers, text = await self._exchange(route, body, file)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Unanswered("Discord cannot be reached", uncertain=False)
        except TimeoutError:
            return Unanswered("Discord did not answer in time", uncertain=True)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Unanswered(f"the connection to Discord broke ({type(error).__name__})", uncertain=True)
        self._limits.learn(route, headers, now())
        reply = read(status, headers, text)
        if isinstance(reply, Limited):
            self._limits.hold(reply, route, now())
        if status in COUNTED and headers.get("X-RateLimit-Scope") != "shared":
            self._limits.refused(now())
        log.debug("discord_request", route=f"{route.method} {route.name}", status=status)
        return reply

    async def _exchange(
        self, route: Route, body: Any, file: Attachment | None
    ) -> tuple[int, Mapping[str, str], str]:
        headers = {"User-Agent": USER_AGENT}
        if self._token is not None:
            headers["Authorization"] = f"Bot {self._token}"
        data: bytes | aiohttp.FormData | None = None
        if file is not None:
            data = _with_file(body, file)
        elif body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body, ensure_ascii=False).encode()
        async with self._open().request(
            route.method, self._base + route.path, params=route.query, data=data, headers=headers
        ) as response:
            raw = await response.read()
            return response.status, response.headers, raw.decode("utf-8", errors="replace")

    async def fetch(self, url: str, most: int) -> bytes | None:
        """Return a file that Discord keeps, without the token; None where it cannot be had or is larger than ``most``."""
        if not _is_ours(url, self._base):
            return None
        content = b""
        try:
            async with self._open().get(url, headers={"User-Agent": USER_AGENT}) as response:
                if response.status != 200:  # noqa: PLR2004 - OK
                    return None
                async for piece in response.content.iter_any():
                    content += piece
                    if len(content) > most:
                        return None
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError):
            return None
        return content

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _is_ours(url: str, base: str) -> bool:
    """Tell whether an address is Discord's store of files, or on the server that ``api_url`` names instead."""
    parts, own = urlsplit(url), urlsplit(base)
    return (parts.scheme == "https" and parts.hostname in FILES) or (
        (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    )


def _with_file(body: Any, file: Attachment) -> aiohttp.FormData:
    """Return a body with a file beside it (Discord, "Uploading Files")."""
    form = aiohttp.FormData()
    told = {**body, "attachments": [{"id": 0, "filename": file.name}]}
    form.add_field("payload_json", json.dumps(told, ensure_ascii=False), content_type="application/json")
    form.add_field("files[0]", file.content, filename=file.name, content_type="application/octet-stream")
    return form


def read(status: int, headers: Mapping[str, str], text: str) -> Reply:
    """Turn an answer into a value."""
    try:
        data = json.loads(text) if text else None
    except ValueError:
        data = None
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        return limited(headers, data)
    if 200 <= status < 300:  # noqa: PLR2004 - success
        if text and data is None:
            return Unanswered("Discord's answer was no JSON", uncertain=True)
        return Accepted(data)
    if status >= 500 or status < 400:  # noqa: PLR2004 - trouble of the server; redirects are not followed blindly
        return Unanswered(f"Discord answered {status}", uncertain=status >= 500)  # noqa: PLR2004 - as above
    body = data if isinstance(data, dict) else {}
    code = body.get("code")
    return Refused(status, code if isinstance(code, int) else 0, described(body))


def described(body: Mapping[str, Any]) -> str:
    """Return Discord's message with the fields it complains about, on one line, at most 300 characters."""
    faults = "; ".join(f"{path}: {text}" for path, text in _faults(body.get("errors"), ()))
    message = str(body.get("message") or "no reason given")
    return " ".join(f"{message} ({faults})".split() if faults else message.split())[:300]


def _faults(node: Any, path: tuple[str, ...]) -> list[tuple[str, str]]:
    if not isinstance(node, dict):
        return []
    found = [
        (".".join(path), str(one.get("message", "")))
        for one in node.get("_errors", [])
        if isinstance(one, dict)
    ]
    for key, inner in node.items():
        if key != "_errors":
            found += _faults(inner, (*path, str(key)))
    return found
