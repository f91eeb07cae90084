"""How urgent a story is: what its headlines shout, and how many sources tell it how soon."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from functools import lru_cache

from bot.pipeline.stories.report import Report
from bot.query.fold import fold

_SHOUTED = re.compile(
    fold(
        r"^\W*(?:breaking|urgent|flash|newsflash|just in|alert)\b|\bbreaking news\b|速報|号外|緊急|快讯|快訊|突发|突發|急报|속보|긴급"
    ).text
)
_SOON = timedelta(hours=1)
_SAME_DAY = timedelta(hours=6)
_MANY_SOON = 3
_VERY_MANY_SOON = 5
_MANY_A_DAY = 6


class Urgency(IntEnum):
    """How urgent a story is, in order."""

    NORMAL = 0
    RAISED = 1
    URGENT = 2


def urgency(reports: Sequence[Report], now: datetime) -> Urgency:
    """Return how urgent a story is at ``now``, from the reports on it so far.

    A headline that shouts raises it, and so do three sources within an hour of each other; both together, or five
    sources within an hour or six within six hours, make it urgent. One source alone never does, however often it tells.
    """
    told = [report for report in reports if report.at <= now]
    shouted = any(_shouts(report.title) for report in told)
    soon, same_day = _most(told, _SOON), _most(told, _SAME_DAY)
    if soon >= _VERY_MANY_SOON or same_day >= _MANY_A_DAY or (shouted and soon >= _MANY_SOON):
        return Urgency.URGENT
    return Urgency.RAISED if shouted or soon >= _MANY_SOON else Urgency.NORMAL


# A story's reports are looked through again for each one that joins.
@lru_cache(maxsize=4096)
def _shouts(title: str) -> bool:
    return _SHOUTED.search(fold(title).text) is not None


def _most(reports: Sequence[Report], span: timedelta) -> int:
    """Return the largest number of different sources within a span of time."""
    firsts: dict[str, datetime] = {}
    for report in reports:
        firsts[report.source] = min(report.at, firsts.get(report.source, report.at))
    times = sorted(firsts.values())
    return max((bisect_right(times, start + span) - index for index, start in enumerate(times)), default=0)
