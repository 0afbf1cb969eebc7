"""The searched columns of a client, built in one place from everything a person may type to find it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage import search
from storage.models import Client, ContactKind
from storage.queries import clients, contacts


async def reindex(session: AsyncSession, client: Client, *, now: datetime) -> None:
    """Rebuilds the client's searched columns after any change of it, its people, points or counterparties."""
    await session.flush()
    points = await contacts.points_of(session, client.id)
    persons = await contacts.persons_of(session, client.id)
    parties = await clients.counterparties_of(session, client.id, at=now)
    fill(
        client,
        phones=[point.value for point in points if point.kind is ContactKind.PHONE],
        emails=[point.value for point in points if point.kind is ContactKind.EMAIL],
        others=[*(person.name for person in persons), *(party.name for _, party in parties)],
        codes=[party.tax_id for _, party in parties if party.tax_id],
    )
    client.updated_at = now
    await session.flush()


def fill(
    client: Client,
    *,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    others: Iterable[str] = (),
    codes: Iterable[str] = (),
) -> None:
    """Sets the searched columns from values at hand (an import has them all; nothing is queried)."""
    columns = searched(
        name=client.name,
        company=client.company,
        city=client.city,
        phones=phones,
        emails=emails,
        others=others,
        codes=codes,
    )
    client.search_text, client.name_key, client.city_key = columns


def searched(
    *,
    name: str,
    company: str = "",
    city: str = "",
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    others: Iterable[str] = (),
    codes: Iterable[str] = (),
) -> tuple[str, str, str]:
    """`search_text`, `name_key` and `city_key` of a client."""
    text = search.index_text(
        name, company, *others, city, *emails, *(search.digits(phone) for phone in phones), codes=tuple(codes)
    )
    return text, search.name_key(name), search.fold(city)[:120]
