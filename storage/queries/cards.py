"""Where cards hang in chats."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Executable, Table, bindparam, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import CardMessage
from storage.queries.inbox import Unit, is_postgres

Place = tuple[int, int]  # chat, message
_TABLE = cast("Table", CardMessage.__table__)
_TAKEN_DOWN = delete(_TABLE).where(_TABLE.c.chat_id == bindparam("chat"), _TABLE.c.message_id == bindparam("message"))


async def hang(unit: Unit, *, card: str, card_id: int, staff_id: int, place: Place, now: datetime) -> int:
    """The message at `place` (chat, message) shows the card now, whatever it showed before: in which version."""
    values: Mapping[str, Any] = {
        "card": card,
        "card_id": card_id,
        "staff_id": staff_id,
        "chat_id": place[0],
        "message_id": place[1],
        "created_at": now,
        # Wherever it starts: what was made for a card that hung there earlier must not fit this one.
        "version": secrets.randbits(30),
    }
    version: int = (await unit.execute(_hung(is_postgres(unit)), values)).scalar_one()
    return version


async def take_down(unit: Unit, *, place: Place) -> None:
    """The message shows something else now: a change of the card it showed must not wipe that out."""
    await unit.execute(_TAKEN_DOWN, {"chat": place[0], "message": place[1]})


class Hanging(NamedTuple):
    """What hangs at a place, and which version of it."""

    card: str
    card_id: int
    staff_id: int
    version: int


async def hanging_at(unit: Unit, places: Collection[Place]) -> dict[Place, Hanging]:
    """What hangs at these places; a place that is missing from the answer shows no card."""
    columns = (_TABLE.c.card, _TABLE.c.card_id, _TABLE.c.staff_id, _TABLE.c.version)
    query = select(_TABLE.c.chat_id, _TABLE.c.message_id, *columns).where(_at(places))
    return {(row[0], row[1]): Hanging(*row[2:]) for row in await unit.execute(query)}


async def begin_edits(unit: Unit, made_after: Mapping[Place, int]) -> set[Place]:
    """Counts an edit at each place whose version is still the one it was made after, and says which those are.

    A place that somebody changes at this moment is none of them: nobody waits for anybody here.
    """
    query = select(_TABLE.c.id, _TABLE.c.chat_id, _TABLE.c.message_id, _TABLE.c.version).where(_at(made_after))
    rows = (await unit.execute(query.order_by(_TABLE.c.id).with_for_update(skip_locked=True))).all()
    fresh = {id_: (chat, message) for id_, chat, message, version in rows if made_after[chat, message] == version}
    if fresh:
        counted = update(_TABLE).where(_TABLE.c.id.in_(fresh)).values(version=_TABLE.c.version + 1)
        await unit.execute(counted)
    return set(fresh.values())


def _at(places: Collection[Place]) -> ColumnElement[bool]:
    return tuple_(_TABLE.c.chat_id, _TABLE.c.message_id).in_(list(places))


@cache
def _hung(postgres: bool) -> Executable:
    insert = (postgresql if postgres else sqlite).insert(_TABLE)
    hung = insert.on_conflict_do_update(
        index_elements=["chat_id", "message_id"],
        set_={"card": insert.excluded.card, "card_id": insert.excluded.card_id, "version": _TABLE.c.version + 1},
    )
    told: Executable = hung.returning(_TABLE.c.version)
    return told
