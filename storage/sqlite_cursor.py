"""A cursor that takes one trip to aiosqlite's thread where SQLAlchemy's takes four: to open, execute, fetch and close.

Each trip waits twice for a thread to be woken, which on a busy machine costs more than most statements.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import EMPTY_DICT


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

        def work() -> tuple[_Done, list[Any]]:
            cursor = driver._conn.cursor()
            try:
                execute(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return _Done(cursor.description, cursor.rowcount, cursor.lastrowid), rows
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:
            self._cursor, rows = await driver._execute(work)
            self._rows = deque(rows)


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """SQLAlchemy's connection, its cursors ours."""

    __slots__ = ()

    _cursor_cls = OneTripCursor


def one_trip(connection: Any) -> None:
    """Makes a new connection of SQLAlchemy's one of ours."""
    connection.__class__ = OneTripConnection
