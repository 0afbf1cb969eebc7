"""A limit of time for statements that a person's words may make slow."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import StorageError

_STEPS = 20_000  # of SQLite's machine between two looks at the clock: a millisecond or less


class TookTooLong(StorageError):
    """The statement was stopped at its limit. On PostgreSQL the unit of work is over with it."""


@contextlib.asynccontextmanager
async def time_limit(session: AsyncSession, *, seconds: float) -> AsyncIterator[None]:
    """Stops the statements inside when they are not done by then. Raises TookTooLong."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        async with _on_postgres(session, seconds):
            yield
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    until = time.monotonic() + seconds
    await driver.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        yield
    except DBAPIError as error:
        if "interrupted" in str(error.orig):
            raise TookTooLong from error
        raise
    finally:
        await driver.set_progress_handler(None, 0)


@contextlib.asynccontextmanager
async def _on_postgres(session: AsyncSession, seconds: float) -> AsyncIterator[None]:
    await session.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == "57014":  # query_canceled
            raise TookTooLong from error
        raise
    await session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
