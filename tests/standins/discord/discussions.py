"""Threads under messages, as Discord opens them: with the message's own id, once."""

from tests.standins.discord import bodies, errors, schema
from tests.standins.discord.replies import Context, Reply, Route
from tests.standins.discord.world import ANNOUNCEMENT, ANNOUNCEMENT_THREAD, PUBLIC_THREAD, TEXT, Channel


def open_thread(ctx: Context) -> Reply:
    channel, state = ctx.channel(), ctx.state
    schema.enforce(bodies.THREAD, ctx.body)
    if channel.type not in {TEXT, ANNOUNCEMENT}:
        raise errors.ApiError(400, 50024, "Cannot execute action on this channel type")
    state.require(channel, "CREATE_PUBLIC_THREADS")
    message = state.message(channel, ctx.path["message"])
    if message.id in state.threaded:
        raise errors.ApiError(400, 160004, "A thread has already been created for this message")
    state.threaded.add(message.id)
    kind = ANNOUNCEMENT_THREAD if channel.type == ANNOUNCEMENT else PUBLIC_THREAD
    thread = Channel(message.id, kind, ctx.body["name"], channel.guild, parent=channel, owner=state.bot)
    state.channels[thread.id] = thread
    state.notify()
    return 201, thread.json()


ROUTES = (Route("POST", "/channels/{channel}/messages/{message}/threads", open_thread, major="channel"),)
