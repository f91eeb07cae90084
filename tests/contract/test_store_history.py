from datetime import timedelta

from bot.model.decision import Decision, NewDecision, Verdict
from bot.model.delivery import DeliveryStatus
from bot.model.destination import Destination, DestinationState
from bot.model.subscription import SubscriptionOrigin
from bot.stores.store import Store
from tests.contract.world import DAY, HOUR, NOW, World, alert, fresh, settled

LINK = "https://www.news.example/story/?id=7&utm_source=feed"


async def told(world: World, place: Destination) -> None:
    """Send one alert about one entry to a place."""
    await world.poll(await world.feed(), fresh("a", link=LINK), alerts=(alert(place),))
    [delivery] = await world.claims()
    await world.store.settle(settled(delivery, message_id="901"))


async def test_an_entry_is_found_by_any_spelling_of_its_link(world: World, store: Store) -> None:
    await world.poll(await world.feed(), fresh("a", link=LINK), fresh("b"), fresh("c", link=None))
    [entry] = await store.entries_linked("http://news.example/story?id=7")
    assert entry.content.link == LINK
    assert await store.entry(entry.id) == entry
    assert await store.entries_linked("https://news.example/story?id=8") == []
    assert await store.entry(entry.id + 100) is None


async def test_an_alert_is_found_by_its_nonce_and_by_its_message_in_its_own_place_only(
    world: World, store: Store
) -> None:
    place, other = await world.place("telegram:5"), await world.place("telegram:6")
    await told(world, place)
    [made] = await store.alerts()
    assert await store.alert_sent_as(place.id, nonce="n1") == made
    assert await store.alert_sent_as(place.id, message_id="901") == made
    assert await store.alert_about(place.id, made.story_id) == made
    assert await store.alert_sent_as(other.id, nonce="n1") is None
    assert await store.alert_sent_as(other.id, message_id="901") is None
    assert await store.alert_about(other.id, made.story_id) is None
    [sent] = await store.alert_deliveries(made.id)
    assert (sent.status, sent.platform_message_id) == (DeliveryStatus.SENT, "901")


async def test_decisions_of_the_asking_place_are_told(world: World, store: Store) -> None:
    decisions = (NewDecision(0, 4, Verdict.MUTED, "the source was muted"), NewDecision(0, 5, Verdict.SENT))
    await world.poll(await world.feed(), fresh("a"), decisions=decisions)
    [entry] = await world.entries()
    assert await store.decisions(entry.id, [4, 9]) == [
        Decision(4, Verdict.MUTED, "the source was muted", NOW)
    ]


async def test_a_mute_ends_at_its_time_or_before(world: World, store: Store) -> None:
    feed, place, other = await world.feed(title="NHK"), await world.place(), await world.place("telegram:6")
    made = await store.mute(place.id, until=NOW + HOUR, title="NHK", feed_id=feed.id)
    assert await store.mutes(place.id, NOW) == [made]
    assert await store.muting(NOW, feed_id=feed.id) == [made]
    assert await store.muting(NOW + HOUR, feed_id=feed.id) == []
    assert await store.muting(NOW, feed_id=feed.id + 1) == []
    assert await store.unmute(other.id, made.id) is None
    assert await store.unmute(place.id, made.id) == made
    assert await store.mutes(place.id, NOW) == []


async def test_muting_again_changes_the_end(world: World, store: Store) -> None:
    place = await world.place()
    await told(world, place)
    [made] = await store.alerts()
    await store.mute(place.id, until=NOW + HOUR, title="Story", story_id=made.story_id)
    again = await store.mute(place.id, until=NOW + DAY, title="Story", story_id=made.story_id)
    assert await store.mutes(place.id, NOW) == [again]
    assert await store.muting(NOW, feed_id=0, story_id=made.story_id) == [again]


async def test_a_mute_moves_with_its_place(world: World, store: Store) -> None:
    feed, old, new = await world.feed(), await world.place("telegram:-5"), await world.place("telegram:-1005")
    await store.mute(old.id, until=NOW + DAY, title="NHK", feed_id=feed.id)
    await world.deliver(old)
    [delivery] = await world.claims()
    await store.settle(settled(delivery, DeliveryStatus.PENDING, due_at=NOW, relocate_to=new.address))
    assert [each.destination_id for each in await store.muting(NOW, feed_id=feed.id)] == [new.id]


async def test_a_forgotten_place_leaves_nothing_behind(world: World, store: Store) -> None:
    place, other = await world.place("telegram:5"), await world.place("telegram:6")
    mine = await world.subscribe(place, "Takaichi")
    await world.subscribe(other, "Trump")
    await world.poll(
        await world.feed(),
        fresh("a"),
        alerts=(alert(place), alert(other, nonce="n2")),
        decisions=(NewDecision(0, mine.id, Verdict.SENT),),
    )
    await store.mute(place.id, until=NOW + DAY, title="NHK", feed_id=1)
    assert await store.forget(place.id)
    assert await store.destinations() == [other]
    assert [each.destination for each in await store.deliveries()] == [other]
    assert [each.destination_id for each in await store.alerts()] == [other.id]
    assert await store.decisions(1, [mine.id]) == []
    assert await store.muting(NOW, feed_id=1) == []
    changes = await store.query_changes(0)
    assert [text for _, text in changes.added] == ["Trump"]
    assert not await store.forget(place.id)


async def switched_off(world: World, place: Destination) -> None:
    await world.deliver(place)
    [delivery] = await world.claims()
    await world.store.settle(settled(delivery, DeliveryStatus.DEAD, destination_off="blocked"))


async def test_a_place_that_left_is_forgotten_after_30_days(world: World, store: Store) -> None:
    place = await world.place()
    await world.subscribe(place, "Takaichi")
    await switched_off(world, place)
    assert await store.forget_left(NOW + timedelta(days=30)) == 0
    assert await store.forget_left(NOW + timedelta(days=31)) == 1
    assert await store.destinations() == []


async def test_a_place_that_came_back_or_is_configured_is_not_forgotten(world: World, store: Store) -> None:
    back, configured = await world.place("telegram:5"), await world.place("telegram:6")
    await world.subscribe(configured, "Takaichi", origin=SubscriptionOrigin.CONFIG)
    await switched_off(world, back)
    await switched_off(world, configured)
    await store.save_destination(back)
    assert await store.forget_left(NOW + timedelta(days=400)) == 0
    states = {each.id: each.state for each in await store.destinations()}
    assert states == {back.id: DestinationState.ACTIVE, configured.id: DestinationState.OFF}
