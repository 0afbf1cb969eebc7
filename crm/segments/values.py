"""Reads the values of a rule: lengths of time, days, counts, numbers and amounts; each answers None for what it is not."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from babel.dates import get_month_names
from babel.numbers import get_currency_precision, is_currency

from crm.segments.lexer import normal, quoted
from crm.segments.vocabulary import (
    AGE_HEADS,
    AGE_TAILS,
    AGE_UNITS,
    BARE_AGES,
    CURRENCY_WORDS,
    DAY_WORDS,
    TIMES_WORDS,
    WINDOWS,
)
from storage.custom_values import EARLIEST, LATEST, read_day, read_number
from storage.filters import MAX_AGE_DAYS, Age, AgeUnit, Money, Value

_AGE = re.compile(r"(?P<head>[^\d]{0,24})(?P<count>[0-9]{1,6})\s*(?P<rest>[^\d]{1,40})")
_COUNT = re.compile(r"(?P<count>[0-9]{1,6})\s*(?P<rest>[^\d]{0,12})")
_MONEY = re.compile(
    r"(?P<before>[^\d\s.,+-]{0,3})\s*(?P<number>-?[0-9](?:[0-9.,\u00a0\u202f ]{0,24}[0-9])?)\s*(?P<after>[^\d]{0,12})"
)
_YEARLESS = re.compile(
    r"(?P<day>[0-9]{1,2})(?:[./](?P<month>[0-9]{1,2})|\s*(?P<named>[^\d\s.]{3,12}(?:\.[^\d\s.]{1,3})?))\.?"
)
_LEAP_YEAR = 2000  # 29 February is a birthday too
MOST_MINOR = 10**14


def age_of(said: str) -> Age | None:
    """`30 days ago`, `2 недели назад`, `3 เดือน`: a number, a unit, and words that change nothing."""
    found = _AGE.fullmatch(normal(said))
    if found is None:
        return _bare_age(normal(said))
    if found["head"].strip() not in AGE_HEADS:
        return None
    rest = found["rest"].strip()
    for unit in sorted(AGE_UNITS, key=len, reverse=True):
        if rest.startswith(unit) and rest.removeprefix(unit).strip(" .") in AGE_TAILS:
            if unit.isascii() and rest != unit and rest[len(unit)].isalpha():
                continue
            age = Age(int(found["count"]), AgeUnit(AGE_UNITS[unit]))
            return age if 0 < age.days <= MAX_AGE_DAYS else None
    return None


def _bare_age(said: str) -> Age | None:
    """`a month ago`, `за неделю`, `полгода`: one of a unit, or half a year."""
    for phrase in sorted(BARE_AGES, key=len, reverse=True):
        head, found, tail = said.partition(phrase)
        if found and head.strip() in AGE_HEADS and tail.strip(" .") in AGE_TAILS:
            if phrase.isascii() and (head[-1:].isalpha() or tail[:1].isalpha()):
                continue
            return age_of(BARE_AGES[phrase])
    return None


def day_of(said: str, today: date) -> date | None:
    """A calendar day: ISO, day.month.year, day/month/year, today; years from 2400 on are Buddhist."""
    offset = DAY_WORDS.get(normal(said))
    if offset is None:
        return read_day(said) if "t" not in said.casefold() else None
    day = today + timedelta(days=int(offset))
    return day if EARLIEST <= day <= LATEST else None


def since_of(said: str, today: date) -> date | None:
    """`since 2026-01-01`, `с 01.01.2026`: a day, and a word before it that says from then on."""
    words = [word for word, meaning in WINDOWS.items() if meaning == "since"]
    for word in sorted(words, key=len, reverse=True):
        if normal(said).startswith(word):
            return day_of(normal(said).removeprefix(word).strip(), today)
    return None


def yearless_of(said: str) -> date | None:
    """`31.12`, `29 февраля`, `31 ธันวาคม`: a day of any year, told by that of a leap year."""
    found = _YEARLESS.fullmatch(normal(said))
    if found is None:
        return None
    named = found["named"]
    month = _months().get(named) if named else int(found["month"])
    try:
        return date(_LEAP_YEAR, month, int(found["day"])) if month else None
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Months by their names, whole and short, in every language of ours."""
    return {
        normal(name).strip("."): month
        for language in ("en", "ru", "th")
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, locale=language).items()
    }


def count_of(said: str) -> int | None:
    """`3`, `3 times`, `3 раза`."""
    found = _COUNT.fullmatch(normal(said))
    return int(found["count"]) if found and found["rest"].strip(" .") in TIMES_WORDS else None


def number_of(said: str) -> float | None:
    """A number as custom fields hold them."""
    return read_number(said)


def money_of(said: str) -> Money | None:
    """`1000 EUR`, `€ 1 000.50`, `10,000 บาท`, `50 000 руб`: an amount says its currency."""
    found = _MONEY.fullmatch(said.strip())
    if found is None or bool(found["before"]) == bool(found["after"].strip(" .")):
        return None
    currency = currency_of(found["before"] or found["after"])
    if currency is None:
        return None
    precision = get_currency_precision(currency)
    amount = _decimal(found["number"], precision)
    if amount is None:
        return None
    minor = amount.scaleb(precision)
    if minor != minor.to_integral_value() or abs(minor) > MOST_MINOR:
        return None
    return Money(int(minor), currency)


def _decimal(said: str, precision: int) -> Decimal | None:
    """The number; three digits behind a comma or a point are thousands, where the currency has no such decimals."""
    plain = re.sub(r"\s", "", said)
    for mark, point in ((",", "."), (".", ",")):
        grouped = re.fullmatch(rf"-?[1-9]\d{{0,2}}(?:\{mark}\d{{3}})+(?:\{point}\d{{1,3}})?", plain)
        if grouped and (precision < 3 or point in plain or plain.count(mark) > 1):
            return Decimal(plain.replace(mark, "").replace(point, "."))
        if grouped and mark == ",":
            return None
    return Decimal(plain.replace(",", ".")) if re.fullmatch(r"-?\d+(?:[.,]\d{1,3})?", plain) else None


def written(value: Value) -> str:
    """The value as it is typed in a rule, so that it is read back as the same."""
    if isinstance(value, Age):
        return f"{value.count} {value.unit.value}{'s' if value.count > 1 else ''}"
    if isinstance(value, Money):
        return f"{amount_of(value):f} {value.currency}"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if isinstance(value, int):
        return str(value)
    return value.isoformat() if isinstance(value, date) else quoted(value)


def amount_of(money: Money) -> Decimal:
    """The amount in whole units of its currency."""
    return Decimal(money.minor).scaleb(-get_currency_precision(money.currency))


def currency_of(said: str) -> str | None:
    """`€`, `EUR`, `руб.`, `บาท`: the code of a currency."""
    said = normal(said).strip(" .")
    known = CURRENCY_WORDS.get(said)
    if known is None and len(said) == 3 and said.isascii() and is_currency(said.upper()):
        return said.upper()
    return known
