"""Products and shelves for tests; `fill_catalogue` puts the demo company's articles there."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm.products import ProductDraft, fill
from sandbox.company.catalogue import articles
from storage.models import IncomingStock, Product, Staff, StockBalance, StockMove, StockMoveKind, Warehouse

_numbers = count(1)
MADE = datetime(2026, 11, 1, tzinfo=UTC)


async def make_product(session: AsyncSession, code: str | None = None, **fields: Any) -> Product:
    draft = ProductDraft(code=code or f"ART-{next(_numbers)}", **fields)
    product = Product(code=draft.code, created_at=MADE, updated_at=MADE)
    fill(product, draft)
    session.add(product)
    await session.flush()
    return product


async def make_warehouse(session: AsyncSession, code: str | None = None, name: str = "") -> Warehouse:
    warehouse = Warehouse(code=code or f"W{next(_numbers)}", name=name or f"Warehouse {code}")
    session.add(warehouse)
    await session.flush()
    return warehouse


async def put_on_shelf(
    session: AsyncSession,
    product: Product,
    warehouse: Warehouse,
    *,
    on_hand: int | str,
    reserved: int = 0,
    by: Staff | None = None,
) -> None:
    """A count and its balance."""
    session.add(
        StockMove(
            product_id=product.id,
            warehouse_id=warehouse.id,
            kind=StockMoveKind.COUNT,
            quantity=Decimal(on_hand),
            by_id=by.id if by else None,
            at=MADE,
        )
    )
    session.add(
        StockBalance(
            product_id=product.id, warehouse_id=warehouse.id, on_hand=Decimal(on_hand), reserved=Decimal(reserved)
        )
    )
    await session.flush()


async def expect(session: AsyncSession, product: Product, warehouse: Warehouse, quantity: int, **fields: Any) -> None:
    session.add(IncomingStock(product_id=product.id, warehouse_id=warehouse.id, quantity=Decimal(quantity), **fields))
    await session.flush()


async def fill_catalogue(session: AsyncSession) -> dict[int, str]:
    """The demo's forty articles; returns id → code."""
    codes = {}
    for article in articles():
        product = await make_product(
            session,
            article.code,
            name_en=article.name_en,
            name_ru=article.name_ru,
            name_th=article.name_th,
            unit=article.unit,
            price_minor=article.price_minor,
            currency="EUR",
            barcode=article.barcode,
        )
        codes[product.id] = product.code
    return codes
