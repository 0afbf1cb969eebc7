"""Rules mean in the database what they mean in plain Python, for thousands of random trees on whichever database runs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import client_scope
from storage.database import Database
from storage.filters import AllOf, AnyOf, FilterContext, Node, Not, Op, Test, comparisons, compile_filter, load_context
from storage.models import Client
from storage.queries.segments import live_clients
from tests.factories import make_client
from tests.factories.segment_facts import Company, make_company
from tests.factories.segment_oracle import ORACLE, ZONE, holds
from tests.factories.segment_trees import random_test, random_tree

TREES = 400
MANY_OF_FEW = 6_000
FEW = 40  # tests that a question's rules are made of
MANY = int(os.environ.get("TOUCHLINE_RULES", "1000000"))


class Masks:
    """Whom a tree means, as bits: each test is asked of the oracle once per client and remembered."""

    def __init__(self, company: Company) -> None:
        self.company, self.everybody = company, (1 << len(company.clients)) - 1
        self._known: dict[Test, int] = {}

    def of(self, node: Node) -> int:
        if isinstance(node, AllOf):
            found = self.everybody
            for part in node.parts:
                found &= self.of(part)
            return found
        if isinstance(node, AnyOf):
            found = 0
            for part in node.parts:
                found |= self.of(part)
            return found
        if isinstance(node, Not):
            return self.everybody & ~self.of(node.part)
        if node not in self._known:
            self._known[node] = self._asked(node)
        return self._known[node]

    @property
    def known(self) -> int:
        """How many different tests were asked about."""
        return len(self._known)

    def _asked(self, test: Test) -> int:
        facts = self.company.clients.values()
        return sum(1 << place for place, one in enumerate(facts) if holds(test, one, self.company))


class Questions:
    """Asks the database many rules at once: whom each chooses, as bits, in one scan of the clients."""

    def __init__(self, session: AsyncSession, company: Company, context: FilterContext) -> None:
        self.session, self.context, self._first = session, context, min(company.clients)

    async def compiled(self, trees: Sequence[Node], scope: ColumnElement[bool]) -> list[int]:
        """Each tree compiled as a whole, its values bound, as in use."""
        bit = cast(literal(1), BigInteger).op("<<")(cast(Client.id - self._first, Integer))
        asked = (
            func.coalesce(func.sum(bit).filter(scope, compile_filter(tree, self.context)), 0).label(f"c{place}")
            for place, tree in enumerate(trees)
        )
        row = (await self.session.execute(select(*asked).where(Client.archived_at.is_(None)))).one()
        return [int(value) for value in row]

    async def written(self, trees: Sequence[Node], scope: ColumnElement[bool]) -> list[int]:
        """Each test of the trees asked once in the scan, and the trees made of their answers: compiling takes the time."""
        columns: dict[Test, str] = {}
        for tree in trees:
            for test in comparisons(tree):
                columns.setdefault(test, f"t{len(columns)}")
        told = [f"({self._text(compile_filter(test, self.context))}) AS {name}" for test, name in columns.items()]
        bit = "CAST(1 AS BIGINT) << place"
        asked = [f"coalesce(sum({bit}) FILTER (WHERE {_composed(tree, columns)}), 0)" for tree in trees]
        query = (
            f"WITH told AS MATERIALIZED (SELECT CAST(client.id - {self._first} AS INTEGER) AS place, {', '.join(told)}"
            f" FROM client WHERE client.archived_at IS NULL AND {self._text(scope)}) SELECT {', '.join(asked)} FROM told"
        )
        connection = await self.session.connection()
        return [int(value) for value in (await connection.exec_driver_sql(query)).one()]

    def _text(self, condition: ColumnElement[bool]) -> str:
        query = select(Client.id).where(condition)  # without the query around it nothing would be correlated
        dialect = self.session.get_bind().dialect
        return str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).split("WHERE ", 1)[1]


def _composed(node: Node, columns: Mapping[Test, str]) -> str:
    if isinstance(node, Not):
        return f"NOT ({_composed(node.part, columns)})"
    if isinstance(node, AllOf | AnyOf):
        joiner = " AND " if isinstance(node, AllOf) else " OR "
        return "(" + joiner.join(_composed(part, columns) for part in node.parts) + ")"
    return columns[node]


async def _compare(
    database: Database, now: datetime, *, trees: int, of_tests: int = 0, seconds: float = 1e9
) -> tuple[int, int]:
    """Compares so many rules, or as many as the time allows; half of them within a rep's scope, some with hostile texts.

    With `of_tests` each question is of many rules made of so many tests, fresh ones every time. Returns rules and tests.
    """
    chance = Random(20261124)
    async with database.write() as session:
        company = await make_company(session, chance, now, clients=60)
    assert list(company.clients) == list(range(min(company.clients), min(company.clients) + 60))
    masks, started, compared, matched = Masks(company), time.monotonic(), 0, 0
    own = sum(1 << place for place, one in enumerate(company.clients.values()) if one.owner_id in (None, company.me.id))
    async with database.read() as session:
        context = await load_context(
            session, actor_id=company.me.id, zone=ZONE, now=now, mailings=True, segments=company.said
        )
        ask = Questions(session, company, context)
        for chunk in _chunks(chance, trees, of_tests):
            scoped = chance.random() < 0.5
            scope = client_scope(company.me) if scoped else Client.id.is_not(None)
            found = await (ask.written(chunk, scope) if of_tests else ask.compiled(chunk, scope))
            for tree, bits in zip(chunk, found, strict=True):
                meant = masks.of(tree) & (own if scoped else masks.everybody)
                if bits != meant:
                    pytest.fail(f"{str(tree)[:1500]} … {_differ(bits ^ meant, company)}")
                matched += bits.bit_count()
            compared += len(chunk)
            if time.monotonic() - started > seconds:
                break
    # Neither everybody nor nobody: a table of rules that all say yes would prove nothing.
    assert 0.15 < matched / compared / 60 < 0.8
    return compared, masks.known


def _chunks(chance: Random, trees: int, of_tests: int) -> Iterator[list[Node]]:
    size = 1_500 if of_tests else 100  # columns a database gives at once; conditions it still plans quickly
    for start in range(0, trees, size):
        tests = [random_test(chance, hostile=True) for _ in range(of_tests)]
        yield [random_tree(chance, hostile=chance.random() < 0.5, tests=tests) for _ in range(min(size, trees - start))]


def _differ(bits: int, company: Company) -> str:
    """The first client about whom the two disagree."""
    facts = list(company.clients.values())
    return next(str(vars(facts[place]))[:3000] for place in range(len(facts)) if bits >> place & 1)


async def test_a_rule_chooses_whom_the_oracle_chooses(database: Database, now: datetime) -> None:
    compared, _ = await _compare(database, now, trees=TREES)
    assert compared == TREES


async def test_many_rules_of_few_tests_choose_whom_the_oracle_chooses(database: Database, now: datetime) -> None:
    compared, tests = await _compare(database, now, trees=MANY_OF_FEW, of_tests=FEW)
    assert (compared, tests > 100) == (MANY_OF_FEW, True)


@pytest.mark.long
async def test_very_many_rules_choose_whom_the_oracle_chooses(database: Database, now: datetime) -> None:
    seconds = float(os.environ.get("TOUCHLINE_RULES_SECONDS", "1e9"))
    compared, tests = await _compare(database, now, trees=MANY, of_tests=FEW, seconds=seconds)
    print(f"{compared:,} rules of {tests:,} comparisons agree with the oracle")


async def test_a_rule_asked_of_one_client_says_the_same(database: Database, now: datetime) -> None:
    """Narrowed to one client the history of others is not read; the answer is the same."""
    chance = Random(5)
    async with database.write() as session:
        company = await make_company(session, chance, now, clients=12)
    async with database.read() as session:
        for client_id, facts in company.clients.items():
            context = await load_context(
                session,
                actor_id=company.me.id,
                zone=ZONE,
                now=now,
                mailings=True,
                segments=company.said,
                client_id=client_id,
            )
            trees = [random_tree(chance) for _ in range(40)]
            found = await session.execute(
                select(*(compile_filter(t, context).label(f"c{n}") for n, t in enumerate(trees))).where(
                    Client.id == client_id
                )
            )
            for tree, held in zip(trees, found.one(), strict=True):
                assert bool(held) is holds(tree, facts, company), tree


async def test_a_day_begins_at_midnight_in_the_readers_zone(database: Database) -> None:
    late_evening = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)  # half past midnight on 2 March in Bangkok
    async with database.write() as session:
        client = await make_client(session, last_contact_at=late_evening)
        for zone, day, expected in ((ZONE, 2, [client.id]), (ZONE, 1, []), (ZoneInfo("UTC"), 1, [client.id])):
            context = FilterContext(now=late_evening, zone=zone, actor_id=None)
            tree = Test("last_contact", Op.ON, (date(2026, 3, day),))
            assert list((await session.execute(live_clients(compile_filter(tree, context)))).scalars()) == expected


def test_the_oracle_knows_every_field() -> None:
    from storage.filters import FIELDS

    assert set(ORACLE) == set(FIELDS)
