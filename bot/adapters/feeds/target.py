"""An address as it goes on the wire: read as browsers read it, credentials taken out, nothing quoted twice."""

import base64
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit

from bot.adapters.feeds.host import HostError, canonical_host

_EDGES = "".join(map(chr, range(0x21)))
_BREAKS = re.compile(r"[\t\n\r]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PATH_SAFE = "/:@!$&'()*+,;=-._~%[]|^\\"
_QUERY_SAFE = "/:@!$&()*+,;=-._~%?[]|^\\`{}"
_PORTS = {"http": 80, "https": 443}
_MAX_URL = 8_000
_MAX_PORT = 65_535


class TargetError(ValueError):
    """An address that Newsbell will not ask; the text is a sentence for people, without credentials."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send a request. ``url`` holds neither credentials nor fragment; ``authorization`` is a header's value."""

    url: str
    scheme: str
    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)
    userinfo: str | None = field(default=None, repr=False)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return scheme, host and port (RFC 6454)."""
        return self.scheme, self.host, self.port

    @property
    def with_credentials(self) -> str:
        """Return the address to store: credentials belong to it although no text may show them."""
        if not self.userinfo:
            return self.url
        return self.url.replace("://", f"://{self.userinfo}@", 1)


@lru_cache(maxsize=8_192)
def read_target(text: str, *, base: str | None = None) -> Target:
    """Read an absolute address, or one relative to ``base``, the way the WHATWG URL standard does.

    White space around it and line breaks inside go, backslashes are slashes, non-ASCII is percent-encoded as UTF-8,
    the fragment goes. Raises TargetError.
    """
    cleaned = _BREAKS.sub("", text.strip(_EDGES))
    cleaned = _slashes(cleaned)
    try:
        if base is not None and not _ABSOLUTE.match(cleaned):
            cleaned = urljoin(base, cleaned)
        parts = urlsplit(cleaned)
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError:
        raise TargetError("That is no valid address.") from None
    if scheme not in _PORTS:
        raise TargetError(f"Only http and https addresses are fetched, not '{scheme[:20] or 'none'}'.")
    if len(cleaned) > _MAX_URL:
        raise TargetError("The address is too long.")
    userinfo, _, hostport = parts.netloc.rpartition("@")
    host = _host(hostport)
    number = _PORTS[scheme] if port is None else port
    netloc = host if number == _PORTS[scheme] else f"{host}:{number}"
    url = f"{scheme}://{netloc}{quote(parts.path, safe=_PATH_SAFE) or '/'}"
    if parts.query:
        url += "?" + quote(parts.query, safe=_QUERY_SAFE)
    return Target(url, scheme, host, number, _basic(userinfo), userinfo or None)


def _slashes(text: str) -> str:
    head, mark, tail = text.partition("?")
    return head.replace("\\", "/") + mark + tail


def _host(hostport: str) -> str:
    host, port = hostport, ""
    if not hostport.endswith("]") and ":" in hostport:
        host, _, port = hostport.rpartition(":")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) <= _MAX_PORT):
        raise TargetError("The address has no valid port.")
    try:
        return canonical_host(host)
    except HostError as error:
        raise TargetError(f"The address cannot be used: {error}.") from None


def _basic(userinfo: str) -> str | None:
    if not userinfo:
        return None
    name, _, password = userinfo.partition(":")
    raw = f"{unquote(name)}:{unquote(password)}".encode()
    return "Basic " + base64.b64encode(raw).decode("ascii")
