"""What a client is, or was, inside of: entered because, what happened since, waiting for, left because."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action
from crm.automations.telling import filled
from crm.errors import NotAllowed
from crm.merge_fields import values_of
from crm.why.scope import client_of
from storage.models import (
    Automation,
    AutomationState,
    AutomationVersion,
    Client,
    DomainEvent,
    Enrolment,
    EnrolmentEvent,
    EnrolmentState,
    Outbox,
    Staff,
)

LINES = 60  # the newest; nobody reads more


@dataclass(frozen=True)
class Entry:
    """What brought them in: an event by name, with its facts and who did it; a date; or another automation."""

    kind: str  # event, date, start
    name: str = ""  # of the event, the date or the automation
    facts: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True)
class EnrolmentLine:
    """One thing that happened; `delivery` is the message it planned, `by` the event that did it."""

    at: datetime
    what: str
    facts: Mapping[str, Any]
    delivery: Outbox | None = None
    by: Entry | None = None


@dataclass(frozen=True)
class EnrolmentStory:
    """Everything there is to say of one enrolment."""

    enrolment: Enrolment
    client: Client
    automation: Automation
    version: int
    maker: str
    entry: Entry
    lines: tuple[EnrolmentLine, ...]

    @property
    def is_paused(self) -> bool:
        return self.automation.state is AutomationState.PAUSED and self.enrolment.state is EnrolmentState.INSIDE


async def enrolments(
    session: AsyncSession, *, actor: Staff, client_id: int, limit: int, offset: int = 0
) -> tuple[Client, list[tuple[Enrolment, str]], int]:
    """One page of what the client is or was inside of, the newest first, with the names, and how many. Raises NotAllowed."""
    client = await client_of(session, actor=actor, client_id=client_id)
    counted = select(func.count()).select_from(Enrolment).where(Enrolment.client_id == client.id)
    query = (
        select(Enrolment, Automation.name)
        .join(Automation, Automation.id == Enrolment.automation_id)
        .where(Enrolment.client_id == client.id)
        .order_by(Enrolment.id.desc())
    )
    rows = (await session.execute(query.limit(limit).offset(offset))).all()
    return client, [(row[0], row[1]) for row in rows], (await session.execute(counted)).scalar_one()


async def inside_of(session: AsyncSession, *, actor: Staff, client_id: int) -> Sequence[str]:
    """The names of what the client is inside of now, the newest first. Raises NotAllowed."""
    client = await client_of(session, actor=actor, client_id=client_id)
    query = (
        select(Automation.name)
        .join(Enrolment, Enrolment.automation_id == Automation.id)
        .where(Enrolment.client_id == client.id, Enrolment.state == EnrolmentState.INSIDE)
        .order_by(Enrolment.id.desc())
    )
    return (await session.execute(query)).scalars().all()


async def enrolment_story(session: AsyncSession, *, actor: Staff, enrolment_id: int) -> EnrolmentStory:
    """The story of one enrolment. Raises NotAllowed."""
    enrolment = await session.get(Enrolment, enrolment_id)
    if enrolment is None:
        raise NotAllowed(action=Action.SEE_CLIENTS.value)
    client = await client_of(session, actor=actor, client_id=enrolment.client_id)
    automation = await session.get_one(Automation, enrolment.automation_id)
    version = await session.get_one(AutomationVersion, enrolment.version_id)
    maker = await session.get(Staff, automation.created_by_id) if automation.created_by_id else None
    owner = await session.get(Staff, client.owner_id) if client.owner_id else None
    values = values_of(client, owner, zone_name=actor.timezone)
    return EnrolmentStory(
        enrolment=enrolment,
        client=client,
        automation=automation,
        version=version.number,
        maker=maker.name if maker is not None else "",
        entry=await entry_of(session, enrolment),
        lines=await _lines(session, enrolment.id, values),
    )


async def entry_of(session: AsyncSession, enrolment: Enrolment) -> Entry:
    """What its entry key tells."""
    kind, _, rest = enrolment.entry_key.partition(":")
    if kind == "event" and rest.isdecimal():
        event = await session.get(DomainEvent, int(rest))
        return (
            await _told(session, event, enrolment.facts) if event is not None else Entry("event", facts=enrolment.facts)
        )
    if kind == "start":
        before = await session.get(Enrolment, int(rest.partition(":")[0]))
        other = await session.get(Automation, before.automation_id) if before is not None else None
        return Entry("start", other.name if other is not None else "")
    return Entry("date", rest.partition(":")[0], enrolment.facts)


async def _told(session: AsyncSession, event: DomainEvent, facts: Mapping[str, Any]) -> Entry:
    by = await session.get(Staff, event.staff_id) if event.staff_id else None
    facts = await _named(session, event.name, facts)
    return Entry("event", event.name, facts, by.name if by is not None else "")


async def _named(session: AsyncSession, event: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a change of owner the names: the event keeps numbers."""
    if event != "client.assigned":
        return facts
    people = select(Staff.id, Staff.name).where(Staff.id.in_([one for one in facts.values() if type(one) is int]))
    names = {row.id: row.name for row in await session.execute(people)}
    return {name: names.get(told, told) if name in ("before", "after") else told for name, told in facts.items()}


async def _lines(session: AsyncSession, enrolment_id: int, values: Mapping[str, str]) -> tuple[EnrolmentLine, ...]:
    query = (
        select(EnrolmentEvent, Outbox)
        .outerjoin(Outbox, Outbox.id == EnrolmentEvent.outbox_id)
        .where(EnrolmentEvent.enrolment_id == enrolment_id)
        .order_by(EnrolmentEvent.id.desc())
        .limit(LINES)
    )
    rows: Sequence[Any] = (await session.execute(query)).all()
    return tuple(
        [
            EnrolmentLine(event.at, event.what, _said(event, values), delivery, await _by(session, event.facts))
            for event, delivery in reversed(rows)
        ]
    )


def _said(event: EnrolmentEvent, values: Mapping[str, str]) -> Mapping[str, Any]:
    """A line's facts; a word to the owner as the owner reads it, filled with what is true of the client now."""
    if event.what != "told":
        return event.facts
    return {**event.facts, "text": filled(str(event.facts.get("text", "")), values)}


async def _by(session: AsyncSession, facts: Mapping[str, Any]) -> Entry | None:
    """The event a line names: an answered call, say, and who made it."""
    event = await session.get(DomainEvent, int(facts["event_id"])) if "event_id" in facts else None
    return await _told(session, event, event.facts) if event is not None else None
