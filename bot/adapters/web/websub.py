"""Where hubs come to: they ask whether a subscription is meant, and post what is new (W3C WebSub, sections 5.3 and 7)."""

import asyncio
import re

from aiohttp import web

from bot.ports import HubVisitors

_TOKEN = re.compile(r"[\w-]{20,100}", re.ASCII)
_READ_SECONDS = 30.0
_READERS = 8
_AGAIN_SECONDS = "30"


class HubDoor:
    """The routes below ``/websub/``. ``max_body`` bounds a document in bytes, unpacked.

    An unknown callback is answered with 404 before any body is read; of known ones a few are read at a time.
    """

    def __init__(self, visitors: HubVisitors, *, max_body: int) -> None:
        self._visitors = visitors
        self._max_body = max_body
        self._readers = asyncio.Semaphore(_READERS)

    async def question(self, request: web.Request) -> web.Response:
        """Answer a hub that asks whether a request was meant, or that denies one."""
        token = _token(request)
        # Of a parameter given twice the first counts; text/plain keeps a challenge from being shown as a page.
        asked = {name: request.query.getall(name)[0] for name in request.query}
        answer = await self._visitors.question(token, asked)
        if answer is None:
            raise web.HTTPNotFound
        return web.Response(text=answer, content_type="text/plain")

    async def document(self, request: web.Request) -> web.Response:
        """Take a document and answer before it is read: hubs do not wait for long."""
        token = _token(request)
        expected = await self._visitors.expects(token)
        if expected is None:
            raise web.HTTPNotFound
        if not expected:
            raise web.HTTPGone
        async with self._readers:
            body = await self._body(request)
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            headers.setdefault(name.lower(), value)
        if not await self._visitors.document(token, body, headers):
            return web.Response(status=503, headers={"Retry-After": _AGAIN_SECONDS})
        return web.Response(status=202)

    async def _body(self, request: web.Request) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(_READ_SECONDS):
                async for piece in request.content.iter_any():
                    body += piece
                    if len(body) > self._max_body:
                        raise web.HTTPRequestEntityTooLarge(self._max_body, len(body))
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        return bytes(body)


def _token(request: web.Request) -> str:
    """Return the callback's token; what cannot be one is not looked up."""
    token = request.match_info["token"]
    if not _TOKEN.fullmatch(token):
        raise web.HTTPNotFound
    return token
