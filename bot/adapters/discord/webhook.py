"""Sending through Discord webhooks, which need no bot."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.adapters.discord import routes
from bot.adapters.discord.address import api_base
from bot.adapters.discord.failures import GONE_WEBHOOK, WEBHOOK_NEEDS_POST, outcome
from bot.adapters.discord.identity import IDENTITY, webhook_body
from bot.adapters.discord.places import why
from bot.adapters.discord.render import Json, components, post_name, revision
from bot.adapters.discord.replies import Accepted, Refused, Reply, Route
from bot.adapters.discord.rest import TIMEOUT, Rest
from bot.model.address import Address, Platform
from bot.model.delivery import Rejected, SendOutcome, Sent
from bot.model.message import Message
from bot.model.person import Person, Reachable, Unreachable

UNKNOWN_MESSAGE = 10008
RATE = 49.0


class WebhookMessenger:
    """The Messenger for ``discord-webhook:URL``. Webhooks know no nonce: a repeat after a lost answer may show twice."""

    def __init__(self, api_url: str | None = None, *, timeout: timedelta = TIMEOUT) -> None:
        self._rest = Rest(api_base(api_url), timeout=timeout)
        self._gone: dict[tuple[str, str | None], Rejected] = {}

    @property
    def platform(self) -> Platform:
        """The scheme of the addresses it serves."""
        return Platform.DISCORD_WEBHOOK

    @property
    def rate(self) -> float:
        """Return the same as for a token: without one, the limit is the address's."""
        return RATE

    @property
    def idempotent(self) -> bool:
        """Return False: webhooks know no nonce."""
        return False

    async def close(self) -> None:
        """Close the connections."""
        await self._rest.close()

    async def send(
        self,
        address: Address,
        message: Message,
        *,
        nonce: str,  # noqa: ARG002 - see above
        reply_to: str | None = None,
    ) -> SendOutcome:
        """Send a message; in a forum it becomes a post, and a reply goes into the post that it answers.

        Elsewhere a reply stands alone: webhooks cannot answer messages.
        """
        body = webhook_body(message)
        reply = await self._execute(address, body, message, reply_to)
        if isinstance(reply, Refused) and any(name in reply.text for name in IDENTITY & body.keys()):
            # A name that Discord refuses for a reason it does not document must not cost the alert.
            bare = {key: value for key, value in body.items() if key not in IDENTITY}
            reply = await self._execute(address, bare, message, reply_to)
        return self._settled(address, reply)

    async def _execute(
        self, address: Address, body: Json, message: Message, reply_to: str | None
    ) -> Reply | Rejected:
        buttons = "components" in body
        route = routes.execute_webhook(address, buttons=buttons)
        reply = await self._ask(address, route, body)
        if isinstance(reply, Refused) and reply.code == WEBHOOK_NEEDS_POST:
            if reply_to is not None:
                post = replace(address, thread=reply_to)
                reply = await self._ask(address, routes.execute_webhook(post, buttons=buttons), body)
            else:
                reply = await self._ask(address, route, body | {"thread_name": post_name(message)})
        return reply

    async def edit(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Replace a message sent earlier."""
        body = revision(message) | {"components": _links(message)}
        reply = await self._ask(address, routes.edit_webhook(address, message_id, buttons=True), body)
        if isinstance(reply, Refused) and reply.code == UNKNOWN_MESSAGE and not address.thread:
            place = Address(address.platform, address.chat, message_id, address.secret)
            reply = await self._ask(address, routes.edit_webhook(place, message_id, buttons=True), body)
        if isinstance(reply, Refused) and reply.code != UNKNOWN_MESSAGE:
            return self._settled(address, reply)
        return reply if isinstance(reply, Rejected) else outcome(reply)

    async def crosspost(self, address: Address, message_id: str) -> SendOutcome:
        """Do nothing: a webhook may not pass its messages on to followers."""
        del address, message_id
        return Sent("")

    async def discuss(self, address: Address, message_id: str, message: Message) -> SendOutcome:
        """Do nothing: a webhook may not open threads."""
        del address, message_id, message
        return Sent("")

    async def answer(self, address: Address, message_id: str, message: Message, *, nonce: str) -> SendOutcome:
        """Answer the message: there is no thread of the webhook's."""
        return await self.send(address, message, nonce=nonce, reply_to=message_id)

    async def check(self, address: Address) -> Reachable | Unreachable:
        """Tell whether the webhook exists."""
        reply = await self._ask(address, routes.webhook(address), None)
        if isinstance(reply, Rejected):
            return Unreachable(reply.reason)
        if isinstance(reply, Accepted) and isinstance(reply.data, dict):
            return Reachable(address, f"Webhook {reply.data.get('name') or address.chat}")
        return Unreachable(why(reply, webhook=True))

    async def may_manage(self, address: Address, person: Person) -> bool:  # noqa: ARG002 - the same for everybody
        """Return False: a webhook has no members, so only the bot's own admins decide about it."""
        return False

    def spacing(self, address: Address) -> timedelta:
        """Return how long the webhook's bucket stays empty; the headers of every answer set the pace."""
        return self._rest.pause(routes.execute_webhook(address, buttons=False))

    async def _ask(self, address: Address, route: Route, body: Any) -> Reply | Rejected:
        """Send a request, but never to a webhook that was once gone: Discord counts such requests as abuse."""
        if not address.secret:
            return Rejected(
                "The webhook's token is missing; add it again with its whole URL.", destination_off=True
            )
        gone = self._gone.get((address.chat, address.secret))
        return gone or await self._rest.ask(route, body)

    def _settled(self, address: Address, reply: Reply | Rejected) -> SendOutcome:
        if isinstance(reply, Rejected):
            return reply
        result = outcome(reply, webhook=True)
        if isinstance(result, Rejected) and isinstance(reply, Refused) and reply.status in GONE_WEBHOOK:
            self._gone[address.chat, address.secret] = result
        return result


def _links(message: Message) -> list[dict[str, Any]]:
    """Return the link buttons: nobody would answer the others."""
    return components(message.actions, interactive=False)
