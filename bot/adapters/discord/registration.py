"""The command catalogue as Discord's slash commands. Pure.

Limits: names of 1 to 32 lower-case letters, descriptions of 1 to 100 characters, 25 options, required ones first
(Discord, "Application Commands").
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

DESCRIPTION_LIMIT = 100
# Guild channels and direct messages with the bot, for servers that installed it.
CONTEXTS = [0, 1]
INTEGRATION_TYPES = [0]
CHAT_INPUT, STRING, ATTACHMENT = 1, 3, 11

Json = Mapping[str, Any]


class OptionSpec(Protocol):
    """A part of a command's argument."""

    @property
    def name(self) -> str:
        """What the option is called."""
        ...

    @property
    def summary(self) -> str:
        """What it is, in up to 100 characters."""
        ...

    @property
    def required(self) -> bool:
        """Whether the command needs it."""
        ...

    @property
    def autocomplete(self) -> bool:
        """Whether the chat service completes it."""
        ...

    @property
    def named(self) -> bool:
        """Whether it is written with its name, as ``--NAME VALUE``."""
        ...

    @property
    def file(self) -> bool:
        """Whether it takes a file."""
        ...


class CommandSpec(Protocol):
    """A command of the catalogue."""

    @property
    def name(self) -> str:
        """What people type after the slash."""
        ...

    @property
    def summary(self) -> str:
        """What it does, in up to 100 characters."""
        ...

    @property
    def options(self) -> Sequence[OptionSpec]:
        """Its options, in the order of its argument."""
        ...


def definitions(commands: Sequence[CommandSpec]) -> list[dict[str, Any]]:
    """Return what registers these commands for servers and direct messages."""
    return [
        {
            "type": CHAT_INPUT,
            "name": command.name,
            "description": command.summary[:DESCRIPTION_LIMIT],
            "options": [_option(one) for one in sorted(command.options, key=lambda one: not one.required)],
            "contexts": CONTEXTS,
            "integration_types": INTEGRATION_TYPES,
        }
        for command in commands
    ]


def _option(option: OptionSpec) -> dict[str, Any]:
    kind: dict[str, Any] = (
        {"type": ATTACHMENT} if option.file else {"type": STRING, "autocomplete": option.autocomplete}
    )
    return {
        **kind,
        "name": option.name,
        "description": option.summary[:DESCRIPTION_LIMIT],
        "required": option.required,
    }


def registered(found: object, wanted: Sequence[Json]) -> bool:
    """Tell whether Discord holds exactly these commands already; writing them anew is limited a day."""
    if not isinstance(found, list):
        return False
    return sorted(map(_essence, found)) == sorted(map(_essence, wanted))


def _essence(command: Json) -> str:
    options = [
        (one.get("type"), one.get("name"), one.get("description"), bool(one.get("required")), bool(one.get("autocomplete")))
        for one in command.get("options") or ()
    ]  # fmt: skip
    places = (sorted(command.get("contexts") or ()), sorted(command.get("integration_types") or ()))
    return repr(
        (command.get("name"), command.get("type", CHAT_INPUT), command.get("description"), options, places)
    )


def argument(command: CommandSpec, given: Mapping[str, str]) -> str:
    """Join the options that were given, in the catalogue's order, with one space; named ones as ``--NAME VALUE``."""
    texts = ((option, given.get(option.name, "").strip()) for option in command.options if not option.file)
    return " ".join(f"--{option.name} {text}" if option.named else text for option, text in texts if text)
