"""A connection that takes one trip to aiosqlite's thread where SQLAlchemy's takes four: to open, execute, fetch and close.

Each trip waits twice for a thread to be woken, which on a busy machine costs more than most statements. A transaction
begins in the trip of its first statement, and what never began takes none to end. What is known to be brief takes no trip.
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

BRIEF_STEPS = 10_000  # of SQLite's machine: about a millisecond
Begin = Callable[[sqlite3.Connection], object]


@dataclass(slots=True)
class _Transaction:
    """One that was asked for, and how far it came."""

    writes: bool
    begin: Begin
    sent: bool = False  # its beginning is on the way to the thread: from then on it takes an end that succeeds
    begun: bool = False


def _enough() -> bool:
    return True


def is_busy(refusal: sqlite3.OperationalError) -> bool:
    """Whether another connection is in the way, so that waiting helps."""
    return refusal.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


class Driver(aiosqlite.Connection):
    """aiosqlite's connection, which begins a transaction when there is something to do in it."""

    _transaction: _Transaction | None = None
    _sent = 0  # to the thread
    _done = 0  # by the thread, which alone counts it

    def begin(self, begin: Begin, *, writes: bool) -> None:
        """Begins a transaction together with whatever comes first in it; `begin` is the way that waits for others."""
        self._transaction = _Transaction(writes, begin)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does `work` on the connection itself, in its thread and within the transaction."""
        if self._transaction is not None:
            self._transaction.sent = True
        return await self._in_thread(self._within, self._transaction, work)

    async def run_at_once(self, work: Callable[[sqlite3.Connection], T], *, reads: bool) -> T:
        """As `run`, for one statement that takes less than the trip: here and now, unless it had to wait for another.

        The loop stands still meanwhile, as it does for waking the thread. What it never does here is wait: for the lock of a
        process that writes, for what the thread still has in hand, or for the disk at a commit. One that only reads and turns
        out to be long is broken off and begun anew in the thread.
        """
        if self._is_idle:
            try:
                return self._briefly(work) if reads else self._unwaiting(work)
            except sqlite3.OperationalError as refusal:
                if not is_busy(refusal) and refusal.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
        return await self.run(work)

    async def commit(self) -> None:
        """Commits, where anything was done."""
        await self._end(sqlite3.Connection.commit)

    async def rollback(self) -> None:
        """Rolls back, where anything was done; what was only read is let go of at once."""
        transaction = self._transaction
        if transaction is not None and transaction.begun and not transaction.writes and self._is_idle:
            self._transaction = None
            self._conn.rollback()
        else:
            await self._end(sqlite3.Connection.rollback)

    @property
    def _is_idle(self) -> bool:
        """Whether the thread has nothing of this connection in hand; a cancelled caller does not stop what it has."""
        return self._running and self._sent == self._done

    def _within(self, transaction: _Transaction | None, work: Callable[[sqlite3.Connection], T]) -> T:
        if transaction is not None and not transaction.begun:
            transaction.begin(self._conn)
            transaction.begun = True
        return work(self._conn)

    def _briefly(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Not for what writes: breaking that off undoes the whole transaction."""
        self._conn.set_progress_handler(_enough, BRIEF_STEPS)
        try:
            return self._unwaiting(work)
        finally:
            self._conn.set_progress_handler(None, 0)

    def _unwaiting(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Once a transaction has begun and read, nobody is in its way any more: until then no time is given to wait."""
        transaction = self._transaction
        if transaction is not None and transaction.begun:
            return work(self._conn)
        [usual] = self._conn.execute("PRAGMA busy_timeout").fetchone()
        self._conn.execute("PRAGMA busy_timeout=0")
        try:
            return work(self._conn) if transaction is None else self._begun_with(transaction, work)
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={usual}")

    def _begun_with(self, transaction: _Transaction, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            self._conn.execute("BEGIN IMMEDIATE" if transaction.writes else "BEGIN")
            done = work(self._conn)
        except BaseException:
            self._conn.rollback()
            raise
        transaction.sent = transaction.begun = True
        return done

    async def _end(self, how: Callable[[sqlite3.Connection], None]) -> None:
        if self._transaction is not None and self._transaction.sent:
            await self._in_thread(how, self._conn)
        self._transaction = None

    async def _in_thread(self, work: Callable[..., T], *given: Any) -> T:
        def counted() -> T:
            try:
                return work(*given)
            finally:
                self._done += 1

        self._sent += 1
        # aiosqlite has no public way to run a function in its thread; this is the one all its own methods take.
        done: T = await self._execute(counted)  # type: ignore[no-untyped-call]
        return done


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
