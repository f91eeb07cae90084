"""Where a message can go, as people write it: ``telegram:-100123:7``, ``discord:42``, ``console:``."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

_TELEGRAM = re.compile(r"(?P<chat>-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})(?::(?P<thread>\d{1,20}))?")
_SNOWFLAKE = re.compile(r"\d{1,20}")
_WEBHOOK = re.compile(r"(?:.*/webhooks/)?(?P<id>\d{1,20})/(?P<token>[\w-]{1,200})(?:[/?].*)?")


class Platform(StrEnum):
    """The schemes of an address."""

    TELEGRAM = "telegram"
    DISCORD = "discord"
    DISCORD_WEBHOOK = "discord-webhook"
    CONSOLE = "console"


class AddressError(ValueError):
    """A destination that cannot be read; the text is a sentence that says what is expected."""


@dataclass(frozen=True, slots=True)
class Address:
    """A chat, and inside it a thread or topic.

    ``chat`` is a numeric chat id or ``@name`` on Telegram, a channel or thread id on Discord, a webhook id for a
    webhook, empty on the console. ``secret`` is a webhook's token; ``str`` and ``repr`` leave it out, ``key`` has it.
    """

    platform: Platform
    chat: str
    thread: str | None = None
    secret: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """Return the address as people write it, without secrets."""
        return ":".join([self.platform, self.chat, *([self.thread] if self.thread else [])])

    @property
    def is_name(self) -> bool:
        """Whether the chat is written by its name (Telegram only)."""
        return self.chat.startswith("@")

    @property
    def is_person(self) -> bool:
        """Whether it is a private chat on Telegram; Discord's addresses do not tell."""
        return self.platform is Platform.TELEGRAM and not self.chat.startswith(("-", "@"))

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read ``telegram:@channel``, ``telegram:-100123[:TOPIC]``, ``discord:CHANNEL``, ``discord-webhook:URL`` or ``console:``.

        Raises AddressError. Of a webhook URL only id and token count, wherever its host points.
        """
        scheme, _, rest = text.strip().partition(":")
        match scheme.lower():
            case "telegram":
                if found := _TELEGRAM.fullmatch(rest):
                    return cls(Platform.TELEGRAM, found["chat"], found["thread"])
                raise AddressError(
                    f"'{text}' is no Telegram destination; write telegram:@channel or telegram:-100123[:TOPIC]."
                )
            case "discord":
                if _SNOWFLAKE.fullmatch(rest):
                    return cls(Platform.DISCORD, rest)
                raise AddressError(
                    f"'{text}' is no Discord destination; write discord:CHANNEL with the channel's number."
                )
            case "discord-webhook":
                if found := _WEBHOOK.fullmatch(rest):
                    return cls(Platform.DISCORD_WEBHOOK, found["id"], secret=found["token"])
                raise AddressError(
                    "That is no webhook address; copy the webhook's URL from Discord: discord-webhook:https://…/webhooks/ID/TOKEN."
                )
            case "console":
                return cls(Platform.CONSOLE, rest)
        raise AddressError(
            f"'{text}' names no platform; begin with telegram:, discord:, discord-webhook: or console:."
        )
