"""A language model behind an endpoint that speaks OpenAI's chat completions, whoever runs it.

The operator names the endpoint, so it may be on this machine; feeds never choose it.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.model.writing import NotWritten, Task, Written

_AT_ONCE = 4
_MAX_ANSWER = 1_000_000
_PATH = "/chat/completions"
_OK, _TOO_MANY = 200, 429
_NOT_THERE = frozenset({404, 405})
_REASONS = {
    400: "The language model's endpoint does not understand the request (400); check summary.llm.model.",
    401: "The language model's endpoint refuses the key (401); check summary.llm.api_key.",
    403: "The language model's endpoint refuses access (403); check summary.llm.api_key.",
    404: "There is no chat completions endpoint at summary.llm.url, or no such model (404).",
    429: "The language model's endpoint is asked too often (429).",
}


class ChatCompletions:
    """Implements ``bot.ports.Writer``; open in one event loop, close with ``close``.

    ``url`` is the base of the API, such as ``http://127.0.0.1:11434/v1``, or the whole address of its chat
    completions. ``timeout`` bounds a request, waiting for its turn included. The key goes into a header alone.
    """

    def __init__(self, url: str, *, model: str, api_key: str | None, timeout: timedelta) -> None:
        self._addresses = addresses(url)
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._seconds = timeout.total_seconds()
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    async def write(self, task: Task) -> Written | NotWritten:
        """Have a text written, within the time that a request may take."""
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                return await self._ask(task)
        except TimeoutError:
            return NotWritten(f"The language model did not answer within {self._seconds:g} s.")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return NotWritten(f"The language model's endpoint cannot be used ({type(error).__name__}).")

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, task: Task) -> Written | NotWritten:
        body = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": task.instructions},
                {"role": "user", "content": task.text},
            ],
            "stream": False,
        }
        for last, address in enumerate(self._addresses, start=1):
            status, headers, answer = await self._post(address, body)
            if status not in _NOT_THERE or last == len(self._addresses):
                break
        if status != _OK:
            return _refused(status, headers)
        # What answered is the address; the others need not be tried again.
        self._addresses = (address,)
        return read_answer(answer)

    async def _post(self, address: str, body: Mapping[str, Any]) -> tuple[int, Mapping[str, str], bytes]:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        async with self._session.post(
            address, json=body, headers=self._headers, allow_redirects=False
        ) as response:
            answer = bytearray()
            async for piece in response.content.iter_any():
                answer += piece
                if len(answer) > _MAX_ANSWER:
                    raise ValueError("the answer has no end")
            return response.status, response.headers, bytes(answer)


def addresses(url: str) -> tuple[str, ...]:
    """Return where chat completions may be: below the base that was given, or below its /v1 where it has no path."""
    base = url.rstrip("/")
    if base.endswith(_PATH):
        return (base,)
    return (base + _PATH,) if urlsplit(base).path else (f"{base}/v1{_PATH}", base + _PATH)


def read_answer(body: bytes) -> Written | NotWritten:
    """Return the first choice's text."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return NotWritten("The language model's endpoint did not answer in JSON.")
    match answer:
        case {"choices": [{"finish_reason": "length"}, *_]}:
            return NotWritten("The language model's answer was cut off.")
        case {"choices": [{"message": {"content": str(text)}}, *_]}:
            return Written(text)
        case {"choices": [{"message": {"content": list(parts)}}, *_]}:
            texts = (part.get("text") for part in parts if isinstance(part, dict))
            return Written("".join(text for text in texts if isinstance(text, str)))
    return NotWritten("The language model's endpoint answered without a text.")


def _refused(status: int, headers: Mapping[str, str]) -> NotWritten:
    reason = _REASONS.get(status, f"The language model's endpoint failed ({status}).")
    asked = headers.get("Retry-After", "").strip()
    if status == _TOO_MANY:
        return NotWritten(
            reason, timedelta(seconds=min(int(asked), 86_400)) if asked.isdecimal() else timedelta(minutes=1)
        )
    return NotWritten(reason)
