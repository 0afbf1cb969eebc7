"""Channels that stand still because our own account or settings are at fault: the delivery that met it first.

A row of `meta` per channel, so that every process sees it and it survives a restart.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import Channel, DeliveryAttempt, Meta, Outbox
from storage.queries.inbox import Unit, is_postgres

_PREFIX = "halted:"


async def note(unit: Unit, *, channel: Channel, delivery_id: int) -> bool:
    """Writes down what stopped the channel; the first one stands until it is over. True when this is the first."""
    insert = (postgresql if is_postgres(unit) else sqlite).insert(Meta)
    statement = insert.values(key=_PREFIX + channel.value, value=str(delivery_id)).on_conflict_do_nothing()
    return (await unit.execute(statement.returning(Meta.key))).first() is not None


async def over(unit: Unit, *, channel: Channel) -> None:
    """Something went out again."""
    await unit.execute(
        delete(Meta).where(Meta.key == _PREFIX + channel.value).execution_options(synchronize_session=False)
    )


async def standing(unit: Unit) -> dict[Channel, int]:
    """The channels that stand still, each with its delivery."""
    rows = await unit.execute(select(Meta.key, Meta.value).where(Meta.key.startswith(_PREFIX, autoescape=True)))
    return {Channel(row.key.removeprefix(_PREFIX)): int(row.value) for row in rows}


async def words_of(unit: Unit, *, delivery_id: int) -> tuple[Channel, str, str] | None:
    """The channel of the delivery that met a halt, the provider's code, and its words where it gave any."""
    of_outbox = select(Outbox.channel, Outbox.code, Outbox.reason).where(Outbox.id == delivery_id)
    delivery = (await unit.execute(of_outbox)).one_or_none()
    if delivery is None:
        return None
    tried = (
        select(DeliveryAttempt.code, DeliveryAttempt.reply)
        .where(DeliveryAttempt.outbox_id == delivery_id, DeliveryAttempt.outcome == "halt")
        .order_by(DeliveryAttempt.id.desc())
        .limit(1)
    )
    attempt = (await unit.execute(tried)).one_or_none()
    code, words = (attempt.code, attempt.reply) if attempt is not None else (delivery.code, delivery.reason)
    return delivery.channel, code or "", words or ""
