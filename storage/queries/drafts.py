"""What was understood but not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert

from storage.database import Unit
from storage.models import Draft
from storage.ready import Ready

_TABLE = cast("Table", Draft.__table__)
_ADD = Ready(insert(_TABLE).returning(_TABLE.c.id), columns=("staff_id", "noun", "fields", "created_at"))


async def add(unit: Unit, *, staff_id: int, noun: str, fields: Mapping[str, Any], now: datetime) -> int:
    """Keeps a draft and returns its id."""
    values = {"staff_id": staff_id, "noun": noun, "fields": dict(fields), "created_at": now}
    [(draft_id,)] = await _ADD.rows(unit, values, brief=True)
    return int(draft_id)
