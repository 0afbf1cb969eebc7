"""A connection that takes one trip to aiosqlite's thread where SQLAlchemy's takes four: to open, execute, fetch and close.

Each trip waits twice for a thread to be woken, which on a busy machine costs more than most statements. A transaction
begins in the trip of its first statement, and what never began takes none to end.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import EMPTY_DICT

T = TypeVar("T")


@dataclass(slots=True)
class _Transaction:
    """One that was asked for, and how far it came."""

    begin: Callable[[sqlite3.Connection], object]
    sent: bool = False  # its beginning is on the way to the thread: from then on it takes an end that succeeds
    begun: bool = False


class Driver(aiosqlite.Connection):
    """aiosqlite's connection, which begins a transaction when there is something to do in it."""

    _transaction: _Transaction | None = None

    def begin(self, how: Callable[[sqlite3.Connection], object]) -> None:
        """Begins a transaction together with whatever comes first in it."""
        self._transaction = _Transaction(how)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does `work` on the connection itself, in its thread and within the transaction."""
        if self._transaction is not None:
            self._transaction.sent = True
        # aiosqlite has no public way to run a function in its thread; this is the one all its own methods take.
        done: T = await self._execute(self._within, self._transaction, work)  # type: ignore[no-untyped-call]
        return done

    async def commit(self) -> None:
        """Commits, where anything was done."""
        await self._end(sqlite3.Connection.commit)

    async def rollback(self) -> None:
        """Rolls back, where anything was done."""
        await self._end(sqlite3.Connection.rollback)

    def _within(self, transaction: _Transaction | None, work: Callable[[sqlite3.Connection], T]) -> T:
        if transaction is not None and not transaction.begun:
            transaction.begin(self._conn)
            transaction.begun = True
        return work(self._conn)

    async def _end(self, how: Callable[[sqlite3.Connection], None]) -> None:
        if self._transaction is not None and self._transaction.sent:
            await self._execute(how, self._conn)  # type: ignore[no-untyped-call]
        self._transaction = None


class _Done(NamedTuple):
    """What is left of a driver's cursor once its rows are read and it is closed."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """Keeps all rows of a statement, as SQLAlchemy's own does."""

    __slots__ = ()

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor: Any = _Done()
        self._rows: deque[Any] = deque()
        self._soft_closed_memoized = EMPTY_DICT

    def close(self) -> None:
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """It is closed already; its rows stay."""

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        given = () if parameters is None else (parameters,)
        await self._trip(lambda cursor: cursor.execute(operation, *given))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._trip(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _trip(self, execute: Callable[[Any], Any]) -> None:
        driver: Any = self._connection

        def work(connection: sqlite3.Connection) -> tuple[_Done, list[Any]]:
            cursor = connection.cursor()
            try:
                execute(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return _Done(cursor.description, cursor.rowcount, cursor.lastrowid), rows
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:
            self._cursor, rows = await driver.run(work)
            self._rows = deque(rows)


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """SQLAlchemy's connection, its cursors ours."""

    __slots__ = ()

    _cursor_cls = OneTripCursor


def one_trip(connection: Any) -> None:
    """Makes a new connection of SQLAlchemy's, and the driver's below it, one of ours."""
    connection.__class__ = OneTripConnection
    connection._connection.__class__ = Driver
