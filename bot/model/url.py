"""When two addresses are the same feed."""

from urllib.parse import SplitResult, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def normalise(url: str) -> str:
    """Return the form of a URL by which a feed is known; a text that is no URL comes back trimmed.

    Scheme and host are lower-cased, an international host name is written in ASCII (RFC 3490), the scheme's own
    port and the fragment are left out, an empty path is ``/`` (RFC 3986, section 6.2). Path and query stay as
    they are, for only the server knows which of them matter.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        place = _place(parts)
    except ValueError:
        return text
    if not parts.scheme or not parts.hostname:
        return text
    return urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))


def _place(parts: SplitResult) -> str:
    user, at, _ = parts.netloc.rpartition("@")
    port = parts.port
    shown = "" if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f":{port}"
    return f"{user}{at}{_host(parts.hostname or '')}{shown}"


def _host(name: str) -> str:
    if ":" in name:
        return f"[{name}]"
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return name
