"""The demo company: large and mixed enough, the same every time, and true to the product's own rules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from email_validator import validate_email
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import merge_fields, stock
from crm.clients.finding import resolve
from crm.segments import keeping
from sandbox.company.catalogue import articles
from sandbox.company.mailings import TEMPLATES
from sandbox.seed import opening_moment, people, seed
from storage.database import Database
from storage.models import (
    Client,
    ContactKind,
    ContactPoint,
    CounterParty,
    DeliveryState,
    FollowUp,
    FollowUpState,
    IncomingStock,
    Interaction,
    Language,
    Lifecycle,
    Mailing,
    Outbox,
    Product,
    Purchase,
    Role,
    Segment,
    Staff,
    StockBalance,
    StockMove,
    Suppression,
    Template,
    TemplateVersion,
    Warehouse,
)


async def _count(session: AsyncSession, model: type) -> int:
    return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_a_company_of_the_promised_size_is_written_once(database: Database, now: datetime) -> None:
    assert await seed(database, now=now)
    assert not await seed(database, now=now), "a second seed must leave the company alone"

    async with database.read() as session:
        assert await _count(session, Client) >= 300
        assert await _count(session, Product) == 40
        assert await _count(session, Warehouse) == 3
        assert await _count(session, Interaction) >= 1_000
        assert await _count(session, CounterParty) >= 200
        assert await _count(session, IncomingStock) >= 10
        assert await _count(session, Segment) == 2
        assert await _count(session, Template) == 3
        assert await _count(session, TemplateVersion) == 9
        languages = Counter((await session.execute(select(Client.language))).scalars())
        assert min(languages[language] for language in Language) >= 60
        roles = set((await session.execute(select(Staff.role))).scalars())
        assert roles == set(Role)


async def test_the_same_seed_gives_the_same_company(database: Database, now: datetime) -> None:
    from sandbox.company.clients import sketch_clients
    from sandbox.company.history import live_a_month
    from sandbox.seed import SEED, Random

    first, second = Random(SEED), Random(SEED)
    clients = sketch_clients(first)
    assert clients == sketch_clients(second)
    assert live_a_month(clients, now=now, random=first) == live_a_month(clients, now=now, random=second)


async def test_every_address_and_barcode_is_valid(database: Database, now: datetime) -> None:
    await seed(database, now=now)
    async with database.read() as session:
        points = (await session.execute(select(ContactPoint.kind, ContactPoint.value))).all()
        barcodes = (await session.execute(select(Product.barcode))).scalars().all()
    phones = [value for kind, value in points if kind is ContactKind.PHONE]
    emails = [value for kind, value in points if kind is ContactKind.EMAIL]
    assert len(set(phones)) == len(phones)
    assert len(set(emails)) == len(emails)
    for phone in phones:
        parsed = phonenumbers.parse(phone)
        assert phonenumbers.is_valid_number(parsed), phone
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == phone
    for email in emails:
        assert email.endswith(".example")
        validate_email(email, check_deliverability=False)
    for barcode in barcodes:
        assert barcode is not None
        weights = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(barcode[:12]))
        assert len(barcode) == 13
        assert int(barcode[12]) == -weights % 10


async def test_there_is_one_anna_and_two_ivanovs(database: Database, now: datetime) -> None:
    await seed(database, now=now)
    async with database.read() as session:
        rows = (await session.execute(select(Client.name, Client.company, Client.search_text))).all()
        names = (await session.execute(select(Staff.name))).scalars().all()
    annas = [(name, company) for name, company, text in rows if "ana" in text or "anna" in text]
    assert annas == [("Anna Schmidt", "Baltic Tools")]
    assert sorted(name for name, _, text in rows if " ivanov " in text) == ["Иван Иванов", "Илья Иванов"]
    assert not any("Anna" in name or "Анна" in name for name in names)


async def test_the_examples_name_one_client_or_ask(database: Database, now: datetime) -> None:
    await seed(database, now=now)
    async with database.read() as session:
        rep = (await session.execute(select(Staff).where(Staff.name == "Nina Orlova"))).scalar_one()
        for line in ("Anna agreed 20 pcs", "Анна договорились на 20 шт", "Anna Schmidt agreed 20 pcs"):
            assert [match.client.name for match in await resolve(session, actor=rep, subject=line, now=now)] == [
                "Anna Schmidt"
            ]
        ivanovs = await resolve(session, actor=rep, subject="Иванов просит счёт", now=now)
        assert sorted(match.client.name for match in ivanovs) == ["Иван Иванов", "Илья Иванов"]


async def test_both_segments_have_members(database: Database, now: datetime) -> None:
    await seed(database, now=now)
    async with database.read() as session:
        manager = (await session.execute(select(Staff).where(Staff.role == Role.MANAGER))).scalar_one()
        segments = (await session.execute(select(Segment))).scalars().all()
        counts = [await keeping.count(session, actor=manager, segment=segment, now=now) for segment in segments]
    assert len(counts) == 2
    assert all(10 <= count <= 100 for count in counts), counts


async def test_the_balances_are_the_sums_of_the_moves(database: Database, now: datetime) -> None:
    await seed(database, now=now)
    async with database.read() as session:
        sums = {
            (product, warehouse): quantity
            for product, warehouse, quantity in await session.execute(
                select(StockMove.product_id, StockMove.warehouse_id, func.sum(StockMove.quantity)).group_by(
                    StockMove.product_id, StockMove.warehouse_id
                )
            )
        }
        balances = (await session.execute(select(StockBalance))).scalars().all()
        assert await stock.check_balances(session) == []
    assert len(balances) == len(articles()) * 3
    for balance in balances:
        assert balance.on_hand == sums[balance.product_id, balance.warehouse_id]
        assert 0 <= balance.reserved <= balance.on_hand
    assert any(balance.on_hand == 0 for balance in balances), "some shelf should be empty"
    assert any(balance.reserved for balance in balances)


async def test_the_finished_mailing_adds_up(database: Database, now: datetime) -> None:
    await seed(database, now=now)
    async with database.read() as session:
        mailing = (await session.execute(select(Mailing))).scalar_one()
        states = Counter((await session.execute(select(Outbox.state).where(Outbox.mailing_id == mailing.id))).scalars())
        suppressed = await _count(session, Suppression)
    assert sum(states.values()) == mailing.planned
    assert set(states) == {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SUPPRESSED}
    assert suppressed == states[DeliveryState.FAILED] + states[DeliveryState.SUPPRESSED]


def test_the_templates_are_ones_a_manager_could_have_typed() -> None:
    for sketch in TEMPLATES:
        assert set(sketch.words) == set(Language)
        for words in sketch.words.values():
            pieces = [*merge_fields.parse(words.subject), *merge_fields.parse(words.text)]
            # Everybody has a name; whatever else may be missing has words to stand in.
            assert [piece.field for piece in pieces if piece.field and piece.fallback is None] in ([], ["name"])


async def test_promises_are_late_today_and_later(database: Database, now: datetime) -> None:
    await seed(database, now=now)
    async with database.read() as session:
        rep = (
            await session.execute(select(Staff).where(Staff.role == Role.REP, Staff.language == Language.EN))
        ).scalar_one()
        promises = (
            (
                await session.execute(
                    select(FollowUp).where(FollowUp.state == FollowUpState.OPEN, FollowUp.owner_id == rep.id)
                )
            )
            .scalars()
            .all()
        )
        newest = (await session.execute(select(func.max(Interaction.at)))).scalar_one()
        stale = await session.execute(select(Client.lifecycle).where(Client.last_contact_at < now - timedelta(days=30)))
    assert sum(1 for one in promises if one.due_at <= now) == 5
    assert sum(1 for one in promises if now < one.due_at <= now + timedelta(hours=12)) >= 3
    assert sum(1 for one in promises if one.waiting_for_answer) == 3
    assert all(one.remind_at is None for one in promises if one.due_at <= now), "old reminders must not fire again"
    assert any(one.escalate_at is not None and one.escalate_at > now for one in promises)
    assert newest < now
    assert Lifecycle.DORMANT in set(stale.scalars())


async def test_people_live_around_the_company(database: Database, now: datetime) -> None:
    before = await people(database)
    assert [person.role for person in before] == ["manager", "rep", "warehouse", "rep", "admin"]
    await seed(database, now=now)
    everybody = await people(database)
    customers = [person for person in everybody if person.role == "customer"]
    assert len(customers) >= 300
    assert len({person.id for person in everybody}) == len(everybody)
    assert all(person.client_id and (person.email or person.phone) for person in customers)
    anna = next(person for person in customers if person.id == "anna")
    assert (anna.name, anna.email, anna.language) == ("Anna Schmidt", "anna.schmidt@baltic-tools.example", "en")
    assert {person.language for person in customers[:14]} == {"en", "ru", "th"}


@pytest.mark.parametrize(
    ("started", "begins"),
    [
        (datetime(2026, 11, 24, 7, 20, tzinfo=UTC), "2026-11-24 14:20"),  # a Tuesday afternoon: at once
        (datetime(2026, 11, 24, 0, 30, tzinfo=UTC), "2026-11-24 14:00"),  # too early
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "2026-11-25 14:00"),  # too late
        (datetime(2026, 11, 27, 14, 0, tzinfo=UTC), "2026-11-30 14:00"),  # Friday evening
        (datetime(2026, 11, 28, 4, 0, tzinfo=UTC), "2026-11-30 14:00"),  # Saturday
    ],
)
def test_a_demo_begins_in_office_hours(started: datetime, begins: str) -> None:
    moment = opening_moment(started)
    assert moment >= started
    assert moment.astimezone(ZoneInfo("Asia/Bangkok")).strftime("%Y-%m-%d %H:%M") == begins


async def test_purchases_end_at_the_last_one(database: Database, now: datetime) -> None:
    await seed(database, now=now)
    async with database.read() as session:
        newest = select(Purchase.client_id, func.max(Purchase.at)).group_by(Purchase.client_id)
        told = {client_id: at for client_id, at in await session.execute(newest)}  # noqa: C416  (rows, not pairs)
        known = await session.execute(
            select(Client.id, Client.last_purchase_at).where(Client.last_purchase_at.is_not(None))
        )
        assert told == {client_id: at for client_id, at in known}  # noqa: C416
        assert len(told) > 100
