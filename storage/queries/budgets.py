"""Statements of shared allowances: how much of a scope's period is taken, and taking more of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import real_now
from storage.models import RatePause, SendBudget
from storage.queries.inbox import Unit, is_postgres

_NEVER = datetime(9000, 1, 1, tzinfo=UTC)

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


async def paused(unit: Unit) -> dict[str, datetime]:
    """The pauses that are on, by scope: their ends in the host's real time."""
    statement = select(RatePause.scope, RatePause.until).where(RatePause.until > real_now())
    return {row.scope: row.until for row in await unit.execute(statement)}


async def first_period(unit: Unit, *, scope: str, period: int) -> int:
    """The number of the first period in which anything of a scope was asked for; `period` becomes it when there is none.

    Its row is never swept. Two processes at midnight may write two: the earlier counts.
    """
    marked = f"{scope}:since"
    earliest = select(func.min(SendBudget.period)).where(SendBudget.scope == marked)
    found: int | None = (await unit.execute(earliest)).scalar_one()
    if found is not None:
        return found
    insert = (postgresql if is_postgres(unit) else sqlite).insert(SendBudget)
    row = {"scope": marked, "period": period, "used": 0, "money": 0, "until": _NEVER}
    await unit.execute(insert.values(row).on_conflict_do_nothing(index_elements=["scope", "period"]))
    return period
