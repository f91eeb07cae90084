"""Claims by many at once, and their cost when much waits."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.storage.database import Database
from bot.adapters.storage.deliveries import HEADS, READY_PLACES
from bot.adapters.storage.engine import make_engine, read_url
from bot.adapters.storage.outbox_tables import deliveries
from bot.adapters.storage.rows import insert_all
from bot.adapters.storage.store import SqlStore, open_store
from bot.model.address import Platform
from bot.model.delivery import Delivery, DeliveryStatus
from bot.stores.store import Store
from tests.contract.world import HOUR, MESSAGE, MINUTE, NOW, SECOND, World, settled

Claim = Callable[[Store], Awaitable[list[int]]]


async def claim_deliveries(store: Store) -> list[int]:
    claimed = await store.claim_deliveries(NOW, platform=Platform.TELEGRAM, limit=3, lease=MINUTE)
    return [delivery.id for delivery in claimed]


async def claim_feeds(store: Store) -> list[int]:
    return [claim.feed.id for claim in await store.claim_feeds(NOW, limit=3, lease=MINUTE)]


@pytest.mark.parametrize("claim", [claim_deliveries, claim_feeds])
async def test_stores_that_claim_at_once_never_share_a_row(database_url: str, claim: Claim) -> None:
    stores = [await open_store(database_url) for _ in range(3)]
    world = World(stores[0])
    places = [await world.place(f"telegram:{number}") for number in range(40)]
    await world.deliver(*places)
    for number in range(39):
        await world.feed(f"https://{number}.example/")
    await stores[0].release_leases(NOW)

    async def take(store: SqlStore) -> list[int]:
        taken: list[int] = []
        while got := await claim(store):
            taken += got
        return taken

    hauls = await asyncio.gather(*(take(store) for store in stores for _ in range(2)))
    # Rows that another process has locked just then are passed over, not waited for; they are there next time.
    hauls.append(await take(stores[0]))
    for store in stores:
        await store.close()
    everything = [number for haul in hauls for number in haul]
    assert len(everything) == len(set(everything)) == 40


async def test_one_destination_is_never_written_to_by_two_at_once(database_url: str) -> None:
    stores = [await open_store(database_url) for _ in range(3)]
    world = World(stores[0])
    place = await world.place()
    for _ in range(12):
        await world.deliver(place)
    under_way: set[int] = set()
    sent: list[Delivery] = []

    async def send(store: SqlStore) -> None:
        while len(sent) < 12:
            for delivery in await World(store).claims():
                assert not under_way
                under_way.add(delivery.id)
                await asyncio.sleep(0)
                under_way.discard(delivery.id)
                await store.settle(settled(delivery))
                sent.append(delivery)

    async with asyncio.timeout(60):
        await asyncio.gather(*(send(store) for store in stores for _ in range(2)))
    for store in stores:
        await store.close()
    assert [delivery.id for delivery in sent] == sorted({delivery.id for delivery in sent})


async def fill(database: Database, world: World, waiting: int, history: int) -> None:
    """Let much wait for one destination, little for many others, and have much sent to all before."""
    places = [await world.place(f"telegram:{number}") for number in range(30)]

    def row(place: int, number: int, status: DeliveryStatus) -> dict[str, object]:
        return {
            "destination_id": place,
            "nonce": f"{place}-{number}-{status}",
            "message": MESSAGE,
            "status": status.value,
            "due_at": NOW - HOUR + number * SECOND / 1000,
            "created_at": NOW,
            "attempts": 0,
        }

    rows = [row(places[0].id, number, DeliveryStatus.PENDING) for number in range(waiting)]
    rows += [row(place.id, 1, DeliveryStatus.PENDING) for place in places[1:]]
    rows += [row(places[number % 30].id, number, DeliveryStatus.SENT) for number in range(history)]
    await database.write(lambda connection: insert_all(connection, deliveries, rows))
    if database.engine.dialect.name == "postgresql":
        await database.write(lambda connection: connection.execute(sa.text("ANALYZE")))


async def plan(database: Database, statement: sa.Select[object]) -> list[str]:
    words = "EXPLAIN QUERY PLAN" if database.engine.dialect.name == "sqlite" else "EXPLAIN"
    text = statement.compile(database.engine.sync_engine, compile_kwargs={"literal_binds": True})

    async def work(connection: AsyncConnection) -> list[str]:
        return [str(row[-1]) for row in (await connection.exec_driver_sql(f"{words} {text}")).all()]

    return await database.read(work)


async def test_a_claim_looks_at_heads_only_however_much_waits_behind_them(database_url: str) -> None:
    database = Database(make_engine(read_url(database_url)))
    store = SqlStore(database)
    world = World(store)
    await fill(database, world, waiting=10_000, history=5_000)
    ready = READY_PLACES.params(now=NOW, platform=Platform.TELEGRAM.value, most=50)
    steps = await plan(database, ready)
    steps += await plan(database, HEADS.params(now=NOW, places=[1, 2, 3]))
    assert sum("ix_deliveries_waiting" in step for step in steps) >= 3
    # All other ways to reach a delivery go by its number: none reads a table or all that one destination ever got.
    assert not any("Seq Scan on deliveries" in step for step in steps)
    assert not any(
        "SCAN" in step and "deliveries" in step and "ix_deliveries_waiting" not in step for step in steps
    )
    assert not any("ix_deliveries_destination_id" in step for step in steps)
    claimed = await world.claims(limit=50)
    assert len(claimed) == 30
    await store.close()
