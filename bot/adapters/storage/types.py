"""How values of the model lie in columns, the same on every database."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHARED = 4_096
_as_they_are = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_escaped = json.JSONEncoder(separators=(",", ":")).encode

# SQLite counts rows up by itself only where the key is declared INTEGER; its integers have 64 bits all the same.
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, stored as whole microseconds since 1970.

    Numbers compare and subtract alike on SQLite and PostgreSQL, whatever zone the server lives in.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_literal_param(self, value: datetime | None, dialect: Dialect) -> str:
        """Write the number into a statement."""
        del dialect
        return str(_microseconds(value))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        """Return what counts; without the detour that a ``process_bind_param`` takes for each value."""
        del dialect
        return _microseconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        """Return what makes the moment in UTC."""
        del dialect, coltype
        return _moment


class Span(TypeDecorator[timedelta]):
    """A length of time, stored as whole microseconds."""

    impl = sa.BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[timedelta | None], int | None]:
        """Return what counts the microseconds."""
        del dialect
        return _length_in_microseconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], timedelta | None]:
        """Return what makes the length."""
        del dialect, coltype
        return _length


class Words(TypeDecorator[str]):
    """Text for people. What UTF-8 or PostgreSQL cannot hold (lone surrogates, NUL) must not cost a whole poll."""

    impl = sa.Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Return what leaves NUL out and puts a question mark for a lone surrogate."""
        del dialect
        return _words


class Json(TypeDecorator[Any]):
    """A value as JSON text, for what is only ever read back whole; holds every ``str`` exactly.

    ``shared`` is for values that nothing changes: rows with the same text share one.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(
        self,
        encode: Callable[[Any], Any] | None = None,
        decode: Callable[[Any], Any] | None = None,
        *,
        shared: bool = False,
    ) -> None:
        super().__init__()
        self.shared = shared
        self._read = lru_cache(_SHARED)(self._fresh) if shared else self._fresh
        self.encode = encode or _same
        self.decode = decode or _same

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """Return what writes letters as themselves where UTF-8 can hold them, else escaped."""
        del dialect
        return self._written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:
        """Return what reads the value back."""
        del dialect, coltype
        return self._read

    def _written(self, value: Any) -> str:
        plain = self.encode(value)
        text = _as_they_are(plain)
        if not text.isascii():
            try:
                text.encode("utf-8")
            except UnicodeEncodeError:
                return _escaped(plain)
        return text

    def _fresh(self, value: str | None) -> Any:
        return self.decode(None if value is None else json.loads(value))


def _microseconds(value: datetime | None) -> int | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("storage takes aware times only: nobody could say which moment a naive one means")
    return (value - _EPOCH) // _MICROSECOND


def _length_in_microseconds(value: timedelta | None) -> int | None:
    return None if value is None else value // _MICROSECOND


def _words(value: str | None) -> str | None:
    if value is None or (value.isascii() and "\x00" not in value):
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


# Moments come in crowds: what was asked for at once, and the same feeds again and again.
@lru_cache(_SHARED)
def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _length(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else timedelta(microseconds=microseconds)


def _same(value: Any) -> Any:
    return value
