"""One attempt: what a delivery asks of its platform."""

from datetime import timedelta

from bot.model.delivery import Delivery, DeliveryKind, DeliveryStatus, Rejected, RetryLater, SendOutcome
from bot.ports import Messenger

_ON_ITS_WAY = frozenset({DeliveryStatus.PENDING, DeliveryStatus.SENDING})
_BEHIND = timedelta(seconds=5)


async def carry_out(messenger: Messenger, delivery: Delivery) -> SendOutcome:
    """Send, edit, answer or pass on, as the delivery says; what is about a message that waits, waits behind it."""
    address, message, target = delivery.destination.address, delivery.message, delivery.target
    if target is not None and target.status in _ON_ITS_WAY:
        return RetryLater("the message that this is about has not been sent yet", after=_BEHIND)
    earlier = target.message_id if target is not None else None
    match delivery.kind:
        case DeliveryKind.SEND | DeliveryKind.REPLY:
            return await messenger.send(address, message, nonce=delivery.nonce, reply_to=earlier)
        case DeliveryKind.EDIT | DeliveryKind.CROSSPOST if earlier is None:
            return Rejected("The message that this is about was never sent.")
        case DeliveryKind.EDIT:
            return await messenger.edit(address, earlier, message)
        case DeliveryKind.CROSSPOST:
            return await messenger.crosspost(address, earlier)
