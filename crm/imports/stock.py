"""Importing a stock list: a preview that can be corrected, then everything or nothing, and the whole import taken back.

Quantities are counts in the ledger: applying writes the difference, taking back writes it with the other sign, so that
what was received and shipped in between stays true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, products, stock
from crm.access import Action, check
from crm.imports import runs
from crm.imports.clients import ImportResult
from crm.imports.planning import RowError
from crm.imports.reading import Table
from crm.imports.runs import HasErrors, Outdated
from crm.imports.stock_planning import COLUMNS, ArticlePlan, ShelfPlan, StockField, guess_stock, plain, plan_stock
from storage.models import (
    ImportChange,
    ImportKind,
    ImportRun,
    ImportState,
    IncomingStock,
    Product,
    Staff,
    StockMoveKind,
    Warehouse,
)
from storage.queries import imports as queries
from storage.queries import stock as stock_queries


@dataclass(frozen=True)
class StockPreview:
    """What a stock list would do. `mapping` is column → field; `headers` are the file's own."""

    run_id: int
    file_name: str
    headers: tuple[str, ...]
    mapping: dict[int, StockField]
    new: tuple[ArticlePlan, ...]
    changed: tuple[ArticlePlan, ...]
    unchanged: int
    new_warehouses: tuple[str, ...]
    errors: tuple[RowError, ...]


@dataclass(frozen=True)
class StockUndo:
    """What was taken back, and the codes of articles that somebody changed since: those changes stay."""

    removed: int
    restored: int
    kept: tuple[str, ...]


async def preview(
    session: AsyncSession,
    *,
    actor: Staff,
    table: Table,
    file_name: str,
    currency: str,
    now: datetime,
    mapping: Mapping[int, StockField] | None = None,
    run_id: int | None = None,
    file_id: int | None = None,
) -> StockPreview:
    """The difference the list would make, kept as a run that can be applied; `run_id` replaces an earlier preview."""
    check(actor, Action.EDIT_STOCK)
    chosen = dict(mapping) if mapping is not None else guess_stock(table)
    found = await plan_stock(session, actor=actor, table=table, mapping=chosen, currency=currency)
    if run_id is None:
        run = ImportRun(
            kind=ImportKind.STOCK,
            state=ImportState.PREVIEWED,
            file_name=file_name[:250],
            file_id=file_id,
            by_id=actor.id,
            created_at=now,
        )
        session.add(run)
    else:
        run = await runs.locked(session, run_id=run_id, kind=ImportKind.STOCK, state=ImportState.PREVIEWED)
    run.mapping = {str(column): meaning.value for column, meaning in chosen.items()}
    run.summary = {**runs.counts(found), "currency": currency}
    await session.flush()
    return StockPreview(
        run.id,
        run.file_name,
        table.headers,
        chosen,
        found.new,
        found.changed,
        found.unchanged,
        found.new_warehouses,
        found.errors,
    )


async def apply(
    session: AsyncSession, *, actor: Staff, run_id: int, table: Table, now: datetime, skip_errors: bool = False
) -> ImportResult:
    """Does what the preview showed, in the caller's one transaction.

    Raises HasErrors unless `skip_errors`, Outdated when the difference is another one by now, NotInThisState.
    """
    check(actor, Action.EDIT_STOCK)
    run = await runs.locked(session, run_id=run_id, kind=ImportKind.STOCK, state=ImportState.PREVIEWED)
    currency = str(run.summary.get("currency", ""))
    found = await plan_stock(session, actor=actor, table=table, mapping=mapping_of(run), currency=currency)
    if found.fingerprint != run.summary.get("fingerprint"):
        raise Outdated
    if found.errors and not skip_errors:
        raise HasErrors(count=len(found.errors))
    places = await _make_warehouses(session, found.new_warehouses)
    for article in (*found.new, *found.changed):
        await _write(session, actor, run, article, places, now)
    run.state, run.applied_at = ImportState.APPLIED, now
    run.summary = {**runs.counts(found), "currency": currency}
    events.record(session, "import.applied", now=now, staff_id=actor.id, run_id=run.id, **runs.counts(found))
    await session.flush()
    return ImportResult(run.id, len(found.new), len(found.changed), len(found.errors))


async def undo(session: AsyncSession, *, actor: Staff, run_id: int, now: datetime) -> StockUndo:
    """Takes an applied import back; values somebody changed since stay, and their articles are named.

    An article the import made is no longer offered, but stays in the ledger.
    """
    check(actor, Action.EDIT_STOCK)
    run = await runs.locked(session, run_id=run_id, kind=ImportKind.STOCK, state=ImportState.APPLIED)
    removed = restored = 0
    kept: list[str] = []
    for change in await queries.changes(session, run.id):
        product = await session.get(Product, change.noun_id)
        if product is None:
            continue
        promised = await stock.promised(session, product_id=product.id)
        whole = await _restore_shelves(session, actor, run, product, change, now)
        if change.before is None:
            product.active = False
            removed += 1
        else:
            whole = _restore_columns(product, change) and whole
            await products.refresh(session, product)
            restored += 1
        product.updated_at = now
        await session.flush()
        await stock.tell(session, actor=actor, product_id=product.id, before=promised, now=now)
        if not whole:
            kept.append(product.code)
    run.state, run.undone_at = ImportState.UNDONE, now
    events.record(session, "import.undone", now=now, staff_id=actor.id, run_id=run.id, removed=removed)
    await session.flush()
    return StockUndo(removed, restored, tuple(kept))


async def discard(session: AsyncSession, *, actor: Staff, run_id: int) -> None:
    """Drops a preview."""
    check(actor, Action.EDIT_STOCK)
    run = await runs.locked(session, run_id=run_id, kind=ImportKind.STOCK, state=ImportState.PREVIEWED)
    run.state = ImportState.DISCARDED
    await session.flush()


