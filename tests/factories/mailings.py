"""A mailing with its template, its people and its rows of the ledger."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm import mailings, segments, templates
from storage.models import Channel, Client, DeliveryState, Language, Mailing, MailingState, Outbox, Staff
from tests.factories.clients import make_client

_numbers = count(1)


async def make_mailing(
    session: AsyncSession,
    actor: Staff,
    *,
    now: datetime,
    state: MailingState = MailingState.RUNNING,
    text: str = "Hello {name}, see https://shop.test/new?a=1&b=2",
    channel: Channel = Channel.EMAIL,
    rule: str = "city = Bangkok",
) -> Mailing:
    """Drafted by the real verbs, then put into its state."""
    number = next(_numbers)
    template = await templates.create(session, actor=actor, name=f"News {number}", channel=channel, now=now)
    await templates.write_version(
        session, actor=actor, template_id=template.id, language=Language.EN, subject="Hi", text=text, now=now
    )
    segment = await segments.save_rule(session, actor=actor, name=f"All {number}", rule=rule, now=now)
    mailing = await mailings.draft(session, actor=actor, segment_id=segment.id, template_id=template.id, now=now)
    mailing.state = state
    if state not in (MailingState.DRAFT, MailingState.AWAITING_APPROVAL, MailingState.SCHEDULED):
        mailing.started_at = now
    await session.flush()
    return mailing


async def make_delivery(
    session: AsyncSession,
    mailing: Mailing,
    *,
    now: datetime,
    client: Client | None = None,
    state: DeliveryState = DeliveryState.SENT,
    **fields: Any,
) -> Outbox:
    """One row of a mailing, with a client of its own unless one is given; it counts as planned."""
    number = next(_numbers)
    client = client or await make_client(
        session, f"Client {number}", email=f"c{number}@x.example", owner=fields.pop("owner", None)
    )
    went_out = state in (DeliveryState.SENT, DeliveryState.DELIVERED)
    values: dict[str, Any] = {
        "channel": mailing.channel,
        "kind": "mailing",
        "state": state,
        "priority": 9,
        "due_at": now,
        "address": f"c{number}@x.example",
        "marketing": True,
        "client_id": client.id,
        "mailing_id": mailing.id,
        "message_id": f"<m{number}@shop.test>",
        "created_at": now,
        "sent_at": now if went_out else None,
        "settled_at": None if state is DeliveryState.PLANNED else now,
    }
    row = Outbox(**(values | fields))
    session.add(row)
    mailing.planned += 1
    await session.flush()
    return row
