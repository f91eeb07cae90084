"""Answers to interactions: the callback, the original message, followups."""

import time
from typing import Any

from tests.standins.discord import bodies, errors, schema
from tests.standins.discord.replies import Context, Reply, Route
from tests.standins.discord.state import Interaction
from tests.standins.discord.world import EPHEMERAL, Message, snowflake

PONG, MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
TOKEN_SECONDS = 15 * 60.0
ALLOWED = {
    2: (MESSAGE, DEFERRED, MODAL),
    3: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL),
    4: (CHOICES,),
    5: (MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE),
}


def callback(ctx: Context) -> Reply:
    found = ctx.state.interactions.get(ctx.path["token"])
    if found is None or found.id != ctx.path["interaction"]:
        raise errors.unknown_interaction()
    if found.callback is not None:
        raise errors.ApiError(400, 40060, "Interaction has already been acknowledged.")
    if time.monotonic() - found.begun > ctx.state.interaction_seconds:
        raise errors.unknown_interaction()
    check = schema.fields({"type": schema.one_of(*ALLOWED[found.type]), "data": lambda *_: None}, ("type",))
    schema.enforce(check, ctx.body)
    _apply(ctx, found, ctx.body["type"], ctx.body.get("data") or {})
    found.callback = ctx.body["type"]
    ctx.state.notify()
    if ctx.query.get("with_response", "").lower() in ("1", "true"):
        return 200, _resource(found)
    return 204, None


def _resource(found: Interaction) -> dict[str, Any]:
    shown = found.original or found.source
    return {
        "interaction": {
            "id": found.id,
            "type": found.type,
            "response_message_id": shown.id if shown else None,
            "response_message_loading": found.callback == DEFERRED,
            "response_message_ephemeral": bool(found.deferred_flags & EPHEMERAL),
        },
        "resource": {
            "type": found.callback,
            **({"message": found.original.json()} if found.original else {}),
        },
    }


def _apply(ctx: Context, found: Interaction, kind: int, data: dict[str, Any]) -> None:
    match kind:
        case 8:
            schema.enforce(bodies.CHOICES, data)
            found.choices = list(data.get("choices") or [])
        case 5:
            schema.enforce(schema.fields({"flags": schema.one_of(0, EPHEMERAL)}), data)
            found.deferred_flags = int(data.get("flags") or 0)
        case 4:
            found.original = _store(ctx, found, data)
        case 9:
            schema.enforce(bodies.MODAL, data)
            found.modal = data
        case 7 if found.source:
            _update(ctx, found.source, data, bodies.WEBHOOK_EDIT)
            found.updates += 1


def _store(ctx: Context, found: Interaction, data: dict[str, Any], *, flags: int = 0) -> Message:
    bodies.check_message(bodies.WEBHOOK, data)
    bodies.check_not_empty(data)
    payload = dict(data) | {"flags": int(data.get("flags") or 0) | flags}
    message = Message(snowflake(), found.channel, ctx.state.bot, payload, interaction=True)
    if not message.ephemeral:
        found.channel.messages.append(message)
    return message


def _update(ctx: Context, message: Message, data: dict[str, Any], check: schema.Check) -> None:
    bodies.check_message(check, data)
    merged = message.payload | {key: value for key, value in data.items() if key != "flags"}
    bodies.check_not_empty(merged)
    message.payload = merged
    message.revisions += 1
    ctx.state.notify()


def _answered(ctx: Context) -> Interaction:
    found = ctx.state.interactions.get(ctx.path["token"])
    if found is None or ctx.path["app"] != ctx.state.app_id or found.callback is None:
        raise errors.unknown_webhook()
    if time.monotonic() - found.begun > TOKEN_SECONDS:
        raise errors.ApiError(401, 50027, "Invalid Webhook Token")
    return found


def edit_original(ctx: Context) -> Reply:
    found = _answered(ctx)
    if found.source and found.callback in (DEFERRED_UPDATE, UPDATE):
        _update(ctx, found.source, ctx.body, bodies.WEBHOOK_EDIT)
        found.updates += 1
        ctx.state.notify()
        return 200, found.source.json()
    if found.original is None:
        bodies.check_message(bodies.WEBHOOK_EDIT, ctx.body)
        found.original = _store(ctx, found, ctx.body, flags=found.deferred_flags)
    else:
        _update(ctx, found.original, ctx.body, bodies.WEBHOOK_EDIT)
    ctx.state.notify()
    return 200, found.original.json()


def get_original(ctx: Context) -> Reply:
    found = _answered(ctx)
    shown = found.original or found.source
    if shown is None:
        raise errors.unknown_message()
    return 200, shown.json()


def follow_up(ctx: Context) -> Reply:
    found = _answered(ctx)
    if found.callback == DEFERRED and found.original is None:
        message = found.original = _store(ctx, found, ctx.body, flags=found.deferred_flags)
    else:
        message = _store(ctx, found, ctx.body)
        found.followups.append(message)
    ctx.state.notify()
    return 200, message.json()


def edit_follow_up(ctx: Context) -> Reply:
    found = _answered(ctx)
    for message in found.messages:
        if message.id == ctx.path["message"]:
            _update(ctx, message, ctx.body, bodies.WEBHOOK_EDIT)
            return 200, message.json()
    raise errors.unknown_message()


_TOKEN = r"/webhooks/{app}/{token}"
ROUTES = (Route("POST", "/interactions/{interaction}/{token}/callback", callback, auth=False, limited=False),)
FOLLOW_UPS = {
    ("PATCH", f"{_TOKEN}/messages/@original"): edit_original,
    ("GET", f"{_TOKEN}/messages/@original"): get_original,
    ("POST", _TOKEN): follow_up,
    ("PATCH", f"{_TOKEN}/messages/{{message}}"): edit_follow_up,
}
