"""Subscriptions that ask for urgent stories only, from poll to outbox over a real store."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address
from bot.model.burst import Burst
from bot.model.cadence import Cadence
from bot.model.decision import Verdict
from bot.model.delivery import DeliveryKind
from bot.model.entry import ParsedEntry
from bot.model.feed import FeedOrigin, FeedSpec
from bot.model.hold import HoldReason
from bot.model.message import Message, plain
from bot.model.retention import STORY_LIVES
from bot.model.subscription import Priority, SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.digest import Digester
from bot.pipeline.hold import plan
from bot.pipeline.ingest import Ingest
from bot.pipeline.match import LiveQueries
from tests.unit.pipeline.fakes import HandClock, LineParser, ScriptedFetcher, fetched
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, NOW, destination

PLACE = "telegram:5"
FIRST = "Earthquake shakes Noto peninsula, tsunami warning issued"
SAME = (
    "Earthquake shakes Noto peninsula and tsunami warning is issued",
    "Noto peninsula shaken by earthquake, tsunami warning issued",
    "Earthquake shakes Noto peninsula; tsunami warning issued",
    "Tsunami warning issued as earthquake shakes Noto peninsula",
)
SUMMARY = "A strong earthquake shook the Noto peninsula, and the weather agency issued a tsunami warning."
URGENT = SubscriptionOptions(priority=Priority.URGENT)


class Press:
    """Feeds of several outlets, each a poll away from the outbox."""

    def __init__(self, store: SqlStore, clock: HandClock) -> None:
        self.store, self.clock = store, clock
        self.fetcher, self.parser = ScriptedFetcher(), LineParser()
        self.ingest = Ingest(store, self.fetcher, self.parser, LiveQueries(store), clock, burst=Burst(0))
        self.digester = Digester(store, clock, Burst(0), wake=lambda: None)
        self.listed: dict[str, list[ParsedEntry]] = {}

    async def subscribe(self, query: str, options: SubscriptionOptions = URGENT) -> int:
        place = await self.store.ensure_destination(
            Address.parse(PLACE), title="Room", timezone="UTC", language="en", now=self.clock.now()
        )
        made, _ = await self.store.subscribe(
            place.id,
            query=query,
            canonical=query.casefold(),
            options=options,
            origin=SubscriptionOrigin.CHAT,
            now=self.clock.now(),
        )
        return made.id

    async def open(self, *outlets: str, also: Sequence[ParsedEntry] = ()) -> None:
        """Poll each outlet for the first time, which is silent; ``also`` is what each lists beside an entry of its own."""
        for outlet in outlets:
            await self.store.add_feed(
                FeedSpec(url(outlet), title=outlet, interval=MINUTE),
                origin=FeedOrigin.CLI,
                now=self.clock.now(),
            )
            self.listed[outlet] = [*also, ParsedEntry(guid="0", title=f"The {outlet} opens", link=None)]
        await self._poll()

    async def report(self, outlet: str, title: str, summary: str = SUMMARY) -> None:
        number = len(self.listed[outlet])
        link = f"https://{outlet}.example/{number}"
        self.listed[outlet].insert(
            0,
            ParsedEntry(
                guid=str(number), title=title, link=link, summary=summary, published=self.clock.now()
            ),
        )
        self.clock.advance(timedelta(minutes=6))
        await self._poll()
        await self.digester.tick()

    async def _poll(self) -> None:
        for claimed in await self.store.claim_feeds(self.clock.now(), limit=50, lease=MINUTE):
            body = self.parser.body(*self.listed[claimed.feed.title])
            self.fetcher.answers[claimed.feed.url] = [fetched(body, url=claimed.feed.url)]
            await self.ingest.poll(claimed, forced=True)

    async def told(self) -> list[Message]:
        return [each.message for each in reversed(await self.store.deliveries())]


def url(outlet: str) -> str:
    return f"https://{outlet.lower()}.example/rss"


@pytest.fixture
def press(store: SqlStore, clock: HandClock) -> Press:
    return Press(store, clock)


OUTLETS = ("Ledger", "Strait", "Harbour", "World", "Evening")


async def test_a_story_that_is_not_urgent_is_not_told(press: Press) -> None:
    number = await press.subscribe("earthquake")
    await press.open(*OUTLETS)
    await press.report("Ledger", FIRST)
    await press.report("Strait", SAME[0])
    assert await press.told() == []
    [entry] = [each async for each in press.store.entries_since(NOW - DAY) if each.content.title == FIRST]
    [decision] = await press.store.decisions(entry.id, [number])
    assert (decision.verdict, decision.detail) == (Verdict.HELD, "the story is not urgent")


async def test_a_story_that_becomes_urgent_is_told_then_once_with_its_outlets(press: Press) -> None:
    await press.subscribe("earthquake")
    await press.open(*OUTLETS)
    await press.report("Ledger", FIRST)
    for outlet, title in zip(OUTLETS[1:], SAME, strict=True):
        assert await press.told() == []
        await press.report(outlet, title)
    [message] = await press.told()
    assert plain(message.title) == FIRST
    # Which of two outlets is asked first is up to their rhythms.
    assert {each.name for each in message.further} == set(OUTLETS[1:])
    assert message.actions
    await press.open("Late")
    await press.report("Late", FIRST)
    kinds = [each.kind for each in await press.store.deliveries()]
    assert kinds.count(DeliveryKind.SEND) == 1


async def test_a_report_that_does_not_match_can_make_a_story_urgent(press: Press) -> None:
    await press.subscribe("source:Ledger")
    await press.open(*OUTLETS)
    await press.report("Ledger", FIRST)
    for outlet, title in zip(OUTLETS[1:], SAME, strict=True):
        await press.report(outlet, title)
    [message] = await press.told()
    assert plain(message.title) == FIRST
    assert message.further == ()


async def test_an_urgent_story_is_told_at_once_to_who_asks_for_it_first_now(press: Press) -> None:
    await press.open(*OUTLETS, "Late")
    await press.report("Ledger", FIRST)
    for outlet, title in zip(OUTLETS[1:], SAME, strict=True):
        await press.report(outlet, title)
    await press.subscribe("earthquake")
    await press.report("Late", FIRST)
    [message] = await press.told()
    assert message.sources[0].name == "Late"


async def test_a_further_subscription_that_wants_every_story_lets_the_held_one_go(press: Press) -> None:
    await press.subscribe("source:Ledger")
    await press.subscribe("source:Strait", SubscriptionOptions())
    await press.open(*OUTLETS)
    await press.report("Ledger", FIRST)
    assert await press.told() == []
    await press.report("Strait", SAME[0])
    [message] = await press.told()
    assert plain(message.title) == FIRST
    assert [each.name for each in message.further] == ["Strait"]


async def test_what_never_became_urgent_is_forgotten_and_a_later_report_begins_anew(press: Press) -> None:
    await press.subscribe("earthquake")
    await press.open(*OUTLETS)
    await press.report("Ledger", FIRST)
    press.clock.advance(STORY_LIVES - HOUR)
    await press.report("Strait", SAME[0])
    press.clock.advance(2 * HOUR)
    await press.digester.tick()
    assert await press.store.alerts() == []
    await press.report("Harbour", SAME[1])
    [alert] = await press.store.alerts()
    assert alert.source == "Harbour"
    assert await press.told() == []


@pytest.mark.parametrize(
    ("options", "urgent", "reason"),
    [
        ([URGENT], False, HoldReason.CALM),
        ([URGENT], True, None),
        ([URGENT, SubscriptionOptions()], False, None),
        ([URGENT, SubscriptionOptions(Cadence.parse("weekly@mon 08:00"))], False, HoldReason.CADENCE),
        ([URGENT, SubscriptionOptions(Cadence.parse("weekly@mon 08:00"))], True, None),
    ],
)
def test_the_subscription_that_speaks_first_decides(
    options: Sequence[SubscriptionOptions], urgent: bool, reason: HoldReason | None
) -> None:
    now: datetime = NOW
    held = plan(destination(), options, now, now, urgent=urgent)
    assert (held.reason if held else None) is reason
