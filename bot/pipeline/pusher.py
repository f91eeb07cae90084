"""Keeps subscriptions at hubs: asks for what feeds offer, renews in time, leaves what is no longer wanted."""

import asyncio
import secrets
from datetime import timedelta

import structlog

from bot.model.push import HubAccepted, HubFailed, HubRefused, HubRequest, Push
from bot.pipeline import push as rules
from bot.ports import Clock, Hub, PushObserver
from bot.stores.pushes import PushStore

_log = structlog.get_logger()
_AT_ONCE = 20
_TOKEN_BYTES = 32
_OUTCOMES = {HubAccepted: "accepted", HubRefused: "refused", HubFailed: "failed"}


class Pusher:
    """Asks hubs.

    ``callbacks`` is the address under which hubs reach this installation, without a slash at its end. A feed whose hub
    stopped pushing is polled within ``usual``.
    """

    def __init__(
        self,
        store: PushStore,
        hub: Hub,
        clock: Clock,
        callbacks: str,
        *,
        observer: PushObserver,
        usual: timedelta,
    ) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock
        self._callbacks = callbacks
        self._observer = observer
        self._usual = usual
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def tick(self) -> None:
        """Begin what is due; return without waiting for hubs."""
        now = self._clock.now()
        await self._store.leave_unwanted(now)
        for feed in await self._store.unanswered_offers(limit=_AT_ONCE):
            # Whoever knows the token may post, whoever knows the secret is believed: both are beyond guessing.
            new = rules.begun(feed, token=_secret(), secret=_secret(), now=now)
            if new is not None:
                await self._store.add_push(new)
        room = _AT_ONCE - len(self._running)
        if self._stopping or room <= 0:
            return
        for due in await self._store.claim_pushes(now, limit=room, lease=rules.CLAIM):
            task = asyncio.create_task(self._attend(due))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Begin nothing more and drop what hubs have not answered; it is due again soon."""
        self._stopping = True
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until no hub is being asked."""
        while self._running:
            await asyncio.wait(self._running)

    async def _attend(self, due: Push) -> None:
        try:
            if rules.is_over(due, self._clock.now()):
                await self._store.forget_push(due.id)
                return
            await self._ask(due)
        except Exception:  # noqa: BLE001 - nobody awaits this task; the subscription is due again after its claim
            _log.exception("hub_not_asked", feed=due.feed_id)

    async def _ask(self, due: Push) -> None:
        now = self._clock.now()
        # Written first: a hub may ask back before it answers, and perhaps ask another process.
        asked = rules.asking(due, now)
        if not await self._store.save_push(
            asked, poll_by=now + self._usual if rules.is_lost(due, asked, now) else None
        ):
            return
        answer = await self._hub.ask(
            HubRequest(
                due.hub,
                rules.mode(due),
                due.topic,
                f"{self._callbacks}/websub/{due.token}",
                due.secret,
                rules.LEASE,
            )
        )
        self._observer.asked_hub(rules.mode(due).value, _OUTCOMES[type(answer)])
        if not isinstance(answer, HubAccepted):
            _log.warning("hub_trouble", feed=due.feed_id, hub=due.hub, reason=answer.reason)
        while (latest := await self._store.push(due.id)) is not None:
            if await self._store.save_push(rules.answered(latest, asked, answer, self._clock.now())):
                return


def _secret() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)
