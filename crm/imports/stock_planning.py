"""What a stock list would do, article by article, before anything is written: new, changed with before and after, or an error."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, check
from crm.errors import CrmError, Invalid, Missing
from crm.fields import read_line
from crm.imports.mapping import by_headers
from crm.imports.numbers import decimal_mark, minor_units, read_decimal
from crm.imports.planning import Change, RowError
from crm.imports.reading import Row, Table
from storage.folding import fold
from storage.models import IncomingStock, Product, Staff, StockBalance, Warehouse
from storage.queries import products as product_queries
from storage.queries import stock as stock_queries

FIRST_WAREHOUSE = "Main"


class RepeatedShelf(CrmError):
    """The row speaks of the same article and warehouse as an earlier one. Parameters: row."""

    code = "stock.repeated_row"


class TwoLowMarks(CrmError):
    """Another row of the same article has another low mark. Parameters: row."""

    code = "stock.two_low_marks"


class StockField(StrEnum):
    """What a column of a stock list may hold."""

    CODE = "code"
    NAME = "name"  # in whichever language it is written
    NAME_EN = "name_en"
    NAME_RU = "name_ru"
    NAME_TH = "name_th"
    UNIT = "unit"
    PRICE = "price"
    CURRENCY = "currency"
    BARCODE = "barcode"
    WAREHOUSE = "warehouse"
    QUANTITY = "quantity"
    RESERVED = "reserved"
    INCOMING = "incoming"
    EXPECTED = "expected"
    LOW_MARK = "low_mark"  # of the product, over all warehouses


HEADERS: dict[StockField, tuple[str, ...]] = {
    StockField.CODE: (
        *("code", "sku", "article", "article code", "item code", "product code", "part number", "item no"),
        *("артикул", "код", "код товара", "номенклатурный номер", "รหัส", "รหัสสินค้า"),
    ),
    StockField.NAME: (
        *("name", "product", "product name", "item", "title", "description"),
        *("название", "наименование", "товар", "номенклатура", "описание", "ชื่อ", "ชื่อสินค้า", "สินค้า", "รายการ"),
    ),
    StockField.NAME_EN: ("name_en", "name en", "english name", "name english", "название en", "ชื่ออังกฤษ"),
    StockField.NAME_RU: ("name_ru", "name ru", "russian name", "название ru", "ชื่อรัสเซีย"),
    StockField.NAME_TH: ("name_th", "name th", "thai name", "название th", "ชื่อไทย"),
    StockField.UNIT: (
        "unit",
        "uom",
        "unit of measure",
        "единица",
        "ед",
        "ед изм",
        "единица измерения",
        "หน่วย",
        "หน่วยนับ",
    ),
    StockField.PRICE: (
        *("price", "unit price", "regular price", "sale price", "list price"),
        *("цена", "цена продажи", "розничная цена", "ราคา", "ราคาขาย", "ราคาต่อหน่วย"),
    ),
    StockField.CURRENCY: ("currency", "валюта", "สกุลเงิน"),
    StockField.BARCODE: ("barcode", "ean", "ean13", "gtin", "upc", "штрихкод", "штрих код", "บาร์โค้ด"),
    StockField.WAREHOUSE: ("warehouse", "location", "store", "depot", "склад", "место хранения", "คลัง", "คลังสินค้า"),
    StockField.QUANTITY: (
        *("quantity", "qty", "stock", "on hand", "in stock", "balance", "available quantity"),
        *("количество", "кол во", "остаток", "остатки", "в наличии", "จำนวน", "คงเหลือ", "ยอดคงเหลือ", "สต็อก"),
    ),
    StockField.RESERVED: ("reserved", "reserve", "резерв", "в резерве", "зарезервировано", "จอง", "ยอดจอง"),
    StockField.INCOMING: ("incoming", "on order", "in transit", "ожидается", "в пути", "приход", "กำลังเข้า", "รอเข้า"),
    StockField.EXPECTED: (
        *("expected", "expected on", "eta", "arrival date", "expected date"),
        *("дата прихода", "ожидаемая дата", "поступление", "วันที่เข้า", "กำหนดเข้า"),
    ),
    StockField.LOW_MARK: (
        *("min", "minimum", "low mark", "min stock", "minimum stock", "min quantity", "reorder point", "reorder level"),
        *("мин", "мин остаток", "минимум", "минимальный остаток", "неснижаемый остаток", "точка заказа"),
        *("ขั้นต่ำ", "สต็อกขั้นต่ำ", "จำนวนขั้นต่ำ", "คงเหลือขั้นต่ำ", "จุดสั่งซื้อ"),
    ),
}
_TELLING = frozenset({StockField.QUANTITY, StockField.PRICE, StockField.BARCODE, StockField.UNIT, StockField.WAREHOUSE})
# Fields of the product itself: what an import may set, and put back.
NONE_ANY_MORE = frozenset("-\u2013\u2014")  # in a low mark's cell; an empty one leaves what there is
COLUMNS = ("name_en", "name_ru", "name_th", "unit", "price_minor", "currency", "barcode", "active", "low_mark")


@dataclass
class ShelfPlan:
    """What the list says of one article in one warehouse; None says nothing."""

    warehouse: str
    warehouse_id: int | None
    quantity: Decimal | None = None
    reserved: Decimal | None = None
    incoming: Decimal | None = None
    expected_on: date | None = None


@dataclass
class ArticlePlan:
    """What the list would do to one article; `product_id` is None for a new one."""

    number: int
    code: str
    name: str
    product_id: int | None = None
    values: dict[str, str | int | None] = field(default_factory=dict)
    shelves: list[ShelfPlan] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class StockPlan:
    """The difference a stock list would make; the fingerprint tells whether what was shown is still what would happen."""

    new: tuple[ArticlePlan, ...]
    changed: tuple[ArticlePlan, ...]
    unchanged: int
    new_warehouses: tuple[str, ...]
    errors: tuple[RowError, ...]

    @property
    def fingerprint(self) -> str:
        told = [
            (article.code, article.product_id, [(c.field, c.before, c.after) for c in article.changes])
            for article in (*self.new, *self.changed)
        ]
        refused = [(error.number, error.error.code) for error in self.errors]
        return hashlib.sha256(repr((told, refused, self.new_warehouses)).encode("utf-8", "replace")).hexdigest()[:32]


def guess_stock(table: Table) -> dict[int, StockField]:
    """Column → field by the headers, in three languages."""
    return dict(sorted(by_headers(table.headers, HEADERS, repeated=frozenset()).items()))


def looks_like_stock(table: Table) -> bool:
    """Whether a table is a stock list: it names article codes, and something only goods have."""
    found = set(guess_stock(table).values())
    return StockField.CODE in found and bool(found & _TELLING)


async def plan_stock(
    session: AsyncSession, *, actor: Staff, table: Table, mapping: Mapping[int, StockField], currency: str
) -> StockPlan:
    """Reads every row and compares it with what is known. Nothing is written. An empty cell changes nothing.

    Raises Missing when no column holds the code.
    """
    check(actor, Action.EDIT_STOCK)
    if StockField.CODE not in mapping.values():
        raise Missing(field="code")
    columns = {meaning: column for column, meaning in mapping.items()}
    places = _Places(await stock_queries.warehouses(session))
    articles, errors = _read(table, columns, places, currency)
    known = await product_queries.by_codes(session, codes=[article.code for article in articles])
    ids = [product.id for product in known.values()]
    balances = await stock_queries.balances(session, product_ids=ids)
    arrivals = await stock_queries.incoming(session, product_ids=ids)
    new: list[ArticlePlan] = []
    changed: list[ArticlePlan] = []
    unchanged = 0
    for article in articles:
        product = known.get(article.code)
        _compare_product(article, product)
        for shelf in article.shelves:
            place = (product.id, shelf.warehouse_id or 0) if product else (0, 0)
            _compare_shelf(article, shelf, balances.get(place), arrivals.get(place, []))
        if product is None:
            new.append(article)
        elif article.changes:
            changed.append(article)
        else:
            unchanged += 1
    return StockPlan(tuple(new), tuple(changed), unchanged, tuple(places.new), tuple(errors))


class _Places:
    """Warehouses by code or name; one the list names for the first time is made when it is applied."""

    def __init__(self, known: list[Warehouse]) -> None:
        self._known = {fold(said): place for place in known for said in (place.name, place.code)}
        self._active = [place for place in known if place.active]
        self.new: dict[str, None] = {}

    def find(self, said: str) -> tuple[str, int | None]:
        if not said:
            if len(self._active) > 1:
                raise Missing(field="warehouse")
            if self._active:
                return self._active[0].name, self._active[0].id
            said = FIRST_WAREHOUSE
        place = self._known.get(fold(said))
        if place is not None:
            return place.name, place.id
        name = next((other for other in self.new if fold(other) == fold(said)), said)
        self.new[name] = None
        return name, None


def _read(
    table: Table, columns: Mapping[StockField, int], places: _Places, currency: str
) -> tuple[list[ArticlePlan], list[RowError]]:
    articles: dict[str, ArticlePlan] = {}
    seen: dict[tuple[str, str], int] = {}
    errors: list[RowError] = []
    mark = _decimal_mark(table, columns)
    for row in table.rows:
        try:
            article, shelf = _read_row(row, columns, mark, places, currency)
            place = (article.code, shelf.warehouse if shelf else "")
            if place in seen:
                raise RepeatedShelf(row=seen[place])
        except CrmError as error:
            errors.append(RowError(row.number, error))
            continue
        seen[place] = row.number
        kept = articles.setdefault(article.code, article)
        low = article.values.get("low_mark")
        if low is not None and kept.values.get("low_mark", low) != low:
            errors.append(RowError(row.number, TwoLowMarks(row=kept.number)))
            continue
        kept.values.update(article.values)
        if shelf is not None:
            kept.shelves.append(shelf)
    return list(articles.values()), errors


def _read_row(
    row: Row, columns: Mapping[StockField, int], mark: str, places: _Places, currency: str
) -> tuple[ArticlePlan, ShelfPlan | None]:
    def cell(meaning: StockField) -> str:
        column = columns.get(meaning)
        return row.cells[column] if column is not None else ""

    def number(meaning: StockField, *, below_zero: bool = False) -> Decimal | None:
        return read_decimal(cell(meaning), field=meaning.value, mark=mark, below_zero=below_zero)

    code = read_line(cell(StockField.CODE), field="code", limit=60, required=True)
    values: dict[str, str | int | None] = {}
    for meaning in (StockField.NAME, StockField.NAME_EN, StockField.NAME_RU, StockField.NAME_TH):
        if name := read_line(cell(meaning), field="name", limit=250):
            values[_name_column(name) if meaning is StockField.NAME else meaning.value] = name
    if unit := read_line(cell(StockField.UNIT), field="unit", limit=20):
        values["unit"] = unit
    if barcode := read_line(cell(StockField.BARCODE), field="barcode", limit=40):
        values["barcode"] = barcode
    if cell(StockField.LOW_MARK).strip() in NONE_ANY_MORE:
        values["low_mark"] = None
    elif (low := number(StockField.LOW_MARK)) is not None:
        values["low_mark"] = plain(low)
    price = number(StockField.PRICE)
    if price is not None:
        values["currency"] = _currency(cell(StockField.CURRENCY)) or currency
        values["price_minor"] = minor_units(price, str(values["currency"]))
    shelf = ShelfPlan(
        warehouse="",
        warehouse_id=None,
        quantity=number(StockField.QUANTITY, below_zero=True),
        reserved=number(StockField.RESERVED),
        incoming=number(StockField.INCOMING),
        expected_on=_read_day(cell(StockField.EXPECTED)),
    )
    named = str(values.get("name_en") or values.get("name_ru") or values.get("name_th") or "")
    article = ArticlePlan(number=row.number, code=code, name=named, values=values)
    if (shelf.quantity, shelf.reserved, shelf.incoming) == (None, None, None):
        return article, None
    said = read_line(cell(StockField.WAREHOUSE), field="warehouse", limit=40)
    shelf.warehouse, shelf.warehouse_id = places.find(said)
    return article, shelf


def _decimal_mark(table: Table, columns: Mapping[StockField, int]) -> str:
    """The decimal mark the list's own numbers give away."""
    numeric = [
        columns[meaning]
        for meaning in (
            StockField.PRICE,
            StockField.QUANTITY,
            StockField.RESERVED,
            StockField.INCOMING,
            StockField.LOW_MARK,
        )
        if meaning in columns
    ]
    return decimal_mark(row.cells[column] for row in table.rows for column in numeric)


