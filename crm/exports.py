"""Lists for other programs: clients and interactions as CSV or XLSX, in the actor's scope, without live formulas.

A cell that begins like a formula gets an apostrophe before it (OWASP ASVS 1.2.10); workbooks hold typed strings only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check, client_scope
from storage.models import (
    Client,
    ClientTag,
    ContactKind,
    ContactPoint,
    Interaction,
    Source,
    Staff,
    Tag,
)

# Spreadsheets in East Asian settings read the full-width signs as the plain ones.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CHUNK = 500


class Noun(StrEnum):
    """What can be exported."""

    CLIENTS = "clients"
    INTERACTIONS = "interactions"


class Format(StrEnum):
    """How it is written."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class ExportedFile:
    """A file ready to hand over."""

    name: str
    media_type: str
    content: bytes
    rows: int


async def export(
    session: AsyncSession, *, actor: Staff, noun: Noun, file_format: Format, now: datetime
) -> ExportedFile:
    """Everything of a noun the actor may see. The export itself is recorded. Raises NotAllowed."""
    check(actor, Action.EXPORT_CLIENTS)
    if noun is Noun.CLIENTS:
        headers, rows = await _clients(session, actor)
    else:
        headers, rows = await _interactions(session, actor)
    events.record(session, "export.made", now=now, staff_id=actor.id, noun=noun.value, rows=len(rows))
    write = write_csv if file_format is Format.CSV else write_xlsx
    media = {
        Format.CSV: "text/csv; charset=utf-8",
        Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }[file_format]
    name = f"{noun.value}-{now:%Y-%m-%d}.{file_format.value}"
    return ExportedFile(name, media, write(headers, rows), len(rows))


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheets read Thai and Russian right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in headers])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet of strings: nothing is read as a formula, a number or a date."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("export")
    for row in (headers, *rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", harmless(text))[:32_000])
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run. A plain phone number keeps its plus."""
    text = text.replace("\x00", "")
    if text.startswith(_FORMULA_STARTS) and not (text[0] == "+" and text[1:].isascii() and text[1:].isdigit()):
        return f"'{text}"
    return text


async def _clients(session: AsyncSession, actor: Staff) -> tuple[list[str], list[list[str]]]:
    headers = ["id", "name", "company", "phones", "emails", "city", "tags", "owner", "source", "reason", "language"]
    headers += ["lifecycle", "last contact", "last purchase", "created", "notes"]
    query = (
        select(Client, Staff.name, Source.name)
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .outerjoin(Source, Source.id == Client.source_id)
        .where(Client.archived_at.is_(None), client_scope(actor))
        .order_by(Client.id)
    )
    found = (await session.execute(query)).all()
    points, tags = await _hanging(session, [client.id for client, _, _ in found])
    rows = []
    for client, owner, source in found:
        rows.append(
            [
                str(client.id),
                client.name,
                client.company,
                ", ".join(points.get((client.id, ContactKind.PHONE), [])),
                ", ".join(points.get((client.id, ContactKind.EMAIL), [])),
                client.city,
                ", ".join(tags.get(client.id, [])),
                owner or "",
                source or "",
                client.first_contact_reason,
                client.language.value,
                client.lifecycle.value,
                _moment(client.last_contact_at),
                _moment(client.last_purchase_at),
                _moment(client.created_at),
                client.notes,
            ]
        )
    return headers, rows


async def _interactions(session: AsyncSession, actor: Staff) -> tuple[list[str], list[list[str]]]:
    headers = ["id", "at", "kind", "direction", "outcome", "seconds", "client", "by", "subject", "text"]
    query = (
        select(Interaction, Client.name, Staff.name)
        .join(Client, Client.id == Interaction.client_id)
        .outerjoin(Staff, Staff.id == Interaction.staff_id)
        .where(Interaction.undone_at.is_(None), Client.archived_at.is_(None), client_scope(actor))
        .order_by(Interaction.id)
    )
    rows = []
    for interaction, client, by in (await session.execute(query)).all():
        rows.append(
            [
                str(interaction.id),
                _moment(interaction.at),
                interaction.kind.value,
                interaction.direction.value if interaction.direction else "",
                interaction.outcome.value if interaction.outcome else "",
                "" if interaction.duration_seconds is None else str(interaction.duration_seconds),
                client,
                by or "",
                interaction.subject,
                interaction.text,
            ]
        )
    return headers, rows


async def _hanging(
    session: AsyncSession, ids: list[int]
) -> tuple[dict[tuple[int, ContactKind], list[str]], dict[int, list[str]]]:
    points: dict[tuple[int, ContactKind], list[str]] = {}
    tags: dict[int, list[str]] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        reached = select(ContactPoint).where(ContactPoint.client_id.in_(chunk)).order_by(ContactPoint.id)
        for point in (await session.execute(reached)).scalars():
            points.setdefault((point.client_id, point.kind), []).append(point.value)
        hung = select(ClientTag.client_id, Tag.name).join(Tag, Tag.id == ClientTag.tag_id).order_by(Tag.name)
        for client_id, name in (await session.execute(hung.where(ClientTag.client_id.in_(chunk)))).all():
            tags.setdefault(client_id, []).append(name)
    return points, tags


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")
