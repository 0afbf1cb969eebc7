"""Stock lists as people export them: read in three languages, shown before written, all or nothing, and taken back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import products, stock
from crm.errors import Invalid, Missing, NotAllowed
from crm.imports import stock as imports
from crm.imports.reading import Table, read_table
from crm.imports.runs import HasErrors, NotInThisState, Outdated
from crm.imports.stock_planning import StockField, guess_stock, looks_like_stock, read_decimal
from storage.models import DomainEvent, IncomingStock, Product, Role, Staff, StockMove, StockMoveKind, Warehouse
from storage.queries import stock as queries
from tests.factories import make_staff
from tests.factories.products import expect, make_product, make_warehouse, put_on_shelf

LIST = """Артикул;Наименование;Ед.;Цена;Штрихкод;Склад;Остаток;Резерв;В пути;Дата прихода
B-1;Болт М8;шт;0,13;2000420001043;Москва;1 250,5;50;;
N-1;Гайка М8;шт;0,03;;Москва;10;0;300;24.12.2026
N-1;Гайка М8;шт;0,03;;Рига;7;;;
"""


def _table(text: str, name: str = "list.csv") -> Table:
    return read_table(text.encode(), file_name=name)


async def _preview(session: AsyncSession, actor: Staff, text: str, now: datetime) -> imports.StockPreview:
    return await imports.preview(
        session, actor=actor, table=_table(text), file_name="list.csv", currency="EUR", now=now
    )


async def _import(session: AsyncSession, actor: Staff, text: str, now: datetime) -> int:
    shown = await _preview(session, actor, text, now)
    await imports.apply(session, actor=actor, run_id=shown.run_id, table=_table(text), now=now)
    return shown.run_id


async def _product(session: AsyncSession, code: str) -> Product:
    return (await session.execute(select(Product).where(Product.code == code))).scalar_one()


async def test_a_list_is_seen_before_it_is_written(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    await make_warehouse(session, "MOW", "Москва")
    shown = await _preview(session, keeper, LIST, now)
    assert [article.code for article in shown.new] == ["B-1", "N-1"]
    assert (shown.changed, shown.unchanged, shown.errors) == ((), 0, ())
    assert shown.new_warehouses == ("Рига",)
    assert (await session.execute(select(func.count()).select_from(Product))).scalar_one() == 0
    result = await imports.apply(session, actor=keeper, run_id=shown.run_id, table=_table(LIST), now=now)
    assert (result.created, result.updated) == (2, 0)
    bolt, nut = await _product(session, "B-1"), await _product(session, "N-1")
    assert (bolt.name_ru, bolt.unit, bolt.price_minor, bolt.currency, bolt.barcode) == (
        "Болт М8",
        "шт",
        13,
        "EUR",
        "2000420001043",
    )
    (shelf,) = (await stock.card(session, actor=keeper, product_id=bolt.id)).shelves
    assert (shelf.on_hand, shelf.reserved, shelf.available) == (Decimal("1250.5"), 50, Decimal("1200.5"))
    seen = await stock.card(session, actor=keeper, product_id=nut.id)
    assert {(place.name, place.on_hand) for place in seen.shelves} == {("Москва", 10), ("Рига", 7)}
    assert [(coming.quantity, coming.expected_on) for coming in seen.arrivals] == [(300, date(2026, 12, 24))]
    assert [hit.code for hit in await products.search(session, actor=keeper, query="болт м8")] == ["B-1"]
    assert await stock.check_balances(session) == []


async def test_the_same_list_again_says_nothing_new(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    await _import(session, keeper, LIST, now)
    shown = await _preview(session, keeper, LIST, now)
    assert (shown.new, shown.changed, shown.unchanged, shown.new_warehouses) == ((), (), 2, ())


async def test_only_what_differs_is_written_and_shown(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product = await make_product(session, "B-1", name_en="Bolt", price_minor=13, currency="EUR", unit="pcs")
    place = await make_warehouse(session, "BKK", "Bangkok")
    await put_on_shelf(session, product, place, on_hand=10, reserved=2)
    await expect(session, product, place, 5)
    shown = await _preview(session, keeper, "code,price,stock\nB-1,0.15,8\n", now)
    (changed,) = shown.changed
    assert [(change.field, change.before, change.after) for change in changed.changes] == [
        ("price_minor", "13", "15"),
        ("quantity", "10 · Bangkok", "8 · Bangkok"),
    ]
    await imports.apply(
        session, actor=keeper, run_id=shown.run_id, table=_table("code,price,stock\nB-1,0.15,8\n"), now=now
    )
    seen = await stock.card(session, actor=keeper, product_id=product.id)
    assert (seen.product.name_en, seen.product.price_minor, seen.available) == ("Bolt", 15, 6)
    assert len(seen.arrivals) == 1
    newest = (await session.execute(select(StockMove).order_by(StockMove.id.desc()))).scalars().first()
    assert newest is not None
    assert (newest.kind, newest.quantity, newest.reference, newest.import_run_id) == (
        "count",
        -2,
        "list.csv",
        shown.run_id,
    )


async def test_an_import_is_taken_back_whole(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product = await make_product(session, "N-1", name_ru="Старое", price_minor=1, currency="EUR")
    place = await make_warehouse(session, "MOW", "Москва")
    await put_on_shelf(session, product, place, on_hand=3, reserved=1)
    await expect(session, product, place, 9, reference="PO-1")
    run_id = await _import(session, keeper, LIST, now)
    report = await imports.undo(session, actor=keeper, run_id=run_id, now=now)
    assert (report.removed, report.restored, report.kept) == (1, 1, ())
    seen = await stock.card(session, actor=keeper, product_id=product.id)
    assert (seen.product.name_ru, seen.product.price_minor, seen.product.barcode) == ("Старое", 1, None)
    assert [(s.name, s.on_hand, s.reserved) for s in seen.shelves if s.on_hand or s.reserved] == [("Москва", 3, 1)]
    assert [(a.quantity, a.reference) for a in seen.arrivals] == [(9, "PO-1")]
    assert await products.search(session, actor=keeper, query="B-1") == []
    assert await products.search(session, actor=keeper, query="старое") == [product]
    assert await stock.check_balances(session) == []
    with pytest.raises(NotInThisState):
        await imports.undo(session, actor=keeper, run_id=run_id, now=now)
    again = await _preview(session, keeper, LIST, now)
    assert [article.code for article in again.changed] == ["B-1", "N-1"]
    await imports.apply(session, actor=keeper, run_id=again.run_id, table=_table(LIST), now=now)
    assert [hit.code for hit in await products.search(session, actor=keeper, query="B-1")] == ["B-1"]


async def test_what_was_changed_since_is_left_alone(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    product = await make_product(session, "N-1", name_ru="Старое", price_minor=1, currency="EUR")
    run_id = await _import(session, keeper, LIST, now)
    place = (await session.execute(select(Warehouse).where(Warehouse.name == "Москва"))).scalar_one()
    product.price_minor = 99
    await stock.move(
        session,
        actor=keeper,
        product_id=product.id,
        warehouse_id=place.id,
        kind=StockMoveKind.SHIPMENT,
        quantity=Decimal(-4),
        now=now,
    )
    report = await imports.undo(session, actor=keeper, run_id=run_id, now=now)
    assert report.kept == ("N-1",)
    assert (product.price_minor, product.name_ru) == (99, "Старое")
    kept = await queries.balance(session, product_id=product.id, warehouse_id=place.id)
    assert kept is not None
    assert kept.on_hand == -4  # the import's ten are gone again, the four shipped stay shipped
    assert await stock.check_balances(session) == []


async def test_rows_that_cannot_be_taken_are_named(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    await make_warehouse(session, "A", "A")
    await make_warehouse(session, "B", "B")
    text = (
        "code,warehouse,stock,reserved,price,expected\n"
        "OK-1,A,5,,1.50,\n"
        ",A,1,,,\n"  # no code
        "X-1,,1,,,\n"  # two warehouses and none named
        "X-2,A,many,,,\n"
        "X-3,A,1,-1,,\n"
        "OK-1,A,6,,,\n"  # the same shelf twice
        "X-4,A,1,,,31.02.2026\n"
    )
    shown = await _preview(session, keeper, text, now)
    assert [article.code for article in shown.new] == ["OK-1"]
    assert [(error.number, error.error.code) for error in shown.errors] == [
        (3, "fields.missing"),
        (4, "fields.missing"),
        (5, "fields.invalid"),
        (6, "fields.invalid"),
        (7, "stock.repeated_row"),
        (8, "fields.invalid"),
    ]
    with pytest.raises(HasErrors):
        await imports.apply(session, actor=keeper, run_id=shown.run_id, table=_table(text), now=now)
    result = await imports.apply(
        session, actor=keeper, run_id=shown.run_id, table=_table(text), now=now, skip_errors=True
    )
    assert (result.created, result.left_out) == (1, 6)


async def test_a_difference_that_is_another_by_now_is_not_applied(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    shown = await _preview(session, keeper, LIST, now)
    await make_product(session, "B-1")
    with pytest.raises(Outdated):
        await imports.apply(session, actor=keeper, run_id=shown.run_id, table=_table(LIST), now=now)


async def test_a_list_without_warehouses_goes_to_the_only_one(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    shown = await _preview(session, keeper, "sku,name,stock\nA-1,Thing,4\n", now)
    assert shown.new_warehouses == ("Main",)
    await make_warehouse(session, "ONE", "The one")
    shown = await _preview(session, keeper, "sku,name,stock\nA-1,Thing,4\n", now)
    assert shown.new_warehouses == ()
    assert shown.new[0].shelves[0].warehouse == "The one"


async def test_the_demo_catalogue_is_a_stock_list(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    content = files("sandbox.company").joinpath("catalogue.csv").read_bytes()
    table = read_table(content, file_name="catalogue.csv")
    assert looks_like_stock(table)
    shown = await imports.preview(
        session, actor=keeper, table=table, file_name="catalogue.csv", currency="EUR", now=now
    )
    assert (len(shown.new), shown.errors) == (40, ())
    await imports.apply(session, actor=keeper, run_id=shown.run_id, table=table, now=now)
    valve = await _product(session, "VLV-15")
    assert (valve.name_th, valve.price_minor) == ("บอลวาล์ว 1/2 นิ้ว ด้ามโยก", 690)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ("ID,Type,SKU,Name,Stock,Regular price", {2: "code", 3: "name", 4: "quantity", 5: "price"}),
        ("Артикул,Номенклатура,Остаток,Цена,Ед. изм.", {0: "code", 1: "name", 2: "quantity", 3: "price", 4: "unit"}),
        ("รหัสสินค้า,ชื่อสินค้า,คงเหลือ,ราคา,คลัง", {0: "code", 1: "name", 2: "quantity", 3: "price", 4: "warehouse"}),
    ],
)
def test_columns_are_guessed_in_three_languages(headers: str, found: dict[int, str]) -> None:
    table = _table(f"{headers}\n{','.join('x' * len(headers.split(',')))}\n")
    assert guess_stock(table) == {column: StockField(meaning) for column, meaning in found.items()}


@pytest.mark.parametrize(
    ("said", "mark", "read"),
    [
        ("12", "", "12"),
        ("1 250,5", "", "1250.5"),
        ("1\u00a0250", "", "1250"),
        ("1,250.50", "", "1250.50"),
        ("1.250,50 €", "", "1250.50"),
        ("฿6.90", "", "6.90"),
        ("1,250", ".", "1250"),
        ("1,250", ",", "1.250"),
        ("1,250,000", "", "1250000"),
        ("-3", "", "-3"),
    ],
)
def test_numbers_are_read_as_people_export_them(said: str, mark: str, read: str) -> None:
    assert read_decimal(said, field="quantity", mark=mark, below_zero=True) == Decimal(read)


@pytest.mark.parametrize("said", ["1,250", "1.250", "many", "1-2", "9" * 20, "1e5", "12 pcs of 20"])
def test_numbers_that_could_be_two_things_are_refused(said: str) -> None:
    with pytest.raises(Invalid):
        read_decimal(said, field="quantity")


async def test_only_those_who_keep_stock_import_it(session: AsyncSession, now: datetime) -> None:
    for role in (Role.REP, Role.MANAGER):
        actor = await make_staff(session, role)
        with pytest.raises(NotAllowed):
            await _preview(session, actor, LIST, now)
        for verb in (
            imports.apply(session, actor=actor, run_id=1, table=_table(LIST), now=now),
            imports.undo(session, actor=actor, run_id=1, now=now),
            imports.discard(session, actor=actor, run_id=1),
        ):
            with pytest.raises(NotAllowed):
                await verb


async def test_a_table_without_codes_says_so(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    with pytest.raises(Missing):
        await _preview(session, keeper, "name,phone\nAnna,1\n", now)
    assert (await session.execute(select(func.count()).select_from(IncomingStock))).scalar_one() == 0


@pytest.mark.parametrize(
    "heading",
    [
        *("min", "Minimum", "Low mark", "мин. остаток", "Минимальный остаток", "ขั้นต่ำ", "สต็อกขั้นต่ำ"),
    ],
)
def test_low_marks_are_known_by_their_headings(heading: str) -> None:
    mapping = guess_stock(_table(f"Code;Остаток;{heading}\nB-1;5;2\n"))
    assert mapping == {0: StockField.CODE, 1: StockField.QUANTITY, 2: StockField.LOW_MARK}


async def _low(session: AsyncSession) -> list[str]:
    query = select(DomainEvent).where(DomainEvent.name.like("stock.%")).order_by(DomainEvent.id)
    return [f"{event.name} {event.facts['product']}" for event in (await session.execute(query)).scalars()]


async def test_a_list_sets_low_marks_and_tells_a_fall_once(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    await _import(session, keeper, "Code,Warehouse,Qty,Min\nB-1,A,500,200\nB-1,B,0,\nN-1,A,500,\n", now)
    bolt, nut = await _product(session, "B-1"), await _product(session, "N-1")
    assert (bolt.low_mark, nut.low_mark) == (200, None)
    assert await _low(session) == ["stock.back B-1", "stock.back N-1"]
    again = await _preview(session, keeper, "Code,Warehouse,Qty,Min\nB-1,A,500,200\nN-1,A,500,\n", now)
    assert (again.changed, again.unchanged) == ((), 2)
    # From one warehouse to another: what can be promised is as much as before, whatever stands between the rows.
    await _import(session, keeper, "Code,Warehouse,Qty\nB-1,A,0\nB-1,B,500\n", now)
    assert len(await _low(session)) == 2
    await _import(session, keeper, "Code,Warehouse,Qty,Reserved\nB-1,B,500,300\n", now)
    assert (await _low(session))[2:] == ["stock.low B-1"]
    await _import(session, keeper, "Code,Warehouse,Qty,Reserved\nB-1,B,450,300\nN-1,A,5,0\n", now)
    assert len(await _low(session)) == 3
    await _import(session, keeper, "Code,Warehouse,Qty,Reserved,Min\nN-1,A,500,0,\n", now)
    await _import(session, keeper, "Code,Warehouse,Qty,Min\nN-1,A,100,200\n", now)
    assert (await _low(session))[3:] == ["stock.low N-1"]


@pytest.mark.parametrize("dash", ["-", "–", "—"])
async def test_a_dash_takes_a_low_mark_away(session: AsyncSession, now: datetime, dash: str) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    await _import(session, keeper, "Code,Warehouse,Qty,Min\nB-1,A,500,200\n", now)
    shown = await _preview(session, keeper, f"Code,Warehouse,Qty,Min\nB-1,A,500,{dash}\n", now)
    assert [(one.field, one.before) for one in shown.changed[0].changes] == [("low_mark", "200")]
    run_id = await _import(session, keeper, f"Code,Warehouse,Qty,Min\nB-1,A,500,{dash}\n", now)
    assert (await _product(session, "B-1")).low_mark is None
    assert await imports.undo(session, actor=keeper, run_id=run_id, now=now) == imports.StockUndo(0, 1, ())
    assert (await _product(session, "B-1")).low_mark == 200


async def test_a_low_mark_is_taken_back_and_one_for_all_warehouses(session: AsyncSession, now: datetime) -> None:
    keeper = await make_staff(session, Role.WAREHOUSE)
    await _import(session, keeper, "Code,Warehouse,Qty,Min\nB-1,A,500,200\n", now)
    shown = await _preview(session, keeper, 'Code,Warehouse,Qty,Min\nB-1,A,500,"1 250,5"\n', now)
    assert [(one.field, one.before, one.after) for one in shown.changed[0].changes] == [("low_mark", "200", "1250.5")]
    run_id = await _import(session, keeper, "Code,Warehouse,Qty,Min\nB-1,A,300,100\n", now)
    assert await imports.undo(session, actor=keeper, run_id=run_id, now=now) == imports.StockUndo(0, 1, ())
    assert (await _product(session, "B-1")).low_mark == 200
    shown = await _preview(session, keeper, "Code,Warehouse,Qty,Min\nB-1,A,500,200\nB-1,B,5,10\n", now)
    assert [(one.number, one.error.code, one.error.params) for one in shown.errors] == [
        (3, "stock.two_low_marks", {"row": 2})
    ]
