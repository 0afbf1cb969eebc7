"""`touchline import`: the same preview and the same all-or-nothing as in the chat, from the host itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.chores import host, opened, worded
from app.settings import Settings
from app.wiring import Product
from crm.errors import CrmError
from crm.imports.reading import Table, read_table
from storage.files import register

Report = dict[str, Any]
_SHOWN = 20  # rows of each kind printed; --json has them all


class _OnlyLooked(Exception):
    """Takes the preview back: a dry run leaves nothing behind."""


@dataclass(frozen=True)
class _Asked:
    """One import as the command line was given it."""

    file: Path
    dry_run: bool
    skip_errors: bool


async def clients(settings: Settings, file: Path, *, dry_run: bool, skip_errors: bool) -> Report:
    """Imports clients; the report has the difference, the errors by row, and whether it was applied."""
    from crm.imports import clients as verbs

    async def look(session: AsyncSession, product: Product, table: Table, file_id: int) -> Any:
        return await verbs.preview(
            session,
            actor=host(settings),
            table=table,
            file_name=file.name,
            currency=settings.currency,
            file_id=file_id,
            now=product.clock.now(),
        )

    async def do(session: AsyncSession, product: Product, table: Table, run_id: int) -> Any:
        return await verbs.apply(
            session,
            actor=host(settings),
            run_id=run_id,
            table=table,
            now=product.clock.now(),
            skip_errors=skip_errors,
        )

    return await _import(settings, _Asked(file, dry_run, skip_errors), look, do)


async def stock(settings: Settings, file: Path, *, dry_run: bool, skip_errors: bool) -> Report:
    """Imports products and what lies in the warehouses."""
    from crm.imports import stock as verbs

    async def look(session: AsyncSession, product: Product, table: Table, file_id: int) -> Any:
        return await verbs.preview(
            session,
            actor=host(settings),
            table=table,
            file_name=file.name,
            currency=settings.currency,
            file_id=file_id,
            now=product.clock.now(),
        )

    async def do(session: AsyncSession, product: Product, table: Table, run_id: int) -> Any:
        return await verbs.apply(
            session,
            actor=host(settings),
            run_id=run_id,
            table=table,
            now=product.clock.now(),
            skip_errors=skip_errors,
        )

    return await _import(settings, _Asked(file, dry_run, skip_errors), look, do)


async def _import(
    settings: Settings,
    asked: _Asked,
    look: Callable[[AsyncSession, Product, Table, int], Awaitable[Any]],
    do: Callable[[AsyncSession, Product, Table, int], Awaitable[Any]],
) -> Report:
    content = await asyncio.to_thread(asked.file.read_bytes)
    table = await asyncio.to_thread(lambda: read_table(content, file_name=asked.file.name))
    report: Report = {}
    async with opened(settings) as product:
        kept = await product.files.put(content)
        try:
            async with product.database.write() as session:
                stored = await register(
                    session, sha256=kept, size=len(content), media_type="text/csv", now=product.clock.now()
                )
                preview = await look(session, product, table, stored.id)
                report = _report(preview, dry_run=asked.dry_run)
                if asked.dry_run or (preview.errors and not asked.skip_errors):
                    raise _OnlyLooked
                if preview.new or preview.changed:
                    await do(session, product, table, preview.run_id)
                report["applied"] = True
        except _OnlyLooked:
            pass  # the unit was rolled back, which is what a look is for
    report["lines"].append(_closing(report))
    return report


def _report(preview: Any, *, dry_run: bool) -> Report:
    errors = [{"row": error.number, "error": _words(error.error)} for error in preview.errors]
    changed = [
        {"row": row.number, "name": row.name, "changes": [[one.field, one.before, one.after] for one in row.changes]}
        for row in preview.changed
    ]
    mapping = {preview.headers[column]: field.value for column, field in preview.mapping.items()}
    left_out = [header for column, header in enumerate(preview.headers) if header and column not in preview.mapping]
    report: Report = {
        "file": preview.file_name,
        "dry_run": dry_run,
        "applied": False,
        "mapping": mapping,
        "not_understood": left_out,
        "new": len(preview.new),
        "changed": changed,
        "unchanged": preview.unchanged,
        "errors": errors,
    }
    lines = [f"not understood, left out: {', '.join(left_out)}"] if left_out else []
    lines.insert(0, "columns: " + ", ".join(f"{header} → {field}" for header, field in mapping.items()))
    lines += _some([f"new      row {row.number}: {row.name}" for row in preview.new])
    for row in changed[:_SHOWN]:
        told = "; ".join(f"{field}: {before or '–'} → {after or '–'}" for field, before, after in row["changes"])
        lines.append(f"changed  row {row['row']}: {row['name']}: {told}")
    if len(changed) > _SHOWN:
        lines.append(f"         and {len(changed) - _SHOWN} more")
    lines += _some([f"error    row {error['row']}: {error['error']}" for error in errors])
    report["lines"] = lines
    return report


def _some(lines: Sequence[str]) -> list[str]:
    more = [f"         and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return [*lines[:_SHOWN], *more]


def _closing(report: Report) -> str:
    counted = f"{report['new']} new, {len(report['changed'])} changed, {report['unchanged']} unchanged"
    if report["errors"]:
        counted += f", {len(report['errors'])} with errors"
    if report["applied"]:
        return f"Imported: {counted}."
    return f"A look only: {counted}." if report["dry_run"] else f"Not imported: {counted}."


def _words(error: CrmError) -> str:
    """The refusal without the marks that chat messages carry."""
    import re

    return re.sub(r"<[^>]{1,20}>", "", worded(error))
