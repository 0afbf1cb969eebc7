"""Automations as they stand: their versions read once, and the colleague on whose word they act."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, allows
from crm.automations import document
from crm.automations.definition import Definition
from crm.errors import CrmError
from storage.models import Automation, Role, Staff
from storage.queries import automations as queries

log = structlog.get_logger("touchline.automations")


@dataclass(frozen=True, slots=True)
class Running:
    """An automation that is on, and what newcomers walk."""

    automation: Automation
    version_id: int
    definition: Definition


@lru_cache(maxsize=512)
def read(text: str) -> Definition:
    """What a version's document says; a version never changes, so it is read once. Raises DocumentRefused."""
    return document.read(text)


def readable(text: str) -> Definition | None:
    """The definition, or None where this program cannot read it (any more)."""
    try:
        return read(text)
    except CrmError:
        return None


async def running(session: AsyncSession) -> list[Running]:
    """The automations that are on. One whose document cannot be read takes nobody in; its log line says so."""
    found = []
    for automation, version in await queries.running(session):
        definition = readable(version.document)
        if definition is None:
            log.error("An automation cannot be read", automation=automation.id, version=version.id)
            continue
        found.append(Running(automation, version.id, definition))
    return found


async def acting(session: AsyncSession, automation: Automation) -> Staff | None:
    """On whose behalf its steps act: its maker; once they have left or run no automations any more, the longest-serving admin.

    None: nobody is left.
    """
    maker = await session.get(Staff, automation.created_by_id) if automation.created_by_id else None
    if maker is not None and allows(maker, Action.RUN_AUTOMATIONS):
        return maker
    query = select(Staff).where(Staff.active.is_(True), Staff.role == Role.ADMIN).order_by(Staff.id).limit(1)
    return (await session.execute(query)).scalar_one_or_none() or maker
