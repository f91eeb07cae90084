import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.schedule import Schedule

SOON = timedelta(milliseconds=10)
NEVER = timedelta(hours=1)


class Tick:
    """A tick that counts its turns and can be waited for."""

    def __init__(self, *faults: Exception) -> None:
        self.turns = 0
        self._faults = list(faults)
        self._turned = asyncio.Event()

    async def __call__(self) -> None:
        self.turns += 1
        self._turned.set()
        if self._faults:
            raise self._faults.pop(0)

    async def reached(self, turns: int) -> None:
        while self.turns < turns:
            self._turned.clear()
            await self._turned.wait()


@pytest.fixture
async def schedule() -> AsyncIterator[Schedule]:
    made = Schedule()
    yield made
    made.stop()


async def test_a_tick_comes_again_and_again(schedule: Schedule) -> None:
    tick = Tick()
    schedule.every("poll", SOON, tick)
    schedule.start()
    await tick.reached(3)


async def test_a_tick_that_fails_comes_again(schedule: Schedule) -> None:
    tick = Tick(RuntimeError("database is away"))
    schedule.every("poll", SOON, tick)
    schedule.start()
    await tick.reached(2)


async def test_the_first_tick_comes_at_once(schedule: Schedule) -> None:
    tick = Tick()
    schedule.daily("prune", tick)
    schedule.start()
    await tick.reached(1)


async def test_a_tick_can_wait_for_its_first_pause(schedule: Schedule) -> None:
    later, now = Tick(), Tick()
    schedule.every("later", NEVER, later, at_once=False)
    schedule.every("now", SOON, now)
    schedule.start()
    await now.reached(2)
    assert later.turns == 0


async def test_a_tick_never_runs_beside_itself(schedule: Schedule) -> None:
    running = most = 0
    other = Tick()

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await other.reached(5)
        running -= 1

    schedule.every("slow", SOON, slow)
    schedule.every("other", SOON, other)
    schedule.start()
    await other.reached(8)
    assert most == 1


async def test_nothing_ticks_after_stop(schedule: Schedule) -> None:
    tick = Tick()
    schedule.every("poll", SOON, tick)
    schedule.start()
    await tick.reached(1)
    schedule.stop()
    turns = tick.turns
    await asyncio.sleep(0)
    assert tick.turns == turns
    schedule.stop()


async def test_ticks_go_on_after_the_clock_was_set_back(schedule: Schedule) -> None:
    tick = Tick()
    schedule.every("poll", timedelta(seconds=1), tick, at_once=False)
    schedule.start()
    # Seen from three hours ago, the next turn lies three hours ahead; pulled in, it lies in the past and comes now.
    schedule.pull_in(datetime.now(UTC) - timedelta(hours=3))
    await tick.reached(1)


async def test_a_turn_within_its_pause_stays_where_it_is(schedule: Schedule) -> None:
    tick = Tick()
    schedule.every("poll", NEVER, tick, at_once=False)
    schedule.start()
    schedule.pull_in(datetime.now(UTC))
    schedule.pull_in(datetime.now(UTC) + timedelta(days=1))
    await asyncio.sleep(0)
    assert tick.turns == 0
