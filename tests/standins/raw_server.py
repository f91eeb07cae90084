"""A server that answers with exactly the bytes it is told, HTTP or not, on loopback."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Self

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Write an HTTP/1.1 answer; ``length`` is what Content-Length claims, the truth where None."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body


class RawServer:
    """Gives each path its bytes, and closes. ``requests`` holds each request's head."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        self._answers: dict[str, bytes | Script] = {}
        self._server: asyncio.Server | None = None
        self.requests: list[str] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self._host, 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def port(self) -> int:
        if self._server is None:
            raise RuntimeError("the server is not running")
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def host(self) -> str:
        return f"{self._host}:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def say(self, path: str, what: bytes | Script) -> str:
        """Let a path (with its query) answer with these bytes, or by this script; return its address."""
        self._answers[path] = what
        return self.url(path)

    def heads(self, path: str) -> Sequence[str]:
        """Return the heads of the requests for a path."""
        return [head for head in self.requests if head.split(" ")[1] == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(head)
            what = self._answers.get(head.split(" ")[1], answer(b"", status="404 Not Found"))
            if isinstance(what, bytes):
                writer.write(what)
                await writer.drain()
            else:
                await what(reader, writer, head)
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client gave up, as clients do with servers such as this
        finally:
            writer.close()
