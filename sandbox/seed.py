"""Fills an empty database with the demo company, and tells who lives around it.

The same seed and moment give the same company, row by row; only real rows are written, nothing is sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from sandbox.company.catalogue import articles, fill_shelves
from sandbox.company.clients import sketch_clients
from sandbox.company.colleagues import BANGKOK, COLLEAGUES
from sandbox.company.history import live_a_month
from sandbox.seed_clients import write_clients, write_staff
from sandbox.seed_history import write_history
from sandbox.seed_mailings import write_mailings
from sandbox.seed_purchases import write_purchases
from sandbox.seed_stock import write_stock
from sandbox.world import Person
from storage.database import Database
from storage.models import Client, ContactKind, ContactPoint, Staff

SEED = 20261124
CURRENCY = "EUR"
OPENS_AT = 14  # Bangkok's clock


async def seed(database: Database, *, now: datetime, currency: str = CURRENCY, number: int = SEED) -> bool:
    """Write the company as it stands at `now` (aware); False when the database has staff or clients already."""
    random = Random(number)
    async with database.write() as session:
        if not await _is_empty(session):
            return False
        sketches = sketch_clients(random)
        staff = await write_staff(session, now=now)
        clients = await write_clients(session, sketches, staff=staff, now=now, random=random)
        await write_history(
            session,
            sketches,
            live_a_month(sketches, now=now, random=random),
            clients=clients,
            staff=staff,
            now=now,
            random=random,
        )
        await write_mailings(session, sketches, clients=clients, staff=staff, now=now, random=random)
        catalogue = articles()
        shelves = fill_shelves(catalogue, now=now, random=random)
        await write_stock(session, catalogue, shelves, keeper=staff["warehouse"], currency=currency, now=now)
        await write_purchases(session, clients, currency=currency, random=random)
    return True


async def people(database: Database) -> list[Person]:
    """Who lives in the sandbox: the colleagues with their phones, and every client with a mailbox or a phone.

    Colleagues are there even when the database does not know them (they can be invited then).
    """
    found = [
        Person(
            one.key,
            one.name,
            one.role.value,
            one.language.value,
            telegram_id=one.telegram_id,
            phone=one.phone,
            username=one.username,
        )
        for one in COLLEAGUES
    ]
    keys = {sketch.email: sketch.key for sketch in sketch_clients(Random(SEED)) if sketch.key}
    async with database.read() as session:
        reached = await _addresses(session)
        rows = await session.execute(
            select(Client.id, Client.name, Client.language).where(Client.archived_at.is_(None)).order_by(Client.id)
        )
        for client_id, name, language in rows:
            email, phone = reached.get((client_id, ContactKind.EMAIL)), reached.get((client_id, ContactKind.PHONE))
            if email or phone:
                key = keys.get(email) or f"client-{client_id}"
                found.append(
                    Person(key, name, "customer", language.value, email=email, phone=phone, client_id=client_id)
                )
    return found


def opening_moment(now: datetime) -> datetime:
    """When a demo begins that was started at `now`: the next time it is two in the afternoon on a workday in Bangkok.

    Then colleagues are at work and it is morning for most clients in Europe: a mailing goes out at once, not tomorrow.
    """
    local = now.astimezone(ZoneInfo(BANGKOK))
    if local.weekday() < 5 and local.hour == OPENS_AT:
        return now
    if local.hour >= OPENS_AT:
        local += timedelta(days=1)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    return local.replace(hour=OPENS_AT, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


async def _is_empty(session: AsyncSession) -> bool:
    staff = (await session.execute(select(Staff.id).limit(1))).first()
    client = (await session.execute(select(Client.id).limit(1))).first()
    return staff is None and client is None


async def _addresses(session: AsyncSession) -> dict[tuple[int, ContactKind], str]:
    """The primary email and phone of each client; of several, the oldest."""
    query = (
        select(ContactPoint.client_id, ContactPoint.kind, ContactPoint.value)
        .where(ContactPoint.kind.in_((ContactKind.EMAIL, ContactKind.PHONE)))
        .order_by(ContactPoint.is_primary, ContactPoint.id.desc())
    )
    return {(client_id, kind): value for client_id, kind, value in await session.execute(query)}
