"""A running mailing, step by step: members into the ledger in batches, finished when nothing waits.

Each verb does one batch in the caller's unit of work and returns how much it moved. Killed between two batches, it goes
on where the cursor stands: the cursor and the batch's rows are one transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_MAILING
from crm import events, segments
from crm.contact_rules import ContactRules
from crm.mailings import trials
from crm.mailings.aiming import aim
from crm.mailings.approving import ask, changed, tell_maker
from crm.mailings.halting import halt
from crm.mailings.measuring import Terms, Weighed, needs_another, still_as, weigh
from crm.mailings.timing import due_by_clock, read_wall
from storage.models import DELIVERY_WAITING, Client, Mailing, MailingState, Outbox
from storage.queries import mailings as queries

# PostgreSQL answers the chat meanwhile with the same processors: in larger steps its p95 went beyond a second (trial F22).
BATCH, BATCH_ON_POSTGRES = 10_000, 5_000
AT_ONCE = 20


def due_mailings(now: datetime) -> Select[int]:
    """Scheduled mailings whose time has come."""
    return select(Mailing.id).where(Mailing.state == MailingState.SCHEDULED, Mailing.starts_at <= now)


def expanding_mailings(_now: datetime) -> Select[int]:
    """Mailings with members still to be put into the ledger."""
    return select(Mailing.id).where(Mailing.state == MailingState.EXPANDING)


def done_mailings(_now: datetime) -> Select[int]:
    """Running mailings of which nothing waits any more."""
    waits = exists().where(Outbox.mailing_id == Mailing.id, Outbox.state.in_(sorted(DELIVERY_WAITING)))
    return select(Mailing.id).where(Mailing.state == MailingState.RUNNING, ~waits)


async def weigh_due(session: AsyncSession, *, now: datetime, terms: Terms | None = None) -> dict[int, Weighed]:
    """What `start_due` will want to know of those whose time has come; for a read unit."""
    due = (await session.execute(_due(now))).scalars().all()
    return await weigh(session, mailings=due, terms=terms or Terms(), now=now)


async def start_due(
    session: AsyncSession,
    *,
    now: datetime,
    terms: Terms | None = None,
    known: Mapping[int, Weighed] = MappingProxyType({}),
) -> int:
    """Scheduled mailings whose time has come begin to expand; one that by now needs a second person's yes waits for it.

    What is `known` of one is not weighed again, unless its texts or rules have changed since.
    """
    due = (await session.execute(_due(now).with_for_update(skip_locked=True))).scalars().all()
    for mailing in due:
        try:
            async with session.begin_nested():
                await _start(session, mailing, terms or Terms(), known.get(mailing.id), now)
        except segments.UNREADABLE as refusal:
            await halt(session, mailing=mailing, refusal=refusal, now=now)
    return len(due)


def _due(now: datetime) -> Select[Mailing]:
    return due_mailings(now).with_only_columns(Mailing).order_by(Mailing.starts_at, Mailing.id).limit(AT_ONCE)


async def _start(session: AsyncSession, mailing: Mailing, terms: Terms, known: Weighed | None, now: datetime) -> None:
    if known is not None and await still_as(session, mailing=mailing, weighed=known, now=now):
        needs = known.needs_another
    else:
        needs = await needs_another(session, mailing=mailing, terms=terms, now=now)
    if needs:
        mailing.approved_by_id = None
        launched_by = await queries.launched_by(session, mailing_id=mailing.id)
        await ask(session, mailing=mailing, launched_by=launched_by, now=now)
        await tell_maker(session, mailing, now, why="grown")
        await changed(session, mailing, "mailing.grown", actor=None, now=now)
        return
    mailing.state, mailing.started_at = MailingState.EXPANDING, now
    await trials.begin(session, mailing, now=now)
    events.record(session, "mailing.started", now=now, mailing_id=mailing.id)


def expander(
    domain: str, *, rules: ContactRules | None = None, batch: int | None = None
) -> Callable[..., Awaitable[int]]:
    """The tick that expands, with what our Message-IDs end in and the installation's rules of contact."""

    async def expand(session: AsyncSession, *, now: datetime) -> int:
        query = (
            select(Mailing)
            .where(Mailing.state == MailingState.EXPANDING)
            .order_by(Mailing.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        mailing = (await session.execute(query)).scalar_one_or_none()
        if mailing is None:
            return 0
        try:
            async with session.begin_nested():
                return await expand_batch(session, mailing=mailing, domain=domain, now=now, limit=batch, rules=rules)
        except segments.UNREADABLE as refusal:
            await halt(session, mailing=mailing, refusal=refusal, now=now)
            return 1

    return expand


async def expand_batch(
    session: AsyncSession,
    *,
    mailing: Mailing,
    domain: str,
    now: datetime,
    limit: int | None = None,
    rules: ContactRules | None = None,
) -> int:
    """The next members after the cursor become ledger rows; at the end the mailing runs. Always at least 1: it moved."""
    rules = rules or ContactRules()
    limit = limit or (BATCH_ON_POSTGRES if session.get_bind().dialect.name == "postgresql" else BATCH)
    begun = mailing.started_at or now
    aimed = await aim(
        session,
        mailing=mailing,
        now=begun,
        consent_required=rules.consent_required,
        within=Client.id > mailing.cursor,
        first=limit,
    )
    last_id = await queries.last_of_batch(session, condition=aimed.condition, after=mailing.cursor, limit=limit)
    if last_id is None:
        mailing.state = MailingState.RUNNING
        return 1
    batch = aimed.condition & (Client.id > mailing.cursor) & (Client.id <= last_id)
    due_at = payload = None
    trial = await trials.trial_of(session, mailing_id=mailing.id)
    if trial is not None:
        due_at, payload = await trials.plan_sides(
            session, mailing=mailing, trial=trial, aimed=aimed, batch=batch, begun=begun, company=rules.zone
        )
    elif mailing.own_time is not None:
        wall = read_wall(mailing.own_time)
        due_at = await due_by_clock(session, condition=batch, wall=wall, begun=begun, company=rules.zone)
    mailing.planned += await queries.plan_members(
        session,
        mailing=mailing,
        condition=aimed.condition,
        route=aimed.route,
        last_id=last_id,
        domain=domain,
        priority=PRIORITY_MAILING,
        now=now,
        due_at=due_at,
        payload=payload,
    )
    mailing.cursor = last_id
    return 1


async def finish_done(session: AsyncSession, *, now: datetime, limit: int = 20) -> int:
    """Running mailings of which nothing waits any more are finished; those of which something does stand in no one's way."""
    query = done_mailings(now).with_only_columns(Mailing).order_by(Mailing.id).limit(limit)
    done = (await session.execute(query.with_for_update(of=Mailing, skip_locked=True))).scalars().all()
    for mailing in done:
        mailing.state, mailing.finished_at = MailingState.FINISHED, now
        events.record(session, "mailing.finished", now=now, mailing_id=mailing.id)
    return len(done)
