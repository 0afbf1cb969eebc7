"""Who is inside, moved to a newer version of their automation: only when asked, and only where they stand the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check
from crm.automations import places
from crm.automations.definition import Definition
from crm.automations.versions import read, readable
from crm.errors import NotFound
from storage.models import Automation, AutomationVersion, Enrolment, EnrolmentEvent, Staff
from storage.queries import automations as queries


@dataclass(frozen=True, slots=True)
class Moved:
    """How many walk the newest version now, and why the others do not.

    `step-differs`, `no-such-place` (of the new version), `unreadable` (their own).
    """

    moved: int
    refused: Mapping[str, int]


async def move_inside(session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime) -> Moved:
    """Moves who is inside to the newest version, where the step they stand at is the same in both; the others stay.

    Raises NotAllowed, NotFound, DocumentRefused.
    """
    check(actor, Action.RUN_AUTOMATIONS)
    query = select(Automation).where(Automation.id == automation_id, Automation.archived_at.is_(None))
    automation = (await session.execute(query.with_for_update())).scalar_one_or_none()
    if automation is None:
        raise NotFound(what="automation")
    newest = await queries.newest_version(session, automation)
    target = read(newest.document)
    standing = (
        select(Enrolment.version_id, AutomationVersion.number, AutomationVersion.document, Enrolment.place)
        .join(AutomationVersion, AutomationVersion.id == Enrolment.version_id)
        .where(Enrolment.automation_id == automation.id, queries.INSIDE, Enrolment.version_id != newest.id)
        .distinct()
    )
    moved = 0
    refused: dict[str, int] = {}
    for version_id, number, document, place in (await session.execute(standing)).all():
        there = (
            Enrolment.automation_id == automation.id,
            queries.INSIDE,
            Enrolment.version_id == version_id,
            Enrolment.place == place,
        )
        reason = _differs(readable(document), target, place)
        if reason is not None:
            counted = await session.execute(select(func.count()).select_from(Enrolment).where(*there))
            refused[reason] = refused.get(reason, 0) + counted.scalar_one()
            continue
        statement = update(Enrolment).where(*there).values(version_id=newest.id).returning(Enrolment.id)
        ids = (await session.execute(statement.execution_options(synchronize_session=False))).scalars().all()
        facts = {"before": number, "after": newest.number}
        lines = [
            {"enrolment_id": one, "place": place, "what": "moved", "facts": facts, "at": now} for one in sorted(ids)
        ]
        if lines:
            await session.execute(insert(EnrolmentEvent), lines)
        moved += len(ids)
    counts = {"moved": moved, "stayed": sum(refused.values())}
    events.record(session, "automation.moved", now=now, staff_id=actor.id, automation_id=automation.id, **counts)
    await session.flush()
    return Moved(moved, refused)


def _differs(old: Definition | None, new: Definition, place: str) -> str | None:
    """Why somebody at a place of the old version cannot stand at the same place of the new one; None when they can."""
    if old is None:
        return "unreadable"
    if place == places.END:
        return None
    try:
        same = places.step_at(old, place) == places.step_at(new, place)
    except places.NoSuchPlace:
        return "no-such-place"
    return None if same else "step-differs"
