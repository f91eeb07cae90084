"""From poll to digest over a real store: cadences, quiet hours and bursts, with days of simulated time."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.storage.store import SqlStore
from bot.model.address import Address, Platform
from bot.model.burst import Burst
from bot.model.cadence import Cadence
from bot.model.delivery import DeliveryStatus, Settlement
from bot.model.destination import Destination, DestinationSettings, DestinationState
from bot.model.entry import ParsedEntry
from bot.model.feed import FeedOrigin, FeedSpec
from bot.model.hold import DueDigest, HoldReason
from bot.model.message import Message, plain
from bot.model.quiet import QuietHours
from bot.model.subscription import Priority, Subscription, SubscriptionOptions, SubscriptionOrigin
from bot.pipeline.digest import Digester, decide, replan
from bot.pipeline.ingest import Ingest
from bot.pipeline.match import LiveQueries
from tests.unit.pipeline.fakes import HandClock, LineParser, ScriptedFetcher, fetched
from tests.unit.pipeline.holds import held
from tests.unit.pipeline.samples import DAY, HOUR, MINUTE, NOW, destination

URL = "https://news.example/rss"
PLACE = "telegram:5"
_STORY = re.compile(r"Takaichi story \d+")


class Newsroom:
    """A store with a feed that tells a story whenever asked, and digests made and delivered with every tick."""

    def __init__(self, store: SqlStore, clock: HandClock, burst: Burst) -> None:
        self.store = store
        self.clock = clock
        self.fetcher = ScriptedFetcher()
        self.parser = LineParser()
        self.ingest = Ingest(store, self.fetcher, self.parser, LiveQueries(store), clock, burst=burst)
        self.digester = Digester(store, clock, burst, wake=lambda: None)
        self.entries: list[ParsedEntry] = []
        self.arrived: list[tuple[datetime, str, Message]] = []

    async def place(self, zone: str = "UTC", quiet: str | None = None, address: str = PLACE) -> Destination:
        made = await self.store.ensure_destination(
            Address.parse(address), title="Room", timezone=zone, language="en", now=self.clock.now()
        )
        settings = DestinationSettings(quiet=QuietHours.parse(quiet) if quiet else None)
        place = replace(made, settings=settings, timezone=zone)
        await self.store.save_destination(place)
        return place

    async def subscribe(
        self, place: Destination, cadence: str = "instant", priority: Priority = Priority.NORMAL
    ) -> Subscription:
        made, _ = await self.store.subscribe(
            place.id,
            query="Takaichi",
            canonical="takaichi",
            options=SubscriptionOptions(Cadence.parse(cadence), priority=priority),
            origin=SubscriptionOrigin.CHAT,
            now=self.clock.now(),
        )
        return made

    async def tell(self, *numbers: int) -> None:
        for number in numbers:
            self.entries.insert(
                0,
                ParsedEntry(
                    guid=str(number),
                    title=f"Takaichi story {number}",
                    link=f"https://news.example/{number}",
                    published=self.clock.now(),
                ),
            )
        del self.entries[60:]
        await self._poll()

    async def begin(self) -> None:
        await self.store.add_feed(FeedSpec(URL), origin=FeedOrigin.CLI, now=self.clock.now())
        await self._poll()

    async def _poll(self) -> None:
        [feed] = await self.store.feeds()
        claimed = await self.store.claim_feed(feed.id, self.clock.now(), lease=MINUTE, floor=timedelta(0))
        assert claimed is not None
        self.fetcher.answers[claimed.feed.url] = [fetched(self.parser.body(*self.entries))]
        await self.ingest.poll(claimed)

    async def tick(self) -> None:
        await self.digester.tick()
        while claimed := await self.store.claim_deliveries(
            self.clock.now(), platform=Platform.TELEGRAM, limit=9, lease=MINUTE
        ):
            for each in claimed:
                self.arrived.append((self.clock.now(), str(each.destination.address), each.message))
                assert each.lease
                await self.store.settle(
                    Settlement(each.id, each.lease, self.clock.now(), DeliveryStatus.SENT, "sent", message_id="1")
                )  # fmt: skip

    def stories(self, address: str = PLACE) -> list[tuple[datetime, list[int]]]:
        """What arrived at a place: for each message its moment and the numbers of the stories in it."""
        return [
            (at, sorted(int(name.split()[-1]) for name in _STORY.findall(_text(message))))
            for at, place, message in self.arrived
            if place == address
        ]


def _text(message: Message) -> str:
    return "\n".join(plain(text) for text in (message.title, *message.summary))


@pytest.fixture
async def room(store: SqlStore, clock: HandClock) -> Newsroom:
    newsroom = Newsroom(store, clock, Burst())
    await newsroom.begin()
    return newsroom


CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 28, 10, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, 10, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 7, 10, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 31, 10, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 3, 28, 10, tzinfo=UTC)),
]


# What each place asks for, and the times on its clock at which something may come late. A clock that is put forward
# skips 02:30 in Berlin and in New York.
WISHES = [
    ("daily@08:00", None, {"08:00"}),
    ("daily@02:30", None, {"02:30", "03:30"}),
    ("instant", "01:30-07:15", {"07:15"}),
    ("hourly", None, {f"{hour:02}:00" for hour in range(24)}),
]


@pytest.mark.parametrize(("zone", "begins"), CHANGES)
async def test_through_a_change_of_the_clock_each_story_comes_once_at_its_local_minute(
    store: SqlStore, zone: str, begins: datetime
) -> None:
    clock = HandClock(begins)
    room = Newsroom(store, clock, Burst())
    await room.begin()
    for number, (cadence, quiet, _) in enumerate(WISHES):
        await room.subscribe(await room.place(zone, quiet, f"telegram:{number}"), cadence)
    seen: dict[int, datetime] = {}
    for step in range(60 * 4):
        if step % 9 == 0 and step < 36 * 4:
            seen[step] = clock.now()
            await room.tell(step)
        await room.tick()
        clock.advance(15 * MINUTE)
    there = ZoneInfo(zone)
    for number, (_, quiet, clocks) in enumerate(WISHES):
        arrived = [(at, story) for at, stories in room.stories(f"telegram:{number}") for story in stories]
        assert sorted(story for _, story in arrived) == list(seen)
        late = [at.astimezone(there) for at, story in arrived if at != seen[story]]
        assert late
        assert {f"{at:%H:%M}" for at in late} <= clocks
        if quiet:
            at_once = [at.astimezone(there) for at, story in arrived if at == seen[story]]
            assert not any("01:30" <= f"{at:%H:%M}" < "07:15" for at in at_once)


async def test_a_priority_subscription_breaks_through_quiet_hours(room: Newsroom) -> None:
    place = await room.place(quiet="00:00-23:59")
    await room.subscribe(place, priority=Priority.PRIORITY)
    await room.tell(1)
    await room.tick()
    assert room.stories() == [(room.clock.now(), [1])]


async def test_a_burst_is_folded_into_one_digest(room: Newsroom) -> None:
    await room.subscribe(await room.place())
    await room.tell(*range(1, 41))
    await room.tick()
    arrived = [numbers for _, numbers in room.stories()]
    assert len(arrived) == 11
    assert sorted(number for numbers in arrived for number in numbers) == list(range(1, 41))
    assert max(map(len, arrived)) == 30


async def test_a_trickle_beyond_the_bound_gathers_until_the_span_is_over(room: Newsroom) -> None:
    await room.subscribe(await room.place())
    began = room.clock.now()
    for number in range(1, 16):
        await room.tell(number)
        await room.tick()
        room.clock.advance(MINUTE / 4)
    assert [numbers for _, numbers in room.stories()] == [[number] for number in range(1, 11)]
    while len(room.arrived) == 10:
        room.clock.advance(MINUTE / 4)
        await room.tick()
    assert room.stories()[10:] == [(began + 10 * MINUTE, [11, 12, 13, 14, 15])]


async def test_a_backlog_is_folded_but_for_the_newest(room: Newsroom) -> None:
    place = await room.place()
    await room.subscribe(place)
    await room.store.save_destination(replace(place, not_before=room.clock.now() + DAY))
    for number in range(1, 26):
        await room.tell(number)
        room.clock.advance(20 * MINUTE)
        await room.tick()
    assert room.arrived == []
    room.clock.advance(DAY)
    await room.tick()
    arrived = [numbers for _, numbers in room.stories()]
    assert sorted(number for numbers in arrived for number in numbers) == list(range(1, 26))
    assert max(arrived, key=len) == list(range(1, 16))


async def test_what_could_not_be_sent_before_quiet_hours_waits_for_their_end(room: Newsroom) -> None:
    place = await room.place(quiet="13:00-20:00")
    await room.subscribe(place)
    loud = await room.place(quiet="13:00-20:00", address="telegram:6")
    await room.subscribe(loud, priority=Priority.PRIORITY)
    began = room.clock.now()
    for each in (place, loud):
        await room.store.save_destination(replace(each, not_before=began + 2 * HOUR))
    await room.tell(1, 2)
    room.clock.advance(2 * HOUR)
    await room.tick()
    assert room.stories() == []
    assert sorted(numbers for _, numbers in room.stories("telegram:6")) == [[1], [2]]
    room.clock.advance(6 * HOUR)
    await room.tick()
    assert [numbers for _, numbers in room.stories()] == [[1, 2]]


async def test_what_was_held_before_a_pause_comes_after_it(room: Newsroom) -> None:
    place = await room.place()
    await room.subscribe(place, "hourly")
    await room.tell(1)
    await room.store.save_destination(replace(place, state=DestinationState.PAUSED))
    room.clock.advance(3 * HOUR)
    await room.tick()
    assert room.arrived == []
    await room.store.save_destination(place)
    await room.tick()
    assert [numbers for _, numbers in room.stories()] == [[1]]


async def test_what_was_held_for_an_ended_subscription_is_not_sent(room: Newsroom) -> None:
    place = await room.place()
    made = await room.subscribe(place, "hourly")
    await room.tell(1)
    await room.store.unsubscribe(made.id)
    room.clock.advance(HOUR)
    await room.tick()
    assert room.arrived == []
    assert await room.store.holds(place.id) == []


async def test_a_subscription_begun_anew_gets_what_was_held_for_the_old_one(room: Newsroom) -> None:
    place = await room.place()
    made = await room.subscribe(place, "hourly")
    await room.tell(1)
    await room.store.unsubscribe(made.id)
    await room.subscribe(place, "hourly")
    room.clock.advance(HOUR)
    await room.tick()
    assert [numbers for _, numbers in room.stories()] == [[1]]


async def test_a_changed_time_zone_or_cadence_moves_what_is_held(room: Newsroom) -> None:
    place = await room.place("Europe/Berlin")
    await room.subscribe(place, "daily@08:00")
    await room.tell(1)
    now = room.clock.now()
    tokyo = replace(place, timezone="Asia/Tokyo")
    await replan(room.store, tokyo, now)
    [hold] = await room.store.holds(place.id)
    assert hold.held.due_at == datetime(2026, 1, 2, 23, tzinfo=UTC)
    await room.subscribe(place, "instant")
    await replan(room.store, tokyo, now)
    await room.tick()
    assert room.stories() == [(now, [1])]


async def test_quiet_hours_that_are_switched_off_let_go_of_what_they_held(room: Newsroom) -> None:
    place = await room.place(quiet="12:00-20:00")
    await room.subscribe(place)
    await room.tell(1, 2)
    await room.tick()
    assert room.arrived == []
    open_again = replace(place, settings=DestinationSettings())
    await room.store.save_destination(open_again)
    await replan(room.store, open_again, room.clock.now())
    await room.tick()
    assert [numbers for _, numbers in room.stories()] == [[1, 2]]


async def test_a_process_that_died_before_writing_a_digest_leaves_it_to_the_next(
    room: Newsroom, store: SqlStore
) -> None:
    await room.subscribe(await room.place(), "hourly")
    await room.tell(1, 2)
    room.clock.advance(HOUR)
    [due] = await store.due_digests(room.clock.now(), limit=9)
    known = [each.subscription for each in await store.subscriptions(due.destination.id)]
    made = decide(due, known, room.clock.now()).digest
    await room.tick()
    assert not await store.write_digest(made)
    await room.tick()
    assert [numbers for _, numbers in room.stories()] == [[1, 2]]


def test_what_falls_due_in_quiet_hours_waits_for_their_end() -> None:
    place = replace(destination(), settings=DestinationSettings(quiet=QuietHours.parse("12:00-13:00")))
    subscriptions = [
        Subscription(1, 1, 1, "Takaichi", "takaichi", SubscriptionOptions(), SubscriptionOrigin.CHAT, NOW)
    ]
    decided = decide(DueDigest(place, (held(1, reason=HoldReason.BURST),)), subscriptions, NOW)
    assert decided.digest.pages == ()
    assert [(plan.due_at, plan.reason) for plan in decided.plans.values()] == [
        (NOW.replace(hour=13, minute=0), HoldReason.QUIET)
    ]
