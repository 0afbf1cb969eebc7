"""A running mailing, step by step: members into the ledger in batches, finished when nothing waits.

Each verb does one batch in the caller's unit of work and returns how much it moved. Killed between two batches, it goes
on where the cursor stands: the cursor and the batch's rows are one transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_MAILING
from crm import events, segments
from crm.access import client_scope
from crm.mailings.drafting import POINTS
from crm.mailings.reporting import progress
from storage.models import Mailing, MailingState, Segment, Staff
from storage.queries import mailings as queries

BATCH = 5_000


def due_mailings(now: datetime) -> Select[int]:
    """Scheduled mailings whose time has come."""
    return select(Mailing.id).where(Mailing.state == MailingState.SCHEDULED, Mailing.starts_at <= now)


def expanding_mailings(_now: datetime) -> Select[int]:
    """Mailings with members still to be put into the ledger."""
    return select(Mailing.id).where(Mailing.state == MailingState.EXPANDING)


def running_mailings(_now: datetime) -> Select[int]:
    """Mailings that may be finished."""
    return select(Mailing.id).where(Mailing.state == MailingState.RUNNING)


async def start_due(session: AsyncSession, *, now: datetime, limit: int = 20) -> int:
    """Scheduled mailings whose time has come begin to expand."""
    query = (
        due_mailings(now)
        .with_only_columns(Mailing)
        .order_by(Mailing.starts_at, Mailing.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    due = (await session.execute(query)).scalars().all()
    for mailing in due:
        mailing.state, mailing.started_at = MailingState.EXPANDING, now
        events.record(session, "mailing.started", now=now, mailing_id=mailing.id)
    return len(due)


def expander(domain: str, *, batch: int = BATCH) -> Callable[..., Awaitable[int]]:
    """The tick that expands, with what our Message-IDs end in."""

    async def expand(session: AsyncSession, *, now: datetime) -> int:
        query = (
            select(Mailing)
            .where(Mailing.state == MailingState.EXPANDING)
            .order_by(Mailing.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        mailing = (await session.execute(query)).scalar_one_or_none()
        return (
            0 if mailing is None else await expand_batch(session, mailing=mailing, domain=domain, now=now, limit=batch)
        )

    return expand


async def expand_batch(
    session: AsyncSession, *, mailing: Mailing, domain: str, now: datetime, limit: int = BATCH
) -> int:
    """The next members after the cursor become ledger rows; at the end the mailing runs. Always at least 1: it moved."""
    owner = await session.get_one(Staff, mailing.created_by_id)
    segment = await session.get_one(Segment, mailing.segment_id)
    chosen = await segments.condition(session, actor=owner, segment=segment, now=mailing.started_at or now)
    condition = chosen & client_scope(owner)
    last_id = await queries.last_of_batch(session, condition=condition, after=mailing.cursor, limit=limit)
    if last_id is None:
        mailing.state = MailingState.RUNNING
        return 1
    mailing.planned += await queries.plan_members(
        session,
        mailing=mailing,
        condition=condition,
        kind=POINTS[mailing.channel],
        last_id=last_id,
        domain=domain,
        priority=PRIORITY_MAILING,
        now=now,
    )
    mailing.cursor = last_id
    return 1


async def finish_done(session: AsyncSession, *, now: datetime, limit: int = 20) -> int:
    """Running mailings of which nothing waits any more are finished."""
    query = select(Mailing).where(Mailing.state == MailingState.RUNNING).order_by(Mailing.id).limit(limit)
    finished = 0
    for mailing in (await session.execute(query.with_for_update(skip_locked=True))).scalars().all():
        if (await progress(session, mailing=mailing)).waiting == 0:
            mailing.state, mailing.finished_at = MailingState.FINISHED, now
            events.record(session, "mailing.finished", now=now, mailing_id=mailing.id)
            finished += 1
    return finished
