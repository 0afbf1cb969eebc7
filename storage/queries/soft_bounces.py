"""Statements of soft bounces in a row: counting one, and forgetting them when something got through."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import Channel, DeliveryState, Outbox, SoftBounce
from storage.queries.inbox import Unit, is_among, is_postgres

_TABLE = cast("Table", SoftBounce.__table__)
_FORGET = {
    postgres: delete(_TABLE).where(
        _TABLE.c.channel == bindparam("channel"), is_among(_TABLE.c.address_hash, "hashes", postgres=postgres)
    )
    for postgres in (True, False)
}


async def count(unit: Unit, *, channel: Channel, address_hash: str, now: datetime) -> int:
    """One more; returns how many in a row it makes."""
    insert = (postgresql if is_postgres(unit) else sqlite).insert(SoftBounce)
    statement = insert.values(channel=channel, address_hash=address_hash, count=1, last_at=now).on_conflict_do_update(
        index_elements=["channel", "address_hash"], set_={"count": SoftBounce.count + 1, "last_at": now}
    )
    return int((await unit.execute(statement.returning(SoftBounce.count))).scalar_one())


async def last_at(unit: Unit, *, channel: Channel, address_hash: str) -> datetime | None:
    """When the address last refused softly; None when it does not at the moment."""
    statement = select(SoftBounce.last_at).where(SoftBounce.channel == channel, SoftBounce.address_hash == address_hash)
    return (await unit.execute(statement)).scalar_one_or_none()


async def forget(unit: Unit, *, channel: Channel, address_hashes: Collection[str]) -> None:
    """The next refusal of any of these is the first again."""
    if not address_hashes:
        return
    values = {"channel": channel, "hashes": list(address_hashes)}
    await unit.execute(_FORGET[is_postgres(unit)], values)


async def something_got_through(
    unit: Unit, *, channel: Channel, client_id: int, address: str, since: datetime, before: datetime
) -> bool:
    """Whether a message of this client's, handed over between the two moments, has not come back."""
    kept = exists().where(
        Outbox.client_id == client_id,
        Outbox.channel == channel,
        Outbox.address == address,
        Outbox.state.in_((DeliveryState.SENT, DeliveryState.DELIVERED)),
        Outbox.bounce.is_(None),
        Outbox.sent_at > since,
        Outbox.sent_at < before,
    )
    return bool((await unit.execute(select(kept))).scalar_one())
