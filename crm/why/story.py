"""The story of one message to one person: why it was to go, what allowed or forbade it, what happened, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.suppression import address_hash
from crm import segments
from crm.consent.last_word import AUTOMATION, TOPIC_ID
from crm.consent.proof import Told, told_of
from crm.contact_hours import Zones, zones_of
from crm.why.enrolments import Entry, entry_of
from crm.why.listing import titles_of
from crm.why.scope import delivery_of
from storage.filters import Node
from storage.models import (
    Automation,
    Channel,
    Client,
    Consent,
    ContactKind,
    DeliveryAttempt,
    DeliveryEvent,
    DeliveryState,
    Enrolment,
    Interaction,
    Mailing,
    Outbox,
    Segment,
    Staff,
    Suppression,
    Topic,
)
from storage.queries import contacts, delivery_events

EVENTS, ATTEMPTS = 60, 40  # the newest; nobody reads more


class CauseKind(StrEnum):
    MAILING = "mailing"
    TEST = "test"
    AUTOMATION = "automation"
    WRITTEN = "written"  # a colleague wrote it
    OTHER = "other"


@dataclass(frozen=True)
class Cause:
    """Why it was to be sent. `tree` is the rule of the segment as it stands now; None for a list or one out of order."""

    kind: CauseKind
    by: str = ""
    approved_by: str = ""
    mailing: Mailing | None = None
    segment: Segment | None = None
    tree: Node | None = None
    is_list: bool = False
    automation: Automation | None = None
    enrolment: Enrolment | None = None
    entry: Entry | None = None  # what brought the client into the automation
    topic: str = ""  # what it is about, as colleagues call it


@dataclass(frozen=True)
class Whereabouts:
    """Where the recipient is taken to be, and whether their card says so."""

    zones: Zones
    by_card: bool


@dataclass(frozen=True)
class Permission:
    """What the client allowed when it went (or would have), what they said since, and a stop on the address."""

    then: Told | None = None
    since: Told | None = None
    stopped: Suppression | None = None


@dataclass(frozen=True)
class Line:
    """One thing that happened. `what` is its word: `planned`, `try`, `ended`, or what an event is called."""

    at: datetime
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """Everything there is to say; `lines` in the order it happened."""

    delivery: Outbox
    client: Client | None
    title: str
    cause: Cause
    permission: Permission
    whereabouts: Whereabouts | None  # of marketing only
    lines: tuple[Line, ...]


async def story(session: AsyncSession, *, actor: Staff, outbox_id: int, now: datetime) -> Story:
    """The story of a message to a customer. Raises NotAllowed."""
    row, client = await delivery_of(session, actor=actor, outbox_id=outbox_id)
    titles = await titles_of(session, [row])
    return Story(
        delivery=row,
        client=client,
        title=titles[row.id],
        cause=await _cause(session, row, now),
        permission=await _permission(session, row, now),
        whereabouts=await _whereabouts(session, row, client),
        lines=await _lines(session, row),
    )


async def _cause(session: AsyncSession, row: Outbox, now: datetime) -> Cause:
    mailing_id = row.mailing_id or (row.payload.get("mailing_id") if row.kind == "mailing_test" else None)
    if mailing_id is not None:
        return await _mailing_cause(session, row, int(mailing_id), now)
    if row.kind == AUTOMATION and (enrolment := await session.get(Enrolment, int(row.payload["enrolment_id"]))):
        automation = await session.get_one(Automation, enrolment.automation_id)
        return Cause(
            CauseKind.AUTOMATION,
            by=await _name(session, automation.created_by_id),
            automation=automation,
            enrolment=enrolment,
            entry=await entry_of(session, enrolment),
            topic=await _topic(session, row.payload.get(TOPIC_ID)),
        )
    query = select(Interaction).where(Interaction.outbox_id == row.id).order_by(Interaction.id).limit(1)
    written = (await session.execute(query)).scalar_one_or_none()
    if written is None or written.staff_id is None:
        return Cause(CauseKind.OTHER)
    return Cause(CauseKind.WRITTEN, by=await _name(session, written.staff_id))


async def _mailing_cause(session: AsyncSession, row: Outbox, mailing_id: int, now: datetime) -> Cause:
    mailing = await session.get(Mailing, mailing_id)
    if mailing is None:
        return Cause(CauseKind.OTHER)
    segment = await session.get_one(Segment, mailing.segment_id)
    maker = await session.get_one(Staff, mailing.created_by_id)
    tree, is_list = tree_of(segment, maker, mailing.started_at or now)
    return Cause(
        CauseKind.TEST if row.kind == "mailing_test" else CauseKind.MAILING,
        by=maker.name,
        approved_by=await _name(session, mailing.approved_by_id),
        mailing=mailing,
        segment=segment,
        tree=tree,
        is_list=is_list,
        topic=await _topic(session, mailing.topic_id),
    )


def tree_of(segment: Segment, maker: Staff, at: datetime) -> tuple[Node | None, bool]:
    """The segment's rule, and whether it is a list instead; (None, False) when the rule cannot be read any more."""
    try:
        tree = segments.tree_of(segment, actor=maker, now=at)
    except (segments.SegmentSyntax, segments.SegmentTooComplex):
        return None, False
    return tree, tree is None


