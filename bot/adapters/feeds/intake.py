"""An answer as its bytes arrive: parsed by httptools (Node's llhttp), bounded in all that a server could send too much of.

Knows nothing of sockets: bytes go in by ``feed``, the end of the connection by ``end``.
"""

from dataclasses import dataclass

import httptools

from bot.adapters.feeds.faults import BrokenOff, NoAnswer, NotHttp, TooLong

# Of status line, headers, provisional answers, trailers and the frames of chunks; those may be as long as the body, too.
_HEAD = 65_536
# What no body is wanted of: redirects, and what has none.
_HEADS_ONLY = frozenset({204, 301, 302, 303, 304, 307, 308})
_LISTS = frozenset({b"cache-control", b"link"})
_PROVISIONAL = range(102, 200)
_CONTINUE = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Header names are in lower case; of a repeated header it holds the first value, of lists all."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a body is read: of the statuses in ``whole`` up to ``limit`` bytes or else TooLong.

    Of other answers the first ``some`` bytes are enough, and a broken body is as good as none.
    """

    whole: frozenset[int] = frozenset()
    limit: int = 0
    some: int = 0


class Intake:
    """Takes in the one answer to one request."""

    __slots__ = (
        "_body", "_fed", "_head", "_headers", "_keep", "_limit", "_parser", "_size", "_until_end", "_wanted", "_whole",
        "complete", "headed", "status",
    )  # fmt: skip

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._headers: dict[bytes, bytes] = {}
        self._body = bytearray()
        self._size = self._limit = self._head = self._fed = self.status = 0
        self._keep = self._until_end = self._whole = self.complete = self.headed = False
        self._parser = httptools.HttpResponseParser(self)
        # As browsers read: odd bytes in header values, lines that end in LF alone, spaces after a chunk's size.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )

    @property
    def reusable(self) -> bool:
        """Tell whether the connection may carry another request."""
        return self.complete and self._keep

    def feed(self, data: bytes) -> None:
        """Take in what came; ``complete`` tells whether that was all. Raises NotHttp, BrokenOff, TooLong."""
        self._fed += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._keep = False
            if not self.complete:
                raise (BrokenOff if self.headed else NotHttp)("the framing is damaged") from None
        if self._whole and self._size > self._limit:
            self._keep = False
            raise TooLong
        if self.complete:
            return
        if self._head > _HEAD or self._fed > _HEAD + 2 * self._size:
            raise TooLong
        if not self._whole and self.headed and self._size >= self._limit:
            self.complete = True

    def end(self, fault: OSError | None = None) -> None:
        """Take in that nothing more comes, because of a fault or not. Raises NoAnswer, BrokenOff, OSError."""
        if not self._fed:
            raise fault or NoAnswer("closed")
        if not self.complete and not (self.headed and self._until_end and fault is None):
            raise BrokenOff("closed")
        self.complete = True

    def suffices(self) -> bool:
        """Tell whether what came is of use although the rest does not come."""
        return self.headed and not self._whole

    def answer(self) -> Answer:
        """Return the answer; nothing can be taken in afterwards."""
        # The parser holds this object's methods: apart, both go at once instead of with a collection of garbage.
        del self._parser
        body = bytes(self._body)
        headers = {_text(name): _text(value) for name, value in self._headers.items()}
        return Answer(self.status, headers, body if self._whole else body[: self._limit])

    def on_message_begin(self) -> None:
        """Notice bytes after the answer: whoever sends those is not asked again on this connection."""
        if self.complete:
            self._keep = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; those after the body mean nothing to anybody here."""
        self._head += len(name) + len(value)
        if self.headed or self._head > _HEAD:
            return
        key = name.lower()
        if key not in self._headers:
            self._headers[key] = value
        elif key in _LISTS:
            self._headers[key] += b", " + value

    def on_headers_complete(self) -> None:
        """Decide what is wanted of the body."""
        status = self._parser.get_status_code()
        if status == _CONTINUE or status in _PROVISIONAL or self.complete:
            return
        self.status, self.headed = status, True
        self._until_end = b"content-length" not in self._headers and not self._is_chunked()
        self._whole = status in self._wanted.whole
        if self._whole:
            self._limit = self._wanted.limit
        elif status not in _HEADS_ONLY:
            self._limit = self._wanted.some

    def on_body(self, piece: bytes) -> None:
        """Keep a piece of the body, up to what is wanted of it."""
        if self.complete:
            return
        if self._size <= self._limit:
            self._body += piece
        self._size += len(piece)

    def on_message_complete(self) -> None:
        """End the answer, but go on after a provisional one."""
        if not self.headed:
            self._headers.clear()
            return
        if not self.complete:
            self.complete, self._keep = True, self._parser.should_keep_alive()

    def _is_chunked(self) -> bool:
        return self._headers.get(b"transfer-encoding", b"").rstrip().lower().endswith(b"chunked")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
