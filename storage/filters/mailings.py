"""What became of the mailings a client got: by a mailing's name, or of any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.filters.context import FilterContext
from storage.filters.counting import Happening
from storage.filters.fields import PRESENCE, Field, Kind
from storage.filters.tree import Op, Test
from storage.models import BounceKind, DeliveryState, Mailing, Outbox, Touch, TouchKind

_ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)
_RETURNED = (BounceKind.HARD, BounceKind.SOFT, BounceKind.BLOCK)


def _of(happening: Happening, mailing: InstrumentedAttribute[int | None]) -> Field:
    def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
        if test.op in PRESENCE:
            return happening.whose(test, context, mailing.is_not(None))
        said = [value for value in test.values if isinstance(value, str)]
        names = sorted({name for value in said for name in context.mailing_names(value)})
        if not names:
            return false()
        return happening.whose(test, context, mailing.in_(select(Mailing.id).where(Mailing.name.in_(names))))

    return Field(Kind.THING, PRESENCE | {Op.IS}, condition, windowed=True)


def _outbox(*where: ColumnElement[bool]) -> Field:
    at: ColumnElement[Any] = func.coalesce(Outbox.sent_at, Outbox.settled_at, Outbox.created_at)
    return _of(Happening(Outbox.client_id, at, where), Outbox.mailing_id)


def _touch(kind: TouchKind) -> Field:
    by_people = (Touch.kind == kind, Touch.by_machine.is_(False))
    return _of(Happening(Touch.client_id, Touch.at, by_people), Touch.mailing_id)


MAILING_FIELDS: Mapping[str, Field] = {
    "received": _outbox(Outbox.state.in_(_ARRIVED)),
    "returned": _outbox(Outbox.bounce.in_(_RETURNED)),
    "answered": _touch(TouchKind.ANSWER),
    "clicked": _touch(TouchKind.CLICK),
    "opened": _touch(TouchKind.OPEN),
}
