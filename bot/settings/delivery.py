"""The table of the configuration about delivery."""

from datetime import timedelta

from pydantic import Field

from bot.settings.sections import Section
from bot.settings.values import Duration


class DeliverySettings(Section):
    """How alerts go out."""

    max_burst: int = Field(
        default=10,
        ge=0,
        description="How many alerts one destination gets singly within `burst_window`; the rest follows in one digest."
        " 0 sends all of them singly.",
    )
    burst_window: Duration = Field(
        default=timedelta(minutes=10), description="The span of time that `max_burst` counts in."
    )
