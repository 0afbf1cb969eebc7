"""Who entered or left a segment that some automation watches: told by comparing its members with those of the last look.

Only segments an automation names are compared, each by two statements. Whoever is inside when the watch begins has not
entered: nobody is surprised by a thousand messages on switching on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, and_, delete, exists, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, segments
from crm.automations import places, triggers
from crm.automations.definition import Definition, WaitFor
from crm.automations.versions import running
from crm.errors import CrmError
from storage.filters import FilterRefused
from storage.models import Client, DomainEvent, Segment, SegmentKind, SegmentPresence, SegmentWatch, Staff
from storage.queries import automations as queries
from storage.queries import segments as segment_queries
from storage.search import fold

log = structlog.get_logger("touchline.automations")

EVERY: Final = timedelta(minutes=1)
BATCH: Final = 1_000
_WATCHING: Final = frozenset({triggers.SEGMENT_ENTERED, triggers.SEGMENT_LEFT})
# What an automation's steps change of a client: where such a change moved them between segments, the chain goes on.
_STEPS_CHANGE: Final = ("client.tagged", "client.untagged", "client.edited", "client.assigned", "followup.scheduled")


async def compare(session: AsyncSession, *, now: datetime, batch: int = BATCH) -> int:
    """Looks at the watched segment that is due, a batch of newcomers and leavers at a time; returns 0 when none is."""
    wanted = await _wanted(session)
    gone = delete(SegmentWatch).where(SegmentWatch.segment_id.not_in([segment.id for segment in wanted]))
    await session.execute(gone.execution_options(synchronize_session=False))
    for segment in wanted:
        watch = await session.get(SegmentWatch, segment.id, with_for_update=True)
        if watch is not None and watch.looked_at > now - EVERY:
            continue
        try:
            members = await _members(session, segment, now)
        except (CrmError, FilterRefused) as error:
            log.warning("A watched segment cannot be read", segment=segment.id, cause=str(error))
            continue
        if watch is None:
            await _begin(session, segment, members, now)
        elif not await _moved(session, segment, watch, members, now, batch):
            watch.looked_at, watch.event_id = now, await queries.newest_event(session)
        await session.flush()
        return 1
    return 0


def watched(definition: Definition) -> list[tuple[str, str]]:
    """The events of segments it listens for, each with the name of the segment; an empty one where none is named."""
    trigger = definition.trigger
    waits = [step for _, step in places.every(definition) if isinstance(step, WaitFor)]
    asked = [(trigger.event, trigger.facts), *((step.event, step.facts) for step in waits)]
    return [(event, dict(facts).get("segment", "")) for event, facts in asked if event in _WATCHING]


async def called(session: AsyncSession, names: Collection[str]) -> list[Segment]:
    """The segments in use that are called so, however the names are spelled, by id."""
    wanted = {fold(name) for name in names if name}
    live = await segment_queries.live(session) if wanted else ()
    return sorted((one for one in live if fold(one.name) in wanted), key=lambda one: one.id)


async def _wanted(session: AsyncSession) -> Sequence[Segment]:
    on = await running(session)
    return await called(session, {name for one in on for _, name in watched(one.definition)})


async def _members(session: AsyncSession, segment: Segment, now: datetime) -> ColumnElement[bool]:
    maker = await session.get(Staff, segment.created_by_id) if segment.created_by_id else None
    if maker is not None:
        chosen = await segments.condition(session, actor=maker, segment=segment, now=now)
    elif segment.kind is SegmentKind.LIST:
        chosen = segment_queries.listed(segment.id)
    else:
        chosen = await segments.rule_condition(session, actor=None, rule=segment.rule, now=now)
    return and_(chosen, Client.archived_at.is_(None))


async def _begin(session: AsyncSession, segment: Segment, members: ColumnElement[bool], now: datetime) -> None:
    watch = SegmentWatch(segment_id=segment.id, looked_at=now, event_id=await queries.newest_event(session))
    session.add(watch)
    await session.flush()
    chosen = select(literal(segment.id), Client.id).where(members)
    await session.execute(insert(SegmentPresence).from_select(["segment_id", "client_id"], chosen))


async def _moved(
    session: AsyncSession,
    segment: Segment,
    watch: SegmentWatch,
    members: ColumnElement[bool],
    now: datetime,
    batch: int,
) -> int:
    """Notes the next newcomers and leavers and records their events; how many there were."""
    known = exists().where(SegmentPresence.segment_id == segment.id, SegmentPresence.client_id == Client.id)
    query = select(Client.id).where(members, ~known).order_by(Client.id).limit(batch)
    entered = list((await session.execute(query)).scalars())
    still = exists().where(Client.id == SegmentPresence.client_id, members)
    kept = select(SegmentPresence.client_id).where(SegmentPresence.segment_id == segment.id, ~still)
    left = list((await session.execute(kept.order_by(SegmentPresence.client_id).limit(batch))).scalars())
    if entered:
        rows = [{"segment_id": segment.id, "client_id": client_id} for client_id in entered]
        await session.execute(insert(SegmentPresence), rows)
    if left:
        out = delete(SegmentPresence).where(
            SegmentPresence.segment_id == segment.id, SegmentPresence.client_id.in_(left)
        )
        await session.execute(out.execution_options(synchronize_session=False))
    chains = await _chains(session, [*entered, *left], after=watch.event_id)
    told = [
        {
            "name": name,
            "client_id": client_id,
            "facts": {"segment": segment.name, "segment_id": segment.id, **chains.get(client_id, {})},
            "at": now,
        }
        for name, ids in ((triggers.SEGMENT_ENTERED, entered), (triggers.SEGMENT_LEFT, left))
        for client_id in ids
    ]
    if told:
        await session.execute(insert(DomainEvent), told)
    return len(told)


async def _chains(session: AsyncSession, client_ids: Sequence[int], *, after: int) -> dict[int, dict[str, Any]]:
    """The longest chain of what automations did to these clients since the last look."""
    query = select(DomainEvent.client_id, DomainEvent.facts).where(
        DomainEvent.client_id.in_(client_ids), DomainEvent.id > after, DomainEvent.name.in_(_STEPS_CHANGE)
    )
    found: dict[int, dict[str, Any]] = {}
    for client_id, facts in await session.execute(query):
        chain = facts.get(events.CHAIN)
        if chain and client_id is not None and len(chain) > len(found.get(client_id, {}).get(events.CHAIN, ())):
            found[client_id] = {events.CHAIN: chain}
    return found
