"""How often a feed is worth asking, from what it brought before; and when its document does not want to be asked. Pure.

The usual pause is the centre. A feed that brings much is asked more often, down to the floor; one that brings little
less often, but a new entry of a feed that still lives is never waited for longer than six usual pauses, or an hour
after a silence of a week. Only a feed without a new entry for 30 days is asked once a day. Where the usual pause
equals the floor, its operator wants a steady beat and gets it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log

from bot.model.hints import PollHints
from bot.model.rhythm import DAYS, HOURS, Rhythm

HALF_LIFE = timedelta(days=28)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_KNOWN_AFTER = timedelta(days=3)
_WEEK_KNOWN_AFTER = timedelta(days=14)
# Entries expected in one usual pause: from the first figure on it is shortened, below the other it is lengthened.
_LIVELY = 0.5
_CALM = 1 / 48
_SLOWEST = 6
_SILENT_AFTER = timedelta(days=7)
_ASLEEP_AFTER = timedelta(days=30)
_SHARE_OF_SILENCE = 168
# A flood says little about the rhythm, and neither does a date further back than this.
_MOST_AT_ONCE = 50
_BELIEVED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The pauses of one feed: the shortest, the usual, the longest."""

    floor: timedelta
    usual: timedelta
    ceiling: timedelta


@dataclass(frozen=True, slots=True)
class Pause:
    """How long to wait, and why, as words for people that follow "because"."""

    length: timedelta
    why: str


def heard(rhythm: Rhythm, published: Iterable[datetime | None], now: datetime) -> Rhythm:
    """Return the rhythm after a poll that brought new entries with these dates, or none.

    An entry counts for the hour of its date where that lies in the last day, else for this hour.
    """
    moments = [_believed(date, now) for date in published][:_MOST_AT_ONCE]
    since = now if rhythm.since is None else min(rhythm.since, now)
    if not moments:
        if rhythm.since == since:
            return rhythm
        return Rhythm(since, rhythm.news_at, rhythm.hours, rhythm.days)
    faded = _faded(rhythm, now)
    hours = [count * faded for count in rhythm.hours]
    days = [count * faded for count in rhythm.days]
    for moment in moments:
        hours[moment.hour] += 1
        days[moment.weekday()] += 1
    return Rhythm(since, now, tuple(round(n, 3) for n in hours), tuple(round(n, 3) for n in days))


def _believed(date: datetime | None, now: datetime) -> datetime:
    if date is not None and timedelta(0) <= now - date <= _BELIEVED_FOR:
        return date.astimezone(UTC)
    return now


def _faded(rhythm: Rhythm, now: datetime) -> float:
    """Return what is left of the counts by now."""
    age = max(timedelta(0), now - (rhythm.news_at or now))
    return float(0.5 ** (age / HALF_LIFE))


def per_hour(rhythm: Rhythm, now: datetime) -> float | None:
    """Return how many entries an hour are to be expected now; None while the feed is not known long enough."""
    if rhythm.since is None or now - rhythm.since < _KNOWN_AFTER:
        return None
    total = sum(rhythm.hours)
    # Counts fade by half every HALF_LIFE, and so does the time that they stand for.
    stood_for = (HALF_LIFE / _HOUR) / log(2) * (1 - 0.5 ** ((now - rhythm.since) / HALF_LIFE))
    mean = total * _faded(rhythm, now) / stood_for
    # The hour to come counts, too: better awake early than late.
    hour = max(_weight(rhythm.hours, now.hour), _weight(rhythm.hours, (now.hour + 1) % HOURS))
    day = _weight(rhythm.days, now.weekday()) if now - rhythm.since >= _WEEK_KNOWN_AFTER else 1.0
    return float(mean * hour * day)


def _weight(counts: tuple[float, ...], index: int) -> float:
    """Return how busy a part is, 1 for the mean; one assumed entry in each part keeps few entries from saying much."""
    return (counts[index] + 1) * len(counts) / (sum(counts) + len(counts))


def pause(rhythm: Rhythm, bounds: Bounds, now: datetime) -> Pause:
    """Return the pause between polls of a healthy feed, before wishes of its server and jitter."""
    usual = Pause(bounds.usual, "that is its usual pause")
    if bounds.usual <= bounds.floor or rhythm.since is None:
        return usual
    silence = now - max(rhythm.since, rhythm.news_at or rhythm.since)
    if silence >= _ASLEEP_AFTER:
        return Pause(_within(bounds, _DAY), f"it has brought nothing new for {silence.days} days")
    if silence >= _SILENT_AFTER:
        slow = _within(bounds, max(silence / _SHARE_OF_SILENCE, bounds.usual))
        return Pause(slow, f"it has brought nothing new for {silence.days} days")
    return _by_rate(per_hour(rhythm, now), bounds) or usual


def _by_rate(rate: float | None, bounds: Bounds) -> Pause | None:
    if rate is None:
        return None
    expected = rate * (bounds.usual / _HOUR)
    if expected > _LIVELY:
        return Pause(_within(bounds, bounds.usual * (_LIVELY / expected)), "it brings much at this time")
    if expected < _CALM:
        slower = min((_CALM / expected) ** 0.5, _SLOWEST) if expected else _SLOWEST
        return Pause(_within(bounds, bounds.usual * slower), "it brings little at this time")
    return None


def _within(bounds: Bounds, length: timedelta) -> timedelta:
    return max(bounds.floor, min(length, bounds.ceiling))


def clear_of_skipped(due: datetime, hints: PollHints, latest: datetime, spread: timedelta) -> datetime:
    """Return when a feed is due that names hours and days to leave out (GMT): as planned, or after them.

    Never later than ``latest``. ``spread`` is added to a full hour, so that not all feeds come at its beginning.
    """
    if not hints.skip_hours and not hints.skip_days:
        return due
    moved = due
    hours = frozenset(hints.skip_hours) if len(hints.skip_hours) < HOURS else frozenset()
    days = frozenset(hints.skip_days) if len(hints.skip_days) < DAYS else frozenset()
    while moved <= latest and (moved.hour in hours or moved.weekday() in days):
        moved = moved.replace(minute=0, second=0, microsecond=0) + _HOUR
    return due if moved == due else max(due, min(moved + spread, latest))
