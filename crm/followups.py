"""Promises to clients: making them, keeping them, and what happens when nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import cards, events
from crm.access import SEES_EVERYTHING, Action, check, client_in_scope, client_scope
from crm.errors import CrmError, DateInPast, Missing, NotAllowed, TooLong, UndoExpired
from crm.wording import zone_of
from crm.worktime import local_moment
from storage.models import Client, FollowUp, FollowUpState, Staff

PROMISE_LIMIT = 500
LATE_AFTER = timedelta(minutes=30)
ESCALATE_AFTER = timedelta(hours=2)
ANSWER_WAIT = timedelta(days=7)
UNDO_WITHIN = timedelta(minutes=10)
CARD = "followup"
ESCALATION_CARD = "escalation"


class FollowUpClosed(CrmError):
    """The follow-up was already done or cancelled."""

    code = "followups.closed"


async def schedule(
    session: AsyncSession,
    *,
    actor: Staff,
    client_id: int,
    promise: str,
    due_at: datetime,
    now: datetime,
    owner_id: int | None = None,
    interaction_id: int | None = None,
) -> FollowUp:
    """Promises something to a client at `due_at` (aware, after `now`); the actor owns it unless `owner_id` says else.

    Raises NotAllowed, DateInPast, Missing, TooLong.
    """
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.KEEP_FOLLOWUPS)
    followup = FollowUp(
        client_id=client.id,
        owner_id=owner_id or actor.id,
        interaction_id=interaction_id,
        promise=_checked(promise),
        state=FollowUpState.OPEN,
        due_at=_ahead(due_at, now),
        remind_at=due_at,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(followup)
    await session.flush()
    events.record(
        session, "followup.scheduled", now=now, client_id=client.id, staff_id=actor.id, followup_id=followup.id
    )
    return followup


async def get(session: AsyncSession, *, actor: Staff, followup_id: int) -> FollowUp:
    """The follow-up, if the actor owns it, stands in for its owner, or sees its client. Raises NotAllowed."""
    check(actor, Action.KEEP_FOLLOWUPS)
    query = select(FollowUp).where(FollowUp.id == followup_id).with_for_update()
    followup = (await session.execute(query)).scalar_one_or_none()
    if followup is None or not await _may_act(session, actor, followup):
        raise NotAllowed(action=Action.KEEP_FOLLOWUPS.value)
    return followup


async def done(session: AsyncSession, *, actor: Staff, followup_id: int, now: datetime) -> FollowUp:
    """Keeps the promise. Raises FollowUpClosed, NotAllowed."""
    followup = await _open(session, actor, followup_id)
    _close(followup, FollowUpState.DONE, now)
    await _changed(session, followup, "followup.done", actor=actor, now=now)
    return followup


async def cancel(session: AsyncSession, *, actor: Staff, followup_id: int, now: datetime) -> FollowUp:
    """Drops the promise without keeping it. Raises FollowUpClosed, NotAllowed."""
    followup = await _open(session, actor, followup_id)
    _close(followup, FollowUpState.CANCELLED, now)
    await _changed(session, followup, "followup.cancelled", actor=actor, now=now)
    return followup


async def reopen(session: AsyncSession, *, actor: Staff, followup_id: int, now: datetime) -> FollowUp:
    """Takes back done or cancelled within ten minutes. Raises UndoExpired, NotAllowed."""
    followup = await get(session, actor=actor, followup_id=followup_id)
    if followup.closed_at is None:
        return followup
    if now - followup.closed_at > UNDO_WITHIN:
        raise UndoExpired
    followup.state, followup.closed_at = FollowUpState.OPEN, None
    followup.remind_at = followup.due_at if followup.due_at > now else None
    await _changed(session, followup, "followup.reopened", actor=actor, now=now)
    return followup


async def snooze(session: AsyncSession, *, actor: Staff, followup_id: int, until: datetime, now: datetime) -> FollowUp:
    """Moves an open follow-up to `until` (aware, after `now`) and acknowledges its card.

    Raises FollowUpClosed, NotAllowed, DateInPast.
    """
    followup = await _open(session, actor, followup_id)
    followup.due_at = followup.remind_at = _ahead(until, now)
    followup.snoozes += 1
    followup.waiting_for_answer = False
    _acknowledge(followup, now)
    await _changed(session, followup, "followup.snoozed", actor=actor, now=now, until=until.isoformat())
    return followup


async def acknowledge(session: AsyncSession, *, actor: Staff, followup_id: int, now: datetime) -> FollowUp:
    """Somebody is on it: nothing is escalated for this reminder. Raises FollowUpClosed, NotAllowed."""
    followup = await _open(session, actor, followup_id)
    _acknowledge(followup, now)
    await _changed(session, followup, "followup.acknowledged", actor=actor, now=now)
    return followup


async def wait_for_answer(session: AsyncSession, *, actor: Staff, followup_id: int, now: datetime) -> FollowUp:
    """Comes back the moment the client answers on any channel, else after a week. Raises FollowUpClosed, NotAllowed."""
    followup = await _open(session, actor, followup_id)
    followup.waiting_for_answer = True
    followup.due_at = followup.remind_at = now + ANSWER_WAIT
    _acknowledge(followup, now)
    await _changed(session, followup, "followup.waits_for_answer", actor=actor, now=now)
    return followup


async def answered(session: AsyncSession, *, client_id: int, now: datetime) -> list[int]:
    """The client answered: what waited for it is due now. Returns the follow-ups' ids."""
    query = select(FollowUp).where(
        FollowUp.client_id == client_id,
        FollowUp.state == FollowUpState.OPEN,
        FollowUp.waiting_for_answer.is_(True),
    )
    waiting = (await session.execute(query)).scalars().all()
    for followup in waiting:
        followup.waiting_for_answer = False
        followup.due_at = followup.remind_at = now
    return [followup.id for followup in waiting]


