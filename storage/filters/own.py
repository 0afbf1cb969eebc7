"""Custom fields: whatever people wrote under a name of their own, compared as text, as a number or as a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from storage.custom_values import EARLIEST, LATEST, field_key
from storage.filters.context import FilterContext
from storage.filters.fields import MATCHING, ORDER, PRESENCE, Field, FilterRefused, Kind, words_of
from storage.filters.tree import Age, Op, Test, Value
from storage.models import Client


def _own(test: Test, context: FilterContext) -> ColumnElement[bool]:
    key = field_key(test.name)
    if not key:
        return false()
    if test.op in PRESENCE:
        return _part("t", key).is_not(None)
    if test.op is Op.CONTAINS:
        written = _part("t", key)
        held = or_(false(), *(written.contains(word, autoescape=True) for word in words_of(test)))
        return and_(written.is_not(None), held)
    if test.op is Op.COMING:
        return _coming(test, key, context)
    if test.op in ORDER:
        (value,) = test.values
        return _ordered(test.op, value, key)
    return _equal(test, key)


def _equal(test: Test, key: str) -> ColumnElement[bool]:
    """Each value by what it is: a quoted one as text, a number as a number, a day as a day."""
    texts = words_of(test)
    numbers = [number for number in map(_number_of, test.values) if number is not None]
    days = [_iso(value) for value in test.values if isinstance(value, date)]
    kinds: list[tuple[ColumnElement[Any], list[Any]]] = [
        (_part("t", key), texts),
        (_number(key), numbers),
        (_part("d", key), days),
    ]
    found = (and_(column.is_not(None), column.in_(values)) for column, values in kinds if values)
    return or_(false(), *found)


def _ordered(op: Op, value: Value, key: str) -> ColumnElement[bool]:
    if isinstance(value, date):
        day = _part("d", key)
        return and_(day.is_not(None), _COMPARED[op](day, _iso(value)))
    asked = _number_of(value)
    if asked is None:
        raise FilterRefused(f"own {op} {value!r}")
    number = _number(key)
    return and_(number.is_not(None), _COMPARED[op](number, asked))


def _coming(test: Test, key: str, context: FilterContext) -> ColumnElement[bool]:
    (value,) = test.values
    if not isinstance(value, Age):
        raise FilterRefused(f"own {test.op} {value!r}")
    today, day = context.now.astimezone(context.zone).date(), _part("d", key)
    last = min(today + timedelta(days=value.days), LATEST)
    return and_(day.is_not(None), day >= today.isoformat(), day <= last.isoformat())


def _part(kind: str, key: str) -> ColumnElement[Any]:
    part: ColumnElement[Any] = Client.custom_folded[f"{kind}_{key}"].as_string()
    return part


def _number(key: str) -> ColumnElement[Any]:
    number: ColumnElement[Any] = Client.custom_folded[f"n_{key}"].as_float()
    return number


def _number_of(value: Value) -> float | None:
    """The number, unless the value is something else or too large to be told from its neighbours."""
    return float(value) if isinstance(value, int | float) and abs(value) < 10**15 else None


def _iso(value: date) -> str:
    if not EARLIEST <= value <= LATEST:
        raise FilterRefused(f"own {value!r}")
    return value.isoformat()


_COMPARED: Mapping[Op, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    Op.MORE: lambda column, asked: column > asked,
    Op.LESS: lambda column, asked: column < asked,
    Op.AT_LEAST: lambda column, asked: column >= asked,
    Op.AT_MOST: lambda column, asked: column <= asked,
}

OWN_FIELDS: Mapping[str, Field] = {
    "own": Field(Kind.OWN, MATCHING | ORDER | PRESENCE | {Op.CONTAINS, Op.COMING}, _own),
}
