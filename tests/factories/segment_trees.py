"""Random rule trees over the segment vocabulary, for the oracle and the round trip."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from storage.filters import (
    BY_DAY,
    FIELDS,
    MATCHING,
    PRESENCE,
    Age,
    AgeUnit,
    AllOf,
    AnyOf,
    Node,
    Not,
    Op,
    Test,
    Value,
)

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
    "tag": ["vip", "опт", "ปลีก", "Not", "a_b", "50%", "in", "email"],
    "owner": ["me", "Anna Petrova", "anna", "Somchai", "Nobody At All"],
    "source": ["fair", "Site", "Выставка", "unheard of"],
}


def random_tree(chance: Random, *, depth: int = 4) -> Node:
    """A tree no deeper than `depth`."""
    roll = chance.random()
    if depth <= 1 or roll < 0.3:
        return random_test(chance)
    if roll < 0.45:
        return Not(random_tree(chance, depth=depth - 1))
    kind = AllOf if roll < 0.75 else AnyOf
    return kind(tuple(random_tree(chance, depth=depth - 1) for _ in range(chance.randint(2, 3))))


def random_test(chance: Random) -> Test:
    name = chance.choice(sorted(FIELDS))
    field = FIELDS[name]
    op = chance.choice(sorted(field.ops))
    if op in PRESENCE:
        return Test(name, op)
    if op in MATCHING or op is Op.CONTAINS:
        choices = sorted(field.choices) or TEXTS[name]
        many = chance.randint(1, 3) if op in (Op.IN, Op.NOT_IN) else 1
        return Test(name, op, tuple(chance.choice(choices) for _ in range(many)))
    value: Value
    if op in BY_DAY:
        value = date(2026, 11, 24) - timedelta(days=chance.randint(-2, 120))
    else:
        value = Age(chance.randint(1, 12), chance.choice(list(AgeUnit)))
    return Test(name, op, (value,))
