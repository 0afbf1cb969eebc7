"""Importing a stock list sent to the chat: what was understood, the difference, apply, take back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.callbacks import Callback
from bot.context import BotContext
from bot.render import Card, Html, Press, Reader, bold, lines
from bot.routing import Router
from crm.access import Action, allows, check
from crm.errors import NotFound
from crm.imports import stock as imports
from crm.imports.reading import Table, is_table_name, read_table
from crm.imports.stock import StockPreview
from crm.imports.stock_planning import ArticlePlan, StockField, looks_like_stock
from storage.files import register
from storage.models import ImportRun, StoredFile

router = Router()

SHOWN_COLUMNS = 15
SAMPLES = 4
_OF_CHANGE = {"price_minor": "price"}


@dataclass(frozen=True)
class ApplyStock(Callback, prefix="ka", writes=True):
    """Applies; `skip` leaves out the rows with errors, as the button said."""

    run_id: int
    skip: bool


@dataclass(frozen=True)
class UndoStock(Callback, prefix="ku", writes=True):
    run_id: int


@dataclass(frozen=True)
class DropStock(Callback, prefix="kx", writes=True):
    run_id: int


@router.share
async def on_list(context: BotContext) -> bool:
    """A CSV or XLSX that names articles, from somebody who keeps stock; any other table is somebody else's matter."""
    file = next((file for file in context.files if file.kind == "document" and is_table_name(file.name)), None)
    if file is None or not allows(context.staff, Action.EDIT_STOCK):
        return False
    table = await _table(context, file.sha256, file.name)
    if not looks_like_stock(table) and allows(context.staff, Action.IMPORT_CLIENTS):
        return False
    async with context.write() as session:
        stored = await register(
            session, sha256=file.sha256, size=file.size, media_type=file.media_type, now=context.now
        )
        shown = await imports.preview(
            session,
            actor=context.staff,
            table=table,
            file_name=file.name,
            file_id=stored.id,
            currency=context.settings.currency,
            now=context.now,
        )
        context.send(_preview_card(context.reader(session), shown))
    return True


@router.press(ApplyStock)
async def on_apply(context: BotContext, press: ApplyStock) -> None:
    table = await _reopened(context, press.run_id)
    async with context.write() as session:
        result = await imports.apply(
            session, actor=context.staff, run_id=press.run_id, table=table, now=context.now, skip_errors=press.skip
        )
    text = context.t("stock-import-applied", created=result.created, updated=result.updated, left=result.left_out)
    context.show(Card(text, [[Press("↩︎ " + context.t("stock-import-undo"), UndoStock(press.run_id))]]))


@router.press(UndoStock)
async def on_undo(context: BotContext, press: UndoStock) -> None:
    async with context.write() as session:
        report = await imports.undo(session, actor=context.staff, run_id=press.run_id, now=context.now)
    told = [context.t("stock-import-undone", removed=report.removed, restored=report.restored)]
    if report.kept:
        told.append(context.t("stock-import-kept", codes=", ".join(report.kept[:SHOWN_COLUMNS])))
    context.show(Card(lines(*told)))


@router.press(DropStock)
async def on_drop(context: BotContext, press: DropStock) -> None:
    async with context.write() as session:
        await imports.discard(session, actor=context.staff, run_id=press.run_id)
    context.show(Card(context.t("core-cancelled")))


async def _reopened(context: BotContext, run_id: int) -> Table:
    check(context.staff, Action.EDIT_STOCK)
    async with context.read() as session:
        run = await session.get(ImportRun, run_id)
        stored = await session.get(StoredFile, run.file_id) if run is not None and run.file_id else None
    if run is None or stored is None:
        raise NotFound(noun="import")
    return await _table(context, stored.sha256, run.file_name)


async def _table(context: BotContext, sha256: str, file_name: str) -> Table:
    """Reads the file off the event loop: a large workbook takes seconds."""
    content = await context.store.get(sha256)
    return await asyncio.to_thread(read_table, content, file_name=file_name)


def _preview_card(reader: Reader, shown: StockPreview) -> Card:
    columns = [
        reader.t("stock-import-column", header=header or "–", field=_field(reader, shown.mapping.get(column)))
        for column, header in enumerate(shown.headers[:SHOWN_COLUMNS])
    ]
    counts = reader.t(
        "stock-import-counts",
        new=len(shown.new),
        changed=len(shown.changed),
        unchanged=shown.unchanged,
        errors=len(shown.errors),
    )
    told: list[Html] = [Html(" "), counts]
    if shown.new_warehouses:
        told.append(reader.t("stock-import-warehouses", names=", ".join(shown.new_warehouses)[:300]))
    for article in (*shown.changed[:SAMPLES], *shown.new[:SAMPLES]):
        told += _article(reader, article)
    told += [
        reader.t("stock-import-error-row", row=error.number, error=reader.t(error.error.key, **error.error.params))
        for error in shown.errors[:SAMPLES]
    ]
    good = len(shown.new) + len(shown.changed)
    if not good:
        told.append(reader.t("stock-import-nothing"))
    html = lines(reader.t("stock-import-title", name=shown.file_name), *columns, *told)
    rows: list[list[Press]] = []
    if good:
        key = "stock-import-apply-good" if shown.errors else "stock-import-apply"
        rows.append([Press("✅ " + reader.t(key, count=good), ApplyStock(shown.run_id, bool(shown.errors)))])
    rows.append([Press(reader.t("core-cancel"), DropStock(shown.run_id))])
    return Card(html, rows)


def _article(reader: Reader, article: ArticlePlan) -> list[Html]:
    sign = "➕" if article.product_id is None else "✏️"
    told = [Html(f"{sign} {bold(article.code)} {lines(article.name[:80])}")]
    changes = article.changes if article.product_id is not None else article.changes[-2:]
    for change in changes[:6]:
        name = _OF_CHANGE.get(change.field, change.field)
        before, after = (_amount(reader, article, change.field, said) for said in (change.before, change.after))
        told.append(reader.t("stock-import-change", field=_field_name(reader, name), before=before or "–", after=after))
    return told


def _amount(reader: Reader, article: ArticlePlan, field: str, said: str) -> str:
    if field == "price_minor" and said:
        return reader.money(int(said), str(article.values["currency"]))
    if field == "active":
        return str(reader.t("core-yes" if said == "True" else "core-no"))
    return said[:60]


def _field(reader: Reader, meaning: StockField | None) -> Html:
    return _field_name(reader, meaning.value if meaning is not None else "none")


def _field_name(reader: Reader, name: str) -> Html:
    return reader.t(f"stock-import-field-{name.replace('_', '-')}")
