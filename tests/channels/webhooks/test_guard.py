"""What counts as inside, whatever it is dressed up as; and a name that answers differently the second time."""

from __future__ import annotations

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from channels.webhooks.guard import PublicOnly, Refused, check_url, is_public

INSIDE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "169.254.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::",
    "2001:0:7f00:1::", "not an address", "", "127.1", "0x7f000001",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111"])
def test_outside(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http:///x", "ftp://x.example/", "http://a:b@x.example/", "http://[::1", "http://x.example:99999/", "x" * 20],
)
def test_no_address_at_all(url: str) -> None:
    with pytest.raises(Refused):
        check_url(url, inside=frozenset())


@pytest.mark.parametrize(
    "host",
    [
        "127.1", "2130706433", "0177.0.0.1", "0x7f000001", "0x7f.1", "127.0.0.1.", "[::ffff:127.0.0.1]", "[::1%25lo]",
        "①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "①27.1", "１0.0.0.1", "[fe80::1%eth0]", "\t127.0.0.1",
    ],
)  # fmt: skip
def test_an_inner_address_in_disguise(host: str) -> None:
    """As addresses they are never asked of the resolver: the connector reads them itself."""
    with pytest.raises(Refused):
        check_url(f"http://{host}/hook", inside=frozenset())


@pytest.mark.parametrize("host", ["8.8.8.8", "x.example", "x.example.", "bücher.example", "4.example", "0x7f.example"])
def test_others_are_left_to_the_resolver(host: str) -> None:
    check_url(f"https://{host}:8443/hook?a=1", inside=frozenset())


def test_a_host_of_the_house_that_is_named() -> None:
    check_url("http://10.0.0.5/hook", inside=frozenset({"10.0.0.5"}))
    with pytest.raises(Refused):
        check_url("http://10.0.0.6/hook", inside=frozenset({"10.0.0.5"}))


class Rebinding(AbstractResolver):
    """Answers with a public address first, with an inner one the next time, then with both."""

    def __init__(self) -> None:
        self.answers = [["93.184.216.34"], ["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], []]

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.answers.pop(0)
        ]

    async def close(self) -> None:
        return None


async def test_a_name_that_changes_its_mind() -> None:
    resolver = PublicOnly(resolver=Rebinding())
    (first,) = await resolver.resolve("trap.example", 80)
    assert first["host"] == "93.184.216.34"
    for _ in range(3):
        with pytest.raises(Refused):
            await resolver.resolve("trap.example", 80)
