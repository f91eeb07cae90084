"""Webhooks: those of channels, and (under the same paths) the tokens of interactions."""

from collections.abc import Callable
from typing import Any

from tests.standins.discord import bodies, errors
from tests.standins.discord.interactions import FOLLOW_UPS
from tests.standins.discord.replies import Context, Reply, Route
from tests.standins.discord.world import (
    CATEGORY,
    FORUMS,
    PUBLIC_THREAD,
    THREADS,
    Channel,
    Message,
    User,
    Webhook,
    snowflake,
)

Handler = Callable[[Context], Reply]


def _webhook(ctx: Context) -> Webhook:
    found = ctx.state.webhooks.get(ctx.path["app"])
    if found is None:
        raise errors.unknown_webhook()
    if found.token != ctx.path["token"]:
        raise errors.ApiError(401, 50027, "Invalid Webhook Token")
    return found


def get_webhook(ctx: Context) -> Reply:
    return 200, _webhook(ctx).json()


def execute(ctx: Context) -> Reply:
    webhook = _webhook(ctx)
    body = _respect_components(
        ctx.body, with_components=ctx.query.get("with_components", "").lower() in ("1", "true")
    )
    bodies.check_message(bodies.WEBHOOK, body)
    bodies.check_not_empty(body)
    channel = _place(ctx, webhook, body)
    author = User(webhook.id, body.get("username") or webhook.name, bot=True)
    message = ctx.state.store(channel, author, body, webhook_id=webhook.id)
    if channel.parent and channel.parent.type in FORUMS and len(channel.messages) == 1:
        message.id = channel.id
    return (200, message.json()) if ctx.query.get("wait", "").lower() in ("1", "true") else (204, None)


def _respect_components(body: dict[str, Any], *, with_components: bool) -> dict[str, Any]:
    """Drop components, or refuse those that only an application's own webhook may send."""
    rows = body.get("components") or []
    if (
        rows
        and with_components
        and any(button.get("custom_id") for row in rows for button in row["components"])
    ):
        raise errors.invalid_form(
            {"components": {"_errors": [{"code": "WEBHOOK_INTERACTIVE", "message": "Not for this webhook"}]}}
        )
    return dict(body) if with_components else {key: body[key] for key in body if key != "components"}


def _place(ctx: Context, webhook: Webhook, body: dict[str, Any]) -> Channel:
    channel, thread_id, name = webhook.channel, ctx.query.get("thread_id"), body.get("thread_name")
    if thread_id:
        thread = ctx.state.channels.get(thread_id)
        if thread is None or thread.type not in THREADS or thread.parent is not channel:
            raise errors.unknown_channel()
        return thread
    if channel.type in FORUMS:
        if not name:
            raise errors.ApiError(
                400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id"
            )
        author = User(webhook.id, webhook.name, bot=True)
        thread = Channel(snowflake(), PUBLIC_THREAD, name, channel.guild, parent=channel, owner=author)
        ctx.state.channels[thread.id] = thread
        return thread
    if name:
        raise errors.ApiError(400, 220003, "Webhooks can only create threads in forum channels")
    if channel.type == CATEGORY or channel.id not in ctx.state.channels:
        raise errors.unknown_webhook()
    return channel


def edit(ctx: Context) -> Reply:
    webhook = _webhook(ctx)
    message = _find(ctx, webhook)
    body = _respect_components(
        ctx.body, with_components=ctx.query.get("with_components", "").lower() in ("1", "true")
    )
    bodies.check_message(bodies.WEBHOOK_EDIT, body)
    merged = message.payload | body
    bodies.check_not_empty(merged)
    message.payload = merged
    message.revisions += 1
    ctx.state.notify()
    return 200, message.json()


def _find(ctx: Context, webhook: Webhook) -> Message:
    place = ctx.state.channels.get(ctx.query.get("thread_id", webhook.channel.id), webhook.channel)
    for message in place.messages:
        if message.id == ctx.path["message"] and message.webhook_id == webhook.id and not message.deleted:
            return message
    raise errors.unknown_message()


def _either(interaction: Handler, webhook: Handler) -> Handler:
    def handler(ctx: Context) -> Reply:
        return (interaction if ctx.path["app"] == ctx.state.app_id else webhook)(ctx)

    return handler


def _nothing(_: Context) -> Reply:
    raise errors.unknown_webhook()


_CHANNEL_HOOKS: dict[tuple[str, str], Handler] = {
    ("GET", "/webhooks/{app}/{token}"): get_webhook,
    ("POST", "/webhooks/{app}/{token}"): execute,
    ("PATCH", "/webhooks/{app}/{token}/messages/{message}"): edit,
}
ROUTES = tuple(
    Route(
        method,
        template,
        _either(
            FOLLOW_UPS.get((method, template), _nothing), _CHANNEL_HOOKS.get((method, template), _nothing)
        ),
        major="app",
        auth=False,
    )
    for method, template in dict.fromkeys([*FOLLOW_UPS, *_CHANNEL_HOOKS])
)
