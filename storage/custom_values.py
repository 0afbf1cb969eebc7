"""Custom fields made comparable: what people wrote under names of their own, as folded text, and as number or day where it is one.

The result is flat, under keys both databases find alike whatever people call their fields: `t_…` the text, `n_…` the
number, `d_…` the day in ISO form. Whatever the JSON holds, only this is compared in SQL.
"""

from __future__ import annotations

import hashlib
import math
import re
from datetime import date
from typing import Any

from storage.folding import fold

NAME_LIMIT = 60
_MOST = 200  # fields of one client
_NUMBER = re.compile(r"[+-]?([0-9]{1,15})(?:[.,]([0-9]{1,9}))?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")  # 1,000: a thousand to some, one to others
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_BUDDHIST = 543
_DIGITS = 15  # a float tells any two numbers of so many digits apart
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


def field_key(name: str) -> str:
    """The key of a custom field: of its folded name, so that case and spacing do not matter; empty for no name at all."""
    folded = fold(name)[:NAME_LIMIT]
    return hashlib.blake2b(folded.encode(), digest_size=8).hexdigest() if folded else ""


def folded_fields(fields: Any) -> dict[str, Any]:
    """The comparable form of a client's custom fields; what is empty or nested counts as absent."""
    found: dict[str, Any] = {}
    if not isinstance(fields, dict):
        return found
    for name, value in list(fields.items())[:_MOST]:
        key, text = field_key(str(name)), fold(_text(value))
        if not key or not text:
            continue
        found[f"t_{key}"] = text
        number = _number_of(value)
        if number is not None:
            found[f"n_{key}"] = number
        day = read_day(text)
        if day is not None:
            found[f"d_{key}"] = day.isoformat()
    return found


def read_number(text: str) -> float | None:
    """`10`, `-3.5`, `12,5 %`, `10 000`; None for what is no number, or one thing here and another there (`1,000`)."""
    plain = re.sub(r"\s", "", text.strip()[:60]).removesuffix("%")
    found = _NUMBER.fullmatch(plain)
    if found is None or _THOUSANDS.fullmatch(plain) or len((found[1] + (found[2] or "")).lstrip("0")) > _DIGITS:
        return None
    return float(plain.replace(",", "."))


def read_day(text: str) -> date | None:
    """A calendar day: ISO, day.month.year or day/month/year; years from 2400 on are Buddhist."""
    text = text.strip()[:60]
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        read = date(year - _BUDDHIST if year >= 2400 else year, month, day)
    except ValueError:
        return None
    return read if EARLIEST <= read <= LATEST else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value) if not isinstance(value, int) or abs(value) < 10**60 else ""
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(one) for one in value[:50] if not isinstance(one, list))))
    return ""


def _number_of(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str):
        return read_number(value)
    if abs(value) < 10**_DIGITS and math.isfinite(value):
        return float(value)
    return None
