"""Who may look: the token, compared in constant time, and the headers that keep hostile text harmless."""

import hmac
import logging
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import ip_address

from aiohttp import web

COOKIE = "newsbell"
COOKIE_SECONDS = 30 * 24 * 3600


class Door:
    """Decides whether a request may see the status page and the metrics.

    With a token, it has to come as ``Authorization: Bearer``, as ``?token=`` or as the cookie that this leaves
    behind; the cookie holds a digest, never the token. Without a token, everybody who reaches the address may look;
    on a loopback address that leaves out pages of other sites whose name was pointed at this machine.
    """

    def __init__(self, token: str | None, *, loopback: bool) -> None:
        self._token = token.encode() if token else None
        self._loopback = loopback

    @property
    def cookie(self) -> str:
        """Return the value of the cookie."""
        return hmac.new(self._token or b"", b"newsbell status page", sha256).hexdigest()

    def admits(self, request: web.Request) -> bool:
        """Tell whether this request may see what the token protects."""
        if self._token is None:
            return not self._loopback or is_local(request.host)
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(bearer.strip()):
            return True
        if self.names_token(request):
            return True
        return hmac.compare_digest(
            request.cookies.get(COOKIE, "").encode(errors="replace"), self.cookie.encode()
        )

    def names_token(self, request: web.Request) -> bool:
        """Tell whether the request's address holds the right token."""
        return self._token is not None and self._is_token(request.query.get("token", ""))

    def _is_token(self, given: str) -> bool:
        return self._token is not None and hmac.compare_digest(given.encode(errors="replace"), self._token)


def is_local(host: str) -> bool:
    """Tell whether a ``Host`` header names this machine itself."""
    name = host.rpartition(":")[0] if host.count(":") == 1 or "]:" in host else host
    name = name.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def headers(style: str) -> Mapping[str, str]:
    """Return the headers of every answer; the only thing a page may load is the style sheet within it."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "interest-cohort=()",
        "Cache-Control": "no-store",
        "Server": "newsbell",
    }


def quiet_logger() -> logging.Logger:
    """Return a logger for the protocol below the pages: its error texts quote requests, and those may hold a token."""
    logger = logging.getLogger("newsbell.web")
    logger.addFilter(_without_request)
    return logger


def _without_request(record: logging.LogRecord) -> bool:
    record.exc_info = record.exc_text = None
    return True
