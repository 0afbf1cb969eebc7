"""Automations kept: drafted, rewritten, switched on, paused, put away; and who is inside moved to a newer version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check
from crm.automations import leaving, places, triggers
from crm.automations.definition import Definition
from crm.automations.leaving import Because
from crm.automations.versions import read, readable
from crm.errors import CrmError, NotFound
from storage.models import (
    Automation,
    AutomationDay,
    AutomationState,
    AutomationVersion,
    Enrolment,
    EnrolmentEvent,
    EnrolmentState,
    Staff,
)
from storage.queries import automations as queries


class AutomationNameTaken(CrmError):
    """Another automation is called so. Parameters: name."""

    code = "automations.name_taken"


class WrongState(CrmError):
    """It is in a state in which this cannot be done. Parameters: state."""

    code = "automations.wrong_state"


class NeedsRule(CrmError):
    """The event names no client: `only` must say who enters. Parameters: event."""

    code = "automations.needs_rule"


@dataclass(frozen=True, slots=True)
class Figures:
    """How many are, or were, inside."""

    inside: int = 0
    finished: int = 0
    left: int = 0
    failed: int = 0
    because: Mapping[str, int] = field(default_factory=dict)  # of those who left


@dataclass(frozen=True, slots=True)
class Moved:
    """How many walk the newest version now, and why the others do not: their step differs, or theirs cannot be read."""

    moved: int
    refused: Mapping[str, int]


async def create(
    session: AsyncSession, *, actor: Staff, text: str, now: datetime, recipe: str | None = None
) -> Automation:
    """A draft from its document. Raises NotAllowed, DocumentRefused, AutomationNameTaken."""
    check(actor, Action.RUN_AUTOMATIONS)
    definition = read(text)
    await _check_name(session, definition.name)
    automation = Automation(
        name=definition.name,
        recipe=recipe,
        state=AutomationState.DRAFT,
        version_number=1,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(automation)
    await session.flush()
    _add_version(session, actor, automation, text, now)
    _record(session, automation, "automation.drafted", actor, now)
    await session.flush()
    return automation


async def rewrite(
    session: AsyncSession, *, actor: Staff, automation_id: int, text: str, now: datetime
) -> AutomationVersion:
    """A new version; who is inside stays on theirs. The same text again changes nothing.

    Raises NotAllowed, NotFound, DocumentRefused, AutomationNameTaken, NeedsRule.
    """
    automation = await get(session, actor=actor, automation_id=automation_id, lock=True)
    definition = read(text)
    newest = await queries.newest_version(session, automation)
    if newest.document == text:
        return newest
    if definition.name != automation.name:
        await _check_name(session, definition.name)
        automation.name = definition.name
    if automation.state is AutomationState.ON:
        _check_ready(definition)
    automation.version_number += 1
    version = _add_version(session, actor, automation, text, now)
    # Another trigger has other days.
    await session.execute(delete(AutomationDay).where(AutomationDay.automation_id == automation.id))
    _record(session, automation, "automation.rewritten", actor, now)
    await session.flush()
    return version


async def switch_on(session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime) -> Automation:
    """Lets clients in by what happens from now on; from a pause on, who is inside goes on too.

    Raises NotAllowed, NotFound, WrongState, NeedsRule.
    """
    automation = await get(session, actor=actor, automation_id=automation_id, lock=True)
    _expect(automation, AutomationState.DRAFT, AutomationState.PAUSED)
    _check_ready(await definition_of(session, automation))
    automation.state, automation.on_since = AutomationState.ON, now
    await session.execute(delete(AutomationDay).where(AutomationDay.automation_id == automation.id))
    _record(session, automation, "automation.switched_on", actor, now)
    await session.flush()
    return automation


async def pause(session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime) -> Automation:
    """Nobody enters and nobody moves, and what is planned is held; who is inside stays. Raises NotAllowed, WrongState."""
    automation = await get(session, actor=actor, automation_id=automation_id, lock=True)
    _expect(automation, AutomationState.ON)
    automation.state = AutomationState.PAUSED
    _record(session, automation, "automation.paused", actor, now)
    await session.flush()
    return automation


async def archive(session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime) -> int:
    """Ends it for good: who is inside leaves, and the name is free. Returns how many left. Raises NotAllowed, NotFound."""
    automation = await get(session, actor=actor, automation_id=automation_id, lock=True)
    automation.state, automation.archived_at = AutomationState.PAUSED, now
    automation.name = f"{automation.name[:80]} · {automation.id} · {now:%Y-%m-%d}"
    inside = select(Enrolment.id).where(Enrolment.automation_id == automation.id, queries.INSIDE)
    ids = (await session.execute(inside)).scalars().all()
    left = await leaving.leave(session, dict.fromkeys(ids, Because.STOPPED.value), now=now)
    _record(session, automation, "automation.archived", actor, now)
    await session.flush()
    return left


async def move_inside(session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime) -> Moved:
    """Moves who is inside to the newest version, where the step they stand at is the same in both; the others stay.

    Raises NotAllowed, NotFound, DocumentRefused.
    """
    automation = await get(session, actor=actor, automation_id=automation_id, lock=True)
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
        session.add_all(
            EnrolmentEvent(enrolment_id=one, place=place, what="moved", facts=facts, at=now) for one in sorted(ids)
        )
        moved += len(ids)
    await session.flush()
    return Moved(moved, refused)


async def get(session: AsyncSession, *, actor: Staff, automation_id: int, lock: bool = False) -> Automation:
    """The automation, unless it was put away. Raises NotAllowed, NotFound."""
    check(actor, Action.RUN_AUTOMATIONS)
    query = select(Automation).where(Automation.id == automation_id, Automation.archived_at.is_(None))
    found = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    if found is None:
        raise NotFound(what="automation")
    return found


async def page(session: AsyncSession, *, actor: Staff, limit: int, offset: int = 0) -> tuple[list[Automation], int]:
    """Automations by name, and how many there are."""
    check(actor, Action.RUN_AUTOMATIONS)
    live = Automation.archived_at.is_(None)
    total = (await session.execute(select(func.count()).select_from(Automation).where(live))).scalar_one()
    query = select(Automation).where(live).order_by(Automation.name, Automation.id).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total


async def definition_of(session: AsyncSession, automation: Automation) -> Definition:
    """What newcomers walk. Raises DocumentRefused."""
    return read((await queries.newest_version(session, automation)).document)


async def figures(session: AsyncSession, *, automation_id: int) -> Figures:
    """How many are inside, and how the others ended."""
    query = select(Enrolment.state, Enrolment.ended_because, func.count())
    query = query.where(Enrolment.automation_id == automation_id).group_by(Enrolment.state, Enrolment.ended_because)
    counted: dict[EnrolmentState, int] = {}
    because: dict[str, int] = {}
    for state, reason, count in await session.execute(query):
        counted[state] = counted.get(state, 0) + count
        if state is EnrolmentState.LEFT:
            because[reason] = count
    return Figures(
        inside=counted.get(EnrolmentState.INSIDE, 0),
        finished=counted.get(EnrolmentState.FINISHED, 0),
        left=counted.get(EnrolmentState.LEFT, 0),
        failed=counted.get(EnrolmentState.FAILED, 0),
        because=because,
    )


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


def _check_ready(definition: Definition) -> None:
    if triggers.needs_rule(definition.trigger) and not definition.only:
        raise NeedsRule(event=definition.trigger.event)


async def _check_name(session: AsyncSession, name: str) -> None:
    if (await session.execute(select(Automation.id).where(Automation.name == name))).first() is not None:
        raise AutomationNameTaken(name=name)


def _add_version(
    session: AsyncSession, actor: Staff, automation: Automation, text: str, now: datetime
) -> AutomationVersion:
    version = AutomationVersion(
        automation_id=automation.id,
        number=automation.version_number,
        document=text,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(version)
    return version


def _expect(automation: Automation, *states: AutomationState) -> None:
    if automation.state not in states:
        raise WrongState(state=automation.state.value)


def _record(session: AsyncSession, automation: Automation, name: str, actor: Staff, now: datetime) -> None:
    events.record(session, name, now=now, staff_id=actor.id, automation_id=automation.id)
