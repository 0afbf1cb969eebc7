"""Addresses as they go onto the wire: taken as they are or refused, never made into somebody else's."""

from __future__ import annotations

import pytest

from channels.email.address import BadAddress, wire_form


@pytest.mark.parametrize(
    ("typed", "wire"),
    [
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("анна@почта.рф", "анна@xn--80a1acny.xn--p1ai"),
        ("anna@ไทย.ไทย", "anna@xn--o3cw4h.xn--o3cw4h"),
        ("anna@shop。example", "anna@shop.example"),  # an ideographic full stop
        # fußball and fussball, βόλος and βόλοσ are two domains each: IDNA2008 (RFC 5894 section 7.2)
        ("anna@fußball.example", "anna@xn--fuball-cta.example"),
        ("anna@FUẞBALL.example", "anna@xn--fuball-cta.example"),
        ("anna@βόλος.example", "anna@xn--nxasmm1c.example"),
    ],
)
def test_a_domain_in_any_script_keeps_its_name(typed: str, wire: str) -> None:
    assert wire_form(typed) == wire
    assert wire_form(wire) == wire


@pytest.mark.parametrize(
    "domain",
    ["sh\u00adop.example", "shop\u200d.example", "sh\u034fop.example", "ß x.example", "ß!.example", "ü..example"],
)
def test_what_would_become_another_domain_is_refused(domain: str) -> None:
    with pytest.raises(BadAddress):
        wire_form(f"anna@{domain}")
