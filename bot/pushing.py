"""How hubs are asked and received: only where ``[web] public_url`` says how they reach this installation."""

from datetime import timedelta

from bot.adapters.feeds.websub import HubClient
from bot.adapters.web.websub import HubDoor
from bot.pipeline.ingest import Ingest
from bot.pipeline.pusher import Pusher
from bot.pipeline.reception import Reception
from bot.polling import lease
from bot.ports import Clock, PushObserver
from bot.settings.settings import Settings
from bot.stores.store import Store

# Documents that wait may take as much memory as so many of the largest.
_LARGEST_WAITING = 4


class PushSide:
    """What this process does about hubs. ``asks`` where it polls; ``receives`` where it serves the web side."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        ingest: Ingest,
        clock: Clock,
        observer: PushObserver,
        *,
        asks: bool,
        receives: bool,
    ) -> None:
        polling, public = settings.polling, settings.web.public_url
        self._client = HubClient(
            contact=polling.contact or None, allow_private_hosts=polling.allow_private_hosts
        )
        self.pusher = (
            Pusher(store, self._client, clock, public, observer=observer, usual=polling.interval)
            if public and asks
            else None
        )
        self._reception = (
            Reception(
                store,
                ingest,
                clock,
                observer=observer,
                lease=lease(settings),
                most_bytes=_LARGEST_WAITING * polling.max_body,
                usual=polling.interval,
            )
            if public and receives
            else None
        )
        self.door = HubDoor(self._reception, max_body=polling.max_body) if self._reception else None

    async def stop(self, grace: timedelta) -> None:
        """Ask no more hubs, and read what they posted, up to ``grace``."""
        if self.pusher:
            await self.pusher.stop()
        if self._reception:
            await self._reception.stop(grace)

    async def close(self) -> None:
        """Close connections to hubs."""
        await self._client.close()
