"""Lines of Thai and others: cut where a reader would, never between a consonant and what is written over, under or beside it."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.automations.wrapping import shortened, wrapped

LETTER = "เรื่องใบเสนอราคาของเราที่ส่งไปเมื่อสัปดาห์ที่แล้วและเงื่อนไขการชำระเงินใหม่"
_BEFORE = "เแโใไ"
_AFTER = "ะาำๅๆฯ"


def torn(left: str, right: str) -> bool:
    """Whether a cut between the two parts what belongs together."""
    mark = unicodedata.category(right[0]) == "Mn" or right[0] in _AFTER
    return mark or left[-1] in _BEFORE


@pytest.mark.parametrize("across", [8, 13, 21, 34])
def test_no_line_of_thai_begins_or_ends_in_the_middle_of_a_sign(across: int) -> None:
    lines = wrapped(LETTER, across=across, most=99)
    assert "".join(lines) == LETTER
    assert len(lines) > 1
    assert not any(torn(left, right) for left, right in pairwise(lines))


def test_lines_break_before_a_vowel_that_begins_a_syllable() -> None:
    assert wrapped(LETTER, across=34, most=4) == [
        "เรื่องใบเสนอราคาของเราที่ส่งไปเมื่อสัปดาห์ที่",
        "แล้วและเงื่อนไขการชำระเงินใหม่",
    ]


@given(st.text(st.sampled_from("กขเแ าะิี้่ำ é\u0301ab"), min_size=1, max_size=60), st.integers(2, 40))
def test_what_is_cut_short_is_whole_as_far_as_it_goes(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    if short != text:
        assert short.endswith("…")
        kept = short[:-1]
        assert text.startswith(kept)
        assert not kept or unicodedata.category(text[len(kept)]) != "Mn"


def test_of_too_many_lines_the_last_says_that_there_is_more() -> None:
    lines = wrapped(LETTER * 4, across=20, most=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
