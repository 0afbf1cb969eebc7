"""What must hold of every mailing at any moment: its deliveries, counted by what became of them, are its plan."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import mailings
from storage.models import Mailing


async def check_sums(session: AsyncSession) -> int:
    """Asserts it of all mailings there are; returns how many that is."""
    found = (await session.execute(select(Mailing).order_by(Mailing.id))).scalars().all()
    for mailing in found:
        figures = await mailings.progress(session, mailing=mailing)
        told = " + ".join(f"{count} {what}" for what, count in figures.sums.items())
        assert figures.adds_up, f"mailing {mailing.id}: planned {mailing.planned} is not {told}"
    return len(found)
