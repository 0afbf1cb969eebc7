"""The handbook of segments: every field is in it, and everything in it can be typed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from crm.segments import parse
from crm.segments.nouns import WORDS

HANDBOOK = (Path(__file__).parents[3] / "docs" / "segments.md").read_text(encoding="utf-8")
TODAY = date(2026, 11, 27)


def test_every_field_is_in_the_handbook_in_three_languages() -> None:
    lacking = {name for name, words in WORDS.items() if not all(f"`{one}`" in HANDBOOK for one in words.example)}
    assert lacking == set()


def test_what_the_handbook_shows_can_be_typed() -> None:
    shown = [line for block in re.findall(r"```\n(.*?)```", HANDBOOK, re.DOTALL) for line in block.splitlines()]
    shown += [
        cell for line in HANDBOOK.splitlines() if line.startswith("| `") for cell in re.findall(r"`([^`]+)`", line)
    ]
    assert len(shown) > 3 * len(WORDS)
    for rule in shown:
        parse(rule, today=TODAY)
