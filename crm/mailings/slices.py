"""Parts of a mailing's people: counted, kept as lists, and those who missed it mailed again. All of it by sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, templates
from crm.access import Action, check, client_scope
from crm.errors import CrmError
from crm.mailings.copying import copy_of
from crm.mailings.drafting import get
from crm.segments import SegmentNameTaken
from storage.models import Client, DeliveryState, Mailing, MailingState, Outbox, Segment, SegmentKind, Staff, TouchKind
from storage.queries import segments as segment_rows
from storage.queries import slices as queries
from storage.queries.slices import LOST, Person, Reason

MOST_REASONS: Final = 20
MOST_ROWS: Final = 100_000  # of a file
_CHUNK: Final = 2_000
_NAME: Final = 110  # characters, so that a number fits after it
_SAME_NAMES: Final = 200


class Slice(StrEnum):
    """A part of those a mailing was planned for; some lie in several."""

    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    ANSWERED = "answered"
    CLICKED = "clicked"
    OPENED = "opened"
    SILENT = "silent"  # got it and did not answer
    LEFT = "left"  # unsubscribed by it
    MISSED = "missed"


class NobodyThere(CrmError):
    """Nobody (whom one may write to) is in that part of the mailing."""

    code = "mailings.nobody_there"


class StillRunning(CrmError):
    """Who missed it is known only when the mailing has ended."""

    code = "mailings.still_running"


@dataclass(frozen=True)
class Missing:
    """Those who missed a mailing: by reason, how many in all, and how many of them can be sent it again now."""

    reasons: tuple[Reason, ...]
    count: int
    again: int


async def counts(session: AsyncSession, *, actor: Staff, mailing_id: int) -> dict[Slice, int]:
    """How many deliveries each part has. Raises NotAllowed."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    shown = [one for one in Slice if _is_counted(one, mailing)]
    return {one: await queries.count(session, mailing_id=mailing.id, condition=CONDITIONS[one]()) for one in shown}


async def save(
    session: AsyncSession, *, actor: Staff, mailing_id: int, part: Slice, name: str, now: datetime
) -> tuple[Segment, int]:
    """A part as a list of clients under a name like this, and how many they are. Raises NotAllowed, NobodyThere."""
    check(actor, Action.EDIT_SEGMENTS)
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    chosen = queries.clients_in(mailing.id, CONDITIONS[part]())
    return await _list_of(session, actor, name, chosen, now)


async def missing(session: AsyncSession, *, actor: Staff, mailing_id: int) -> Missing:
    """Who did not get it, by reason, the commonest first. Raises NotAllowed."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    reasons = await queries.reasons(session, mailing_id=mailing.id, limit=MOST_REASONS)
    count = await queries.count(session, mailing_id=mailing.id, condition=Outbox.state.in_(LOST))
    again = 0
    if has_ended(mailing):
        query = select(func.count()).select_from(Client).where(client_scope(actor), _again(mailing))
        again = (await session.execute(query)).scalar_one()
    return Missing(tuple(reasons), count, again)


async def people(
    session: AsyncSession,
    *,
    actor: Staff,
    mailing_id: int,
    limit: int,
    offset: int = 0,
    reason: Reason | None = None,
) -> Sequence[Person]:
    """A page of those who did not get it; whose client is another's by now has no name. Raises NotAllowed."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    scope = client_scope(actor)
    return await queries.people(session, mailing_id=mailing.id, scope=scope, reason=reason, limit=limit, offset=offset)


async def everybody(session: AsyncSession, *, actor: Staff, mailing_id: int) -> list[Person]:
    """All who did not get it, for a file, at most `MOST_ROWS`. Raises NotAllowed."""
    check(actor, Action.EXPORT_CLIENTS)
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    found: list[Person] = []
    while len(found) < MOST_ROWS:
        after = found[-1].outbox_id if found else 0
        some = await queries.people(
            session, mailing_id=mailing.id, scope=client_scope(actor), after=after, limit=_CHUNK
        )
        found += some
        if len(some) < _CHUNK:
            break
    return found[:MOST_ROWS]


def note_export(session: AsyncSession, *, actor: Staff, mailing_id: int, rows: int, now: datetime) -> None:
    """That somebody took the list out."""
    events.record(session, "export.made", now=now, staff_id=actor.id, noun="missed", mailing_id=mailing_id, rows=rows)


