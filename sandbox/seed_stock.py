"""The demo company's shelves as rows: products, warehouses, the ledger of moves and the balances that sum it up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from sandbox.company.catalogue import WAREHOUSES, Article, Shelves
from sandbox.seed_rows import Row, add, add_numbered
from storage.models import IncomingStock, Product, ProductGroup, StockBalance, StockMove, Warehouse
from storage.product_text import product_index


async def write_stock(
    session: AsyncSession, catalogue: Sequence[Article], shelves: Shelves, *, keeper: int, currency: str, now: datetime
) -> None:
    """Products and everything on their shelves; `keeper` is the colleague who booked the moves."""
    groups = sorted({article.group for article in catalogue})
    group_ids = dict(
        zip(groups, await add_numbered(session, ProductGroup, [{"name": name} for name in groups]), strict=True)
    )
    created = now - timedelta(days=400)
    numbers = await add_numbered(
        session,
        Product,
        [
            {
                "code": article.code,
                **_searched(article),
                "name_en": article.name_en,
                "name_ru": article.name_ru,
                "name_th": article.name_th,
                "group_id": group_ids[article.group],
                "unit": article.unit,
                "price_minor": article.price_minor,
                "currency": currency,
                "barcode": article.barcode,
                "created_at": created,
                "updated_at": created,
            }
            for article in catalogue
        ],
    )
    products = dict(zip((article.code for article in catalogue), numbers, strict=True))
    places = await add_numbered(session, Warehouse, [{"code": code, "name": name} for code, name in WAREHOUSES])
    warehouses = dict(zip((code for code, _ in WAREHOUSES), places, strict=True))
    await _write_moves(session, shelves, products=products, warehouses=warehouses, keeper=keeper)


async def _write_moves(
    session: AsyncSession, shelves: Shelves, *, products: dict[str, int], warehouses: dict[str, int], keeper: int
) -> None:
    on_hand: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for move in shelves.moves:
        on_hand[move.code, move.warehouse] += move.quantity
    await add(
        session,
        StockMove,
        [
            {
                "product_id": products[move.code],
                "warehouse_id": warehouses[move.warehouse],
                "kind": move.kind,
                "quantity": move.quantity,
                "reference": move.reference,
                "by_id": keeper,
                "at": move.at,
            }
            for move in shelves.moves
        ],
    )
    await add(
        session,
        StockBalance,
        [
            {
                "product_id": products[code],
                "warehouse_id": warehouses[warehouse],
                "on_hand": quantity,
                "reserved": shelves.reserved.get((code, warehouse), Decimal()),
            }
            for (code, warehouse), quantity in on_hand.items()
        ],
    )
    await add(
        session,
        IncomingStock,
        [
            {
                "product_id": products[arrival.code],
                "warehouse_id": warehouses[arrival.warehouse],
                "quantity": arrival.quantity,
                "expected_on": arrival.expected_on,
                "reference": arrival.reference,
            }
            for arrival in shelves.arrivals
        ],
    )


def _searched(article: Article) -> Row:
    names = (article.name_en, article.name_ru, article.name_th)
    key, text = product_index(code=article.code, barcode=article.barcode, names=names)
    return {"code_key": key, "search_text": text}
