"""Addresses nobody writes to: kept as hashes, so that an erased client's wish outlives their address.

`marketing_only` leaves room for letters somebody asked for; everything else stops all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import Channel, Suppression, SuppressionReason
from storage.models.addresses import address_hash, normalise
from storage.queries.inbox import Unit, among, is_postgres

__all__ = ["Stopped", "address_hash", "found", "is_suppressed", "lift", "normalise", "suppress", "suppress_hash"]

# Hashes in one question; SQLite takes 32,766 parameters.
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why an address must not be written to; `marketing_only` leaves letters somebody asked for."""

    reason: SuppressionReason
    marketing_only: bool


async def found(unit: Unit, *, channel: Channel, addresses: Collection[str]) -> dict[str, Stopped]:
    """Those of `addresses` that are suppressed."""
    by_hash: dict[str, list[str]] = {}
    for address in addresses:
        by_hash.setdefault(address_hash(channel, address), []).append(address)
    hashes = list(by_hash)
    stopped: dict[str, Stopped] = {}
    for start in range(0, len(hashes), _CHUNK):
        statement = select(Suppression.address_hash, Suppression.reason, Suppression.marketing_only).where(
            Suppression.channel == channel, among(unit, Suppression.address_hash, hashes[start : start + _CHUNK])
        )
        for hashed, reason, marketing_only in await unit.execute(statement):
            stopped.update(dict.fromkeys(by_hash[hashed], Stopped(reason, marketing_only)))
    return stopped


async def is_suppressed(
    unit: Unit, *, channel: Channel, addresses: Collection[str], marketing: bool = True
) -> dict[str, SuppressionReason]:
    """Those of `addresses` that must not be written to, with the reason; for a personal message pass `marketing=False`."""
    stopped = await found(unit, channel=channel, addresses=addresses)
    return {address: one.reason for address, one in stopped.items() if marketing or not one.marketing_only}


async def suppress(
    unit: Unit,
    *,
    channel: Channel,
    address: str,
    reason: SuppressionReason,
    now: datetime,
    marketing_only: bool = False,
    source: str = "",
) -> bool:
    """Writes an address down as suppressed; True when that changed something. A wider suppression is never narrowed."""
    return await suppress_hash(
        unit,
        channel=channel,
        hashed=address_hash(channel, address),
        reason=reason,
        now=now,
        marketing_only=marketing_only,
        source=source,
    )


async def suppress_hash(
    unit: Unit,
    *,
    channel: Channel,
    hashed: str,
    reason: SuppressionReason,
    now: datetime,
    marketing_only: bool = False,
    source: str = "",
) -> bool:
    """The same for an address known by its hash only, as an unsubscribe link carries it."""
    insert = (postgresql if is_postgres(unit) else sqlite).insert(Suppression)
    statement = insert.values(
        channel=channel,
        address_hash=hashed,
        reason=reason,
        marketing_only=marketing_only,
        source=source[:200],
        at=now,
    )
    wider = and_(Suppression.marketing_only.is_(True), statement.excluded.marketing_only.is_(False))
    statement = statement.on_conflict_do_update(
        index_elements=["channel", "address_hash"],
        set_={"reason": reason, "marketing_only": marketing_only, "source": source[:200], "at": now},
        where=wider,
    )
    return (await unit.execute(statement.returning(Suppression.id))).scalar_one_or_none() is not None


async def lift(
    unit: Unit,
    *,
    channel: Channel,
    address: str,
    keep: Collection[SuppressionReason] = (),
    source: str | None = None,
) -> bool:
    """Takes a suppression back (its owner asked to); reasons in `keep` stay, and with a `source` all from elsewhere.

    True when there was one to take back.
    """
    statement = delete(Suppression).where(
        Suppression.channel == channel, Suppression.address_hash == address_hash(channel, address)
    )
    if keep:
        statement = statement.where(Suppression.reason.not_in(keep))
    if source is not None:
        statement = statement.where(Suppression.source == source)
    taken = statement.returning(Suppression.id).execution_options(synchronize_session=False)
    return (await unit.execute(taken)).scalar_one_or_none() is not None
