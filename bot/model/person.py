"""Who speaks to the bot, and what a platform says about a place."""

from dataclasses import dataclass

from bot.model.address import Address, Platform


@dataclass(frozen=True, slots=True)
class Person:
    """A user of a platform. ``id`` is the platform's own, as text."""

    platform: Platform
    id: str
    name: str

    @property
    def key(self) -> str:
        """Return ``telegram:ID`` or ``discord:ID``, the form used in ``[access] allow`` and ``admins``."""
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class Reachable:
    """The bot can post there. ``address`` is the canonical one (numeric), ``title`` what people call the place.

    ``name`` is what it can be addressed by as well, such as ``@channel``.
    """

    address: Address
    title: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The bot cannot post there; ``reason`` is a sentence that says what to do about it."""

    reason: str
