"""What the columns of a table mean: guessed from headers in three languages, then from the values; corrected by people."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from crm.contacts import BadPhone, read_phone
from crm.imports.reading import Table
from crm.segments.lexer import normal
from crm.segments.values import currency_of
from crm.segments.vocabulary import CURRENCY_WORDS
from storage import search
from storage.custom_values import field_key
from storage.spelling import likeness

SURE = 88  # of 100: how alike a header must be to a known one
_SAMPLE = 50
_BETWEEN = re.compile(r"[\s,;:()\[\]/]+")

Field = TypeVar("Field", bound=StrEnum)


class ClientField(StrEnum):
    """What a column of a client list may hold. There is no column for consent: an import never gives or takes it."""

    NAME = "name"
    COMPANY = "company"
    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    CITY = "city"
    TAGS = "tags"
    SOURCE = "source"
    REASON = "reason"
    OWNER = "owner"
    LANGUAGE = "language"
    COUNTERPARTY = "party"
    TAX_ID = "tax_id"
    NOTES = "notes"
    BIRTHDAY = "birthday"
    CONTRACT_END = "contract_end"
    PURCHASES = "purchases"
    PURCHASE_SUM = "purchase_sum"
    CURRENCY = "currency"
    FIRST_PURCHASE = "first_purchase"
    LAST_PURCHASE = "last_purchase"
    OWN = "own"  # a field of one's own, by the heading's name


# Several columns may hold these; any other field is taken once.
REPEATED = frozenset({ClientField.PHONE, ClientField.EMAIL, ClientField.TAGS, ClientField.NOTES, ClientField.OWN})

HEADERS: dict[ClientField, tuple[str, ...]] = {
    ClientField.NAME: (
        *("name", "client", "customer", "client name", "customer name", "full name", "contact name"),
        *("имя", "клиент", "фио", "имя клиента", "наименование", "название", "заказчик", "покупатель"),
        *("ชื่อ", "ลูกค้า", "ชื่อลูกค้า", "ชื่อ นามสกุล"),
    ),
    ClientField.COMPANY: (
        *("company", "company name", "organisation", "organization", "account"),
        *("компания", "организация", "фирма", "название компании"),
        *("บริษัท", "ชื่อบริษัท", "องค์กร"),
    ),
    ClientField.PERSON: (
        *("contact", "contact person", "person", "representative"),
        *("контакт", "контактное лицо", "представитель"),
        *("ผู้ติดต่อ", "ชื่อผู้ติดต่อ"),
    ),
    ClientField.PHONE: (
        *("phone", "telephone", "mobile", "tel", "phone number", "mobile phone", "cell", "work phone", "phone 2"),
        *("телефон", "тел", "мобильный", "номер телефона", "мобильный телефон", "рабочий телефон"),
        *("โทรศัพท์", "เบอร์โทร", "เบอร์โทรศัพท์", "มือถือ", "เบอร์มือถือ", "โทร"),
    ),
    ClientField.EMAIL: (
        *("email", "e-mail", "mail", "email address"),
        *("почта", "эл почта", "электронная почта", "имейл", "адрес эл почты"),
        *("อีเมล", "อีเมล์", "เมล"),
    ),
    ClientField.CITY: ("city", "town", "location", "город", "населенный пункт", "เมือง", "จังหวัด"),
    ClientField.TAGS: (
        "tags",
        "tag",
        "labels",
        "group",
        "category",
        "теги",
        "тег",
        "метки",
        "группа",
        "แท็ก",
        "กลุ่ม",
        "ป้าย",
    ),
    ClientField.SOURCE: (
        *("source", "lead source", "channel", "origin"),
        *("источник", "откуда", "источник клиента", "ที่มา", "แหล่งที่มา"),
    ),
    ClientField.REASON: (
        "reason",
        "first contact reason",
        "request",
        "причина",
        "причина обращения",
        "запрос",
        "เหตุผล",
    ),
    ClientField.OWNER: (
        *("owner", "manager", "sales rep", "responsible", "assigned to", "rep"),
        *("ответственный", "менеджер", "владелец", "ผู้ดูแล", "ผู้รับผิดชอบ", "พนักงานขาย"),
    ),
    ClientField.LANGUAGE: ("language", "lang", "язык", "ภาษา"),
    ClientField.COUNTERPARTY: (
        *("counterparty", "legal entity", "legal name", "контрагент", "юрлицо", "юридическое лицо"),
        *("คู่ค้า", "นิติบุคคล"),
    ),
    ClientField.TAX_ID: (
        *("tax id", "vat", "vat number", "tax number", "tin", "инн", "кпп инн", "налоговый номер"),
        *("เลขผู้เสียภาษี", "เลขประจำตัวผู้เสียภาษี"),
    ),
    ClientField.NOTES: (
        *("notes", "note", "comment", "comments", "remark", "заметки", "комментарий", "примечание"),
        *("หมายเหตุ", "บันทึก"),
    ),
    ClientField.BIRTHDAY: (
        *("birthday", "birth date", "date of birth", "born", "dob"),
        *("день рождения", "дата рождения", "др", "วันเกิด", "วันเดือนปีเกิด"),
    ),
    ClientField.CONTRACT_END: (
        *(
            "contract end",
            "contract end date",
            "end of contract",
            "contract ends",
            "contract until",
            "contract expires",
        ),
        *("конец договора", "окончание договора", "дата окончания договора", "договор до", "срок договора"),
        *("วันสิ้นสุดสัญญา", "สัญญาสิ้นสุด", "สิ้นสุดสัญญา", "วันหมดสัญญา", "หมดสัญญา"),
    ),
    ClientField.PURCHASES: (
        *("purchases", "number of purchases", "purchase count", "purchases count", "orders", "number of orders"),
        *(
            "покупок",
            "покупки",
            "число покупок",
            "количество покупок",
            "кол во покупок",
            "заказов",
            "количество заказов",
        ),
        *("จำนวนการซื้อ", "จำนวนครั้งที่ซื้อ", "จำนวนคำสั่งซื้อ", "จำนวนออเดอร์"),
    ),
    ClientField.PURCHASE_SUM: (
        *("sum of purchases", "purchases sum", "purchase sum", "purchases total", "total spent", "spent", "revenue"),
        *("turnover", "сумма покупок", "сумма заказов", "купил на", "выручка", "оборот"),
        *("ยอดซื้อ", "ยอดซื้อรวม", "มูลค่าการซื้อ", "ยอดขาย"),
    ),
    ClientField.CURRENCY: ("currency", "валюта", "สกุลเงิน"),
    ClientField.FIRST_PURCHASE: (
        *("first purchase", "first purchase date", "date of first purchase", "first order", "first order date"),
        *("первая покупка", "дата первой покупки", "первый заказ", "дата первого заказа"),
        *("ซื้อครั้งแรก", "วันที่ซื้อครั้งแรก", "สั่งซื้อครั้งแรก"),
    ),
    ClientField.LAST_PURCHASE: (
        *("last purchase", "last purchase date", "date of last purchase", "last order", "last order date"),
        *("последняя покупка", "дата последней покупки", "последний заказ", "дата последнего заказа"),
        *("ซื้อล่าสุด", "วันที่ซื้อล่าสุด", "การซื้อล่าสุด", "สั่งซื้อล่าสุด", "ซื้อครั้งล่าสุด"),
    ),
}


def guess_clients(table: Table, *, region: str | None, own: Collection[str] = ()) -> dict[int, ClientField]:
    """Column → field; `own` are the names of fields of one's own that clients have.

    Columns that nothing fits are left out; headers decide before values do.
    """
    mapping = by_headers(table.headers, HEADERS, repeated=REPEATED)
    names = {field_key(name) for name in own}
    for column, header in enumerate(table.headers):
        if column not in mapping and field_key(header) in names:
            mapping[column] = ClientField.OWN
        elif column not in mapping and ClientField.PURCHASE_SUM not in mapping.values() and _is_sum(header):
            mapping[column] = ClientField.PURCHASE_SUM
    for column in range(len(table.headers)):
        if column in mapping:
            continue
        values = [row.cells[column] for row in table.rows[:_SAMPLE] if row.cells[column]]
        for looks_like, field in _tests(region):
            taken = field in mapping.values() and field not in REPEATED
            if values and not taken and sum(map(looks_like, values)) >= 0.8 * len(values):
                mapping[column] = field
                break
    if ClientField.NAME not in mapping.values():
        _settle_name(table, mapping)
    return dict(sorted(mapping.items()))


def by_headers(
    headers: Sequence[str], known: Mapping[Field, Sequence[str]], *, repeated: frozenset[Field] = frozenset()
) -> dict[int, Field]:
    """Column → field by the headers alone, the surest first. Stock lists use it too."""
    rated: list[tuple[float, int, Field]] = []
    for column, header in enumerate(headers):
        shown = " ".join(search.words(search.fold(header)))
        for field, names in known.items():
            likeness = max((_alike(shown, " ".join(search.words(search.fold(name)))) for name in names), default=0)
            if likeness >= SURE:
                rated.append((likeness, column, field))
    mapping: dict[int, Field] = {}
    for _, column, field in sorted(rated, key=lambda rating: (-rating[0], rating[1])):
        if column not in mapping and (field in repeated or field not in mapping.values()):
            mapping[column] = field
    return mapping


def currency_in(header: str) -> str:
    """The currency a heading names: `Сумма покупок, руб.`, `Total spent (EUR)`; empty when none."""
    return next((found for _, found in _currencies(header)), "")


def _currencies(header: str) -> Iterator[tuple[str, str]]:
    """The words of a heading that are currencies, with their codes. A code nobody says is one in capitals only."""
    for word in _BETWEEN.split(header):
        if (word.isupper() or normal(word).strip(" .") in CURRENCY_WORDS) and (code := currency_of(word)):
            yield word, code


def _is_sum(header: str) -> bool:
    """A sum of purchases whose heading names its currency besides."""
    said = {word for word, _ in _currencies(header)}
    bare = " ".join(word for word in _BETWEEN.split(header) if word not in said)
    return bool(said and by_headers([bare], {ClientField.PURCHASE_SUM: HEADERS[ClientField.PURCHASE_SUM]}))


def _alike(header: str, known: str) -> float:
    if header == known:
        return 100
    bare = header.rstrip("0123456789 ")
    if bare == known:
        return 99
    return likeness(header, known) if len(header) > 4 else 0


def _settle_name(table: Table, mapping: dict[int, ClientField]) -> None:
    """A list without a name column: the person names the client, else the company, else the first free column does."""
    for stand_in in (ClientField.PERSON, ClientField.COMPANY):
        for column, field in mapping.items():
            if field is stand_in:
                mapping[column] = ClientField.NAME
                return
    for column in range(len(table.headers)):
        if column not in mapping:
            mapping[column] = ClientField.NAME
            return


def _tests(region: str | None) -> list[tuple[Callable[[str], bool], ClientField]]:
    def is_phone(value: str) -> bool:
        try:
            read_phone(value.split(",")[0].split(";")[0], region=region)
        except BadPhone:
            return False
        return True

    return [(lambda value: "@" in value and "." in value, ClientField.EMAIL), (is_phone, ClientField.PHONE)]
