"""The unit of work keeps its promises on either database."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage.database import Database, NetworkInsideTransaction, StorageError, assert_no_transaction
from storage.models import Meta, Staff
from tests.factories import make_staff

WORKERS = 8
INCREMENTS = 1250


async def test_settings_of_the_ledger_are_in_force(database: Database) -> None:
    await database.check()


async def test_contended_increments_lose_nothing(database: Database) -> None:
    async with database.write() as session:
        session.add(Meta(key="counter", value="0"))

    async def increment() -> None:
        for _ in range(INCREMENTS):
            async with database.write() as session:
                row = (await session.execute(select(Meta).where(Meta.key == "counter").with_for_update())).scalar_one()
                row.value = str(int(row.value) + 1)

    await asyncio.gather(*(increment() for _ in range(WORKERS)))
    async with database.read() as session:
        assert (await session.get_one(Meta, "counter")).value == str(WORKERS * INCREMENTS)


async def test_a_failed_unit_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            await make_staff(session, name="Nobody")
            raise RuntimeError
    async with database.read() as session:
        assert (await session.execute(select(Staff))).first() is None


async def test_units_do_not_nest(database: Database) -> None:
    async with database.write():
        with pytest.raises(StorageError):
            async with database.write():
                pass


async def test_the_network_is_refused_inside_a_unit(database: Database) -> None:
    assert_no_transaction()
    async with database.read():
        with pytest.raises(NetworkInsideTransaction):
            assert_no_transaction()
    assert_no_transaction()


async def test_naive_moments_are_refused(database: Database) -> None:
    with pytest.raises(Exception, match="naive"):
        async with database.write() as session:
            await make_staff(session, created_at=datetime(2026, 1, 1))


async def test_an_errors_text_carries_nothing_anybody_wrote(database: Database) -> None:
    async with database.write() as session:
        session.add(Meta(key="one", value="first"))
    with pytest.raises(IntegrityError) as refused:
        async with database.write() as session:
            session.add(Meta(key="one", value="what a customer wrote"))
    assert "what a customer wrote" not in str(refused.value)
