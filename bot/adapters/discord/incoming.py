"""What discord.py tells about an interaction, as the requests of the chat service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import discord

from bot.adapters.discord.permissions import TEXT_CHANNELS, missing
from bot.adapters.discord.registration import CommandSpec, argument
from bot.model.address import Address, Platform
from bot.model.person import Person
from bot.model.request import Request

# After these the channel is meant to receive alerts.
PROMISING = frozenset({"start", "subscribe", "resume"})


@dataclass(frozen=True, slots=True)
class Focus:
    """The option that somebody types into, and what stands there so far."""

    option: str
    prefix: str


def request(interaction: discord.Interaction, command: CommandSpec | None) -> Request:
    """Return an interaction as a request; ``command`` None for a button."""
    private = interaction.guild_id is None
    name = interaction.user.display_name
    held = interaction.permissions
    return Request(
        command=command.name if command else "",
        argument=argument(command, given(interaction)) if command else filled_in(interaction),
        where=Address(Platform.DISCORD, str(interaction.channel_id)),
        place=name if private else _channel_name(interaction),
        who=Person(Platform.DISCORD, str(interaction.user.id), name),
        private=private,
        may_manage=private or held.manage_guild or held.administrator,
        groups=() if private else _groups(interaction),
    )


def command_of(interaction: discord.Interaction, commands: Sequence[CommandSpec]) -> CommandSpec | None:
    """Return the command that was typed, None where the catalogue has it no longer."""
    name = _data(interaction).get("name")
    return next((command for command in commands if command.name == name), None)


def given(interaction: discord.Interaction) -> dict[str, str]:
    """Return the options that were filled in, as text."""
    return {str(one.get("name")): str(one.get("value", "")) for one in _options(interaction)}


def file_of(interaction: discord.Interaction, command: CommandSpec) -> tuple[str, str, int] | None:
    """Return name, address and size of the file that came with a command, None where there is none."""
    told = given(interaction)
    resolved = _data(interaction).get("resolved")
    files = resolved.get("attachments") if isinstance(resolved, dict) else None
    for option in command.options:
        found = files.get(told.get(option.name, "")) if option.file and isinstance(files, dict) else None
        if isinstance(found, dict):
            return str(found.get("filename", "")), str(found.get("url", "")), int(found.get("size", 0))
    return None


def focus(interaction: discord.Interaction) -> Focus | None:
    """Return the option being completed."""
    for one in _options(interaction):
        if one.get("focused"):
            return Focus(str(one.get("name")), str(one.get("value", "")))
    return None


def pressed(interaction: discord.Interaction) -> str:
    """Return what the pressed button carries."""
    return str(_data(interaction).get("custom_id", ""))


def filled_in(interaction: discord.Interaction) -> str:
    """Return what was written into a form; empty where there was none."""
    rows = _data(interaction).get("components")
    for row in rows if isinstance(rows, list) else []:
        fields = row.get("components") if isinstance(row, dict) else None
        for field in fields if isinstance(fields, list) else []:
            if isinstance(field, dict) and isinstance(field.get("value"), str):
                return str(field["value"])
    return ""


def cannot_post(interaction: discord.Interaction) -> list[str]:
    """Return the permissions that the bot lacks to send alerts where a command was typed."""
    channel = interaction.channel
    kind = channel.type.value if channel is not None else 0
    if interaction.guild_id is None or kind not in TEXT_CHANNELS:
        return []
    held = interaction.app_permissions
    return [] if held.administrator else missing(held.value, kind)


def _channel_name(interaction: discord.Interaction) -> str:
    name = getattr(interaction.channel, "name", None)
    return f"#{name}" if name else f"channel {interaction.channel_id}"


def _groups(interaction: discord.Interaction) -> tuple[str, ...]:
    """Return the server, the channel and a thread's parent, which an allowlist may name."""
    parent = getattr(interaction.channel, "parent_id", None)
    ids = (interaction.guild_id, interaction.channel_id, parent)
    return tuple(str(one) for one in ids if one is not None)


def _data(interaction: discord.Interaction) -> Mapping[str, object]:
    return dict(interaction.data or {})


def _options(interaction: discord.Interaction) -> list[Mapping[str, object]]:
    found = _data(interaction).get("options")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
