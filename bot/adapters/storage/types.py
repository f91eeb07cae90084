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

# SQLite counts rows up by itself only where the key is declared INTEGER; its integers have 64 bits all the same.
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, stored as whole microseconds since 1970.

    Numbers compare and subtract alike on SQLite and PostgreSQL, whatever zone the server lives in.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse a naive time: nobody could say which moment it means."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("storage takes aware times only")
        return (value - _EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        """Return what makes the moment in UTC; without the detour that a ``process_result_value`` takes for each value."""
        del dialect, coltype
        return _moment


class Span(TypeDecorator[timedelta]):
    """A length of time, stored as whole microseconds."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Return the microseconds."""
        del dialect
        return None if value is None else value // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], timedelta | None]:
        """Return what makes the length."""
        del dialect, coltype
        return _length


class Words(TypeDecorator[str]):
    """Text for people. What UTF-8 or PostgreSQL cannot hold (lone surrogates, NUL) must not cost a whole poll."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Leave NUL out and put a question mark for a lone surrogate."""
        del dialect
        if value is None or (value.isascii() and "\x00" not in value):
            return value
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


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

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Write letters as themselves where UTF-8 can hold them, else escaped."""
        del dialect
        plain = self.encode(value)
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(plain, separators=(",", ":"))
        return text

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Any]:
        """Return what reads the value back."""
        del dialect, coltype
        return self._read

    def _fresh(self, value: str | None) -> Any:
        return self.decode(None if value is None else json.loads(value))


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _length(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else timedelta(microseconds=microseconds)


def _same(value: Any) -> Any:
    return value
