"""Statements of the inbox: what arrived, what waits in which lane, and what was said about it.

All of them are Core, so that a session and a bare connection serve alike. What every arrival goes through is put into
words once, when this is imported: for a statement of usual size that costs as much as carrying it out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from storage import many
from storage.database import Database, on_sqlite
from storage.database import Unit as Unit  # the queries beside it take it from here
from storage.models import Inbox, InboxSource
from storage.ready import Ready

# Literals, not parameters: the partial index on waiting rows serves only a condition it can read.
_WAITING = Inbox.processed_at.is_(None)
_COLUMNS = (
    Inbox.id,
    Inbox.source,
    Inbox.external_id,
    Inbox.lane,
    Inbox.payload,
    Inbox.raw,
    Inbox.received_at,
    Inbox.tries,
)


# Its columns as a table's: on a mapped class every statement also asks the session's objects about itself.
_TABLE = cast("Table", Inbox.__table__)
_ROW = _TABLE.c
_ADD = {  # by is_postgres(); the rows stand beside the statement, which is compiled once, however many there are
    postgres: dialect.insert(_TABLE).on_conflict_do_nothing(index_elements=["source", "external_id"])
    for postgres, dialect in ((True, postgresql), (False, sqlite))
}


def is_among(column: Any, name: str, *, postgres: bool) -> ColumnElement[bool]:
    """As `among`, in a statement that is put into words once, and is given the list of values under the name."""
    return _one_of(column, bindparam(name, type_=_list_of(column, postgres=postgres)), postgres=postgres)


def _list_of(column: Any, *, postgres: bool) -> TypeEngine[Any]:
    return ARRAY(column.type) if postgres else JSON()


def _one_of(column: Any, values: ColumnElement[Any], *, postgres: bool) -> ColumnElement[bool]:
    """One parameter, however many values there are: a list would be another statement for every length."""
    if postgres:
        return cast("ColumnElement[bool]", column == func.any(values))
    return cast("ColumnElement[bool]", column.in_(select(func.json_each(values).table_valued("value").c.value)))


_ADD_AND_TELL = Ready(
    lambda postgres: _ADD[postgres].returning(_ROW.external_id, _ROW.id),
    columns=("source", "external_id", "lane", "payload", "raw", "received_at", "tries"),
)


def _heads(*condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    first = func.min(_ROW.id).label("id")
    heads = (
        select(first)
        .where(_ROW.source == bindparam("source"), _ROW.processed_at.is_(None), *condition)
        .group_by(_ROW.lane)
        .order_by(first)
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    columns = [_ROW[column.name] for column in _COLUMNS]
    return select(*columns).join(heads, heads.c.id == _ROW.id).order_by(_ROW.id)


def _waiting_mail() -> Select[*tuple[Any, ...]]:
    heads = (
        select(_ROW.id, func.coalesce(func.length(_ROW.raw), 0).label("size"))
        .where(_ROW.source == literal(InboxSource.EMAIL, _ROW.source.type), _ROW.processed_at.is_(None))
        .where(_ROW.id > bindparam("after"))
        .order_by(_ROW.id)
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    before = func.sum(heads.c.size).over(order_by=heads.c.id) - heads.c.size
    some = select(heads.c.id, heads.c.size, before.label("before")).subquery()
    raw = case((some.c.size <= bindparam("small", type_=Integer), _ROW.raw))
    return (
        select(_ROW.id, _ROW.external_id, _ROW.lane, _ROW.payload, _ROW.received_at, _ROW.tries, some.c.size, raw)
        .join(some, some.c.id == _ROW.id)
        .where(some.c.before < bindparam("together", type_=Integer))
        .order_by(_ROW.id)
    )


_WAITING_MAIL = _waiting_mail()
_HEADS = Ready(_heads())
_FREE_HEADS = Ready(lambda postgres: _heads(not_(is_among(_ROW.lane, "busy", postgres=postgres))))
_PROCESSED = Ready(
    update(_TABLE)
    .where(_ROW.id == bindparam("row"), _ROW.processed_at.is_(None))
    .values(processed_at=bindparam("now"), error=null(), answer=bindparam("answered"))
    .returning(_ROW.id)
)
_ANSWERED = Ready(
    lambda postgres: (
        update(_TABLE)
        .where(is_among(_ROW.id, "rows", postgres=postgres), _ROW.answered_at.is_(None))
        .values(answered_at=bindparam("now"))
    )
)
_IDS = {
    postgres: select(_ROW.external_id, _ROW.id).where(
        _ROW.source == bindparam("source"), is_among(_ROW.external_id, "names", postgres=postgres)
    )
    for postgres in (True, False)
}
_MANY_PROCESSED = {
    postgres: update(_TABLE)
    .where(is_among(_ROW.id, "rows", postgres=postgres), _ROW.processed_at.is_(None))
    .values(processed_at=bindparam("now"), error=null())
    .returning(_ROW.id)
    for postgres in (True, False)
}
_ANSWER_LEFT = update(_TABLE).where(_ROW.id == bindparam("row")).values(answer=bindparam("left"))


def is_postgres(unit: Unit) -> bool:
    """Which of the two databases a unit of work speaks to."""
    dialect = unit.dialect if isinstance(unit, AsyncConnection) else unit.get_bind().dialect
    return dialect.name == "postgresql"


def among(unit: Unit, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """`column IN (values)` for whole numbers and text."""
    postgres = is_postgres(unit)
    given = bindparam(None, list(values), _list_of(column, postgres=postgres))
    return _one_of(column, given, postgres=postgres)


async def add(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Inserts rows; those whose (source, external_id) is there already are left out. The new ones' ids by external id."""
    if not rows:
        return {}
    if len(rows) == 1:
        return dict(await _ADD_AND_TELL.rows(unit, rows[0], brief=rows[0]["raw"] is None))
    connection = unit if isinstance(unit, AsyncConnection) else await unit.connection()
    if is_postgres(unit):
        found = await connection.execute(_ADD[True].returning(_ROW.external_id, _ROW.id), [dict(row) for row in rows])
        return {row.external_id: row.id for row in found}
    statements = many.prepared(connection, _ADD[False], rows)

    def work(driver: Connection) -> dict[str, int]:
        # There is one writer, and this is its transaction: what is above the last row now is new.
        last = driver.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()
        for sql, values in statements:
            driver.executemany(sql, values)
        return dict(driver.execute("SELECT external_id, id FROM inbox WHERE id > ?", last).fetchall())

    return await on_sqlite(connection, work)


