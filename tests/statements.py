"""Statements as they go to the database, and how SQLite means to answer them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncSession


@contextlib.contextmanager
def heard(part: str) -> Iterator[list[tuple[str, Any]]]:
    """The statements with that part, and their parameters."""
    found: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if part in statement:
            found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


async def plan_of(session: AsyncSession, statement: str, parameters: Any) -> list[str]:
    """The steps of SQLite's plan."""
    connection = await session.connection()
    rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [str(row[3]) for row in rows]
