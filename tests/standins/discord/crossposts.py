"""Publishing: a message of an announcement channel goes to the servers that follow it, ten an hour for a channel."""

from tests.standins.discord import errors
from tests.standins.discord.replies import Context, Reply, Route
from tests.standins.discord.world import ANNOUNCEMENT

CROSSPOSTED = 1 << 1


def crosspost(ctx: Context) -> Reply:
    channel, state = ctx.channel(), ctx.state
    message = state.message(channel, ctx.path["message"])
    if channel.type != ANNOUNCEMENT:
        raise errors.ApiError(400, 50024, "Cannot execute action on this channel type")
    own = message.author.id == state.bot.id
    state.require(channel, "SEND_MESSAGES", *([] if own else ["MANAGE_MESSAGES"]))
    if message.flags & CROSSPOSTED:
        raise errors.ApiError(400, 40033, "This message has already been crossposted")
    if wait := state.crossposting.take(channel.id):
        raise errors.rate_limited(wait)
    message.payload["flags"] = message.flags | CROSSPOSTED
    message.crossposts += 1
    state.notify()
    return 200, message.json()


ROUTES = (Route("POST", "/channels/{channel}/messages/{message}/crosspost", crosspost, major="channel"),)
