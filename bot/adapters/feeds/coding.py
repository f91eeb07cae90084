"""Content codings (RFC 9110, section 8.4) undone in pieces, so that a bomb is noticed while it swells."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

_PIECE = 65_536
_MAX_CODINGS = 3
# A feed of 100 equal lines shrinks 100 times; only a bomb shrinks 300 times over a megabyte.
_MAX_RATIO = 300
_RATIO_FROM = 1_048_576
_GZIP_MAGIC = b"\x1f\x8b\x08"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class CodingError(ValueError):
    """A body that cannot be decoded; the text is a sentence about the answer."""


class _Inflater(Protocol):
    def pieces(self, data: bytes) -> Iterator[bytes]: ...


def decode_body(body: bytes, encoding: str, *, limit: int) -> bytes:
    """Undo the codings that a Content-Encoding header names; ``limit`` is in bytes and bounds the memory used.

    A body that says it is compressed but is plain, and one that is compressed but does not say so, are read as
    what they are. Raises CodingError.
    """
    codings = [name.strip().lower() for name in encoding.split(",")]
    codings = [name for name in codings if name not in ("", "identity")]
    if len(codings) > _MAX_CODINGS:
        raise CodingError("The answer is compressed more often than a feed is.")
    if not codings and body.startswith(_GZIP_MAGIC):
        codings = ["gzip"]
    for name in reversed(codings):
        body = _collect(_inflater(name), body, limit)
    return body


def _inflater(name: str) -> _Inflater:
    match name:
        case "gzip" | "x-gzip":
            return _Gzip()
        case "deflate":
            return _Deflate()
        case "br":
            return _Brotli()
    raise CodingError(f"The answer is in the content coding '{name[:30]}', which was not asked for.")


def _collect(inflater: _Inflater, body: bytes, limit: int) -> bytes:
    output = bytearray()
    for piece in inflater.pieces(body):
        output += piece
        if len(output) > limit:
            raise CodingError("The answer is larger than allowed once decompressed.")
        if len(output) > _RATIO_FROM and len(output) > _MAX_RATIO * len(body):
            raise CodingError("The answer swells suspiciously when decompressed.")
    return bytes(output)


class _Gzip:
    def pieces(self, data: bytes) -> Iterator[bytes]:
        if not data.startswith(_GZIP_MAGIC[:2]):
            yield data
            return
        while data.startswith(_GZIP_MAGIC[:2]):
            member = zlib.decompressobj(_GZIP_OR_ZLIB)
            yield from _inflate(member, data)
            data = member.unused_data


class _Deflate:
    """Either with a zlib header, as the RFC says, or raw, as some servers understand it."""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if data[:1].lstrip() in (b"<", b"{", b"\xef"):
            yield data
            return
        has_header = len(data) > 1 and data[0] & 0x0F == zlib.DEFLATED and (data[0] << 8 | data[1]) % 31 == 0
        yield from _inflate(zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS), data)


def _inflate(stream: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    try:
        while not stream.eof:
            piece = stream.decompress(data, _PIECE)
            data = stream.unconsumed_tail
            if not piece and not data:
                break
            yield piece
    except zlib.error:
        raise CodingError("The answer's compression is damaged.") from None
    if not stream.eof:
        raise CodingError("The compressed answer ends too early.")


class _Brotli:
    def pieces(self, data: bytes) -> Iterator[bytes]:
        stream = brotli.Decompressor()
        try:
            yield stream.process(data, output_buffer_limit=_PIECE)
            while not stream.is_finished() and not stream.can_accept_more_data():
                yield stream.process(b"", output_buffer_limit=_PIECE)
        except brotli.error:
            if data[:1].lstrip() in (b"<", b"{", b"\xef"):
                yield data
                return
            raise CodingError("The answer's compression is damaged.") from None
        if not stream.is_finished():
            raise CodingError("The compressed answer ends too early.")
