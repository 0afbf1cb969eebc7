"""Automations and who is inside them: the feed's cursor and how far it may be read, entering by the set, due steps.

States stand as literals where a partial index is to serve: a bound parameter cannot use it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, literal_column, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    DELIVERY_IN_FLIGHT,
    Automation,
    AutomationState,
    AutomationVersion,
    BounceKind,
    Client,
    DeliveryState,
    DomainEvent,
    Enrolment,
    EnrolmentEvent,
    FeedCursor,
    Outbox,
)
from storage.queries.inbox import is_postgres
from storage.types import Json

FEED = "automations"
INSIDE = text("enrolment.state = 'inside'")
_ON = Automation.state == AutomationState.ON
_NEWEST = and_(AutomationVersion.automation_id == Automation.id, AutomationVersion.number == Automation.version_number)


class Inside(NamedTuple):
    """An enrolment under way, as its columns, with the document it walks."""

    id: int
    automation_id: int
    version_id: int
    client_id: int
    place: str
    due_at: datetime
    waiting_for: str | None
    entered_at: datetime
    since_event_id: int
    facts: dict[str, Any]
    chain: list[int]
    document: str


_INSIDE_COLUMNS = (
    *(getattr(Enrolment, name) for name in Inside._fields if name != "document"),
    AutomationVersion.document,
)


async def take_cursor(session: AsyncSession) -> FeedCursor | None:
    """The feed's cursor, locked; None while another process reads. Made on first sight."""
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    query = select(FeedCursor).where(FeedCursor.reader == FEED).with_for_update(skip_locked=True)
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        await session.execute(insert(FeedCursor).values(reader=FEED, event_id=0).on_conflict_do_nothing())
        found = (await session.execute(query)).scalar_one_or_none()
    return found


async def readable_up_to(session: AsyncSession, cursor: FeedCursor) -> int:
    """The last event below which none can appear any more.

    SQLite has one writer: numbers are committed in their order. PostgreSQL gives a number out when a row is inserted and
    shows the row when its transaction ends, so a lower number may appear after a higher one. The newest number is marked
    together with the first transaction not begun yet; once all before that one are over, everything up to the mark is
    there or never will be. A mark is judged at a later look than the one that set it.
    """
    newest = (await session.execute(select(func.max(DomainEvent.id)))).scalar_one() or 0
    if not is_postgres(session):
        return newest
    snapshot = (
        "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() s"
    )
    oldest, following = (await session.execute(text(snapshot))).one()
    if cursor.mark_xmax and oldest < cursor.mark_xmax:
        return cursor.event_id
    settled = cursor.mark_id
    cursor.mark_id, cursor.mark_xmax = newest, following
    return max(settled, cursor.event_id)


def unread_events(_now: datetime) -> Select[int]:
    """Events past the cursor."""
    return select(DomainEvent.id).where(DomainEvent.id > _cursor())


async def events_between(session: AsyncSession, *, after: int, last: int, limit: int) -> Sequence[DomainEvent]:
    query = select(DomainEvent).where(DomainEvent.id > after, DomainEvent.id <= last)
    return (await session.execute(query.order_by(DomainEvent.id).limit(limit))).scalars().all()


async def newest_event(session: AsyncSession) -> int:
    return (await session.execute(select(func.max(DomainEvent.id)))).scalar_one() or 0


async def running(session: AsyncSession) -> list[tuple[Automation, AutomationVersion]]:
    """Automations that are on, with what newcomers walk."""
    query = select(Automation, AutomationVersion).join(AutomationVersion, _NEWEST).where(_ON).order_by(Automation.id)
    return [(automation, version) for automation, version in await session.execute(query)]


async def newest_version(session: AsyncSession, automation: Automation) -> AutomationVersion:
    query = select(AutomationVersion).where(
        AutomationVersion.automation_id == automation.id, AutomationVersion.number == automation.version_number
    )
    return (await session.execute(query)).scalar_one()


async def anybody_inside(session: AsyncSession) -> bool:
    return (await session.execute(select(Enrolment.id).where(INSIDE).limit(1))).first() is not None


async def inside_of(session: AsyncSession, *, client_ids: Collection[int]) -> list[Inside]:
    """Everything these clients are inside of, paused automations too."""
    query = (
        select(*_INSIDE_COLUMNS)
        .join(AutomationVersion, AutomationVersion.id == Enrolment.version_id)
        .where(INSIDE, Enrolment.client_id.in_(client_ids))
        .order_by(Enrolment.id)
    )
    return [Inside(*row) for row in await session.execute(query)]


def due(now: datetime) -> Select[int]:
    """Enrolments of automations that are on whose next step's time has come."""
    return select(Enrolment.id).join(Automation, Automation.id == Enrolment.automation_id).where(_is_due(now))


async def take_due(session: AsyncSession, *, now: datetime, ending: Collection[str], limit: int) -> list[Inside]:
    """Due enrolments, locked for this unit of work.

    Left out are those whose client has an event the feed has not read yet that could end them, or that they wait for:
    nothing goes out to somebody who has answered already.
    """
    unread = exists().where(
        DomainEvent.client_id == Enrolment.client_id,
        DomainEvent.id > _cursor(),
        DomainEvent.id > Enrolment.since_event_id,
        or_(DomainEvent.name.in_(sorted(ending)), DomainEvent.name == Enrolment.waiting_for),
    )
    order = (Enrolment.due_at, Enrolment.id)
    # The ids first: of a hundred thousand that are due, not their documents are to be sorted.
    chosen = (
        select(Enrolment.id)
        .join(Automation, Automation.id == Enrolment.automation_id)
        .where(_is_due(now), ~unread)
        .order_by(*order)
        .limit(limit)
        .with_for_update(of=Enrolment, skip_locked=True)
    )
    ids = (await session.execute(chosen)).scalars().all()
    query = select(*_INSIDE_COLUMNS).join(AutomationVersion, AutomationVersion.id == Enrolment.version_id)
    rows = await session.execute(query.where(Enrolment.id.in_(ids)).order_by(*order)) if ids else ()
    return [Inside(*row) for row in rows]


