"""/api/v1/stock: what lies where and what of it can be promised, asked as people ask it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from crm import products, stock
from web.api.access import StaffId, Web, Words, actor

router = APIRouter(tags=["stock"])


class ShelfOut(BaseModel):
    warehouse: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal


class ComingOut(BaseModel):
    quantity: Decimal
    expected_on: date | None


class ArticleOut(BaseModel):
    """An article; `price_minor` counts the currency's smallest unit."""

    id: int
    code: str
    name: str
    unit: str
    price_minor: int | None
    currency: str
    available: Decimal
    shelves: list[ShelfOut]
    incoming: list[ComingOut]


@router.get("/stock")
async def ask(
    web: Web,
    q: Annotated[Words, Query(min_length=1, max_length=200)],
    staff_id: StaffId = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 3,
) -> list[ArticleOut]:
    """The articles a person means by `q` (code, barcode, name in any language), the right one first."""
    async with web.database.read() as session:
        who = await actor(session, staff_id)
        found = await products.search(session, actor=who, query=q, limit=limit)
        cards = [await stock.card(session, actor=who, product_id=product.id) for product in found]
        return [_article(card, products.name_in(card.product, who.language)) for card in cards]


def _article(card: stock.StockCard, name: str) -> ArticleOut:
    product = card.product
    return ArticleOut(
        id=product.id,
        code=product.code,
        name=name,
        unit=product.unit,
        price_minor=product.price_minor,
        currency=product.currency,
        available=card.available,
        shelves=[
            ShelfOut(warehouse=shelf.name, on_hand=shelf.on_hand, reserved=shelf.reserved, available=shelf.available)
            for shelf in card.shelves
        ],
        incoming=[ComingOut(quantity=one.quantity, expected_on=one.expected_on) for one in card.arrivals],
    )
