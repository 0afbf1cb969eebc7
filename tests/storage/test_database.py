"""The unit of work keeps its promises on either database."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import (
    Database,
    NetworkInsideTransaction,
    StorageError,
    assert_no_transaction,
    asyncpg_of,
    on_sqlite,
)
from storage.models import Meta, Staff
from tests.factories import make_staff

WORKERS = 8
INCREMENTS = 1250


async def test_settings_of_the_ledger_are_in_force(database: Database) -> None:
    await database.check()


@pytest.mark.long
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


async def test_work_on_the_driver_belongs_to_the_unit(database: Database) -> None:
    """What is done on the connection itself is seen by the unit's statements and undone with them."""

    async def count(unit: AsyncConnection) -> int:
        return (await unit.execute(select(func.count()).select_from(Meta))).scalar_one()

    async def add(unit: AsyncConnection, key: str) -> None:
        statement = f"INSERT INTO meta (key, value) VALUES ('{key}', '1')"
        if database.is_sqlite:
            await on_sqlite(unit, lambda driver: driver.execute(statement))
        else:
            await (await asyncpg_of(unit)).execute(statement)

    with pytest.raises(RuntimeError):
        async with database.connect() as unit:
            await add(unit, "a")
            assert await count(unit) == 1
            raise RuntimeError
    async with database.connect() as unit:
        assert await count(unit) == 0
        await add(unit, "b")
    async with database.read() as session:
        assert (await session.get_one(Meta, "b")).value == "1"


async def test_a_locked_database_says_so_as_any_error_of_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        pytest.skip("only SQLite is locked as a whole")

    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 10)
    async with database.connect() as unit:
        with pytest.raises(OperationalError, match="no such table"):
            await on_sqlite(unit, lambda driver: driver.execute("SELECT * FROM nowhere"))
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        async with database.connect() as unit:
            await unit.execute(select(1))
    other.execute("ROLLBACK")
    other.close()
    async with database.write() as session:
        session.add(Meta(key="free", value="again"))


async def test_a_writer_gets_its_turn_as_soon_as_another_has_ended(database: Database) -> None:
    """And looks for it oftener than SQLite itself would: the longer it waits, the likelier that others are eager."""
    if not database.is_sqlite:
        pytest.skip("only SQLite has one writer")

    other = sqlite3.connect(str(database.url.database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    looked: list[float] = []

    def look(seconds: float) -> None:
        looked.append(seconds)
        if len(looked) == 100:
            other.execute("ROLLBACK")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("storage.database.time.sleep", look)
        async with database.write() as session:
            session.add(Meta(key="turn", value="mine"))
    other.close()
    assert len(looked) == 100
    assert sum(looked) < 1


async def test_several_that_open_a_new_file_at_once_are_all_let_in(tmp_path: Path) -> None:
    """The switch to write-ahead logging asks no busy timeout: without patience of ours most of these were refused."""
    for attempt in range(20):
        opened = [Database(f"sqlite:///{tmp_path}/{attempt}.sqlite3") for _ in range(4)]
        try:
            await asyncio.gather(*(database.check() for database in opened))
        finally:
            for database in opened:
                await database.close()


async def test_a_statement_takes_one_trip_to_the_drivers_thread(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite: each trip waits for two threads to wake. Rows, counts and errors are as anybody expects them."""
    if not database.is_sqlite:
        return
    trips = 0
    async with database.connect() as unit:
        driver = (await unit.get_raw_connection()).driver_connection
        execute = driver._execute

        async def counted(*work: object) -> object:
            nonlocal trips
            trips += 1
            return await execute(*work)

        monkeypatch.setattr(driver, "_execute", counted)
        many = await unit.execute(insert(Meta), [{"key": f"k{number}", "value": "v"} for number in range(3)])
        rows = (await unit.execute(select(Meta.key).order_by(Meta.key))).scalars().all()
        gone = await unit.execute(delete(Meta).where(Meta.key != "k0"))
        with pytest.raises(IntegrityError):
            await unit.execute(insert(Meta).values(key="k0", value="again"))
        assert trips == 4
        monkeypatch.undo()
    assert (many.rowcount, rows, gone.rowcount) == (3, ["k0", "k1", "k2"], 2)


async def test_a_transaction_takes_a_trip_for_its_statement_and_one_to_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite: it begins with the statement; one in which nothing was done takes no trip; a refused beginning is none."""
    if not database.is_sqlite:
        return
    async with database.connect() as unit:
        driver = (await unit.get_raw_connection()).driver_connection
    trips: list[object] = []
    execute = driver._execute

    async def counted(*work: object) -> object:
        trips.append(work[0])
        return await execute(*work)

    monkeypatch.setattr(driver, "_execute", counted)
    async with database.write() as session:
        session.add(Meta(key="one", value="1"))
    assert len(trips) == 2
    async with database.connect():
        pass
    assert len(trips) == 2
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 10)
    async with database.connect() as unit:
        for _ in range(2):  # what was refused once is not done outside a transaction the next time
            with pytest.raises(OperationalError, match="locked"):
                await unit.execute(delete(Meta))
    other.execute("ROLLBACK")
    other.close()
    async with database.read() as session:
        assert (await session.get_one(Meta, "one")).value == "1"
