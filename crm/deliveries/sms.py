"""How far an SMS got: Twilio's status callbacks. News only moves forward."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import status, suppression
from channels.outbox.status import News
from storage.models import Channel, DeliveryState, Outbox, SuppressionReason

_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
}
# Twilio: replied STOP, not a number, not a mobile number, a landline.
_SUPPRESSING = {
    "21610": SuppressionReason.STOP,
    "21211": SuppressionReason.INVALID,
    "21614": SuppressionReason.INVALID,
    "30006": SuppressionReason.INVALID,
}


async def record_sms_status(session: AsyncSession, *, fields: Mapping[str, str], now: datetime) -> News:
    """Takes one of Twilio's status callbacks in; NOT_FOUND when no delivery has that SID (yet)."""
    state = _STATES.get(fields.get("MessageStatus", ""))
    if state is None:
        return News.STALE  # queued, accepted, sending: we know that much
    code = fields.get("ErrorCode", "")
    sid = fields.get("MessageSid", "")
    news = await status.record_status(
        session,
        channel=Channel.SMS,
        provider_id=sid,
        state=state,
        now=now,
        code=code,
        reason=fields.get("ErrorMessage", "") or code,
    )
    if news is News.CHANGED and state is DeliveryState.FAILED and code in _SUPPRESSING:
        query = select(Outbox).where(Outbox.channel == Channel.SMS, Outbox.provider_id == sid).limit(1)
        delivery = (await session.execute(query)).scalar_one()
        await suppression.suppress(
            session,
            channel=Channel.SMS,
            address=delivery.address,
            reason=_SUPPRESSING[code],
            now=now,
            source=f"delivery {delivery.id}: {code}",
        )
    return news
