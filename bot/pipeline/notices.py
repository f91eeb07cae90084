"""Telling the bot's admins, once, that alerts for a place cannot be delivered; by an ordinary delivery."""

from base64 import b32encode
from collections.abc import Sequence
from hashlib import blake2b

from bot.model.address import Address
from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus, Settlement
from bot.model.message import Message, Run
from bot.ports import Clock
from bot.stores.store import Store

_REFUSED = "An alert for {place} was refused and is kept: {reason}"
_UNPUBLISHED = "A message in {place} could not be passed on to the channel's followers: {reason}"
_UNTHREADED = "No thread could be opened under an alert in {place}: {reason}"
_CLOSED = "Alerts for {place} are switched off: {reason}"
_TOLD = {
    DeliveryKind.SEND: _REFUSED,
    DeliveryKind.CROSSPOST: _UNPUBLISHED,
    DeliveryKind.THREAD: _UNTHREADED,
}
_ADVICE = "newsbell outbox list shows what is kept; outbox retry sends it again."


class Notices:
    """``admins`` are the private chats to tell, as far as they have spoken to the bot. Each reason at a place is told once, however often it comes back."""

    def __init__(self, store: Store, clock: Clock, admins: Sequence[Address]) -> None:
        self._store = store
        self._clock = clock
        self._admins = admins

    async def settled(self, delivery: Delivery, settlement: Settlement) -> None:
        """Take note of what became of a delivery."""
        notice = about(delivery, settlement)
        if notice is None:
            return
        now = self._clock.now()
        for admin in self._admins:
            # An admin who never wrote to the bot cannot be written to, and would only add a dead letter.
            place = await self._store.destination(admin)
            if place is not None and place.id != delivery.destination.id:
                await self._store.post(place.id, notice, nonce=_nonce(delivery, settlement, admin), now=now)


def about(delivery: Delivery, settlement: Settlement) -> Message | None:
    """Return what admins are told of a result; None where it is none of their business.

    A person who blocks the bot has decided for themselves.
    """
    if settlement.status is not DeliveryStatus.DEAD or delivery.kind not in _TOLD:
        return None
    closed = settlement.destination_off is not None
    if closed and delivery.destination.address.is_person:
        return None
    address = delivery.destination.address
    place = f"{delivery.destination.title} ({address})"
    told = (_CLOSED if closed else _TOLD[delivery.kind]).format(place=place, reason=settlement.detail)
    return Message(summary=((Run(told),), (Run(_ADVICE),)))


def _nonce(delivery: Delivery, settlement: Settlement, admin: Address) -> str:
    digest = blake2b(digest_size=15)
    for part in ("notice", str(delivery.destination.id), settlement.detail, str(admin)):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return b32encode(digest.digest()).decode("ascii").lower()
