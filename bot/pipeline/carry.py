"""One attempt: what a delivery asks of its platform."""

from datetime import timedelta

from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus, Rejected, RetryLater, SendOutcome
from bot.ports import Messenger

_ON_ITS_WAY = frozenset({DeliveryStatus.PENDING, DeliveryStatus.SENDING})
_BEHIND = timedelta(seconds=5)


async def carry_out(messenger: Messenger, delivery: Delivery) -> SendOutcome:
    """Do what the delivery says; what is about a message that waits, waits behind it."""
    target = delivery.target
    if target is not None and target.status in _ON_ITS_WAY:
        return RetryLater("the message that this is about has not been sent yet", after=_BEHIND)
    earlier = target.message_id if target is not None else None
    if earlier is not None:
        return await _about(messenger, delivery, earlier)
    if delivery.kind in {DeliveryKind.SEND, DeliveryKind.REPLY}:
        address = delivery.destination.address
        return await messenger.send(address, delivery.message, nonce=delivery.nonce)
    return Rejected("The message that this is about was never sent.")


async def _about(messenger: Messenger, delivery: Delivery, earlier: str) -> SendOutcome:
    """Change, answer, pass on or open a thread under an earlier message."""
    address, message, nonce = delivery.destination.address, delivery.message, delivery.nonce
    match delivery.kind:
        case DeliveryKind.REPLY if delivery.destination.settings.discuss:
            return await messenger.answer(address, earlier, message, nonce=nonce)
        case DeliveryKind.SEND | DeliveryKind.REPLY:
            return await messenger.send(address, message, nonce=nonce, reply_to=earlier)
        case DeliveryKind.EDIT:
            return await messenger.edit(address, earlier, message)
        case DeliveryKind.CROSSPOST:
            return await messenger.crosspost(address, earlier)
        case DeliveryKind.THREAD:
            return await messenger.discuss(address, earlier, message)
