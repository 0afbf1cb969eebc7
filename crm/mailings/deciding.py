"""The second person's answer to a mailing that waits for it: yes, or back to whoever made it and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, allows, check
from crm.errors import Missing, TooLong
from crm.mailings import recurring
from crm.mailings.approving import NeedsAnother, changed, expect, tell_maker
from crm.mailings.drafting import get
from crm.mailings.measuring import Terms, measure
from storage.models import Mailing, MailingSeries, MailingState, Staff
from storage.queries import mailings as queries

REASON_LIMIT: Final = 500


async def approve(
    session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime, terms: Terms | None = None
) -> Mailing:
    """A second person's yes, who neither made nor launched it: to it as it is now, for what it costs now.

    Raises NotAllowed, NeedsAnother, WrongState and what reading the segment raises.
    """
    check(actor, Action.APPROVE_MAILINGS)
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    expect(mailing, MailingState.AWAITING_APPROVAL)
    if not await may_approve(session, actor=actor, mailing=mailing):
        raise NeedsAnother
    mailing.approved_by_id = actor.id
    measured = await measure(session, mailing=mailing, terms=terms or Terms(), now=now)
    series = await session.get(MailingSeries, mailing.id)
    mailing.state = MailingState.SCHEDULED if series is None else MailingState.RECURRING
    await recurring.approved(session, mailing=mailing, series=series, measured=measured, now=now)
    await tell_maker(session, mailing, now, why="answer")
    await changed(session, mailing, "mailing.approved", actor=actor, now=now, **asdict(measured))
    return mailing


async def may_approve(session: AsyncSession, *, actor: Staff, mailing: Mailing) -> bool:
    """Whether they are a second person here: one who approves mailings, and neither made nor launched this one."""
    if not allows(actor, Action.APPROVE_MAILINGS) or actor.id == mailing.created_by_id:
        return False
    return actor.id != await queries.launched_by(session, mailing_id=mailing.id)


async def send_back(
    session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime, reason: str = ""
) -> Mailing:
    """A second person's no, and why: it is a draft again. Raises NotAllowed, WrongState, Missing, TooLong."""
    check(actor, Action.APPROVE_MAILINGS)
    mailing = await get(session, actor=actor, mailing_id=mailing_id, lock=True)
    expect(mailing, MailingState.AWAITING_APPROVAL)
    reason = " ".join(reason.split())
    if not reason:
        raise Missing(field="reason")
    if len(reason) > REASON_LIMIT:
        raise TooLong(field="reason", limit=REASON_LIMIT)
    mailing.state, mailing.starts_at, mailing.return_reason = MailingState.DRAFT, None, reason
    await tell_maker(session, mailing, now, why="answer")
    await changed(session, mailing, "mailing.sent_back", actor=actor, now=now)
    return mailing
