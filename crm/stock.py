"""Stock: what lies where, what of it can be promised, what is coming; a ledger of moves with balances as its cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, products
from crm.access import Action, check
from crm.errors import CrmError, Invalid
from storage.models import Product, Staff, StockBalance, StockMove, StockMoveKind
from storage.queries import stock as queries
from storage.queries.stock import Arrival, Difference, Shelf

MOST = Decimal(10) ** 12


class NotEnough(CrmError):
    """The warehouse holds less than would leave it. Parameters: on_hand, wanted."""

    code = "stock.not_enough"


@dataclass(frozen=True)
class StockCard:
    """One product as staff see it."""

    product: Product
    shelves: tuple[Shelf, ...]
    arrivals: tuple[Arrival, ...]

    @property
    def available(self) -> Decimal:
        return sum((shelf.available for shelf in self.shelves), Decimal())


async def card(session: AsyncSession, *, actor: Staff, product_id: int) -> StockCard:
    """What can be promised per warehouse, and what is coming. Raises ProductNotFound, NotAllowed."""
    product = await products.get(session, actor=actor, product_id=product_id)
    return StockCard(
        product=product,
        shelves=tuple(await queries.shelves(session, product_id=product.id)),
        arrivals=tuple(await queries.arrivals(session, product_id=product.id)),
    )


async def available(session: AsyncSession, *, actor: Staff, product_ids: Sequence[int]) -> dict[int, Decimal]:
    """What can be promised of each product over all warehouses."""
    check(actor, Action.SEE_STOCK)
    return await queries.available(session, product_ids=product_ids)


async def move(
    session: AsyncSession,
    *,
    actor: Staff,
    product_id: int,
    warehouse_id: int,
    kind: StockMoveKind,
    quantity: Decimal,
    now: datetime,
    reference: str = "",
    import_run_id: int | None = None,
    quiet: bool = False,
) -> StockMove:
    """Writes one move and its balance together; `quantity` is signed, a shipment's is negative.

    A count may say anything; no other move takes more than there is. `quiet` leaves it to the caller to `tell` of several
    changes at once. Raises NotEnough, Invalid.
    """
    check(actor, Action.EDIT_STOCK)
    if not quantity or abs(quantity) > MOST:
        raise Invalid(field="quantity", value=str(quantity)[:40])
    before = Decimal() if quiet else await promised(session, product_id=product_id)
    kept = await _balance(session, product_id, warehouse_id)
    if kind is not StockMoveKind.COUNT and kept.on_hand + quantity < 0:
        raise NotEnough(on_hand=str(kept.on_hand), wanted=str(-quantity))
    kept.on_hand += quantity
    written = StockMove(
        product_id=product_id,
        warehouse_id=warehouse_id,
        kind=kind,
        quantity=quantity,
        reference=reference[:120],
        import_run_id=import_run_id,
        by_id=actor.id,
        at=now,
    )
    session.add(written)
    await session.flush()
    if not quiet:
        await tell(session, actor=actor, product_id=product_id, before=before, now=now)
    return written


async def set_reserved(
    session: AsyncSession,
    *,
    actor: Staff,
    product_id: int,
    warehouse_id: int,
    quantity: Decimal,
    now: datetime,
    quiet: bool = False,
) -> None:
    """States how much is reserved; `quiet` as with `move`. Raises Invalid below zero."""
    check(actor, Action.EDIT_STOCK)
    if not 0 <= quantity <= MOST:
        raise Invalid(field="reserved", value=str(quantity)[:40])
    before = Decimal() if quiet else await promised(session, product_id=product_id)
    kept = await _balance(session, product_id, warehouse_id)
    kept.reserved = quantity
    await session.flush()
    if not quiet:
        await tell(session, actor=actor, product_id=product_id, before=before, now=now)


async def promised(session: AsyncSession, *, product_id: int) -> Decimal:
    """What can be promised ahead of a change, over all warehouses; until it is committed no other change of the product begins."""
    lock = select(Product.id).where(Product.id == product_id).with_for_update(key_share=True)
    await session.execute(lock)
    return await _available(session, product_id)


async def tell(session: AsyncSession, *, actor: Staff, product_id: int, before: Decimal, now: datetime) -> None:
    """Events where what can be promised of a product came back from nothing, went there, or fell to its low mark.

    `before` is what was `promised` ahead of the change; a mark tells once for each fall from above it.
    """
    after = await _available(session, product_id)
    product = await session.get_one(Product, product_id)
    names = []
    if (before > 0) != (after > 0):
        names.append("stock.back" if after > 0 else "stock.out")
    if product.low_mark is not None and before > product.low_mark >= after:
        names.append("stock.low")
    for name in names:
        events.record(session, name, now=now, staff_id=actor.id, product_id=product_id, product=product.code)


async def check_balances(session: AsyncSession) -> list[Difference]:
    """Where a balance is not the sum of its moves; empty when all is well."""
    return await queries.differences(session)


async def rebuild_balances(session: AsyncSession, *, actor: Staff, now: datetime) -> list[Difference]:
    """Sets every balance to the sum of its moves; returns what was wrong."""
    check(actor, Action.EDIT_STOCK)
    wrong = await queries.differences(session)
    before = {one.product_id: await promised(session, product_id=one.product_id) for one in wrong}
    for difference in wrong:
        kept = await _balance(session, difference.product_id, difference.warehouse_id)
        kept.on_hand = difference.moves
    if wrong:
        events.record(session, "stock.rebuilt", now=now, staff_id=actor.id, count=len(wrong))
    await session.flush()
    for product_id, quantity in before.items():
        await tell(session, actor=actor, product_id=product_id, before=quantity, now=now)
    return wrong


async def _available(session: AsyncSession, product_id: int) -> Decimal:
    return (await queries.available(session, product_ids=[product_id])).get(product_id, Decimal())


async def _balance(session: AsyncSession, product_id: int, warehouse_id: int) -> StockBalance:
    kept = await queries.balance(session, product_id=product_id, warehouse_id=warehouse_id)
    if kept is None:
        kept = StockBalance(product_id=product_id, warehouse_id=warehouse_id, on_hand=Decimal(), reserved=Decimal())
        session.add(kept)
    return kept
