"""Where a call may go: names are resolved once, every address must be public, and the connection is made to what was vetted.

A name that points inside (at a private, local or metadata address) is refused whatever the URL looks like, so that nobody
reaches the house's own network through us. Hosts of the house that shall be called are named in the settings.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
_LONGEST: Final = 2_000
# Whose last part is a number, or that has colons: the connector takes 127.1 and 2130706433 for addresses and asks nobody.
_NUMBERED: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)|.*:.*", re.IGNORECASE | re.DOTALL)


class Refused(OSError):
    """The address lies inside, or is none we call."""


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet; of addresses that wrap another, that one counts too."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0].strip("[]"))
    except ValueError:
        return False
    return all(_is_open(one) for one in (address, *_wrapped(address)))


def check_url(url: str, *, inside: frozenset[str]) -> None:
    """Raises Refused for what is no plain http address, has a password in it, or names an inner address outright.

    The host is judged as the connector will read it, full-width and circled digits made plain ones.
    """
    try:
        parts = URL(url)
        host = (parts.raw_host or "").rstrip(".")
    except ValueError as error:
        raise Refused("not an address") from error
    if parts.scheme not in ("http", "https") or not host or len(url) > _LONGEST or parts.raw_user is not None:
        raise Refused("not an address")
    if host.lower() in inside:
        return
    # Any other name is judged when it is resolved.
    if _NUMBERED.fullmatch(host) and not is_public(host):
        raise Refused("inside")


class PublicOnly(AbstractResolver):
    """Resolves names for the connector, which connects to exactly these addresses; nothing is looked up twice."""

    def __init__(self, *, inside: frozenset[str] = frozenset(), resolver: AbstractResolver | None = None) -> None:
        self._inside = inside
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if host.rstrip(".").lower() in self._inside:
            return found
        # One inner address among public ones is a trap, not a mistake.
        if not found or not all(is_public(one["host"]) for one in found):
            raise Refused("inside")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def _is_open(address: _Address) -> bool:
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _wrapped(address: _Address) -> list[_Address]:
    """The IPv4 addresses an IPv6 address leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[_Address] = []
    if address.ipv4_mapped is not None:
        found.append(address.ipv4_mapped)
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found += address.teredo
    if any(address in network for network in _NAT64) or (address in _COMPATIBLE and int(address) > 1):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return found
