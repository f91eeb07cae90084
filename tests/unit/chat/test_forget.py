from bot.model.subscription import SubscriptionOrigin
from tests.unit.chat.world import BOB, GROUP, PRIVATE, World, button, said


async def test_forgetting_asks_first_and_then_leaves_nothing(world: World) -> None:
    await world.subscribed("Takaichi")
    asked = await world.say("/forget")
    assert "1 subscription" in said(asked)
    assert await world.queries() == ["Takaichi"]
    assert "is forgotten" in said(await world.press(button(asked, "Forget everything")))
    assert await world.store.destination(PRIVATE) is None
    assert await world.queries() == []
    again = await world.press(button(asked, "Forget everything"))
    assert "Nothing is stored" in said(again)


async def test_an_old_button_does_not_forget_what_came_after(world: World) -> None:
    await world.subscribed("Takaichi")
    asked = await world.say("/forget")
    await world.press(button(asked, "Forget everything"))
    await world.subscribed("Trump")
    await world.press(button(asked, "Forget everything"))
    assert await world.queries() == ["Trump"]


async def test_strangers_may_not_forget_a_group(world: World) -> None:
    await world.subscribed("Takaichi", GROUP)
    assert "Only those who manage" in said(await world.say("/forget", world.as_(BOB, GROUP)))


async def test_what_the_configuration_brings_back_is_not_forgotten(world: World) -> None:
    await world.subscribed("Takaichi", origin=SubscriptionOrigin.CONFIG)
    assert "configuration file" in said(await world.say("/forget"))


async def test_there_may_be_nothing_to_forget(world: World) -> None:
    assert "Nothing is stored" in said(await world.say("/forget"))
