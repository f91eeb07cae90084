"""A hub on a real socket, the web side on another, and between them what asks, receives and records."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.feeds.parser import FeedParser
from bot.adapters.feeds.websub import HubClient
from bot.adapters.storage.store import SqlStore, open_store
from bot.adapters.web.metrics import Metrics
from bot.adapters.web.server import WebServer
from bot.adapters.web.websub import HubDoor
from bot.model.feed import Feed, FeedOrigin, FeedSpec
from bot.model.poll import PollOutcome
from bot.model.push import Push
from bot.pipeline.feed_report import pushing
from bot.pipeline.ingest import Ingest
from bot.pipeline.match import LiveQueries
from bot.pipeline.poll import PollPolicy
from bot.pipeline.pusher import Pusher
from bot.pipeline.reception import Reception
from tests.standins.feed_server import Item, Published, render
from tests.standins.hub_server import Hub
from tests.unit.pipeline.fakes import HandClock, ScriptedFetcher, fetched

URL = "https://news.example/rss"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOST_BODY = 50_000


def document(*titles: str) -> bytes:
    items = (Item(title, f"https://news.example/{title}", title) for title in titles)
    return render(Published(tuple(items), "Gazette"), "https://news.example/")


@dataclass
class Street:
    store: SqlStore
    clock: HandClock
    hub: Hub
    fetcher: ScriptedFetcher
    ingest: Ingest
    pusher: Pusher
    reception: Reception
    metrics: Metrics

    async def poll(self, *titles: str, hub: str | None = "", after: timedelta = 2 * DAY) -> PollOutcome:
        """Poll the feed, which lists these titles and names the hub, another one, or none."""
        await self.store.add_feed(FeedSpec(URL), origin=FeedOrigin.CLI, now=self.clock.now())
        self.clock.advance(after)
        (claimed,) = await self.store.claim_feeds(self.clock.now(), limit=5, lease=MINUTE)
        answer = fetched(document(*titles))
        if hub is not None:
            answer.headers["link"] = f'<{hub or self.hub.url()}>; rel=hub, <{URL}>; rel="self"'  # type: ignore[index]  # a dict
        self.fetcher.answers[URL] = [answer]
        return await self.ingest.poll(claimed)

    async def ask(self) -> None:
        """Let what is due be asked, and its answers be heard."""
        await self.pusher.tick()
        await self.pusher.idle()

    async def subscribe(self) -> None:
        await self.poll("One")
        await self.ask()

    async def push(self, *titles: str) -> int:
        status = await self.hub.post(document(*titles))
        await self.reception.idle()
        return status

    async def feed(self) -> Feed:
        (only,) = await self.store.feeds()
        return only

    async def state(self) -> str:
        return ", ".join(await self.store.push_counts())

    async def agreed(self) -> Push:
        found = await self.store.push_called(self.hub.callback.rpartition("/")[2])
        assert found is not None
        return found

    async def words(self) -> str:
        return pushing(await self.feed(), self.clock.now())

    async def titles(self) -> set[str]:
        return {each.content.title async for each in self.store.entries_since(self.clock.now() - 900 * DAY)}


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    clock, fetcher, parser, metrics = HandClock(), ScriptedFetcher(), FeedParser(), Metrics()
    async with await open_store(f"sqlite:///{tmp_path / 'n.db'}") as store, Hub() as hub:
        ingest = Ingest(store, fetcher, parser, LiveQueries(store), clock, PollPolicy(), observer=metrics)
        reception = Reception(
            store, ingest, clock, observer=metrics, lease=MINUTE, most_bytes=4 * MOST_BODY, usual=5 * MINUTE
        )
        door = HubDoor(reception, max_body=MOST_BODY)
        server = WebServer("127.0.0.1:0", store, metrics, clock, hubs=door)
        await server.start()
        client = HubClient(contact=None, allow_private_hosts=["127.0.0.1"])
        pusher = Pusher(store, client, clock, server.url, observer=metrics, usual=5 * MINUTE)
        yield Street(store, clock, hub, fetcher, ingest, pusher, reception, metrics)
        await pusher.stop()
        await reception.stop(MINUTE)
        await server.stop()
        await client.close()
        await parser.close()


async def test_an_offered_hub_is_asked_and_its_question_confirmed(street: Street) -> None:
    await street.subscribe()
    (asked,) = street.hub.requests
    assert asked.mode == "subscribe"
    assert asked.form["hub.topic"] == URL
    assert asked.form["hub.lease_seconds"] == str(10 * 24 * 3600)
    assert len(asked.form["hub.secret"]) >= 40
    assert len(asked.form["hub.callback"].rpartition("/websub/")[2]) >= 40
    assert asked.agent.startswith("Newsbell/")
    assert street.hub.confirmed == [True]
    assert await street.state() == "active"
    await street.ask()
    assert len(street.hub.requests) == 1
    assert "no push yet" in await street.words()


async def test_a_pushed_document_is_recorded_and_takes_nothing_away(street: Street) -> None:
    await street.subscribe()
    before = await street.feed()
    known = await street.store.known_items(before.id)
    assert await street.push("Two") == 202
    after = await street.feed()
    assert await street.titles() == {"One", "Two"}
    assert await street.store.known_items(before.id) == known
    assert (after.poll.validators, after.poll.body_hash) == (before.poll.validators, before.poll.body_hash)
    assert after.poll.polled_at == before.poll.polled_at
    assert await street.poll("Two", "One") is PollOutcome.NO_NEWS


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_every_signature_of_the_recommendation_is_understood(street: Street, method: str) -> None:
    await street.subscribe()
    assert await street.hub.post(document("Two"), method=method) == 202
    await street.reception.idle()
    assert "Two" in await street.titles()


@pytest.mark.parametrize("header", ["", "sha256=00", "md5=" + "0" * 32, "sha256=" + "0" * 64, "sha256"])
async def test_a_wrong_signature_is_acknowledged_and_ignored(street: Street, header: str) -> None:
    await street.subscribe()
    assert await street.hub.post(document("Forged"), **{"X-Hub-Signature": header}) == 202
    await street.reception.idle()
    assert await street.titles() == {"One"}
    assert (await street.agreed()).ignored == 1
    assert 'newsbell_websub_pushes_total{outcome="ignored"} 1.0' in street.metrics.exposition().decode()


async def test_a_hub_that_asks_twice_is_answered_twice_and_later_no_more(street: Street) -> None:
    street.hub.asks_back = 2
    await street.subscribe()
    assert street.hub.confirmed == [True, True]
    street.clock.advance(HOUR)
    again = {"mode": "subscribe", "topic": URL, "challenge": "x", "lease_seconds": "60"}
    assert (await street.hub.question(street.hub.callback, **again))[0] == 404


@pytest.mark.parametrize(
    ("mode", "topic", "challenge"),
    [("unsubscribe", URL, "x"), ("subscribe", URL + "2", "x"), ("subscribe", URL, ""), ("publish", URL, "x"), ("", "", "")],
)  # fmt: skip
async def test_a_question_that_nobody_provoked_is_not_answered(
    street: Street, mode: str, topic: str, challenge: str
) -> None:
    await street.subscribe()
    asked = {"mode": mode, "topic": topic, "challenge": challenge}
    assert (await street.hub.question(street.hub.callback, **asked))[0] == 404
    assert await street.state() == "active"


async def test_a_callback_that_nobody_was_given_is_not_found(street: Street) -> None:
    await street.subscribe()
    elsewhere = street.hub.callback.rpartition("/")[0] + "/"
    for token in ("x" * 43, "short", "%2e%2e%2f"):
        assert await street.hub.post(document("Two"), callback=elsewhere + token) == 404
        asked = {"mode": "subscribe", "topic": URL, "challenge": "x"}
        assert (await street.hub.question(elsewhere + token, **asked))[0] == 404


async def test_a_document_larger_than_a_feed_is_refused(street: Street) -> None:
    await street.subscribe()
    assert await street.hub.post(document("Two") + b" " * MOST_BODY) == 413
    assert await street.titles() == {"One"}


async def test_a_denied_subscription_is_told_and_asked_for_again_after_a_day(street: Street) -> None:
    await street.subscribe()
    await street.push("Two")
    denial = {"mode": "denied", "topic": URL, "reason": "No more room."}
    assert (await street.hub.question(street.hub.callback, **denial))[0] == 200
    assert await street.words() == "trouble with its hub 127.0.0.1: it denies the subscription: No more room"
    feed = await street.feed()
    assert feed.poll.next_poll_at - street.clock.now() <= 5 * MINUTE
    await street.ask()
    assert len(street.hub.requests) == 1
    street.clock.advance(DAY)
    await street.ask()
    assert len(street.hub.requests) == 2
    assert await street.state() == "active"


async def test_a_lease_is_renewed_at_half_and_its_end_is_noticed(street: Street) -> None:
    street.hub.lease = "7200"
    await street.subscribe()
    await street.push("Two")
    street.clock.advance(HOUR)
    await street.ask()
    assert len(street.hub.requests) == 2
    assert street.hub.requests[0].form == street.hub.requests[1].form
    street.hub.status = 500
    for _ in range(20):
        street.clock.advance(10 * MINUTE)
        await street.ask()
    assert await street.state() == "asked"
    assert await street.words() == "trouble with its hub 127.0.0.1: it answered with status 500"
    street.hub.status = 202
    street.clock.advance(DAY)
    await street.ask()
    assert await street.state() == "active"


@pytest.mark.parametrize("status", [400, 403, 404, 410])
async def test_a_hub_that_refuses_is_left_alone_for_a_day(street: Street, status: int) -> None:
    street.hub.status = status
    await street.subscribe()
    assert await street.state() == "refused"
    assert f"({status})" in await street.words()
    street.clock.advance(DAY - MINUTE)
    await street.ask()
    assert len(street.hub.requests) == 1


async def test_a_hub_that_fails_or_never_asks_back_is_asked_again_ever_more_rarely(street: Street) -> None:
    street.hub.status = 503
    await street.subscribe()
    street.clock.advance(MINUTE)
    street.hub.status, street.hub.asks_back = 202, 0
    await street.ask()
    street.clock.advance(10 * MINUTE)
    await street.ask()
    assert len(street.hub.requests) == 3
    assert await street.state() == "asked"
    late = {"mode": "subscribe", "topic": URL, "challenge": "late", "lease_seconds": "600"}
    assert await street.hub.question(street.hub.callback, **late) == (200, "late")
    assert await street.state() == "active"


async def test_a_hub_that_is_down_is_a_sentence(street: Street) -> None:
    await street.poll("One", hub="http://127.0.0.1:9999/")
    await street.ask()
    assert "trouble with its hub 127.0.0.1: No connection to 127.0.0.1, port 9999" in await street.words()


async def test_a_hub_in_a_private_network_is_not_asked(street: Street) -> None:
    await street.poll("One", hub="http://localhost:80/")
    await street.ask()
    assert "lies in a private network" in await street.words()


@pytest.mark.parametrize("status", [307, 308])
async def test_a_hub_may_send_the_request_elsewhere(street: Street, status: int) -> None:
    street.hub.redirects = {"/": (status, "/real")}
    await street.subscribe()
    assert [one.path for one in street.hub.requests] == ["/real"]
    assert await street.state() == "active"


async def test_a_redirect_in_a_circle_or_into_a_private_network_ends(street: Street) -> None:
    street.hub.redirects = {"/": (307, "/"), "/inside": (308, "http://10.0.0.1/")}
    await street.subscribe()
    assert "more than 5 times" in await street.words()
    await street.poll("One", "Two", hub=street.hub.url("/inside"))
    await street.ask()
    assert "lies in a private network" in await street.words()


async def test_a_pushed_feed_is_polled_slowly_until_a_poll_finds_what_was_not_pushed(street: Street) -> None:
    await street.subscribe()
    await street.poll("One", "Polled", after=DAY)
    await street.push("Two")
    feed = await street.feed()
    assert feed.poll.polled_at is not None
    assert feed.poll.next_poll_at - feed.poll.polled_at == HOUR
    assert await street.words() == "pushed by 127.0.0.1, polled every 60 min as a net"
    await street.poll("Two", "One", after=DAY)
    feed = await street.feed()
    assert HOUR <= feed.poll.next_poll_at - street.clock.now() <= 1.1 * HOUR
    await street.poll("Three", "Two", after=DAY)
    feed = await street.feed()
    assert feed.poll.next_poll_at - street.clock.now() < 30 * MINUTE
    assert "a push was missed" in await street.words()
    await street.ask()
    assert len(street.hub.requests) == 2
    street.clock.advance(MINUTE)
    await street.push("Four")
    assert "as a net" in await street.words()


async def test_a_hub_that_is_no_longer_offered_is_left(street: Street) -> None:
    await street.subscribe()
    old = street.hub.callback
    await street.poll("One", "Two", hub=None)
    await street.ask()
    assert [one.mode for one in street.hub.requests] == ["subscribe", "unsubscribe"]
    assert street.hub.callback == old
    assert street.hub.subscribers == {}
    assert await street.words() == ""
    await street.ask()
    assert await street.state() == ""
    assert await street.hub.post(document("Three"), callback=old) == 404


async def test_a_hub_that_moved_is_followed(street: Street) -> None:
    await street.subscribe()
    await street.poll("One", "Two", hub=street.hub.url("/new"))
    await street.ask()
    asked = {(one.mode, one.path) for one in street.hub.requests}
    assert asked == {("subscribe", "/"), ("unsubscribe", "/"), ("subscribe", "/new")}
    await street.ask()
    assert await street.state() == "active"


async def test_a_disabled_feed_is_unsubscribed_and_takes_no_more(street: Street) -> None:
    await street.subscribe()
    feed = await street.feed()
    await street.store.configure_feed(feed.id, FeedSpec(URL), enabled=False)
    await street.store.leave_unwanted(street.clock.now())
    assert await street.hub.post(document("Two")) == 410
    await street.ask()
    assert street.hub.subscribers == {}


async def test_a_push_waits_for_the_poll_that_is_under_way(street: Street) -> None:
    await street.subscribe()
    street.clock.advance(DAY)
    (claimed,) = await street.store.claim_feeds(street.clock.now(), limit=5, lease=MINUTE)
    assert await street.hub.post(document("Two")) == 202
    street.fetcher.answers[URL] = [fetched(document("One", "Polled"))]
    await street.ingest.poll(claimed)
    await street.reception.idle()
    assert await street.titles() == {"One", "Two", "Polled"}


async def test_many_documents_at_once_are_sent_back_to_come_again(street: Street) -> None:
    await street.subscribe()
    street.clock.advance(DAY)
    await street.store.claim_feeds(street.clock.now(), limit=5, lease=timedelta(seconds=1))
    posts = [street.hub.post(document(f"N{number}")) for number in range(12)]
    statuses = sorted(await asyncio.gather(*posts))
    assert statuses == [202] * 8 + [503] * 4
    street.clock.advance(MINUTE)
    await street.reception.idle()
    assert len(await street.titles()) == 9


async def test_a_pushed_document_that_is_no_feed_harms_nothing(street: Street) -> None:
    await street.subscribe()
    before = await street.feed()
    assert await street.hub.post(b"<html>no feed</html>") == 202
    await street.reception.idle()
    assert (await street.feed()).poll == before.poll
    assert await street.words() == "trouble with its hub 127.0.0.1: it pushed what cannot be read"
