"""Numbers as people export them: quantities and prices, with the decimal mark that the file itself gives away."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

from crm.errors import Invalid

MOST = Decimal(10) ** 9

_JUNK = re.compile(r"[\s\u00a0\u202f'’]|[^\d.,+-]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def read_decimal(
    text: str, *, field: str, mark: str = "", below_zero: bool = False, most: Decimal = MOST
) -> Decimal | None:
    """A number as people export it: `1 250,5`, `1,250.50`, `฿6.90`; None for an empty cell.

    `mark` is the file's decimal mark where it is known; `1,250` in a file that never shows its mark could be either
    and is refused, because taking it wrong is wrong a thousandfold. Raises Invalid.
    """
    if not text.strip():
        return None
    if re.search(r"\d\s*[^\W\d_]+[^\d]*\d", text):  # "1e5", "12 of 20": letters between digits make it no number
        raise Invalid(field=field, value=text[:40])
    bare = _JUNK.sub("", text)
    marks = sorted({character for character in bare if character in ".,"}, key=bare.rfind)
    decimal = marks[-1] if len(marks) == 2 else (mark if mark in marks else "")
    if len(marks) == 1 and not decimal:
        ambiguous = bare.count(marks[0]) == 1 and _GROUPED.fullmatch(bare.lstrip("+-"))
        if mark:
            decimal = "" if _GROUPED.fullmatch(bare.lstrip("+-")) else marks[0]
        elif ambiguous:
            raise Invalid(field=field, value=text[:40])
        else:
            decimal = "" if bare.count(marks[0]) > 1 else marks[0]
    for character in ".,":
        if character != decimal:
            bare = bare.replace(character, "")
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,15}(?:\.\d{1,9})?", bare):
        raise Invalid(field=field, value=text[:40])
    value = Decimal(bare)
    if abs(value) > most or (value < 0 and not below_zero):
        raise Invalid(field=field, value=text[:40])
    return value


def decimal_mark(cells: Iterable[str]) -> str:
    """The decimal mark these numbers give away: `6,90` or `6.90`; empty when none does."""
    for cell in cells:
        found = re.fullmatch(r"[+-]?\d*(?:[.,]\d{3})*([.,])(?:\d{1,2}|\d{4,9})", _JUNK.sub("", cell))
        if found:
            return found[1]
    return ""


def minor_units(amount: Decimal, currency: str) -> int:
    """The amount in the currency's smallest unit."""
    return int(amount.scaleb(get_currency_precision(currency)).to_integral_value(rounding=ROUND_HALF_UP))
