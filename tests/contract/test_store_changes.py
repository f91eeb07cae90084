from dataclasses import replace

from bot.model.alert import Alert
from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus, NewChange, Target
from bot.model.message import Message, Run
from bot.stores.store import Store
from tests.contract.world import MINUTE, NOW, SECOND, World, alert, fresh, settled


def change(
    alert: Alert, kind: DeliveryKind = DeliveryKind.EDIT, nonce: str = "c1", text: str = "new"
) -> NewChange:
    return NewChange(alert.id, kind, Message(title=(Run(text),)), nonce, NOW)


def words(delivery: Delivery) -> str:
    return delivery.message.title[0].text


async def told(world: World, *, sent: bool = True) -> Alert:
    """Write an alert, sent or waiting."""
    place = await world.place()
    await world.poll(await world.feed(), fresh("a"), alerts=(alert(place),))
    if sent:
        [delivery] = await world.claims()
        await world.store.settle(settled(delivery, message_id="901"))
    [made] = await world.store.alerts()
    return made


async def write(world: World, *changes: NewChange) -> None:
    feed = await world.feed(f"https://news.example/{changes[0].nonce}")
    await world.poll(feed, changes=changes)


async def test_an_edit_knows_the_message_it_is_about(world: World, store: Store) -> None:
    await write(world, change(await told(world)))
    [edit] = await world.claims(NOW + MINUTE)
    assert edit.kind is DeliveryKind.EDIT
    assert edit.target == Target(edit.target.id if edit.target else 0, DeliveryStatus.SENT, "901")
    await store.settle(settled(edit, message_id="901"))
    assert await world.claims(NOW + MINUTE) == []


async def test_what_waits_is_rewritten_instead_of_edited(world: World, store: Store) -> None:
    await write(world, change(await told(world, sent=False), text="rewritten"))
    [only] = await store.deliveries()
    assert (only.kind, words(only)) == (DeliveryKind.SEND, "rewritten")


async def test_what_was_attempted_is_edited_after_it(world: World, store: Store) -> None:
    made = await told(world, sent=False)
    [delivery] = await world.claims()
    later = NOW + 5 * MINUTE
    await store.settle(settled(delivery, DeliveryStatus.PENDING, due_at=later, uncertain=True))
    await write(world, change(made))
    assert await world.claims(NOW + MINUTE) == []
    [first] = await world.claims(later)
    assert (first.kind, first.uncertain_at) == (DeliveryKind.SEND, NOW + SECOND)
    again = later + MINUTE
    await store.settle(settled(first, DeliveryStatus.PENDING, due_at=again))
    assert await world.claims(later + SECOND) == []
    [first] = await world.claims(again)
    await store.settle(settled(first, message_id="5"))
    [edit] = await world.claims(again)
    assert edit.kind is DeliveryKind.EDIT


async def test_of_several_edits_that_wait_the_newest_stays(world: World, store: Store) -> None:
    made = await told(world)
    await write(world, change(made, text="one"))
    await write(world, change(made, nonce="c2", text="two"))
    edits = [each for each in await store.deliveries() if each.kind is DeliveryKind.EDIT]
    assert [words(each) for each in edits] == ["two"]


async def test_edits_of_a_place_keep_a_minute_apart(world: World, store: Store) -> None:
    made = await told(world)
    await write(world, change(made))
    [edit] = await world.claims(NOW)
    await store.settle(settled(edit, message_id="901"))
    await write(world, change(made, nonce="c2"))
    assert await world.claims(NOW + 59 * SECOND) == []
    assert len(await world.claims(NOW + MINUTE)) == 1


async def test_a_reply_goes_out_beside_edits_and_once(world: World, store: Store) -> None:
    made = await told(world)
    reply = change(made, DeliveryKind.REPLY, "r1")
    await write(world, reply, change(made))
    await write(world, reply)
    kinds = sorted(str(each.kind) for each in await store.deliveries())
    assert kinds == ["edit", "reply", "send"]


async def test_a_message_that_was_refused_is_not_edited_and_its_reply_stands_alone(
    world: World, store: Store
) -> None:
    made = await told(world, sent=False)
    [delivery] = await world.claims()
    await store.settle(settled(delivery, DeliveryStatus.DEAD))
    await write(world, change(made), change(made, DeliveryKind.REPLY, "r1"))
    [reply] = await world.claims()
    assert (reply.kind, reply.target) == (DeliveryKind.REPLY, None)


async def test_changes_of_an_alert_that_is_gone_are_left_out(world: World, store: Store) -> None:
    made = await told(world)
    await write(world, change(replace(made, id=made.id + 5)))
    assert len(await store.deliveries()) == 1
