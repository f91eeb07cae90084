"""Drafts in the store: decided once, whatever happens at the same moment."""

import asyncio
from dataclasses import replace

from bot.model.address import Address
from bot.model.alert import NewAlert
from bot.model.burst import Burst
from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus, NewChange
from bot.model.destination import Destination
from bot.model.draft import DraftDecision
from bot.model.message import Message, Run
from bot.model.submission import Submission
from bot.model.subscription import SubscriptionOptions
from bot.stores.store import Store
from tests.contract.world import DAY, MINUTE, NOW, World, alert, fresh, settled

CHAT = Address.parse("telegram:99")


def text(words: str) -> Message:
    return Message(title=(Run(words),))


def drafted(place: Destination, nonce: str = "n1", entry: int = 0) -> NewAlert:
    return replace(alert(place, nonce=nonce, entry=entry), draft=Submission(CHAT, text("Shall it go?")))


def decision(status: DeliveryStatus, **more: object) -> DraftDecision:
    return DraftDecision("n1", NOW + MINUTE, status, text("Decided"), **more)  # type: ignore[arg-type] # single fields


async def written(world: World) -> Destination:
    place = await world.place("telegram:-1005")
    await world.poll(await world.feed(), fresh("a"), alerts=(drafted(place),))
    return place


async def asked(store: Store) -> list[Delivery]:
    return [each for each in await store.deliveries() if each.destination.address == CHAT]


async def test_a_draft_waits_and_is_put_before_the_chat_that_decides(world: World, store: Store) -> None:
    await written(world)
    [claimed] = await world.claims(NOW + DAY)
    assert claimed.destination.address == CHAT
    assert claimed.message == text("Shall it go?")
    assert (claimed.destination.timezone, len(claimed.nonce)) == ("Asia/Tokyo", 24)
    draft = await store.draft("n1")
    assert draft is not None
    assert draft.status is DeliveryStatus.DRAFT


async def test_of_many_who_press_at_once_one_publishes(world: World, store: Store) -> None:
    await written(world)
    publish = decision(DeliveryStatus.PENDING)
    results = await asyncio.gather(*(store.decide_draft(publish) for _ in range(5)))
    assert sorted(results) == [False] * 4 + [True]
    claimed = await world.claims(NOW + MINUTE)
    assert sorted(str(each.destination.address) for each in claimed) == ["telegram:-1005", "telegram:99"]
    assert not await store.decide_draft(decision(DeliveryStatus.DROPPED))


async def test_a_decision_rewrites_what_was_not_shown_yet_and_edits_what_was(
    world: World, store: Store
) -> None:
    await written(world)
    assert await store.decide_draft(decision(DeliveryStatus.DRAFT, message=text("Better")))
    [question] = await world.claims()
    assert question.message == text("Decided")
    await store.settle(settled(question, message_id="7"))
    assert await store.decide_draft(decision(DeliveryStatus.DRAFT, message=text("Better still")))
    assert await store.decide_draft(decision(DeliveryStatus.DROPPED, reason="Dropped by Ada."))
    [edit] = await world.claims(NOW + DAY)
    assert edit.kind is DeliveryKind.EDIT
    assert edit.target is not None
    assert edit.target.message_id == "7"
    draft = await store.draft("n1")
    assert draft is not None
    assert (draft.status, draft.error, draft.message) == (
        DeliveryStatus.DROPPED,
        "Dropped by Ada.",
        text("Better still"),
    )


async def test_drafts_that_nobody_decided_about_are_found(world: World, store: Store) -> None:
    await written(world)
    assert await store.old_drafts(NOW, limit=9) == []
    assert [each.nonce for each in await store.old_drafts(NOW + MINUTE, limit=9)] == ["n1"]
    await store.decide_draft(decision(DeliveryStatus.DROPPED))
    assert await store.old_drafts(NOW + MINUTE, limit=9) == []


async def test_no_flood_turns_drafts_into_a_digest(world: World, store: Store) -> None:
    place = await world.place("telegram:-1005")
    alerts = tuple(drafted(place, f"n{number}", number) for number in range(4))
    entries = [fresh(str(number)) for number in range(4)]
    await world.poll(await world.feed(), *entries, alerts=alerts, burst=Burst(2, MINUTE))
    drafts = [each for each in await store.deliveries() if each.status is DeliveryStatus.DRAFT]
    assert len(drafts) == len(await asked(store)) == 4
    assert await store.holds(place.id) == []


async def test_a_draft_stays_as_it_was_shown_and_a_follow_up_is_a_draft_too(
    world: World, store: Store
) -> None:
    await written(world)
    [made] = await store.alerts()
    changes = (
        NewChange(made.id, DeliveryKind.EDIT, text("More"), "e1", NOW),
        NewChange(made.id, DeliveryKind.REPLY, text("News"), "r1", NOW, Submission(CHAT, text("And this?"))),
    )
    await world.poll(await world.feed("https://news.example/other"), changes=changes)
    states = {each.nonce: each.status for each in await store.deliveries() if len(each.nonce) == 2}
    assert states == {"n1": DeliveryStatus.DRAFT, "r1": DeliveryStatus.DRAFT}
    assert len(await asked(store)) == 2


async def test_a_subscription_keeps_who_approves(world: World, store: Store) -> None:
    place = await world.place("telegram:-1005")
    await world.subscribe(place, "Xi", options=SubscriptionOptions(draft=CHAT))
    [kept] = await store.subscriptions(place.id)
    assert kept.subscription.options.draft == CHAT
