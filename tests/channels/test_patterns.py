"""Every pattern that reads what others wrote is linear: 100 kB of hostile text cost it next to nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import pytest

from tests.pace import is_linear

_MODULES = (
    "channels.email.absence_dates",
    "channels.email.absences",
    "channels.email.authentication",
    "channels.email.bodies",
    "channels.email.decoding",
    "channels.email.plaintext",
    "channels.email.reading",
    "channels.email.replies",
    "channels.email.reply_marks",
    "channels.email.subjects",
    "crm.autoreply",
    "crm.threads",
)
_SIZE = 100_000
_QUICK = 0.05  # seconds of processor time
_ANYWHERE = ("a", " ", "\n", "-", ">", "<", "@", "a@b.", ":", "(", "1", "on 1 ", "=")
# Asked of the patterns that find something in them.
_THEIR_OWN = (
    "\t", "_", "> ", "<a@b>", ";", ",", '"', "1.", "12:30 ", "2026 ", "wrote ", "wrote: ", "2026 от a ", "писал ", "เขียนว่า ", "ส่งจาก ",
    "from: ", "sent from ", "get outlook for ", "с уважением ", "ขอแสดงความนับถือ", "-- ", "-- forwarded ", "dmarc=", "by a ", "; spf = a",
    "until 5 ", "ธ.ค.", "กลับมา", "out of office ", "on leave", "display:none ", "border-top: ", "owner-a", "noreply+", "p.s. ", "А> ", "\x01",
    "\u0e31", "\ud800",
)  # fmt: skip


def _patterns() -> dict[str, re.Pattern[str]]:
    found: dict[str, re.Pattern[str]] = {}
    for name in _MODULES:
        module: ModuleType = import_module(name)
        for word, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{name}.{word}"] = value
    return found


_ALL = _patterns()


@pytest.mark.parametrize("name", _ALL)
def test_hostile_text_costs_a_pattern_next_to_nothing(name: str) -> None:
    pattern = _ALL[name]
    pieces = (*_ANYWHERE, *(one for one in _THEIR_OWN if pattern.search(one * 3)))

    def search(piece: str) -> Callable[[int], object]:
        text = f"{piece * (_SIZE // len(piece))}!"
        return lambda size: pattern.search(text[-size:])

    assert [piece for piece in pieces if not is_linear(search(piece), size=_SIZE, quick=_QUICK)] == []


def test_none_was_overlooked() -> None:
    assert len(_ALL) > 30
