"""Large made-up catalogues and client lists for the search benchmarks, written by plain SQL."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from crm.client_index import searched
from storage.base import Base
from storage.database import Database
from storage.folding import fold
from storage.product_text import product_index

KINDS = [
    ("BLT", "Hex bolt", "Болт шестигранный", "โบลท์หกเหลี่ยม"),
    ("NUT", "Hex nut", "Гайка шестигранная", "น็อตตัวเมียหกเหลี่ยม"),
    ("WSH", "Flat washer", "Шайба плоская", "แหวนอีแปะ"),
    ("SCR", "Wood screw", "Саморез по дереву", "สกรูไม้"),
    ("ANC", "Wedge anchor", "Анкер клиновой", "พุกเหล็กเวดจ์"),
    ("ROD", "Threaded rod", "Шпилька резьбовая", "สตัดเกลียวตลอด"),
    ("DRL", "Drill bit", "Сверло по металлу", "ดอกสว่านเจาะเหล็ก"),
    ("VLV", "Ball valve", "Кран шаровой", "บอลวาล์ว"),
    ("ELB", "Brass elbow", "Угольник латунный", "ข้องอทองเหลือง"),
    ("SIL", "Silicone sealant", "Герметик силиконовый", "ซิลิโคนยาแนว"),
]
FINISHES = [
    ("zinc plated", "оцинкованный", "ชุบซิงค์"),
    ("stainless A2", "нержавеющий А2", "สแตนเลส A2"),
    ("black oxide", "чёрный", "รมดำ"),
    ("brass", "латунный", "ทองเหลือง"),
    ("hot dip galvanised", "горячее цинкование", "ชุบกัลวาไนซ์"),
]
FIRST = ["Anna", "Boris", "Сергей", "Юлия", "สมชาย", "ศิริพร", "John", "Maria", "Дмитрий", "Ольга", "วิชัย", "Peter"]
LAST = [
    "Schmidt",
    "Petrov",
    "Иванов",
    "Смирнова",
    "ใจดี",
    "แสงทอง",
    "Smith",
    "Garcia",
    "Кузнецов",
    "Li",
    "Novak",
    "Berg",
]
FIRMS = ["Tools", "Trading", "Сервис", "Строй", "การค้า", "Supply", "Group", "Крепёж", "Metal", "อุตสาหกรรม"]
CITIES = ["Bangkok", "Москва", "Riga", "Тула", "เชียงใหม่", "Berlin", "Казань", "Phuket"]


async def empty_database(path: Path) -> Database:
    """A database with the whole schema."""
    database = Database(f"sqlite:///{path}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return database


def fill_products(path: Path, count: int) -> None:
    """`count` articles; codes are BLT-M8-40-Z00012 and the like."""
    columns = "code, code_key, name_en, name_ru, name_th, unit, currency, search_text, active, created_at, updated_at"
    _insert(path, "product", columns, _products(count))


def fill_clients(path: Path, count: int, *, now: datetime) -> None:
    """`count` clients of one rep's, with phones in their searched column."""
    columns = (
        "name, company, name_key, search_text, city, city_key, language, lifecycle, custom_fields, first_contact_reason,"
        " notes, last_contact_at, last_purchase_at, created_at, updated_at, name_folded, company_folded"
    )
    _insert(path, "client", columns, _clients(count, now))


def _insert(path: Path, table: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * (columns.count(",") + 1))
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    while chunk := list(itertools.islice(rows, 20_000)):
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", chunk)
    connection.commit()
    connection.execute("ANALYZE")
    connection.close()


def _products(count: int) -> Iterator[tuple[object, ...]]:
    random = Random(7)
    moment = "2026-11-01 00:00:00"
    for number in range(count):
        prefix, en, ru, th = KINDS[number % len(KINDS)]
        finish = random.choice(FINISHES)
        size, length = random.choice([4, 5, 6, 8, 10, 12, 14, 16, 18, 20]), 5 * random.randint(2, 60)
        code = f"{prefix}-M{size}-{length}-Z{number:05d}"
        names = tuple(
            f"{name} {mark}{size}x{length} {how} DIN {900 + number % 90}"
            for name, mark, how in ((en, "M", finish[0]), (ru, "М", finish[1]), (th, "M", finish[2]))
        )
        key, text = product_index(code=code, barcode=None, names=names)
        yield (code, key, *names, "pcs", "EUR", text, 1, moment, moment)


def _clients(count: int, now: datetime) -> Iterator[tuple[object, ...]]:
    random = Random(8)
    for number in range(count):
        name = f"{random.choice(FIRST)} {random.choice(LAST)}{number % 997}"
        company = f"{random.choice(LAST)} {random.choice(FIRMS)} {number % 1009}"
        city = random.choice(CITIES)
        text, key, city_key = searched(name=name, company=company, city=city, phones=[f"+6681{number:07d}"])
        language = ("en", "ru", "th")[number % 3]
        contact, purchase = (now - timedelta(days=random.randint(0, 500), minutes=number % 600) for _ in range(2))
        yield (
            name,
            company,
            key,
            text,
            city,
            city_key,
            language,
            "customer",
            "{}",
            "",
            "",
            *map(_stored, (contact, purchase, now - timedelta(days=number % 900), now)),
            fold(name),
            fold(company),
        )


def _stored(at: datetime) -> str:
    """A moment as the column type writes it on SQLite."""
    return at.replace(tzinfo=None).isoformat(" ", timespec="microseconds")
