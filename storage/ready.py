"""Statements of the hot paths, made ready once: their text, and how each value becomes the driver's and back.

SQLAlchemy's execution asks of every statement anew what it was told the last time, which takes several times as long as SQLite
takes to carry a small one out. The statements are Core's as everywhere, and PostgreSQL is given them the usual way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Dialect, Executable, Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from storage.base import Base
from storage.database import Database, Unit, at_once_on_sqlite, on_sqlite

Convert = Callable[[Any], Any]
Model = TypeVar("Model", bound=Base)


class Ready:
    """A statement whose parameters all have names; `columns` are those an insert is given.

    Where the databases need different words, it is given as a function of whether they are PostgreSQL's.
    """

    def __init__(self, statement: Executable | Callable[[bool], Executable], *, columns: Sequence[str] = ()) -> None:
        self._statement = statement
        self._columns = tuple(columns)
        self._worded: Executable | None = None  # for PostgreSQL
        self._prepared: _Prepared | None = None  # for SQLite

    async def rows(
        self, unit: Unit | Database, values: Mapping[str, Any], *, brief: bool = False
    ) -> Sequence[tuple[Any, ...]]:
        """What it returns. `brief` says that it usually finds a few rows by a key: then SQLite does it at once.

        One that is brief and reads may be asked of the database itself: a unit of its own, which costs next to nothing.
        """
        if isinstance(unit, Database):
            if not unit.is_sqlite:
                async with unit.alone() as connection:
                    return await self._on_postgres(connection, values)
            return await self._on_sqlite(unit.engine.dialect).rows(unit, values, brief=True)
        if isinstance(unit, AsyncSession):
            await _flush(unit)
        dialect = unit.dialect if isinstance(unit, AsyncConnection) else unit.get_bind().dialect
        if dialect.name == "postgresql":
            return await self._on_postgres(unit, values)
        return await self._on_sqlite(dialect).rows(unit, values, brief=brief)

    async def _on_postgres(self, unit: Unit, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        if self._worded is None:
            self._worded = self._words(postgres=True)
        result: Any = await unit.execute(self._worded, values)
        return result.all() if result.returns_rows else ()

    def _on_sqlite(self, dialect: Dialect) -> _Prepared:
        if self._prepared is None:
            self._prepared = _Prepared(self._words(postgres=False), self._columns, dialect)
        return self._prepared

    def _words(self, *, postgres: bool) -> Executable:
        return self._statement if isinstance(self._statement, Executable) else self._statement(postgres)


def as_read(kind: type[Model], row: Sequence[Any]) -> Model:
    """An object made of its table's columns in their order: as one whose session has ended."""
    entity = kind(**dict(zip(kind.__table__.columns.keys(), row, strict=True)))
    make_transient_to_detached(entity)
    return entity


class _Prepared:
    """A statement as SQLite's driver takes it."""

    def __init__(self, statement: Any, columns: Sequence[str], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        self._sql = str(compiled)
        self._reads_only = isinstance(statement, Select)
        self._parameters = [_parameter(compiled.binds[name], dialect) for name in compiled.positiontup]
        returned = getattr(statement, "exported_columns", ())
        self._reads = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in returned]

    async def rows(self, unit: Unit | Database, values: Mapping[str, Any], *, brief: bool) -> list[tuple[Any, ...]]:
        given = [
            fixed if name is None else values[name] if convert is None else convert(values[name])
            for name, convert, fixed in self._parameters
        ]

        def carry_out(driver: sqlite3.Connection) -> list[tuple[Any, ...]]:
            return driver.execute(self._sql, given).fetchall()

        if brief or isinstance(unit, Database):
            found = await at_once_on_sqlite(unit, carry_out, reads=self._reads_only)
        else:
            found = await on_sqlite(unit, carry_out)
        return [
            tuple(value if read is None else read(value) for read, value in zip(self._reads, row, strict=True))
            for row in found
        ]


def _parameter(bind: Any, dialect: Dialect) -> tuple[str | None, Convert | None, Any]:
    """The name and how its values become the driver's; without a name, the value the statement itself has."""
    convert: Convert | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return bind.key, convert, None
    return None, None, bind.value if convert is None else convert(bind.value)


async def _flush(session: AsyncSession) -> None:
    """A statement sees what the session was given, as its own would."""
    if session.sync_session.autoflush and (session.new or session.dirty or session.deleted):
        await session.flush()
