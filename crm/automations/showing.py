"""Automations as people see them: the list with its figures, one of them, its document, and who is inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, check, client_scope
from crm.automations import document, versions
from crm.automations.definition import Definition
from crm.automations.errors import AutomationNotFound
from storage.models import Automation, AutomationVersion, Staff
from storage.queries import automation_figures as queries
from storage.queries.automation_figures import Figures, Member

LATELY = timedelta(days=30)


async def get(session: AsyncSession, *, actor: Staff, automation_id: int, lock: bool = False) -> Automation:
    """The automation; locked it is as it is now, not as it was read before. Raises NotAllowed, AutomationNotFound."""
    check(actor, Action.SEE_AUTOMATIONS)
    query = select(Automation).where(Automation.id == automation_id, Automation.archived_at.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    automation = (await session.execute(query)).scalar_one_or_none()
    if automation is None:
        raise AutomationNotFound
    return automation


async def newest(session: AsyncSession, automation: Automation) -> AutomationVersion:
    """What newcomers walk."""
    query = select(AutomationVersion).where(
        AutomationVersion.automation_id == automation.id, AutomationVersion.number == automation.version_number
    )
    return (await session.execute(query)).scalar_one()


async def definition_of(session: AsyncSession, automation: Automation) -> Definition:
    """What its newest version says. Raises DocumentRefused."""
    return versions.read((await newest(session, automation)).document)


async def document_for(session: AsyncSession, automation: Automation, *, reader: Staff) -> str:
    """The document to edit: as it was written by whoever reads it, else in the reader's language. Raises DocumentRefused."""
    version = await newest(session, automation)
    if version.created_by_id == reader.id:
        return version.document
    return document.write(versions.read(version.document), reader.language)


async def page(
    session: AsyncSession, *, actor: Staff, limit: int, now: datetime, offset: int = 0
) -> tuple[list[tuple[Automation, Figures]], int]:
    """Automations by name with their figures, and how many there are. Raises NotAllowed."""
    check(actor, Action.SEE_AUTOMATIONS)
    found, total = await queries.page(session, limit=limit, offset=offset)
    counted = await queries.figures(session, automation_ids=[one.id for one in found], since=now - LATELY)
    return [(one, counted[one.id]) for one in found], total


async def figures(session: AsyncSession, *, actor: Staff, automation: Automation, now: datetime) -> Figures:
    """Of all clients, whoever looks: figures name nobody. Raises NotAllowed."""
    check(actor, Action.SEE_AUTOMATIONS)
    return (await queries.figures(session, automation_ids=[automation.id], since=now - LATELY))[automation.id]


async def members(
    session: AsyncSession, *, actor: Staff, automation: Automation, limit: int, offset: int = 0
) -> tuple[Sequence[Member], int]:
    """Who of the actor's scope is inside, whose turn comes first, and how many. Raises NotAllowed."""
    check(actor, Action.SEE_AUTOMATIONS)
    return await queries.members(
        session, automation_id=automation.id, scope=client_scope(actor), limit=limit, offset=offset
    )


async def taken_recipes(session: AsyncSession) -> set[str]:
    """The ready ones somebody has taken already."""
    query = select(Automation.recipe).where(Automation.recipe.is_not(None), Automation.archived_at.is_(None))
    return {recipe for recipe in (await session.execute(query)).scalars() if recipe}
