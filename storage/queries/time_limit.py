"""A limit of time for statements that a person's words may make slow."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import StorageError


class TookTooLong(StorageError):
    """The statement was stopped at its limit; the unit of work goes on without it."""


@contextlib.asynccontextmanager
async def time_limit(session: AsyncSession, *, seconds: float) -> AsyncIterator[None]:
    """Stops the statements inside when they are not done by then. Raises TookTooLong."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        async with _on_postgres(session, seconds):
            yield
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    # Interrupting is what SQLite lets another thread do; when nothing runs it does nothing.
    timer = asyncio.get_running_loop().call_later(seconds, driver._conn.interrupt)
    try:
        yield
    except DBAPIError as error:
        if "interrupted" in str(error.orig):
            raise TookTooLong from error
        raise
    finally:
        timer.cancel()


@contextlib.asynccontextmanager
async def _on_postgres(session: AsyncSession, seconds: float) -> AsyncIterator[None]:
    try:
        async with session.begin_nested():  # what is stopped would else take the whole transaction with it
            await session.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
            yield
            await session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == "57014":  # query_canceled
            raise TookTooLong from error
        raise
