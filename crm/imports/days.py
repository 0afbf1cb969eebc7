"""Days as people export them, in one way for the whole file; what could be two days is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from babel.dates import get_month_names

from storage.custom_values import EARLIEST, LATEST

_BUDDHIST = 543
_FIRST_SERIAL, _SERIALS = date(1899, 12, 30), range(10_000, 110_000)  # a spreadsheet's days from 1927 on
_TIME = re.compile(r"[T\s]\s*\d{1,2}:\d{2}.*$")
_ERA = re.compile(r"พ\.?ศ\.?|ค\.?ศ\.?|\s*(?:года|г\.?)\s*$")
_YEAR_FIRST = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_NAMED = re.compile(r"(\d{1,2})[\s./-]*([^\W\d_]\D*?)[\s./,-]*(\d{4})")
_MONTH_NAMED_FIRST = re.compile(r"([^\W\d_]\D*?)[\s.]*(\d{1,2}),?\s+(\d{4})")
_SERIAL = re.compile(r"(\d{5,6})(?:\.\d+)?")


class Order(StrEnum):
    """What stands first in `03/04/2026`, as far as the file gives it away."""

    DAY = "day"
    MONTH = "month"
    UNCLEAR = "unclear"  # the file has both


class Unclear(ValueError):
    """The text could be two days."""


def order_of(cells: Iterable[str]) -> Order:
    """Day first, unless some day of these can only be month first."""
    day_first = month_first = False
    for cell in cells:
        found = _YEAR_LAST.fullmatch(_bare(cell))
        if found is None or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        day_first = day_first or first > 12 >= second
        month_first = month_first or second > 12 >= first
    if day_first and month_first:
        return Order.UNCLEAR
    return Order.MONTH if month_first else Order.DAY


def read_date(text: str, *, order: Order) -> date:
    """`2026-11-24`, `24.11.2026`, `24/11/2569`, `24 ноября 2026`, a spreadsheet's own number; a time of day is left out.

    Years from 2400 on are Buddhist, and are written in four digits. With dots the day stands first whatever the file does
    elsewhere. Raises Unclear, and ValueError for what is no day between 1900 and 2200.
    """
    bare = _bare(text)
    if found := _SERIAL.fullmatch(bare):
        if int(found[1]) not in _SERIALS:
            raise ValueError(text)
        read = _FIRST_SERIAL + timedelta(days=int(found[1]))
    else:
        year, month, day = _parts(bare, order)
        read = date(year - _BUDDHIST if year >= 2400 else year, month, day)
    if not EARLIEST <= read <= LATEST:
        raise ValueError(text)
    return read


def _bare(text: str) -> str:
    return _ERA.sub("", _TIME.sub("", text.strip()[:60])).strip()


def _parts(bare: str, order: Order) -> tuple[int, int, int]:
    if found := _YEAR_FIRST.fullmatch(bare):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _YEAR_LAST.fullmatch(bare):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "." or first > 12 or first == second:
            return year, second, first
        if second > 12:
            return year, first, second
        if order is Order.UNCLEAR:
            raise Unclear(bare)
        return (year, second, first) if order is Order.DAY else (year, first, second)
    if found := _NAMED.fullmatch(bare):
        return int(found[3]), _month(found[2]), int(found[1])
    if found := _MONTH_NAMED_FIRST.fullmatch(bare):
        return int(found[3]), _month(found[1]), int(found[2])
    raise ValueError(bare)


def _month(name: str) -> int:
    said = re.sub(r"[\s.]", "", name.casefold())
    exact = _months().get(said)
    begun = {number for known, number in _months().items() if known.startswith(said)} if len(said) >= 3 else set()
    found = {exact} if exact is not None else begun
    if len(found) != 1:
        raise ValueError(name)
    return found.pop()


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    named: dict[str, int] = {}
    for locale in ("en", "ru", "th"):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                months = get_month_names(width, context=context, locale=locale)
                named.update({re.sub(r"[\s.]", "", name.casefold()): number for number, name in months.items()})
    return named
