"""Tags: one row per word, whoever says it first and at once with whom."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy import func, select

from crm import clients
from storage.database import Database
from storage.models import Client, ClientTag, DomainEvent, Role, Tag
from tests.factories import make_client, make_staff


async def test_five_who_name_a_new_tag_at_once(database: Database, now: datetime) -> None:
    async with database.write() as session:
        actor = await make_staff(session, Role.MANAGER)
        made = [await make_client(session) for _ in range(5)]

    async def hang(client: Client) -> None:
        async with database.write() as session:
            await clients.add_tag(session, actor=actor, client_id=client.id, name="#New", now=now)

    await asyncio.gather(*(hang(client) for client in made))
    await hang(made[0])
    async with database.read() as session:
        counted = [
            (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (Tag, ClientTag, DomainEvent)
        ]
    assert counted == [1, 5, 5]
