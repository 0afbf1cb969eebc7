"""What a message that came back costs its address: nothing, one more of so many, or every further message.

Soft ones count in a row. A server says yes to mail it cannot deliver and takes days to say so; so what has been silent for
longer than any server tries got through, and the count begins again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from channels.outbox import suppression
from channels.outbox.suppression import address_hash
from storage.models import BounceKind, Channel, SuppressionReason
from storage.queries import soft_bounces
from storage.queries.inbox import Unit

# RFC 5321 section 4.5.4.1: servers give up after four to five days; a day more for the notice.
SILENCE: Final = timedelta(days=6)
SOFT_LIMIT: Final = 5


async def hold_against(
    unit: Unit,
    *,
    channel: Channel,
    address: str,
    kind: BounceKind,
    now: datetime,
    source: str,
    client_id: int | None = None,
    soft_limit: int = SOFT_LIMIT,
) -> None:
    """Suppresses a dead address, counts against a full one, holds nothing against one that only refused what we sent.

    `source` says which delivery it was. A complaint stops mailings alone.
    """
    reason: SuppressionReason | None = None
    if kind is BounceKind.HARD:
        reason = SuppressionReason.HARD_BOUNCE
    elif kind is BounceKind.COMPLAINT:
        reason = SuppressionReason.COMPLAINT
    elif kind is BounceKind.SOFT:
        count = await _count(unit, channel, address, client_id, now)
        reason = SuppressionReason.SOFT_BOUNCE if count >= soft_limit else None
    if reason is not None:
        await suppression.suppress(
            unit,
            channel=channel,
            address=address,
            reason=reason,
            marketing_only=reason is SuppressionReason.COMPLAINT,
            source=source,
            now=now,
        )


async def got_through(unit: Unit, *, channel: Channel, addresses: Collection[str]) -> None:
    """The addresses took a message, or wrote one: what they refused before no longer counts."""
    hashes = {address_hash(channel, address) for address in set(addresses)}
    await soft_bounces.forget(unit, channel=channel, address_hashes=hashes)


async def _count(unit: Unit, channel: Channel, address: str, client_id: int | None, now: datetime) -> int:
    hashed = address_hash(channel, address)
    last_at = await soft_bounces.last_at(unit, channel=channel, address_hash=hashed)
    if last_at is not None and client_id is not None:
        broken = await soft_bounces.something_got_through(
            unit, channel=channel, client_id=client_id, address=address, since=last_at, before=now - SILENCE
        )
        if broken:
            await soft_bounces.forget(unit, channel=channel, address_hashes={hashed})
    return await soft_bounces.count(unit, channel=channel, address_hash=hashed, now=now)
