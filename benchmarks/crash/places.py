"""The destinations of a run, on stand-ins of both platforms, and what arrived at them."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.model.address import Address, Platform
from tests.standins.discord_server import Channel, DiscordServer
from tests.standins.telegram_server import TelegramServer

_NUMBER = re.compile(r"Dispatch (\d+)\b")
_FIRST_PERSON = 100_001
_FIRST_GROUP = -1_001_000_000_000


class Kind(StrEnum):
    """The kinds of destination; only the bot's own Discord channels know repeats by a nonce."""

    PRIVATE = "Telegram private chats"
    GROUP = "Telegram groups"
    CHANNEL = "Discord channels"
    WEBHOOK = "Discord webhooks"


# Of every twenty destinations.
MIX = [Kind.PRIVATE] * 9 + [Kind.GROUP] + [Kind.CHANNEL] * 7 + [Kind.WEBHOOK] * 3


@dataclass(frozen=True, slots=True)
class Place:
    """A destination, with a way to read everything that was said there, one text a message."""

    kind: Kind
    address: Address
    said: Callable[[], list[str]]
    count: Callable[[], int]

    def arrived(self) -> Counter[int]:
        """Count the numbered messages that came here."""
        numbers = (_NUMBER.search(text) for text in self.said())
        return Counter(int(found[1]) for found in numbers if found)


def places(telegram: TelegramServer, discord: DiscordServer, count: int) -> list[Place]:
    """Make destinations on the stand-ins, the kinds mixed evenly."""
    made = _places(telegram, discord, count)
    return [next(made) for _ in range(count)]


def _places(telegram: TelegramServer, discord: DiscordServer, count: int) -> Iterator[Place]:
    guild = discord.add_guild("Newsroom")
    for number in range(count):
        # Seven has no divisor in common with twenty: short runs have every kind too.
        kind = MIX[number * 7 % len(MIX)]
        match kind:
            case Kind.PRIVATE:
                yield _chat(telegram, kind, _FIRST_PERSON + number, "private")
            case Kind.GROUP:
                yield _chat(telegram, kind, _FIRST_GROUP - number, "supergroup")
            case Kind.CHANNEL:
                channel = discord.add_channel(guild, f"alerts-{number}")
                address = Address(Platform.DISCORD, channel.id)
                yield _channel(kind, address, channel)
            case Kind.WEBHOOK:
                channel = discord.add_channel(guild, f"hooked-{number}")
                hook = discord.add_webhook(channel)
                address = Address(Platform.DISCORD_WEBHOOK, hook.id, secret=hook.token)
                yield _channel(kind, address, channel)


def _chat(telegram: TelegramServer, kind: Kind, number: int, type_: str) -> Place:
    chat = telegram.add_chat(number, type_, title=f"Chat {number}")
    address = Address(Platform.TELEGRAM, str(number))
    return Place(
        kind, address, lambda: [message.text for message in chat.messages], lambda: len(chat.messages)
    )


def _channel(kind: Kind, address: Address, channel: Channel) -> Place:
    return Place(
        kind,
        address,
        lambda: [json.dumps(message.json()) for message in channel.messages],
        lambda: len(channel.messages),
    )
