"""Segments side by side: how large, what they buy, how much contact there is, who can be reached, who answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, check, client_scope
from crm.segments.keeping import condition, get
from crm.segments.limits import in_time
from crm.wording import zone_of
from storage.filters import Age, AgeUnit, FilterContext, Op, Test, compile_filter
from storage.models import Segment, Staff
from storage.queries import segments as queries

MOST_COMPARED = 5
MOST_SECONDS = 5  # of one segment: a report is waited for longer than a count
REVENUE_DAYS, ACTIVITY_DAYS = 365, 30
_YEAR = Age(1, AgeUnit.YEAR)
# Asked of every segment in one scan, in this order.
_COUNTED = (
    Test("reachable_email", Op.PRESENT),
    Test("reachable_sms", Op.PRESENT),
    Test("received", Op.PRESENT, window=_YEAR),
    Test("answered", Op.PRESENT, window=_YEAR),
)


@dataclass(frozen=True)
class Figures:
    """One segment in figures. `revenue` by currency in its smallest unit, over twelve months; `contacts` in thirty days."""

    segment: Segment
    size: int
    revenue: tuple[tuple[str, int], ...]
    contacts: int
    by_email: int
    by_sms: int
    received: int
    answered: int


async def compare(
    session: AsyncSession, *, actor: Staff, segment_ids: Sequence[int], now: datetime
) -> tuple[Figures, ...]:
    """The figures of up to five segments, of the actor's scope. Raises SegmentNotFound, SegmentTooSlow, and as reading does."""
    check(actor, Action.SEE_SEGMENTS)
    context = FilterContext(now=now, zone=zone_of(actor.timezone), actor_id=actor.id)
    figures = []
    for segment_id in dict.fromkeys(segment_ids[:MOST_COMPARED]):
        segment = await get(session, actor=actor, segment_id=segment_id)
        chosen = client_scope(actor) & await condition(session, actor=actor, segment=segment, now=now)
        async with in_time(session, seconds=MOST_SECONDS):
            counts = await queries.counts_of(
                session,
                scope=chosen,
                conditions=[queries.is_live(), *(compile_filter(test, context) for test in _COUNTED)],
            )
            members = queries.live_clients(chosen)
            revenue = await queries.revenue_of(session, members=members, since=now - timedelta(days=REVENUE_DAYS))
            contacts = await queries.contacts_of(session, members=members, since=now - timedelta(days=ACTIVITY_DAYS))
        size, by_email, by_sms, received, answered = counts
        figures.append(Figures(segment, size, revenue, contacts, by_email, by_sms, received, answered))
    return tuple(figures)
