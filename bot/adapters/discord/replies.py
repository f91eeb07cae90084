"""What comes of a request to Discord, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.model.delivery import Scope


@dataclass(frozen=True, slots=True)
class Accepted:
    """A 2xx. ``data`` is the decoded JSON (None for 204)."""

    data: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """A 4xx other than 429. ``code`` is Discord's own, 0 where it gave none; ``text`` is what it said."""

    status: int
    code: int
    text: str
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Limited:
    """Not now: a 429, or a bucket known to be empty, so that nothing was sent."""

    after: timedelta | None
    scope: Scope
    reason: str
    code: int = 0


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No usable answer. ``uncertain`` means that the request may have been carried out."""

    reason: str
    uncertain: bool


Reply = Accepted | Refused | Limited | Unanswered


@dataclass(frozen=True, slots=True)
class Route:
    """A request's path and the part of it that has rate limits of its own.

    ``name`` is the path with its ids left out; it may be logged, ``path`` of a webhook may not.
    """

    method: str
    path: str = field(repr=False)
    name: str
    major: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
