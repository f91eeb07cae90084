"""Being told of updates instead of asking for them."""

import hashlib
import hmac
from dataclasses import dataclass, field

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram posts updates (https), and the secret it sends along in ``HEADER``."""

    url: str
    secret: str = field(repr=False)


def webhook(url: str, token: str) -> Webhook:
    """Return a webhook whose secret follows from the token, so that nobody has to configure one."""
    return Webhook(url, hmac.new(token.encode(), b"newsbell telegram webhook", hashlib.sha256).hexdigest())


def authentic(hook: Webhook, header: str | None) -> bool:
    """Tell whether a request with this header comes from Telegram."""
    return hmac.compare_digest(hook.secret.encode(), (header or "").encode())
