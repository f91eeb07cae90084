"""Delivery beside a chat that does not answer, on a loop whose time jumps."""

import asyncio
from pathlib import Path
from typing import Any

from benchmarks.pacing.run import StandstillStore
from benchmarks.pacing.timewarp import TimeWarp, WarpClock
from bot.adapters.storage.store import open_store
from bot.model.address import Address, Platform
from bot.model.delivery import SendOutcome, Sent
from bot.model.message import Message, Run
from bot.pipeline.deliver import Deliverer
from bot.pipeline.doubt import PATIENCE
from tests.unit.pipeline.fakes import ScriptedMessenger


async def _silent() -> SendOutcome:
    await asyncio.sleep(20)
    return Sent("late")


def test_a_chat_that_does_not_answer_holds_others_up_for_a_moment_where_repeats_show(tmp_path: Path) -> None:
    loop = TimeWarp()
    clock = WarpClock(loop)
    places = ["telegram:1", "telegram:2", "telegram:3"]
    messenger = ScriptedMessenger(script={places[0]: [_silent]}, knows_nonces=False)

    async def part() -> None:
        with loop.standstill():
            store = await open_store(f"sqlite:///{tmp_path}/a.db")
            for place in places:
                home = await store.ensure_destination(
                    Address.parse(place), title="", timezone="UTC", language="en", now=clock.now()
                )
                await store.post(home.id, Message(title=(Run("News"),)), nonce=place, now=clock.now())
        standing: Any = StandstillStore(store, loop)
        deliverer = Deliverer(standing, {Platform.TELEGRAM: messenger}, clock)
        await deliverer.tick(Platform.TELEGRAM)
        await asyncio.sleep(PATIENCE / 2)
        await deliverer.tick(Platform.TELEGRAM)
        assert messenger.addresses == places[:1]
        await asyncio.sleep(PATIENCE)
        assert messenger.addresses == places
        await deliverer.idle()
        with loop.standstill():
            await store.close()

    try:
        loop.run_until_complete(part())
    finally:
        loop.close()
