"""Reads a CSV or XLSX somebody sent into plain rows of text. Bombs are refused before they are opened.

A 156 KB workbook can unpack to gigabytes: the archive's directory is checked first (entries, ratio, total), then the sheet
is streamed read-only with caps on rows and columns. defusedxml guards openpyxl's parser when it is installed, and it is.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice, pairwise

from crm.errors import CrmError

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_ENTRIES = 500
MAX_RATIO = 150
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 4000

_ENCODINGS = ("utf-8-sig", "cp1251", "cp874")
_DELIMITERS = ",;\t|"


class Unreadable(CrmError):
    """The file is no table we can read. Parameters: file."""

    code = "imports.unreadable"


class TooLarge(CrmError):
    """The file is larger than an import may be. Parameters: rows, megabytes."""

    code = "imports.too_large"

    def __init__(self) -> None:
        super().__init__(rows=MAX_ROWS, megabytes=MAX_BYTES // 1024 // 1024)


class Empty(CrmError):
    """There is no row below the headers."""

    code = "imports.empty"


@dataclass(frozen=True)
class Row:
    """One row; `number` is the one a spreadsheet shows (headers are 1)."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Headers and rows, all text, stripped, as many cells in each row as there are headers."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def is_table_name(file_name: str) -> bool:
    """Whether a file's name says it may be imported."""
    return file_name.lower().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xlsm"))


def read_table(content: bytes, *, file_name: str) -> Table:
    """The table in a CSV (encoding and delimiter guessed) or the first sheet of an XLSX.

    Raises Unreadable, TooLarge, Empty. Takes a while for large files: call it off the event loop.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge
    lines = _workbook_lines(content, file_name) if content[:4] == b"PK\x03\x04" else _csv_lines(content, file_name)
    return _table(lines)


def _table(lines: Iterable[list[str]]) -> Table:
    headers: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        if number > 2 * MAX_ROWS:  # a sheet may claim a million empty rows
            raise TooLarge
        if len(line) > MAX_COLUMNS and any(line[MAX_COLUMNS:]):
            raise TooLarge
        cells = tuple(_cell(cell) for cell in line[:MAX_COLUMNS])
        if not any(cells):
            continue
        if not headers:
            headers = _trimmed(cells)
            continue
        if len(rows) >= MAX_ROWS:
            raise TooLarge
        rows.append(Row(number, (*cells[: len(headers)], *([""] * (len(headers) - len(cells))))))
    if not rows:
        raise Empty
    return Table(headers, tuple(rows))


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    last = max(number for number, cell in enumerate(cells) if cell)
    return cells[: last + 1]


def _cell(text: str) -> str:
    return text.replace("\x00", "").strip()[:MAX_CELL]


def _csv_lines(content: bytes, file_name: str) -> Iterable[list[str]]:
    if b"\x00" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(file=file_name)
    text = _decoded(content, file_name)
    if text.lower().startswith("sep=") and "\n" in text:
        text = text.partition("\n")[2]
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
        yield from islice(reader, MAX_ROWS + 1000)
    except csv.Error:
        raise Unreadable(file=file_name) from None


def _decoded(content: bytes, file_name: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise Unreadable(file=file_name) from None
    readings: list[tuple[float, str]] = []
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig":
            return text
        readings.append((_plausible(text), text))
    if not readings:
        raise Unreadable(file=file_name)
    return max(readings, key=lambda reading: reading[0])[1]


def _plausible(text: str) -> float:
    """The share of letters of one alphabet in natural proportion: tells cp1251 from cp874, where both decode."""
    sample = [character for character in text[:20_000] if ord(character) > 127]
    if not sample:
        return 1.0
    lower_cyrillic = sum("а" <= character <= "я" or character == "ё" for character in sample)
    # In Thai every few letters carry a vowel or tone mark, and none stands at the start of a word.
    thai = sum("\u0e01" <= character <= "\u0e4e" for character in sample)
    marks = sum("\u0e31" <= character <= "\u0e3a" or "\u0e47" <= character <= "\u0e4e" for character in sample)
    orphans = sum(
        "\u0e31" <= second <= "\u0e3a" and not "\u0e01" <= first <= "\u0e2e"
        for first, second in pairwise(text[:20_000])
    )
    if thai > lower_cyrillic:
        return thai / len(sample) if marks > thai * 0.08 and orphans < max(1, marks * 0.1) else 0.3
    return lower_cyrillic / len(sample)


def _delimiter(text: str) -> str:
    """The delimiter that parts the first lines into the same number of cells, more cells before fewer."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    best, best_rank = ",", (0, 0)
    for delimiter in _DELIMITERS:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
        if not widths or widths[0] < 2:
            continue
        rank = (sum(width == widths[0] for width in widths), widths[0])
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


def _workbook_lines(content: bytes, file_name: str) -> Iterable[list[str]]:
    _refuse_bombs(content, file_name)
    from openpyxl import load_workbook  # 60 ms, only for those who send one

    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = workbook.worksheets[0]
            for line in sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True):
                yield [_shown(value) for value in line]
        finally:
            workbook.close()
    except CrmError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken file leads it to
        raise Unreadable(file=file_name) from error


def _refuse_bombs(content: bytes, file_name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable(file=file_name) from None
    unpacked = sum(entry.file_size for entry in entries)
    squeezed = any(
        entry.file_size > 1024 * 1024 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1) for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or squeezed:
        raise TooLarge


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(Decimal(repr(value)))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
