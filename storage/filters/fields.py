"""What a field is, and the kinds of columns that many fields share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from storage.custom_values import EARLIEST, LATEST
from storage.filters.context import FilterContext, day_bounds
from storage.filters.tree import MAX_AGE_DAYS, Age, Op, Test
from storage.folding import fold
from storage.models import Language, Lifecycle

LONGEST_TEXT = 300  # nothing compared is longer


class FilterRefused(Exception):
    """The tree is not one we compile: an unknown field, an operator the field does not allow, too deep or too large."""


Condition = Callable[[Test, FilterContext], ColumnElement[bool]]

MATCHING = frozenset({Op.IS, Op.IS_NOT, Op.IN, Op.NOT_IN})
PRESENCE = frozenset({Op.PRESENT, Op.ABSENT})
BY_DAY = frozenset({Op.BEFORE, Op.AFTER, Op.SINCE, Op.UNTIL, Op.ON})
BY_AGE = frozenset({Op.OLDER, Op.WITHIN, Op.SILENT})
MOMENT = BY_DAY | BY_AGE | PRESENCE
ORDER = frozenset({Op.MORE, Op.LESS, Op.AT_LEAST, Op.AT_MOST})
COUNTING = ORDER | PRESENCE | {Op.IS, Op.IS_NOT}
NEGATIVE = frozenset({Op.IS_NOT, Op.NOT_IN, Op.ABSENT, Op.SILENT})


class Kind(StrEnum):
    """What a field's values are: how they are read, shown and asked for."""

    TEXT = "text"
    THING = "thing"  # something else of ours, by its name
    CHOICE = "choice"
    MOMENT = "moment"
    FLAG = "flag"
    COUNT = "count"
    MONEY = "money"
    DAY = "day"  # of every year
    OWN = "own"  # a custom field: text, number or day, as it was written


@dataclass(frozen=True)
class Field:
    """What may be asked of a client: the operators, the closed set of values if there is one, and the condition.

    `condition` answers the positive question (is, in, present, within); complements are made of it here. `windowed`: a
    test may look at what happened since a moment only.
    """

    kind: Kind
    ops: frozenset[Op]
    condition: Condition
    choices: frozenset[str] = frozenset()
    windowed: bool = False


def words_of(test: Test) -> list[str]:
    """The texts to compare with, folded; what nothing can equal (empty, or longer than any column) is left out."""
    folded = (fold(value) for value in test.values if isinstance(value, str))
    return [word for word in folded if 0 < len(word) <= LONGEST_TEXT]


def narrowed(
    query: Select[Any],
    context: FilterContext,
    client: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
) -> Select[Any]:
    """A list of clients' ids, of the one client only where no other is asked about."""
    return query if context.client_id is None else query.where(client == context.client_id)


def since(test: Test, context: FilterContext, at: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    """What the test's window asks of a moment; nothing without one. Raises FilterRefused."""
    window = test.window
    if window is None:
        return ()
    if isinstance(window, Age) and 0 < window.days <= MAX_AGE_DAYS:
        return (at > context.now - timedelta(days=window.days),)
    if isinstance(window, date) and EARLIEST <= window <= LATEST:
        return (at >= day_bounds(window, context.zone)[0],)
    raise FilterRefused(f"{test.field} since {window!r}")


def text(column: InstrumentedAttribute[str]) -> Condition:
    """A folded column, empty where nothing is known."""

    def condition(test: Test, _context: FilterContext) -> ColumnElement[bool]:
        if test.op in PRESENCE:
            return column != ""
        words = words_of(test)
        if test.op is Op.CONTAINS:
            return or_(false(), *(column.contains(word, autoescape=True) for word in words))
        return column.in_(words) if words else false()

    return condition


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


def moment(column: InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime]) -> Condition:
    def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
        if test.op in PRESENCE:
            return column.is_not(None)
        (value,) = test.values
        if isinstance(value, Age) and test.op in BY_AGE:
            cutoff = context.now - timedelta(days=value.days)
            compared = column <= cutoff if test.op is Op.OLDER else column > cutoff
        elif isinstance(value, date) and test.op in BY_DAY and EARLIEST <= value <= LATEST:
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
