"""No feed reaches a private network: the address is checked where it is dialled, whatever led to it.

    name -> resolver -> every address checked, forbidden ones dropped -> socket factory checks again -> dial
    literal -> checked by the connector -> socket factory checks again -> dial

So redirects, retries, names that resolve differently the second time and pooled connections all pass the same check.
"""

import socket
import ssl
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType, Connection
from aiohttp.tracing import Trace

from bot.adapters.feeds.host import HostError, canonical_host, literal
from bot.adapters.feeds.resolver import SystemResolver

IPAddress = IPv4Address | IPv6Address
Dialler = Callable[[AddrInfoType], socket.socket]

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
_exempt: ContextVar[bool] = ContextVar("newsbell_private_host_allowed", default=False)


class AddressRefused(OSError):
    """The address lies in a private network and its host is not on the list of allowed ones."""


class PortRefused(OSError):
    """The port belongs to a service that is no web server."""


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

    def permits(self, address: str) -> bool:
        """Tell whether a numeric address may be dialled in the present context."""
        if _exempt.get():
            return True
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


class GuardedResolver(AbstractResolver):
    """Resolves names and keeps only addresses that may be dialled."""

    def __init__(self, guard: Guard, inner: AbstractResolver) -> None:
        self._guard = guard
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the public addresses of a name; raises AddressRefused where it has only others."""
        found = await self._inner.resolve(host, port, family)
        kept = [one for one in found if self._guard.permits(one["host"])]
        if found and not kept:
            raise AddressRefused("address not allowed")
        return kept

    async def close(self) -> None:
        """Close the resolver inside."""
        await self._inner.close()


class GuardedConnector(aiohttp.TCPConnector):
    """Dials nothing that the guard does not permit."""

    def __init__(
        self,
        guard: Guard,
        *,
        resolver: AbstractResolver | None,
        dial: Dialler | None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._dial = dial or _plain_socket
        self._guarded_resolver = GuardedResolver(guard, resolver or SystemResolver())
        super().__init__(
            resolver=self._guarded_resolver,
            # A cached answer was checked under the context of another request.
            use_dns_cache=False,
            socket_factory=self._checked_socket,
            ssl=tls or True,
            # The fetcher bounds what is in flight, by host and as a whole.
            limit=0,
            keepalive_timeout=30,
        )

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the signature is aiohttp's
    ) -> Connection:
        """Connect under the rule for this request's host."""
        host = req.url.raw_host or ""
        host = f"[{host}]" if ":" in host else host
        exempt = self._guard.exempts(host.removesuffix("."), req.url.port)
        token = _exempt.set(exempt)
        try:
            if (address := literal(host)) is not None and not self._guard.permits(str(address)):
                raise AddressRefused("address not allowed")
            if not self._guard.permits_port(host.removesuffix("."), req.url.port):
                raise PortRefused("port not allowed")
            return await super().connect(req, traces, timeout)
        finally:
            _exempt.reset(token)

    async def close_resolver(self) -> None:
        """Close the resolver, which aiohttp leaves open where it was handed in."""
        await self._guarded_resolver.close()

    def _checked_socket(self, info: AddrInfoType) -> socket.socket:
        if not self._guard.permits(str(info[4][0])):
            raise AddressRefused("address not allowed")
        return self._dial(info)


def _plain_socket(info: AddrInfoType) -> socket.socket:
    family, kind, protocol, _, _ = info
    return socket.socket(family, kind, protocol)


def guarded_session(
    guard: Guard,
    *,
    resolver: AbstractResolver | None = None,
    dial: Dialler | None = None,
    tls: ssl.SSLContext | None = None,
) -> aiohttp.ClientSession:
    """Open a session through which nothing private is reached, without cookies, proxies or its own decoding.

    Needs a running event loop. Proxy variables of the environment are ignored: a proxy would dial unchecked.
    ``tls`` None trusts the authorities that the system trusts (OpenSSL's SSL_CERT_FILE and SSL_CERT_DIR count).
    """
    return aiohttp.ClientSession(
        connector=GuardedConnector(guard, resolver=resolver, dial=dial, tls=tls),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        raise_for_status=False,
        max_line_size=16_384,
        max_field_size=16_384,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
    )
