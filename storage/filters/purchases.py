"""What clients bought: how many documents, for how much, and from which product group.

Where a list told a client's total, it stands for everything up to its moment, and documents from then on come on top. A
total has no dates inside: within a window it counts whole when its first purchase lies there, else only its last does, as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.filters.context import FilterContext
from storage.filters.counting import MOST, Happening, compared, whole
from storage.filters.fields import (
    COUNTING,
    MATCHING,
    ORDER,
    PRESENCE,
    Field,
    FilterRefused,
    Kind,
    narrowed,
    since,
    words_of,
)
from storage.filters.tree import Money, Op, Test
from storage.models import Client, Purchase, PurchaseTotal

_BOUGHT = Happening(Purchase.client_id, Purchase.at)


def _count(test: Test, context: FilterContext) -> ColumnElement[bool]:
    by_documents = _BOUGHT.at_least(test, context)
    last = _since(test, context, PurchaseTotal.last_at)
    counted = PurchaseTotal.purchases.is_not(None)
    told = _within(test, context, PurchaseTotal.purchases, when_last=1) + func.count(Purchase.id)
    known = (PurchaseTotal.first_at, PurchaseTotal.last_at)
    one = or_(*(and_(at.is_not(None), *_since(test, context, at)) for at in known))
    if not last:
        one = or_(one, PurchaseTotal.amount_minor > 0)

    def at_least(number: int) -> ColumnElement[bool]:
        if number <= 0:
            return by_documents(number)
        totals = _with_later(test, context, counted, PurchaseTotal.counted_until).having(told >= number)
        reached = or_(and_(by_documents(number), _not_told(context, counted)), Client.id.in_(totals))
        # A list that tells when or for how much, but not how often, tells of one purchase at least.
        return or_(reached, Client.id.in_(_totals(context, not_(counted), one))) if number == 1 else reached

    if test.op in PRESENCE:
        return at_least(1)
    return compared(test, at_least, whole(test))


def _sum(test: Test, context: FilterContext) -> ColumnElement[bool]:
    """What the purchases in the amount's currency come to; who bought nothing in it bought for zero."""
    (value,) = test.values
    if not isinstance(value, Money) or abs(value.minor) > MOST:
        raise FilterRefused(f"{test.field} {test.op} {value!r}")
    same = Purchase.currency == value.currency
    rows = _BOUGHT.rows(test, context, same).group_by(Purchase.client_id)
    total = func.sum(Purchase.amount_minor)
    summed = PurchaseTotal.currency == value.currency
    totals = _with_later(test, context, summed, PurchaseTotal.summed_until, same)
    told = _within(test, context, PurchaseTotal.amount_minor) + func.coalesce(total, 0)

    def at_least(minor: int) -> ColumnElement[bool]:
        if minor > 0:
            by_documents = Client.id.in_(rows.having(total >= minor))
        else:
            by_documents = not_(Client.id.in_(rows.having(total < minor)))
        return or_(and_(by_documents, _not_told(context, summed)), Client.id.in_(totals.having(told >= minor)))

    return compared(test, at_least, value.minor)


def _with_later(
    test: Test,
    context: FilterContext,
    told: ColumnElement[bool],
    until: InstrumentedAttribute[datetime | None],
    *also: ColumnElement[bool],
) -> Select[Any]:
    """The clients with such a total, each grouped with the documents that it does not hold yet."""
    window = _since(test, context, Purchase.at)
    later = and_(Purchase.client_id == PurchaseTotal.client_id, Purchase.at >= until, *also, *window)
    return _totals(context, told).outerjoin(Purchase, later).group_by(PurchaseTotal.client_id)


def _within(
    test: Test, context: FilterContext, figure: InstrumentedAttribute[int | None], *, when_last: int = 0
) -> ColumnElement[Any]:
    """As much of a total as surely lies in the test's window; `when_last` if only the last purchase does."""
    first, last = (_since(test, context, at) for at in (PurchaseTotal.first_at, PurchaseTotal.last_at))
    if not last:
        return figure  # type: ignore[return-value]  # a mapped attribute is a column element
    single = and_(PurchaseTotal.purchases <= 1, *last)
    return case((or_(and_(*first), single), figure), (and_(*last), literal(when_last)), else_=0)


def _since(test: Test, context: FilterContext, at: InstrumentedAttribute[Any]) -> tuple[ColumnElement[bool], ...]:
    return since(test, context, at)  # type: ignore[arg-type]  # a mapped attribute is a column element


def _not_told(context: FilterContext, told: ColumnElement[bool]) -> ColumnElement[bool]:
    return Client.id.not_in(_totals(context, told))


def _totals(context: FilterContext, *told: ColumnElement[bool]) -> Select[Any]:
    return narrowed(select(PurchaseTotal.client_id).where(*told), context, PurchaseTotal.client_id)


def _group(test: Test, context: FilterContext) -> ColumnElement[bool]:
    words = words_of(test)
    if not words:
        return false()
    if test.op is Op.CONTAINS:
        meant = or_(*(Purchase.group_key.contains(word, autoescape=True) for word in words))
    else:
        meant = Purchase.group_key.in_(words)
    return _BOUGHT.whose(test, context, meant)


PURCHASE_FIELDS: Mapping[str, Field] = {
    "purchases": Field(Kind.COUNT, COUNTING, _count, windowed=True),
    "purchase_sum": Field(Kind.MONEY, ORDER, _sum, windowed=True),
    "purchase_group": Field(Kind.TEXT, MATCHING | {Op.CONTAINS}, _group, windowed=True),
}
