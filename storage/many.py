"""Many rows in one statement, each value turned into the driver's in its column's turn.

SQLAlchemy does it row by row, looks at every value anew, and takes longer for it than SQLite for writing the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

_Convert = Callable[[Any], Any]
_Prepared = tuple[str, list[tuple[str, _Convert | None]]]

_prepared: WeakKeyDictionary[Insert, dict[tuple[str, ...], _Prepared]] = WeakKeyDictionary()


async def write(unit: AsyncConnection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Executes `statement`, which returns nothing and is kept by its module, with every row.

    All rows have the same columns, among them those that have a default of Python's.
    """
    if not rows:
        return
    sql, columns = _prepare(unit, statement, tuple(rows[0]))
    values = [_converted([row[name] for row in rows], convert) for name, convert in columns]
    await unit.exec_driver_sql(sql, list(zip(*values, strict=True)))


def _prepare(unit: AsyncConnection, statement: Insert, names: tuple[str, ...]) -> _Prepared:
    """The statement's text and its parameters in their order."""
    dialect = unit.dialect
    known = _prepared.setdefault(statement, {})
    found = known.get((dialect.name, *names))
    if found is None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
        types = {name: bind.type for name, bind in compiled.binds.items()}
        columns = [(name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in compiled.positiontup]
        found = known[dialect.name, *names] = (str(compiled), columns)
    return found


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
