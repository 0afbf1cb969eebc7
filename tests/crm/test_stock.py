"""Stock as a ledger: balances are sums of moves, nothing leaves that is not there, and the check finds a lie."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import products, stock
from crm.errors import Invalid, Missing, NotAllowed
from storage.database import Database
from storage.models import DomainEvent, Role, StockBalance, StockMoveKind, Warehouse
from storage.queries import stock as queries
from tests.factories import make_staff
from tests.factories.products import expect, make_product, make_warehouse, put_on_shelf


async def test_a_card_tells_what_can_be_promised(session: AsyncSession) -> None:
    rep = await make_staff(session, Role.REP)
    product = await make_product(session, "A-1", name_en="Bolt", price_minor=13, currency="EUR")
    main, far = await make_warehouse(session, "BKK", "Bangkok"), await make_warehouse(session, "RIX", "Riga")
    await put_on_shelf(session, product, main, on_hand=100, reserved=30)
    await put_on_shelf(session, product, far, on_hand="2.5", reserved=5)
    await expect(session, product, far, 40, reference="late")
    await expect(session, product, far, 50, expected_on=date(2026, 12, 1))
    seen = await stock.card(session, actor=rep, product_id=product.id)
    assert [(shelf.name, shelf.on_hand, shelf.available) for shelf in seen.shelves] == [
        ("Bangkok", 100, 70),
        ("Riga", Decimal("2.5"), Decimal("-2.5")),
    ]
    assert seen.available == Decimal("67.5")
    assert [(arrival.quantity, arrival.expected_on) for arrival in seen.arrivals] == [
        (50, date(2026, 12, 1)),
        (40, None),
    ]
    assert await stock.available(session, actor=rep, product_ids=[product.id, 999]) == {product.id: Decimal("67.5")}
    with pytest.raises(products.ProductNotFound):
        await stock.card(session, actor=rep, product_id=999)


async def test_a_move_and_its_balance_are_one(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product, place = await make_product(session), await make_warehouse(session)
    book = {"actor": keeper, "product_id": product.id, "warehouse_id": place.id, "now": now}
    for kind, quantity in (
        (StockMoveKind.RECEIPT, "10"),
        (StockMoveKind.SHIPMENT, "-3.125"),
        (StockMoveKind.COUNT, "-1"),
    ):
        await stock.move(session, kind=kind, quantity=Decimal(quantity), **book)  # type: ignore[arg-type]
    kept = await queries.balance(session, product_id=product.id, warehouse_id=place.id)
    assert kept is not None
    assert kept.on_hand == Decimal("5.875")
    assert await stock.check_balances(session) == []
    with pytest.raises(stock.NotEnough):
        await stock.move(session, kind=StockMoveKind.SHIPMENT, quantity=Decimal(-6), **book)  # type: ignore[arg-type]
    for wrong in (Decimal(0), Decimal(10) ** 13):
        with pytest.raises(Invalid):
            await stock.move(session, kind=StockMoveKind.COUNT, quantity=wrong, **book)  # type: ignore[arg-type]


async def test_the_check_finds_a_balance_that_lies_and_rebuilding_mends_it(
    session: AsyncSession, now: datetime
) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product, place, other = await make_product(session), await make_warehouse(session), await make_warehouse(session)
    await put_on_shelf(session, product, place, on_hand=7, reserved=2)
    await put_on_shelf(session, product, other, on_hand=1)
    kept = await queries.balance(session, product_id=product.id, warehouse_id=place.id)
    assert kept is not None
    kept.on_hand = Decimal(9)
    await session.flush()
    (wrong,) = await stock.check_balances(session)
    assert (wrong.warehouse_id, wrong.balance, wrong.moves) == (place.id, 9, 7)
    assert await stock.rebuild_balances(session, actor=keeper, now=now) == [wrong]
    assert await stock.check_balances(session) == []
    assert (kept.on_hand, kept.reserved) == (7, 2)


async def test_reserved_is_stated_never_below_zero(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product, place = await make_product(session), await make_warehouse(session)
    where = {"product_id": product.id, "warehouse_id": place.id}
    await stock.set_reserved(session, actor=keeper, quantity=Decimal(4), now=now, **where)
    assert (await stock.card(session, actor=keeper, product_id=product.id)).available == -4
    with pytest.raises(Invalid):
        await stock.set_reserved(session, actor=keeper, quantity=Decimal(-1), now=now, **where)


async def test_a_code_is_asked_for_and_single(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    await products.create(session, actor=keeper, draft=products.ProductDraft(code=" N-1 ", name_en="Nut"), now=now)
    with pytest.raises(products.CodeTaken):
        await products.create(session, actor=keeper, draft=products.ProductDraft(code="N-1"), now=now)
    with pytest.raises(Missing):
        await products.create(session, actor=keeper, draft=products.ProductDraft(code="  "), now=now)
    with pytest.raises(Invalid):
        await products.create(session, actor=keeper, draft=products.ProductDraft(code="N-2", price_minor=-1), now=now)
    with pytest.raises(Invalid):
        await products.create(
            session, actor=keeper, draft=products.ProductDraft(code="N-2", low_mark=Decimal(-1)), now=now
        )


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
async def test_who_may_not_change_stock(session: AsyncSession, now: datetime, role: Role) -> None:
    actor = await make_staff(session, role)
    product, place = await make_product(session), await make_warehouse(session)
    where = {"product_id": product.id, "warehouse_id": place.id}
    for verb in (
        products.create(session, actor=actor, draft=products.ProductDraft(code="N-1"), now=now),
        stock.move(session, actor=actor, kind=StockMoveKind.RECEIPT, quantity=Decimal(1), now=now, **where),
        stock.set_reserved(session, actor=actor, quantity=Decimal(1), now=now, **where),
        stock.rebuild_balances(session, actor=actor, now=now),
    ):
        with pytest.raises(NotAllowed):
            await verb


async def test_an_event_says_when_a_product_is_back_or_gone(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product, place = await make_product(session), await make_warehouse(session)
    book = {"actor": keeper, "product_id": product.id, "warehouse_id": place.id, "now": now}
    for quantity in (5, 3, -6):
        await stock.move(session, kind=StockMoveKind.COUNT, quantity=Decimal(quantity), **book)  # type: ignore[arg-type]
    await stock.set_reserved(session, quantity=Decimal(2), **book)  # type: ignore[arg-type]
    await stock.set_reserved(session, quantity=Decimal(1), **book)  # type: ignore[arg-type]
    told = (await session.execute(select(DomainEvent).order_by(DomainEvent.id))).scalars().all()
    assert [(event.name, event.facts["product"]) for event in told] == [
        ("stock.back", product.code),
        ("stock.out", product.code),
        ("stock.back", product.code),
    ]


async def _told(session: AsyncSession) -> list[str]:
    return list((await session.execute(select(DomainEvent.name).order_by(DomainEvent.id))).scalars())


async def test_a_fall_to_the_low_mark_is_told_once_for_each_fall(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product, place = await make_product(session, low_mark=Decimal(200)), await make_warehouse(session)
    other = await make_warehouse(session, "RIX", "Riga")
    book = {"actor": keeper, "product_id": product.id, "now": now}

    async def move(quantity: int, where: int = place.id) -> None:
        await stock.move(session, kind=StockMoveKind.COUNT, quantity=Decimal(quantity), warehouse_id=where, **book)  # type: ignore[arg-type]

    await move(150)  # it rose from nothing: that is no fall
    assert await _told(session) == ["stock.back"]
    await move(151, other.id)
    await move(-100)
    assert await _told(session) == ["stock.back"]  # 201
    await move(-1, other.id)
    assert await _told(session) == ["stock.back", "stock.low"]
    await move(-50)
    await move(50)
    assert (await _told(session)).count("stock.low") == 1  # it stayed at or under
    await move(10)
    await stock.set_reserved(session, warehouse_id=place.id, quantity=Decimal(10), **book)  # type: ignore[arg-type]
    assert (await _told(session)).count("stock.low") == 2
    low = (await session.execute(select(DomainEvent).where(DomainEvent.name == "stock.low"))).scalars().all()
    assert [(event.facts["product_id"], event.facts["product"]) for event in low] == [(product.id, product.code)] * 2
    await stock.set_reserved(session, warehouse_id=place.id, quantity=Decimal(0), **book)  # type: ignore[arg-type]
    await move(-60)
    await move(-150, other.id)
    assert (await _told(session))[-2:] == ["stock.low", "stock.out"]


async def test_without_a_mark_nothing_is_low(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product, place = await make_product(session), await make_warehouse(session)
    book = {"actor": keeper, "product_id": product.id, "warehouse_id": place.id, "now": now}
    for quantity in (5, -4):
        await stock.move(session, kind=StockMoveKind.COUNT, quantity=Decimal(quantity), **book)  # type: ignore[arg-type]
    assert await _told(session) == ["stock.back"]


async def test_a_rebuilt_balance_tells_what_it_finds(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product, place = await make_product(session, low_mark=Decimal(3)), await make_warehouse(session)
    book = {"actor": keeper, "product_id": product.id, "warehouse_id": place.id, "now": now}
    await stock.move(session, kind=StockMoveKind.COUNT, quantity=Decimal(2), **book)  # type: ignore[arg-type]
    balance = (await session.execute(select(StockBalance))).scalar_one()
    balance.on_hand = Decimal(9)
    await session.flush()
    await stock.rebuild_balances(session, actor=keeper, now=now)
    assert await _told(session) == ["stock.back", "stock.rebuilt", "stock.low"]


async def test_two_falls_at_once_see_one_another(database: Database, now: datetime) -> None:
    async with database.write() as session:
        keeper = await make_staff(session, Role.WAREHOUSE)
        product = await make_product(session, low_mark=Decimal(200))
        places = [await make_warehouse(session, code) for code in ("A", "B")]
        for place in places:
            await put_on_shelf(session, product, place, on_hand=150)

    async def fall(session: AsyncSession, place: Warehouse) -> None:
        book = {"actor": keeper, "product_id": product.id, "warehouse_id": place.id, "now": now}
        await stock.move(session, kind=StockMoveKind.COUNT, quantity=Decimal(-60), **book)  # type: ignore[arg-type]

    begun = asyncio.Event()

    async def other() -> None:
        await begun.wait()
        async with database.write() as session:
            await fall(session, places[1])

    second = asyncio.create_task(other())
    async with database.write() as session:
        await fall(session, places[0])
        begun.set()
        await asyncio.wait({second}, timeout=0.5)  # as long as it could get ahead of the first one's commit
    await second
    async with database.read() as session:
        assert await _told(session) == ["stock.low"]
