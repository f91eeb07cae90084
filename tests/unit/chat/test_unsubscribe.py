from dataclasses import replace

from bot.chat.unsubscribing import PAGE
from bot.model.subscription import SubscriptionOptions, SubscriptionOrigin
from tests.unit.chat.world import ADMIN, ANN, BOB, CHANNEL, GROUP, World, button, buttons, said


async def test_without_an_argument_the_list_is_offered_with_a_button_each(world: World) -> None:
    await world.subscribed("Takaichi")
    await world.subscribed('"Taiwan Strait"')
    answer = await world.say("/unsubscribe")
    assert [each.label for each in buttons(answer)] == ["1. Takaichi", '2. "Taiwan Strait"']
    done = await world.press(button(answer, "Takaichi"))
    assert done.replaces
    assert "Unsubscribed: no more alerts for Takaichi" in said(done)
    assert await world.queries() == ['"Taiwan Strait"']


async def test_a_long_list_is_paged(world: World) -> None:
    for number in range(PAGE + 5):
        await world.subscribed(f"word{number}")
    first = await world.say("/unsubscribe")
    assert len(buttons(first)) == PAGE + 1
    second = await world.press(button(first, "Next"))
    assert second.replaces
    assert [each.label for each in buttons(second)][:2] == ["21. word20", "22. word21"]
    assert len(buttons(await world.press(button(second, "Back")))) == PAGE + 1


async def test_keywords_that_mean_the_same_unsubscribe(world: World) -> None:
    await world.subscribed("Taiwan AND Strait")
    await world.say("/unsubscribe strait TAIWAN")
    assert await world.queries() == []


async def test_the_number_in_the_list_unsubscribes(world: World) -> None:
    await world.subscribed("one")
    await world.subscribed("two")
    await world.say("/unsubscribe 2")
    assert await world.queries() == ["one"]


async def test_a_keyword_that_is_a_number_beats_the_number_in_the_list(world: World) -> None:
    await world.subscribed("one")
    await world.subscribed("1")
    await world.say("/unsubscribe 1")
    assert await world.queries() == ["one"]


async def test_an_id_with_a_hash_unsubscribes(world: World) -> None:
    made = await world.subscribed("one")
    await world.say(f"/unsubscribe #{made.id}")
    assert await world.queries() == []


async def test_an_unknown_one_is_answered_with_the_nearest(world: World) -> None:
    await world.subscribed("Takaichi")
    assert "did you mean 'Takaichi'?" in said(await world.say("/unsubscribe Takaihci"))
    assert "/subscriptions lists them" in said(await world.say("/unsubscribe 99"))
    assert "There is no such subscription" in said(await world.say('/unsubscribe "unclosed'))
    assert await world.queries() == ["Takaichi"]


async def test_undo_subscribes_again(world: World) -> None:
    await world.subscribed("Takaichi")
    undone = await world.press(button(await world.say("/unsubscribe Takaichi"), "Undo"))
    assert undone.replaces
    assert await world.queries() == ["Takaichi"]


async def test_undo_is_not_offered_where_it_could_not_restore_the_options(world: World) -> None:
    await world.subscribed(
        "Takaichi", options=SubscriptionOptions(feeds=("NHK",)), origin=SubscriptionOrigin.CLI
    )
    assert buttons(await world.say("/unsubscribe Takaichi")) == []


async def test_a_subscription_of_the_configuration_stays(world: World) -> None:
    await world.subscribed("Takaichi", origin=SubscriptionOrigin.CONFIG)
    assert "configuration file" in said(await world.say("/unsubscribe Takaichi"))
    assert await world.queries() == ["Takaichi"]


async def test_nothing_to_unsubscribe_is_said(world: World) -> None:
    assert "There are no subscriptions for this chat; /subscribe adds one." in said(
        await world.say("/unsubscribe")
    )


async def test_in_a_group_only_managers_unsubscribe_by_text_and_by_button(world: World) -> None:
    made = await world.subscribed("Takaichi", GROUP)
    manager = replace(world.as_(ANN, GROUP), may_manage=True)
    for refused in (
        await world.say("/unsubscribe Takaichi", world.as_(BOB, GROUP)),
        await world.say("/unsubscribe", world.as_(BOB, GROUP)),
        await world.press(
            button(await world.say("/unsubscribe", manager), "Takaichi"), world.as_(BOB, GROUP)
        ),
        await world.chat().press(f"unsub:{made.id}", world.as_(BOB, GROUP)),
    ):
        assert "Only those who manage this place" in said(refused)
        assert not refused.replaces
    assert await world.queries(GROUP) == ["Takaichi"]
    await world.say("/unsubscribe Takaichi", manager)
    assert await world.queries(GROUP) == []


async def test_a_button_of_another_place_does_nothing_here(world: World) -> None:
    made = await world.subscribed("Takaichi", GROUP)
    assert "no longer there" in said(await world.chat().press(f"unsub:{made.id}", world.request))
    assert await world.queries(GROUP) == ["Takaichi"]


async def test_pressing_a_used_button_says_that_it_is_out_of_date(world: World) -> None:
    await world.subscribed("Takaichi")
    choice = button(await world.say("/unsubscribe"), "Takaichi")
    await world.press(choice)
    assert "no longer there" in said(await world.press(choice))


async def test_a_channels_list_is_managed_from_a_private_chat(world: World) -> None:
    await world.subscribed("Takaichi", CHANNEL)
    answer = await world.say("/unsubscribe @newsroom")
    assert "Which subscription of The Newsroom shall end?" in said(answer)
    assert "Only an admin of that channel" in said(await world.press(buttons(answer)[0], world.as_(BOB)))
    undo = button(await world.press(buttons(answer)[0]), "Undo")
    assert await world.queries(CHANNEL) == []
    await world.press(undo)
    assert await world.queries(CHANNEL) == ["Takaichi"]


async def test_the_bots_admin_ends_any_subscription_by_its_channel(world: World) -> None:
    await world.subscribed("Takaichi", CHANNEL)
    await world.say("/unsubscribe @newsroom Takaichi", world.as_(ADMIN))
    assert await world.queries(CHANNEL) == []
