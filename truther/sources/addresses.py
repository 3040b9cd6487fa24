"""Which links may be followed, and to which address: nothing inside our own network, ever."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import parse_qs, urlsplit

Resolve = Callable[[str], Sequence[str]]  # a host name to its addresses
TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("2002::/16"))  # IPv6 that leads on to any IPv4 address


class Unfetchable(ValueError):
    """A link that was not, or could not be, followed; the text is the reason, for people."""


@dataclass(frozen=True, slots=True)
class Target:
    """A link that may be followed, and the address to connect to."""

    scheme: str
    host: str
    port: int
    address: str
    path: str  # with the query

    @property
    def pinned(self) -> str:
        """The link with the address in place of the name: what is resolved twice can change in between."""
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{address}:{self.port}{self.path}"


def resolve(host: str) -> Sequence[str]:
    """Ask the system for every address of a host."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unfetchable(f"{host} has no address") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def target_of(url: str, *, hosts: Sequence[str], resolve: Resolve, loopback: bool = False) -> Target:
    """Return where a link leads.

    Args:
        url: as it came.
        hosts: names that may be asked, each with everything below it.
        resolve: finds a name's addresses.
        loopback: whether plain http to this very machine is fine too, for tests over a real socket.

    Raises:
        Unfetchable: not https, a host that is not listed, or an address that is not public.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise Unfetchable("it is no link") from error
    if not host or parts.scheme not in (("https", "http") if loopback else ("https",)):
        raise Unfetchable("only https links are followed")
    if parts.username or parts.password or (port not in (None, 443) and not loopback):
        raise Unfetchable("links with a password or a port are not followed")
    if not any(host == name or host.endswith(f".{name}") for name in hosts):
        raise Unfetchable(f"{host} is not among the media hosts")
    addresses = resolve(host)
    inside = [address for address in addresses if not _public(address, loopback=loopback)]
    if inside or not addresses:
        raise Unfetchable(f"{host} does not lead to a public address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), addresses[0], path)


def _public(address: str, *, loopback: bool) -> bool:
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if any(found in network for network in TRANSLATED):
            return False
        found = found.ipv4_mapped or found
    return (found.is_global and not found.is_multicast) or (loopback and found.is_loopback)


def expiry_of(url: str) -> datetime | None:
    """Return when a signed link dies, from `oe=` in hex Unix time; None when it does not say."""
    try:
        return datetime.fromtimestamp(int(parse_qs(urlsplit(url).query)["oe"][0], 16), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None
