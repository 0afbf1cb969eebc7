"""What clients bought: how many documents, for how much, and from which product group."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, false, func, not_, or_

from storage.filters.context import FilterContext
from storage.filters.counting import MOST, Happening, compared
from storage.filters.fields import MATCHING, ORDER, Field, FilterRefused, Kind, words_of
from storage.filters.tree import Money, Op, Test
from storage.models import Client, Purchase

_BOUGHT = Happening(Purchase.client_id, Purchase.at)


def _sum(test: Test, context: FilterContext) -> ColumnElement[bool]:
    """What the purchases in the amount's currency come to; who bought nothing in it bought for zero."""
    (value,) = test.values
    if not isinstance(value, Money) or abs(value.minor) > MOST:
        raise FilterRefused(f"{test.field} {test.op} {value!r}")
    rows = _BOUGHT.rows(test, context, Purchase.currency == value.currency).group_by(Purchase.client_id)
    total = func.sum(Purchase.amount_minor)

    def at_least(minor: int) -> ColumnElement[bool]:
        if minor > 0:
            return Client.id.in_(rows.having(total >= minor))
        return not_(Client.id.in_(rows.having(total < minor)))

    return compared(test, at_least, value.minor)


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
    "purchases": _BOUGHT.counted(),
    "purchase_sum": Field(Kind.MONEY, ORDER, _sum, windowed=True),
    "purchase_group": Field(Kind.TEXT, MATCHING | {Op.CONTAINS}, _group, windowed=True),
}
