"""An alert that is put before somebody first."""

from dataclasses import dataclass

from bot.model.address import Address
from bot.model.message import Message


@dataclass(frozen=True, slots=True)
class Submission:
    """Where a draft is put before those who decide about it, and with which message."""

    to: Address
    message: Message
