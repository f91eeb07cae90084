"""A WebSub hub on a real socket: takes subscriptions, asks back, distributes; and everything a hub may do wrong."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

RSS = "application/rss+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """A form that was posted to the hub, the first value of each field, and with which User-Agent."""

    path: str
    form: dict[str, str]
    agent: str

    @property
    def mode(self) -> str:
        return self.form.get("hub.mode", "")


@dataclass(slots=True)
class Hub:
    """The hub and its habits, which take effect with the next request.

    ``status`` is what it answers. ``asks_back`` is how often it asks the callback whether a request is meant, before it
    answers. ``lease`` replaces what was asked for. ``redirects`` sends a path elsewhere, as ``path: (status, path)``.
    """

    status: int = 202
    asks_back: int = 1
    lease: str | None = None
    redirects: dict[str, tuple[int, str]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    confirmed: list[bool] = field(default_factory=list)
    subscribers: dict[tuple[str, str], str] = field(default_factory=dict)
    _runner: web.AppRunner | None = None
    _port: int = 0
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def asked(self, mode: str) -> list[Request]:
        """Return the requests of a mode."""
        return [one for one in self.requests if one.mode == mode]

    @property
    def callback(self) -> str:
        """The callback of the latest request."""
        return self.requests[-1].form["hub.callback"]

    @property
    def secret(self) -> str:
        return self.requests[-1].form["hub.secret"]

    async def wait_until(self, reached: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until something is true, looking again as requests end."""
        async with asyncio.timeout(seconds):
            while not reached():
                self._arrived.clear()
                await self._arrived.wait()

    async def question(self, callback: str, **asked: str) -> tuple[int, str]:
        """Ask a callback, with ``mode``, ``topic``, ``challenge`` and so on."""
        query = {f"hub.{name}": value for name, value in asked.items()}
        async with aiohttp.ClientSession() as session, session.get(callback, params=query) as answer:
            return answer.status, await answer.text()

    async def post(
        self,
        body: bytes,
        *,
        callback: str = "",
        secret: str | None = None,
        method: str = "sha256",
        **headers: str,
    ) -> int:
        """Post a document to a callback, signed with the subscriber's secret, or with another one."""
        key = self.secret if secret is None else secret
        sent = {"Content-Type": RSS, "X-Hub-Signature": signature(body, key, method), **headers}
        where = callback or self.callback
        async with aiohttp.ClientSession() as session, session.post(where, data=body, headers=sent) as answer:
            return answer.status

    async def _handle(self, request: web.Request) -> web.Response:
        if request.path in self.redirects:
            status, path = self.redirects[request.path]
            return web.Response(status=status, headers={"Location": path})
        fields = parse_qs((await request.read()).decode())
        form = {name: values[0] for name, values in fields.items()}
        self.requests.append(Request(request.path, form, request.headers.get("User-Agent", "")))
        if self.status // 100 == 2:
            for _ in range(self.asks_back):
                self.confirmed.append(await self._ask_back(form))
        self._arrived.set()
        return web.Response(status=self.status)

    async def _ask_back(self, form: dict[str, str]) -> bool:
        mode, topic, callback = (form[f"hub.{name}"] for name in ("mode", "topic", "callback"))
        more = {"lease_seconds": self.lease or form["hub.lease_seconds"]} if mode == "subscribe" else {}
        status, text = await self.question(callback, mode=mode, topic=topic, challenge="c-h_1~", **more)
        meant = status == 200 and text == "c-h_1~"
        if meant and mode == "subscribe":
            self.subscribers[topic, callback] = form["hub.secret"]
        elif meant:
            self.subscribers.pop((topic, callback), None)
        return meant


def signature(body: bytes, secret: str, method: str = "sha256") -> str:
    """Return X-Hub-Signature for a body."""
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"
