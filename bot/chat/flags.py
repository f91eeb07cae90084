"""Options of a subscription among its keywords: ``--daily@08:00``, ``--cadence weekly@mon 08:00``, ``--priority``, ``--urgent``."""

import re
from dataclasses import dataclass

from bot.errors import UserError
from bot.model.cadence import Cadence, CadenceError
from bot.model.subscription import Priority, SubscriptionOptions

_TIMED = r"daily\s*@?\s*[\d:.h]+|weekly\s*@?\s*[a-z]{3,9}\s+[\d:.h]+"
_KNOWN = rf"(?:{_TIMED}|instant|hourly)(?!\S)"
# Keyboards make one dash of two.
_DASHES = r"(?:--|—|–)"
_CADENCE = re.compile(
    rf"(?<!\S)(?:(?:{_DASHES}cadence[=:\s]\s*|cadence:\s*)(?P<named>{_KNOWN}|\S+)|{_DASHES}(?P<bare>{_TIMED}|(?:instant|hourly|daily|weekly)\S*))",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    rf"(?<!\S)(?:(?:{_DASHES}priority|priority:)(?:[=:\s]?\s*(?P<value>yes|no|on|off|true|false|urgent))?"
    rf"|{_DASHES}(?P<urgent>urgent))(?!\S)",
    re.IGNORECASE,
)
LEADING_CADENCE = re.compile(
    rf"(?P<cadence>{_TIMED}|instant|hourly|daily|weekly)(?=\s|$)\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_WRITTEN = {Priority.NORMAL: "", Priority.PRIORITY: " --priority", Priority.URGENT: " --urgent"}
_NO = frozenset({"no", "off", "false"})


@dataclass(frozen=True, slots=True)
class Flags:
    """The options that were written; None for those that were not."""

    cadence: Cadence | None = None
    priority: Priority | None = None

    def __bool__(self) -> bool:
        """Tell whether any was written."""
        return self.cadence is not None or self.priority is not None


def split(text: str) -> tuple[str, Flags]:
    """Return the keywords without the options among them, and the options; raises UserError."""
    cadence, priority = None, None
    if found := _CADENCE.search(text):
        cadence = read_cadence(found["named"] or found["bare"])
        text = f"{text[: found.start()]} {text[found.end() :]}".strip()
    if found := _PRIORITY.search(text):
        priority = _priority((found["urgent"] or found["value"] or "yes").lower())
        text = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return text, Flags(cadence, priority)


def _priority(value: str) -> Priority:
    if value == Priority.URGENT:
        return Priority.URGENT
    return Priority.NORMAL if value in _NO else Priority.PRIORITY


def read_cadence(text: str) -> Cadence:
    """Read a cadence; raises UserError."""
    try:
        return Cadence.parse(text)
    except CadenceError as error:
        raise UserError(str(error)) from error


def written(options: SubscriptionOptions) -> str:
    """Return the options as they are written behind keywords."""
    return f"--{options.cadence}{_WRITTEN[options.priority]}"
