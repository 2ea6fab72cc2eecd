"""Where sources may live: public addresses, and the networks that the operator allows."""

import asyncio
import re
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.errors import AddressError

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

URL_LIMIT = 2_048
"""Characters of an address; longer ones are refused."""
PORTS = frozenset({80, 443, 8080, 8443})
"""Ports where public sources may answer; any other is no place for a feed but one for a scan."""

_NOT_PUBLIC_4 = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services
        "169.254.0.0/16",  # link-local; the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_PUBLIC_6 = ip_network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments, Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 wraps any IPv4 address
        "3fff::/20",  # documentation
    )
)
_INWARD_NAME = re.compile(r"(?:[^.]+|(?:.*\.)?(?:localhost|local|internal))\.?", re.ASCII)
_NUMBER_AT_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?", re.ASCII)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")
_RESOLVER_THREADS = 16

_NOT_ALLOWED = "its address is not a public one"
NOT_PUBLIC = f"The source cannot be read: {_NOT_ALLOWED}."
_KNOWN_S = 2.0
"""How long our own resolver may take where the proxy's is the one that counts."""


class RefusedError(OSError):
    """A connection was not made because of where it would have led."""


class Guard:
    """Decides on addresses; its `connect` sees each one after DNS, right before connecting."""

    def __init__(self, allowed_networks: Sequence[Network] = ()) -> None:
        self._allowed = tuple(allowed_networks)

    def check(self, address: str) -> URL:
        """Return the address as it will be connected to; raise AddressError where it may not be."""
        text = address.strip(" \t\r\n")
        if not text or len(text) > URL_LIMIT or _FORBIDDEN.search(text):
            raise AddressError(
                "The address is not a web address; use one like https://example.com/feed."
            )
        try:
            url = URL(text)
            host = url.host
            port = url.port
        except ValueError:
            raise AddressError(
                "The address is not a web address; use one like https://example.com/feed."
            ) from None
        if url.scheme not in ("http", "https") or not host:
            raise AddressError("Only addresses that begin with https:// or http:// can be read.")
        if url.raw_user is not None or url.raw_password is not None or "@" in url.raw_authority:
            raise AddressError("An address with a user name or password in it is not read.")
        self._check_host(host)
        if port not in PORTS and not self._allowed:
            raise AddressError("Only ports 80, 443, 8080 and 8443 are read.")
        return url.with_fragment(None)

    def _check_host(self, host: str) -> None:
        literal = _literal(host)
        if literal is not None:
            if not self.allows(literal):
                raise AddressError(NOT_PUBLIC)
        elif _NUMBER_AT_END.fullmatch(host):
            raise AddressError("The address is not written as a web address usually is.")
        elif _INWARD_NAME.fullmatch(host) and not self._allowed:
            raise AddressError(NOT_PUBLIC)

    def allows(self, address: Address, port: int | None = None) -> bool:
        """Tell whether this address (and port, where given) may be connected to."""
        if self.opened(address):
            return True
        return (port is None or port in PORTS) and _is_public(_plain(address))

    def opened(self, address: Address) -> bool:
        """Tell whether the operator allows this address by name of its network."""
        return any(_plain(address) in network for network in self._allowed)

    def goes_out(self, url: URL, known: Sequence[Address]) -> bool:
        """Tell whether a proxy is to be asked for this; False: it lives in an allowed network.

        `known` is where the name leads as far as this machine knows; where that is nothing, the
        proxy decides. Raises RefusedError where it may not be asked for at all.
        """
        if any(self.opened(address) for address in known):
            return False
        if known:
            fine = all(self.allows(address, url.port) for address in known)
        else:
            fine = url.port in PORTS and not _INWARD_NAME.fullmatch(url.raw_host or "")
        if not fine:
            raise RefusedError(_NOT_ALLOWED)
        return True

    def is_own(self, url: URL) -> bool:
        """Tell whether an address names a machine in a network that the operator allows."""
        address = _literal(url.host or "")
        return address is not None and self.opened(address)

    def connect(self, info: tuple[Any, ...]) -> socket.socket:
        """Return a socket for aiohttp to connect; raise RefusedError where it may not.

        Called with each final address, be it from a literal, a redirect or a DNS answer that
        changed since: there is no way round it.
        """
        family, kind, protocol, _name, where = info
        address = _literal(str(where[0]))
        if address is None or not self.allows(address, int(where[1])):
            raise RefusedError(_NOT_ALLOWED)
        return socket.socket(family, kind, protocol)


class Resolver(AbstractResolver):
    """The system's resolver in threads of its own; inward names lead to allowed networks only."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a name; raise OSError where there is none (to be told)."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, _look_up, host, port, family
        )
        if _INWARD_NAME.fullmatch(host):
            found = [one for one in found if self._is_opened(one["host"])]
        if not found:
            raise RefusedError(_NOT_ALLOWED)
        return found

    async def known(self, url: URL) -> list[Address]:
        """Return where an address leads as far as this machine knows, in two seconds at most.

        Raises RefusedError where it is an inward name of a network that is not allowed.
        """
        host = url.raw_host or ""
        literal = _literal(host)
        if literal is not None:
            return [literal]
        try:
            async with asyncio.timeout(_KNOWN_S):
                found = await self.resolve(host, url.port or 0)
        except RefusedError:
            raise
        except OSError:
            return []
        return [address for one in found if (address := _literal(one["host"])) is not None]

    def _is_opened(self, host: str) -> bool:
        address = _literal(host)
        return address is not None and self._guard.opened(address)

    async def close(self) -> None:
        """Let the threads go; one that still waits for an answer ends with it."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
    return [
        ResolveResult(
            hostname=host,
            host=str(where[0]),
            port=port,
            family=found,
            proto=protocol,
            flags=socket.AI_NUMERICHOST,
        )
        for found, _kind, protocol, _name, where in infos
    ]


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, where it does."""
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)
