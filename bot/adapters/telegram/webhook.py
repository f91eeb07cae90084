"""Being told of updates instead of asking for them."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts updates (https), the secret last part of that address, and the secret in ``HEADER``."""

    url: str = field(repr=False)
    path: str = field(repr=False)
    secret: str = field(repr=False)


def webhook(public_url: str, token: str) -> Webhook:
    """Return a webhook below a public address whose secrets follow from the token: nobody has to configure one."""
    path = _derived(token, "path")
    return Webhook(f"{public_url}/telegram/{path}", path, _derived(token, "header"))


def _derived(token: str, purpose: str) -> str:
    return hmac.new(
        token.encode(), f"newsbell telegram webhook {purpose}".encode(), hashlib.sha256
    ).hexdigest()


def authentic(hook: Webhook, header: str | None) -> bool:
    """Tell whether a request with this header comes from Telegram."""
    return hmac.compare_digest(hook.secret.encode(), (header or "").encode())


def receiver(
    hook: Webhook, feed_update: Callable[[dict[str, Any]], Awaitable[bool]]
) -> Callable[[bytes, Mapping[str, str]], Awaitable[bool]]:
    """Return what takes a posted body with its (lower-case) headers; False asks Telegram to post it again."""

    async def receive(body: bytes, headers: Mapping[str, str]) -> bool:
        if not authentic(hook, headers.get(HEADER.lower())):
            return False
        try:
            payload = json.loads(body)
        except ValueError:
            return False
        return isinstance(payload, dict) and await feed_update(payload)

    return receive
