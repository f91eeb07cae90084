"""What worker processes and the program say to each other: a length, then pickled values of a few known classes."""

import io
import pickle
import struct
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">Q")
HEAD = _LENGTH.size
_MAX_FRAME = 1 << 30
_PLAIN = (datetime, timedelta, timezone)


class _Unpickler(pickle.Unpickler):
    """A process that reads hostile documents is not trusted to name classes."""

    def __init__(self, payload: bytes, classes: Iterable[type]) -> None:
        super().__init__(io.BytesIO(payload))
        self._known = {(one.__module__, one.__name__): one for one in (*classes, *_PLAIN)}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._known:
            return self._known[module, name]
        raise pickle.UnpicklingError("the worker process sent something that was not asked for")


def frame(payload: bytes) -> bytes:
    """Return a payload with its length in front."""
    return _LENGTH.pack(len(payload)) + payload


def length_of(head: bytes) -> int:
    """Return how long the payload is that follows the first ``HEAD`` bytes. Raises ValueError."""
    length = int(_LENGTH.unpack(head)[0])
    if length > _MAX_FRAME:
        raise ValueError("the worker process sent a frame of impossible length")
    return length


def read_frame_here(stream: BinaryIO) -> bytes | None:
    """Receive a payload from a blocking stream; None at its end."""
    head = stream.read(HEAD)
    if len(head) < HEAD:
        return None
    return stream.read(_LENGTH.unpack(head)[0])


def read_result(payload: bytes, results: tuple[type, ...], parts: tuple[type, ...] = ()) -> Any:
    """Unpack what a worker answered: one of ``results``. Raises pickle.UnpicklingError for anything else."""
    result = _Unpickler(payload, (*results, *parts)).load()
    if isinstance(result, results):
        return result
    raise pickle.UnpicklingError("the worker process sent something that was not asked for")
