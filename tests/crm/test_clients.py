"""Clients: made once, edited with a trace, found by name in a line, and nobody sees another rep's."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import clients, contacts, counterparties, marketing
from crm.clients import ClientDraft, Field, PossibleDuplicate
from crm.counterparties import PartyDraft
from crm.errors import CrmError, Invalid, NotAllowed, UndoExpired
from storage.database import Database
from storage.models import Client, ContactKind, DomainEvent, Role, Staff
from storage.queries import contacts as contact_queries
from tests.factories import make_client, make_staff


async def _client(session: AsyncSession, actor: Staff, now: datetime, name: str, **fields: object) -> Client:
    draft = ClientDraft(name=name, **fields)  # type: ignore[arg-type]
    return await clients.create(session, actor=actor, draft=draft, now=now, force=True)


async def test_a_client_is_made_with_everything_said_of_it(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session, timezone="Asia/Bangkok")
    draft = ClientDraft(
        name=" Anna\u202e  Schmidt ",
        company="Baltic Tools",
        phones=("081 234 5678",),
        emails=("Anna@Baltic.Example",),
        tags=("VIP", "#vip", "retail"),
        person="Otto",
    )
    made = await clients.create(session, actor=rep, draft=draft, now=now)
    card = await clients.card(session, actor=rep, client_id=made.id, now=now)
    assert card.client.name == "Anna Schmidt"
    assert card.client.owner_id == rep.id
    assert [a.value for a in card.reached_by(ContactKind.PHONE)] == ["+66812345678"]
    assert [a.value for a in card.reached_by(ContactKind.EMAIL)] == ["anna@baltic.example"]
    assert sorted(tag.key for tag in card.tags) == ["retail", "vip"]
    assert [person.name for person in card.persons] == ["Otto"]
    await session.flush()
    names = (await session.execute(select(DomainEvent.name))).scalars().all()
    assert "client.created" in names


@pytest.mark.parametrize(
    "draft",
    [
        ClientDraft(name="Somebody else", phones=("+66 81-234-5678",)),
        ClientDraft(name="Somebody else", emails=("ANNA@baltic.example",)),
        ClientDraft(name="Schmidt Anna"),
        ClientDraft(name="Анна Шмидт", company="Baltic Tools GmbH"),
    ],
)
async def test_a_second_copy_is_noticed(session: AsyncSession, now: datetime, draft: ClientDraft) -> None:
    rep = await make_staff(session)
    first = await _client(
        session,
        rep,
        now,
        "Anna Schmidt",
        company="Baltic Tools",
        phones=("+66812345678",),
        emails=("anna@baltic.example",),
    )
    with pytest.raises(PossibleDuplicate) as refused:
        await clients.create(session, actor=rep, draft=draft, now=now)
    assert refused.value.duplicates[0].client_id == first.id
    made = await clients.create(session, actor=rep, draft=draft, now=now, force=True)
    assert made.id != first.id


async def test_the_same_name_at_another_company_is_no_copy(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session)
    await _client(session, rep, now, "Anna Schmidt", company="Baltic Tools")
    draft = ClientDraft(name="Anna Schmidt", company="Northern Pipes")
    assert (await clients.create(session, actor=rep, draft=draft, now=now)).id


async def test_edit_keeps_search_and_leaves_a_trace(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session)
    client = await _client(session, rep, now, "Befour")
    await clients.edit(session, actor=rep, client_id=client.id, field=Field.NAME, value="Сергей", now=now)
    found = await clients.search(session, actor=rep, text="sergey")
    assert [c.id for c in found.clients] == [client.id]
    event = (await session.execute(select(DomainEvent).where(DomainEvent.name == "client.edited"))).scalar_one()
    assert event.facts == {"field": "name", "before": "Befour", "after": "Сергей"}


async def test_undo_within_ten_minutes_only(session: AsyncSession, now: datetime) -> None:
    rep, other = await make_staff(session), await make_staff(session, Role.MANAGER)
    client = await _client(session, rep, now, "Mistake")
    with pytest.raises(NotAllowed):
        await clients.undo_create(session, actor=other, client_id=client.id, now=now)
    with pytest.raises(UndoExpired):
        await clients.undo_create(session, actor=rep, client_id=client.id, now=now + timedelta(minutes=11))
    await clients.undo_create(session, actor=rep, client_id=client.id, now=now + timedelta(minutes=9))
    assert not (await clients.search(session, actor=rep, text="Mistake")).clients


async def test_phones_and_emails_come_and_go(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session, timezone="Europe/Moscow")
    client = await _client(session, rep, now, "Anna")
    first = await contacts.add_point(session, actor=rep, client_id=client.id, text="8 916 123-45-67", now=now)
    second = await contacts.add_point(session, actor=rep, client_id=client.id, text="+7 916 765-43-21", now=now)
    assert (first.value, first.is_primary, second.is_primary) == ("+79161234567", True, False)
    with pytest.raises(contacts.PointTaken):
        await contacts.add_point(session, actor=rep, client_id=client.id, text="+79161234567", now=now)
    found = await clients.search(session, actor=rep, text="8 (916) 123 45 67")
    assert [c.id for c in found.clients] == [client.id]
    await contacts.remove_point(session, actor=rep, point_id=first.id, now=now)
    rest = await contact_queries.points_of(session, client.id)
    assert [(p.value, p.is_primary) for p in rest] == [("+79167654321", True)]
    assert not (await clients.search(session, actor=rep, text="8 (916) 123 45 67")).clients


@pytest.mark.parametrize("text", ["", "12", "phone", "+7 000 000 00 00", "a@", "a b@c.d", '"x y"@z.com', "a@b\r\nc.d"])
def test_what_cannot_be_reached_is_refused(text: str) -> None:
    with pytest.raises((contacts.BadPhone, contacts.BadEmail)):
        contacts.read_point(text, region="RU")


async def test_counterparties_hold_over_time(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session)
    client = await _client(session, rep, now, "Anna")
    draft = PartyDraft(name="ООО Ромашка", tax_id="7701234567", country="ru")
    link = await counterparties.link(session, actor=rep, client_id=client.id, draft=draft, now=now)
    with pytest.raises(counterparties.AlreadyLinked):
        await counterparties.link(session, actor=rep, client_id=client.id, draft=draft, now=now)
    assert (await clients.search(session, actor=rep, text="7701234567")).clients
    later = now + timedelta(days=30)
    await counterparties.end(session, actor=rep, link_id=link.id, now=later)
    again = await counterparties.link(
        session, actor=rep, client_id=client.id, draft=draft, now=later + timedelta(days=1)
    )
    assert again.party.id == link.party.id
    links = await counterparties.of_client(session, actor=rep, client_id=client.id)
    moments = [now, later + timedelta(hours=1), later + timedelta(days=2)]
    assert [sum(link.valid_at(moment) for link in links) for moment in moments] == [1, 0, 1]
    card = await clients.card(session, actor=rep, client_id=client.id, now=later + timedelta(hours=1))
    assert card.counterparties == ()


async def test_the_first_touch_asks_for_the_source_once(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session)
    await marketing.ensure_standard_sources(session)
    assert await marketing.ensure_standard_sources(session) == 0
    client = await _client(session, rep, now, "Anna")
    assert clients.needs_source(client)
    source = (await marketing.sources(session, actor=rep))[0]
    await clients.set_source(
        session, actor=rep, client_id=client.id, source_id=source.id, now=now, reason="asked for a price"
    )
    assert not clients.needs_source(client)
    assert client.first_contact_reason == "asked for a price"


PEOPLE = ["Anna Schmidt", "Anna Petrova", "Иванов Сергей", "Ivan Ivanov", "สมชาย ใจดี", "John Smith", "Елена Кузнецова"]


@pytest.mark.parametrize(
    ("subject", "expected", "named"),
    [
        ("Anna Schmidt agreed 20 pcs", {"Anna Schmidt"}, "Anna Schmidt"),
        ("Schmidt agreed 20 pcs", {"Anna Schmidt"}, "Schmidt"),
        ("Anna agreed 20 pcs", {"Anna Schmidt", "Anna Petrova"}, "Anna"),
        ("анне шмидт отправил счет", {"Anna Schmidt"}, "анне шмидт"),
        ("Иванову Сергею скидка 5%", {"Иванов Сергей"}, "Иванову Сергею"),
        ("с Кузнецовой договорились", {"Елена Кузнецова"}, "Кузнецовой"),
        ("Елене, цена", {"Елена Кузнецова"}, "Елене"),
        ("Ivanov", {"Иванов Сергей", "Ivan Ivanov"}, "Ivanov"),
        ("สมชาย ตกลง 20 ชิ้น", {"สมชาย ใจดี"}, "สมชาย"),
        ("สมชายตกลง 20 ชิ้น", {"สมชาย ใจดี"}, "สมชาย"),
        ("Somchai will pay", {"สมชาย ใจดี"}, "Somchai"),
        ("jonh smtih called back", {"John Smith"}, "jonh smtih"),
        ("20 pcs of bolts", set(), ""),
    ],
)
async def test_a_line_names_its_client(
    session: AsyncSession, now: datetime, subject: str, expected: set[str], named: str
) -> None:
    rep = await make_staff(session)
    for name in PEOPLE:
        await _client(session, rep, now, name)
    matches = await clients.resolve(session, actor=rep, subject=subject, now=now)
    assert {match.client.name for match in matches} == expected
    assert {subject[match.start : match.end] for match in matches} <= {named}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(name=st.text(max_size=300), other=st.text(max_size=80))
@example(name="a\x00b", other="")
@example(name="Anna", other="\x00")
@example(name="Anna", other="a\x00 b\ud800")
async def test_hostile_text_is_kept_or_refused_never_a_crash(
    database: Database, now: datetime, name: str, other: str
) -> None:
    with contextlib.suppress(CrmError):
        async with database.write() as session:
            rep = await make_staff(session)
            draft = ClientDraft(name=name, company=other, city=other, notes=other, tags=(other,) if other else ())
            made = await clients.create(session, actor=rep, draft=draft, now=now, force=True)
            await clients.resolve(session, actor=rep, subject=name, now=now)
            await clients.search(session, actor=rep, text=other)
            await clients.timeline(session, actor=rep, client_id=made.id, text=other)
            counterparty = PartyDraft(name=name, tax_id=other)
            await counterparties.link(session, actor=rep, client_id=made.id, draft=counterparty, now=now)
            await contacts.add_point(session, actor=rep, client_id=made.id, text=other, now=now)


async def test_a_birthday_is_a_day_or_nothing(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    client = await make_client(session)
    for typed, kept in (("31.03.1985", date(1985, 3, 31)), ("31/3/2528", date(1985, 3, 31)), ("", None)):
        changed = await clients.edit(
            session, actor=boss, client_id=client.id, field=Field.BIRTHDAY, value=typed, now=now
        )
        assert changed.birthday == kept
    with pytest.raises(Invalid):
        await clients.edit(session, actor=boss, client_id=client.id, field=Field.BIRTHDAY, value="spring", now=now)
