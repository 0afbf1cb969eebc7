"""What a rule means at one moment for one person: now, their zone, and whom the names in it stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.filters.tree import ME, Node
from storage.folding import fold
from storage.models import Mailing, Source, Staff


@dataclass(frozen=True)
class FilterContext:
    """What a rule means at one moment for one person: their zone, who `me` is, what the names in it stand for.

    `segments` are the segments it names, by the name as it is said there: a rule's tree, or a list's id. With `client_id` the condition is
    asked of that client only, and nobody else's history is read for it.
    """

    now: datetime
    zone: ZoneInfo
    actor_id: int | None
    owners: tuple[tuple[int, str], ...] = ()  # id, folded name
    sources: tuple[tuple[int, str, str], ...] = ()  # id, folded code, folded name
    mailings: tuple[tuple[str, str], ...] = ()  # name, folded name
    segments: Mapping[str, Node | int] = field(default_factory=dict)
    client_id: int | None = None

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

    def mailing_names(self, said: str) -> list[str]:
        """How the mailings of this name are spelled; one that is repeated is many mailings of one name."""
        wanted = fold(said)
        return [name for name, folded in self.mailings if folded == wanted]


async def load_context(
    session: AsyncSession,
    *,
    actor_id: int | None,
    zone: ZoneInfo,
    now: datetime,
    people: bool = True,
    mailings: bool = False,
    segments: Mapping[str, Node | int] = MappingProxyType({}),
    client_id: int | None = None,
) -> FilterContext:
    """The context of one evaluation: names are read whole, where the rule speaks of any (`people`: colleagues, sources)."""
    sent = await session.execute(select(Mailing.name).distinct()) if mailings else ()
    staff = await session.execute(select(Staff.id, Staff.name)) if people else ()
    sources = await session.execute(select(Source.id, Source.code, Source.name)) if people else ()
    return FilterContext(
        now=now,
        zone=zone,
        actor_id=actor_id,
        owners=tuple((key, fold(name)) for key, name in staff),
        sources=tuple((key, fold(code), fold(name)) for key, code, name in sources),
        mailings=tuple((name, fold(name)) for (name,) in sent),
        segments=segments,
        client_id=client_id,
    )


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day's start and the next day's, as aware UTC."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
