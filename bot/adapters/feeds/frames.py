"""What parser processes and the program say to each other: a length, then pickled values of a few known classes."""

import asyncio
import io
import pickle
import struct
from typing import Any, BinaryIO

from bot.model.entry import ParsedEntry, ParsedFeed, ParseFailed
from bot.model.hints import PollHints

_LENGTH = struct.Struct(">Q")
_MAX_FRAME = 1 << 30
_KNOWN = {(one.__module__, one.__name__): one for one in (ParsedEntry, ParsedFeed, ParseFailed, PollHints)}


class _Unpickler(pickle.Unpickler):
    """A process that reads hostile documents is not trusted to name classes."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _KNOWN:
            return _KNOWN[module, name]
        if (module, name) in {("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta")}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError("the parser process sent something else than entries")


def frame(payload: bytes) -> bytes:
    """Return a payload with its length in front."""
    return _LENGTH.pack(len(payload)) + payload


def write_frame(writer: asyncio.StreamWriter, payload: bytes) -> None:
    """Send a payload."""
    writer.write(frame(payload))


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """Receive a payload. Raises EOFError where the other side ended."""
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    if length > _MAX_FRAME:
        raise ValueError("the parser process sent a frame of impossible length")
    return await reader.readexactly(length)


def read_frame_here(stream: BinaryIO) -> bytes | None:
    """Receive a payload from a blocking stream; None at its end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    return stream.read(_LENGTH.unpack(head)[0])


def read_result(payload: bytes) -> ParsedFeed | ParseFailed:
    """Unpack what a worker answered. Raises pickle.UnpicklingError for anything but entries."""
    result = _Unpickler(io.BytesIO(payload)).load()
    if isinstance(result, ParsedFeed | ParseFailed):
        return result
    raise pickle.UnpicklingError("the parser process sent something else than entries")
