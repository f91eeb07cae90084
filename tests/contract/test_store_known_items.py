import pytest

from bot.errors import LeaseLost
from bot.model.known import KnownItems
from bot.stores.store import Store
from tests.contract.world import DAY, HOUR, NOW, World, fresh

FIRST = KnownItems(frozenset({b"a" * 16, bytes(16)}), NOW)
SECOND = KnownItems(frozenset({b"a" * 16, b"\xff" * 16}), NOW + DAY)


async def test_known_items_come_back_and_are_replaced_as_a_whole(world: World, store: Store) -> None:
    feed, other = await world.feed(), await world.feed("https://other.example/")
    assert await store.known_items(feed.id) is None
    for known in (FIRST, SECOND, KnownItems(frozenset(), NOW)):
        await world.poll(feed, known=known)
        assert await store.known_items(feed.id) == known
    assert await store.known_items(other.id) is None


async def test_a_poll_without_a_document_leaves_known_items_alone(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, known=FIRST)
    await world.poll(feed, at=NOW + HOUR)
    assert await store.known_items(feed.id) == FIRST


async def test_known_items_are_written_with_their_entries_or_not_at_all(world: World, store: Store) -> None:
    feed = await world.feed()
    lost = await world.claim(feed)
    record = world.record(lost, fresh("a"), known=FIRST)
    await world.poll(feed, at=NOW + DAY)
    with pytest.raises(LeaseLost):
        await store.record_poll(record)
    assert await store.known_items(feed.id) is None
    assert await world.entries() == []


async def test_known_items_go_with_their_feed(world: World, store: Store) -> None:
    feed = await world.feed()
    await world.poll(feed, known=FIRST)
    await store.remove_feed(feed.id)
    assert await store.known_items(feed.id) is None
