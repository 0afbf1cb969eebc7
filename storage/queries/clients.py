"""Clients with what hangs on them: tags, counterparties, the next promise; and the columns search is built from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Table, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Unit
from storage.models import (
    Client,
    ClientCounterParty,
    ClientTag,
    CounterParty,
    FollowUp,
    FollowUpState,
    Interaction,
    Staff,
    Tag,
)
from storage.queries.inbox import is_among
from storage.ready import Ready

_TABLE = cast("Table", Client.__table__)
_NAMES = Ready(
    lambda postgres: select(_TABLE.c.id, _TABLE.c.name, _TABLE.c.company).where(
        is_among(_TABLE.c.id, "ids", postgres=postgres)
    )
)
_BY_IDS = select(Client).where(Client.id.in_(bindparam("ids", expanding=True)))


class ClientName(NamedTuple):
    """A client as named in a line."""

    id: int
    name: str
    company: str | None


async def page(
    session: AsyncSession, *, condition: Sequence[ColumnElement[bool]], limit: int, offset: int
) -> tuple[list[Client], int]:
    """Live clients by latest contact, and how many there are."""
    live = (Client.archived_at.is_(None), *condition)
    total = (await session.execute(select(func.count()).select_from(Client).where(*live))).scalar_one()
    order = (func.coalesce(Client.last_contact_at, Client.created_at).desc(), Client.id.desc())
    query = select(Client).where(*live).order_by(*order).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total


async def by_ids(session: AsyncSession, ids: Sequence[int]) -> dict[int, Client]:
    if not ids:
        return {}
    found = await session.execute(_BY_IDS, {"ids": list(ids)})
    return {client.id: client for client in found.scalars()}


async def names_of(unit: Unit, ids: Sequence[int]) -> dict[int, ClientName]:
    """What a few clients are called: all that a line about them shows."""
    if not ids:
        return {}
    return {row[0]: ClientName(*row) for row in await _NAMES.rows(unit, {"ids": list(ids)}, brief=True)}


async def tags_of(session: AsyncSession, client_id: int) -> Sequence[Tag]:
    query = select(Tag).join(ClientTag, ClientTag.tag_id == Tag.id).where(ClientTag.client_id == client_id)
    return (await session.execute(query.order_by(Tag.name))).scalars().all()


async def counterparties_of(
    session: AsyncSession, client_id: int, *, at: datetime | None = None
) -> list[tuple[ClientCounterParty, CounterParty]]:
    """The legal entities a client acted through; with `at`, only those valid at that moment."""
    query = (
        select(ClientCounterParty, CounterParty)
        .join(CounterParty, CounterParty.id == ClientCounterParty.counterparty_id)
        .where(ClientCounterParty.client_id == client_id)
        .order_by(ClientCounterParty.valid_from.desc(), ClientCounterParty.id.desc())
    )
    if at is not None:
        query = query.where(
            ClientCounterParty.valid_from <= at,
            or_(ClientCounterParty.valid_until.is_(None), ClientCounterParty.valid_until > at),
        )
    return [(link, party) for link, party in (await session.execute(query)).all()]


async def next_follow_up(session: AsyncSession, client_id: int) -> FollowUp | None:
    query = (
        select(FollowUp)
        .where(FollowUp.client_id == client_id, FollowUp.state == FollowUpState.OPEN)
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def last_interaction(session: AsyncSession, client_id: int) -> Interaction | None:
    query = (
        select(Interaction)
        .where(Interaction.client_id == client_id, Interaction.undone_at.is_(None))
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def interactions_count(session: AsyncSession, client_id: int) -> int:
    query = select(func.count()).select_from(Interaction)
    query = query.where(Interaction.client_id == client_id, Interaction.undone_at.is_(None))
    return (await session.execute(query)).scalar_one()


async def owner_of(session: AsyncSession, client: Client) -> Staff | None:
    return await session.get(Staff, client.owner_id) if client.owner_id is not None else None