async def ids_of(unit: Unit, *, source: InboxSource, external_ids: Collection[str]) -> dict[str, int]:
    """The rows that are there, by external id."""
    if not external_ids:
        return {}
    found = await unit.execute(_IDS[is_postgres(unit)], {"source": source, "names": list(external_ids)})
    return {row.external_id: row.id for row in found}


async def any_begins(unit: Unit, *, source: InboxSource, beginning: str) -> bool:
    """Whether there is a row whose external id begins so."""
    beyond = beginning[:-1] + chr(ord(beginning[-1]) + 1)
    # A range needs no more than the index, where letters follow one another by their numbers.
    begins = (
        Inbox.external_id.startswith(beginning, autoescape=True)
        if is_postgres(unit)
        else and_(Inbox.external_id >= beginning, Inbox.external_id < beyond)
    )
    return (await unit.execute(select(Inbox.id).where(Inbox.source == source, begins).limit(1))).first() is not None


async def drop_owner(unit: Unit, *, ids: Collection[int]) -> None:
    """Mails that wait to be handled as one colleague's are everybody's."""
    query = select(Inbox.id, Inbox.payload).where(Inbox.id.in_(list(ids)), _WAITING)
    for inbox_id, payload in (await unit.execute(query)).all():
        if payload.get("staff_id") is not None:
            shared = {**payload, "staff_id": None}
            await unit.execute(
                update(Inbox)
                .where(Inbox.id == inbox_id, _WAITING)
                .values(payload=shared)
                .execution_options(synchronize_session=False)
            )


async def waiting(unit: Unit, *, source: InboxSource, after_id: int, limit: int) -> Sequence[tuple[Any, ...]]:
    """Unprocessed rows in the order they arrived, past `after_id`."""
    statement = (
        select(*_COLUMNS).where(Inbox.source == source, _WAITING, Inbox.id > after_id).order_by(Inbox.id).limit(limit)
    )
    return (await unit.execute(statement)).all()


async def waiting_mail(
    unit: Unit, *, after_id: int, limit: int, small: int, together: int
) -> Sequence[tuple[Any, ...]]:
    """Unprocessed mails past `after_id`: (id, external id, lane, payload, received_at, tries, size, raw); raw of small ones.

    None after those that have `together` bytes between them.
    """
    values = {"after": after_id, "most": limit, "small": small, "together": together}
    return (await unit.execute(_WAITING_MAIL, values)).all()


