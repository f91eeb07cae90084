"""Discord's rate limits as its headers teach them: when the next request of a route may go. Pure; times in seconds.

Buckets are counted for a hash that Discord names (``X-RateLimit-Bucket``) together with the top-level id of the
path; nothing is hard-coded (Discord, "Rate Limits").
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.adapters.discord.replies import Limited, Route
from bot.model.delivery import Scope

MOST_WINDOWS = 4096
# A ban by Discord's edge gives no figure it keeps to; asking again at once prolongs it.
BAN = timedelta(minutes=5)
LONGEST = timedelta(days=1)
# 10,000 answers of 401, 403 or 429 within ten minutes get the address banned (Discord, "Rate Limits").
REFUSALS, REFUSALS_PER = 5_000, 600.0
QUIET = timedelta(minutes=10)


@dataclass(slots=True)
class Window:
    """What is left of a bucket until it fills again."""

    remaining: int
    resets_at: float


class Limits:
    """What the answers of one token have taught."""

    def __init__(self) -> None:
        self._hashes: dict[str, str] = {}
        self._windows: dict[tuple[str, str], Window] = {}
        self._all_until = 0.0
        self._reason = ""
        self._refusals: deque[float] = deque()

    def wait(self, route: Route, now: float) -> Limited | None:
        """Return how long a request has to wait, or take its place in the bucket and return None."""
        if self._all_until > now:
            return Limited(
                timedelta(seconds=self._all_until - now),
                Scope.PLATFORM,
                self._reason or "Discord asked the whole bot to wait",
            )
        self._reason = ""
        window = self._windows.get(self._key(route))
        if window is None or window.resets_at <= now:
            return None
        if window.remaining <= 0:
            after = timedelta(seconds=window.resets_at - now)
            return Limited(after, Scope.DESTINATION, "Discord's rate limit for this place is used up")
        window.remaining -= 1
        return None

    def pause(self, route: Route, now: float) -> timedelta:
        """Return how long the route's bucket stays empty, so that its next message can be planned and not tried."""
        window = self._windows.get(self._key(route))
        if window is None or window.remaining > 0 or window.resets_at <= now:
            return timedelta()
        return timedelta(seconds=window.resets_at - now)

    def learn(self, route: Route, headers: Mapping[str, str], now: float) -> None:
        """Take over what an answer says about its bucket."""
        if bucket := headers.get("X-RateLimit-Bucket"):
            self._hashes[f"{route.method} {route.name}"] = bucket
        remaining, after = (
            headers.get("X-RateLimit-Remaining"),
            _seconds(headers.get("X-RateLimit-Reset-After")),
        )
        if remaining is None or not remaining.isdigit() or after is None:
            return
        if len(self._windows) >= MOST_WINDOWS:
            self._windows = {key: one for key, one in self._windows.items() if one.resets_at > now}
        key, window = self._key(route), Window(int(remaining), now + after)
        known = self._windows.get(key)
        if known and known.resets_at > now:
            # Requests still on their way have taken their places already.
            window.remaining = min(window.remaining, known.remaining)
        self._windows[key] = window

    def refused(self, now: float) -> None:
        """Count an answer of the kinds that get an address banned; far below that number the bot goes quiet."""
        self._refusals.append(now)
        while self._refusals and self._refusals[0] <= now - REFUSALS_PER:
            self._refusals.popleft()
        if len(self._refusals) >= REFUSALS:
            self._all_until = max(self._all_until, now + QUIET.total_seconds())
            self._reason = "Discord refused too many requests; the bot waits before it gets banned"

    def hold(self, limited: Limited, route: Route, now: float) -> None:
        """Keep to a 429: nothing of its scope is asked before its time."""
        until = now + (limited.after or timedelta()).total_seconds()
        if limited.scope is Scope.PLATFORM:
            self._all_until = max(self._all_until, until)
        else:
            self._windows[self._key(route)] = Window(0, until)

    def _key(self, route: Route) -> tuple[str, str]:
        name = f"{route.method} {route.name}"
        return self._hashes.get(name, name), route.major


def limited(headers: Mapping[str, str], data: object) -> Limited:
    """Read a 429. Without JSON or a ``Via`` header it comes from the edge and concerns the whole address."""
    body = data if isinstance(data, dict) else {}
    told = _seconds(body.get("retry_after"))
    if told is None:
        told = _seconds(headers.get("X-RateLimit-Reset-After"))
    code = body.get("code")
    number = code if isinstance(code, int) else 0
    if told is None:
        header = _seconds(headers.get("Retry-After"))
        ban = timedelta(seconds=header) if header is not None else BAN
        return Limited(
            max(BAN, min(ban, LONGEST)), Scope.PLATFORM, "Discord refuses this machine for now", number
        )
    after = min(timedelta(seconds=told), LONGEST)
    whole = body.get("global") is True or headers.get("X-RateLimit-Scope") == "global"
    scope = Scope.PLATFORM if whole or "Via" not in headers else Scope.DESTINATION
    return Limited(after, scope, "Discord asked to wait", number)


def _seconds(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
