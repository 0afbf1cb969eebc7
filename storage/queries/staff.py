"""Colleagues and invitations."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import FormProgress, Role, Staff, StaffInvite

# Put into words once: every look at what waits asks it.
_SPEAKING = (
    select(Staff, FormProgress)
    .outerjoin(FormProgress, FormProgress.staff_id == Staff.id)
    .where(Staff.telegram_id.in_(bindparam("telegram_ids", expanding=True)), Staff.active.is_(True))
)


async def speaking(
    session: AsyncSession, telegram_ids: Collection[int]
) -> dict[int | None, tuple[Staff, FormProgress | None]]:
    """The colleagues who work here under these Telegram ids, with the form each is in; strangers are left out."""
    if not telegram_ids:
        return {}
    found = await session.execute(_SPEAKING, {"telegram_ids": list(telegram_ids)})
    return {staff.telegram_id: (staff, form) for staff, form in found}


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
