"""Who came into a segment and who went out since a mailing to it: its ledger rows are who was in it then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, check, client_scope
from crm.segments.keeping import condition
from crm.segments.limits import in_time
from storage.models import Segment, Staff
from storage.queries import segments as queries


@dataclass(frozen=True)
class Crowd:
    """How many, and the first of them: id, name, company."""

    count: int
    first: tuple[tuple[int, str, str], ...]


async def moved_since(
    session: AsyncSession, *, actor: Staff, segment: Segment, previous_mailing_id: int, now: datetime, first: int = 5
) -> tuple[Crowd, Crowd]:
    """Who is in the segment now and had no row in the mailing, and who had one and is not in it any more.

    Only clients of the actor's scope; who cannot be written to had no row and would have none, so they did not enter.
    Raises NotAllowed, SegmentTooSlow and what reading the rule raises.
    """
    check(actor, Action.SEE_SEGMENTS)
    chosen = await condition(session, actor=actor, segment=segment, now=now)
    scope = client_scope(actor)
    entered = await queries.not_in_mailing(session, mailing_id=previous_mailing_id)
    async with in_time(session):
        return (
            Crowd(*await queries.crowd(session, conditions=[scope, queries.is_live(), chosen, entered], first=first)),
            Crowd(
                *await queries.crowd(
                    session,
                    conditions=[scope, queries.in_mailing(previous_mailing_id), ~(queries.is_live() & chosen)],
                    first=first,
                )
            ),
        )
