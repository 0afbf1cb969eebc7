"""Statements of shared allowances: how much of a scope's period is taken, and taking more of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import SendBudget
from storage.queries.inbox import Unit, is_postgres

Key = tuple[str, int]  # scope and number of the period


async def used(unit: Unit, keys: Collection[Key], *, until: Mapping[Key, datetime]) -> dict[Key, tuple[int, int]]:
    """What is taken of each period (amount, money), its row made and held until the transaction ends."""
    if not keys:
        return {}
    ordered = sorted(keys)  # always in this order, so that two workers never wait for one another
    insert = (postgresql if is_postgres(unit) else sqlite).insert(SendBudget)
    rows = [
        {"scope": scope, "period": period, "used": 0, "money": 0, "until": until[scope, period]}
        for scope, period in ordered
    ]
    await unit.execute(insert.values(rows).on_conflict_do_nothing(index_elements=["scope", "period"]))
    statement = (
        select(SendBudget.scope, SendBudget.period, SendBudget.used, SendBudget.money)
        .where(tuple_(SendBudget.scope, SendBudget.period).in_(ordered))
        .order_by(SendBudget.scope, SendBudget.period)
        .with_for_update()
    )
    return {(row.scope, row.period): (row.used, row.money) for row in await unit.execute(statement)}


async def take(unit: Unit, taken: Mapping[Key, tuple[int, int]]) -> None:
    """Adds to what is taken (amount, money)."""
    if not taken:
        return
    statement = (
        update(SendBudget)
        .where(SendBudget.scope == bindparam("of_scope"), SendBudget.period == bindparam("of_period"))
        .values(used=SendBudget.used + bindparam("amount"), money=SendBudget.money + bindparam("price"))
        .execution_options(synchronize_session=False)
    )
    rows = [
        {"of_scope": scope, "of_period": period, "amount": amount, "price": money}
        for (scope, period), (amount, money) in sorted(taken.items())
    ]
    connection = await unit.connection() if isinstance(unit, AsyncSession) else unit
    await connection.execute(statement, rows)


async def sweep(unit: Unit, *, now: datetime) -> None:
    """Forgets periods that are over."""
    await unit.execute(delete(SendBudget).where(SendBudget.until < now).execution_options(synchronize_session=False))
