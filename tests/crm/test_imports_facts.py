"""From a file to a segment's count: birthdays, contracts, purchases and fields of one's own, in the forms people have them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import purchases, segments
from crm.errors import CrmError
from crm.imports import clients as imports
from crm.imports.clients import ImportPreview
from crm.imports.days import Order, Unclear, order_of, read_date
from crm.imports.mapping import ClientField, guess_clients
from crm.imports.reading import Table, read_table
from crm.purchases import Bought
from storage.models import Client, PurchaseTotal, Role, Staff
from tests.factories import make_client, make_staff

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LIST = (
    "Name;Birthday;Contract end;Number of purchases;Sum of purchases, EUR;First purchase;Last purchase;Tags;Source\n"
    "Anna;28.11.1985;31.12.2026;14;1 234,50;05.01.2024;03.04.2026;vip;Expo\n"
    "Otto;1/12/2533;2570-01-15;1;99,5;;20.11.2026;;\n"
    "Vera;;;;;;;;\n"
)


def _table(text: str) -> Table:
    return read_table(text.encode(), file_name="l.csv")


def _workbook(rows: list[list[Any]]) -> Table:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return read_table(out.getvalue(), file_name="l.xlsx")


async def _boss(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER, timezone="Europe/Moscow")


async def _look(session: AsyncSession, boss: Staff, table: Table, now: datetime = NOW) -> ImportPreview:
    return await imports.preview(session, actor=boss, table=table, file_name="l.csv", currency="EUR", now=now)


async def _take(session: AsyncSession, boss: Staff, table: Table, now: datetime = NOW) -> ImportPreview:
    shown = await _look(session, boss, table, now)
    assert shown.errors == ()
    await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=now)
    return shown


async def _counts(session: AsyncSession, boss: Staff, rules: dict[str, int], now: datetime = NOW) -> None:
    for rule, count in rules.items():
        assert (await segments.preview(session, actor=boss, rule=rule, now=now)).count == count, rule


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-11-24",
            "24.11.2026",
            "24/11/2026",
            "24-11-2026",
            "24.11.2026 10:30",
            "2026-11-24T00:00:00",
            "2026/11/24",
        ),
        *("24/11/2569", "2569-11-24", "๒๔/๑๑/๒๕๖๙", "24 พ.ย. 2569", "24 พฤศจิกายน พ.ศ. 2569", "46350", "46350.5"),
        *("24 ноября 2026 г.", "24 ноя 2026", "24-Nov-2026", "November 24, 2026", "11/24/2026"),
    ],
)
def test_a_day_is_read_as_people_have_it(text: str) -> None:
    assert read_date(text, order=Order.DAY) == date(2026, 11, 24)


@pytest.mark.parametrize(
    "text", ["31.02.2026", "11.24.2026", "24.11.26", "1985", "soon", "24 ма 2026", "29/02/2568", "24/11/2300", "1e5"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_date(text, order=Order.DAY)


def test_the_file_says_what_stands_first() -> None:
    assert order_of(["03/04/2026", "24/11/2026"]) is Order.DAY
    assert order_of(["03/04/2026", "11/24/2026"]) is Order.MONTH
    assert order_of(["13/04/2026", "11/24/2026"]) is Order.UNCLEAR
    assert read_date("03/04/2026", order=Order.DAY) == date(2026, 4, 3)
    assert read_date("03/04/2026", order=Order.MONTH) == date(2026, 3, 4)
    assert read_date("03.04.2026", order=Order.MONTH) == date(2026, 4, 3)
    assert read_date("05/05/2026", order=Order.UNCLEAR) == date(2026, 5, 5)
    with pytest.raises(Unclear):
        read_date("03/04/2026", order=Order.UNCLEAR)


@pytest.mark.parametrize(
    "headings",
    [
        "Name,Date of birth,Contract end date,Orders,Total spent (EUR),Currency,First order,Last purchase date,Level",
        "Имя,День рождения,Окончание договора,Кол-во покупок,Сумма покупок,Валюта,Первая покупка,Дата последней покупки,level",
        "ชื่อลูกค้า,วันเกิด,วันสิ้นสุดสัญญา,จำนวนการซื้อ,ยอดซื้อรวม,สกุลเงิน,ซื้อครั้งแรก,ซื้อล่าสุด,LEVEL",
    ],
)
def test_headings_are_known_in_three_languages(headings: str) -> None:
    mapping = guess_clients(_table(f"{headings}\nA\n"), region=None, own=["Level"])
    assert [field.value for field in mapping.values()] == [
        *(
            "name",
            "birthday",
            "contract_end",
            "purchases",
            "purchase_sum",
            "currency",
            "first_purchase",
            "last_purchase",
        ),
        "own",
    ]


async def test_what_a_list_tells_is_what_segments_ask(session: AsyncSession) -> None:
    boss = await _boss(session)
    shown = await _take(session, boss, _table(LIST))
    assert (len(shown.new), shown.left_out) == (3, ())
    rules = {
        "birthday in 7 days": 2,
        "birthday in 5 days": 1,
        'field "Contract end" in 60 days': 2,
        'field "Contract end" in 40 days': 1,
        "last purchase before 2026-05-01": 1,
        "last purchase within 7 days": 1,
        "never bought": 1,
        "purchases >= 14": 1,
        "purchases > 14": 0,
        "has purchases": 2,
        "zero purchases": 1,
        "purchases sum >= 1234.50 EUR": 1,
        "purchases sum > 1234.50 EUR": 0,
        "purchases sum >= 99.50 EUR": 2,
        "purchases sum > 0 USD": 0,
        "tag = vip": 1,
        "source = Expo": 1,
    }
    await _counts(session, boss, rules)


async def test_a_total_counts_whole_only_in_a_window_that_holds_all_of_it(session: AsyncSession) -> None:
    boss = await _boss(session)
    await _take(session, boss, _table(LIST))
    rules = {
        "purchases >= 14 since 2024-01-01": 1,
        "purchases >= 2 in 12 months": 0,  # Anna's last is surely there, the thirteen before it nobody knows
        "purchases >= 1 in 12 months": 2,
        "purchases >= 1 in 30 days": 1,
        "purchases sum >= 1000 EUR since 2024-01-01": 1,
        "purchases sum > 0 EUR in 12 months": 1,  # Otto's only one
    }
    await _counts(session, boss, rules)


async def test_documents_from_then_on_come_on_top(session: AsyncSession) -> None:
    boss = await _boss(session)
    anna = await make_client(session, "Anna", name_key="ana")
    for document, at in (("1", datetime(2026, 4, 1, 10, tzinfo=UTC)), ("2", datetime(2026, 4, 4, 10, tzinfo=UTC))):
        bought = Bought(anna.id, document, at, 10_000, "EUR")
        await purchases.record(session, bought=bought, now=NOW)
    table = _table("Name,Purchases,Spent,Last purchase\nAnna,14,1234.50,03.04.2026\n")
    await _take(session, boss, table)
    assert anna.last_purchase_at == datetime(2026, 4, 4, 10, tzinfo=UTC)
    await _counts(
        session, boss, {"purchases = 15": 1, "purchases sum >= 1334.50 EUR": 1, "purchases sum > 1334.50 EUR": 0}
    )
    later = NOW + timedelta(days=1)
    await purchases.record(session, bought=Bought(anna.id, "3", later, 50, "EUR"), now=later)
    await _counts(session, boss, {"purchases = 16": 1, "purchases sum >= 1335 EUR": 1}, later)
    assert (await _look(session, boss, table, later)).unchanged == 1


async def test_a_day_and_no_figure_is_one_purchase_at_least(session: AsyncSession) -> None:
    boss = await _boss(session)
    await _take(session, boss, _table("Name,Last purchase\nAnna,03.04.2026\nVera,\n"))
    await _counts(session, boss, {"has purchases": 1, "zero purchases": 1, "purchases > 1": 0, "ever bought": 1})


async def test_the_same_again_changes_nothing_and_an_empty_cell_erases_nothing(session: AsyncSession) -> None:
    boss = await _boss(session)
    await _take(session, boss, _table(LIST))
    again = await _look(session, boss, _table(LIST), NOW + timedelta(days=3))
    assert (again.new, again.changed, again.unchanged) == ((), (), 3)
    newer = LIST.replace("14;1 234,50;05.01.2024;03.04.2026", "15;;;10.11.2026").replace("31.12.2026", "")
    shown = await _take(session, boss, _table(newer), NOW + timedelta(days=3))
    assert [(one.field, one.before, one.after) for one in shown.changed[0].changes] == [
        ("purchases", "14", "15"),
        ("last_purchase", "2026-04-03", "2026-11-10"),
    ]
    rules = {"purchases = 15": 1, "purchases sum >= 1234.50 EUR": 1, 'field "Contract end" in 60 days': 2}
    await _counts(session, boss, rules | {"last purchase since 2026-11-01": 2})


async def test_the_import_is_taken_back_whole(session: AsyncSession) -> None:
    boss = await _boss(session)
    bought = datetime(2026, 3, 1, 10, tzinfo=UTC)
    anna = await make_client(session, "Anna", name_key="ana", custom_fields={"contract end": "1.1.2020", "Level": "A"})
    await purchases.record(session, bought=Bought(anna.id, "1", bought, 10_000, "EUR"), now=NOW)
    table = _table(
        "Name,Birthday,Contract end,Purchases,Spent,Last purchase,level\nAnna,28.11.1985,31.12.2026,14,5,03.04.2026,B\n"
    )
    shown = await _take(session, boss, table)
    assert [one.field for one in shown.changed[0].changes] == [
        *("birthday", "own:Level", "contract_end", "purchases", "purchase_sum", "last_purchase")
    ]
    assert anna.custom_fields == {"contract end": "2026-12-31", "Level": "B"}
    report = await imports.undo(session, actor=boss, run_id=shown.run_id, now=NOW)
    assert (report.restored, report.kept) == (1, ())
    assert (anna.birthday, anna.last_purchase_at) == (None, bought)
    assert anna.custom_fields == {"contract end": "1.1.2020", "Level": "A"}
    assert (await session.execute(select(PurchaseTotal))).first() is None
    await _counts(session, boss, {"purchases = 1": 1, "purchases sum >= 100 EUR": 1})


async def test_what_changed_since_stays(session: AsyncSession) -> None:
    boss = await _boss(session)
    anna = await make_client(session, "Anna", name_key="ana")
    first = await _take(session, boss, _table("Name,Purchases,Contract end\nAnna,14,31.12.2026\n"))
    await _take(session, boss, _table("Name,Purchases,Contract end\nAnna,15,31.12.2027\n"))
    report = await imports.undo(session, actor=boss, run_id=first.run_id, now=NOW)
    assert (report.kept, anna.custom_fields) == (((anna.id, "Anna"),), {"Contract end": "2027-12-31"})
    await _counts(session, boss, {"purchases = 15": 1})


async def test_a_workbooks_own_dates_and_numbers(session: AsyncSession) -> None:
    boss = await _boss(session)
    rows: list[list[Any]] = [
        ["ชื่อลูกค้า", "วันเกิด", "วันสิ้นสุดสัญญา", "จำนวนการซื้อ", "ยอดซื้อรวม", "สกุลเงิน", "ซื้อล่าสุด"],
        ["สมชาย", datetime(2528, 11, 28), date(2026, 12, 31), 3, 1234.5, "บาท", 46_300],
        ["สมศรี", "28 พ.ย. 2528", "31/12/2569", "1 200", "฿1,234.50", "", "3/4/2569"],
    ]
    await _take(session, boss, _workbook(rows))
    rules = {
        "birthday in 7 days": 2,
        'field "Contract end" in 60 days': 2,
        "purchases sum >= 1234.50 THB": 2,
        "purchases sum > 1234.50 THB": 0,
        "purchases = 1200": 1,
        "last purchase since 2026-10-05": 1,
    }
    await _counts(session, boss, rules)


async def test_a_file_with_the_month_first(session: AsyncSession) -> None:
    boss = await _boss(session)
    await _take(session, boss, _table("Name,Birthday,Last purchase\nAnna,11/28/1985,03/04/2026\n"))
    anna = (await session.execute(select(Client))).scalar_one()
    assert (anna.birthday, anna.last_purchase_at) == (date(1985, 11, 28), datetime(2026, 3, 4, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("headings", "cells", "code", "column", "value"),
    [
        ("Birthday", "31.02.1985", "imports.bad_date", "Birthday", "31.02.1985"),
        ("День рождения", "24.11.85", "imports.bad_date", "День рождения", "24.11.85"),
        ("Birthday", "24.11.2027", "imports.date_ahead", "Birthday", "24.11.2027"),
        ("Last purchase", "25.11.2026", "imports.date_ahead", "Last purchase", "25.11.2026"),
        ("Contract end", "never", "imports.bad_date", "Contract end", "never"),
        ("Orders", "many", "imports.bad_number", "Orders", "many"),
        ("Spent", "1,234", "imports.bad_number", "Spent", "1,234"),
        ("Spent", "1e5", "imports.bad_number", "Spent", "1e5"),
        ("Spent", "100 quid", "imports.bad_currency", "Spent", "quid"),
        ("Spent;Currency", "100;Taler", "imports.bad_currency", "Currency", "Taler"),
    ],
)
async def test_a_refusal_names_row_column_and_value(
    session: AsyncSession, headings: str, cells: str, code: str, column: str, value: str
) -> None:
    boss = await _boss(session)
    shown = await _look(session, boss, _table(f"Name;{headings}\nVera\nAnna;{cells}\n"))
    (error,) = shown.errors
    assert (error.number, error.error.code, error.error.params) == (3, code, {"column": column, "value": value})
    assert [row.name for row in shown.new] == ["Vera"]


async def test_a_day_that_could_be_two_is_refused(session: AsyncSession) -> None:
    boss = await _boss(session)
    text = "Name,Birthday\nAnna,13/04/1985\nBert,11/24/1985\nCarl,03/04/1985\nDora,5/5/1985\n"
    shown = await _look(session, boss, _table(text))
    assert [(one.number, one.error.code) for one in shown.errors] == [(4, "imports.unclear_date")]
    assert [str(row.values["birthday"]) for row in shown.new] == ["1985-04-13", "1985-11-24", "1985-05-05"]


async def test_the_first_purchase_is_not_after_the_last(session: AsyncSession) -> None:
    boss = await _boss(session)
    shown = await _look(session, boss, _table("Name,First purchase,Last purchase\nAnna,2.2.2026,1.1.2026\n"))
    assert shown.errors[0].error.code == "purchases.first_after_last"
    await _take(session, boss, _table("Name,Last purchase\nAnna,1.1.2026\n"))
    shown = await _look(session, boss, _table("Name,First purchase\nAnna,2.2.2026\n"))
    assert isinstance(shown.errors[0].error, CrmError)
    assert shown.errors[0].error.code == "purchases.first_after_last"


async def test_a_column_becomes_a_field_of_ones_own(session: AsyncSession) -> None:
    boss = await _boss(session)
    table = _table("Name,Discount\nAnna,15\nVera,\n")
    shown = await _look(session, boss, table)
    assert shown.left_out == ("Discount",)
    chosen = {0: ClientField.NAME, 1: ClientField.OWN}
    shown = await imports.preview(
        session, actor=boss, table=table, file_name="l.csv", currency="EUR", now=NOW, mapping=chosen
    )
    await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=NOW)
    await _counts(session, boss, {'field "discount" > 10': 1, 'no field "Discount"': 1})
    assert (await _take(session, boss, _table("Name,DISCOUNT\nAnna,5\n"))).mapping[1] is ClientField.OWN
    await _counts(session, boss, {'field "discount" = 5': 1})
