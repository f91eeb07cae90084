"""Text as Discord takes it: clean characters, escapes, lengths, addresses it accepts. Pure."""

import ipaddress
import re
import unicodedata

from yarl import URL

URL_LIMIT = 2048
_REMOVED = re.compile("[\r\u2028-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_ALWAYS = r"[\\*_~`|<>\[\]@]"
# A colon that begins a shortcode (:smile:) or stands in an address that a client would make clickable.
_COLON = r":(?=[A-Za-z0-9_+~-]+:)|(?<=http):(?=//)|(?<=https):(?=//)|(?<=steam):(?=//)|(?<=discord):(?=//)"
_MARK = re.compile(f"{_ALWAYS}|{_COLON}", re.IGNORECASE)
_LINE_MARK = re.compile(r"^(?P<space>[^\S\n]*)(?P<mark>[#+-])", re.MULTILINE)
_NUMBERED = re.compile(r"^(?P<number>[^\S\n]*\d+)(?P<point>[.)])", re.MULTILINE)

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])\.?", re.IGNORECASE)
_PLAIN_URL = re.compile(r"[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)


def units(text: str) -> int:
    """Return the length in UTF-16 units.

    Discord does not say whether it counts these or code points; a text within a limit by this measure is
    within it by both.
    """
    return len(text) + sum(char > "\uffff" for char in text)


def visible(text: str) -> bool:
    """Tell whether anything of a text can be seen; Discord refuses a message where nothing can (50006)."""
    return any(unicodedata.category(char)[0] not in "CZM" and char not in _BLANKS for char in text)


def clean(text: str) -> str:
    """Return a text without controls, halves of characters, and marks that turn what follows around."""
    composed = _REMOVED.sub("", text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", composed))


def one_line(text: str) -> str:
    """Return a clean text with every stretch of white space made one space."""
    return re.sub(r"\s+", " ", clean(text))


def few_lines(text: str) -> str:
    """Return a clean text with single spaces and at most one empty line in a row."""
    return re.sub(r"\n\s*\n", "\n\n", re.sub(r"[ \t]+", " ", re.sub(r"[ \t]*\n[ \t]*", "\n", clean(text))))


def escape(text: str, *, line_start: bool = True) -> str:
    """Return text that Discord's markdown shows as it stands: no style, mention, emoji, list, heading, link.

    ``line_start`` says whether the text begins a line, where more characters have a meaning.
    """
    escaped = _MARK.sub(lambda found: f"\\{found[0]}", text)
    head, rest = ("", escaped) if line_start else _split_line(escaped)
    rest = _LINE_MARK.sub(lambda found: f"{found['space']}\\{found['mark']}", rest)
    return head + _NUMBERED.sub(lambda found: f"{found['number']}\\{found['point']}", rest)


def _split_line(text: str) -> tuple[str, str]:
    """Split before the first new line, so that what follows keeps it."""
    at = text.find("\n")
    return (text, "") if at < 0 else (text[:at], text[at:])


def linkable(url: str | None, limit: int = URL_LIMIT) -> str | None:
    """Return an address in the form Discord calls well formed, or None.

    That is http or https in ASCII, to a host with a point in it or an IPv4 address, without credentials,
    of at most ``limit`` characters. International hosts and paths are encoded.
    """
    if not url or len(url) > 4 * limit:
        return None
    try:
        parsed = URL(_SURROGATE.sub("\ufffd", url.strip()))
        text = str(parsed)
    except (ValueError, UnicodeError):
        return None
    if parsed.scheme not in {"http", "https"} or parsed.user is not None or parsed.explicit_port == 0:
        return None
    if len(text) > limit or not _PLAIN_URL.fullmatch(text) or not _good_host(parsed.raw_host or ""):
        return None
    return text


def _good_host(host: str) -> bool:
    if _HOST.fullmatch(host):
        return True
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
