"""Where cards hang in chats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from storage.models import CardMessage
from storage.queries.inbox import Unit, is_postgres

_TABLE = cast("Table", CardMessage.__table__)
_TAKEN_DOWN = delete(_TABLE).where(_TABLE.c.chat_id == bindparam("chat"), _TABLE.c.message_id == bindparam("message"))


async def hang(unit: Unit, *, card: str, card_id: int, staff_id: int, place: tuple[int, int], now: datetime) -> None:
    """The message at `place` (chat, message) shows the card now, whatever it showed before."""
    values: Mapping[str, Any] = {
        "card": card,
        "card_id": card_id,
        "staff_id": staff_id,
        "chat_id": place[0],
        "message_id": place[1],
        "created_at": now,
    }
    await unit.execute(_hung(is_postgres(unit)), values)


async def take_down(unit: Unit, *, place: tuple[int, int]) -> None:
    """The message shows something else now: a change of the card it showed must not wipe that out."""
    await unit.execute(_TAKEN_DOWN, {"chat": place[0], "message": place[1]})


@cache
def _hung(postgres: bool) -> Executable:
    insert = (postgresql if postgres else sqlite).insert(_TABLE)
    hung: Executable = insert.on_conflict_do_update(
        index_elements=["chat_id", "message_id"],
        set_={"card": insert.excluded.card, "card_id": insert.excluded.card_id},
    )
    return hung