def _name_column(name: str) -> str:
    if re.search("[\u0e01-\u0e2e]", name):
        return "name_th"
    return "name_ru" if re.search("[а-яё]", name, re.IGNORECASE) else "name_en"


def _currency(text: str) -> str:
    code = text.strip().upper()
    if code and not re.fullmatch("[A-Z]{3}", code):
        raise Invalid(field="currency", value=text[:40])
    return code


def _read_day(text: str) -> date | None:
    if not text.strip():
        return None
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?", text.strip())
    parts = found.groups() if found else None
    if parts is None and (found := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text.strip())):
        parts = (found[3], found[2], found[1])
    try:
        if parts is None:
            raise Invalid(field="expected", value=text[:40])
        year, month, day = map(int, parts)
        return date(year - 543 if year >= 2400 else year, month, day)
    except ValueError:
        raise Invalid(field="expected", value=text[:40]) from None


def _compare_product(article: ArticlePlan, product: Product | None) -> None:
    if product is not None:
        article.product_id = product.id
        article.name = article.name or product.name_en or product.name_ru or product.name_th
        if not product.active:
            article.values["active"] = True  # a list that names it again offers it again
    for column in COLUMNS:
        if column not in article.values:
            continue
        before = plain(getattr(product, column)) if product is not None else None
        if before != article.values[column]:
            article.changes.append(Change(column, _shown(before), _shown(article.values[column])))


