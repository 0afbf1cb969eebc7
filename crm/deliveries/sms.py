"""How far an SMS got: Twilio's status callbacks. News only moves forward.

What an error code means stands in one table for refusals and callbacks (channels/sms/verdicts.py): some messages are
tried again, as a new attempt, because Twilio itself said that this one is over; some numbers are never tried again; and
some codes say that our own account or texts are at fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Outcome
from channels.outbox import retry, status, suppression
from channels.outbox.status import News
from channels.sms.verdicts import Verdict, verdict_of
from crm import events
from crm.mailings import launching
from storage.database import real_now
from storage.models import Channel, DeliveryState, Mailing, MailingState, Outbox, SuppressionReason
from storage.queries import halts
from storage.queries import outbox as ledger

_STATES: Final = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
_STOPPED: Final = "21610"  # replied STOP; any other suppressing code says that the number gets no SMS at all
_AGAIN: Final = frozenset({Outcome.RETRY, Outcome.RATE_LIMITED})
_RUNNING: Final = (MailingState.SCHEDULED, MailingState.EXPANDING, MailingState.RUNNING)
# Why a mailing paused, before the colon; its card words it.
SMS_REFUSED: Final = "sms-refused"


async def record_sms_status(session: AsyncSession, *, fields: Mapping[str, str], now: datetime) -> News:
    """Takes one of Twilio's status callbacks in; NOT_FOUND when no delivery has that SID (yet).

    `fields["delivery"]` is our own word in the callback's address: by it a message whose answer was lost is recognised.
    """
    sid, code = fields.get("MessageSid", ""), fields.get("ErrorCode", "")
    state = _STATES.get(fields.get("MessageStatus", ""))
    delivery = await _delivery_of(session, sid)
    if delivery is None and await _recognised(session, fields, sid, now):
        delivery = await _delivery_of(session, sid)
    if delivery is None:
        # Of queued, accepted and sending we know as much ourselves.
        return News.STALE if state is None else News.NOT_FOUND
    if state is None:
        return News.STALE
    verdict = verdict_of(code=int(code) if code.isascii() and code.isdigit() else None)
    words = fields.get("ErrorMessage", "") or code
    if state is DeliveryState.FAILED and verdict.outcome in _AGAIN:
        due_at = _again_at(delivery, verdict, now)
        if due_at is not None:
            return await status.plan_again(
                session, channel=Channel.SMS, provider_id=sid, due_at=due_at, code=code, reason=words
            )
    news = await status.record_status(
        session, channel=Channel.SMS, provider_id=sid, state=state, now=now, code=code, reason=words
    )
    if news is News.CHANGED and state is DeliveryState.FAILED:
        await _follow_failure(session, delivery, verdict, code, now)
    return news


async def _delivery_of(session: AsyncSession, sid: str) -> Outbox | None:
    query = select(Outbox).where(Outbox.channel == Channel.SMS, Outbox.provider_id == sid).limit(1)
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def _recognised(session: AsyncSession, fields: Mapping[str, str], sid: str, now: datetime) -> bool:
    named = fields.get("delivery", "")
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        return False
    return await status.recognise(
        session,
        channel=Channel.SMS,
        delivery_id=int(named),
        address=fields.get("To", ""),
        provider_id=sid,
        now=now,
    )


def _again_at(delivery: Outbox, verdict: Verdict, now: datetime) -> datetime | None:
    """When the next try is due; None when there was enough of them, or the day is over."""
    waits = verdict.again_after
    if waits is not None:
        if delivery.attempts > len(waits):
            return None
        wait: timedelta = waits[max(delivery.attempts - 1, 0)]
    else:
        wait = retry.delay(channel=Channel.SMS, delivery_id=delivery.id, attempts=delivery.attempts)
    due_at = now + wait
    return due_at if due_at <= delivery.created_at + retry.POLICIES[Channel.SMS].give_up_after else None


async def _follow_failure(session: AsyncSession, delivery: Outbox, verdict: Verdict, code: str, now: datetime) -> None:
    """What a final failure means for the number, and for everything else we send."""
    if verdict.outcome is Outcome.SUPPRESS:
        await suppression.suppress(
            session,
            channel=Channel.SMS,
            address=delivery.address,
            reason=SuppressionReason.STOP if code == _STOPPED else SuppressionReason.INVALID,
            now=now,
            source=f"delivery {delivery.id}: {code}",
        )
    if verdict.outcome is Outcome.HALT:
        await halts.note(session, channel=Channel.SMS, delivery_id=delivery.id)
        await ledger.pause(session, scope=Channel.SMS.value, until=real_now() + retry.HALT_PAUSE)
        await _pause_mailing(session, delivery, code, now)
    events.record(
        session,
        "message.failed",
        now=now,
        client_id=delivery.client_id,
        outbox_id=delivery.id,
        code=code,
        channel="sms",
    )


async def _pause_mailing(session: AsyncSession, delivery: Outbox, code: str, now: datetime) -> None:
    """More of the same makes it worse: the mailing waits until somebody looked."""
    if delivery.mailing_id is None:
        return
    query = select(Mailing.state).where(Mailing.id == delivery.mailing_id)
    if (await session.execute(query)).scalar_one() in _RUNNING:
        await launching.pause(
            session, actor=None, mailing_id=delivery.mailing_id, now=now, reason=f"{SMS_REFUSED}: {code}"
        )
