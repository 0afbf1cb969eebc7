"""Mailings before they run: what goes to whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, segments, templates
from crm.access import SEES_EVERYTHING, Action, check
from crm.errors import CrmError, NotAllowed
from storage.models import Mailing, MailingState, Staff


class NotADraft(CrmError):
    """The mailing was launched already."""

    code = "mailings.not_a_draft"


class TemplateEmpty(CrmError):
    """The template has no text yet."""

    code = "mailings.template_empty"


async def draft(
    session: AsyncSession, *, actor: Staff, segment_id: int, template_id: int, now: datetime, name: str = ""
) -> Mailing:
    """A mailing of a template to a segment, not launched. Raises NotAllowed, NotFound, TemplateEmpty."""
    check(actor, Action.RUN_MAILINGS)
    segment = await segments.get(session, actor=actor, segment_id=segment_id)
    template = await templates.get(session, actor=actor, template_id=template_id)
    if not await templates.newest_versions(session, template_id=template.id):
        raise TemplateEmpty
    mailing = Mailing(
        name=(name or f"{template.name} → {segment.name}")[:120],
        channel=template.channel,
        segment_id=segment.id,
        template_id=template.id,
        state=MailingState.DRAFT,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(mailing)
    await session.flush()
    events.record(session, "mailing.drafted", now=now, staff_id=actor.id, mailing_id=mailing.id)
    return mailing


async def get(session: AsyncSession, *, actor: Staff, mailing_id: int, lock: bool = False) -> Mailing:
    """A mailing of one's own, or anybody's for managers; locked it is as it is now, not as it was read before.

    Raises NotAllowed.
    """
    check(actor, Action.RUN_MAILINGS)
    query = select(Mailing).where(Mailing.id == mailing_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    mailing = (await session.execute(query)).scalar_one_or_none()
    if mailing is None or (mailing.created_by_id != actor.id and actor.role not in SEES_EVERYTHING):
        raise NotAllowed(action=Action.RUN_MAILINGS.value)
    return mailing


async def page(session: AsyncSession, *, actor: Staff, limit: int, offset: int = 0) -> tuple[list[Mailing], int]:
    """The actor's mailings (managers: everybody's), the newest first, and how many there are."""
    check(actor, Action.RUN_MAILINGS)
    conditions = [] if actor.role in SEES_EVERYTHING else [Mailing.created_by_id == actor.id]
    total = (await session.execute(select(func.count()).select_from(Mailing).where(*conditions))).scalar_one()
    query = select(Mailing).where(*conditions).order_by(Mailing.id.desc()).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total
