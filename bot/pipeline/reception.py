"""Receives hubs: answers their questions, and lets what they push in beside what is polled.

    signature | acknowledged | the feed claimed as for a poll | Ingest.push

A document is acknowledged before it is read, and kept in memory alone. A process that dies in between loses nothing:
validators and hash of the last poll stay as they were, so the next poll under the net finds what was pushed.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog

from bot.model.poll import ClaimedFeed, PollOutcome
from bot.model.push import Push, PushedDocument, PushState
from bot.pipeline import push as rules
from bot.pipeline.ingest import Ingest
from bot.ports import Clock, PushObserver
from bot.stores.store import Store

_log = structlog.get_logger()
_SIGNATURE = "x-hub-signature"
_MOST_WAITING = 64
_MOST_OF_A_FEED = 8
# Between two looks at a feed whose poll is under way; the last is repeated until a lease has surely run out.
_PAUSES = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0)


class Reception:
    """Implements ``bot.ports.HubVisitors``.

    ``lease`` is how long a poll may hold a feed; one whose hub stopped pushing is polled within ``usual``.
    At most 64 documents wait, and no more than ``most_bytes``; of one feed at most 8, which are read in their order.
    """

    def __init__(
        self,
        store: Store,
        ingest: Ingest,
        clock: Clock,
        *,
        observer: PushObserver,
        lease: timedelta,
        most_bytes: int,
        usual: timedelta,
    ) -> None:
        self._store = store
        self._ingest = ingest
        self._clock = clock
        self._observer = observer
        self._lease = lease
        self._most_bytes = most_bytes
        self._usual = usual
        self._bytes = 0
        self._waiting: Counter[int] = Counter()
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._running: set[asyncio.Task[None]] = set()

    async def question(self, token: str, asked: Mapping[str, str]) -> str | None:
        """Return what a hub that asks back is to hear; None where nothing of the kind is known here."""
        mode, topic, challenge = (asked.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge"))
        push = await self._store.push_called(token)
        if push is None:
            return None
        if mode == "denied":
            known = await self._change(
                push, lambda it: rules.denied(it, topic, asked.get("hub.reason", ""), self._clock.now())
            )
            self._observer.asked_hub("subscribe", "denied" if known else "unconfirmed")
            return "" if known else None
        if not challenge:
            return None
        lease = asked.get("hub.lease_seconds")
        meant = await self._change(push, lambda it: rules.verified(it, mode, topic, lease, self._clock.now()))
        shown = mode if mode in {"subscribe", "unsubscribe"} else "unknown"
        self._observer.asked_hub(shown, "confirmed" if meant else "unconfirmed")
        return challenge if meant else None

    async def expects(self, token: str) -> bool | None:
        """Tell whether documents are welcome at a callback: False where no more, None where it is unknown."""
        push = await self._store.push_called(token)
        return None if push is None else _is_welcome(push)

    async def document(self, token: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Take a document and return at once; False asks to bring it again later.

        One with a wrong signature, or none, is taken as well and not looked at: its sender learns nothing from the answer.
        """
        push = await self._store.push_called(token)
        if push is None or push.feed_id is None or not _is_welcome(push):
            return True
        if not rules.is_signed(push, body, headers.get(_SIGNATURE, "")):
            self._observer.pushed("ignored")
            _log.warning("push_ignored", feed=push.feed_id, hub=push.hub, reason="wrong signature")
            await self._change(push, rules.ignored)
            return True
        full = len(self._running) >= _MOST_WAITING or self._bytes + len(body) > self._most_bytes
        if full or self._waiting[push.feed_id] >= _MOST_OF_A_FEED:
            self._observer.pushed("busy")
            return False
        self._begin(push, push.feed_id, PushedDocument(body, dict(headers)))
        return True

    async def idle(self) -> None:
        """Wait until no document waits."""
        while self._running:
            await asyncio.wait(self._running)

    async def stop(self, grace: timedelta) -> None:
        """Read what waits, up to ``grace``; polls find what is left."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace.total_seconds())
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _begin(self, push: Push, feed_id: int, document: PushedDocument) -> None:
        self._bytes += len(document.body)
        self._waiting[feed_id] += 1
        task = asyncio.create_task(self._take(push, feed_id, document))
        self._running.add(task)

        def ended(done: asyncio.Task[None]) -> None:
            self._running.discard(done)
            self._bytes -= len(document.body)
            self._waiting[feed_id] -= 1
            if not self._waiting[feed_id]:
                del self._waiting[feed_id]
                self._turns.pop(feed_id, None)

        task.add_done_callback(ended)

    async def _take(self, push: Push, feed_id: int, document: PushedDocument) -> None:
        try:
            async with self._turns[feed_id]:
                claimed = await self._claim(feed_id)
                if claimed is None:
                    self._observer.pushed("busy")
                    return
                outcome = await self._ingest.push(claimed, document)
            self._observer.pushed(outcome.value)
            problem = "it pushed what cannot be read" if outcome is PollOutcome.FAILED else None
            await self._change(push, lambda it: rules.delivered(it, self._clock.now(), problem))
        except Exception:  # noqa: BLE001 - nobody awaits this task, and the next poll finds what it missed
            _log.exception("push_failed", feed=feed_id)

    async def _claim(self, feed_id: int) -> ClaimedFeed | None:
        """Claim the feed; a poll of it that is under way is waited for, as long as its lease may last."""
        waited, turn = 0.0, 0
        while waited <= self._lease.total_seconds():
            claimed = await self._store.claim_feed(
                feed_id, self._clock.now(), lease=self._lease, floor=timedelta(0)
            )
            if claimed is not None:
                return claimed
            pause = _PAUSES[min(turn, len(_PAUSES) - 1)]
            await asyncio.sleep(pause)
            waited, turn = waited + pause, turn + 1
        _log.warning("push_given_up", feed=feed_id)
        return None

    async def _change(self, push: Push, decide: Callable[[Push], Push | None]) -> bool:
        """Write what a decision makes of a subscription; False where it makes nothing of it, or it is gone."""
        latest: Push | None = push
        while latest is not None:
            changed = decide(latest)
            if changed is None:
                return False
            now = self._clock.now()
            if await self._store.save_push(
                changed, poll_by=now + self._usual if rules.is_lost(latest, changed, now) else None
            ):
                return True
            latest = await self._store.push(push.id)
        return False


def _is_welcome(push: Push) -> bool:
    """Tell whether documents are taken: of a feed that wants them, from a hub that did not refuse."""
    return push.feed_id is not None and push.state in {PushState.ASKED, PushState.ACTIVE}
