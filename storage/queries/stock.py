"""Stock as queries: the ledger's sums, the balances that cache them, and what is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import IncomingStock, StockBalance, StockMove, Warehouse


@dataclass(frozen=True)
class Shelf:
    """A product in one warehouse."""

    warehouse_id: int
    code: str
    name: str
    on_hand: Decimal
    reserved: Decimal

    @property
    def available(self) -> Decimal:
        """What can be promised: on hand less reserved; below zero when more was promised than there is."""
        return self.on_hand - self.reserved


@dataclass(frozen=True)
class Arrival:
    """Goods on their way; the day is None when nobody knows it."""

    warehouse_id: int
    warehouse: str
    quantity: Decimal
    expected_on: date | None
    reference: str


@dataclass(frozen=True)
class Difference:
    """A balance that is not the sum of its moves."""

    product_id: int
    warehouse_id: int
    balance: Decimal
    moves: Decimal


async def warehouses(session: AsyncSession) -> list[Warehouse]:
    """Warehouses by name."""
    return list((await session.execute(select(Warehouse).order_by(Warehouse.name, Warehouse.id))).scalars())


async def shelves(session: AsyncSession, *, product_id: int) -> list[Shelf]:
    """Where the product lies or lay, by the warehouse's name."""
    rows = await session.execute(
        select(Warehouse.id, Warehouse.code, Warehouse.name, StockBalance.on_hand, StockBalance.reserved)
        .join(StockBalance, StockBalance.warehouse_id == Warehouse.id)
        .where(StockBalance.product_id == product_id, Warehouse.active.is_(True))
        .order_by(Warehouse.name, Warehouse.id)
    )
    return [Shelf(key, code, name, on_hand, reserved) for key, code, name, on_hand, reserved in rows]


async def available(session: AsyncSession, *, product_ids: Sequence[int]) -> dict[int, Decimal]:
    """What can be promised of each product over all warehouses; products without any balance are left out."""
    rows = await session.execute(
        select(StockBalance.product_id, StockBalance.on_hand, StockBalance.reserved)
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .where(StockBalance.product_id.in_(product_ids), Warehouse.active.is_(True))
    )
    total: dict[int, Decimal] = {}
    for product_id, on_hand, reserved in rows:
        total[product_id] = total.get(product_id, Decimal()) + on_hand - reserved
    return total


async def arrivals(session: AsyncSession, *, product_id: int) -> list[Arrival]:
    """What is on its way, the soonest first, without a day last."""
    rows = await session.execute(
        select(Warehouse.id, Warehouse.name, IncomingStock.quantity, IncomingStock.expected_on, IncomingStock.reference)
        .join(Warehouse, Warehouse.id == IncomingStock.warehouse_id)
        .where(IncomingStock.product_id == product_id)
        .order_by(IncomingStock.expected_on.is_(None), IncomingStock.expected_on, IncomingStock.id)
    )
    return [Arrival(*row) for row in rows]


async def balance(session: AsyncSession, *, product_id: int, warehouse_id: int) -> StockBalance | None:
    """The balance, locked where the database locks rows."""
    query = select(StockBalance).where(StockBalance.product_id == product_id, StockBalance.warehouse_id == warehouse_id)
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def balances(session: AsyncSession, *, product_ids: Sequence[int]) -> dict[tuple[int, int], StockBalance]:
    """Balances by product and warehouse."""
    found: dict[tuple[int, int], StockBalance] = {}
    for start in range(0, len(product_ids), 500):
        chunk = product_ids[start : start + 500]
        rows = await session.execute(select(StockBalance).where(StockBalance.product_id.in_(chunk)))
        found.update(((row.product_id, row.warehouse_id), row) for row in rows.scalars())
    return found


async def incoming(session: AsyncSession, *, product_ids: Sequence[int]) -> dict[tuple[int, int], list[IncomingStock]]:
    """What is on its way by product and warehouse."""
    found: dict[tuple[int, int], list[IncomingStock]] = {}
    for start in range(0, len(product_ids), 500):
        chunk = product_ids[start : start + 500]
        rows = await session.execute(
            select(IncomingStock).where(IncomingStock.product_id.in_(chunk)).order_by(IncomingStock.id)
        )
        for row in rows.scalars():
            found.setdefault((row.product_id, row.warehouse_id), []).append(row)
    return found


async def forget_incoming(session: AsyncSession, *, product_id: int, warehouse_id: int) -> None:
    await session.execute(
        delete(IncomingStock).where(IncomingStock.product_id == product_id, IncomingStock.warehouse_id == warehouse_id)
    )


async def sums(session: AsyncSession) -> dict[tuple[int, int], Decimal]:
    """The ledger's sums by product and warehouse."""
    rows = await session.execute(
        select(StockMove.product_id, StockMove.warehouse_id, func.sum(StockMove.quantity)).group_by(
            StockMove.product_id, StockMove.warehouse_id
        )
    )
    return {(product_id, warehouse_id): total for product_id, warehouse_id, total in rows}


async def differences(session: AsyncSession) -> list[Difference]:
    """Balances that are not the sums of their moves, and sums without a balance."""
    told = await sums(session)
    rows = await session.execute(select(StockBalance.product_id, StockBalance.warehouse_id, StockBalance.on_hand))
    kept = {(product_id, warehouse_id): on_hand for product_id, warehouse_id, on_hand in rows}
    return [
        Difference(*place, balance=kept.get(place, Decimal()), moves=told.get(place, Decimal()))
        for place in sorted(told.keys() | kept.keys())
        if kept.get(place, Decimal()) != told.get(place, Decimal())
    ]
