"""The feed of events, read once past a cursor: who leaves by it, who has waited for it, who enters by it.

In the order it happened to each client: of a batch the first event of every client is taken for all of them together, then
the second, so that each of these rounds is a handful of statements however many clients there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm.automations import entering, leaving, places, triggers
from crm.automations.definition import WaitFor
from crm.automations.versions import readable, running
from storage.models import DomainEvent, Enrolment, EnrolmentEvent
from storage.queries import automations as queries

BATCH = 500

unread_events = queries.unread_events


async def read_events(session: AsyncSession, *, now: datetime, limit: int = BATCH) -> int:
    """Acts on the next events and moves the cursor in the same unit of work. Returns how many were read."""
    cursor = await queries.take_cursor(session)
    if cursor is None:
        return 0
    last = await queries.readable_up_to(session, cursor)
    if last <= cursor.event_id:
        return 0
    on = await running(session)
    if not on and not await queries.anybody_inside(session):
        cursor.event_id = last  # nobody listens: years of history need no reading
        return 1
    events = await queries.events_between(session, after=cursor.event_id, last=last, limit=limit)
    if not events:
        cursor.event_id = last
        return 0
    heard = {one.definition.trigger.event for one in on} | triggers.ENDING
    inside = await queries.inside_of(session, client_ids={event.client_id for event in events if event.client_id})
    awaited = {(one.client_id, one.waiting_for) for one in inside}
    told = [event for event in events if event.name in heard or (event.client_id, event.name) in awaited]
    for batch in _rounds(told):
        theirs = {event.client_id: event for event in batch if event.client_id is not None}
        await leaving.end_by_events(session, theirs, now=now)
        await _resume(session, theirs, now)
        await entering.enter_by_events(session, batch, on, now=now)
    cursor.event_id = events[-1].id
    return len(events)


def _rounds(events: Sequence[DomainEvent]) -> Iterator[list[DomainEvent]]:
    """The first event of every client, then the second of those that have one, and so on."""
    rounds: list[list[DomainEvent]] = []
    seen: dict[int | None, int] = {}
    for event in events:
        number = seen.get(event.client_id, 0)
        seen[event.client_id] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(event)
    return iter(rounds)


async def _resume(session: AsyncSession, events: dict[int, DomainEvent], now: datetime) -> None:
    """What somebody waited for came: their next step is due. A paused automation's too; it is walked once it goes on."""
    if not events:
        return
    lines = []
    for one in await queries.inside_of(session, client_ids=list(events)):
        event = events[one.client_id]
        if one.waiting_for != event.name or event.id <= one.since_event_id or event.at > one.due_at:
            continue  # too late is not come, however late the walk is
        definition = readable(one.document)
        if definition is None:
            continue
        try:
            step = places.step_at(definition, one.place)
        except places.NoSuchPlace:
            continue  # the walk parks it; the feed goes on for everybody else
        if not isinstance(step, WaitFor) or not triggers.holds(step.facts, event.facts):
            continue
        moved = (
            update(Enrolment)
            .where(Enrolment.id == one.id, queries.INSIDE, Enrolment.place == one.place)
            .values(place=places.into(definition, one.place, "came"), due_at=min(event.at, now), waiting_for=None)
            .returning(Enrolment.id)
            .execution_options(synchronize_session=False)
        )
        if (await session.execute(moved)).first() is not None:
            facts = {"event": event.name}
            lines.append({"enrolment_id": one.id, "place": one.place, "what": "came", "facts": facts, "at": now})
    if lines:
        await session.execute(insert(EnrolmentEvent), lines)
