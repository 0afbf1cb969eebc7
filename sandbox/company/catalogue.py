"""The shelves of the demo company: forty products with names in three languages, three warehouses, what lies there.

The products stand in catalogue.csv, so that the same file can be tried with `touchline import stock`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from random import Random

from storage.models import StockMoveKind


@dataclass(frozen=True, slots=True)
class Article:
    """One product as the catalogue lists it; `price_minor` in hundredths of the company's currency."""

    code: str
    group: str
    unit: str
    price_minor: int
    barcode: str
    name_en: str
    name_ru: str
    name_th: str


@dataclass(frozen=True, slots=True)
class Move:
    """A change of stock, in the order it happened."""

    code: str
    warehouse: str
    kind: StockMoveKind
    quantity: Decimal
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods on their way."""

    code: str
    warehouse: str
    quantity: Decimal
    expected_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Shelves:
    """The ledger of a month, what is reserved by (code, warehouse), and what is coming."""

    moves: tuple[Move, ...]
    reserved: dict[tuple[str, str], Decimal]
    arrivals: tuple[Arrival, ...]


WAREHOUSES = (("BKK", "Bangkok, main warehouse"), ("MOW", "Moscow, Khimki"), ("RIX", "Riga, port"))
HISTORY_DAYS = 30


def articles() -> list[Article]:
    """The catalogue in the order of its file."""
    text = files("sandbox.company").joinpath("catalogue.csv").read_text(encoding="utf-8")
    return [
        Article(
            code=row["code"],
            group=row["group"],
            unit=row["unit"],
            price_minor=int(Decimal(row["price"]) * 100),
            barcode=row["barcode"],
            name_en=row["name_en"],
            name_ru=row["name_ru"],
            name_th=row["name_th"],
        )
        for row in csv.DictReader(text.splitlines())
    ]


def fill_shelves(catalogue: list[Article], *, now: datetime, random: Random) -> Shelves:
    """Opening stock a month ago, then receipts and shipments; nothing ever below zero, some shelves empty."""
    moves: list[Move] = []
    reserved: dict[tuple[str, str], Decimal] = {}
    arrivals: list[Arrival] = []
    for number, article in enumerate(catalogue):
        for place, (warehouse, _name) in enumerate(WAREHOUSES):
            # Every seventh shelf outside the main warehouse has run dry: "incoming" has something to say.
            empty = place > 0 and (number + place) % 7 == 0
            shelf = _one_shelf(article, warehouse, empty=empty, now=now, random=random)
            moves.extend(shelf)
            left = sum((move.quantity for move in shelf), Decimal())
            if left > 20 and random.random() < 0.4:
                reserved[article.code, warehouse] = Decimal(int(left) // random.randint(4, 12))
            if empty or random.random() < 0.12:
                arrivals.append(_arrival(article, warehouse, now=now, random=random))
    moves.sort(key=lambda move: move.at)
    return Shelves(tuple(moves), reserved, tuple(arrivals))


def _one_shelf(article: Article, warehouse: str, *, empty: bool, now: datetime, random: Random) -> list[Move]:
    size = _size(article)
    opening = Decimal(random.randint(4, 12) * size)
    moves = [
        Move(
            article.code,
            warehouse,
            StockMoveKind.COUNT,
            opening,
            "Stock-taking",
            now - timedelta(days=HISTORY_DAYS, hours=random.randint(1, 8)),
        )
    ]
    left = opening
    for day in sorted(random.sample(range(1, HISTORY_DAYS), 4), reverse=True):
        at = now - timedelta(days=day, hours=random.randint(0, 7), minutes=random.randint(0, 59))
        if random.random() < 0.3:
            quantity = Decimal(random.randint(1, 5) * size)
            moves.append(Move(article.code, warehouse, StockMoveKind.RECEIPT, quantity, _reference("GR", random), at))
        else:
            quantity = -min(left, Decimal(random.randint(1, 2 * size)))
            moves.append(Move(article.code, warehouse, StockMoveKind.SHIPMENT, quantity, _reference("SO", random), at))
        left += quantity
    if empty and left:
        at = now - timedelta(hours=random.randint(9, 20))
        moves.append(Move(article.code, warehouse, StockMoveKind.SHIPMENT, -left, _reference("SO", random), at))
    return [move for move in moves if move.quantity]


def _arrival(article: Article, warehouse: str, *, now: datetime, random: Random) -> Arrival:
    quantity = Decimal(random.randint(3, 10) * _size(article))
    expected = (now + timedelta(days=random.randint(2, 24))).date()
    return Arrival(article.code, warehouse, quantity, expected, _reference("PO", random))


def _size(article: Article) -> int:
    """What one usual lot of it is: small parts move by hundreds, tools by the dozen."""
    return 100 if article.price_minor < 50 else 25 if article.price_minor < 300 else 6


def _reference(kind: str, random: Random) -> str:
    return f"{kind}-{random.randint(2000, 9999)}"