async def rewrite(session: AsyncSession, *, actor: Staff, followup_id: int, promise: str, now: datetime) -> FollowUp:
    """Changes what was promised. Raises FollowUpClosed, NotAllowed, Missing, TooLong."""
    followup = await _open(session, actor, followup_id)
    followup.promise = _checked(promise)
    await _changed(session, followup, "followup.rewritten", actor=actor, now=now)
    return followup


@dataclass(frozen=True)
class Promise:
    """One line of a list: the follow-up with its client's name."""

    followup: FollowUp
    client_name: str
    company: str


@dataclass(frozen=True)
class Day:
    """What is promised by one person: late, due today, waiting for an answer, and how many come later."""

    late: Sequence[Promise]
    due: Sequence[Promise]
    waiting: Sequence[Promise]
    later: int


async def today(session: AsyncSession, *, actor: Staff, now: datetime, owner_id: int | None = None) -> Day:
    """The day of the actor (or, for managers, of `owner_id`), oldest promise first. Raises NotAllowed."""
    check(actor, Action.KEEP_FOLLOWUPS)
    owner = owner_id or actor.id
    if owner != actor.id and actor.role not in SEES_EVERYTHING:
        raise NotAllowed(action=Action.SEE_TEAM.value)
    zone = zone_of(actor.timezone)
    end = local_moment(now.astimezone(zone).date(), 24 * 60, zone)
    query = (
        select(FollowUp, Client.name, Client.company)
        .join(Client, Client.id == FollowUp.client_id)
        .where(FollowUp.owner_id == owner, FollowUp.state == FollowUpState.OPEN, Client.archived_at.is_(None))
        .order_by(FollowUp.due_at, FollowUp.id)
    )
    rows = [Promise(*row) for row in await session.execute(query)]
    waiting = [row for row in rows if row.followup.waiting_for_answer]
    timed = [row for row in rows if not row.followup.waiting_for_answer]
    return Day(
        late=[row for row in timed if row.followup.due_at <= now],
        due=[row for row in timed if now < row.followup.due_at < end],
        waiting=waiting,
        later=sum(1 for row in timed if row.followup.due_at >= end),
    )


