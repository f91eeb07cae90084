"""From the outbox to the platforms: claim, send, settle; every step can be repeated.

Each platform has a lane of its own, so that one platform's trouble never delays another. Inside a lane a
destination has at most one message in flight, so that one chat's trouble never delays another chat.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bot.model.address import Platform
from bot.pipeline.lane import Lane, LaneBounds
from bot.pipeline.notices import Notices
from bot.pipeline.settle import DeliveryPolicy
from bot.pipeline.unobserved import Unobserved
from bot.ports import Clock, Messenger, Observer
from bot.stores.store import OutboxStore


class Deliverer:
    """Delivers for the platforms it has messengers for."""

    def __init__(
        self,
        store: OutboxStore,
        messengers: Mapping[Platform, Messenger],
        clock: Clock,
        *,
        policy: DeliveryPolicy | None = None,
        bounds: LaneBounds | None = None,
        observer: Observer | None = None,
        notices: Notices | None = None,
    ) -> None:
        self._lanes = {
            platform: Lane(
                store,
                messenger,
                clock,
                policy or DeliveryPolicy(),
                bounds or LaneBounds(),
                observer or Unobserved(),
                notices,
            )
            for platform, messenger in messengers.items()
        }

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Return the platforms that can be delivered to, in the order they were given."""
        return tuple(self._lanes)

    async def tick(self, platform: Platform) -> None:
        """Begin to send what is due on a platform; return without waiting for it."""
        await self._lanes[platform].fill()

    def notify(self) -> None:
        """Send what is due on every platform now, without waiting for a tick; call it from the event loop."""
        for lane in self._lanes.values():
            lane.nudge()

    async def idle(self) -> None:
        """Wait until nothing is due and nothing in flight; what waits for a later moment is not waited for."""
        await asyncio.gather(*(self._drain(lane) for lane in self._lanes.values()))

    async def stop(self, grace: timedelta = timedelta(seconds=3)) -> None:
        """Begin nothing more; let what is in flight end within ``grace``, then cancel it."""
        await asyncio.gather(*(lane.stop(grace) for lane in self._lanes.values()))

    @staticmethod
    async def _drain(lane: Lane) -> None:
        await lane.fill()
        while lane.busy:
            await lane.wait()
