"""Texts that cost somebody something to get, kept so that they are asked for once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptText:
    """What was got, or why nothing was. Both are missing where the asking was begun and never ended."""

    text: str | None = None
    reason: str | None = None
