"""Calls to other programs that came to nothing: a line of the story, and a word to whoever made the automation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.automations.telling import Notice, tell
from storage.models import Automation, Enrolment, EnrolmentEvent, WebhookCall, WebhookState

WHAT: Final = "uncalled"
_LOOKED_BACK: Final = timedelta(days=7)


def untold(now: datetime) -> Select[int]:
    """Calls given up of which nobody was told."""
    said = exists().where(
        EnrolmentEvent.enrolment_id == WebhookCall.enrolment_id,
        EnrolmentEvent.place == WebhookCall.place,
        EnrolmentEvent.what == WHAT,
    )
    return select(WebhookCall.id).where(
        WebhookCall.state == WebhookState.GIVEN_UP, WebhookCall.settled_at > now - _LOOKED_BACK, ~said
    )


async def tell_of_given_up(session: AsyncSession, *, now: datetime, limit: int = 100) -> int:
    """Writes them into their enrolments' stories and tells the makers, once a day each. Returns how many."""
    query = untold(now).with_only_columns(WebhookCall).order_by(WebhookCall.id).limit(limit)
    found = (await session.execute(query.with_for_update(skip_locked=True))).scalars().all()
    for call in found:
        facts = {"url": call.url[:200], "status": call.status, "reply": call.reply[:200]}
        line = EnrolmentEvent(enrolment_id=call.enrolment_id, place=call.place, what=WHAT, facts=facts, at=now)
        session.add(line)
        enrolment = await session.get_one(Enrolment, call.enrolment_id)
        automation = await session.get_one(Automation, enrolment.automation_id)
        await tell(session, automation, Notice.CALL_OUT, now=now, client_id=enrolment.client_id)
        await session.flush()
    return len(found)
