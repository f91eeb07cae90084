from dataclasses import replace

from bot.model.address import Address, Platform
from bot.model.person import Unreachable
from bot.model.subscription import SubscriptionOrigin
from tests.unit.chat.world import (
    ADMIN,
    ANN,
    BOB,
    CHANNEL,
    DAN,
    GROUP,
    HOOK,
    HOOK_URL,
    World,
    button,
    buttons,
    said,
)

DISCORD_CHANNEL = Address(Platform.DISCORD, "900")


async def test_an_admin_of_a_channel_broadcasts_there(world: World) -> None:
    answer = await world.say("/broadcast telegram:@newsroom Takaichi")
    assert "Alerts for Takaichi are broadcast to The Newsroom." in said(answer)
    assert f"/unsubscribe telegram:{CHANNEL.chat} Takaichi" in said(answer)
    [made] = await world.store.subscriptions()
    assert (made.destination.address, made.destination.title) == (CHANNEL, "The Newsroom")
    assert made.subscription.origin is SubscriptionOrigin.CHAT


async def test_the_way_out_that_the_answer_names_works(world: World) -> None:
    await world.say("/broadcast telegram:@newsroom Takaichi")
    await world.say(f"/unsubscribe telegram:{CHANNEL.chat} Takaichi")
    assert await world.queries(CHANNEL) == []


async def test_the_undo_button_ends_a_broadcast(world: World) -> None:
    answer = await world.say("/broadcast telegram:@newsroom Takaichi")
    await world.press(button(answer, "Undo"))
    assert await world.queries(CHANNEL) == []


async def test_others_may_not_broadcast_to_it(world: World) -> None:
    answer = await world.say("/broadcast telegram:@newsroom Takaichi", world.as_(BOB))
    assert "Only an admin of that channel" in said(answer)
    assert await world.store.subscriptions() == []


async def test_the_bots_admin_may(world: World) -> None:
    await world.say("/broadcast telegram:@newsroom Takaichi", world.as_(ADMIN))
    assert await world.queries(CHANNEL) == ["Takaichi"]


async def test_a_channel_that_the_bot_cannot_reach_is_told_with_the_reason(world: World) -> None:
    answer = await world.say("/broadcast telegram:@nowhere Takaichi", world.as_(ADMIN))
    assert "add it there first" in said(answer)


async def test_the_same_number_on_another_platform_is_another_person(world: World) -> None:
    world.discord.managers["900"] = {ANN.id}
    assert "Only an admin of that channel" in said(await world.say("/broadcast discord:900 Takaichi"))
    await world.say("/broadcast discord:900 Takaichi", world.as_(DAN, DISCORD_CHANNEL))
    assert await world.queries(DISCORD_CHANNEL) == []
    world.discord.managers["900"] = {DAN.id}
    await world.say("/broadcast discord:900 Takaichi", world.as_(DAN, DISCORD_CHANNEL))
    assert await world.queries(DISCORD_CHANNEL) == ["Takaichi"]


async def test_here_is_the_place_itself_for_its_managers(world: World) -> None:
    assert "Only those who manage" in said(await world.say("/broadcast here Takaichi", world.as_(BOB, GROUP)))
    manager = replace(world.as_(BOB, GROUP), may_manage=True)
    answer = await world.say("/broadcast here Takaichi", manager)
    assert "so does /unsubscribe Takaichi there" in said(answer)
    assert await world.queries(GROUP) == ["Takaichi"]
    await world.press(button(answer, "Undo"), manager)
    assert await world.queries(GROUP) == []


async def test_here_is_checked_first_too(world: World) -> None:
    world.telegram.places[GROUP.chat] = Unreachable("The bot may not post here; let it send messages.")
    manager = replace(world.as_(BOB, GROUP), may_manage=True)
    assert "may not post here" in said(await world.say("/broadcast here Takaichi", manager))
    assert await world.queries(GROUP) == []


async def test_a_webhook_is_for_the_bots_admin_in_private_and_never_echoed(world: World) -> None:
    answer = await world.say(f"/broadcast discord-webhook:{HOOK_URL} Takaichi", world.as_(ADMIN))
    assert "broadcast to Herald" in said(answer)
    assert await world.queries(HOOK) == ["Takaichi"]
    everything = said(answer) + "".join(f"{each.label} {each.data}" for each in buttons(answer))
    assert "hook-token" not in everything
    undo = button(answer, "Undo")
    assert "Only an admin of the bot" in said(await world.press(undo))
    assert await world.queries(HOOK) == ["Takaichi"]
    assert "to that webhook" in said(await world.press(undo, world.as_(ADMIN)))
    assert await world.queries(HOOK) == []
    assert "no longer there" in said(await world.press(undo, world.as_(ADMIN)))


async def test_a_webhook_in_a_group_or_from_others_is_refused_without_its_token(world: World) -> None:
    line = f"/broadcast discord-webhook:{HOOK_URL} Takaichi"
    for answer, sentence in (
        (await world.say(line, world.as_(ADMIN, GROUP)), "delete your message"),
        (await world.say(line), "Only an admin of the bot"),
        (await world.say(f"/broadcast {HOOK_URL} Takaichi", world.as_(ADMIN)), "Write discord-webhook:"),
        (
            await world.say("/broadcast discord-webhook:https://x/hook-token x", world.as_(ADMIN)),
            "no webhook address",
        ),
    ):
        assert sentence in said(answer)
        assert "hook-token" not in said(answer)
    assert await world.store.subscriptions() == []


async def test_a_destination_that_is_none_is_explained(world: World) -> None:
    assert "names no platform" in said(await world.say("/broadcast somewhere Takaichi"))
    assert "no Discord destination" in said(await world.say("/broadcast discord:abc Takaichi"))


async def test_the_console_is_not_for_chats_to_broadcast_to(world: World) -> None:
    assert "not connected to the console" in said(await world.say("/broadcast console: Takaichi"))


async def test_missing_parts_show_how_to(world: World) -> None:
    for line in ("/broadcast", "/broadcast here"):
        assert "/broadcast DESTINATION QUERY" in said(await world.say(line))


async def test_a_wrong_query_leaves_no_destination_behind(world: World) -> None:
    assert "expected" in said(await world.say("/broadcast telegram:@newsroom (Takaichi"))
    assert await world.store.destination(CHANNEL) is None
