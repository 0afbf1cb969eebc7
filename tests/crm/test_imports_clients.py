"""Client imports: what the file means is guessed, the difference shown, everything or nothing applied, and taken back."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.suppression import address_hash
from crm import clients, exports
from crm.clients import Field
from crm.errors import NotAllowed
from crm.imports import clients as imports
from crm.imports import runs
from crm.imports.mapping import ClientField, guess_clients
from crm.imports.reading import Empty, Table, TooLarge, Unreadable, read_table
from storage.models import (
    Channel,
    Client,
    Consent,
    ConsentState,
    ContactKind,
    ContactPoint,
    Role,
    Staff,
    Suppression,
    SuppressionReason,
)
from storage.queries import contacts as contact_queries
from tests.factories import make_client, make_staff

ENGLISH = "Name,Company,Phone,E-mail,City,Tags\nAnna Schmidt,Baltic,+49 30 123456,anna@baltic.example,Berlin,vip; retail\nJohn Smith,,+44 20 7946 0000,,London,\n"
RUSSIAN = "Имя;Организация;Телефон;Эл. почта;Город;Ответственный\nИванов Сергей;ООО Ромашка;8 916 123-45-67;s@romashka.example;Москва;\n"
THAI = "ชื่อลูกค้า\tเบอร์โทรศัพท์\tจังหวัด\nสมชาย ใจดี\t081-234-5678\tกรุงเทพ\nสมศรี มีสุข\t089-876-5432\tเชียงใหม่\n"


def _workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values(table: Table) -> list[tuple[str, ...]]:
    return [table.headers, *(row.cells for row in table.rows)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "utf-8"),
        (RUSSIAN, "utf-8-sig"),
        (RUSSIAN, "cp1251"),
        (THAI, "cp874"),
        (THAI, "utf-8"),
        (RUSSIAN, "utf-16"),
    ],
)
def test_encodings_and_delimiters_are_told_apart(text: str, encoding: str) -> None:
    table = read_table(text.encode(encoding), file_name="list.csv")
    assert table == read_table(text.encode("utf-8"), file_name="list.csv")
    assert len(table.headers) >= 3


@pytest.mark.parametrize(
    ("text", "zone_region", "expected"),
    [
        (ENGLISH, None, ["name", "company", "phone", "email", "city", "tags"]),
        (RUSSIAN, "RU", ["name", "company", "phone", "email", "city", "owner"]),
        (THAI, "TH", ["name", "phone", "city"]),
        (
            "a,b,c\nAnna,anna@x.example,+66812345678\nOtto,otto@x.example,+66812345679\n",
            None,
            ["name", "email", "phone"],
        ),
        ("Mobile phone,Work phone,Customer name\n+66812345678,,Anna\n", None, ["phone", "phone", "name"]),
    ],
)
def test_columns_are_guessed(text: str, zone_region: str | None, expected: list[str]) -> None:
    mapping = guess_clients(read_table(text.encode(), file_name="l.csv"), region=zone_region)
    assert [mapping[column].value for column in sorted(mapping)] == expected


def test_a_workbook_reads_like_a_csv() -> None:
    content = _workbook([["Name", "Phone"], ["Anna", 66812345678], [None, None], ["Otto", "+49 30 123456"]])
    assert _values(read_table(content, file_name="l.xlsx")) == [
        ("Name", "Phone"),
        ("Anna", "66812345678"),
        ("Otto", "+49 30 123456"),
    ]


def test_bombs_are_refused_before_they_open() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    started = time.process_time()
    with pytest.raises(TooLarge):
        read_table(packed.getvalue(), file_name="bomb.xlsx")
    assert time.process_time() - started < 1
    with pytest.raises(Unreadable):
        read_table(b"PK\x03\x04 not a zip", file_name="x.xlsx")
    with pytest.raises(TooLarge):
        read_table(("name\n" + "a\n" * 20_001).encode(), file_name="x.csv")
    with pytest.raises(Empty):
        read_table(b"name,phone\n\n", file_name="x.csv")


@settings(max_examples=200, deadline=None)
@given(
    content=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        table = read_table(content, file_name="x.csv")
    except (Unreadable, Empty, TooLarge):
        return
    assert all(len(row.cells) == len(table.headers) for row in table.rows)
    guess_clients(table, region="TH")


async def _manager(session: AsyncSession, zone: str = "Europe/Moscow") -> Staff:
    return await make_staff(session, Role.MANAGER, timezone=zone)


def _table(text: str) -> Table:
    return read_table(text.encode(), file_name="l.csv")


@pytest.mark.parametrize("content", [b'name,phone\n"' + b"a" * 200_000, b"a" * 200_000 + b";b\nc;d"])
def test_a_cell_without_end_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_table(content, file_name="l.csv")


@pytest.mark.parametrize("text", ["\uff1dcmd()", "\uff0b1", "\uff0d1", "\uff20sum", "\n=1"])
def test_full_width_signs_are_formulas_too(text: str) -> None:
    assert exports.harmless(text) == f"'{text}"


async def test_new_changed_unchanged_and_errors_are_told_by_row(session: AsyncSession, now: datetime) -> None:
    boss = await _manager(session)
    for name, phone, city in (("Anna Schmidt", "+4930123456", "Bonn"), ("John Smith", "+442079460000", "London")):
        await clients.create(
            session,
            actor=boss,
            draft=clients.ClientDraft(name=name, phones=(phone,), city=city, company="Baltic" if "A" in name else ""),
            now=now,
        )
    text = (
        "Name,Company,Phone,Email,City\n"
        "Anna Schmidt,Baltic,+49 30 123456,anna@baltic.example,Berlin\n"
        "John Smith,,+44 20 7946 0000,,London\n"
        "New Person,,+44 20 7946 0001,,\n"
        "Broken,,12,,\n"
        ",,,,Paris\n"
        "Again,,+44 20 7946 0001,,\n"
        "Both,,+49 30 123456,,\n"
    )
    shown = await imports.preview(session, actor=boss, table=_table(text), file_name="l.csv", currency="EUR", now=now)
    assert [row.name for row in shown.new] == ["New Person"]
    assert [(c.field, c.before, c.after) for c in shown.changed[0].changes] == [
        ("city", "Bonn", "Berlin"),
        ("email", "", "anna@baltic.example"),
    ]
    assert shown.unchanged == 1
    assert [(e.number, e.error.code) for e in shown.errors] == [
        (5, "contacts.bad_phone"),
        (6, "fields.missing"),
        (7, "imports.repeated_row"),
        (8, "imports.repeated_row"),
    ]
    assert (await session.execute(select(Client))).scalars().all().__len__() == 2


async def test_applied_whole_and_taken_back_whole(session: AsyncSession, now: datetime) -> None:
    boss = await _manager(session)
    old = await clients.create(
        session, actor=boss, draft=clients.ClientDraft(name="Anna", phones=("+4930123456",), city="Bonn"), now=now
    )
    text = "Name,Phone,Email,City,Tags,Counterparty,Source\nAnna S,+4930123456,a@b.example,Berlin,vip,Anna GmbH,Expo\nOtto,+442079460001,,,retail,,\n"
    table = _table(text)
    shown = await imports.preview(session, actor=boss, table=table, file_name="l.csv", currency="EUR", now=now)
    later = now + timedelta(minutes=1)
    result = await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=later)
    assert (result.created, result.updated) == (1, 1)
    card = await clients.card(session, actor=boss, client_id=old.id, now=later)
    assert (card.client.name, card.client.city, card.counterparties[0].name) == ("Anna S", "Berlin", "Anna GmbH")
    assert (await clients.search(session, actor=boss, text="otto")).total == 1
    with pytest.raises(runs.NotInThisState):
        await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=later)
    report = await imports.undo(session, actor=boss, run_id=shown.run_id, now=later + timedelta(minutes=1))
    assert (report.removed, report.restored, report.kept) == (1, 1, ())
    card = await clients.card(session, actor=boss, client_id=old.id, now=later + timedelta(hours=1))
    assert (card.client.name, card.client.city, card.client.source_id) == ("Anna", "Bonn", None)
    assert (card.tags, card.counterparties, len(card.addresses)) == ((), (), 1)
    assert (await clients.search(session, actor=boss, text="otto")).total == 0


async def test_undo_leaves_later_edits_and_names_them(session: AsyncSession, now: datetime) -> None:
    boss = await _manager(session)
    old = await clients.create(
        session, actor=boss, draft=clients.ClientDraft(name="Anna", phones=("+4930123456",), city="Bonn"), now=now
    )
    table = _table("Name,Phone,City\nAnna,+4930123456,Berlin\nOtto,+442079460001,Rome\n")
    shown = await imports.preview(session, actor=boss, table=table, file_name="l.csv", currency="EUR", now=now)
    await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=now)
    later = now + timedelta(hours=1)
    await clients.edit(session, actor=boss, client_id=old.id, field=Field.CITY, value="Hamburg", now=later)
    otto = (await clients.search(session, actor=boss, text="otto")).clients[0]
    await clients.add_tag(session, actor=boss, client_id=otto.id, name="vip", now=later)
    report = await imports.undo(session, actor=boss, run_id=shown.run_id, now=later)
    assert {name for _, name in report.kept} == {"Anna", "Otto"}
    assert (old.city, otto.archived_at) == ("Hamburg", None)


async def test_a_stale_difference_and_errors_stop_it(session: AsyncSession, now: datetime) -> None:
    boss = await _manager(session)
    table = _table("Name,Phone\nAnna,+4930123456\nBroken,1\n")
    shown = await imports.preview(session, actor=boss, table=table, file_name="l.csv", currency="EUR", now=now)
    with pytest.raises(runs.HasErrors):
        await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=now)
    await clients.create(session, actor=boss, draft=clients.ClientDraft(name="Anna", phones=("+4930123456",)), now=now)
    with pytest.raises(runs.Outdated):
        await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=now, skip_errors=True)


async def test_consent_and_unsubscribes_are_never_touched(session: AsyncSession, now: datetime) -> None:
    boss = await _manager(session)
    anna = await make_client(session, "Anna", email="anna@b.example", name_key="ana")
    session.add(Consent(client_id=anna.id, channel=Channel.EMAIL, state=ConsentState.WITHDRAWN, how="stop", at=now))
    session.add(
        Suppression(
            channel=Channel.EMAIL,
            address_hash=address_hash(Channel.EMAIL, "anna@b.example"),
            reason=SuppressionReason.UNSUBSCRIBE,
            at=now,
        )
    )
    await session.flush()
    table = _table("Name,Email,Consent,Subscribed,City\nAnna,anna@b.example,yes,yes,Rome\n")
    shown = await imports.preview(session, actor=boss, table=table, file_name="l.csv", currency="EUR", now=now)
    assert set(shown.mapping.values()) == {ClientField.NAME, ClientField.EMAIL, ClientField.CITY}
    await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=now)
    await imports.undo(session, actor=boss, run_id=shown.run_id, now=now)
    assert await contact_queries.consents_of(session, anna.id) == {Channel.EMAIL: ConsentState.WITHDRAWN}
    card = await clients.card(session, actor=boss, client_id=anna.id, now=now)
    assert card.reached_by(ContactKind.EMAIL)[0].suppressed is SuppressionReason.UNSUBSCRIBE


async def test_only_those_who_may_import_do(session: AsyncSession, now: datetime) -> None:
    for role in (Role.REP, Role.WAREHOUSE):
        actor = await make_staff(session, role)
        with pytest.raises(NotAllowed):
            await imports.preview(
                session, actor=actor, table=_table(ENGLISH), file_name="l.csv", currency="EUR", now=now
            )
        with pytest.raises(NotAllowed):
            await exports.export(
                session, actor=actor, noun=exports.Noun.CLIENTS, file_format=exports.Format.CSV, now=now
            )


@pytest.mark.long
async def test_a_large_list_is_quick(session: AsyncSession, now: datetime) -> None:
    boss = await _manager(session)
    text = "Name,Company,Phone,Tags\n" + "".join(f"Client {n},Company {n},+7916{n:07d},vip\n" for n in range(2000))
    table = _table(text)
    shown = await imports.preview(session, actor=boss, table=table, file_name="l.csv", currency="EUR", now=now)
    await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=now)
    points = (await session.execute(select(ContactPoint.id))).scalars().all()
    assert len(points) == 2000


@given(
    text=st.text(max_size=60)
    | st.sampled_from(["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1", "\r=1", "\x00=1"])
)
def test_no_live_formula_leaves(text: str) -> None:
    shown = exports.harmless(text)
    assert not shown.startswith(("=", "@", "-", "\t", "\r", "\x00"))
    assert not shown.startswith("+") or shown[1:].isdigit() or not shown[1:]


async def test_exports_come_back_as_typed_text(session: AsyncSession, now: datetime) -> None:
    boss = await _manager(session)
    await make_client(session, "=HYPERLINK(1)", phone="+66812345678", notes="Анна, สมชาย")
    made = await exports.export(
        session, actor=boss, noun=exports.Noun.CLIENTS, file_format=exports.Format.XLSX, now=now
    )
    sheet = load_workbook(io.BytesIO(made.content)).active
    row = [(cell.value, cell.data_type) for cell in list(sheet.iter_rows())[1]]  # type: ignore[union-attr]
    assert row[1] == ("'=HYPERLINK(1)", "s")
    assert row[3] == ("+66812345678", "s")
    plain = await exports.export(
        session, actor=boss, noun=exports.Noun.CLIENTS, file_format=exports.Format.CSV, now=now
    )
    assert read_table(plain.content, file_name="x.csv").rows[0].cells[-1] == "Анна, สมชาย"
    said = await exports.export(
        session, actor=boss, noun=exports.Noun.INTERACTIONS, file_format=exports.Format.CSV, now=now
    )
    assert said.rows == 0
