"""What an import compares with: clients by their phones, addresses and names, read in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Client,
    ClientCounterParty,
    ClientTag,
    ContactKind,
    ContactPerson,
    ContactPoint,
    CounterParty,
    ImportChange,
    ImportKind,
    ImportRun,
    ImportState,
    Purchase,
    PurchaseTotal,
    Tag,
)

_Item = TypeVar("_Item")
_CHUNK = 500  # bound parameters per statement


@dataclass
class Existing:
    """Clients the rows of a file may mean, with what hangs on them."""

    clients: dict[int, Client] = field(default_factory=dict)
    by_point: dict[tuple[ContactKind, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    by_name: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    points: dict[int, list[ContactPoint]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    persons: dict[int, list[ContactPerson]] = field(default_factory=lambda: defaultdict(list))
    parties: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    totals: dict[int, PurchaseTotal] = field(default_factory=dict)
    newest: dict[int, datetime] = field(default_factory=dict)  # document; a return is no purchase


async def existing(
    session: AsyncSession, *, points: Iterable[tuple[ContactKind, str]], name_keys: Iterable[str]
) -> Existing:
    """Live clients with any of the points or name keys."""
    found = Existing()
    ids: set[int] = set()
    for chunk in _chunks({value for _, value in points}):
        query = select(ContactPoint.client_id).where(ContactPoint.value.in_(chunk))
        ids.update((await session.execute(query)).scalars())
    for chunk in _chunks(set(name_keys)):
        query = select(Client.id).where(Client.name_key.in_(chunk))
        ids.update((await session.execute(query)).scalars())
    for id_chunk in _chunks(ids):
        await _load(session, found, id_chunk)
    return found


async def _load(session: AsyncSession, found: Existing, ids: Sequence[int]) -> None:
    live = select(Client).where(Client.id.in_(ids), Client.archived_at.is_(None))
    for client in (await session.execute(live)).scalars():
        found.clients[client.id] = client
    for point in (await session.execute(select(ContactPoint).where(ContactPoint.client_id.in_(ids)))).scalars():
        if point.client_id in found.clients:
            found.points[point.client_id].append(point)
            found.by_point[point.kind, point.value].add(point.client_id)
    for person in (await session.execute(select(ContactPerson).where(ContactPerson.client_id.in_(ids)))).scalars():
        found.persons[person.client_id].append(person)
    parties = select(ClientCounterParty.client_id, CounterParty.name).join(
        CounterParty, CounterParty.id == ClientCounterParty.counterparty_id
    )
    for client_id, name in (await session.execute(parties.where(ClientCounterParty.client_id.in_(ids)))).all():
        found.parties[client_id].add(name)
    tags = select(ClientTag.client_id, Tag.key).join(Tag, Tag.id == ClientTag.tag_id)
    for client_id, key in (await session.execute(tags.where(ClientTag.client_id.in_(ids)))).all():
        found.tags[client_id].add(key)
    for total in (await session.execute(select(PurchaseTotal).where(PurchaseTotal.client_id.in_(ids)))).scalars():
        found.totals[total.client_id] = total
    bought = select(Purchase.client_id, func.max(Purchase.at)).where(Purchase.amount_minor >= 0)
    dated = await session.execute(bought.where(Purchase.client_id.in_(ids)).group_by(Purchase.client_id))
    for client_id, at in dated:
        found.newest[client_id] = at


async def changes(session: AsyncSession, run_id: int) -> Sequence[ImportChange]:
    query = select(ImportChange).where(ImportChange.import_run_id == run_id).order_by(ImportChange.id)
    return (await session.execute(query)).scalars().all()


async def locked_run(session: AsyncSession, run_id: int) -> ImportRun | None:
    return (
        await session.execute(select(ImportRun).where(ImportRun.id == run_id).with_for_update())
    ).scalar_one_or_none()


async def recent(session: AsyncSession, kind: ImportKind, *, limit: int = 10) -> Sequence[ImportRun]:
    query = select(ImportRun).where(
        ImportRun.kind == kind, ImportRun.state.in_((ImportState.APPLIED, ImportState.UNDONE))
    )
    return (await session.execute(query.order_by(ImportRun.id.desc()).limit(limit))).scalars().all()


async def take_tags(session: AsyncSession, client_id: int, keys: Iterable[str]) -> None:
    tag_ids = select(Tag.id).where(Tag.key.in_(list(keys))).scalar_subquery()
    await session.execute(delete(ClientTag).where(ClientTag.client_id == client_id, ClientTag.tag_id.in_(tag_ids)))


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
