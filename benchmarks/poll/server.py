"""``python server.py FOLDER``: serves many feeds cheaply, in a process of its own whose CPU time nobody counts.

Of twenty feeds fifteen answer 304 to an ETag, four answer the same body again without validators, one has a new entry
in each turn. ``/turn/N`` sets the turn, whose document is ``FOLDER/N.xml``. Every address 127.x.y.z reaches it. Prints its port.
Stands alone: no import of Newsbell, no parsing of more than the request line.
"""

import asyncio
import sys
from pathlib import Path

_NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "first"\r\n\r\n'
_CHANGING, _PLAIN = 0, range(1, 5)
_ALL = 20


class State:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first = self.read(0)
        self.plain = _answer(self.first)
        self.tagged = _answer(self.first, b'ETag: "first"\r\n')
        self.now = self.plain

    def read(self, turn: int) -> bytes:
        return (self.folder / f"{turn}.xml").read_bytes()

    def answer(self, head: bytes) -> bytes:
        _, kind, number = head.split(b" ", 2)[1].split(b"/", 2)
        if kind == b"turn":
            self.now = _answer(self.read(int(number)))
            return _answer(b"ok")
        place = int(number) % _ALL
        if place == _CHANGING:
            return self.now
        if place in _PLAIN:
            return self.plain
        return _NOT_MODIFIED if b"\r\nif-none-match:" in head.lower() else self.tagged


class Connection(asyncio.Protocol):
    def __init__(self, state: State) -> None:
        self.state = state
        self.waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self.waiting = (self.waiting + data).split(b"\r\n\r\n")
        for head in heads:
            self.transport.write(self.state.answer(head))


def _answer(body: bytes, extra: bytes = b"") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\n" + extra
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def main(folder: Path) -> None:
    state = State(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(state),
        "0.0.0.0",  # noqa: S104 - every loopback address is a host of its own
        0,
        backlog=1000,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
