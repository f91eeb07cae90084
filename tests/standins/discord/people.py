"""What people do: slash commands, completions, buttons, as the events that reach a bot."""

import secrets
from typing import Any

from tests.standins.discord import permissions
from tests.standins.discord.state import Interaction, State
from tests.standins.discord.world import Channel, Message, User, snowflake

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5


def begin(state: State, kind: int, user: User, channel: Channel, data: dict[str, Any]) -> Interaction:
    """Make an interaction and remember it; its payload is what the gateway sends."""
    token = secrets.token_urlsafe(60)
    interaction = Interaction(snowflake(), token, kind, user, channel, {})
    guild = channel.guild
    interaction.payload = {
        "id": interaction.id,
        "application_id": state.app_id,
        "type": kind,
        "token": token,
        "version": 1,
        "data": data,
        "channel_id": channel.id,
        "channel": channel.json() | {"permissions": str(permissions.in_channel(channel, user))},
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": guild.id if guild else "0"},
        "context": 0 if guild else 1,
        "attachment_size_limit": 10485760,
        "app_permissions": str(permissions.in_channel(channel, state.bot)),
    }
    if guild:
        held = permissions.in_channel(channel, user)
        member = guild.members[user.id]
        interaction.payload |= {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": "en-US", "features": []},
            "guild_locale": "en-US",
            "member": member.json() | {"permissions": str(held)},
        }
    else:
        interaction.payload["user"] = user.json()
    state.interactions[token] = interaction
    return interaction


def command(state: State, name: str) -> dict[str, Any]:
    """Return a registered command; a person can pick no other."""
    for one in state.commands:
        if one["name"] == name:
            return one
    raise AssertionError(f"/{name} is not registered; registered: {[one['name'] for one in state.commands]}")


def command_data(
    state: State, name: str, options: dict[str, str], focused: str | None = None
) -> dict[str, Any]:
    """Return the data of a command as a client would let a person send it."""
    one = command(state, name)
    known = {option["name"]: option for option in one.get("options") or []}
    if strange := set(options) - set(known):
        raise AssertionError(f"/{name} has no option {sorted(strange)}; it has {sorted(known)}")
    missing = [key for key, option in known.items() if option.get("required") and key not in options]
    if missing and focused is None:
        raise AssertionError(f"/{name} needs {missing}")
    if focused is not None and not known.get(focused, {}).get("autocomplete"):
        raise AssertionError(f"/{name} completes no option {focused}")
    for key, value in options.items():
        longest = known[key].get("max_length") or 6000
        if len(value) > longest:
            raise AssertionError(f"/{name}: {key} takes at most {longest} characters")
    return {
        "id": one["id"],
        "name": name,
        "type": 1,
        "options": [
            {"name": key, "type": known[key]["type"], "value": value}
            | ({"focused": True} if key == focused else {})
            for key, value in options.items()
        ],
    }


def with_file(data: dict[str, Any], option: str, attachment: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a command with a file in one of its options."""
    told = {"name": option, "type": 11, "value": attachment["id"]}
    return data | {
        "options": [*data["options"], told],
        "resolved": {"attachments": {attachment["id"]: attachment}},
    }


def form_data(modal: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the data of a form with this text in its only field."""
    [row] = modal["components"]
    [field] = row["components"]
    if len(text) > field.get("max_length", 4000):
        raise AssertionError(f"The field takes at most {field['max_length']} characters")
    filled = {"type": 4, "id": 2, "custom_id": field["custom_id"], "value": text}
    return {
        "custom_id": modal["custom_id"],
        "components": [{"type": 1, "id": 1, "components": [filled]}],
    }


def button_data(message: Message, custom_id: str) -> dict[str, Any]:
    """Return the data of a pressed button; only a button that is there can be pressed."""
    present = [button.get("custom_id") for button in message.buttons]
    if custom_id not in present:
        raise AssertionError(f"There is no button {custom_id!r}; there are {present}")
    return {"custom_id": custom_id, "component_type": 2, "id": 2}
