"""What answers teach about rate limits."""

from datetime import timedelta

from bot.adapters.discord.limits import BAN, REFUSALS, REFUSALS_PER, Limits, limited
from bot.adapters.discord.replies import Limited, Route
from bot.model.delivery import Scope

SEND = Route("POST", "/channels/1/messages", "/channels/{id}/messages", "1")
ELSEWHERE = Route("POST", "/channels/2/messages", "/channels/{id}/messages", "2")
THREAD = Route("POST", "/channels/1/threads", "/channels/{id}/threads", "1")


def headers(remaining: int, after: float, bucket: str = "b") -> dict[str, str]:
    return {
        "X-RateLimit-Bucket": bucket,
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset-After": str(after),
    }


def test_nothing_is_held_before_anything_is_known() -> None:
    assert Limits().wait(SEND, 0.0) is None


def test_an_empty_bucket_holds_its_place_until_it_fills() -> None:
    limits = Limits()
    limits.learn(SEND, headers(0, 2.5), 10.0)
    held = limits.wait(SEND, 11.0)
    assert isinstance(held, Limited)
    assert held.after == timedelta(seconds=1.5)
    assert held.scope is Scope.DESTINATION
    assert limits.wait(ELSEWHERE, 11.0) is None
    assert limits.wait(SEND, 12.6) is None


def test_routes_of_one_bucket_are_counted_together() -> None:
    limits = Limits()
    limits.learn(THREAD, headers(5, 2.0, "shared"), 10.0)
    limits.learn(SEND, headers(0, 2.0, "shared"), 10.0)
    assert limits.wait(THREAD, 11.0) is not None


def test_requests_on_their_way_keep_their_places() -> None:
    limits = Limits()
    limits.learn(SEND, headers(2, 5.0), 0.0)
    assert limits.wait(SEND, 1.0) is None
    assert limits.wait(SEND, 1.0) is None
    limits.learn(SEND, headers(1, 4.0), 1.0)
    assert limits.wait(SEND, 1.0) is not None


def test_a_global_429_holds_everything() -> None:
    limits = Limits()
    limits.hold(Limited(timedelta(seconds=3), Scope.PLATFORM, "wait"), SEND, 10.0)
    held = limits.wait(ELSEWHERE, 11.0)
    assert isinstance(held, Limited)
    assert held.scope is Scope.PLATFORM
    assert limits.wait(ELSEWHERE, 13.1) is None


def test_a_429_is_read_from_its_body_first() -> None:
    via = {"Via": "1.1 google", "Retry-After": "64000", "X-RateLimit-Reset-After": "65"}
    assert limited(via, {"retry_after": 64.57}).after == timedelta(seconds=64.57)
    assert limited(via, None).after == timedelta(seconds=65)
    assert limited(via, {"retry_after": 64.57}).scope is Scope.DESTINATION
    assert limited(via, {"retry_after": 1, "global": True}).scope is Scope.PLATFORM
    assert limited(via | {"X-RateLimit-Scope": "shared"}, {"retry_after": 1}).scope is Scope.DESTINATION


def test_a_ban_of_the_edge_is_waited_out() -> None:
    assert limited({}, None) == Limited(BAN, Scope.PLATFORM, "Discord refuses this machine for now")
    assert limited({"Retry-After": "3600"}, None).after == timedelta(hours=1)
    assert limited({"Retry-After": "Mon, 01 Jan"}, "page").after == BAN
    assert limited({"Retry-After": "inf"}, {"retry_after": "nan"}).after == BAN


def test_nonsense_in_headers_teaches_nothing() -> None:
    limits = Limits()
    for remaining, after in (("x", "1"), ("-1", "1"), ("1", "x"), ("1", "-1"), ("1", "nan")):
        limits.learn(SEND, {"X-RateLimit-Remaining": remaining, "X-RateLimit-Reset-After": after}, 0.0)
    assert limits.wait(SEND, 0.0) is None


def test_a_bot_that_is_refused_thousands_of_times_goes_quiet_before_it_is_banned() -> None:
    limits = Limits()
    for number in range(REFUSALS - 1):
        limits.refused(number / 100)
    assert limits.wait(SEND, 50.0) is None
    limits.refused(50.0)
    held = limits.wait(SEND, 51.0)
    assert held is not None
    assert held.scope is Scope.PLATFORM
    assert "banned" in held.reason
    assert limits.wait(SEND, 50.0 + REFUSALS_PER + 1) is None


def test_refusals_of_long_ago_do_not_count() -> None:
    limits = Limits()
    for number in range(2 * REFUSALS):
        limits.refused(number * REFUSALS_PER / (REFUSALS - 2))
    assert limits.wait(SEND, 2 * REFUSALS_PER + 1e4) is None
