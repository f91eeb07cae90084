from dataclasses import replace

from bot.model.delivery import DeliveryKind, NewChange
from bot.model.feed import PollState
from bot.model.hold import Held, HoldReason
from bot.model.message import Message, Run, Source
from bot.model.story import Placement
from bot.stores.store import Store
from tests.contract.world import DAY, HOUR, NOW, SECOND, World, alert, fresh, settled


async def stories_of(world: World) -> dict[str, int]:
    return {str(each.content.guid): each.story_id for each in await world.entries()}


async def test_entries_join_stored_stories_each_other_or_begin_their_own(world: World) -> None:
    feed, other = await world.feed(), await world.feed("https://other.example/feed")
    await world.poll(feed, fresh("first"))
    story = (await stories_of(world))["first"]
    await world.poll(
        other,
        *(fresh(name) for name in ("joins", "own", "beside")),
        placements=(Placement(story), Placement(), Placement(beside=1)),
    )
    found = await stories_of(world)
    assert found["joins"] == story
    assert found["own"] not in {story, None}
    assert found["beside"] == found["own"]


async def test_a_story_that_was_pruned_meanwhile_is_begun_anew(world: World) -> None:
    await world.poll(await world.feed(), fresh("a"), placements=(Placement(4711),))
    assert (await stories_of(world))["a"] != 4711


async def test_an_entry_beside_one_that_is_known_already_begins_a_story(world: World) -> None:
    feed = await world.feed()
    await world.poll(feed, fresh("known"))
    await world.poll(feed, fresh("known"), fresh("new"), placements=(Placement(), Placement(beside=0)))
    found = await stories_of(world)
    assert found["new"] != found["known"]


async def test_entries_are_read_back_in_the_order_in_which_they_were_stored(
    world: World, store: Store
) -> None:
    feed = await world.feed(title="NHK")
    await world.poll(feed, fresh("a"))
    await world.poll(feed, fresh("b"), fresh("c"), at=NOW + 3 * DAY)
    every = await store.entries_after(0, since=NOW + DAY, limit=10)
    assert [each.content.guid for each in every] == ["b", "c"]
    assert [
        each.content.guid for each in await store.entries_after(every[0].id, since=NOW + DAY, limit=10)
    ] == ["c"]
    assert len(await store.entries_after(0, since=NOW - DAY, limit=2)) == 2


async def test_what_feeds_listed_at_their_first_poll_is_not_read_back_with_what_came_later(
    world: World, store: Store
) -> None:
    seeded = PollState(next_poll_at=NOW, seeded_at=NOW)
    other = await world.feed("https://other.example/feed")
    await world.poll(await world.feed(), fresh("old"), fresh("older"), state=seeded)
    await world.poll(other, fresh("first"), state=seeded)
    await world.poll(
        other, fresh("new"), at=NOW + SECOND, state=PollState(next_poll_at=NOW + HOUR, seeded_at=NOW)
    )
    read = await store.entries_after(0, since=NOW - DAY, limit=10)
    assert [each.content.guid for each in read] == ["new"]


async def test_who_was_told_of_a_story_is_read_with_the_newest_message(world: World, store: Store) -> None:
    place, held_place = await world.place("telegram:5"), await world.place("telegram:6")
    plan = Held(NOW + HOUR, HoldReason.QUIET)
    waiting = replace(alert(held_place, nonce="n2"), held=plan)
    await world.poll(await world.feed(), fresh("a"), alerts=(alert(place), waiting))
    [delivery] = await world.claims()
    await store.settle(settled(delivery, message_id="901"))
    story = (await stories_of(world))["a"]
    first = {each.alert.destination_id: each for each in await store.told_about(story)}
    assert set(first) == {place.id, held_place.id}
    assert [each.replies for each in first.values()] == [0, 0]
    edited = replace(first[place.id].message, further=(Source("BBC", "https://bbc.example/1"),))
    changes = (
        NewChange(first[place.id].alert.id, DeliveryKind.EDIT, edited, "e1", NOW),
        NewChange(first[place.id].alert.id, DeliveryKind.REPLY, Message(title=(Run("New"),)), "r1", NOW),
    )
    await world.poll(await world.feed("https://b.example/"), at=NOW + SECOND, changes=changes)
    now = {each.alert.destination_id: each for each in await store.told_about(story)}
    assert now[place.id].message == edited
    assert (now[place.id].replies, now[place.id].replied_at) == (1, NOW + SECOND)
    assert now[held_place.id] == first[held_place.id]


async def test_the_latest_alerts_of_a_place_come_newest_first(world: World, store: Store) -> None:
    place, other = await world.place("telegram:5"), await world.place("telegram:6")
    await world.deliver(place)
    await world.deliver(place, other)
    latest = await store.latest_alerts(place.id, limit=5)
    assert len(latest) == 2
    assert latest[0].id > latest[1].id
    assert len(await store.latest_alerts(place.id, limit=1)) == 1
