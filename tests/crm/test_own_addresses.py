"""The addresses we make for answers: whole where they fit, and known for ours whatever MAIL_FROM looks like."""

from __future__ import annotations

import pytest

from channels.email.address import wire_form
from channels.email.verp import answer_address
from crm import threads
from crm.threads import House
from crm.writing import Ours

KEY = b"answers" * 5


@pytest.mark.parametrize(("length", "fits"), [(1, True), (35, True), (36, False), (64, False)])
def test_a_reply_address_is_one_or_the_companys_own(length: int, fits: bool) -> None:
    mail_from, token = "a" * length + "@shop.example", threads.new_token()
    made = threads.reply_address(mail_from, token)
    assert wire_form(made) == made
    assert threads.token_of(made) == (token if fits else None)
    assert (made == mail_from) is not fits


@pytest.mark.parametrize("ours", ["crm@shop.example", "crm+info@shop.example", "crm++b.c@shop.example"])
def test_what_we_made_of_our_address_is_ours(ours: str) -> None:
    token = threads.new_token()
    thread, delivery = threads.reply_address(ours, token), answer_address(ours, 4711, KEY)
    house, known = House(frozenset({ours}), "shop.example", KEY), Ours.of(ours)
    assert (threads.token_of(thread), house.delivery_of(delivery)) == (token, 4711)
    for address in (ours, thread, delivery, thread.upper()):
        assert address in known
        assert house.owns(address)
    assert "crmx@shop.example" not in known
    assert "crm+other@shop.example" not in Ours.of("crm+info@shop.example")
