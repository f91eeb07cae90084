"""What Discord's answers mean for a delivery: one table of its error codes. Pure.

Codes: Discord, "Opcodes and Status Codes", section JSON. A place that is closed to us is switched off, so that
refusals do not pile up: 10,000 of them within ten minutes get the address banned (Discord, "Rate Limits").
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from bot.adapters.discord.replies import Accepted, Limited, Refused, Reply, Unanswered
from bot.model.delivery import Rejected, RetryLater, Scope, SendOutcome, Sent


@dataclass(frozen=True, slots=True)
class Closed:
    """The place cannot be used any more, or not before somebody changes something there."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """This message is refused; the next one may pass."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Later. ``after`` None leaves the time to back-off."""

    reason: str
    after: timedelta | None = None
    scope: Scope = Scope.DESTINATION


Meaning = Closed | Unfit | Wait

# A wrong token or a locked bot needs the operator; nothing is lost meanwhile.
OPERATOR = timedelta(minutes=10)
FORUM = 40058
TAG_REQUIRED = 40067
ALREADY_CROSSPOSTED = 40033
LACKS_PERMISSION = 50013
THREAD_EXISTS = 160004
NO_THREADS = "The bot may not open threads here: it needs Create Public Threads and Send Messages in Threads."
WRONG_KIND_OF_CHANNEL = 50024
WEBHOOK_NEEDS_POST = 220001

MEANINGS: dict[int, Meaning] = {
    10003: Closed("This channel does not exist any more"),
    10004: Closed("This server does not exist any more"),
    10008: Unfit("This message does not exist any more"),
    10013: Closed("This user does not exist any more"),
    10015: Closed("This webhook does not exist any more; make a new one and use its URL"),
    10016: Closed("This webhook does not exist any more; make a new one and use its URL"),
    10087: Wait("A tag of this forum was just taken away"),
    20001: Closed("Bots cannot post here"),
    20009: Unfit("Discord did not pass this message on because of its content"),
    20016: Wait("This channel has slow mode"),
    20022: Wait("Discord limits how often an announcement is edited"),
    20024: Closed("Discord refuses this place because of an age limit"),
    20028: Wait("This channel has reached its write limit"),
    20029: Wait("This server has reached its write limit"),
    20031: Unfit("Discord refuses words in this message"),
    30033: Wait("This thread is full", timedelta(hours=1)),
    30046: Wait("Discord limits edits of messages older than an hour", timedelta(hours=1)),
    40001: Wait(
        "Discord refuses the bot's token; put the right one in [discord] token", OPERATOR, Scope.PLATFORM
    ),
    40002: Wait("Discord wants the bot's account verified", OPERATOR, Scope.PLATFORM),
    40003: Wait("Discord limits how fast direct messages are opened", timedelta(minutes=10)),
    40004: Wait("Discord has switched sending off for a while", timedelta(minutes=1), Scope.PLATFORM),
    40005: Unfit("Discord finds this message too large"),
    40006: Wait("Discord has switched this off for a while", timedelta(minutes=1)),
    40007: Closed("The user is banned from this server"),
    40012: Closed("The connection to this place was revoked"),
    FORUM: Closed("This forum takes posts only"),
    40062: Wait("Discord limits this for now", timedelta(minutes=1)),
    40066: Closed("This forum wants a tag, and has none that a bot may set"),
    TAG_REQUIRED: Closed("This forum wants a tag on every post"),
    40333: Wait("Discord's edge blocks this machine", timedelta(minutes=5), Scope.PLATFORM),
    50001: Closed("The bot cannot see this channel; give it View Channel, or invite it again"),
    50003: Closed("This cannot be done in direct messages"),
    50005: Unfit("This message belongs to somebody else"),
    50006: Unfit("The message is empty"),
    50007: Closed("This user takes no direct messages from the bot"),
    50008: Closed("This channel takes no text"),
    50009: Closed("This server's verification level keeps the bot out"),
    50013: Closed("The bot lacks a permission here: it needs View Channel, Send Messages and Embed Links"),
    50014: Wait(
        "Discord refuses the bot's token; put the right one in [discord] token", OPERATOR, Scope.PLATFORM
    ),
    50021: Unfit("A system message cannot be changed"),
    50024: Closed("This kind of channel takes no messages from bots"),
    50027: Closed("This webhook's token is not valid; copy its URL again"),
    50033: Closed("This user cannot be written to"),
    50035: Unfit("Discord refuses the form of this message"),
    50055: Closed("This server does not exist any more"),
    50068: Unfit("Discord refuses this kind of message"),
    50073: Closed("This webhook belongs to Discord itself"),
    50083: Closed("This thread is archived; open it again"),
    50095: Closed("This server is not available where the bot runs"),
    50109: Unfit("Discord could not read the message"),
    50178: Wait("Discord wants the bot's account verified", OPERATOR, Scope.PLATFORM),
    50278: Closed("The bot shares no server with this user any more"),
    60003: Wait("This server wants two-factor authentication of the bot's owner", OPERATOR),
    110001: Wait("Discord is not ready for this bot", timedelta(minutes=1), Scope.PLATFORM),
    130000: Wait("Discord is overloaded", None, Scope.PLATFORM),
    160005: Closed("This thread is locked; unlock it, or give the bot Manage Threads"),
    160006: Wait("This server has too many active threads; archive some", timedelta(minutes=10)),
    160007: Wait("This server has too many active announcement threads; archive some", timedelta(minutes=10)),
    200000: Unfit("The server's AutoMod blocked this message"),
    200001: Unfit("The server's AutoMod blocked this title"),
    WEBHOOK_NEEDS_POST: Closed("This webhook belongs to a forum, which takes posts only"),
    220002: Unfit("A webhook cannot post and reply at once"),
    220003: Closed("This webhook's channel is no forum"),
    220004: Closed("This webhook cannot be used in a forum"),
    240000: Unfit("Discord's filter for harmful links blocked this message"),
}

