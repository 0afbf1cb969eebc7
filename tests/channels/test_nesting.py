"""Markup that nests without end is made flat; whatever people write stays as it is."""

from __future__ import annotations

import time

import pytest

from channels.email.nesting import DEEPEST, flattened
from channels.email.reading import parse

MANY = 100_000


@pytest.mark.parametrize(
    "page",
    ["<div>" * MANY + "words" + "</div>" * MANY, "<b>" * MANY + "words", "<blockquote><a>" * (MANY // 2) + "words"],
    ids=["closed", "open", "two kinds"],
)
def test_a_hundred_thousand_levels_cost_no_time_and_no_words(page: str) -> None:
    began = time.process_time()
    read = parse(b"From: a@b.test\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode())
    assert time.process_time() - began < 5
    assert read.text.strip().removeprefix("> " * 20).strip("> ") == "words"
    assert flattened(page).count("<") <= 4 * DEEPEST


def test_long_pages_that_nest_as_people_nest_stay_as_they_are() -> None:
    row = '<tr><td class="a > b"><p>one<br>two<p>three<ul><li>four<li>five</ul></td></tr>'
    page = f"<div><table>{row * 2_000}</table></div>"
    assert flattened(page) == page
    assert flattened("<div>" * DEEPEST + "x" + "</div>" * DEEPEST) == "<div>" * DEEPEST + "x" + "</div>" * DEEPEST