async def _permission(session: AsyncSession, row: Outbox, now: datetime) -> Permission:
    if not row.marketing:
        return Permission(stopped=await _stop(session, row))
    then = since = None
    if row.client_id is not None:
        moment = row.settled_at or row.sent_at or now
        query = (
            select(Consent)
            .where(Consent.client_id == row.client_id, Consent.channel == row.channel)
            .order_by(Consent.id.desc())
            .limit(1)
        )
        newest = (await session.execute(query)).scalar_one_or_none()
        before = (await session.execute(query.where(Consent.at <= moment))).scalar_one_or_none()
        told = await told_of(session, [one for one in (before, newest) if one is not None])
        by_id = {one.consent.id: one for one in told}
        then = by_id.get(before.id) if before else None
        since = by_id.get(newest.id) if newest is not None and newest is not before else None
    return Permission(then=then, since=since, stopped=await _stop(session, row))


async def _stop(session: AsyncSession, row: Outbox) -> Suppression | None:
    """What stands against the address now, where it concerns this kind of message."""
    hashed = address_hash(row.channel, row.address)
    found = (await contacts.suppressed(session, row.channel, [hashed])).get(hashed)
    return found if found is not None and (row.marketing or not found.marketing_only) else None


async def _whereabouts(session: AsyncSession, row: Outbox, client: Client | None) -> Whereabouts | None:
    if not row.marketing:
        return None
    numbers = [row.address]
    if row.channel is not Channel.SMS:
        points = await contacts.points_of(session, row.client_id or 0)
        numbers = [point.value for point in points if point.kind is ContactKind.PHONE]
    by_card = zones_of(client.timezone, ()) if client is not None else ()
    return Whereabouts(by_card or zones_of(None, numbers), by_card=bool(by_card))


async def _lines(session: AsyncSession, row: Outbox) -> tuple[Line, ...]:
    query = select(DeliveryAttempt).where(DeliveryAttempt.outbox_id == row.id).order_by(DeliveryAttempt.id.desc())
    attempts = list((await session.execute(query.limit(ATTEMPTS))).scalars())[::-1]
    events = await delivery_events.of(session, outbox_id=row.id, limit=EVENTS)
    found = [Line(row.created_at, "planned"), *map(_event, events), *map(_attempt, attempts)]
    found.sort(key=lambda line: line.at)
    if (end := _end(row, attempts)) is not None:
        found.append(end)
    return tuple(found)


def _event(event: DeliveryEvent) -> Line:
    return Line(event.at, event.what, event.facts)


def _attempt(attempt: DeliveryAttempt) -> Line:
    facts = {
        "number": attempt.number,
        "outcome": attempt.outcome or ("cut" if attempt.finished_at is None else "unknown"),
        "code": attempt.code or "",
        "reply": attempt.reply or "",
    }
    return Line(attempt.started_at, "try", facts)


_ENDS = frozenset(
    {
        DeliveryState.DELIVERED,
        DeliveryState.FAILED,
        DeliveryState.SUPPRESSED,
        DeliveryState.UNKNOWN,
        DeliveryState.CANCELLED,
    }
)


def _end(row: Outbox, attempts: Sequence[DeliveryAttempt]) -> Line | None:
    """How it ended. Where the last try was the end, it has said why, and of an unknown outcome everything."""
    if row.state not in _ENDS:
        return None
    at = row.settled_at or row.created_at
    was_the_try = bool(attempts) and attempts[-1].finished_at == at
    if was_the_try and row.state is DeliveryState.UNKNOWN:
        return None
    told = was_the_try and row.state is DeliveryState.FAILED
    reason, code = ("", "") if told else (row.reason or "", row.code or "")
    return Line(at, "ended", {"state": row.state, "reason": reason, "code": code})


async def _topic(session: AsyncSession, topic_id: int | None) -> str:
    topic = await session.get(Topic, topic_id) if topic_id is not None else None
    return topic.name if topic is not None else ""


async def _name(session: AsyncSession, staff_id: int | None) -> str:
    if staff_id is None:
        return ""
    return (await session.execute(select(Staff.name).where(Staff.id == staff_id))).scalar_one_or_none() or ""