def may_enter(automation_id: int, *, again_after: timedelta | None, now: datetime) -> ColumnElement[bool]:
    """That a client is not inside, and was not so lately that the terms of coming again forbid it."""
    before = exists().where(Enrolment.automation_id == automation_id, Enrolment.client_id == Client.id)
    if again_after is None:
        return ~before
    recent = or_(INSIDE, Enrolment.entered_at > now - again_after) if again_after else INSIDE
    return ~before.where(recent)


async def entered_since(session: AsyncSession, *, automation_id: int, since: datetime) -> int:
    query = select(func.count()).where(Enrolment.automation_id == automation_id, Enrolment.entered_at >= since)
    return int((await session.execute(query)).scalar_one())


async def enrol(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Puts clients inside; who is inside or was brought in by the same cause is left alone. Returns how many entered."""
    if not rows:
        return 0
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    statement = insert(Enrolment).on_conflict_do_nothing().returning(Enrolment.id)
    return len((await session.execute(statement, rows)).all())


_ENROLLED = (
    "automation_id",
    "version_id",
    "client_id",
    "entry_key",
    "state",
    "place",
    "due_at",
    "facts",
    "entered_at",
    "ended_because",
    "since_event_id",
    "chain",
)


async def enrol_all(
    session: AsyncSession, *, row: dict[str, Any], condition: ColumnElement[bool], limit: int | None
) -> int:
    """Puts every client who meets the condition inside, by one statement; `row` is what they have in common."""
    chosen: Any = (
        select(
            literal(row["automation_id"]),
            literal(row["version_id"]),
            Client.id,
            literal(row["entry_key"]),
            literal_column("'inside'"),
            literal(row["place"]),
            literal(row["due_at"], Enrolment.due_at.type),
            literal(row["facts"], Json),
            literal(row["entered_at"], Enrolment.entered_at.type),
            literal(""),
            literal(row["since_event_id"]),
            literal(row["chain"], Json),
        )
        .where(condition, Client.archived_at.is_(None))
        .order_by(Client.id)
    )
    if limit is not None:
        chosen = chosen.limit(limit)
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    statement = insert(Enrolment).from_select(list(_ENROLLED), chosen).on_conflict_do_nothing()
    return int((await session.execute(statement)).rowcount)  # type: ignore[attr-defined]


async def cancel_messages(session: AsyncSession, *, enrolment_ids: Collection[int], reason: str, now: datetime) -> int:
    """Ends what of these enrolments was planned and not begun; what is in flight is judged by the gate."""
    theirs = select(EnrolmentEvent.outbox_id).where(
        EnrolmentEvent.enrolment_id.in_(enrolment_ids), EnrolmentEvent.outbox_id.is_not(None)
    )
    statement = (
        update(Outbox)
        .where(Outbox.id.in_(theirs), text("outbox.state = 'planned'"))
        .values(state=literal_column("'cancelled'"), reason=reason, settled_at=now)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len((await session.execute(statement)).all())


async def messages_wait(session: AsyncSession, *, enrolment_id: int) -> bool:
    """Whether something planned for an enrolment has not left yet."""
    query = _messages_of(enrolment_id).where(Outbox.state.in_((DeliveryState.PLANNED, *DELIVERY_IN_FLIGHT)))
    return (await session.execute(query)).first() is not None


async def messages_go(session: AsyncSession, *, enrolment_id: int, planned_after: datetime, now: datetime) -> bool:
    """Whether something planned for an enrolment lately is going out at this moment: it is due, nothing holds it back."""
    going = or_(Outbox.state.in_(DELIVERY_IN_FLIGHT), and_(Outbox.state == DeliveryState.PLANNED, Outbox.due_at <= now))
    query = _messages_of(enrolment_id).where(going, Outbox.created_at > planned_after)
    return (await session.execute(query)).first() is not None


def _messages_of(enrolment_id: int) -> Select[int]:
    joined = select(Outbox.id).join(EnrolmentEvent, EnrolmentEvent.outbox_id == Outbox.id)
    return joined.where(EnrolmentEvent.enrolment_id == enrolment_id).limit(1)


def came_back_for_good(*, since: datetime) -> ColumnElement[bool]:
    """That a message outside mailings was refused or returned, and not only for now."""
    gone = and_(Outbox.bounce.is_not(None), Outbox.bounce != BounceKind.SOFT)
    return and_(gone, Outbox.mailing_id.is_(None), Outbox.settled_at > since)


async def came_back(session: AsyncSession, *, since: datetime) -> list[Inside]:
    """Who is inside although a message of theirs was refused or returned."""
    returned = (
        select(EnrolmentEvent.enrolment_id)
        .join(Outbox, Outbox.id == EnrolmentEvent.outbox_id)
        .where(came_back_for_good(since=since))
    )
    query = (
        select(*_INSIDE_COLUMNS)
        .join(AutomationVersion, AutomationVersion.id == Enrolment.version_id)
        .where(INSIDE, Enrolment.id.in_(returned))
    )
    return [Inside(*row) for row in await session.execute(query)]


def _cursor() -> Any:
    read = select(FeedCursor.event_id).where(FeedCursor.reader == FEED).scalar_subquery()
    return func.coalesce(read, 0)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(INSIDE, _ON, Enrolment.due_at <= now)
