"""Colleagues and invitations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import cast

from sqlalchemy import Table, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database, Unit
from storage.models import FormProgress, Role, Staff, StaffInvite
from storage.queries.inbox import is_among
from storage.ready import Ready, as_read

_COLLEAGUE, _FORM = (cast("Table", kind.__table__) for kind in (Staff, FormProgress))
_SPEAKING = Ready(  # every look at what waits asks it
    lambda postgres: (
        select(*_COLLEAGUE.c, *_FORM.c)
        .outerjoin_from(_COLLEAGUE, _FORM, _FORM.c.staff_id == _COLLEAGUE.c.id)
        .where(is_among(_COLLEAGUE.c.telegram_id, "telegram_ids", postgres=postgres), _COLLEAGUE.c.active.is_(true()))
    )
)


async def speaking(
    unit: Unit | Database, telegram_ids: Collection[int]
) -> dict[int | None, tuple[Staff, FormProgress | None]]:
    """The colleagues who work here under these Telegram ids, with the form each is in; strangers are left out.

    They are as a session that has ended leaves them, for handlers to read.
    """
    if not telegram_ids:
        return {}
    found = {}
    for row in await _SPEAKING.rows(unit, {"telegram_ids": list(telegram_ids)}, brief=True):
        colleague, form = row[: len(_COLLEAGUE.c)], row[len(_COLLEAGUE.c) :]
        staff = as_read(Staff, colleague)
        found[staff.telegram_id] = staff, as_read(FormProgress, form) if form[0] is not None else None
    return found


async def by_telegram(session: AsyncSession, telegram_id: int) -> Staff | None:
    return (await session.execute(select(Staff).where(Staff.telegram_id == telegram_id))).scalar_one_or_none()


async def everybody(session: AsyncSession, *, active_only: bool = True) -> Sequence[Staff]:
    query = select(Staff).order_by(Staff.active.desc(), Staff.name, Staff.id)
    if active_only:
        query = query.where(Staff.active.is_(True))
    return (await session.execute(query)).scalars().all()


async def admins_left(session: AsyncSession, *, without: int) -> int:
    """How many active admins remain when one is taken away; the rows are locked so that two cannot leave at once."""
    query = select(Staff.id).where(Staff.role == Role.ADMIN, Staff.active.is_(True)).with_for_update()
    return sum(1 for staff_id in (await session.execute(query)).scalars() if staff_id != without)


async def invite_by_hash(session: AsyncSession, token_hash: str) -> StaffInvite | None:
    """The invitation, locked: only one of two people who opened the same link gets in."""
    query = select(StaffInvite).where(StaffInvite.token_hash == token_hash).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def count(session: AsyncSession) -> int:
    return (await session.execute(select(func.count()).select_from(Staff))).scalar_one()
