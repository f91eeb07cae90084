"""Addresses as columns."""

from typing import Any

import sqlalchemy as sa

from bot.adapters.storage.outbox_tables import destinations
from bot.model.address import Address


def address_values(address: Address) -> dict[str, Any]:
    """Return an address as column values; all four together are unique.

    The secret counts: a webhook's number stands under each of its messages, and whoever knows only that must not
    reach the destination's settings.
    """
    return {
        "platform": address.platform.value,
        "chat": address.chat,
        "thread": address.thread or "",
        "secret": address.secret or "",
    }


def at_address(address: Address) -> sa.ColumnElement[bool]:
    """Return the condition that finds the destination with an address."""
    return sa.and_(*(destinations.c[name] == value for name, value in address_values(address).items()))
