"""Where the desk is, and where a request comes from.

In: the desk's addresses, headers, the peer. Out: whether a host or an origin is the desk's own; the visitor's address.
A name that is not the desk's is refused, so that no other site's name can be pointed at it (DNS rebinding).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Places:
    """The desk's own origins (scheme, host, port). ``any_address``: it listens everywhere, so any IP may be its own."""

    origins: frozenset[tuple[str, str, int]]
    any_address: int | None
    is_https: bool

    def is_own_host(self, host: str) -> bool:
        """Whether a ``Host`` header names the desk."""
        return any(self._is_own(scheme, f"{scheme}://{host}") for scheme in DEFAULT_PORTS)

    def is_own_origin(self, origin: str) -> bool:
        """Whether an ``Origin`` header names the desk."""
        return self._is_own(origin.partition("://")[0], origin)

    def _is_own(self, scheme: str, address: str) -> bool:
        found = _origin(address) if scheme in DEFAULT_PORTS else None
        if found is None:
            return False
        return found in self.origins or (found[0] == "http" and found[2] == self.any_address and _is_address(found[1]))


def places_of(public_url: str, host: str, port: int) -> Places:
    """The places of a desk that people reach at ``public_url`` and that listens on ``host`` and ``port``."""
    is_everywhere = _is_address(host) and ip_address(host).is_unspecified
    names = LOOPBACK if is_everywhere or host in LOOPBACK else (host.lower(),)
    own = {("http", name, port) for name in names}
    public = _origin(public_url)
    return Places(
        origins=frozenset(own if public is None else own | {public}),
        any_address=port if is_everywhere else None,
        is_https=public is not None and public[0] == "https",
    )


def visitor_address(
    peer: str | None, forwarded: Iterable[str], trusted: int, networks: Collection[str] | None = None
) -> str:
    """The address that the outermost of ``trusted`` proxies saw; what stands further left may be invented.

    A peer outside ``networks`` (None: anywhere) is no proxy of ours, and what it forwards is not believed; one without
    an address has come through a Unix socket, whose file says who may.
    """
    if peer and networks is not None and not is_within(peer, networks):
        return peer if _is_address(peer) else UNKNOWN
    chain = [*[part.strip() for line in forwarded for part in line.split(",")][-16:], peer or ""]
    address = chain[-1 - trusted] if trusted < len(chain) else chain[0]
    return address if _is_address(address) else (peer if peer and _is_address(peer) else UNKNOWN)


def is_within(address: str, networks: Collection[str]) -> bool:
    """Whether an address is in one of these networks."""
    if not _is_address(address):
        return False
    found = ip_address(address)
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in ip_network(one) for one in networks)


def network_of(address: str) -> str:
    """What a limit counts by: an IPv4 address itself, of IPv6 the /64 that one household has."""
    if not _is_address(address) or not isinstance(found := ip_address(address), IPv6Address):
        return address
    return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))


def _origin(address: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.hostname is None or parts.path not in ("", "/") or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS.get(parts.scheme, 0)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
