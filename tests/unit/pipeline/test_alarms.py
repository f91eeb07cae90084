import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.pacing.timewarp import TimeWarp
from bot.pipeline.alarms import GRAIN, Alarms


class Bell:
    """Notes when it was rung, on a loop whose time jumps."""

    def __init__(self, loop: TimeWarp) -> None:
        self.loop = loop
        self.alarms = Alarms(lambda: self.rung.append(loop.time()))
        self.rung: list[float] = []

    def wait(self, seconds: float, *moments: float) -> None:
        """Ask for these moments and let time pass."""

        async def part() -> None:
            for moment in moments:
                self.alarms.at(moment)
            await asyncio.sleep(seconds)

        self.loop.run_until_complete(part())


@contextmanager
def bell() -> Iterator[Bell]:
    loop = TimeWarp()
    try:
        yield Bell(loop)
    finally:
        loop.close()


def test_several_alarms_ring_each_at_its_moment() -> None:
    with bell() as one:
        one.wait(10, 3.0, 1.0, 7.5)
        assert one.rung == pytest.approx([1.0, 3.0, 7.5])


def test_alarms_of_almost_the_same_moment_ring_once_and_never_too_early() -> None:
    with bell() as one:
        one.wait(10, *(2.0 + number * GRAIN / 100 for number in range(1, 100)))
        assert one.rung == pytest.approx([2.0 + GRAIN])


def test_an_alarm_can_be_set_again_after_it_rang() -> None:
    with bell() as one:
        one.wait(2, 1.0)
        one.wait(3, 4.0)
        assert one.rung == pytest.approx([1.0, 4.0])


def test_an_alarm_for_a_moment_gone_by_rings_at_once() -> None:
    with bell() as one:
        one.wait(5)
        one.wait(1, 3.0, 4.0)
        assert one.rung == pytest.approx([5.0])


def test_silenced_alarms_ring_no_more_and_no_new_ones_are_set() -> None:
    with bell() as one:
        one.wait(0.5, 1.0, 2.0)
        one.alarms.silence()
        one.wait(10, 3.0)
        assert one.rung == []
