"""Automations as their list and cards show them: who is inside, who came, why they left, what was sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    DELIVERY_WAITING,
    Automation,
    AutomationState,
    AutomationVersion,
    Client,
    DeliveryState,
    Enrolment,
    EnrolmentEvent,
    EnrolmentState,
    Outbox,
)

_OUT = (DeliveryState.SENT, DeliveryState.DELIVERED)
ANSWERED = "reply"


@dataclass
class Figures:
    """Of one automation; `entered` since a moment, the rest ever. `left` is by reason, the commonest first."""

    inside: int = 0
    entered: int = 0
    finished: int = 0
    failed: int = 0
    left: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    waiting: int = 0

    @property
    def answered(self) -> int:
        return self.left.get(ANSWERED, 0)


class Member(NamedTuple):
    """Somebody inside, and where."""

    enrolment_id: int
    client_id: int
    client_name: str
    version_id: int
    number: int
    place: str
    due_at: datetime | None
    waiting_for: str | None
    entered_at: datetime


async def figures(session: AsyncSession, *, automation_ids: Collection[int], since: datetime) -> dict[int, Figures]:
    """By automation, in three statements for all of them."""
    found = {automation_id: Figures() for automation_id in automation_ids}
    mine = Enrolment.automation_id.in_(found)
    ended = (
        select(Enrolment.automation_id, Enrolment.state, Enrolment.ended_because, func.count())
        .where(mine)
        .group_by(Enrolment.automation_id, Enrolment.state, Enrolment.ended_because)
        .order_by(func.count().desc(), Enrolment.ended_because)
    )
    for automation_id, state, because, count in await session.execute(ended):
        _add(found[automation_id], state, because, count)
    entered = select(Enrolment.automation_id, func.count()).where(mine, Enrolment.entered_at >= since)
    for automation_id, count in await session.execute(entered.group_by(Enrolment.automation_id)):
        found[automation_id].entered = count
    sent = (
        select(Enrolment.automation_id, Outbox.state, func.count())
        .join(EnrolmentEvent, EnrolmentEvent.enrolment_id == Enrolment.id)
        .join(Outbox, Outbox.id == EnrolmentEvent.outbox_id)
        .where(mine, Outbox.staff_id.is_(None), Outbox.state.in_([*_OUT, *DELIVERY_WAITING]))
        .group_by(Enrolment.automation_id, Outbox.state)
    )
    for automation_id, delivery, count in await session.execute(sent):
        if delivery in _OUT:
            found[automation_id].sent += count
        else:
            found[automation_id].waiting += count
    return found


def _add(figures: Figures, state: EnrolmentState, because: str, count: int) -> None:
    if state is EnrolmentState.INSIDE:
        figures.inside += count
    elif state is EnrolmentState.FINISHED:
        figures.finished += count
    elif state is EnrolmentState.FAILED:
        figures.failed += count
    else:
        figures.left[because] = figures.left.get(because, 0) + count


async def page(session: AsyncSession, *, limit: int, offset: int) -> tuple[list[Automation], int]:
    """Automations in use by name, and how many there are."""
    kept = Automation.archived_at.is_(None)
    total = (await session.execute(select(func.count()).select_from(Automation).where(kept))).scalar_one()
    query = select(Automation).where(kept).order_by(Automation.name, Automation.id).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total


async def with_documents(session: AsyncSession) -> list[tuple[Automation, AutomationVersion]]:
    """Automations in use, with what newcomers walk."""
    newest = (AutomationVersion.automation_id == Automation.id) & (
        AutomationVersion.number == Automation.version_number
    )
    query = (
        select(Automation, AutomationVersion)
        .join(AutomationVersion, newest)
        .where(Automation.archived_at.is_(None))
        .order_by(Automation.id)
    )
    return [(automation, version) for automation, version in await session.execute(query)]


async def documents_in_use(session: AsyncSession) -> list[tuple[Automation, str]]:
    """Every document of an automation that is on or paused which newcomers, or somebody inside, walk."""
    inside = exists().where(Enrolment.version_id == AutomationVersion.id, Enrolment.state == EnrolmentState.INSIDE)
    query = (
        select(Automation, AutomationVersion.document)
        .join(AutomationVersion, AutomationVersion.automation_id == Automation.id)
        .where(
            Automation.archived_at.is_(None),
            Automation.state != AutomationState.DRAFT,
            (AutomationVersion.number == Automation.version_number) | inside,
        )
        .order_by(Automation.id, AutomationVersion.number)
    )
    return [(automation, document) for automation, document in await session.execute(query)]


async def members(
    session: AsyncSession, *, automation_id: int, scope: ColumnElement[bool], limit: int, offset: int
) -> tuple[list[Member], int]:
    """Who is inside, whose turn comes first, and how many."""
    inside = [Enrolment.automation_id == automation_id, Enrolment.state == EnrolmentState.INSIDE, scope]
    base = select(func.count()).select_from(Enrolment).join(Client, Client.id == Enrolment.client_id).where(*inside)
    total = (await session.execute(base)).scalar_one()
    query = (
        select(
            Enrolment.id,
            Client.id,
            Client.name,
            Enrolment.version_id,
            AutomationVersion.number,
            Enrolment.place,
            Enrolment.due_at,
            Enrolment.waiting_for,
            Enrolment.entered_at,
        )
        .join(Client, Client.id == Enrolment.client_id)
        .join(AutomationVersion, AutomationVersion.id == Enrolment.version_id)
        .where(*inside)
        .order_by(Enrolment.due_at, Enrolment.id)
        .limit(limit)
        .offset(offset)
    )
    return [Member(*row) for row in await session.execute(query)], total


async def inside_ids(session: AsyncSession, *, automation_id: int) -> list[int]:
    query = select(Enrolment.id).where(
        Enrolment.automation_id == automation_id, Enrolment.state == EnrolmentState.INSIDE
    )
    return list((await session.execute(query)).scalars())