async def next_of(session: AsyncSession, *, actor: Staff, now: datetime, after_id: int | None = None) -> Promise | None:
    """The actor's next open promise (late ones first): what "what's next?" offers."""
    query = (
        select(FollowUp, Client.name, Client.company)
        .join(Client, Client.id == FollowUp.client_id)
        .where(
            FollowUp.owner_id == actor.id,
            FollowUp.state == FollowUpState.OPEN,
            FollowUp.waiting_for_answer.is_(False),
            Client.archived_at.is_(None),
            or_(FollowUp.acknowledged_at.is_(None), FollowUp.due_at <= now + timedelta(days=1)),
        )
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(1)
    )
    if after_id is not None:
        query = query.where(FollowUp.id != after_id)
    row = (await session.execute(query)).first()
    return Promise(*row) if row else None


@dataclass(frozen=True)
class TeamLine:
    """How one colleague stands."""

    staff: Staff
    late: int
    due_today: int
    open: int


async def team(session: AsyncSession, *, actor: Staff, now: datetime) -> list[TeamLine]:
    """Late and due follow-ups by person, the latest first. Raises NotAllowed."""
    check(actor, Action.SEE_TEAM)
    zone = zone_of(actor.timezone)
    end = local_moment(now.astimezone(zone).date(), 24 * 60, zone)
    query = (
        select(Staff, FollowUp.due_at)
        .join(FollowUp, and_(FollowUp.owner_id == Staff.id, FollowUp.state == FollowUpState.OPEN))
        .where(FollowUp.waiting_for_answer.is_(False))
    )
    due_by_staff: dict[int, tuple[Staff, list[datetime]]] = {}
    for staff, due_at in await session.execute(query):
        due_by_staff.setdefault(staff.id, (staff, []))[1].append(due_at)
    found = [
        TeamLine(
            staff=staff,
            late=sum(1 for due in moments if due <= now),
            due_today=sum(1 for due in moments if now < due < end),
            open=len(moments),
        )
        for staff, moments in due_by_staff.values()
    ]
    return sorted(found, key=lambda line: (-line.late, line.staff.name))


def is_late(followup: FollowUp, now: datetime) -> bool:
    """Open, not acknowledged for this reminder, and half an hour past its time."""
    return (
        followup.state is FollowUpState.OPEN
        and not followup.waiting_for_answer
        and followup.acknowledged_at is None
        and now - followup.due_at >= LATE_AFTER
    )


async def _may_act(session: AsyncSession, actor: Staff, followup: FollowUp) -> bool:
    if followup.owner_id == actor.id or actor.role in SEES_EVERYTHING:
        return True
    owner = await session.get(Staff, followup.owner_id)
    if owner is not None and owner.stand_in_id == actor.id:
        return True
    query = select(Client.id).where(Client.id == followup.client_id, client_scope(actor), Client.owner_id == actor.id)
    return (await session.execute(query)).first() is not None


async def _open(session: AsyncSession, actor: Staff, followup_id: int) -> FollowUp:
    followup = await get(session, actor=actor, followup_id=followup_id)
    if followup.state is not FollowUpState.OPEN:
        raise FollowUpClosed(id=followup.id)
    return followup


def _close(followup: FollowUp, state: FollowUpState, now: datetime) -> None:
    followup.state, followup.closed_at = state, now
    followup.remind_at = followup.late_at = followup.escalate_at = None
    followup.acknowledged_at = now


def _acknowledge(followup: FollowUp, now: datetime) -> None:
    followup.acknowledged_at = now
    followup.late_at = followup.escalate_at = None


async def _changed(
    session: AsyncSession, followup: FollowUp, name: str, *, actor: Staff, now: datetime, **facts: object
) -> None:
    await session.flush()
    events.record(
        session,
        name,
        now=now,
        client_id=followup.client_id,
        staff_id=actor.id,
        followup_id=followup.id,
        **facts,
    )
    for card in (CARD, ESCALATION_CARD):
        await cards.refresh(session, card, followup.id, now=now)


def _ahead(moment: datetime, now: datetime) -> datetime:
    if moment <= now:
        raise DateInPast(until=moment.isoformat())
    return moment


def _checked(promise: str) -> str:
    text = " ".join(promise.split())
    if not text:
        raise Missing(field="promise")
    if len(text) > PROMISE_LIMIT:
        raise TooLong(field="promise", limit=PROMISE_LIMIT)
    return text
