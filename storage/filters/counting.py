"""Things a client has many of: how often something happened, and how much it came to.

Every comparison is made of "at least so many" and its complement, so that who has none is counted as zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from storage.filters.context import FilterContext
from storage.filters.fields import COUNTING, PRESENCE, Field, FilterRefused, Kind, narrowed, since
from storage.filters.tree import Op, Test
from storage.models import Client

MOST = 10**15  # beyond any count or amount


@dataclass(frozen=True)
class Happening:
    """Rows of clients' history: whose, when, and which of them are meant."""

    client: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    at: ColumnElement[Any] | InstrumentedAttribute[Any]
    where: tuple[ColumnElement[bool], ...] = ()

    def rows(self, test: Test, context: FilterContext, *also: ColumnElement[bool]) -> Select[Any]:
        """The client of every row meant, within the test's window."""
        window = since(test, context, self.at)  # type: ignore[arg-type]  # a mapped attribute is a column element
        query = select(self.client).where(self.client.is_not(None), *self.where, *also, *window)
        return narrowed(query, context, self.client)

    def whose(self, test: Test, context: FilterContext, *also: ColumnElement[bool]) -> ColumnElement[bool]:
        """That a client has such a row."""
        return Client.id.in_(self.rows(test, context, *also))

    def counted(self) -> Field:
        """The field that counts these rows."""

        def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
            if test.op in PRESENCE:
                return self.whose(test, context)
            return compared(test, self.at_least(test, context), whole(test))

        return Field(Kind.COUNT, COUNTING, condition, windowed=True)

    def at_least(self, test: Test, context: FilterContext) -> Callable[[int], ColumnElement[bool]]:
        """That there are so many of these rows, for any number asked."""

        def at_least(number: int) -> ColumnElement[bool]:
            rows = self.rows(test, context)
            if number <= 0:
                return true()
            if number > 1:
                rows = rows.group_by(self.client).having(func.count() >= number)
            return Client.id.in_(rows)

        return at_least


def compared(test: Test, at_least: Callable[[int], ColumnElement[bool]], number: int) -> ColumnElement[bool]:
    """The test's comparison of whole numbers, made of `at_least`."""
    if test.op in (Op.IS, Op.IS_NOT):
        return and_(at_least(number), not_(at_least(number + 1)))
    reached = at_least(number + (1 if test.op in (Op.MORE, Op.AT_MOST) else 0))
    return not_(reached) if test.op in (Op.LESS, Op.AT_MOST) else reached


def whole(test: Test) -> int:
    """The whole number a test compares with. Raises FilterRefused."""
    (value,) = test.values
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST:
        raise FilterRefused(f"{test.field} {test.op} {value!r}")
    return value
