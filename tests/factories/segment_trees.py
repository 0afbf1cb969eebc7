"""Random rule trees over the segment vocabulary, for the oracle and the round trip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from storage.filters import (
    BY_DAY,
    FIELDS,
    MATCHING,
    ORDER,
    PRESENCE,
    Age,
    AgeUnit,
    AllOf,
    AnyOf,
    Field,
    Kind,
    Money,
    Node,
    Not,
    Op,
    Test,
    Value,
)

TODAY = date(2026, 11, 24)
TEXTS = {
    "city": [
        "Bangkok",
        "Москва",
        "กรุงเทพ",
        "New York",
        "Rock, and (roll)",
        "50%_off",
        "орёл",
        'say "hi"',
        "а и б",
        "x",
    ],
    "name": ["Anna", "Анна", "สมชาย", "o'brien", "an", "50%", "Café", "in 30 days"],
    "company": ["Steel & Co", "ЗАО «Ель»", "บริษัท", "a_b", "co", "100% wool"],
    "tag": ["vip", "опт", "ปลีก", "Not", "a_b", "50%", "in", "email"],
    "owner": ["me", "Anna Petrova", "anna", "Somchai", "Nobody At All"],
    "source": ["fair", "Site", "Выставка", "unheard of"],
    "email": ["@example.com", "anna", "x_y", "%", "nowhere"],
    "phone": ["+66 81", "0812", "415", "nothing", "7"],
    "purchase_group": ["Bolts", "Болты", "สลักเกลียว", "a_b", "bolt"],
    "received": ["Spring", "Весна 2026", "50% off", "Never sent"],
    "segment": ["Wholesale", "Список", "Quiet ones"],
    "own": ["10", "Gold", "золото", "2026-01-31", "50%_off", "yes", "a, b"],
}
TEXTS |= dict.fromkeys(("returned", "answered", "clicked", "opened"), TEXTS["received"])
OWN_NAMES = ["Discount", "Скидка, %", "Contract end", 'Say "hi"', "level"]
HOSTILE = [
    "'",
    '"',
    "%",
    "_",
    "\\",
    "\\%_'\"",
    "a\x00b",
    "\x00",
    "\ud800",
    "x\udfffy",
    "\u202eabc\u202c",
    "\u200b",
    " ",
    "",
    "'; DROP TABLE client; --",
    "x" * 1_000_000,
    "%" * 1_000_000,
    "سلام עולם",
    "🇹🇭👨‍👩‍👧",
    '$."a"[*]',
    "NULL",
]


def random_tree(chance: Random, *, depth: int = 4, hostile: bool = False, tests: Sequence[Test] = ()) -> Node:
    """A tree no deeper than `depth`, of the tests given or of any; `hostile` puts texts in that nobody types in good faith."""
    roll = chance.random()
    if depth <= 1 or roll < 0.3:
        return chance.choice(tests) if tests else random_test(chance, hostile=hostile)
    if roll < 0.45:
        return Not(random_tree(chance, depth=depth - 1, hostile=hostile, tests=tests))
    kind = AllOf if roll < 0.75 else AnyOf
    parts = (random_tree(chance, depth=depth - 1, hostile=hostile, tests=tests) for _ in range(chance.randint(2, 3)))
    return kind(tuple(parts))


_NAMES = sorted(FIELDS)
_OPS = {name: sorted(field.ops) for name, field in FIELDS.items()}


def random_test(chance: Random, name: str = "", *, hostile: bool = False) -> Test:
    """A test of the field, or of any."""
    name = name or chance.choice(_NAMES)
    field, op = FIELDS[name], chance.choice(_OPS[name])
    called = ""
    if field.kind is Kind.OWN:
        called = chance.choice(HOSTILE) if hostile and chance.random() < 0.2 else chance.choice(OWN_NAMES)
    many = chance.randint(1, 3) if op in (Op.IN, Op.NOT_IN) else 0 if op in PRESENCE else 1
    values = tuple(_value(chance, name, field, op, hostile) for _ in range(many))
    window = _window(chance) if field.windowed and chance.random() < 0.5 else None
    return Test(name, op, values, called, window)


def _value(chance: Random, name: str, field: Field, op: Op, hostile: bool) -> Value:
    if field.kind is Kind.COUNT:
        return chance.randint(0, 4)
    if field.kind is Kind.MONEY:
        return Money(chance.choice([0, 1, 5_000, 10_000, 25_050, 100_000]), chance.choice(["EUR", "RUB", "JPY"]))
    if field.kind is Kind.OWN:
        return _own_value(chance, op, hostile)
    if op in MATCHING or op is Op.CONTAINS:
        if hostile and not field.choices and chance.random() < 0.2:
            return chance.choice(HOSTILE)
        return chance.choice(sorted(field.choices) or TEXTS[name])
    return _day(chance) if op in BY_DAY else _age(chance)


def _own_value(chance: Random, op: Op, hostile: bool) -> Value:
    if op is Op.COMING:
        return _age(chance)
    numbers_and_days: list[Value] = [0.0, 10.0, 12.5, -3.0, 10_000.0, date(2026, 1, 31), date(2026, 12, 1)]
    if op in ORDER:
        return chance.choice(numbers_and_days)
    if op is not Op.CONTAINS and chance.random() < 0.5:
        return chance.choice(numbers_and_days)
    return chance.choice(HOSTILE) if hostile and chance.random() < 0.3 else chance.choice(TEXTS["own"])


def _age(chance: Random) -> Age:
    return Age(chance.randint(1, 12), chance.choice(list(AgeUnit)))


def _day(chance: Random) -> date:
    return TODAY - timedelta(days=chance.randint(-2, 120))


def _window(chance: Random) -> Age | date:
    return _age(chance) if chance.random() < 0.5 else _day(chance)
