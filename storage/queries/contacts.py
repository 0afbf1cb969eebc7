"""Contact points and people: by address, by client, and what is in force of consent and suppression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Channel,
    Client,
    Consent,
    ConsentState,
    ContactKind,
    ContactPerson,
    ContactPoint,
    Suppression,
)


async def points_of(session: AsyncSession, client_id: int) -> Sequence[ContactPoint]:
    """A client's phones and addresses, primary ones first."""
    query = (
        select(ContactPoint)
        .where(ContactPoint.client_id == client_id)
        .order_by(ContactPoint.kind, ContactPoint.is_primary.desc(), ContactPoint.id)
    )
    return (await session.execute(query)).scalars().all()


async def point(session: AsyncSession, point_id: int) -> ContactPoint | None:
    return await session.get(ContactPoint, point_id)


async def persons_of(session: AsyncSession, client_id: int) -> Sequence[ContactPerson]:
    query = select(ContactPerson).where(ContactPerson.client_id == client_id).order_by(ContactPerson.id)
    return (await session.execute(query)).scalars().all()


async def clients_at(
    session: AsyncSession, kind: ContactKind, values: Iterable[str], *, condition: Sequence[ColumnElement[bool]] = ()
) -> list[tuple[ContactPoint, Client]]:
    """Live clients reached at any of the normalised values."""
    query = (
        select(ContactPoint, Client)
        .join(Client, Client.id == ContactPoint.client_id)
        .where(ContactPoint.kind == kind, ContactPoint.value.in_(list(values)), Client.archived_at.is_(None))
        .where(*condition)
        .order_by(Client.id)
    )
    return [(point, client) for point, client in (await session.execute(query)).all()]


async def client_ids_at(session: AsyncSession, kind: ContactKind, value: str) -> set[int]:
    """Every client reached at a normalised value, put-away ones too."""
    query = select(ContactPoint.client_id).where(ContactPoint.kind == kind, ContactPoint.value == value)
    return set((await session.execute(query)).scalars())


async def client_exists(session: AsyncSession, client_id: int) -> bool:
    """Whether the client (still) is a row: an unsubscribe link may outlive them."""
    return (await session.execute(select(Client.id).where(Client.id == client_id))).first() is not None


async def consents_of(session: AsyncSession, client_id: int) -> dict[Channel, ConsentState]:
    """What is in force: the newest row per channel."""
    newest = (
        select(func.max(Consent.id)).where(Consent.client_id == client_id).group_by(Consent.channel).scalar_subquery()
    )
    query = select(Consent.channel, Consent.state).where(Consent.id.in_(newest))
    return {row.channel: row.state for row in (await session.execute(query)).all()}


async def suppressed(session: AsyncSession, channel: Channel, hashes: Iterable[str]) -> dict[str, Suppression]:
    """Which of the hashed addresses must not be written to, with the reason."""
    query = select(Suppression).where(Suppression.channel == channel, Suppression.address_hash.in_(list(hashes)))
    return {row.address_hash: row for row in (await session.execute(query)).scalars()}
