"""What a field is, and the kinds of columns that many fields share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy.orm import InstrumentedAttribute

from storage.filters.context import FilterContext, day_bounds
from storage.filters.tree import EARLIEST, LATEST, Age, Op, Test
from storage.models import Language, Lifecycle
from storage.search import fold


class FilterRefused(Exception):
    """The tree is not one we compile: an unknown field, an operator the field does not allow, too deep or too large."""


Condition = Callable[[Test, FilterContext], ColumnElement[bool]]

MATCHING = frozenset({Op.IS, Op.IS_NOT, Op.IN, Op.NOT_IN})
PRESENCE = frozenset({Op.PRESENT, Op.ABSENT})
BY_DAY = frozenset({Op.BEFORE, Op.AFTER, Op.SINCE, Op.UNTIL, Op.ON})
BY_AGE = frozenset({Op.OLDER, Op.WITHIN, Op.SILENT})
MOMENT = BY_DAY | BY_AGE | PRESENCE
NEGATIVE = frozenset({Op.IS_NOT, Op.NOT_IN, Op.ABSENT, Op.SILENT})


@dataclass(frozen=True)
class Field:
    """What may be asked of a client: the operators, the closed set of values if there is one, and the condition.

    `condition` answers the positive question (is, in, present, within); complements are made of it here.
    """

    ops: frozenset[Op]
    condition: Condition
    choices: frozenset[str] = frozenset()


def words_of(test: Test) -> list[str]:
    return [fold(value) for value in test.values if isinstance(value, str)]


def reference(
    column: InstrumentedAttribute[int | None], resolve: Callable[[FilterContext, str], Iterable[int]]
) -> Condition:
    def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
        if test.op in PRESENCE:
            return column.is_not(None)
        ids = sorted({key for value in test.values if isinstance(value, str) for key in resolve(context, value)})
        return and_(column.is_not(None), column.in_(ids)) if ids else false()

    return condition


def choice(column: InstrumentedAttribute[Language] | InstrumentedAttribute[Lifecycle]) -> Condition:
    def condition(test: Test, _context: FilterContext) -> ColumnElement[bool]:
        return column.in_([value for value in test.values if isinstance(value, str)])

    return condition


def moment(column: InstrumentedAttribute[datetime | None]) -> Condition:
    def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
        if test.op in PRESENCE:
            return column.is_not(None)
        (value,) = test.values
        if isinstance(value, Age):
            cutoff = context.now - timedelta(days=value.days)
            compared = column <= cutoff if test.op is Op.OLDER else column > cutoff
        elif isinstance(value, date) and EARLIEST <= value <= LATEST:
            start, end = day_bounds(value, context.zone)
            compared = {
                Op.BEFORE: column < start,
                Op.AFTER: column >= end,
                Op.SINCE: column >= start,
                Op.UNTIL: column < end,
                Op.ON: and_(column >= start, column < end),
            }[test.op]
        else:
            raise FilterRefused(f"{test.field} {test.op} {value!r}")
        return and_(column.is_not(None), compared)

    return condition
