"""Rules asked of clients without being kept: a condition for a query, and whether one client meets it.

For whoever branches, waits or chooses by a rule. The product itself asks with no actor: of every client, in `zone`.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import client_scope
from crm.segments.meaning import meaning
from crm.segments.rules import parse, today_in
from crm.wording import zone_of
from storage.filters import compile_filter
from storage.models import Client, Staff

UTC_ZONE = ZoneInfo("UTC")


async def rule_condition(
    session: AsyncSession,
    *,
    actor: Staff | None,
    rule: str,
    now: datetime,
    zone: ZoneInfo | None = None,
    client_id: int | None = None,
) -> ColumnElement[bool]:
    """The rule, and the actor's scope, as a condition on `Client`; whether a client is archived is not asked.

    Without an actor nothing narrows it, "me" is nobody, and days are days of `zone` (UTC when not given).
    With `client_id` it is right of that client only, and quick whatever the history of all others.
    Raises SegmentSyntax, SegmentTooComplex, SegmentUnknownValue, SegmentCircle.
    """
    where = zone_of(actor.timezone) if actor is not None else zone or UTC_ZONE
    tree = parse(rule, today=today_in(where, now))
    context = await meaning(session, tree, actor=actor, zone=where, now=now, client_id=client_id)
    chosen = compile_filter(tree, context)
    return chosen if actor is None else and_(client_scope(actor), chosen)


async def matches(
    session: AsyncSession,
    *,
    actor: Staff | None,
    rule: str,
    client_id: int,
    now: datetime,
    zone: ZoneInfo | None = None,
) -> bool:
    """Whether the rule holds of one client, who must be live and in the actor's scope. Raises what `rule_condition` raises."""
    chosen = await rule_condition(session, actor=actor, rule=rule, now=now, zone=zone, client_id=client_id)
    query = select(Client.id).where(Client.id == client_id, Client.archived_at.is_(None), chosen)
    return (await session.execute(query)).first() is not None
