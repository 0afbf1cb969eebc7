"""What came back about emails: reports of delivery, and what they mean for the address. News only moves forward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.bounces import Action, DeliveryReport
from channels.outbox import status, suppression
from channels.outbox.status import News
from crm import events
from storage.models import Channel, Outbox, SuppressionReason

# Failures that say nothing against the address: a full mailbox, a size limit, a policy against this one message.
_NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.", "5.4.", "5.6.", "5.7.")


async def record_reports(session: AsyncSession, *, reports: Sequence[DeliveryReport], now: datetime) -> int:
    """Takes delivery reports in; returns how many deliveries changed.

    Anybody can write a report, but only who got our message knows its Message-ID: a report without one of ours does
    nothing, and what is suppressed is the address we wrote to, whatever the report names.
    """
    changed = 0
    for report in reports:
        if report.action is not Action.FAILED or not report.original_message_id:
            continue
        delivery, alone = await _reported(session, report)
        if delivery is None:
            continue
        news = await status.record_bounce(
            session,
            message_id=report.original_message_id,
            address=delivery.address,
            now=now,
            code=report.status,
            reason=report.diagnostic or report.status,
        )
        if news is not News.CHANGED:
            continue
        changed += 1
        # Of a mail to several people each knows the Message-ID: one of them must not stop another's address.
        hard = alone and report.is_hard and not report.status.startswith(_NOT_THE_ADDRESS)
        if hard:
            await suppression.suppress(
                session,
                channel=Channel.EMAIL,
                address=delivery.address,
                reason=SuppressionReason.HARD_BOUNCE,
                now=now,
                source=f"delivery {delivery.id}: {report.status}",
            )
        events.record(
            session,
            "message.bounced",
            now=now,
            client_id=delivery.client_id,
            outbox_id=delivery.id,
            status=report.status,
            hard=hard,
        )
    return changed


async def _reported(session: AsyncSession, report: DeliveryReport) -> tuple[Outbox | None, bool]:
    """The delivery a report is about, and whether it is the only one of its mail; of several the one the report names."""
    query = select(Outbox).where(Outbox.message_id == report.original_message_id).order_by(Outbox.id)
    rows = (await session.execute(query)).scalars().all()
    if len(rows) == 1:
        return rows[0], True
    named = suppression.normalise(Channel.EMAIL, report.recipient)
    return next((row for row in rows if suppression.normalise(Channel.EMAIL, row.address) == named), None), False
