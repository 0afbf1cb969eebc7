"""Importing a client list sent to the chat: what the columns mean, the difference by row, apply, take back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback
from bot.context import BotContext, ReceivedFile
from bot.doors import ShowClient
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from crm.access import Action, allows, check
from crm.errors import CrmError, NotFound
from crm.imports import clients as imports
from crm.imports.clients import ImportPreview
from crm.imports.mapping import ClientField
from crm.imports.planning import OWN, RowPlan
from crm.imports.reading import Table, is_table_name, read_table
from storage.files import register
from storage.models import ImportRun, StoredFile

router = Router()

SHOWN_COLUMNS = 20
SAMPLES = 3
LEFT_OUT = 300
PAGE = 8
_NOTHING = "none"


@dataclass(frozen=True)
class ShowImport(Callback, prefix="js"):
    run_id: int


@dataclass(frozen=True)
class ShowColumns(Callback, prefix="jc"):
    run_id: int


@dataclass(frozen=True)
class PickColumn(Callback, prefix="jp"):
    run_id: int
    column: int


@dataclass(frozen=True)
class SetColumn(Callback, prefix="jf", writes=True):
    """Says what a column holds; `none` leaves it out."""

    run_id: int
    column: int
    field: str


@dataclass(frozen=True)
class ShowDifference(Callback, prefix="jd"):
    run_id: int
    page: int = 0


@dataclass(frozen=True)
class ShowErrors(Callback, prefix="je"):
    run_id: int
    page: int = 0


@dataclass(frozen=True)
class ApplyImport(Callback, prefix="ja", writes=True):
    """Applies; `skip` leaves out the rows with errors, as the button said."""

    run_id: int
    skip: bool


@dataclass(frozen=True)
class UndoImport(Callback, prefix="ju", writes=True):
    run_id: int


@dataclass(frozen=True)
class DropImport(Callback, prefix="jx", writes=True):
    run_id: int


@router.share
async def on_table(context: BotContext) -> bool:
    """A CSV or XLSX from somebody who may import becomes a preview; from others it gets a word about who may."""
    file = next((file for file in context.files if file.kind == "document" and is_table_name(file.name)), None)
    if file is None or (file.name.lower().endswith(".txt") and not allows(context.staff, Action.IMPORT_CLIENTS)):
        return False
    if not allows(context.staff, Action.IMPORT_CLIENTS):
        context.say("imports-not-yours")
        return True
    table = await _table(context, file.sha256, file.name)
    async with context.write() as session:
        stored = await _stored(session, context, file)
        shown = await imports.preview(
            session,
            actor=context.staff,
            table=table,
            file_name=file.name,
            currency=context.settings.currency,
            file_id=stored.id,
            now=context.now,
        )
        reader = context.reader(session)
    context.send(_preview_card(reader, shown))
    return True


@router.press(ShowImport)
async def on_show(context: BotContext, press: ShowImport) -> None:
    reader, shown = await _again(context, press.run_id)
    context.show(_preview_card(reader, shown))


@router.press(ShowColumns)
async def on_columns(context: BotContext, press: ShowColumns) -> None:
    reader, shown = await _again(context, press.run_id)
    rows = [
        [Press(f"{header or '–'} → {_field_name(reader, shown.mapping.get(column))}", PickColumn(press.run_id, column))]
        for column, header in enumerate(shown.headers[:60])
    ]
    rows.append([Press(reader.t("core-back"), ShowImport(press.run_id))])
    context.show(Card(reader.t("imports-which-column"), rows))


@router.press(PickColumn)
async def on_pick_column(context: BotContext, press: PickColumn) -> None:
    reader, shown = await _again(context, press.run_id)
    if not 0 <= press.column < len(shown.headers):
        raise NotFound(noun="column")
    header = shown.headers[press.column]
    fields = [field for field in ClientField if header or field is not ClientField.OWN]  # which has its heading's name
    presses = [
        Press(_field_name(reader, field), SetColumn(press.run_id, press.column, field.value)) for field in fields
    ]
    rows = [presses[start : start + 2] for start in range(0, len(presses), 2)]
    rows.append([Press("🚫 " + _field_name(reader, None), SetColumn(press.run_id, press.column, _NOTHING))])
    rows.append([Press(reader.t("core-back"), ShowColumns(press.run_id))])
    context.show(Card(reader.t("imports-what-holds", header=header), rows))


@router.press(SetColumn)
async def on_set_column(context: BotContext, press: SetColumn) -> None:
    run, table = await _open(context, press.run_id)
    mapping = imports.mapping_of(run)
    mapping.pop(press.column, None)
    if press.field != _NOTHING:
        field = ClientField(press.field)
        if field is ClientField.NAME:  # there is one name: the old column gives way
            mapping = {column: other for column, other in mapping.items() if other is not field}
        mapping[press.column] = field
    reader, shown = await _preview(context, run, table, mapping)
    context.show(_preview_card(reader, shown))


@router.press(ShowDifference)
async def on_difference(context: BotContext, press: ShowDifference) -> None:
    reader, shown = await _again(context, press.run_id)
    rows = [*shown.changed, *shown.new]
    start = max(press.page, 0) * PAGE
    said = [line for row in rows[start : start + PAGE] for line in _row_lines(reader, row)]
    buttons = [pager(press.page, max(1, -(-len(rows) // PAGE)), lambda page: ShowDifference(press.run_id, page))]
    buttons.append([Press(reader.t("core-back"), ShowImport(press.run_id))])
    context.show(Card(lines(reader.t("imports-difference", name=shown.file_name), *said), buttons))


@router.press(ShowErrors)
async def on_errors(context: BotContext, press: ShowErrors) -> None:
    reader, shown = await _again(context, press.run_id)
    start = max(press.page, 0) * PAGE
    said = [_error_line(reader, error.number, error.error) for error in shown.errors[start : start + PAGE]]
    pages = max(1, -(-len(shown.errors) // PAGE))
    buttons = [pager(press.page, pages, lambda page: ShowErrors(press.run_id, page))]
    buttons.append([Press(reader.t("core-back"), ShowImport(press.run_id))])
    context.show(Card(lines(reader.t("imports-errors", count=len(shown.errors)), *said), buttons))


@router.press(ApplyImport)
async def on_apply(context: BotContext, press: ApplyImport) -> None:
    _run, table = await _open(context, press.run_id)
    async with context.write() as session:
        result = await imports.apply(
            session,
            actor=context.staff,
            run_id=press.run_id,
            table=table,
            now=context.now,
            skip_errors=press.skip,
        )
    text = context.t("imports-applied", created=result.created, updated=result.updated, left=result.left_out)
    context.show(Card(text, [[Press("↩︎ " + context.t("imports-undo"), UndoImport(press.run_id))]]))


@router.press(UndoImport)
async def on_undo(context: BotContext, press: UndoImport) -> None:
    async with context.write() as session:
        report = await imports.undo(session, actor=context.staff, run_id=press.run_id, now=context.now)
    text = [context.t("imports-undone", removed=report.removed, restored=report.restored)]
    if report.kept:
        text.append(context.t("imports-kept", count=len(report.kept)))
    rows = [[Press(name, ShowClient(client_id))] for client_id, name in report.kept[:SHOWN_COLUMNS]]
    context.show(Card(lines(*text), rows))


@router.press(DropImport)
async def on_drop(context: BotContext, press: DropImport) -> None:
    async with context.write() as session:
        await imports.discard(session, actor=context.staff, run_id=press.run_id, now=context.now)
    context.show(Card(context.t("core-cancelled")))


async def _again(context: BotContext, run_id: int) -> tuple[Reader, ImportPreview]:
    """The preview anew, from the file and what is true now."""
    run, table = await _open(context, run_id)
    return await _preview(context, run, table, imports.mapping_of(run))


async def _preview(
    context: BotContext, run: ImportRun, table: Table, mapping: Mapping[int, ClientField]
) -> tuple[Reader, ImportPreview]:
    async with context.write() as session:
        shown = await imports.preview(
            session,
            actor=context.staff,
            table=table,
            file_name=run.file_name,
            currency=context.settings.currency,
            mapping=mapping,
            run_id=run.id,
            now=context.now,
        )
        return context.reader(session), shown


async def _open(context: BotContext, run_id: int) -> tuple[ImportRun, Table]:
    check(context.staff, Action.IMPORT_CLIENTS)
    async with context.read() as session:
        run = await session.get(ImportRun, run_id)
        stored = await session.get(StoredFile, run.file_id) if run is not None and run.file_id else None
    if run is None or stored is None:
        raise NotFound(noun="import")
    return run, await _table(context, stored.sha256, run.file_name)


async def _table(context: BotContext, sha256: str, file_name: str) -> Table:
    """Reads the file off the event loop: a large workbook takes seconds."""
    content = await context.store.get(sha256)
    return await asyncio.to_thread(read_table, content, file_name=file_name)


async def _stored(session: AsyncSession, context: BotContext, file: ReceivedFile) -> StoredFile:
    return await register(session, sha256=file.sha256, size=file.size, media_type=file.media_type, now=context.now)


def _preview_card(reader: Reader, shown: ImportPreview) -> Card:
    t = reader.t
    columns = [
        t("imports-column", header=header or "–", field=_field_name(reader, shown.mapping.get(column)))
        for column, header in enumerate(shown.headers[:SHOWN_COLUMNS])
    ]
    counts = t(
        "imports-counts",
        new=len(shown.new),
        changed=len(shown.changed),
        unchanged=shown.unchanged,
        errors=len(shown.errors),
    )
    samples = [line for row in [*shown.changed[:SAMPLES], *shown.new[:SAMPLES]] for line in _row_lines(reader, row)]
    errors = [_error_line(reader, error.number, error.error) for error in shown.errors[:SAMPLES]]
    if shown.left_out:
        columns.append(t("imports-left-out", headers=", ".join(shown.left_out)[:LEFT_OUT]))
    body = lines(t("imports-title", name=shown.file_name), *columns, Html(" "), counts, *samples, *errors)
    rows: list[list[Press]] = []
    good = len(shown.new) + len(shown.changed)
    if good:
        key = "imports-apply-good" if shown.errors else "imports-apply"
        rows.append([Press("✅ " + t(key, count=good), ApplyImport(shown.run_id, bool(shown.errors)))])
    second = [Press(t("imports-columns"), ShowColumns(shown.run_id))]
    if good > SAMPLES:
        second.append(Press(t("imports-show-difference"), ShowDifference(shown.run_id)))
    if shown.errors:
        second.append(Press(t("imports-show-errors", count=len(shown.errors)), ShowErrors(shown.run_id)))
    rows += [second, [Press(t("core-cancel"), DropImport(shown.run_id))]]
    return Card(body, rows)


def _row_lines(reader: Reader, row: RowPlan) -> list[Html]:
    is_new = row.client_id is None
    reached = ", ".join(point.value for point in row.points) if is_new else ""
    extra = f" · {escape(reached)}" if reached else ""
    said = [Html(f"{'➕' if is_new else '✏️'} {bold(fold(escape(row.name), 80))}{extra}")]
    said += [
        reader.t(
            "imports-change",
            field=_change_name(reader, change.field),
            before=change.before[:60] or "–",
            after=change.after[:60],
        )
        for change in row.changes[:6]
    ]
    return said


def _error_line(reader: Reader, number: int, error: CrmError) -> Html:
    return reader.t("imports-error-row", row=number, error=reader.t(error.key, **error.params))


def _field_name(reader: Reader, field: ClientField | None) -> Html:
    return reader.t(f"imports-field-{field.value.replace('_', '-') if field is not None else _NOTHING}")


_CHANGE_FIELDS = {
    "first_contact_reason": ClientField.REASON,
    "owner_id": ClientField.OWNER,
    "source_id": ClientField.SOURCE,
    "tag": ClientField.TAGS,
    "counterparty": ClientField.COUNTERPARTY,
}


def _change_name(reader: Reader, name: str) -> Html:
    if name.startswith(OWN):
        return escape(name.removeprefix(OWN))
    field = _CHANGE_FIELDS.get(name)
    return _field_name(reader, field if field is not None else ClientField(name))
