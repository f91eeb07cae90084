"""Hosts as the WHATWG URL standard reads them (url.spec.whatwg.org, section 3.5), so that what is checked is what is dialled."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote_to_bytes

import idna

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\"#%/:<>?@\[\\\]^`{|}]")
_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})
_RADIX = {16: frozenset("0123456789abcdef"), 8: frozenset("01234567"), 10: frozenset("0123456789")}
_MAX_HOST = 255
_MAX_PARTS = 4


class HostError(ValueError):
    """A host that cannot be read; the text says why, without quoting more than the host."""


def canonical_host(text: str) -> str:
    """Return the one spelling of a host: an IPv4 or bracketed IPv6 literal, or a lower-case ASCII name.

    Decimal, hexadecimal, octal and short IPv4 spellings, full-width characters, circled digits and ideographic
    full stops all end in the same form. A trailing dot goes. Raises HostError.
    """
    if text.startswith("["):
        return f"[{_ipv6(text)}]"
    decoded = unquote_to_bytes(text).decode("utf-8", "replace") if "%" in text else text
    name = _to_ascii(decoded.translate(_DOTS)).removesuffix(".")
    if not name or len(name) > _MAX_HOST or _FORBIDDEN.search(name):
        raise HostError("the address has no valid host name")
    if _ends_in_number(name):
        return str(_ipv4(name))
    return name


@lru_cache(maxsize=8_192)
def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a canonical host is, None for a name."""
    try:
        return IPv6Address(host[1:-1]) if host.startswith("[") else IPv4Address(host)
    except ValueError:
        return None


def _ipv6(text: str) -> IPv6Address:
    try:
        address = IPv6Address(text[1:-1] if text.endswith("]") else "")
    except ValueError:
        raise HostError("the address has no valid IPv6 host") from None
    if address.scope_id is not None:
        raise HostError("an IPv6 zone is not allowed in an address")
    return address


def _to_ascii(name: str) -> str:
    if name.isascii():
        return name.lower()
    try:
        return idna.encode(name, uts46=True, transitional=False, std3_rules=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise HostError("the address has no valid international host name") from None


def _ends_in_number(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.isdigit() or bool(re.fullmatch(r"0x[0-9a-f]*", last))


def _ipv4(name: str) -> IPv4Address:
    parts = name.split(".")
    if len(parts) > _MAX_PARTS:
        raise HostError("the address has no valid IPv4 host")
    numbers = [_number(part) for part in parts]
    *heads, last = numbers
    if any(head > 255 for head in heads) or last >= 256 ** (5 - len(numbers)):  # noqa: PLR2004 - bytes of an address
        raise HostError("the address has no valid IPv4 host")
    value = last + sum(head << (8 * (3 - place)) for place, head in enumerate(heads))
    return IPv4Address(value)


def _number(part: str) -> int:
    radix, digits = 10, part
    if part.startswith("0x"):
        radix, digits = 16, part[2:]
    elif len(part) > 1 and part.startswith("0"):
        radix, digits = 8, part[1:]
    if not part or not set(digits) <= _RADIX[radix] or len(digits) > _MAX_HOST:
        raise HostError("the address has no valid IPv4 host")
    return int(digits, radix) if digits else 0
