"""One writes at a time; results of attempts go before everything that waits."""

import asyncio

import pytest

from bot.adapters.storage.turn import Turn


class Line:
    """Writers that stand in line for a turn, and the order in which they had it."""

    def __init__(self) -> None:
        self.turn = Turn()
        self.had: list[str] = []
        self.inside = 0

    async def stand(self, name: str, *, urgent: bool = False) -> None:
        async with self.turn.taken(urgent=urgent):
            self.inside += 1
            assert self.inside == 1
            await asyncio.sleep(0)
            self.had.append(name)
            self.inside -= 1


async def test_who_is_urgent_goes_before_who_waits_already() -> None:
    line = Line()
    async with line.turn.taken(urgent=False):
        waiting = [asyncio.create_task(line.stand(name)) for name in ("claim", "poll")]
        await asyncio.sleep(0)
        results = ("first result", "second result")
        waiting += [asyncio.create_task(line.stand(name, urgent=True)) for name in results]
        await asyncio.sleep(0)
        assert line.had == []
    await asyncio.gather(*waiting)
    assert line.had == ["first result", "second result", "claim", "poll"]


async def test_who_gives_up_while_waiting_leaves_the_line() -> None:
    line = Line()
    async with line.turn.taken(urgent=False):
        gone = asyncio.create_task(line.stand("gone"))
        stays = asyncio.create_task(line.stand("stays"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
    await stays
    assert line.had == ["stays"]


async def test_a_turn_given_to_one_who_gives_up_at_that_moment_goes_on_to_the_next() -> None:
    line = Line()
    async with line.turn.taken(urgent=False):
        gone = asyncio.create_task(line.stand("gone"))
        stays = asyncio.create_task(line.stand("stays"))
        await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(10):
        await stays
    assert line.had == ["stays"]
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_an_error_inside_passes_the_turn_on() -> None:
    line = Line()
    with pytest.raises(OSError, match="full"):
        async with line.turn.taken(urgent=True):
            raise OSError("The disk is full.")
    await line.stand("next")
    assert line.had == ["next"]
