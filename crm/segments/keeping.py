"""Segments kept by name: rules and lists, who is in them, and how many.

A person only ever counts, sees and mails the clients of their own scope, whoever wrote the segment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, usage
from crm.access import Action, check, client_scope
from crm.errors import Missing, TooLong
from crm.naming import naming
from crm.segments.errors import (
    NotAList,
    SegmentBurdens,
    SegmentCircle,
    SegmentInUse,
    SegmentMentioned,
    SegmentNameTaken,
    SegmentNotFound,
    SegmentSyntax,
    SegmentTooComplex,
    SegmentUnknownValue,
)
from crm.segments.limits import in_time
from crm.segments.meaning import Named, meaning, nested_in
from crm.segments.rules import parse, today_in
from crm.usage import Thing
from crm.wording import zone_of
from storage.filters import Node, compile_filter
from storage.models import Client, Segment, SegmentKind, Staff
from storage.queries import segments as queries

NAME_LIMIT = 120


@dataclass(frozen=True)
class Preview:
    """What a rule would choose now: the tree to be said back, how many, and the first few by name."""

    rule: str
    tree: Node
    count: int
    first: tuple[tuple[int, str, str], ...]


async def preview(
    session: AsyncSession, *, actor: Staff, rule: str, now: datetime, first: int = 5, inside: str = ""
) -> Preview:
    """Reads a rule and looks whom it chooses; `inside` is the segment it is for, which it must not lead back to.

    Raises NotAllowed, SegmentSyntax, SegmentTooComplex, SegmentUnknownValue, SegmentCircle, SegmentTooSlow.
    """
    check(actor, Action.SEE_SEGMENTS)
    rule = _storable(rule)
    zone = zone_of(actor.timezone)
    tree = parse(rule, today=today_in(zone, now))
    context = await meaning(session, tree, actor=actor, zone=zone, now=now, inside=inside)
    conditions = [client_scope(actor), compile_filter(tree, context)]
    async with in_time(session):
        return Preview(
            rule=rule,
            tree=tree,
            count=await queries.count_of(session, conditions=conditions),
            first=tuple(await queries.first_of(session, conditions=conditions, limit=first)) if first else (),
        )


async def save_rule(session: AsyncSession, *, actor: Staff, name: str, rule: str, now: datetime) -> Segment:
    """Keeps a rule under a name. Raises what `preview` raises, Missing, TooLong, SegmentNameTaken."""
    check(actor, Action.EDIT_SEGMENTS)
    looked = await preview(session, actor=actor, rule=rule, now=now, first=0)
    return await _add(session, actor=actor, name=name, kind=SegmentKind.RULE, rule=looked.rule, now=now)


async def change_rule(session: AsyncSession, *, actor: Staff, segment_id: int, rule: str, now: datetime) -> Segment:
    """Gives a rule segment another rule. Raises what `preview` raises, SegmentNotFound, SegmentInUse, SegmentBurdens."""
    check(actor, Action.EDIT_SEGMENTS)
    segment = await get(session, actor=actor, segment_id=segment_id)
    if segment.kind is not SegmentKind.RULE:
        raise SegmentNotFound
    await _check_not_approved(session, segment, now)
    looked = await preview(session, actor=actor, rule=rule, now=now, first=0, inside=segment.name)
    before, segment.rule = segment.rule, looked.rule
    await _check_those_above(session, segment, actor=actor, now=now)
    events.record(session, "segment.changed", now=now, staff_id=actor.id, segment_id=segment.id, before=before)
    await session.flush()
    return segment


async def save_list(
    session: AsyncSession, *, actor: Staff, name: str, client_ids: Sequence[int], now: datetime
) -> Segment:
    """Keeps these clients (those in the actor's scope) as a list. Raises Missing, TooLong, SegmentNameTaken."""
    check(actor, Action.EDIT_SEGMENTS)
    segment = await _add(session, actor=actor, name=name, kind=SegmentKind.LIST, rule="", now=now)
    await add_to_list(session, actor=actor, segment_id=segment.id, client_ids=client_ids, now=now)
    return segment


async def add_to_list(
    session: AsyncSession, *, actor: Staff, segment_id: int, client_ids: Sequence[int], now: datetime
) -> int:
    """Adds clients of the actor's scope; returns how many were not on the list yet.

    Raises NotAList, SegmentNotFound, SegmentInUse.
    """
    segment = await _list(session, actor, segment_id)
    await _check_not_approved(session, segment, now)
    added = 0
    for start in range(0, len(client_ids), 500):
        chosen = queries.live_clients(client_scope(actor), _ids(client_ids[start : start + 500]))
        added += await queries.add_listed(session, segment_id=segment.id, clients=chosen)
    events.record(session, "segment.members_added", now=now, staff_id=actor.id, segment_id=segment.id, count=added)
    return added


async def remove_from_list(
    session: AsyncSession, *, actor: Staff, segment_id: int, client_ids: Sequence[int], now: datetime
) -> None:
    """Takes clients off a list; those not on it are no matter. Raises NotAList, SegmentNotFound."""
    segment = await _list(session, actor, segment_id)
    for start in range(0, len(client_ids), 500):
        await queries.remove_listed(session, segment_id=segment.id, client_ids=client_ids[start : start + 500])
    events.record(
        session, "segment.members_removed", now=now, staff_id=actor.id, segment_id=segment.id, count=len(client_ids)
    )


async def archive(session: AsyncSession, *, actor: Staff, segment_id: int, now: datetime) -> None:
    """Puts a segment away. Raises SegmentNotFound; while something needs it SegmentInUse (an unfinished mailing),
    SegmentMentioned, and what `usage.check_unused` raises.
    """
    check(actor, Action.EDIT_SEGMENTS)
    segment = await get(session, actor=actor, segment_id=segment_id)
    if await queries.is_needed(session, segment_id=segment.id):
        raise SegmentInUse
    await _check_not_mentioned(session, segment, now)
    await usage.check_unused(session, Thing.SEGMENT, name=segment.name, now=now)
    await queries.archive(session, segment=segment, now=now)
    events.record(session, "segment.archived", now=now, staff_id=actor.id, segment_id=segment.id)


async def get(session: AsyncSession, *, actor: Staff, segment_id: int) -> Segment:
    """The segment. Raises SegmentNotFound."""
    check(actor, Action.SEE_SEGMENTS)
    segment = await queries.get(session, segment_id=segment_id)
    if segment is None:
        raise SegmentNotFound
    return segment


async def page(session: AsyncSession, *, actor: Staff, limit: int, offset: int = 0) -> tuple[list[Segment], int]:
    """One page of segments by name, and how many there are in all."""
    check(actor, Action.SEE_SEGMENTS)
    return await queries.page(session, limit=limit, offset=offset), await queries.how_many(session)


async def lists(session: AsyncSession, *, actor: Staff) -> list[Segment]:
    """The lists a client can be put on."""
    check(actor, Action.EDIT_SEGMENTS)
    found = await queries.page(session, limit=100, offset=0)
    return [segment for segment in found if segment.kind is SegmentKind.LIST]


async def condition(session: AsyncSession, *, actor: Staff, segment: Segment, now: datetime) -> ColumnElement[bool]:
    """The members as a condition on `Client` (live and in scope are further conditions). Raises what parsing raises."""
    if segment.kind is SegmentKind.LIST:
        return queries.listed(segment.id)
    zone = zone_of(actor.timezone)
    tree = parse(segment.rule, today=today_in(zone, now))
    context = await meaning(session, tree, actor=actor, zone=zone, now=now, inside=segment.name, kept=True)
    return compile_filter(tree, context)


async def members(session: AsyncSession, *, actor: Staff, segment: Segment, now: datetime) -> Select[int]:
    """The ids of the members in the actor's scope, unordered: `.where(Client.id > cursor).order_by(Client.id)` as needed."""
    check(actor, Action.SEE_SEGMENTS)
    chosen = await condition(session, actor=actor, segment=segment, now=now)
    return queries.live_clients(client_scope(actor), chosen)


async def count(session: AsyncSession, *, actor: Staff, segment: Segment, now: datetime) -> int:
    """How many members the actor's scope has now."""
    check(actor, Action.SEE_SEGMENTS)
    chosen = await condition(session, actor=actor, segment=segment, now=now)
    async with in_time(session):
        return await queries.count_of(session, conditions=[client_scope(actor), chosen])


async def first_members(
    session: AsyncSession, *, actor: Staff, segment: Segment, now: datetime, limit: int, offset: int = 0
) -> list[tuple[int, str, str]]:
    """(id, name, company) of members in the actor's scope, by name."""
    check(actor, Action.SEE_SEGMENTS)
    chosen = await condition(session, actor=actor, segment=segment, now=now)
    async with in_time(session):
        return await queries.first_of(session, conditions=[client_scope(actor), chosen], limit=limit, offset=offset)


def tree_of(segment: Segment, *, actor: Staff, now: datetime) -> Node | None:
    """The rule's tree, to be said in words; None for a list."""
    if segment.kind is SegmentKind.LIST:
        return None
    return parse(segment.rule, today=today_in(zone_of(actor.timezone), now))


async def stands_on(session: AsyncSession, *, segment: Segment, now: datetime) -> list[Segment]:
    """The segment, and after it those its rule names, those that they name and so on, by id."""
    known = Named(await queries.live(session))
    found, todo = {segment.id: segment}, [segment]
    while todo:
        for other in _names(todo.pop(), known, now):
            if other.id not in found:
                found[other.id] = other
                todo.append(other)
    del found[segment.id]
    return [segment, *(found[key] for key in sorted(found))]


def _storable(rule: str) -> str:
    """The rule without what no database keeps: NUL and halves of characters."""
    return rule.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()


def _ids(client_ids: Sequence[int]) -> ColumnElement[bool]:
    return Client.id.in_(client_ids)


async def _list(session: AsyncSession, actor: Staff, segment_id: int) -> Segment:
    check(actor, Action.EDIT_SEGMENTS)
    segment = await get(session, actor=actor, segment_id=segment_id)
    if segment.kind is not SegmentKind.LIST:
        raise NotAList
    return segment


async def _add(
    session: AsyncSession, *, actor: Staff, name: str, kind: SegmentKind, rule: str, now: datetime
) -> Segment:
    name = " ".join(name.split())
    if not name:
        raise Missing(field="name")
    if len(name) > NAME_LIMIT:
        raise TooLong(field="name", limit=NAME_LIMIT)

    async def check_free() -> None:
        other = await queries.by_name(session, name=name)
        if other is not None:
            raise SegmentNameTaken(name=other.name)

    segment = Segment(name=name, kind=kind, rule=rule, created_by_id=actor.id, created_at=now)
    async with naming(session, check_free):
        session.add(segment)
    events.record(session, "segment.created", now=now, staff_id=actor.id, segment_id=segment.id, kind=kind.value)
    return segment


async def _check_not_mentioned(session: AsyncSession, segment: Segment, now: datetime) -> None:
    """A rule that excludes a segment must not lose it without anybody noticing."""
    live = await queries.live(session)
    known = Named(live)
    for other in live:
        if other.id != segment.id and segment in _names(other, known, now):
            raise SegmentMentioned(name=other.name)


async def _check_those_above(session: AsyncSession, segment: Segment, *, actor: Staff, now: datetime) -> None:
    """Those whose rules lead to this one must not grow beyond the limits with it. Raises SegmentBurdens."""
    live = await queries.live(session)
    zone = zone_of(actor.timezone)
    known = Named(live)
    names = {one.id: _names(one, known, now) for one in live}
    above, todo = {segment.id}, [segment]
    while todo:
        current = todo.pop()
        found = [one for one in live if one.id not in above and current in names[one.id]]
        above |= {one.id for one in found}
        todo += found
    for other in (one for one in live if one.id in above and one.id != segment.id):
        try:
            nested_in(parse(other.rule, today=today_in(zone, now)), live, zone=zone, now=now, inside=other.name)
        except SegmentTooComplex as refusal:
            raise SegmentBurdens(name=other.name, **refusal.params) from None
        except (SegmentSyntax, SegmentUnknownValue, SegmentCircle):
            continue  # not by this rule, which was just read: it was out of order before


async def _check_not_approved(session: AsyncSession, segment: Segment, now: datetime) -> None:
    """Whom a second person said yes to is who gets it, through however many segments. Raises SegmentInUse."""
    for one in await queries.approved(session):
        if segment in await stands_on(session, segment=one, now=now):
            raise SegmentInUse


def _names(segment: Segment, known: Named, now: datetime) -> list[Segment]:
    """Those a segment's rule names; a list, or what cannot be read, names nothing."""
    if segment.kind is SegmentKind.LIST:
        return []
    try:
        return known.named_by(parse(segment.rule, today=today_in(zone_of("UTC"), now)))
    except (SegmentSyntax, SegmentTooComplex):
        return []
