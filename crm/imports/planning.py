"""What a client list would do, row by row, before anything is written: new, changed with before and after, or an error."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, check
from crm.contacts import Point, read_email, read_phone, region_of
from crm.errors import CrmError, Invalid, Missing
from crm.fields import read_line, read_text
from crm.imports.facts import CONTRACT_END, Facts, facts_of
from crm.imports.mapping import ClientField
from crm.imports.reading import Row, Table
from crm.marketing import source_code
from crm.purchase_totals import Told, differences
from crm.wording import zone_of
from storage import search
from storage.custom_values import field_key, read_day
from storage.models import Client, ContactKind, Language, Source, Staff
from storage.queries import imports as queries
from storage.queries import staff as staff_queries

_SEVERAL = re.compile(r"[,;/\n|]")
_LANGUAGES = {
    **dict.fromkeys(("en", "eng", "english", "английский", "อังกฤษ"), Language.EN),
    **dict.fromkeys(("ru", "rus", "russian", "русский", "русскии", "รัสเซีย"), Language.RU),
    **dict.fromkeys(("th", "tha", "thai", "тайский", "таискии", "ไทย"), Language.TH),
}
# Fields of the client itself: what an import may set, and put back.
COLUMNS = (
    *("name", "company", "city", "notes", "language", "first_contact_reason", "owner_id", "source_id", "birthday"),
)
OWN = "own:"  # before the name of a field of one's own, in a change


class TwoClients(CrmError):
    """The row's phones and addresses belong to different clients. Parameters: names."""

    code = "imports.two_clients"


class RepeatedRow(CrmError):
    """The row has the same phone, address or name as an earlier one. Parameters: row."""

    code = "imports.repeated_row"


@dataclass(frozen=True)
class Change:
    """One field of a client we have: what it is, what it would be."""

    field: str
    before: str
    after: str


@dataclass
class RowPlan:
    """What one row would do. `client_id` is None for a new client, whose changes are what may be read wrongly.

    No changes at all of a client we have mean that the row says nothing new.
    """

    number: int
    name: str
    client_id: int | None = None
    values: dict[str, object] = field(default_factory=dict)
    source: str = ""
    points: list[Point] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    person: str = ""
    party: str = ""
    tax_id: str = ""
    own: dict[str, str] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class RowError:
    """A row that cannot be taken, and why."""

    number: int
    error: CrmError


@dataclass(frozen=True)
class Plan:
    """The difference a file would make. The fingerprint tells whether what was shown is still what would happen."""

    new: tuple[RowPlan, ...]
    changed: tuple[RowPlan, ...]
    unchanged: int
    errors: tuple[RowError, ...]
    existing: queries.Existing

    @property
    def fingerprint(self) -> str:
        told = [
            (row.number, row.client_id, row.name, [(c.field, c.before, c.after) for c in row.changes])
            for row in (*self.new, *self.changed)
        ]
        refused = [(error.number, error.error.code) for error in self.errors]
        return hashlib.sha256(repr((told, refused, self.unchanged)).encode("utf-8", "replace")).hexdigest()[:32]


async def plan(
    session: AsyncSession,
    *,
    actor: Staff,
    table: Table,
    mapping: Mapping[int, ClientField],
    currency: str,
    now: datetime,
) -> Plan:
    """Reads every row, finds the client it means by phone, email, else exact name and company, and compares.

    Nothing is written. `currency` is that of sums which name none. An empty cell changes nothing. Raises Missing when no column holds the name.
    """
    check(actor, Action.IMPORT_CLIENTS)
    if ClientField.NAME not in mapping.values():
        raise Missing(field="name")
    columns: dict[ClientField, list[int]] = defaultdict(list)
    for column, meaning in mapping.items():
        if 0 <= column < len(table.headers):
            columns[meaning].append(column)
    zone = zone_of(actor.timezone)
    facts = facts_of(table, columns, currency=currency, today=now.astimezone(zone).date())
    rows, errors = await _read_rows(session, actor, table, facts)
    existing = await queries.existing(
        session,
        points=[(point.kind, point.value) for row in rows for point in row.points],
        name_keys=[search.name_key(row.name) for row in rows],
    )
    for known in existing.clients.values():
        existing.by_name[known.name_key, search.name_key(known.company)].add(known.id)
    new: list[RowPlan] = []
    changed: list[RowPlan] = []
    unchanged = 0
    seen = _Seen()
    names = await _names(session)
    for row in rows:
        try:
            seen.check(row)
            client = _meant(row, existing)
        except CrmError as error:
            errors.append(RowError(row.number, error))
            continue
        if client is None:
            _show_facts(row, zone)
            new.append(row)
            continue
        if client.id in seen.clients:
            errors.append(RowError(row.number, RepeatedRow(row=seen.clients[client.id])))
            continue
        seen.clients[client.id] = row.number
        try:
            _compare(row, client, existing, names, zone)
        except CrmError as error:
            errors.append(RowError(row.number, error))
            continue
        if row.changes:
            changed.append(row)
        else:
            unchanged += 1
    return Plan(tuple(new), tuple(changed), unchanged, tuple(sorted(errors, key=lambda error: error.number)), existing)


