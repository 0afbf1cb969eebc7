"""Buttons cannot be forged, lent, kept too long, or pressed twice."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import LIMIT, BadPress, Callback, Signer


class Choice(StrEnum):
    A = "a"
    B = "b"


@dataclass(frozen=True)
class Peek(Callback, prefix="t1"):
    number: int
    choice: Choice | None = None
    flag: bool = False


@dataclass(frozen=True)
class Act(Callback, prefix="t2", writes=True):
    number: int
    choice: Choice


SIGNER = Signer("secret")
NOW = datetime.fromisoformat("2026-11-24T09:00:00+00:00")


@given(st.integers(0, 10**15), st.sampled_from([None, *Choice]), st.booleans())
def test_a_reading_press_comes_back_as_it_went(number: int, choice: Choice | None, flag: bool) -> None:
    action = Peek(number, choice, flag)
    data = SIGNER.pack(action, staff_id=1, now=NOW)
    assert len(data.encode()) <= LIMIT
    assert SIGNER.unpack(data, staff_id=1, now=NOW).action == action


@pytest.mark.parametrize("number", ["-1", "--1", "+1", "1_0", " 1", "", "1.0", "\u0661", "9" * 17])
def test_only_ids_and_pages_are_numbers(number: str) -> None:
    with pytest.raises(BadPress):
        SIGNER.unpack(f"t1:{number}::0", staff_id=1, now=NOW)


@given(st.integers(0, 10**15), st.sampled_from(Choice))
def test_a_writing_press_comes_back_for_its_person_only(number: int, choice: Choice) -> None:
    data = SIGNER.pack(Act(number, choice), staff_id=7, now=NOW)
    assert len(data.encode()) <= LIMIT
    pressed = SIGNER.unpack(data, staff_id=7, now=NOW)
    assert pressed.action == Act(number, choice)
    assert len(pressed.key) == 22
    with pytest.raises(BadPress):
        SIGNER.unpack(data, staff_id=8, now=NOW)
    with pytest.raises(BadPress):
        SIGNER.unpack(data, staff_id=7, now=NOW + timedelta(days=15))
    with pytest.raises(BadPress):
        Signer("other").unpack(data, staff_id=7, now=NOW)


def test_ten_thousand_forgeries_come_to_nothing() -> None:
    dice = random.Random(7)
    alphabet = string.ascii_letters + string.digits + "-_:~."
    data = SIGNER.pack(Act(42, Choice.A), staff_id=7, now=NOW)
    accepted = 0
    for _ in range(10_000):
        forged = list(data)
        for _ in range(dice.randint(1, 3)):
            place = dice.randrange(len(forged))
            forged[place] = dice.choice(alphabet)
        text = "".join(forged)
        if text == data:
            continue
        try:
            SIGNER.unpack(text, staff_id=7, now=NOW)
        except BadPress:
            continue
        accepted += 1
    assert accepted == 0


@given(st.text(max_size=80))
def test_anything_at_all_is_refused_or_read_never_worse(data: str) -> None:
    try:
        SIGNER.unpack(data, staff_id=1, now=NOW)
    except BadPress:
        return


def test_two_renders_are_two_keys() -> None:
    first, second = (SIGNER.pack(Act(1, Choice.A), staff_id=1, now=NOW) for _ in range(2))
    assert first != second
