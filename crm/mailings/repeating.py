"""The same mailing once more, by whoever asks: a copy that leaves out those whom the first one reached, unless told otherwise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, segments, templates
from crm.mailings.approving import WrongState, changed
from crm.mailings.copying import copy_of
from crm.mailings.drafting import get
from crm.mailings.planning import draft_of
from storage.models import Mailing, MailingSeries, MailingState, Staff

_MARK = " (2)"


async def copy(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> Mailing:
    """A draft of the actor's own with the same segment, texts, files, hours and trial.

    It leaves out whom that one reached by the time it goes, or is about to. A series reaches nobody itself: a copy of one
    leaves nobody out. Raises NotAllowed, NotFound, WrongState.
    """
    first = await get(session, actor=actor, mailing_id=mailing_id)
    if first.state is MailingState.DRAFT:
        raise WrongState(state=first.state.value)
    await segments.get(session, actor=actor, segment_id=first.segment_id)
    for template_id in (first.template_id, first.sms_template_id):
        if template_id is not None:
            await templates.get(session, actor=actor, template_id=template_id)
    made = await copy_of(session, mailing=first, name=f"{first.name[: 120 - len(_MARK)]}{_MARK}", now=now)
    made.created_by_id = actor.id
    is_series = await session.get(MailingSeries, first.id) is not None
    made.copied_from_id, made.leaves_out = first.id, not is_series
    await session.flush()
    events.record(session, "mailing.drafted", now=now, staff_id=actor.id, mailing_id=made.id, copied_from=first.id)
    return made


async def leave_out(session: AsyncSession, *, actor: Staff, mailing_id: int, yes: bool, now: datetime) -> Mailing:
    """Whether a copy leaves out whom the first one reached. Raises NotAllowed, NotADraft.

    WrongState where it is no copy, or one that goes again and again: that would reach nobody from the second time on.
    """
    mailing = await draft_of(session, actor, mailing_id)
    if mailing.copied_from_id is None or (yes and await session.get(MailingSeries, mailing.id) is not None):
        raise WrongState(state=mailing.state.value)
    mailing.leaves_out = yes
    await changed(session, mailing, "mailing.planned", actor=actor, now=now)
    return mailing
