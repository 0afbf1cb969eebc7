"""What providers tell us later about a delivery. Statuses only move forward: `delivered` never goes back to `sent`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, literal, or_, select, update

from storage.models import BounceKind, Channel, DeliveryState, Outbox
from storage.queries.inbox import Unit

# From which states each news may move a delivery. What is in flight is settled first: its news is asked again.
_FORWARD: dict[DeliveryState, tuple[DeliveryState, ...]] = {
    DeliveryState.SENT: (DeliveryState.UNKNOWN,),
    # A row planned again still bears the id of the try before: that one may arrive after all.
    DeliveryState.DELIVERED: (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.PLANNED),
    DeliveryState.FAILED: (DeliveryState.SENT, DeliveryState.UNKNOWN),
}
# From the mildest on.
_WORSE = (BounceKind.SOFT, BounceKind.BLOCK, BounceKind.HARD, BounceKind.COMPLAINT)

_HANDED_OVER = (DeliveryState.SENT, DeliveryState.UNKNOWN)


class News(StrEnum):
    """What a status did to the ledger."""

    CHANGED = "changed"
    STALE = "stale"  # we knew already, or better
    NOT_FOUND = "not_found"  # no delivery of that id (yet: a callback can overtake our own settling)


async def record_status(
    unit: Unit,
    *,
    channel: Channel,
    provider_id: str,
    state: DeliveryState,
    now: datetime,
    code: str = "",
    reason: str = "",
) -> News:
    """Moves the delivery with this provider id forward to SENT, DELIVERED or FAILED."""
    return await _record(
        unit, channel, Outbox.provider_id == provider_id, state=state, now=now, code=code, reason=reason
    )


async def plan_again(
    unit: Unit, *, channel: Channel, provider_id: str, due_at: datetime, code: str = "", reason: str = ""
) -> News:
    """The provider gave a message up that may be tried anew: it is planned again, as another attempt, for `due_at`.

    Until that attempt begins the row keeps its provider id, so that late news of the first try still find it.
    """
    statement = (
        update(Outbox)
        .where(Outbox.channel == channel, Outbox.provider_id == provider_id, Outbox.state.in_(_HANDED_OVER))
        .values(
            state=DeliveryState.PLANNED,
            due_at=due_at,
            settled_at=None,
            code=code[:40] or Outbox.code,
            reason=reason[:500],
        )
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    if (await unit.execute(statement)).first() is not None:
        return News.CHANGED
    there = select(Outbox.id).where(Outbox.channel == channel, Outbox.provider_id == provider_id)
    return News.NOT_FOUND if (await unit.execute(there)).first() is None else News.STALE


async def recognise(
    unit: Unit, *, channel: Channel, delivery_id: int, address: str, provider_id: str, now: datetime
) -> bool:
    """The provider's news name one of our deliveries: its answer had been lost, and this is it.

    Only for a delivery that was tried and has no id yet, whether it is in doubt or was given up for never sent.
    """
    statement = (
        update(Outbox)
        .where(
            Outbox.id == delivery_id,
            Outbox.channel == channel,
            Outbox.address == address,
            Outbox.provider_id.is_(None),
            Outbox.attempts > 0,
            Outbox.state.in_((DeliveryState.UNKNOWN, DeliveryState.PLANNED)),
        )
        .values(state=DeliveryState.SENT, provider_id=provider_id, sent_at=now, settled_at=now)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return (await unit.execute(statement)).first() is not None


async def record_bounce(
    unit: Unit, *, outbox_id: int, kind: BounceKind, now: datetime, code: str = "", reason: str = ""
) -> News:
    """An email came back: the delivery failed after all. The worst kind that came back stays."""
    await note_bounce(unit, outbox_id=outbox_id, kind=kind)
    return await _record(
        unit, Channel.EMAIL, Outbox.id == outbox_id, state=DeliveryState.FAILED, now=now, code=code, reason=reason
    )


async def record_delivered(unit: Unit, *, outbox_id: int, now: datetime) -> News:
    """The receiving server says that an email is in the mailbox."""
    return await _record(
        unit, Channel.EMAIL, Outbox.id == outbox_id, state=DeliveryState.DELIVERED, now=now, code="", reason=""
    )


async def note_bounce(unit: Unit, *, outbox_id: int, kind: BounceKind) -> bool:
    """Writes down what came back, unless something worse did; True when that is news."""
    milder = [one for one in _WORSE if _WORSE.index(one) < _WORSE.index(kind)]
    statement = (
        update(Outbox)
        .where(Outbox.id == outbox_id, or_(Outbox.bounce.is_(None), Outbox.bounce.in_(milder)))
        .values(bounce=kind)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return (await unit.execute(statement)).first() is not None


async def _record(
    unit: Unit,
    channel: Channel,
    which: ColumnElement[bool],
    *,
    state: DeliveryState,
    now: datetime,
    code: str,
    reason: str,
) -> News:
    moment = literal(now, Outbox.sent_at.type)
    values: dict[str, object] = {"state": state, "settled_at": now, "code": code[:40] or Outbox.code}
    if reason:
        values["reason"] = reason[:500]
    if state is not DeliveryState.FAILED:
        values["sent_at"] = func.coalesce(Outbox.sent_at, moment)
    statement = (
        update(Outbox)
        .where(Outbox.channel == channel, which, Outbox.state.in_(_FORWARD[state]))
        .values(values)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    if (await unit.execute(statement)).first() is not None:
        return News.CHANGED
    there = await unit.execute(select(Outbox.id).where(Outbox.channel == channel, which))
    return News.NOT_FOUND if there.first() is None else News.STALE