GONE_WEBHOOK = frozenset({401, 404})
NO_WEBHOOK = Closed("This webhook cannot be used any more; make a new one and use its URL")
WRONG_TOKEN = Wait(
    "Discord refuses the bot's token; put the right one in [discord] token", OPERATOR, Scope.PLATFORM
)
UNEXPLAINED: dict[int, Meaning] = {
    403: Wait("Discord's edge blocks this machine", timedelta(minutes=5), Scope.PLATFORM),
    404: Wait("There is no Discord API at [discord] api_url", OPERATOR, Scope.PLATFORM),
    405: Wait("There is no Discord API at [discord] api_url", OPERATOR, Scope.PLATFORM),
}
BY_STATUS: dict[int, Meaning] = {
    401: WRONG_TOKEN,
    403: Closed("Discord does not let the bot post here"),
    404: Closed("This place does not exist any more"),
    408: Wait("Discord could not take the message now"),
    409: Wait("Discord could not take the message now"),
    425: Wait("Discord could not take the message now"),
}


def outcome(reply: Reply, *, webhook: bool = False) -> SendOutcome:
    """Return what a reply to a message means for its delivery.

    For a webhook a 401 or 404 of any code closes the place: Discord asks that such a webhook is not used again.
    """
    match reply:
        case Accepted(data):
            return sent(data)
        case Limited(after, scope, reason):
            return RetryLater(f"{reason}.", after, scope)
        case Unanswered(reason, uncertain):
            scope = Scope.DESTINATION if uncertain else Scope.PLATFORM
            return RetryLater(f"{reason[0].upper()}{reason[1:]}.", scope=scope, uncertain=uncertain)
        case Refused():
            return _refusal(reply, webhook=webhook)
        case _:
            assert_never(reply)


def passed_on(reply: Reply, message_id: str) -> SendOutcome:
    """Return what a reply to a crosspost means; whatever ails it, messages to the place go on.

    A message that was passed on already counts as sent. A channel that is no announcement channel (any more) has no
    followers.
    """
    if isinstance(reply, Refused) and reply.code == ALREADY_CROSSPOSTED:
        return Sent(message_id)
    return _beside(reply, message_id)


def opened(reply: Reply, message_id: str) -> SendOutcome:
    """Return what a reply to opening a thread means, likewise. A thread has its message's id."""
    if isinstance(reply, Refused) and reply.code == THREAD_EXISTS:
        return Sent(message_id)
    if isinstance(reply, Refused) and reply.code == LACKS_PERMISSION:
        return Rejected(NO_THREADS)
    return _beside(reply, message_id)


def _beside(reply: Reply, message_id: str) -> SendOutcome:
    if isinstance(reply, Accepted):
        return Sent(message_id)
    if isinstance(reply, Refused) and reply.code == WRONG_KIND_OF_CHANNEL:
        return Sent("")
    result = outcome(reply)
    match result:
        case Rejected(reason):
            return Rejected(reason)
        case RetryLater(scope=Scope.DESTINATION):
            return replace(result, scope=Scope.DELIVERY)
        case _:
            return result


def sent(data: object) -> SendOutcome:
    """Return the message's id from Discord's answer."""
    message_id = data.get("id") if isinstance(data, dict) else None
    if isinstance(message_id, str) and message_id:
        return Sent(message_id)
    return RetryLater("Discord accepted the message and did not name it.", uncertain=True)


def _refusal(reply: Refused, *, webhook: bool) -> SendOutcome:
    detail = f"(Discord: {reply.status}, code {reply.code}, {reply.text})"
    meaning = meaning_of(reply, webhook=webhook)
    match meaning:
        case Closed(reason):
            return Rejected(f"{reason} {detail}.", destination_off=True)
        case Unfit(reason):
            return Rejected(f"{reason} {detail}.")
        case Wait(reason, after, scope):
            return RetryLater(f"{reason} {detail}.", after, scope)
        case _:
            assert_never(meaning)


def meaning_of(reply: Refused, *, webhook: bool = False) -> Meaning:
    """Return what a refusal means: by its code, else by its status."""
    known = MEANINGS.get(reply.code)
    if webhook and reply.status in GONE_WEBHOOK:
        return known if isinstance(known, Closed) else NO_WEBHOOK
    if known:
        return known
    if reply.code == 0 and (meaning := UNEXPLAINED.get(reply.status)):
        return meaning
    return BY_STATUS.get(reply.status, Unfit("Discord refuses this message"))
