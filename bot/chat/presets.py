"""Ready-made settings that buttons name by number. A number keeps its meaning for ever: buttons stay where they are."""

from datetime import time
from enum import IntEnum

from bot.model.cadence import Cadence, Rate
from bot.model.quiet import QuietHours


class Preset(IntEnum):
    """What a button of ``/settings``, ``/digest``, ``/quiet`` or ``/language`` sets or shows."""

    SETTINGS = 0
    CADENCES = 1
    LANGUAGES = 2
    NO_QUIET = 10
    QUIET = 11
    SOUND = 20
    SILENT = 21
    FOLLOW_UPS = 22
    NO_FOLLOW_UPS = 23
    DISCUSS = 24
    NO_DISCUSS = 25
    INSTANT = 30
    HOURLY = 31
    DAILY = 32
    WEEKLY = 33


MORNING = time(8)
CADENCES = {
    Preset.INSTANT: Cadence(),
    Preset.HOURLY: Cadence(Rate.HOURLY),
    Preset.DAILY: Cadence(Rate.DAILY, MORNING),
    Preset.WEEKLY: Cadence(Rate.WEEKLY, MORNING, 0),
}
NIGHT = QuietHours(time(22), time(7))

# Languages have the numbers from here on, in this order, to which new ones are only added.
FIRST_LANGUAGE = 100
LANGUAGES = ("en", "ja", "zh_Hans", "zh_Hant", "ko", "de", "fr", "es")
