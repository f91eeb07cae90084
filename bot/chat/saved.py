"""Options of subscriptions and settings of places as ``/export`` writes and ``/import`` reads them."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.model.cadence import INSTANT, Cadence, CadenceError
from bot.model.destination import DestinationSettings
from bot.model.quiet import QuietError, QuietHours
from bot.model.subscription import Priority, SubscriptionOptions

Plain = dict[str, Any]


def options_to_plain(options: SubscriptionOptions) -> Plain:
    """Return the options of a subscription as JSON values."""
    return {
        "cadence": str(options.cadence),
        "feeds": options.feeds,
        "mentions": options.mentions,
        "priority": options.priority.value,
    }


def options_from_plain(told: Mapping[str, Any]) -> SubscriptionOptions:
    """Read options; what is not of our kind is left at the usual value."""
    return SubscriptionOptions(
        _cadence(told.get("cadence")),
        _texts(told.get("feeds")),
        _texts(told.get("mentions")),
        next((each for each in Priority if each == told.get("priority")), Priority.NORMAL),
    )


def settings_to_plain(settings: DestinationSettings) -> Plain:
    """Return the settings of a place as JSON values."""
    return {
        "cadence": str(settings.cadence),
        "quiet": str(settings.quiet) if settings.quiet else None,
        "silent_digests": settings.silent_digests,
        "follow_ups": settings.follow_ups,
        "discuss": settings.discuss,
    }


def settings_from_plain(told: Mapping[str, Any]) -> DestinationSettings:
    """Read settings; what is not of our kind is left at the usual value."""
    quiet = None
    with suppress(QuietError):
        text = told.get("quiet")
        quiet = QuietHours.parse(text) if isinstance(text, str) else None
    return DestinationSettings(
        _cadence(told.get("cadence")),
        quiet,
        told.get("silent_digests") is True,
        told.get("follow_ups") is not False,
        told.get("discuss") is True,
    )


def _cadence(told: object) -> Cadence:
    with suppress(CadenceError):
        if isinstance(told, str):
            return Cadence.parse(told)
    return INSTANT


def _texts(told: object) -> tuple[str, ...]:
    return tuple(one for one in told if isinstance(one, str)) if isinstance(told, list) else ()
