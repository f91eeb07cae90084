"""What came of asking a server for a feed. Outcomes are values, read with ``match``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.model.feed import Validators


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to ask for. Empty validators make the request unconditional; credentials in the URL become a header."""

    url: str
    validators: Validators = field(default_factory=Validators)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete body, decoded from its transfer and content codings. ``url`` is where it finally came from.

    ``headers`` has lower-case names. ``not_before`` is the server's own wish for the next request, if any.
    """

    url: str
    body: bytes
    headers: Mapping[str, str]
    validators: Validators
    not_before: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """304 to a conditional request. ``validators`` are the stored ones, renewed where the answer carried newer."""

    url: str
    validators: Validators
    not_before: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An answer whose way began with permanent redirects (RFC 9110: 301, 308); ``to`` is how far those led.

    A temporary redirect ends that part of the way: what lies behind it never becomes the feed's address.
    """

    to: str
    result: "Fetched | NotModified"


@dataclass(frozen=True, slots=True)
class Gone:
    """410: the server says the feed will not come back."""

    reason: str


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No usable answer. ``reason`` is a sentence without secrets; ``retry_after`` is what the server asked for.

    ``status`` is the HTTP status where there was one. ``host_wide`` is true where the whole host asked for patience.
    """

    reason: str
    status: int | None = None
    retry_after: timedelta | None = None
    host_wide: bool = False


FetchResult = Fetched | NotModified | Moved | Gone | FetchFailed
