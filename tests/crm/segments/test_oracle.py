"""Rules mean in the database what they mean in plain Python, for thousands of random trees on whichever database runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.filters import Age, AllOf, AnyOf, FilterContext, Node, Not, Op, Test, compile_filter, load_context
from storage.models import (
    Client,
    ClientTag,
    ContactKind,
    ContactPoint,
    FollowUp,
    FollowUpState,
    Language,
    Lifecycle,
    Source,
    Staff,
    Tag,
)
from storage.queries.segments import live_clients
from storage.search import fold
from tests.factories import make_client, make_staff
from tests.factories.segment_trees import TEXTS, random_tree

TREES = 2500
ZONE = ZoneInfo("Asia/Bangkok")


@dataclass
class Facts:
    """One client as plain values."""

    city: str
    tags: frozenset[str]
    owner: str | None
    owner_id: int | None
    source: tuple[str, str] | None
    language: str
    lifecycle: str
    moments: dict[str, datetime | None]
    has: dict[str, bool] = field(default_factory=dict)


def holds(node: Node, facts: Facts, *, me: int, now: datetime) -> bool:
    """The oracle: the tree on one client, without SQL."""
    if isinstance(node, AllOf):
        return all(holds(part, facts, me=me, now=now) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(holds(part, facts, me=me, now=now) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, facts, me=me, now=now)
    if node.field in ("last_contact", "last_purchase", "created"):
        return _moment_holds(node, facts.moments[node.field], now)
    if node.op is Op.PRESENT or node.op is Op.ABSENT:
        return _is_present(node.field, facts) is (node.op is Op.PRESENT)
    found = any(_matches(node, str(value), facts, me) for value in node.values)
    return found is (node.op not in (Op.IS_NOT, Op.NOT_IN))


def _is_present(name: str, facts: Facts) -> bool:
    known = {
        "city": facts.city != "",
        "tag": bool(facts.tags),
        "owner": facts.owner is not None,
        "source": facts.source is not None,
    }
    return known[name] if name in known else facts.has[name]


def _matches(test: Test, said: str, facts: Facts, me: int) -> bool:
    wanted = said.casefold().replace("ё", "е")
    if test.field == "city":
        return wanted in facts.city if test.op is Op.CONTAINS else wanted == facts.city
    if test.field == "tag":
        return any(wanted in tag if test.op is Op.CONTAINS else wanted == tag for tag in facts.tags)
    if test.field == "owner":
        if wanted == "me":
            return facts.owner_id == me
        return facts.owner is not None and set(wanted.split()) <= set(facts.owner.casefold().split())
    if test.field == "source":
        return facts.source is not None and wanted in facts.source
    return said == (facts.language if test.field == "language" else facts.lifecycle)


def _moment_holds(test: Test, at: datetime | None, now: datetime) -> bool:
    if test.op in (Op.PRESENT, Op.ABSENT):
        return (at is not None) is (test.op is Op.PRESENT)
    (value,) = test.values
    if isinstance(value, Age):
        days = value.count * {"day": 1, "week": 7, "month": 30, "year": 365}[value.unit]
        recent = at is not None and now - at < timedelta(days=days)
        return {Op.WITHIN: recent, Op.SILENT: not recent, Op.OLDER: at is not None and not recent}[test.op]
    assert isinstance(value, date)
    if at is None:
        return False
    day = at.astimezone(ZONE).date()
    return {
        Op.BEFORE: day < value,
        Op.AFTER: day > value,
        Op.SINCE: day >= value,
        Op.UNTIL: day <= value,
        Op.ON: day == value,
    }[test.op]


async def _company(session: AsyncSession, chance: Random, now: datetime) -> tuple[dict[int, Facts], Staff]:
    staff = [await make_staff(session, name=name) for name in ("Anna Petrova", "Somchai", "Ann Smith")]
    sources = [Source(code="fair", name="Выставка"), Source(code="web", name="Site")]
    tags = {name: Tag(key=fold(name), name=name) for name in TEXTS["tag"][:5]}
    session.add_all([*sources, *tags.values()])
    await session.flush()
    clients = {}
    for _ in range(90):
        clients.update([await _client(session, chance, now, staff, sources, tags)])
    return clients, staff[0]


async def _client(
    session: AsyncSession,
    chance: Random,
    now: datetime,
    staff: list[Staff],
    sources: list[Source],
    tags: dict[str, Tag],
) -> tuple[int, Facts]:
    def moment() -> datetime | None:
        if chance.random() < 0.25:
            return None
        # A third fall exactly on an age's edge, where < and <= part.
        days = chance.choice([1, 7, 30, 60, 365])
        exact = now - timedelta(days=days)
        return exact if chance.random() < 0.3 else now - timedelta(minutes=chance.randint(0, 400_000))

    city = chance.choice(["", *TEXTS["city"]])
    owner, source = chance.choice([None, *staff]), chance.choice([None, *sources])
    moments = {"last_contact": moment(), "last_purchase": moment(), "created": moment() or now}
    language, lifecycle = chance.choice(list(Language)), chance.choice(list(Lifecycle))
    client: Client = await make_client(
        session,
        owner=owner,
        city=city,
        city_key=fold(city),
        source_id=source.id if source else None,
        language=language,
        lifecycle=lifecycle,
        last_contact_at=moments["last_contact"],
        last_purchase_at=moments["last_purchase"],
        created_at=moments["created"],
    )
    hung = chance.sample(sorted(tags), chance.randint(0, 2))
    session.add_all(ClientTag(client_id=client.id, tag_id=tags[name].id) for name in hung)
    has = {kind.value: chance.random() < 0.5 for kind in ContactKind} | {"followup": chance.random() < 0.5}
    for kind in ContactKind:
        if has[kind.value]:
            session.add(ContactPoint(client_id=client.id, kind=kind, value=f"{kind}{client.id}", created_at=now))
    for state in [FollowUpState.DONE, *([FollowUpState.OPEN] if has["followup"] else [])]:
        closed = None if state is FollowUpState.OPEN else now
        session.add(
            FollowUp(
                client_id=client.id,
                owner_id=staff[0].id,
                promise="send it",
                state=state,
                due_at=now,
                created_at=now,
                closed_at=closed,
            )
        )
    await session.flush()
    return client.id, Facts(
        city=fold(city),
        tags=frozenset(tags[name].key for name in hung),
        owner=owner.name if owner else None,
        owner_id=owner.id if owner else None,
        source=(source.code, source.name.casefold()) if source else None,
        language=language.value,
        lifecycle=lifecycle.value,
        moments=moments,
        has=has,
    )


async def test_a_rule_chooses_whom_the_oracle_chooses(database: Database, now: datetime) -> None:
    chance = Random(20261124)
    async with database.write() as session:
        clients, me = await _company(session, chance, now)
    compared, matched = 0, 0
    async with database.read() as session:
        context: FilterContext = await load_context(session, actor_id=me.id, zone=ZONE, now=now)
        for _ in range(TREES):
            tree = random_tree(chance)
            chosen = set((await session.execute(live_clients(compile_filter(tree, context)))).scalars())
            meant = {key for key, facts in clients.items() if holds(tree, facts, me=me.id, now=now)}
            assert chosen == meant, tree
            compared, matched = compared + len(clients), matched + len(meant)
    # Neither everybody nor nobody: a table of rules that all say yes would prove nothing.
    assert 0.2 < matched / compared < 0.8


async def test_a_day_begins_at_midnight_in_the_readers_zone(database: Database) -> None:
    late_evening = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)  # half past midnight on 2 March in Bangkok
    async with database.write() as session:
        client = await make_client(session, last_contact_at=late_evening)
        for zone, day, expected in ((ZONE, 2, [client.id]), (ZONE, 1, []), (ZoneInfo("UTC"), 1, [client.id])):
            context = FilterContext(now=late_evening, zone=zone, actor_id=None)
            tree = Test("last_contact", Op.ON, (date(2026, 3, day),))
            assert list((await session.execute(live_clients(compile_filter(tree, context)))).scalars()) == expected
