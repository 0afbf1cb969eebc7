"""What nobody needs any more is taken away, a little at a time: one-use keys, old updates, forms half filled in, old allowances."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import real_now
from storage.models import (
    AutoReply,
    FormProgress,
    Inbox,
    InboxSource,
    Interaction,
    RatePause,
    SendBudget,
    StaffInvite,
    UsedPress,
)

KEEP_PRESSES = timedelta(days=30)  # buttons expire long before
KEEP_ARRIVALS = timedelta(days=30)  # Telegram repeats an update for a day at most
KEEP_AUTOREPLIES = timedelta(days=30)  # they count for seven
KEEP_FORMS = timedelta(days=30)
KEEP_INVITES = timedelta(days=90)
KEEP_PAUSES = timedelta(days=1)
BATCH = 1000
_PASSING = (InboxSource.TELEGRAM, InboxSource.SMS_STATUS, InboxSource.SMS_MEDIA)


async def tidy(session: AsyncSession, *, now: datetime) -> int:
    """Removes one batch of what is past its time; customers' mail and SMS stay as long as their interactions."""
    removed = 0
    quoted = select(Interaction.inbox_id).where(Interaction.inbox_id.is_not(None))
    old = (
        select(Inbox.id)
        .where(Inbox.source.in_(_PASSING), Inbox.processed_at < now - KEEP_ARRIVALS, Inbox.error.is_(None))
        .where(Inbox.id.not_in(quoted))
        .order_by(Inbox.id)
        .limit(BATCH)
    )
    presses = select(UsedPress.key).where(UsedPress.used_at < now - KEEP_PRESSES).limit(BATCH)
    for statement in (
        delete(Inbox).where(Inbox.id.in_(old)),
        delete(UsedPress).where(UsedPress.key.in_(presses)),
        delete(AutoReply).where(AutoReply.at < now - KEEP_AUTOREPLIES),
        delete(FormProgress).where(FormProgress.updated_at < now - KEEP_FORMS),
        # Periods are counted in product time or in the host's; what is over by both is over.
        delete(SendBudget).where(SendBudget.until < min(now, real_now())),
        delete(RatePause).where(RatePause.until < real_now() - KEEP_PAUSES),
        delete(StaffInvite).where(StaffInvite.expires_at < now - KEEP_INVITES, StaffInvite.used_at.is_(None)),
    ):
        result = await session.execute(statement.execution_options(synchronize_session=False))
        removed += max(0, result.rowcount)  # type: ignore[attr-defined]  # a DELETE has one
    return removed
