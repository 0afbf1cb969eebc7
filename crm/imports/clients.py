"""Importing clients: a preview that can be corrected, then everything or nothing, and the whole import taken back.

Consent and suppressions are no columns of an import: whoever said stop stays silent, whatever a file says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, purchase_totals
from crm.access import Action, check, client_scope
from crm.client_index import fill, reindex
from crm.clients.editing import hang_tag
from crm.contacts import attach, region_of
from crm.counterparties import PartyDraft, find_or_make
from crm.imports import runs
from crm.imports.mapping import ClientField, guess_clients
from crm.imports.planning import COLUMNS, Plan, RowError, RowPlan, plan
from crm.imports.reading import Table
from crm.imports.runs import HasErrors, Outdated
from crm.marketing import source_by_name
from crm.purchase_totals import Told
from crm.wording import zone_of
from storage.models import (
    Client,
    ClientCounterParty,
    ContactKind,
    ContactPerson,
    ContactPoint,
    ImportChange,
    ImportKind,
    ImportRun,
    ImportState,
    Language,
    Role,
    Staff,
)
from storage.queries import clients as client_queries
from storage.queries import contacts as contact_queries
from storage.queries import imports as queries
from storage.queries import segments as segment_queries

_OWN_NAMES = 200  # fields of one's own that a heading is looked for among


@dataclass(frozen=True)
class ImportPreview:
    """What a file would do. `mapping` is column → field; `headers` are the file's own."""

    run_id: int
    file_name: str
    headers: tuple[str, ...]
    mapping: dict[int, ClientField]
    new: tuple[RowPlan, ...]
    changed: tuple[RowPlan, ...]
    unchanged: int
    errors: tuple[RowError, ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The headings of columns that nothing is known of."""
        return tuple(header for column, header in enumerate(self.headers) if header and column not in self.mapping)


@dataclass(frozen=True)
class ImportResult:
    """What was done."""

    run_id: int
    created: int
    updated: int
    left_out: int


@dataclass(frozen=True)
class UndoReport:
    """What was taken back, and the clients that were left alone because somebody worked on them since."""

    removed: int
    restored: int
    kept: tuple[tuple[int, str], ...]


async def preview(
    session: AsyncSession,
    *,
    actor: Staff,
    table: Table,
    file_name: str,
    currency: str,
    now: datetime,
    mapping: Mapping[int, ClientField] | None = None,
    run_id: int | None = None,
    file_id: int | None = None,
) -> ImportPreview:
    """The difference the table would make, kept as a run that can be applied; `run_id` replaces an earlier preview.

    `currency` is that of sums which name none.
    """
    check(actor, Action.IMPORT_CLIENTS)
    chosen = dict(mapping) if mapping is not None else await _guess(session, actor, table)
    found = await plan(session, actor=actor, table=table, mapping=chosen, currency=currency, now=now)
    if run_id is None:
        run = ImportRun(
            kind=ImportKind.CLIENTS,
            state=ImportState.PREVIEWED,
            file_name=file_name[:250],
            file_id=file_id,
            by_id=actor.id,
            created_at=now,
        )
        session.add(run)
    else:
        run = await runs.locked(session, run_id=run_id, kind=ImportKind.CLIENTS, state=ImportState.PREVIEWED)
    run.mapping = {str(column): field.value for column, field in chosen.items()}
    run.summary = {**runs.counts(found), "currency": currency}
    await session.flush()
    return ImportPreview(
        run.id, run.file_name, table.headers, chosen, found.new, found.changed, found.unchanged, found.errors
    )


async def apply(
    session: AsyncSession, *, actor: Staff, run_id: int, table: Table, now: datetime, skip_errors: bool = False
) -> ImportResult:
    """Does what the preview showed, in the caller's one transaction.

    Raises HasErrors unless `skip_errors`, Outdated when the difference is another one by now, NotInThisState.
    """
    check(actor, Action.IMPORT_CLIENTS)
    run = await runs.locked(session, run_id=run_id, kind=ImportKind.CLIENTS, state=ImportState.PREVIEWED)
    currency = str(run.summary.get("currency", ""))
    found = await plan(session, actor=actor, table=table, mapping=mapping_of(run), currency=currency, now=now)
    if found.fingerprint != run.summary.get("fingerprint"):
        raise Outdated
    if found.errors and not skip_errors:
        raise HasErrors(count=len(found.errors))
    await _create(session, actor, run, found, now)
    for row in found.changed:
        await _update(session, actor, run, found, row, now)
    run.state, run.applied_at, run.summary = ImportState.APPLIED, now, runs.counts(found)
    events.record(session, "import.applied", now=now, staff_id=actor.id, run_id=run.id, **runs.counts(found))
    await session.flush()
    return ImportResult(run.id, len(found.new), len(found.changed), len(found.errors))


async def undo(session: AsyncSession, *, actor: Staff, run_id: int, now: datetime) -> UndoReport:
    """Takes an applied import back. A value somebody changed since stays, and its client is named in the report."""
    check(actor, Action.IMPORT_CLIENTS)
    run = await runs.locked(session, run_id=run_id, kind=ImportKind.CLIENTS, state=ImportState.APPLIED)
    removed = restored = 0
    kept: dict[int, str] = {}
    for change in await queries.changes(session, run.id):
        client = await session.get(Client, change.noun_id)
        if client is None or client.archived_at is not None:
            continue
        if change.before is None:
            if await _touched(session, client, run):
                kept[client.id] = client.name
                continue
            client.archived_at = client.updated_at = now
            removed += 1
        else:
            if not await _restore(session, client, change, now):
                kept[client.id] = client.name
            restored += 1
        events.record(session, "client.import_undone", now=now, client_id=client.id, staff_id=actor.id, run_id=run.id)
    run.state, run.undone_at = ImportState.UNDONE, now
    events.record(session, "import.undone", now=now, staff_id=actor.id, run_id=run.id, removed=removed)
    await session.flush()
    return UndoReport(removed, restored, tuple(kept.items()))


async def discard(session: AsyncSession, *, actor: Staff, run_id: int, now: datetime) -> None:
    """Drops a preview."""
    check(actor, Action.IMPORT_CLIENTS)
    run = await runs.locked(session, run_id=run_id, kind=ImportKind.CLIENTS, state=ImportState.PREVIEWED)
    run.state = ImportState.DISCARDED
    await session.flush()


def mapping_of(run: ImportRun) -> dict[int, ClientField]:
    """The run's mapping as it was shown."""
    return {int(column): ClientField(field) for column, field in run.mapping.items()}


async def _guess(session: AsyncSession, actor: Staff, table: Table) -> dict[int, ClientField]:
    names = await segment_queries.own_field_names(session, scope=client_scope(actor), limit=_OWN_NAMES)
    return guess_clients(table, region=region_of(actor.timezone), own=names)


async def _create(session: AsyncSession, actor: Staff, run: ImportRun, found: Plan, now: datetime) -> None:
    made: list[tuple[RowPlan, Client]] = []
    for row in found.new:
        values = dict(row.values)
        values.setdefault("language", actor.language if actor.language in Language else Language.EN)
        values.setdefault("owner_id", actor.id if actor.role is Role.MANAGER else None)
        client = Client(
            **values,
            custom_fields=row.own,
            source_id=await source_by_name(session, row.source) if row.source else None,
            import_run_id=run.id,
            created_by_id=actor.id,
            created_at=now,
            updated_at=now,
        )
        client.company, client.city = client.company or "", client.city or ""
        others = [row.person, row.party]
        phones = [point.value for point in row.points if point.kind is ContactKind.PHONE]
        emails = [point.value for point in row.points if point.kind is ContactKind.EMAIL]
        fill(client, phones=phones, emails=emails, others=others, codes=[row.tax_id] if row.tax_id else [])
        made.append((row, client))
    session.add_all([client for _, client in made])
    await session.flush()
    for row, client in made:
        primary: set[ContactKind] = set()
        for point in row.points:
            first = point.kind not in primary
            primary.add(point.kind)
            session.add(
                ContactPoint(client_id=client.id, kind=point.kind, value=point.value, is_primary=first, created_at=now)
            )
        if row.person:
            session.add(ContactPerson(client_id=client.id, name=row.person, created_at=now))
        for tag in row.tags:
            await hang_tag(session, client, tag)
        if row.party:
            await _link(session, client, row, now)
        if total := purchase_totals.begin(row.told, client=client, zone=zone_of(actor.timezone), now=now):
            session.add(total)
        session.add(
            ImportChange(import_run_id=run.id, noun="client", noun_id=client.id, before=None, after={"row": row.number})
        )
        told = {"import_run_id": run.id, "imported": True}
        events.record(session, "client.created", now=now, client_id=client.id, staff_id=actor.id, **told)
    await session.flush()


async def _update(
    session: AsyncSession, actor: Staff, run: ImportRun, found: Plan, row: RowPlan, now: datetime
) -> None:
    client = found.existing.clients[row.client_id or 0]
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    values = dict(row.values)
    if any(change.field == "source" for change in row.changes):
        values["source_id"] = await source_by_name(session, row.source)
    for column, value in values.items():
        if getattr(client, column) != value:
            before[column], after[column] = _json(getattr(client, column)), _json(value)
            setattr(client, column, value)
    after["points"] = [(await attach(session, client, point, now=now)).id for point in row.points]
    after["tags"] = [(await hang_tag(session, client, tag))[0].key for tag in row.tags]
    if row.person:
        person = ContactPerson(client_id=client.id, name=row.person, created_at=now)
        session.add(person)
        await session.flush()
        after["person"] = person.id
    if row.party:
        after["link"] = await _link(session, client, row, now)
    if row.own:
        before["own"] = {name: client.custom_fields.get(name) for name in row.own}
        after["own"] = row.own
        client.custom_fields = {**client.custom_fields, **row.own}
    if row.told != Told():
        before["bought"] = await purchase_totals.held(session, client)
        await purchase_totals.tell(session, client=client, told=row.told, zone=zone_of(actor.timezone), now=now)
        after["bought"] = await purchase_totals.held(session, client)
    await reindex(session, client, now=now)
    session.add(ImportChange(import_run_id=run.id, noun="client", noun_id=client.id, before=before, after=after))
    fields = sorted({change.field for change in row.changes})
    events.record(
        session, "client.imported", now=now, client_id=client.id, staff_id=actor.id, run_id=run.id, fields=fields
    )


async def _link(session: AsyncSession, client: Client, row: RowPlan, now: datetime) -> int:
    party = await find_or_make(session, PartyDraft(name=row.party, tax_id=row.tax_id), now=now)
    link = ClientCounterParty(client_id=client.id, counterparty_id=party.id, valid_from=now)
    session.add(link)
    await session.flush()
    return link.id


async def _touched(session: AsyncSession, client: Client, run: ImportRun) -> bool:
    """Whether anybody worked on a client since the import made it."""
    if client.updated_at != run.applied_at or client.last_contact_at is not None:
        return True
    if await client_queries.interactions_count(session, client.id):
        return True
    return await client_queries.next_follow_up(session, client.id) is not None or bool(
        await contact_queries.consents_of(session, client.id)
    )


async def _restore(session: AsyncSession, client: Client, change: ImportChange, now: datetime) -> bool:
    """Puts back what the import changed where it is still the import's; False when something had been edited since."""
    untouched = True
    before, after = change.before or {}, change.after
    for column in COLUMNS:
        if column not in before:
            continue
        if _json(getattr(client, column)) == after[column]:
            setattr(client, column, _FROM_JSON.get(column, _same)(before[column]))
        else:
            untouched = False
    untouched = _restore_own(client, before.get("own", {}), after.get("own", {})) and untouched
    if "bought" in before:
        bought = {"before": before["bought"], "after": after["bought"]}
        untouched = await purchase_totals.put_back(session, client=client, **bought) and untouched
    gone = await session.get(ContactPerson, after["person"]) if after.get("person") else None
    for point_id in after.get("points", ()):
        point = await session.get(ContactPoint, point_id)
        if point is not None and point.client_id == client.id:
            await session.delete(point)
    await session.flush()
    if gone is not None:
        await session.delete(gone)
    if after.get("tags"):
        await queries.take_tags(session, client.id, after["tags"])
    if after.get("link") and (link := await session.get(ClientCounterParty, after["link"])) is not None:
        await session.delete(link)
    await _one_primary(session, client)
    await reindex(session, client, now=now)
    return untouched


def _restore_own(client: Client, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Puts back the fields of one's own that are still the import's; False when one had been edited since."""
    fields = dict(client.custom_fields)
    ours = [name for name, value in after.items() if fields.get(name) == value]
    for name in ours:
        if before[name] is None:
            del fields[name]
        else:
            fields[name] = before[name]
    client.custom_fields = fields
    return len(ours) == len(after)


async def _one_primary(session: AsyncSession, client: Client) -> None:
    points = await contact_queries.points_of(session, client.id)
    for kind in ContactKind:
        same = [point for point in points if point.kind is kind]
        if same and not any(point.is_primary for point in same):
            same[0].is_primary = True


def _json(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Language) else value


def _same(value: Any) -> Any:
    return value


_FROM_JSON: Mapping[str, Callable[[Any], Any]] = {
    "language": Language,
    "birthday": lambda value: value and date.fromisoformat(value),
}
