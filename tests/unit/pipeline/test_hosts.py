from datetime import timedelta

from bot.model.poll import ClaimedFeed
from bot.pipeline.hosts import HostQueue, Patience, host_of
from tests.unit.pipeline.samples import HOUR, MINUTE, NOW, feed


def claimed(url: str) -> ClaimedFeed:
    return ClaimedFeed(feed(url=url), "mine")


def taken(queue: HostQueue, after: timedelta = timedelta(0)) -> list[str]:
    found = []
    while (each := queue.take(NOW + after)) is not None:
        found.append(each.feed.url)
    return found


def test_a_crowded_host_waits_and_others_go() -> None:
    queue = HostQueue(2, HOUR)
    for url in ("https://a.example/1", "https://A.example/2", "https://a.example/3", "https://b.example/1"):
        queue.put(claimed(url), NOW)
    assert taken(queue) == ["https://a.example/1", "https://A.example/2", "https://b.example/1"]
    assert len(queue) == 1
    queue.done(claimed("https://b.example/1"))
    assert taken(queue) == []
    queue.done(claimed("https://a.example/1"))
    assert taken(queue) == ["https://a.example/3"]
    assert len(queue) == 0


def test_a_host_that_is_done_starts_afresh() -> None:
    queue = HostQueue(1, HOUR)
    for _ in range(3):
        queue.put(claimed("https://a.example/1"), NOW)
        assert taken(queue) == ["https://a.example/1"]
        queue.done(claimed("https://a.example/1"))


def test_a_feed_whose_lease_runs_out_while_it_waits_is_left_to_be_claimed_again() -> None:
    queue = HostQueue(1, MINUTE)
    for number in range(3):
        queue.put(claimed(f"https://a.example/{number}"), NOW)
    assert taken(queue, MINUTE) == []
    assert len(queue) == 0
    queue.put(claimed("https://a.example/9"), NOW + MINUTE)
    assert taken(queue, MINUTE) == ["https://a.example/9"]


def test_one_feeds_429_holds_its_whole_host_for_its_time() -> None:
    patience = Patience()
    patience.hold("https://a.example/1", NOW + HOUR)
    patience.hold("https://a.example/1", NOW + MINUTE)
    assert patience.until("https://a.example/2", NOW) == NOW + HOUR
    assert patience.until("https://b.example/2", NOW) is None
    assert patience.until("https://a.example/2", NOW + HOUR) is None


def test_hosts_are_told_apart_even_in_broken_addresses() -> None:
    assert host_of("https://user@A.example:443/x") == "a.example:443"
    assert host_of("https://[broken/x") == "https://[broken/x"
