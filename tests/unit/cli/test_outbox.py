"""What ``outbox list`` says about each delivery."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.outbox import why
from bot.model.address import Address
from bot.model.delivery import Delivery, DeliveryStatus
from bot.model.destination import Destination, DestinationState
from bot.model.message import Message, Run

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PLACE = Destination(1, Address.parse("telegram:1"), "News", NOW)
WAITS = Delivery(1, PLACE, Message(title=(Run("Takaichi"),)), "n", DeliveryStatus.PENDING, NOW, NOW)


@pytest.mark.parametrize(
    ("delivery", "told"),
    [
        (replace(WAITS, due_at=NOW - MINUTE), "due for 1m; it goes when its turn comes"),
        (replace(WAITS, due_at=NOW + MINUTE), "planned in 1m"),
        (
            replace(WAITS, due_at=NOW + 2 * MINUTE, error="Bad Gateway"),
            "tried again in 2m; last answer: Bad Gateway",
        ),
        (
            replace(WAITS, destination=replace(PLACE, not_before=NOW + timedelta(seconds=43838))),
            "its destination is held for 12h10m38s, as its platform asks",
        ),
        (
            replace(WAITS, destination=replace(PLACE, not_before=NOW - MINUTE)),
            "due for 0s; it goes when its turn comes",
        ),
        (
            replace(
                WAITS, destination=replace(PLACE, state=DestinationState.OFF, reason="The bot was blocked.")
            ),
            "its destination is off: The bot was blocked.",
        ),
        (replace(WAITS, status=DeliveryStatus.SENDING), "being sent now"),
        (replace(WAITS, status=DeliveryStatus.DRAFT), "a draft; it goes when somebody publishes it"),
        (replace(WAITS, status=DeliveryStatus.DEAD, error="chat not found"), "chat not found"),
        (replace(WAITS, status=DeliveryStatus.SENT), ""),
    ],
)
def test_a_row_says_what_it_waits_for(delivery: Delivery, told: str) -> None:
    assert why(delivery, NOW) == told