class _Seen:
    """What earlier rows of the file said."""

    def __init__(self) -> None:
        self.points: dict[Point, int] = {}
        self.names: dict[tuple[str, str], int] = {}
        self.clients: dict[int, int] = {}

    def check(self, row: RowPlan) -> None:
        """Raises RepeatedRow for a point seen before, or the same name and company without any point to tell them apart."""
        for point in row.points:
            if point in self.points:
                raise RepeatedRow(row=self.points[point])
        key = (search.name_key(row.name), search.name_key(str(row.values.get("company", ""))))
        if not row.points and key in self.names:
            raise RepeatedRow(row=self.names[key])
        self.points.update(dict.fromkeys(row.points, row.number))
        self.names.setdefault(key, row.number)


async def _read_rows(
    session: AsyncSession, actor: Staff, table: Table, facts: Facts
) -> tuple[list[RowPlan], list[RowError]]:
    people = {search.fold(other.name): other.id for other in await staff_queries.everybody(session)}
    region = region_of(actor.timezone)
    rows: list[RowPlan] = []
    errors: list[RowError] = []
    for row in table.rows:
        try:
            rows.append(_read_row(row, facts, people, region))
        except CrmError as error:
            errors.append(RowError(row.number, error))
    return rows, errors


def _read_row(row: Row, facts: Facts, people: Mapping[str, int], region: str | None) -> RowPlan:
    def cells(meaning: ClientField) -> list[str]:
        return [row.cells[column] for column in facts.columns.get(meaning, ()) if row.cells[column]]

    def cell(meaning: ClientField) -> str:
        return next(iter(cells(meaning)), "")

    def parts(meaning: ClientField) -> list[str]:
        return [part.strip() for text in cells(meaning) for part in _SEVERAL.split(text) if part.strip()]

    name = read_line(cell(ClientField.NAME) or cell(ClientField.COMPANY), field="name", limit=200, required=True)
    values: dict[str, object] = {
        "name": name,
        "company": read_line(cell(ClientField.COMPANY), field="company", limit=200),
        "city": read_line(cell(ClientField.CITY), field="city", limit=120),
        "notes": read_text("\n".join(cells(ClientField.NOTES)), field="notes", limit=4000),
        "first_contact_reason": read_line(cell(ClientField.REASON), field="reason", limit=300),
        "birthday": facts.birthday(row),
    }
    if spoken := cell(ClientField.LANGUAGE):
        values["language"] = _language(spoken)
    if owner := cell(ClientField.OWNER):
        values["owner_id"] = people.get(search.fold(owner)) or _unknown_owner(owner)
    points = [Point(ContactKind.PHONE, read_phone(text, region=region)) for text in parts(ClientField.PHONE)]
    points += [Point(ContactKind.EMAIL, read_email(text)) for text in parts(ClientField.EMAIL)]
    return RowPlan(
        number=row.number,
        name=name,
        values={column: value for column, value in values.items() if value not in ("", None)},
        source=read_line(cell(ClientField.SOURCE), field="source", limit=120),
        points=list(dict.fromkeys(points)),
        tags=[read_line(tag.lstrip("#"), field="tag", limit=60) for tag in parts(ClientField.TAGS)],
        person=read_line(cell(ClientField.PERSON), field="person", limit=200),
        party=read_line(cell(ClientField.COUNTERPARTY), field="counterparty", limit=250),
        tax_id=read_line(cell(ClientField.TAX_ID), field="tax_id", limit=40),
        own=facts.own(row),
        told=facts.told(row),
    )


