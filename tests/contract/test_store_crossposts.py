"""Publishing as a delivery of its own: planned with the result of the message, ten an hour."""

from bot.model.address import Platform
from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus
from bot.stores.store import Store
from tests.contract.world import HOUR, MINUTE, NOW, SECOND, World, settled


async def sent(world: World, number: int = 0) -> Delivery:
    """Write an alert to an announcement channel and settle it as sent."""
    await world.deliver(await world.place("discord:5"))
    at = NOW + number * SECOND
    found = await world.claims(at, platform=Platform.DISCORD)
    message = next(each for each in found if each.kind is DeliveryKind.SEND)
    await world.store.settle(settled(message, at=at, message_id=f"9{number}", publish=True))
    return message


async def crossposts(store: Store) -> list[Delivery]:
    return [each for each in await store.deliveries() if each.kind is DeliveryKind.CROSSPOST]


async def test_a_sent_message_is_published_by_a_step_that_knows_it(world: World, store: Store) -> None:
    message = await sent(world)
    [step] = await world.claims(NOW + SECOND, platform=Platform.DISCORD)
    assert step.kind is DeliveryKind.CROSSPOST
    assert step.target is not None
    assert (step.target.id, step.target.message_id) == (message.id, "90")
    await store.settle(settled(step, message_id="90"))
    assert await world.claims(NOW + HOUR, platform=Platform.DISCORD) == []


async def test_a_message_that_is_settled_again_is_published_once(world: World, store: Store) -> None:
    message = await sent(world)
    await store.requeue([message.id], now=NOW)
    assert len(await crossposts(store)) == 1


async def test_beyond_ten_an_hour_publishing_waits_and_messages_do_not(world: World, store: Store) -> None:
    for number in range(12):
        await sent(world, number)
        for step in await world.claims(NOW + number * SECOND, platform=Platform.DISCORD):
            await store.settle(settled(step, at=NOW + number * SECOND, message_id="9"))
    steps = sorted(await crossposts(store), key=lambda each: each.id)
    assert [each.status for each in steps] == [DeliveryStatus.SENT] * 10 + [DeliveryStatus.PENDING] * 2
    assert [each.due_at for each in steps[10:]] == [NOW + HOUR, NOW + HOUR + SECOND]
    assert len([each for each in await store.deliveries() if each.status is DeliveryStatus.SENT]) == 22


async def test_where_nobody_follows_no_budget_is_used(world: World, store: Store) -> None:
    for number in range(12):
        await sent(world, number)
        for step in await world.claims(NOW + number * SECOND, platform=Platform.DISCORD):
            await store.settle(settled(step, at=NOW + number * SECOND, message_id=""))
    assert {each.status for each in await crossposts(store)} == {DeliveryStatus.SENT}


async def test_an_edit_of_the_message_is_not_mistaken_for_its_publishing(world: World, store: Store) -> None:
    await sent(world)
    [alert] = await store.alerts()
    [step] = await world.claims(NOW + MINUTE, platform=Platform.DISCORD)
    await store.settle(settled(step, message_id="90"))
    told = await store.told_about(alert.story_id)
    assert [each.replies for each in told] == [0]
