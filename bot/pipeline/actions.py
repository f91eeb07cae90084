"""The buttons under an alert. They name the alert by its delivery's nonce, so they work after any restart. Pure."""

from enum import StrEnum

from bot.model.address import Address, Platform
from bot.model.message import Action


class AlertAction(StrEnum):
    """What can be done about an alert; the first word of the button's data, before ``:NONCE``."""

    MUTE = "mute"
    SNOOZE = "snooze"
    WHY = "why"


_LABELS = {
    AlertAction.MUTE: "Mute story",
    AlertAction.SNOOZE: "Snooze source 24 h",
    AlertAction.WHY: "Why?",
}
_OPEN = "Open"


def under_alert(address: Address, nonce: str, link: str | None) -> tuple[Action, ...]:
    """Return the buttons under an alert; none where nobody could press them, or thousands would see them."""
    if not _personal(address):
        return ()
    opened = (Action(_OPEN, url=link),) if link else ()
    return (*opened, *(Action(label, data=f"{verb}:{nonce}") for verb, label in _LABELS.items()))


def _personal(address: Address) -> bool:
    """Tell whether a press is answered to the one who pressed: in private, or unseen by others as on Discord.

    On Telegram an answer in a group or channel is seen by everybody there; replies with /mute and /why do the same.
    """
    match address.platform:
        case Platform.TELEGRAM:
            return address.is_person
        case Platform.DISCORD:
            return True
        case Platform.DISCORD_WEBHOOK | Platform.CONSOLE:
            return False
