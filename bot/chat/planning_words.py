"""The sentences of ``/digest``, ``/quiet``, ``/settings`` and ``/language``; a translation has to cover them, too."""

from bot.chat.words import Forms
from bot.model.cadence import Rate

RATES = {
    Rate.INSTANT: "at once",
    Rate.HOURLY: "every hour",
    Rate.DAILY: "every day at {at}",
    Rate.WEEKLY: "every {day} at {at}",
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Digests
CADENCES = "When alerts come to {place}:"
CADENCE_OF = "{n}. {query}: {cadence}"
CADENCE_NEW = "New subscriptions: {cadence}."
CADENCE_ALL = "Alerts come to {place} {cadence} now; so will those of new subscriptions."
CADENCE_ONE = "Alerts for {query} come to {place} {cadence} now."
CADENCE_KEPT = Forms(
    "{n} subscription stands in the configuration file and keeps its cadence.",
    "{n} subscriptions stand in the configuration file and keep their cadences.",
)
CADENCE_HOW = "To change it, press a button for all, or write {all} or {one}."
DIGEST_HELD = Forms(
    "{n} alert waits for its digest, due {time}.", "{n} alerts wait for a digest, the next due {time}."
)
DIGESTS_SILENT = "Digests come without a sound."
DIGESTS_SOUND = "Digests come with a sound."
BUTTON_INSTANT = "At once"
BUTTON_HOURLY = "Hourly"
BUTTON_DAILY = "Daily 08:00"
BUTTON_WEEKLY = "Mondays 08:00"
BUTTON_SILENT = "Digests without a sound"
BUTTON_SOUND = "Digests with a sound"

# Quiet hours
QUIET_NONE = "There are no quiet hours for {place}."
QUIET_NOW = "Quiet hours for {place}: {hours}, by the clock of {zone}."
QUIET_SET = "From now on alerts for {place} are held {hours}, by the clock of {zone}, and come as one digest afterwards."
QUIET_PRIORITY = "Subscriptions with {flag} break through."
QUIET_OFF = "Quiet hours for {place} are off."
QUIET_HOW = "To change them: {command}"
QUIET_SPAN = "from {start} to {end}"
QUIET_DAYS = "from {start} to {end} on {days}"
BUTTON_QUIET = "Quiet 22:00–07:00"
BUTTON_QUIET_OFF = "Quiet hours off"

# Settings
SETTINGS = "Settings for {place}"
SETTING_ZONE = "Time zone: {zone} ({command})"
SETTING_LANGUAGE = "Language: {language} ({command})"
SETTING_QUIET = "Quiet hours: {quiet} ({command})"
SETTING_CADENCE = "New subscriptions: {cadence} ({command})"
SETTING_SOUND = "Digests: {sound} ({command})"
SETTING_FOLLOW_UPS = "New facts of a story that was told: {how} ({command})"
AS_REPLY = "as a reply"
ADDED = "added to its alert only"
FOLLOW_UPS_ON = "A new fact of a story that was told comes as a reply to its alert."
FOLLOW_UPS_OFF = (
    "Further reports on a story that was told are added to its alert, without a message of their own."
)
BUTTON_FOLLOW_UPS = "New facts as a reply"
BUTTON_NO_FOLLOW_UPS = "No replies with new facts"
SETTING_DISCUSS = "Discussion: {how} ({command})"
IN_THREADS = "a thread under each alert"
NO_THREADS = "no threads"
DISCUSS_ON = (
    "A thread is opened under each alert, and new facts of its story go there. The bot needs the permissions "
    "Create Public Threads and Send Messages in Threads."
)
DISCUSS_OFF = "No threads are opened under alerts; new facts of a story come as replies."
DISCUSS_TELEGRAM = (
    "Discussion: where a channel has a linked discussion group, Telegram puts each alert there by itself."
)
BUTTON_DISCUSS = "Threads under alerts"
BUTTON_NO_DISCUSS = "No threads under alerts"
SETTING_STATE = "Alerts: {state} ({command})"
NONE = "none"
WITH_SOUND = "with a sound"
WITHOUT_SOUND = "without a sound"
ALERTS_ON = "on"
ALERTS_PAUSED = "paused"
ALERTS_OFF = "switched off"
BUTTON_LANGUAGE = "Language"
BUTTON_CADENCE = "When alerts come"
BUTTON_SETTINGS = "All settings"

# Language
LANGUAGE_NOW = "Dates and times are written in {language} for {place}."
LANGUAGE_SET = "Dates and times are now written in {language} for {place}."
LANGUAGE_HOW = "To change it: {command}"
LANGUAGE_UNKNOWN = "I know no language '{text}'; write its name or its code, such as English, ja or zh_Hant."
LANGUAGE_NEAR = "I know no language '{text}'; did you mean {near}?"
