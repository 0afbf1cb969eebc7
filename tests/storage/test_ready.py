"""A statement made ready does what SQLAlchemy's execution of it would; on SQLite a brief one waits for nobody."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from datetime import datetime
from typing import Any, cast

import pytest
from sqlalchemy import Integer, Select, Table, bindparam, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database, at_once_on_sqlite, on_sqlite
from storage.models import Inbox, InboxSource, Meta
from storage.ready import Ready
from storage.sqlite_cursor import Driver

_INBOX = cast("Table", Inbox.__table__)
_META = cast("Table", Meta.__table__)
_COLUMNS = ("source", "external_id", "lane", "payload", "received_at", "tries", "answer")
_SET = Ready(update(_META).where(_META.c.key == bindparam("of")).values(value=bindparam("to")))
_ALL = Ready(select(_META.c.key, _META.c.value).order_by(_META.c.key))


async def _driver(database: Database, unit: Any) -> Driver:
    if not database.is_sqlite:
        pytest.skip("only SQLite's driver has a thread")
    return cast("Driver", (await unit.get_raw_connection()).driver_connection)


async def test_values_go_and_come_as_through_sqlalchemy(database: Database, now: datetime) -> None:
    row = {
        "source": InboxSource.TELEGRAM,
        "external_id": "7",
        "lane": "ж",
        "payload": {"a": [1, None]},
        "received_at": now,
        "tries": 0,
        "answer": None,
    }
    add = Ready(insert(_INBOX).returning(_INBOX.c.id, _INBOX.c.received_at), columns=_COLUMNS)
    read = Ready(select(*(_INBOX.c[name] for name in _COLUMNS)).where(_INBOX.c.id == bindparam("row")))
    async with database.write() as session:
        [(inbox_id, received_at)] = await add.rows(session, row, brief=True)
        assert received_at == now
    async with database.connect() as unit:
        for brief in (True, False):
            [found] = await read.rows(unit, {"row": inbox_id}, brief=brief)
            assert dict(zip(_COLUMNS, found, strict=True)) == row
        usual = (await unit.execute(select(*(_INBOX.c[name] for name in _COLUMNS)))).one()
    assert tuple(usual) == tuple(found)


async def test_a_statement_sees_what_its_session_was_given(database: Database) -> None:
    async with database.write() as session:
        session.add(Meta(key="a", value="1"))
        assert [tuple(row) for row in await _ALL.rows(session, {}, brief=True)] == [("a", "1")]
        assert not await _SET.rows(session, {"of": "a", "to": "2"}, brief=True)
    async with database.read() as session:
        assert (await session.get_one(Meta, "a")).value == "2"


async def test_it_is_undone_with_its_unit_and_refused_as_any(database: Database) -> None:
    add = Ready(insert(_META), columns=("key", "value"))
    with pytest.raises(IntegrityError) as refused:
        async with database.write() as session:
            await add.rows(session, {"key": "a", "value": "1"}, brief=True)
            await add.rows(session, {"key": "a", "value": "what a customer wrote"}, brief=True)
    assert "customer" not in str(refused.value)
    async with database.read() as session:
        assert not await _ALL.rows(session, {}, brief=True)


async def test_a_brief_one_takes_no_trip_and_a_long_one_is_left_to_the_thread(database: Database) -> None:
    async with database.connect() as unit:
        driver = await _driver(database, unit)
        before = driver._sent
        await _ALL.rows(unit, {}, brief=True)
        assert driver._sent == before
        [(counted,)] = await Ready(_counting()).rows(unit, {"far": 100_000}, brief=True)
        assert counted == 100_000
        assert driver._sent == before + 1


async def test_the_loop_goes_on_while_a_brief_write_waits_for_another_process(database: Database) -> None:
    async with database.write() as session:
        session.add(Meta(key="a", value="1"))
    async with database.connect() as unit:
        await _driver(database, unit)
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE meta SET value = '2'")

    async def write() -> list[tuple[Any, ...]]:
        async with database.connect() as unit:
            await _SET.rows(unit, {"of": "a", "to": "3"}, brief=True)
            return [tuple(row) for row in await _ALL.rows(unit, {}, brief=True)]

    writing = asyncio.create_task(write())
    async with database.read() as session:  # what is read meanwhile waits for nobody
        assert [tuple(row) for row in await _ALL.rows(session, {}, brief=True)] == [("a", "1")]
    assert not writing.done()
    other.execute("COMMIT")
    assert await writing == [("a", "3")]
    other.close()


async def test_a_brief_one_comes_after_what_a_cancelled_caller_left_in_the_thread(database: Database) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        entered.set()
        leave.wait()
        connection.execute("INSERT INTO meta (key, value) VALUES ('a', '1')")

    async with database.connect() as unit:
        await _driver(database, unit)
        slowly = asyncio.create_task(on_sqlite(unit, slow))
        await asyncio.to_thread(entered.wait)
        slowly.cancel()
        counting = asyncio.create_task(
            at_once_on_sqlite(unit, lambda c: c.execute("SELECT count(*) FROM meta").fetchone(), reads=True)
        )
        await asyncio.wait([slowly])
        assert not counting.done()
        leave.set()
        assert await counting == (1,)


def _counting() -> Select[int]:
    numbers = select(literal(1, Integer).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < bindparam("far", type_=Integer)))
    return select(func.count()).select_from(numbers)
