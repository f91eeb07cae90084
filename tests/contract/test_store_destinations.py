from dataclasses import replace

import pytest

from bot.model.address import Address
from bot.model.destination import Destination, DestinationState
from bot.stores.store import Store
from tests.contract.world import HOUR, NOW, World

WEBHOOK = "discord-webhook:https://discord.com/api/webhooks/77/s3cr3t-token"


@pytest.mark.parametrize(
    "address",
    ["telegram:-100123", "telegram:-100123:7", "telegram:@channel", "discord:42", "console:", WEBHOOK],
)
async def test_a_destination_is_found_by_its_address(world: World, store: Store, address: str) -> None:
    place = await world.place(address)
    expected = Destination(
        id=place.id,
        address=Address.parse(address),
        title="Room",
        created_at=NOW,
        language="ja",
        timezone="Asia/Tokyo",
    )
    assert place == expected
    assert await store.destination(Address.parse(address)) == expected
    assert await store.destinations() == [expected]


async def test_topics_of_a_chat_and_tokens_of_a_webhook_are_destinations_of_their_own(
    world: World, store: Store
) -> None:
    chat, topic = await world.place("telegram:-1"), await world.place("telegram:-1:7")
    hook, forged = await world.place("discord-webhook:9/right"), await world.place("discord-webhook:9/wrong")
    assert len({chat.id, topic.id, hook.id, forged.id}) == 4
    assert await store.destination(Address.parse("telegram:-1:8")) is None


async def test_the_token_of_a_webhook_is_kept_and_not_shown(world: World) -> None:
    place = await world.place(WEBHOOK)
    assert place.address.secret == "s3cr3t-token"
    assert "s3cr3t" not in f"{place!r} {place.address}"


async def test_ensuring_a_destination_that_exists_changes_nothing(world: World, store: Store) -> None:
    place = await world.place()
    off = replace(place, state=DestinationState.OFF, reason="The bot was blocked.", not_before=NOW + HOUR)
    await store.save_destination(off)
    assert await world.place(title="Other", timezone="UTC", language="en", now=NOW + HOUR) == off


async def test_what_people_set_for_a_destination_is_kept(world: World, store: Store) -> None:
    place, other = await world.place(), await world.place("telegram:6")
    changed = replace(
        place,
        title="高市 room",
        language="zh",
        timezone="Asia/Taipei",
        state=DestinationState.PAUSED,
        reason="A person asked.",
        not_before=NOW,
    )
    await store.save_destination(changed)
    assert await store.destinations() == [changed, other]
    on = replace(changed, state=DestinationState.ACTIVE, reason=None, not_before=None)
    await store.save_destination(on)
    assert await store.destination(place.address) == on


async def test_two_stores_make_one_destination(world: World, second: Store) -> None:
    place = await world.place()
    assert await World(second).place() == place
