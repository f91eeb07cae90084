"""How often a feed brings something, from the dates that one document of it names."""

from collections.abc import Iterable
from datetime import datetime, timedelta

_NEWEST = 20
_DAY = timedelta(days=1)
# A document whose entries all bear the moment of its making tells no rate.
_SHORTEST = timedelta(minutes=10)


def entries_per_day(dates: Iterable[datetime | None], now: datetime) -> float | None:
    """Return how many entries a feed brings a day until now, by its newest ones; None where too few have dates.

    Dates ahead of now do not count. A feed that fell silent long ago comes near zero.
    """
    known = sorted((date for date in dates if date is not None and date <= now), reverse=True)[:_NEWEST]
    if len(known) < 2:  # noqa: PLR2004 - a rate needs two moments
        return None
    length = now - known[-1]
    return len(known) / (length / _DAY) if length >= _SHORTEST else None
