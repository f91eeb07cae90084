"""A language model's endpoint on loopback that says what it is told to, and fails as real ones do.

async with LlmServer() as llm:
    llm.say("A summary.")            # what the model answers from now on; a function of the prompt, too
    llm.fail(503)                    # a status instead
    llm.hang()                       # take requests and never answer
    llm.asked                        # every request's JSON, in order
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Answer = str | Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it arrived."""

    path: str
    authorization: str
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """What the system and the user said."""
        return "\n".join(str(each["content"]) for each in self.body["messages"])


class LlmServer:
    """The endpoint; it knows one path and one key."""

    def __init__(self, *, path: str = "/v1/chat/completions", key: str = "sk-test/key+1") -> None:
        self.path = path
        self.key = key
        self.asked: list[Call] = []
        self._answer: Answer = "A summary."
        self._status = 200
        self._headers: dict[str, str] = {}
        self._raw: bytes | None = None
        self._hanging = False
        self._finish = "stop"
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def root(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def say(self, answer: Answer, *, finish: str = "stop") -> None:
        """Answer every request with this text."""
        self._answer, self._finish = answer, finish
        self._status, self._raw, self._hanging = 200, None, False

    def fail(self, status: int, **headers: str) -> None:
        """Answer every request with this status."""
        self._status = status
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer_raw(self, body: bytes) -> None:
        """Answer every request with these bytes."""
        self._raw = body

    def hang(self) -> None:
        """Take requests and never answer."""
        self._hanging = True

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST" or request.path != self.path:
            return web.Response(status=404)
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return web.Response(status=401)
        body = await request.json()
        self.asked.append(Call(request.path, request.headers["Authorization"], body))
        if self._hanging:
            await self._stopping.wait()
        if self._status != 200:
            return web.json_response({"error": {"message": "no"}}, status=self._status, headers=self._headers)
        if self._raw is not None:
            return web.Response(body=self._raw, content_type="application/json")
        text = self._answer(body) if callable(self._answer) else self._answer
        message = {"role": "assistant", "content": text}
        return web.json_response(
            {
                "choices": [{"index": 0, "message": message, "finish_reason": self._finish}],
                "model": body["model"],
            }
        )