async def send_again(
    session: AsyncSession, *, actor: Staff, mailing_id: int, name: str, now: datetime
) -> tuple[Mailing, int]:
    """A new draft of the same to exactly those who missed it and may get it, and how many they are.

    The list is made of this mailing's own people, so whoever runs mailings may make it. Files, hours and the text for
    SMS go with it; a trial does not, and so they get A. Raises NotAllowed, NotFound, StillRunning, NobodyThere.
    """
    check(actor, Action.RUN_MAILINGS)
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    if not has_ended(mailing):
        raise StillRunning
    for template_id in (mailing.template_id, mailing.sms_template_id):
        if template_id is not None:
            await templates.get(session, actor=actor, template_id=template_id)
    segment, count = await _list_of(session, actor, name, _again(mailing), now)
    again = await copy_of(session, mailing=mailing, name=segment.name, now=now, tried=False)
    again.segment_id, again.created_by_id = segment.id, actor.id
    # The list itself leaves out whom it reached; that it was made of this one keeps it from being made twice.
    again.copied_from_id, again.leaves_out = mailing.id, False
    await session.flush()
    events.record(session, "mailing.drafted", now=now, staff_id=actor.id, mailing_id=again.id)
    return again, count


def has_ended(mailing: Mailing) -> bool:
    return mailing.state in (MailingState.FINISHED, MailingState.CANCELLED)


def _again(mailing: Mailing) -> ColumnElement[bool]:
    """Clients whose delivery of the mailing may be sent again; looked for among the lost, not among all clients."""
    chosen = (
        select(Outbox.client_id)
        .join(Client, Client.id == Outbox.client_id)
        .where(Outbox.mailing_id == mailing.id, queries.may_be_sent_again(mailing))
        .correlate(None)
    )
    return Client.id.in_(chosen)


async def _list_of(
    session: AsyncSession, actor: Staff, name: str, chosen: ColumnElement[bool], now: datetime
) -> tuple[Segment, int]:
    segment = Segment(
        name=await _free(session, name), kind=SegmentKind.LIST, rule="", created_by_id=actor.id, created_at=now
    )
    session.add(segment)
    await session.flush()
    clients = segment_rows.live_clients(client_scope(actor), chosen)
    count = await segment_rows.add_listed(session, segment_id=segment.id, clients=clients)
    if not count:
        raise NobodyThere
    events.record(
        session, "segment.created", now=now, staff_id=actor.id, segment_id=segment.id, kind=SegmentKind.LIST.value
    )
    return segment, count


async def _free(session: AsyncSession, name: str) -> str:
    """The name, or the first of its like with a number that nothing is called by yet."""
    name = " ".join(name.split())[:_NAME]
    for number in range(1, _SAME_NAMES):
        tried = name if number == 1 else f"{name} ({number})"
        if await segment_rows.by_name(session, name=tried) is None:
            return tried
    raise SegmentNameTaken(name=name)


def _is_counted(part: Slice, mailing: Mailing) -> bool:
    """Clicks and opens only where they were counted: a zero would say that nobody did."""
    return {Slice.CLICKED: mailing.track_clicks, Slice.OPENED: mailing.track_opens}.get(part, True)


def _got() -> ColumnElement[bool]:
    return Outbox.state.in_(queries.ARRIVED)


CONDITIONS: Final[dict[Slice, Callable[[], ColumnElement[bool]]]] = {
    Slice.SENT: _got,
    Slice.DELIVERED: lambda: Outbox.state == DeliveryState.DELIVERED,
    Slice.BOUNCED: lambda: Outbox.bounce.in_(queries.RETURNED),
    Slice.ANSWERED: lambda: queries.touched(TouchKind.ANSWER),
    Slice.CLICKED: lambda: queries.touched(TouchKind.CLICK),
    Slice.OPENED: lambda: queries.touched(TouchKind.OPEN),
    Slice.SILENT: lambda: _got() & ~queries.touched(TouchKind.ANSWER),
    Slice.LEFT: lambda: queries.touched(TouchKind.UNSUBSCRIBE),
    Slice.MISSED: lambda: Outbox.state.in_(LOST),
}
