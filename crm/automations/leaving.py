"""Who leaves before the last step, and why: they answered, bought, called, were met, opted out or cannot be reached.

Read from the one feed of events, so that it does not matter on which channel it happened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlalchemy import Select, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm.automations import triggers
from crm.automations.definition import ExitOn
from crm.automations.versions import readable
from storage.models import DomainEvent, Enrolment, EnrolmentEvent, EnrolmentState, Outbox
from storage.queries import automations as queries
from storage.queries.automations import Inside

CANCELLED: Final = "automation-left"
_RETURNS_WITHIN: Final = timedelta(days=30)


class Because(StrEnum):
    """Why an enrolment ended besides the exits of its definition."""

    FINISHED = "finished"
    EXPIRED = "expired"
    ARCHIVED = "archived"  # the client was put away
    STOPPED = "stopped"  # somebody ended the automation


async def end_by_events(session: AsyncSession, events: Mapping[int, DomainEvent], *, now: datetime) -> int:
    """Ends what events of clients end; `events` holds one per client. What came before somebody entered ends nothing."""
    asked = {client_id: event for client_id, event in events.items() if event.name in triggers.ENDING}
    if not asked:
        return 0
    ended: dict[int, str] = {}
    by: dict[int, int] = {}
    for one in await queries.inside_of(session, client_ids=list(asked)):
        event = asked[one.client_id]
        if event.id <= one.since_event_id:
            continue
        reason = _reason(event, one)
        if reason is not None:
            ended[one.id], by[one.id] = reason, event.id
    return await leave(session, ended, now=now, by=by)


def returned_messages(now: datetime) -> Select[int]:
    """Messages outside mailings that came back lately for good."""
    return select(Outbox.id).where(queries.came_back_for_good(since=now - _RETURNS_WITHIN))


async def end_by_bounces(session: AsyncSession, *, now: datetime) -> int:
    """Ends what a refusal on the wire ends: the server's no is a row of the ledger before it is anybody's event."""
    found = await queries.came_back(session, since=now - _RETURNS_WITHIN)
    ended = {
        one.id: ExitOn.BOUNCE.value
        for one in found
        if (definition := readable(one.document)) is not None and ExitOn.BOUNCE in definition.exits
    }
    return await leave(session, ended, now=now)


async def leave(
    session: AsyncSession, ended: Mapping[int, str], *, now: datetime, by: Mapping[int, int] = MappingProxyType({})
) -> int:
    """Ends enrolments early, each for its reason and `by` its event; what of theirs has not left yet is cancelled.

    Returns how many ended.
    """
    reasons: dict[str, list[int]] = {}
    for enrolment_id, reason in sorted(ended.items()):
        reasons.setdefault(reason, []).append(enrolment_id)
    left: list[int] = []
    for reason, ids in reasons.items():
        gone = await end(session, ids, state=EnrolmentState.LEFT, because=reason, now=now)
        lines = [{"enrolment_id": one, "what": "left", "facts": _left(reason, by.get(one)), "at": now} for one in gone]
        if lines:
            await session.execute(insert(EnrolmentEvent), lines)
        left += gone
    if left:
        await queries.cancel_messages(session, enrolment_ids=left, reason=CANCELLED, now=now)
    return len(left)


def _left(reason: str, event_id: int | None) -> dict[str, str | int]:
    return {"because": reason} if event_id is None else {"because": reason, "event_id": event_id}


async def end(
    session: AsyncSession, ids: Collection[int], *, state: EnrolmentState, because: str, now: datetime
) -> list[int]:
    """Closes those still inside; returns which these were."""
    statement = (
        update(Enrolment)
        .where(Enrolment.id.in_(ids), queries.INSIDE)
        .values(
            state=literal_column(f"'{state.value}'"),
            due_at=None,
            waiting_for=None,
            ended_at=now,
            ended_because=because[:60],
        )
        .returning(Enrolment.id)
        .execution_options(synchronize_session=False)
    )
    return sorted((await session.execute(statement)).scalars())


def _reason(event: DomainEvent, one: Inside) -> str | None:
    if event.name == "client.archived":
        return Because.ARCHIVED.value
    definition = readable(one.document)
    if definition is None:
        return None  # parked: who reads it again will also know what ends it
    if triggers.is_past(event.name, event.at, event.facts, entered_at=one.entered_at):
        return None
    hit = triggers.ends_by(event.name, event.facts) & definition.exits
    return next((exit_.value for exit_ in ExitOn if exit_ in hit), None)