def _compare_shelf(
    article: ArticlePlan, shelf: ShelfPlan, balance: StockBalance | None, arrivals: list[IncomingStock]
) -> None:
    on_hand = balance.on_hand if balance else Decimal()
    reserved = balance.reserved if balance else Decimal()
    coming = sum((arrival.quantity for arrival in arrivals), Decimal())
    days = {arrival.expected_on for arrival in arrivals}
    if shelf.quantity is not None and shelf.quantity != on_hand:
        article.changes.append(Change("quantity", _at(on_hand, shelf), _at(shelf.quantity, shelf)))
    if shelf.reserved is not None and shelf.reserved != reserved:
        article.changes.append(Change("reserved", _at(reserved, shelf), _at(shelf.reserved, shelf)))
    same_days = not shelf.incoming or days == {shelf.expected_on}
    if shelf.incoming is not None and (shelf.incoming != coming or not same_days):
        article.changes.append(Change("incoming", _at(coming, shelf), _at(shelf.incoming, shelf)))


def _at(quantity: Decimal, shelf: ShelfPlan) -> str:
    return f"{quantity.normalize():f} · {shelf.warehouse}"


def plain(value: Any) -> Any:
    """A product's value as an import keeps it: quantities in figures, everything else as it is."""
    return f"{round(value, 3).normalize():f}" if isinstance(value, Decimal) else value


def _shown(value: object) -> str:
    return "" if value is None else str(value)