def mapping_of(run: ImportRun) -> dict[int, StockField]:
    """The run's mapping as it was shown."""
    return {int(column): StockField(meaning) for column, meaning in run.mapping.items()}


async def _make_warehouses(session: AsyncSession, names: tuple[str, ...]) -> dict[str, int]:
    made = [Warehouse(code=name[:40], name=name) for name in names]
    session.add_all(made)
    await session.flush()
    return {place.name: place.id for place in made}


async def _write(
    session: AsyncSession, actor: Staff, run: ImportRun, article: ArticlePlan, places: dict[str, int], now: datetime
) -> None:
    product = await session.get(Product, article.product_id) if article.product_id else None
    before: dict[str, Any] | None = None
    # Told once all shelves are written, not one by one: what goes from one warehouse to another is as much as before.
    promised = Decimal() if product is None else await stock.promised(session, product_id=product.id)
    if product is None:
        product = Product(code=article.code, active=True, created_at=now, updated_at=now)
        products.fill(product, products.ProductDraft(code=article.code))
        session.add(product)
    else:
        before = {column: plain(getattr(product, column)) for column in COLUMNS if column in article.values}
    for column, value in article.values.items():
        setattr(product, column, _kept(column, value))
    product.updated_at = now
    await products.refresh(session, product)
    shelves = [await _write_shelf(session, actor, run, product, shelf, places, now) for shelf in article.shelves]
    await stock.tell(session, actor=actor, product_id=product.id, before=promised, now=now)
    after = {"values": article.values, "shelves": shelves}
    session.add(ImportChange(import_run_id=run.id, noun="product", noun_id=product.id, before=before, after=after))
    await session.flush()


async def _write_shelf(
    session: AsyncSession,
    actor: Staff,
    run: ImportRun,
    product: Product,
    shelf: ShelfPlan,
    places: dict[str, int],
    now: datetime,
) -> dict[str, Any]:
    """Writes one shelf and returns what taking it back needs to know."""
    place = {"product_id": product.id, "warehouse_id": shelf.warehouse_id or places[shelf.warehouse]}
    balance = await stock_queries.balance(session, **place)
    done: dict[str, Any] = {"warehouse_id": place["warehouse_id"]}
    difference = Decimal() if shelf.quantity is None else shelf.quantity - (balance.on_hand if balance else Decimal())
    if difference:
        await _count(session, actor, run, place, difference, now)
        done["counted"] = str(difference)
    if shelf.reserved is not None:
        done["reserved"] = [str(balance.reserved if balance else Decimal()), str(shelf.reserved)]
        await stock.set_reserved(session, actor=actor, quantity=shelf.reserved, now=now, quiet=True, **place)
    if shelf.incoming is not None:
        rows = (await stock_queries.incoming(session, product_ids=[product.id])).get(
            (place["product_id"], place["warehouse_id"]), []
        )
        done["incoming_before"] = [_arrival_facts(row) for row in rows]
        await stock_queries.forget_incoming(session, **place)
        if shelf.incoming:
            session.add(IncomingStock(quantity=shelf.incoming, expected_on=shelf.expected_on, reference="", **place))
        done["incoming_after"] = str(shelf.incoming)
    return done


async def _count(
    session: AsyncSession, actor: Staff, run: ImportRun, place: dict[str, int], quantity: Decimal, now: datetime
) -> None:
    await stock.move(
        session,
        actor=actor,
        product_id=place["product_id"],
        warehouse_id=place["warehouse_id"],
        kind=StockMoveKind.COUNT,
        quantity=quantity,
        reference=run.file_name,
        import_run_id=run.id,
        now=now,
        quiet=True,
    )


def _kept(column: str, value: Any) -> Any:
    return Decimal(value) if column == "low_mark" and value is not None else value


def _arrival_facts(row: IncomingStock) -> list[str]:
    return [str(row.quantity), row.expected_on.isoformat() if row.expected_on else "", row.reference]


def _restore_columns(product: Product, change: ImportChange) -> bool:
    untouched = True
    written = change.after["values"]
    for column, value in (change.before or {}).items():
        if plain(getattr(product, column)) == written[column]:
            setattr(product, column, _kept(column, value))
        else:
            untouched = False
    return untouched


async def _restore_shelves(
    session: AsyncSession, actor: Staff, run: ImportRun, product: Product, change: ImportChange, now: datetime
) -> bool:
    untouched = True
    for done in change.after["shelves"]:
        place = {"product_id": product.id, "warehouse_id": int(done["warehouse_id"])}
        if done.get("counted"):
            await _count(session, actor, run, place, -Decimal(done["counted"]), now)
        balance = await stock_queries.balance(session, **place)
        if "reserved" in done:
            before, after = map(Decimal, done["reserved"])
            if balance is not None and balance.reserved == after:
                balance.reserved = before
            else:
                untouched = False
        if "incoming_after" in done:
            untouched = await _restore_incoming(session, place, done) and untouched
    return untouched


async def _restore_incoming(session: AsyncSession, place: dict[str, int], done: dict[str, Any]) -> bool:
    rows = (await stock_queries.incoming(session, product_ids=[place["product_id"]])).get(
        (place["product_id"], place["warehouse_id"]), []
    )
    if sum((row.quantity for row in rows), Decimal()) != Decimal(done["incoming_after"]):
        return False
    await stock_queries.forget_incoming(session, **place)
    for quantity, day, reference in done["incoming_before"]:
        session.add(
            IncomingStock(
                quantity=Decimal(quantity),
                expected_on=date.fromisoformat(day) if day else None,
                reference=reference,
                **place,
            )
        )
    return True