def _language(spoken: str) -> Language:
    found = _LANGUAGES.get(spoken.strip().lower()) or _LANGUAGES.get(search.fold(spoken))
    if found is None:
        raise Invalid(field="language", value=spoken[:40])
    return found


def _unknown_owner(owner: str) -> int:
    raise Invalid(field="owner", value=owner[:60])


def _meant(row: RowPlan, existing: queries.Existing) -> Client | None:
    """The client a row speaks of: by any phone or address, else the only one of exactly that name and company."""
    ids: set[int] = set()
    for point in row.points:
        ids |= existing.by_point.get((point.kind, point.value), set())
    if len(ids) > 1:
        names = ", ".join(existing.clients[client_id].name for client_id in sorted(ids)[:3])
        raise TwoClients(names=names)
    if not ids:
        key = (search.name_key(row.name), search.name_key(str(row.values.get("company", ""))))
        same = existing.by_name.get(key, set())
        ids = same if len(same) == 1 else set()
    return existing.clients[next(iter(ids))] if ids else None


def _compare(row: RowPlan, client: Client, existing: queries.Existing, names: _Names, zone: ZoneInfo) -> None:
    row.client_id = client.id
    for column, after in row.values.items():
        before = getattr(client, column)
        if before != after:
            row.changes.append(Change(column, names.show(column, before), names.show(column, after)))
    source = names.sources.get(client.source_id or 0, ("", ""))
    if row.source and source_code(row.source) not in (source[0], source_code(source[1])):
        row.changes.append(Change("source", source[1], row.source))
    known = {(point.kind, point.value) for point in existing.points[client.id]}
    row.points = [point for point in row.points if (point.kind, point.value) not in known]
    row.changes += [Change(point.kind.value, "", point.value) for point in row.points]
    row.tags = [tag for tag in row.tags if search.fold(tag)[:60] not in existing.tags[client.id]]
    row.changes += [Change("tag", "", tag) for tag in row.tags]
    persons = {search.fold(person.name) for person in existing.persons[client.id]}
    if row.person and search.fold(row.person) not in persons:
        row.changes.append(Change("person", "", row.person))
    else:
        row.person = ""
    if row.party and row.party not in existing.parties[client.id]:
        row.changes.append(Change("counterparty", "", row.party))
    else:
        row.party = ""
    _compare_own(row, client)
    total, newest = existing.totals.get(client.id), existing.newest.get(client.id)
    news = differences(row.told, client=client, total=total, newest=newest, zone=zone)
    row.changes += [Change(one.field, one.before, one.after) for one in news]
    row.told = row.told if news else Told()


def _show_facts(row: RowPlan, zone: ZoneInfo) -> None:
    """Says of a new client what was read as days, sums and fields of one's own: those may be read wrongly."""
    nobody = Client(custom_fields={})
    if day := row.values.get("birthday"):
        row.changes.append(Change("birthday", "", str(day)))
    _compare_own(row, nobody)
    told = differences(row.told, client=nobody, total=None, newest=None, zone=zone)
    row.changes += [Change(one.field, one.before, one.after) for one in told]


def _compare_own(row: RowPlan, client: Client) -> None:
    """Fields of one's own that change, as they are spelled on the card already."""
    spelled = {field_key(name): name for name in client.custom_fields}
    if (program := field_key("contract_end")) in spelled:  # as other programs spell it
        spelled.setdefault(field_key(CONTRACT_END), spelled[program])
    told, row.own = row.own, {}
    for name, value in told.items():
        known = spelled.get(field_key(name), name)
        before = client.custom_fields.get(known)
        same_day = name == CONTRACT_END and read_day(str(before)) == date.fromisoformat(value)
        if same_day or str("" if before is None else before) == value:
            continue
        row.own[known] = value
        field_name = ClientField.CONTRACT_END.value if name == CONTRACT_END else f"{OWN}{known}"
        row.changes.append(Change(field_name, str(before or ""), value))


@dataclass(frozen=True)
class _Names:
    people: dict[int, str]
    sources: dict[int, tuple[str, str]]

    def show(self, column: str, value: object) -> str:
        if column == "owner_id" and isinstance(value, int):
            return self.people.get(value, f"#{value}")
        return "" if value is None else str(value)


async def _names(session: AsyncSession) -> _Names:
    people = {other.id: other.name for other in await staff_queries.everybody(session, active_only=False)}
    sources = {source.id: (source.code, source.name) for source in (await session.execute(select(Source))).scalars()}
    return _Names(people, sources)
