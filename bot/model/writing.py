"""What a language model is asked to write, and what came of it."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Task:
    """What to do, and the text to do it with, which a stranger wrote."""

    instructions: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """What the model answered, as it came."""

    text: str


@dataclass(frozen=True, slots=True)
class NotWritten:
    """No answer, with the reason as a sentence; ``after`` is how long the endpoint asked to be left alone."""

    reason: str
    after: timedelta | None = None
