"""Where first contacts come from: the list of sources people choose from at every first touch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check
from crm.errors import CrmError, NotFound
from crm.fields import read_line
from storage import search
from storage.models import Source, Staff

# Stable codes; staff see them in their own language (`marketing-source-…`), what a company adds under its own name.
STANDARD_SOURCES = {
    "referral": "Referral",
    "site": "Website",
    "exhibition": "Exhibition",
    "cold-call": "Cold call",
    "advertising": "Advertising",
    "social": "Social networks",
    "walk-in": "Walk-in",
    "other": "Other",
}


class SourceExists(CrmError):
    """There is a source of that name. Parameters: name."""

    code = "marketing.source_exists"


async def sources(session: AsyncSession, *, actor: Staff) -> Sequence[Source]:
    """The sources on offer, in the order they were made."""
    check(actor, Action.SEE_CLIENTS)
    query = select(Source).where(Source.active.is_(True)).order_by(Source.id)
    return (await session.execute(query)).scalars().all()


async def ensure_standard_sources(session: AsyncSession) -> int:
    """Adds the standard sources that are missing; returns how many. Run at every start, also by two processes at once."""
    there = set((await session.execute(select(Source.code))).scalars())
    missing = [
        {"code": code, "name": name, "active": True} for code, name in STANDARD_SOURCES.items() if code not in there
    ]
    if missing:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        await session.execute(insert(Source).values(missing).on_conflict_do_nothing(index_elements=["code"]))
    return len(missing)


async def add_source(session: AsyncSession, *, actor: Staff, name: str, now: datetime) -> Source:
    """A source of the company's own. Managers only. Raises SourceExists."""
    check(actor, Action.ASSIGN_CLIENTS)
    shown = read_line(name, field="source", limit=120, required=True)
    code = source_code(shown)
    found = (await session.execute(select(Source).where(Source.code == code))).scalar_one_or_none()
    if found is not None and found.active:
        raise SourceExists(name=found.name)
    if found is None:
        found = Source(code=code, name=shown)
        session.add(found)
    found.active, found.name = True, shown
    await session.flush()
    events.record(session, "source.added", now=now, staff_id=actor.id, source=code)
    return found


async def retire_source(session: AsyncSession, *, actor: Staff, source_id: int, now: datetime) -> Source:
    """Takes a source off the list; clients that came from it keep it."""
    check(actor, Action.ASSIGN_CLIENTS)
    found = await session.get(Source, source_id)
    if found is None:
        raise NotFound(noun="source")
    found.active = False
    events.record(session, "source.retired", now=now, staff_id=actor.id, source=found.code)
    await session.flush()
    return found


async def source_by_name(session: AsyncSession, name: str) -> int:
    """The id of the source of that name or code, made when it is new. Access is the caller's."""
    shown = read_line(name, field="source", limit=120, required=True)
    code = source_code(shown)
    query = select(Source).where(or_(Source.code == code, Source.name == shown)).order_by(Source.id).limit(1)
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        found = Source(code=code, name=shown)
        session.add(found)
        await session.flush()
    return found.id


def source_code(name: str) -> str:
    """The stable code of a source's name: Latin words joined by dashes, at most 40 characters."""
    return "-".join(search.words(search.transliterate(name)))[:40].rstrip("-") or "source"
