"""Many rows in one statement, each value turned into the driver's in its column's turn.

SQLAlchemy does it row by row, looks at every value anew, and takes longer for it than SQLite for writing the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

_Convert = Callable[[Any], Any]
_Prepared = tuple[str, str, list[tuple[str, _Convert | None]]]

WIDE: Final = 32  # rows
_ROW: Final = re.compile(r"(INSERT INTO [^()]*\([^()]*\) VALUES )(\([^()]*\))(.*)", re.DOTALL)

_prepared: WeakKeyDictionary[Insert, dict[tuple[str, ...], _Prepared]] = WeakKeyDictionary()


async def write(unit: AsyncConnection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Executes `statement`, which returns nothing and is kept by its module, with every row.

    All rows have the same columns, among them those that have a default of Python's.
    """
    for sql, values in prepared(unit, statement, rows):
        await unit.exec_driver_sql(sql, values)


def prepared(
    unit: AsyncConnection, statement: Insert, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The statement's text and what it is executed with, as the driver takes them; perhaps twice.

    SQLite is handed WIDE rows at a time: around each execution the interpreter's lock goes to and fro, which takes
    longer than the row.
    """
    if not rows:
        return []
    sql, wide, columns = _prepare(unit, statement, tuple(rows[0]))
    converted = [_converted([row[name] for row in rows], convert) for name, convert in columns]
    values = list(zip(*converted, strict=True))
    if not wide or len(values) < WIDE:
        return [(sql, values)]
    whole = len(values) // WIDE * WIDE
    at_once = [tuple(chain.from_iterable(values[at : at + WIDE])) for at in range(0, whole, WIDE)]
    return [(wide, at_once), (sql, values[whole:])] if whole < len(values) else [(wide, at_once)]


def _prepare(unit: AsyncConnection, statement: Insert, names: tuple[str, ...]) -> _Prepared:
    """The statement's text, the same for many rows, and its parameters in their order."""
    dialect = unit.dialect
    known = _prepared.setdefault(statement, {})
    found = known.get((dialect.name, *names))
    if found is None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
        types = {name: bind.type for name, bind in compiled.binds.items()}
        columns = [(name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in compiled.positiontup]
        sql = str(compiled)
        found = known[dialect.name, *names] = (sql, _widened(sql) if dialect.name == "sqlite" else "", columns)
    return found


def _widened(sql: str) -> str:
    """The statement with WIDE rows; empty where it does more to a value than to put it down."""
    parts = _ROW.fullmatch(sql)
    return f"{parts[1]}{', '.join([parts[2]] * WIDE)}{parts[3]}" if parts else ""


def _converted(values: list[Any], convert: _Convert | None) -> list[Any]:
    if convert is None:
        return values
    try:
        distinct = set(values)
    except TypeError:  # objects, as JSON holds them
        return [convert(value) for value in values]
    if len(distinct) > len(values) // 2:
        return [convert(value) for value in values]
    # A moment or an enum's word is the same in most rows.
    converted = {value: convert(value) for value in distinct}
    return [converted[value] for value in values]
