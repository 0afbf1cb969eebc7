"""What a rule means at one moment for one person: now, their zone, and whom the names in it stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.filters.tree import ME
from storage.models import Source, Staff
from storage.search import fold


@dataclass(frozen=True)
class FilterContext:
    """What a rule means at one moment for one person: their zone, who `me` is, how colleagues and sources are called."""

    now: datetime
    zone: ZoneInfo
    actor_id: int | None
    owners: tuple[tuple[int, str], ...] = ()  # id, folded name
    sources: tuple[tuple[int, str, str], ...] = ()  # id, folded code, folded name

    def owner_ids(self, said: str) -> list[int]:
        """Colleagues whose name holds every word said; several when only a shared first name was."""
        words = set(fold(said).split())
        if words == {ME}:
            return [] if self.actor_id is None else [self.actor_id]
        return [key for key, name in self.owners if words and words <= set(name.split())]

    def source_ids(self, said: str) -> list[int]:
        """The sources with this code or name."""
        wanted = fold(said)
        return [key for key, code, name in self.sources if wanted in (code, name)]


async def load_context(session: AsyncSession, *, actor_id: int | None, zone: ZoneInfo, now: datetime) -> FilterContext:
    """The context of one evaluation; colleagues and sources are few, so they are read whole."""
    staff = await session.execute(select(Staff.id, Staff.name))
    sources = await session.execute(select(Source.id, Source.code, Source.name))
    return FilterContext(
        now=now,
        zone=zone,
        actor_id=actor_id,
        owners=tuple((key, fold(name)) for key, name in staff),
        sources=tuple((key, fold(code), fold(name)) for key, code, name in sources),
    )


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day's start and the next day's, as aware UTC."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
