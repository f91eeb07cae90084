"""When a cadence speaks and when quiet hours end, in a zone with daylight-saving time. Pure.

A local time that a change of the clock skips is read with the offset from before the change (02:30 becomes 03:30), one
that comes twice means the first (RFC 5545, section 3.3.5). So each day has each time exactly once.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.model.cadence import Cadence, Rate
from bot.model.quiet import QuietHours

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def next_slot(cadence: Cadence, after: datetime, zone: tzinfo) -> datetime:
    """Return the first moment after ``after`` at which a cadence speaks; ``after`` itself for an instant one."""
    match cadence.rate:
        case Rate.INSTANT:
            return after
        case Rate.HOURLY:
            return _next_hour(after, zone)
        case Rate.DAILY:
            return _next_at(cadence.at or time(), after, zone, None)
        case Rate.WEEKLY:
            return _next_at(cadence.at or time(), after, zone, cadence.weekday or 0)


def quiet_until(quiet: QuietHours | None, moment: datetime, zone: tzinfo) -> datetime | None:
    """Return when the quiet hours around a moment end; None where it lies in none."""
    around = quiet_around(quiet, moment, zone)
    return around[1] if around else None


def quiet_around(
    quiet: QuietHours | None, moment: datetime, zone: tzinfo
) -> tuple[datetime, datetime] | None:
    """Return when the quiet hours around a moment began and when they end; None where it lies in none."""
    if quiet is None:
        return None
    today = moment.astimezone(zone).date()
    for begins in (today - _DAY, today):
        if quiet.days and begins.weekday() not in quiet.days:
            continue
        ends = begins if quiet.start < quiet.end else begins + _DAY
        start, end = moment_at(begins, quiet.start, zone), moment_at(ends, quiet.end, zone)
        if start <= moment < end:
            # Hours that end when the next ones begin have no end between them.
            return start, quiet_until(quiet, end, zone) or end
    return None


def moment_at(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the one moment of a local day and time."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _next_hour(after: datetime, zone: tzinfo) -> datetime:
    there = after.astimezone(zone)
    past = timedelta(minutes=there.minute, seconds=there.second, microseconds=there.microsecond)
    coming = after - past + _HOUR
    # Where the clock changes by half an hour, the full hour comes later than that.
    odd = coming.astimezone(zone).minute
    return coming + timedelta(minutes=60 - odd) if odd else coming


def _next_at(at: time, after: datetime, zone: tzinfo, weekday: int | None) -> datetime:
    day = after.astimezone(zone).date() - _DAY
    while True:
        moment = moment_at(day, at, zone)
        if moment > after and weekday in {None, day.weekday()}:
            return moment
        day += _DAY
