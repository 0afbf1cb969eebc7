"""Many rows at once: the insert statements the seed is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Base

Row = dict[str, Any]


async def add(session: AsyncSession, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert `rows`; each has the same keys."""
    if rows:
        await session.execute(insert(model), list(rows))


async def add_numbered(session: AsyncSession, model: Any, rows: Sequence[Row]) -> list[int]:
    """Insert `rows` and return their ids, in the order of the rows."""
    if not rows:
        return []
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list((await session.scalars(statement, list(rows))).all())