async def raw_piece(unit: Unit, *, inbox_id: int, start: int, size: int) -> bytes:
    """Part of what arrived, `start` counted from 0; empty past its end."""
    statement = select(func.substr(Inbox.raw, start + 1, size)).where(Inbox.id == inbox_id)
    return bytes((await unit.execute(statement)).scalar_one() or b"")


async def lane_heads(
    unit: Unit | Database, *, source: InboxSource, busy: Collection[str], limit: int
) -> Sequence[tuple[Any, ...]]:
    """The oldest unprocessed row of each lane that is not in `busy`, oldest first."""
    values = {"source": source, "most": limit}
    if busy:
        return await _FREE_HEADS.rows(unit, {**values, "busy": list(busy)}, brief=True)
    return await _HEADS.rows(unit, values, brief=True)


async def set_processed(unit: Unit, *, inbox_id: int, now: datetime, answer: Sequence[Any] | None) -> bool:
    """Closes a row that still waits; False when somebody did already."""
    values = {"row": inbox_id, "now": now, "answered": null() if answer is None else list(answer)}
    # What is answered came from a chat: a small row. A mail's is written anew with the mail in it.
    return bool(await _PROCESSED.rows(unit, values, brief=answer is not None))


async def set_many_processed(unit: Unit, *, ids: Collection[int], now: datetime) -> set[int]:
    """Closes rows that still wait and returns which they were."""
    found = await unit.execute(_MANY_PROCESSED[is_postgres(unit)], {"rows": list(ids), "now": now})
    return set(found.scalars())


async def set_failed(unit: Unit, *, inbox_id: int, error: str, now: datetime, limit: int) -> bool | None:
    """Counts a failed try and closes the row at the limit. True when it closed it, None when it no longer waited."""
    closes = Inbox.tries + 1 >= literal(limit)
    statement = (
        update(Inbox)
        .where(Inbox.id == inbox_id, _WAITING)
        .values(tries=Inbox.tries + 1, error=error, processed_at=case((closes, literal(now, Inbox.processed_at.type))))
        .returning(Inbox.processed_at)
        .execution_options(synchronize_session=False)
    )
    row = (await unit.execute(statement)).one_or_none()
    return None if row is None else row[0] is not None


async def set_answered(unit: Unit, *, ids: Collection[int], now: datetime) -> None:
    if ids:
        await _ANSWERED.rows(unit, {"rows": list(ids), "now": now}, brief=True)


async def set_answer(unit: Unit, *, inbox_id: int, answer: Sequence[Any]) -> None:
    """What is still to be said."""
    await unit.execute(_ANSWER_LEFT, {"row": inbox_id, "left": list(answer)})


async def unanswered(unit: Unit, *, source: InboxSource, limit: int) -> Sequence[tuple[Any, ...]]:
    """Rows whose answer was decided but not yet said, oldest first."""
    statement = (
        select(Inbox.id, Inbox.lane, Inbox.payload, Inbox.answer, Inbox.processed_at)
        .where(Inbox.source == source, Inbox.answer.is_not(None), Inbox.answered_at.is_(None))
        .order_by(Inbox.id)
        .limit(limit)
    )
    return (await unit.execute(statement)).all()


async def count_waiting(unit: Unit, *, source: InboxSource, limit: int) -> int:
    """How many rows are unprocessed, counted up to `limit`."""
    some = select(Inbox.id).where(Inbox.source == source, _WAITING).limit(limit).subquery()
    return int((await unit.execute(select(func.count()).select_from(some))).scalar_one())


async def oldest_waiting(unit: Unit, *, source: InboxSource) -> datetime | None:
    """When the oldest unprocessed row arrived."""
    statement = select(Inbox.received_at).where(Inbox.source == source, _WAITING).order_by(Inbox.id).limit(1)
    return (await unit.execute(statement)).scalar_one_or_none()


async def quarantined(unit: Unit, *, source: InboxSource | None = None) -> int:
    """How many rows were given up on; each keeps what arrived and its error."""
    statement = select(func.count()).select_from(Inbox).where(Inbox.processed_at.is_not(None), Inbox.error.is_not(None))
    if source is not None:
        statement = statement.where(Inbox.source == source)
    return int((await unit.execute(statement)).scalar_one())
