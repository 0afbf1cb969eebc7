"""Colleagues for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Role, Staff

_numbers = count(1000)


async def make_staff(session: AsyncSession, role: Role = Role.REP, **fields: Any) -> Staff:
    number = next(_numbers)
    fields.setdefault("name", f"Colleague {number}")
    fields.setdefault("telegram_id", number)
    fields.setdefault("created_at", datetime(2026, 11, 1, tzinfo=UTC))
    staff = Staff(role=role, **fields)
    session.add(staff)
    await session.flush()
    return staff
