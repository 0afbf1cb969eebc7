"""What is about to be put away, asked of the rooms that name it: they stand above it, and it does not know them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession


class Thing(StrEnum):
    """What others name, by name."""

    SEGMENT = "segment"
    TEMPLATE = "template"  # of the company


Check = Callable[[AsyncSession, Thing, str, datetime], Awaitable[None]]
_checks: list[Check] = []


def asks(check: Check) -> Check:
    """A room's own look, which refuses to let go of what it names (by thing, name and now)."""
    _checks.append(check)
    return check


async def check_unused(session: AsyncSession, thing: Thing, *, name: str, now: datetime) -> None:
    """Raises the refusal of the first room that still names it."""
    for check in _checks:
        await check(session, thing, name, now)
