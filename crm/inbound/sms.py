"""SMS of customers: STOP and START before anything else, then the one conversation with the number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms.received import sent_at
from crm import contacts, threads
from crm.contacts import BadPhone
from crm.inbound import wishes
from crm.inbound.timeline import Arrival, client_at, follow_through, log
from storage.models import (
    Channel,
    Direction,
    Inbox,
    Interaction,
    InteractionKind,
    Thread,
)
from storage.queries import tracking as touches

ANSWERS_FOR = timedelta(days=14)  # an SMS names no message it answers: the last one they got from us lately is meant


async def receive_sms(
    session: AsyncSession, *, fields: Mapping[str, str], arrival: Arrival, now: datetime
) -> Interaction:
    """Puts an SMS (Twilio's fields) on the timeline; STOP and START are obeyed before anything else."""
    number = _number(fields["From"])
    client = await client_at(session, Channel.SMS, number)
    text = fields.get("Body", "")
    wish = await wishes.obey(
        session,
        channel=Channel.SMS,
        address=number,
        client=client,
        text=text,
        told=fields.get("OptOutType", ""),
        overtaken=await _is_overtaken(session, number, sent_at(fields)),
        now=now,
    )
    thread = await threads.sms_thread(session, client_id=client.id if client else None, number=number, now=now)
    interaction = await log(
        session,
        thread=thread,
        kind=InteractionKind.SMS,
        text=text,
        message_id=fields.get("MessageSid", ""),
        arrival=arrival,
        at=arrival.received_at,
        now=now,
    )
    if client is not None and not thread.spam:
        answered = await touches.texted(session, client_id=client.id, number=number, since=now - ANSWERS_FOR)
        if answered is not None:
            await wishes.credit(session, wish, outbox_id=answered, interaction_id=interaction.id, now=now)
    if not thread.spam:
        await follow_through(session, interaction, now)
    return interaction


async def _is_overtaken(session: AsyncSession, number: str, written: datetime | None) -> bool:
    """Whether a text that no webhook brought is older than one from that number which is handled already."""
    if written is None:
        return False
    query = (
        select(Inbox.payload, Inbox.received_at)
        .join(Interaction, Interaction.inbox_id == Inbox.id)
        .join(Thread, Thread.id == Interaction.thread_id)
        .where(
            Thread.channel == Channel.SMS,
            Thread.address == number,
            Interaction.direction == Direction.IN,
            Interaction.at > written,
        )
    )
    return any((sent_at(row.payload) or row.received_at) > written for row in await session.execute(query))


def _number(text: str) -> str:
    try:
        return contacts.read_phone(text, region=None)
    except BadPhone:
        return text[:60]  # a short code, or a sender's name
