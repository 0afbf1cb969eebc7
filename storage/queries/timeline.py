"""The timeline of a client: interactions and promises merged by time in the database, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import Attachment, DeliveryState, FollowUp, Interaction, Outbox, Staff


@dataclass(frozen=True)
class Key:
    noun: str
    id: int


@dataclass(frozen=True)
class Found:
    """An interaction with who logged it, how its delivery stands and how many files it carries."""

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


async def interactions(session: AsyncSession, ids: Sequence[int]) -> dict[int, Found]:
    files = (
        select(func.count())
        .select_from(Attachment)
        .where(Attachment.interaction_id == Interaction.id)
        .correlate(Interaction)
        .scalar_subquery()
    )
    query = (
        select(Interaction, Staff.name, Outbox.state, Outbox.reason, Outbox.code, files)
        .outerjoin(Staff, Staff.id == Interaction.staff_id)
        .outerjoin(Outbox, Outbox.id == Interaction.outbox_id)
        .where(Interaction.id.in_(ids))
    )
    rows = (await session.execute(query)).all()
    return {
        interaction.id: Found(interaction, by or "", state, reason or "", code or "", count)
        for interaction, by, state, reason, code, count in rows
    }


async def follow_ups(session: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[FollowUp, str]]:
    query = select(FollowUp, Staff.name).join(Staff, Staff.id == FollowUp.owner_id).where(FollowUp.id.in_(ids))
    return {promise.id: (promise, name) for promise, name in (await session.execute(query)).all()}


def _contains(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Case-insensitive also beyond ASCII: SQLite's lower() knows no Cyrillic, so both spellings of case are tried."""
    spellings = dict.fromkeys((text, text.lower(), text.upper(), text.capitalize()))
    return or_(*(column.contains(spelling, autoescape=True) for spelling in spellings))
