"""What happens to follow-ups because time passes: reminders, lateness, escalation, the morning digest.

Each function handles one batch in the caller's unit of work and returns how many it moved, so the caller can loop.
Moving the due column is the lock: a second scheduler finds nothing left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PlannedCard, enqueue_card, enqueue_cards
from crm import cards, events, keys
from crm.followups import CARD, ESCALATE_AFTER, ESCALATION_CARD, LATE_AFTER
from crm.wording import zone_of
from crm.worktime import is_away, local_moment, next_daily, next_working_moment, works_at
from storage.models import DomainEvent, FollowUp, FollowUpState, Role, Staff


def due_reminders(now: datetime) -> Select[int]:
    """Whether and what is there to remind of: ids, unordered. (So the ticker can look without taking the writer.)"""
    return select(FollowUp.id).where(FollowUp.state == FollowUpState.OPEN, FollowUp.remind_at <= now)


def turning_late(now: datetime) -> Select[int]:
    """Follow-ups whose cards turn to late."""
    return select(FollowUp.id).where(FollowUp.state == FollowUpState.OPEN, FollowUp.late_at <= now)


def due_escalations(now: datetime) -> Select[int]:
    """Follow-ups a manager has to hear of."""
    return select(FollowUp.id).where(FollowUp.state == FollowUpState.OPEN, FollowUp.escalate_at <= now)


def due_digests(now: datetime) -> Select[int]:
    """People whose morning it is, or whose next morning is not known yet."""
    return (
        select(Staff.id)
        .where(Staff.active.is_(True), Staff.telegram_id.is_not(None), Staff.role != Role.WAREHOUSE)
        .where((Staff.digest_due_at <= now) | Staff.digest_due_at.is_(None))
    )


async def remind_due(session: AsyncSession, *, now: datetime, limit: int = 2_000) -> int:
    """Sends the reminders that are due, the longest overdue first.

    A reminder found outside its owner's hours (after downtime, say) waits for them to begin, unless it was itself set
    for such an hour. An absent owner's goes to the stand-in. Plain statements for the whole batch: ten thousand may be
    due in the same second.
    """
    query = (
        due_reminders(now)
        .with_only_columns(FollowUp.id, FollowUp.client_id, FollowUp.owner_id, FollowUp.due_at)
        .order_by(FollowUp.remind_at, FollowUp.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    due = [_Due(*row) for row in await session.execute(query)]
    if not due:
        return 0
    people = await _people(session, {one.owner_id for one in due})
    sent: list[tuple[_Due, Staff]] = []
    changes: list[dict[str, Any]] = []
    for one in due:
        reader = _reader(people, one.owner_id, now)
        if not works_at(reader, now) and works_at(reader, one.due_at) and reader.workdays:
            changes.append({"id": one.id, "remind_at": next_working_moment(reader, now)})
        else:
            sent.append((one, reader))
    fired = [_fired(one, now) for one, _ in sent]
    for batch in (changes, fired):
        if batch:
            await session.execute(update(FollowUp), batch)
    planned = [
        PlannedCard(reader.telegram_id, reader.id, CARD, one.id, keys.reminder(one.id, one.due_at, reader.id))
        for one, reader in sent
        if reader.telegram_id is not None
    ]
    await enqueue_cards(session, planned, now=now)
    if sent:
        await session.execute(insert(DomainEvent), [_reminded(one, reader, now) for one, reader in sent])
    return len(due)


class _Due(NamedTuple):
    id: int
    client_id: int
    owner_id: int
    due_at: datetime


def _fired(one: _Due, now: datetime) -> dict[str, Any]:
    begins = max(now, one.due_at)
    return {
        "id": one.id,
        "remind_at": None,
        "reminded_at": now,
        "acknowledged_at": None,
        "late_at": begins + LATE_AFTER,
        "escalate_at": begins + ESCALATE_AFTER,
    }


def _reminded(one: _Due, reader: Staff, now: datetime) -> dict[str, Any]:
    facts = {"followup_id": one.id, "late_seconds": int((now - one.due_at).total_seconds())}
    return {"name": "followup.reminded", "client_id": one.client_id, "staff_id": reader.id, "facts": facts, "at": now}


async def mark_late(session: AsyncSession, *, now: datetime, limit: int = 500) -> int:
    """Cards nobody acknowledged turn to late."""
    query = (
        turning_late(now)
        .with_only_columns(FollowUp)
        .order_by(FollowUp.late_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    late = (await session.execute(query)).scalars().all()
    for followup in late:
        followup.late_at = None
        events.record(session, "followup.late", now=now, client_id=followup.client_id, followup_id=followup.id)
        await cards.refresh(session, CARD, followup.id, now=now)
    return len(late)


async def escalate_due(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """What nobody acknowledged in time goes to the owner's manager (without one, to every manager)."""
    query = (
        due_escalations(now)
        .with_only_columns(FollowUp)
        .order_by(FollowUp.escalate_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = (await session.execute(query)).scalars().all()
    people = await _people(session, {followup.owner_id for followup in found})
    managers = await _managers(session)
    for followup in found:
        followup.escalate_at = None
        followup.escalated_at = now
        for manager in _escalated_to(people[followup.owner_id], people, managers):
            if manager.telegram_id is not None:
                await enqueue_card(
                    session,
                    chat_id=manager.telegram_id,
                    staff_id=manager.id,
                    card=ESCALATION_CARD,
                    card_id=followup.id,
                    now=now,
                    dedupe_key=keys.escalation(followup.id, followup.due_at, manager.id),
                )
        events.record(session, "followup.escalated", now=now, client_id=followup.client_id, followup_id=followup.id)
        await session.flush()
        await cards.refresh(session, CARD, followup.id, now=now)
    return len(found)


async def send_digests(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """The Today list, each working morning at the person's own hour; one missed in downtime comes once, late, that day."""
    query = due_digests(now).with_only_columns(Staff).order_by(Staff.id).limit(limit).with_for_update(skip_locked=True)
    people = (await session.execute(query)).scalars().all()
    for staff in people:
        due_at, staff.digest_due_at = staff.digest_due_at, next_daily(staff, staff.digest_minute, now)
        zone = zone_of(staff.timezone)
        today = now.astimezone(zone).date()
        if due_at is None or is_away(staff, now) or not staff.telegram_id:
            continue
        # After days of downtime the morning that counts is today's, not the one that was planned last.
        since = max(due_at, local_moment(today, 0, zone)) - timedelta(microseconds=1)
        if next_daily(staff, staff.digest_minute, since) > now:
            continue
        await enqueue_card(
            session,
            chat_id=staff.telegram_id,
            staff_id=staff.id,
            card="digest",
            card_id=staff.id,
            now=now,
            dedupe_key=keys.digest(staff.id, today),
        )
    return len(people)


async def _people(session: AsyncSession, ids: set[int]) -> dict[int, Staff]:
    """The owners, their stand-ins and managers, by id."""
    found: dict[int, Staff] = {}
    wanted = ids
    for _ in range(2):
        rows = (await session.execute(select(Staff).where(Staff.id.in_(wanted)))).scalars()
        found.update({staff.id: staff for staff in rows})
        linked = {linked for staff in found.values() for linked in (staff.stand_in_id, staff.manager_id) if linked}
        wanted = linked - found.keys()
        if not wanted:
            break
    return found


def _reader(people: dict[int, Staff], owner_id: int, now: datetime) -> Staff:
    owner = people[owner_id]
    stand_in = people.get(owner.stand_in_id) if owner.stand_in_id else None
    if is_away(owner, now) and stand_in is not None and not is_away(stand_in, now):
        return stand_in
    return owner


async def _managers(session: AsyncSession) -> Sequence[Staff]:
    query = select(Staff).where(Staff.active.is_(True), Staff.role == Role.MANAGER).order_by(Staff.id)
    return (await session.execute(query)).scalars().all()


def _escalated_to(owner: Staff, people: dict[int, Staff], managers: Sequence[Staff]) -> Sequence[Staff]:
    if owner.manager_id is not None and owner.manager_id in people:
        return [people[owner.manager_id]]
    return [manager for manager in managers if manager.id != owner.id]
