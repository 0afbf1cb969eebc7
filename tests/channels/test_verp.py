"""Envelope senders that name their delivery: read back whatever servers make of them, never forged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.address import BadAddress, wire_form
from channels.email.verp import (
    LONGEST_BASE_LOCAL,
    ReturnPath,
    answer_address,
    bounce_address,
    read_answer_address,
    read_bounce_address,
)

KEY, OTHER = b"k" * 32, b"o" * 32
BASE = "crm@shop.example"


@given(st.integers(0, 2**63 - 1))
def test_every_delivery_is_read_back(outbox_id: int) -> None:
    address = bounce_address(BASE, outbox_id, KEY)
    assert wire_form(address) == address
    assert address == address.lower()
    assert read_bounce_address(address, KEY) == outbox_id
    assert read_bounce_address(address, OTHER) is None


@given(st.integers(0, 2**63 - 1))
def test_an_answer_is_no_bounce_and_a_bounce_no_answer(outbox_id: int) -> None:
    answers, bounces = answer_address(BASE, outbox_id, KEY), bounce_address(BASE, outbox_id, KEY)
    assert read_answer_address(answers, KEY) == outbox_id
    assert read_answer_address(answers, OTHER) is None
    assert read_answer_address(answers.replace("+d.", "+b."), KEY) is None
    assert read_answer_address(bounces.replace("+b.", "+d."), KEY) is None
    assert read_bounce_address(answers.replace("+d.", "+b."), KEY) is None


def test_the_longest_allowed_base_still_fits() -> None:
    base = "b" * LONGEST_BASE_LOCAL + "@shop.example"
    address = bounce_address(base, 2**63 - 1, KEY)
    assert len(address.partition("@")[0]) <= 64
    assert wire_form(address) == address
    with pytest.raises(BadAddress):
        bounce_address("b" + base, 1, KEY)


@pytest.mark.parametrize("base", ["", "no-at", "a b@c.example", "a@b.example\r\nRCPT TO:<e@x.org>"])
def test_a_base_that_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(BadAddress):
        bounce_address(base, 1, KEY)


@pytest.mark.parametrize(
    "shown",
    [
        "<{}>",
        "{}".upper(),
        " {} ",
        "prvs=0123456789={}",
        "rfc822;{}",
        "<{}> SIZE=100",
    ],
)
def test_what_servers_make_of_it_is_understood(shown: str) -> None:
    address = bounce_address(BASE, 77, KEY)
    assert read_bounce_address(shown.format(address), KEY) == 77
    assert read_bounce_address(shown.format(address.upper()), KEY) == 77


def test_any_change_is_refused() -> None:
    address = bounce_address(BASE, 77, KEY)
    start, end = address.index("+b.") + 3, address.index("@")
    for place in range(start, end):
        for letter in "a27z":
            if address[place] != letter:
                assert read_bounce_address(f"{address[:place]}{letter}{address[place + 1 :]}", KEY) is None
    assert read_bounce_address(address[:start] + "a" + address[start:], KEY) is None
    assert read_bounce_address(address[: end - 1] + address[end:], KEY) is None


@given(st.text(max_size=100))
def test_other_addresses_are_not_ours(text: str) -> None:
    assert read_bounce_address(text, KEY) is None
    assert read_bounce_address(f"crm+b.{text}@shop.example", KEY) is None


def test_the_key_is_not_shown() -> None:
    assert "kkkk" not in repr(ReturnPath(BASE, KEY))
    assert ReturnPath(BASE, KEY).of(5) == bounce_address(BASE, 5, KEY)
