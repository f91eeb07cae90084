"""No feed reaches a private network: the rule that the client keeps wherever it dials."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohappyeyeballs import AddrInfoType

from bot.adapters.feeds.faults import AddressRefused, PortRefused
from bot.adapters.feeds.host import HostError, canonical_host, literal

IPAddress = IPv4Address | IPv6Address
AddressInfo = AddrInfoType
Dialler = Callable[[AddressInfo], socket.socket]

# IANA special-purpose registries (RFC 6890 and its updates), multicast, and tunnels that carry an IPv4 address.
_FORBIDDEN_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_FORBIDDEN_6 = tuple(
    IPv6Network(block)
    for block in (
        "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
# "Bad ports" of the WHATWG Fetch standard (fetch.spec.whatwg.org, section 2.9), and databases that answer to text.
_FORBIDDEN_PORTS = frozenset(
    (
        1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
        111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
        540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1433, 1521, 1719, 1720, 1723, 2049, 3306, 3389, 3659,
        4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211, 27017,
    )
)  # fmt: skip
_NAT64 = IPv6Network("64:ff9b::/96")
_LAST_32 = 0xFFFFFFFF


def is_public(address: IPAddress) -> bool:
    """Tell whether an address belongs to the public internet; wrapped IPv4 addresses are unwrapped first."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & _LAST_32))
        return not any(address in block for block in _FORBIDDEN_6)
    return not any(address in block for block in _FORBIDDEN_4)


class Guard:
    """The rule: public addresses, and the hosts in ``allow_private_hosts`` (``host`` or ``host:port``)."""

    def __init__(self, allow_private_hosts: Sequence[str] = ()) -> None:
        self._allowed = frozenset(_entry(one) for one in allow_private_hosts)

    def exempts(self, host: str, port: int | None) -> bool:
        """Tell whether a canonical host may resolve to a private address."""
        return (host, None) in self._allowed or (host, port) in self._allowed

    def permits_port(self, host: str, port: int | None) -> bool:
        """Tell whether a port may be asked: not one of mail, shells or databases, but where ``host:port`` is allowed."""
        return port not in _FORBIDDEN_PORTS or (host, port) in self._allowed

    def admit(self, host: str, port: int) -> None:
        """Raise AddressRefused or PortRefused where a canonical host is not to be asked, whatever it resolves to."""
        address = literal(host)
        if address is not None and not (self.exempts(host, port) or is_public(address)):
            raise AddressRefused("address not allowed")
        if not self.permits_port(host, port):
            raise PortRefused("port not allowed")

    def permits(self, address: str) -> bool:
        """Tell whether a numeric address may be dialled for a host that is not exempt."""
        try:
            return is_public(ip_address(address.partition("%")[0]))
        except ValueError:
            return False


def _entry(text: str) -> tuple[str, int | None]:
    """Read ``host`` or ``host:port``; a bare IPv6 address may go without brackets."""
    cleaned = text.strip()
    host, port = cleaned, ""
    if cleaned.count(":") == 1 or "]:" in cleaned:
        host, _, port = cleaned.rpartition(":")
    elif cleaned.count(":") > 1 and not cleaned.startswith("["):
        host = f"[{cleaned}]"
    try:
        return canonical_host(host), int(port) if port else None
    except (HostError, ValueError):
        raise ValueError(f"'{text}' in allow_private_hosts is neither a host nor host:port.") from None
