"""Articles: what they are called in three languages, what they cost, and finding the right one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check
from crm.errors import CrmError, Invalid
from crm.fields import read_line
from storage.models import Language, Product, ProductGroup, Staff
from storage.product_text import product_index
from storage.queries import products as queries

SEARCH_LIMIT = 50
MOST_LOW = Decimal(10) ** 9


class ProductNotFound(CrmError):
    """There is no such product."""

    code = "products.not_found"


class CodeTaken(CrmError):
    """Another product has this code. Parameters: code."""

    code = "products.code_taken"


@dataclass(frozen=True)
class ProductDraft:
    """A product as somebody states it; `price_minor` in minor units of `currency`, `low_mark` in the product's unit."""

    code: str
    name_en: str = ""
    name_ru: str = ""
    name_th: str = ""
    unit: str = "pcs"
    price_minor: int | None = None
    currency: str = ""
    barcode: str | None = None
    low_mark: Decimal | None = None


async def search(
    session: AsyncSession, *, actor: Staff, query: str, limit: int = SEARCH_LIMIT, guess: bool = True
) -> list[Product]:
    """The products a person means by what they typed, the right one first: code, barcode, names in any language.

    Without `guess` only what has every word as typed is found: no other keyboard layout, no typing errors.
    """
    check(actor, Action.SEE_STOCK)
    return await queries.search(session, query=query, limit=limit, guess=guess)


def looks_like_barcode(text: str) -> bool:
    """Eight, twelve, thirteen or fourteen digits, as EAN and UPC have; a phone number of that length may look the same."""
    bare = text.replace(" ", "")
    return bare.isascii() and bare.isdigit() and len(bare) in (8, 12, 13, 14)


async def get(session: AsyncSession, *, actor: Staff, product_id: int) -> Product:
    """The product. Raises ProductNotFound."""
    check(actor, Action.SEE_STOCK)
    product = await queries.get(session, product_id=product_id)
    if product is None:
        raise ProductNotFound
    return product


async def create(session: AsyncSession, *, actor: Staff, draft: ProductDraft, now: datetime) -> Product:
    """Adds a product. Raises CodeTaken, Missing, TooLong, Invalid."""
    check(actor, Action.EDIT_STOCK)
    code = read_line(draft.code, field="code", limit=60, required=True)
    if await queries.by_codes(session, codes=[code]):
        raise CodeTaken(code=code)
    product = Product(code=code, created_at=now, updated_at=now)
    fill(product, draft)
    session.add(product)
    await session.flush()
    events.record(session, "product.created", now=now, staff_id=actor.id, product_id=product.id)
    return product


def fill(product: Product, draft: ProductDraft) -> None:
    """Takes the draft's fields over and rebuilds the searched columns. Raises TooLong, Invalid."""
    if draft.price_minor is not None and not 0 <= draft.price_minor < 10**15:
        raise Invalid(field="price", value=str(draft.price_minor)[:40])
    if draft.low_mark is not None and not 0 <= draft.low_mark <= MOST_LOW:
        raise Invalid(field="low_mark", value=str(draft.low_mark)[:40])
    product.name_en = read_line(draft.name_en, field="name", limit=250)
    product.name_ru = read_line(draft.name_ru, field="name", limit=250)
    product.name_th = read_line(draft.name_th, field="name", limit=250)
    product.unit = read_line(draft.unit, field="unit", limit=20) or "pcs"
    product.price_minor = draft.price_minor
    product.currency = draft.currency
    product.barcode = read_line(draft.barcode or "", field="barcode", limit=40) or None
    product.low_mark = draft.low_mark
    reindex(product)


def reindex(product: Product, *, group: ProductGroup | None = None) -> None:
    """Rebuilds `code_key` and `search_text` from the product's own fields."""
    names = (product.name_en, product.name_ru, product.name_th, group.name if group else "")
    product.code_key, product.search_text = product_index(code=product.code, barcode=product.barcode, names=names)


async def refresh(session: AsyncSession, product: Product) -> None:
    """Rebuilds the searched columns after the product's fields were set one by one."""
    reindex(product, group=await session.get(ProductGroup, product.group_id) if product.group_id else None)
    await session.flush()


def name_in(product: Product, language: Language) -> str:
    """The product's name in the language, else in another one, else its code."""
    names = {Language.EN: product.name_en, Language.RU: product.name_ru, Language.TH: product.name_th}
    return names[language] or product.name_en or product.name_ru or product.name_th or product.code
