"""The outbox worker's last question before sending: may this still go to them, by this channel, now?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.outbox.delivery import Cancel, Delivery, Hold, Suppress, Verdict
from crm.consent.words import MARKETING_CHANNELS, withdrawn
from storage.models import Client, Mailing, MailingState, SuppressionReason


async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
    """The outbox worker's last question before sending. Deliveries it does not mention may go.

    Looks at suppressed addresses, consents taken back, mailings that stopped and clients put away, as they are now.
    """
    verdicts: dict[int, Verdict] = {}
    marketing = [one for one in deliveries if one.marketing]
    await _judge_mailings(session, marketing, now, verdicts)
    for channel in MARKETING_CHANNELS:
        for is_marketing in (True, False):
            group = [one for one in deliveries if one.channel is channel and one.marketing is is_marketing]
            if not group:
                continue
            found = await suppression.is_suppressed(
                session, channel=channel, addresses={one.address for one in group}, marketing=is_marketing
            )
            for one in group:
                if one.address in found:
                    verdicts[one.id] = Suppress(found[one.address])
        clients = [one.client_id for one in marketing if one.channel is channel and one.client_id is not None]
        refused = await withdrawn(session, client_ids=clients, channel=channel)
        for one in marketing:
            if one.channel is channel and one.client_id in refused:
                verdicts.setdefault(one.id, Suppress(SuppressionReason.UNSUBSCRIBE))
    return verdicts


async def _judge_mailings(
    session: AsyncSession, marketing: Sequence[Delivery], now: datetime, verdicts: dict[int, Verdict]
) -> None:
    mailings = {one.mailing_id for one in marketing if one.mailing_id is not None}
    if mailings:
        query = select(Mailing.id, Mailing.state).where(Mailing.id.in_(mailings))
        states = {row.id: row.state for row in await session.execute(query)}
        for one in marketing:
            state = states.get(one.mailing_id) if one.mailing_id is not None else None
            if state is MailingState.CANCELLED:
                verdicts[one.id] = Cancel("mailing-cancelled")
            elif state is MailingState.PAUSED:
                verdicts[one.id] = Hold(until=now, reason="mailing-paused")
    clients = {one.client_id for one in marketing if one.client_id is not None}
    if clients:
        archived = select(Client.id).where(Client.id.in_(clients), Client.archived_at.is_not(None))
        gone = set((await session.execute(archived)).scalars())
        for one in marketing:
            if one.client_id in gone:
                verdicts.setdefault(one.id, Cancel("client-archived"))
