"""The timeline of a client: interactions and promises merged by time in the database, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import (
    DELIVERY_FROM_WORST,
    Attachment,
    DeliveryState,
    Direction,
    FollowUp,
    Interaction,
    Outbox,
    Staff,
)


@dataclass(frozen=True)
class Key:
    noun: str
    id: int


@dataclass(frozen=True)
class Found:
    """An interaction with who logged it, how its delivery stands (the worst of several) and how many files it carries."""

    interaction: Interaction
    by: str
    delivery: DeliveryState | None
    reason: str
    code: str
    files: int


async def page(session: AsyncSession, client_id: int, *, text: str, limit: int, offset: int) -> tuple[list[Key], int]:
    """Keys of one page, newest first, and how many entries there are."""
    said = select(literal("interaction").label("noun"), Interaction.id.label("id"), Interaction.at.label("at"))
    said = said.where(Interaction.client_id == client_id, Interaction.undone_at.is_(None))
    promised = select(literal("follow_up").label("noun"), FollowUp.id.label("id"), FollowUp.created_at.label("at"))
    promised = promised.where(FollowUp.client_id == client_id)
    if text:
        said = said.where(or_(*(_contains(column, text) for column in (Interaction.text, Interaction.subject))))
        promised = promised.where(_contains(FollowUp.promise, text))
    both = union_all(said, promised).subquery()
    total = (await session.execute(select(func.count()).select_from(both))).scalar_one()
    query = select(both.c.noun, both.c.id).order_by(both.c.at.desc(), both.c.noun, both.c.id.desc())
    rows = await session.execute(query.limit(limit).offset(offset))
    return [Key(noun, number) for noun, number in rows.all()], total


async def in_thread(session: AsyncSession, thread_id: int, *, limit: int, offset: int) -> tuple[list[int], int]:
    """Ids of the messages of a conversation, oldest first, and how many there are."""
    mine = (Interaction.thread_id == thread_id, Interaction.undone_at.is_(None))
    total = (await session.execute(select(func.count()).select_from(Interaction).where(*mine))).scalar_one()
    query = select(Interaction.id).where(*mine).order_by(Interaction.at, Interaction.id).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total


async def before_in_thread(session: AsyncSession, interaction: Interaction) -> int:
    """How many messages of its conversation stand before this one."""
    earlier = or_(
        Interaction.at < interaction.at, (Interaction.at == interaction.at) & (Interaction.id < interaction.id)
    )
    query = select(func.count()).select_from(Interaction)
    query = query.where(Interaction.thread_id == interaction.thread_id, Interaction.undone_at.is_(None), earlier)
    return (await session.execute(query)).scalar_one()


async def deliveries(session: AsyncSession, messages: Sequence[Interaction]) -> dict[int, list[Outbox]]:
    """The ledger's rows of messages of ours by interaction: one per recipient, all under one Message-ID."""
    ours = [one for one in messages if one.direction is Direction.OUT and one.outbox_id is not None]
    if not ours:
        return {}
    by_mail = {one.message_id: one.id for one in ours if one.message_id}
    by_row = {one.outbox_id: one.id for one in ours}
    query = select(Outbox).where(or_(Outbox.id.in_(list(by_row)), Outbox.message_id.in_(list(by_mail))))
    found: dict[int, list[Outbox]] = {}
    for row in (await session.execute(query.order_by(Outbox.id))).scalars():
        number = by_row.get(row.id) or by_mail.get(row.message_id or "")
        if number is not None:
            found.setdefault(number, []).append(row)
    return found


async def interactions(session: AsyncSession, ids: Sequence[int]) -> dict[int, Found]:
    files = (
        select(func.count())
        .select_from(Attachment)
        .where(Attachment.interaction_id == Interaction.id)
        .correlate(Interaction)
        .scalar_subquery()
    )
    query = (
        select(Interaction, Staff.name, files)
        .outerjoin(Staff, Staff.id == Interaction.staff_id)
        .where(Interaction.id.in_(ids))
    )
    rows = (await session.execute(query)).all()
    sent = await deliveries(session, [row[0] for row in rows])
    found = {}
    for interaction, by, count in rows:
        worst = min(sent.get(interaction.id, ()), key=lambda row: DELIVERY_FROM_WORST.index(row.state), default=None)
        found[interaction.id] = Found(
            interaction,
            by or "",
            worst.state if worst is not None else None,
            (worst.reason if worst is not None else None) or "",
            (worst.code if worst is not None else None) or "",
            count,
        )
    return found


async def follow_ups(session: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[FollowUp, str]]:
    query = select(FollowUp, Staff.name).join(Staff, Staff.id == FollowUp.owner_id).where(FollowUp.id.in_(ids))
    return {promise.id: (promise, name) for promise, name in (await session.execute(query)).all()}


def _contains(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Case-insensitive also beyond ASCII: SQLite's lower() knows no Cyrillic, so both spellings of case are tried."""
    spellings = dict.fromkeys((text, text.lower(), text.upper(), text.capitalize()))
    return or_(*(column.contains(spelling, autoescape=True) for spelling in spellings))
