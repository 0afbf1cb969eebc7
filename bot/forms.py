"""Forms in progress, kept in the database with every answer, so that a restart in the middle changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import FormProgress


async def current(session: AsyncSession, *, staff_id: int) -> FormProgress | None:
    """The form the person is in, or None."""
    return (await session.execute(select(FormProgress).where(FormProgress.staff_id == staff_id))).scalar_one_or_none()


async def put(
    session: AsyncSession, *, staff_id: int, form: str, step: str, fields: Mapping[str, Any], now: datetime
) -> FormProgress:
    """Starts or moves on the person's form; there is one at a time."""
    progress = await current(session, staff_id=staff_id)
    if progress is None:
        progress = FormProgress(staff_id=staff_id, form=form, step=step, fields=dict(fields), updated_at=now)
        session.add(progress)
    else:
        progress.form, progress.step, progress.fields, progress.updated_at = form, step, dict(fields), now
    await session.flush()
    return progress


async def finish(session: AsyncSession, *, staff_id: int) -> None:
    """Forgets the person's form; fine when there is none."""
    await session.execute(delete(FormProgress).where(FormProgress.staff_id == staff_id))
