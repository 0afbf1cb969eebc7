"""What was sent to a client, the newest first, and the mailings that went without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import mailing_scope
from crm.consent.last_word import AUTOMATION
from crm.why.scope import CUSTOMER_CHANNELS, client_of
from storage.models import Automation, Client, Enrolment, Interaction, Mailing, Outbox, Staff


@dataclass(frozen=True)
class Listed:
    """A message and what it is called: its mailing's name, its subject, or its first words."""

    delivery: Outbox
    title: str


async def messages(
    session: AsyncSession, *, actor: Staff, client_id: int, limit: int, offset: int = 0
) -> tuple[Client, list[Listed], int]:
    """One page of the client's messages, and how many there are. Raises NotAllowed."""
    client = await client_of(session, actor=actor, client_id=client_id)
    theirs = (Outbox.client_id == client.id, Outbox.channel.in_(CUSTOMER_CHANNELS))
    total = (await session.execute(select(func.count()).select_from(Outbox).where(*theirs))).scalar_one()
    query = select(Outbox).where(*theirs).order_by(Outbox.id.desc()).limit(limit).offset(offset)
    rows = (await session.execute(query)).scalars().all()
    titles = await titles_of(session, rows)
    return client, [Listed(row, titles[row.id]) for row in rows], total


async def left_out(session: AsyncSession, *, actor: Staff, client: Client, limit: int) -> list[Mailing]:
    """The newest mailings that went out without the client, of those that could have meant them."""
    has_row = exists().where(Outbox.mailing_id == Mailing.id, Outbox.client_id == client.id)
    query = (
        select(Mailing)
        .where(Mailing.started_at.is_not(None), mailing_scope(actor), ~has_row)
        .order_by(Mailing.id.desc())
        .limit(limit)
    )
    return list((await session.execute(query)).scalars())


async def titles_of(session: AsyncSession, rows: Sequence[Outbox]) -> dict[int, str]:
    mailing_ids = {row.mailing_id for row in rows if row.mailing_id}
    named = await session.execute(select(Mailing.id, Mailing.name).where(Mailing.id.in_(mailing_ids)))
    mailings = {row.id: row.name for row in named}
    written = await session.execute(
        select(Interaction.outbox_id, Interaction.subject, Interaction.text).where(
            Interaction.outbox_id.in_([row.id for row in rows])
        )
    )
    words = {row.outbox_id: row.subject or " ".join(row.text[:200].split()) for row in written}
    automations = await _automations_of(session, rows)
    return {
        row.id: mailings.get(row.mailing_id or 0, "") or automations.get(row.id, "") or words.get(row.id, "")
        for row in rows
    }


async def _automations_of(session: AsyncSession, rows: Sequence[Outbox]) -> dict[int, str]:
    """The names of the automations that planned these messages."""
    of = {row.id: int(row.payload.get("enrolment_id", 0)) for row in rows if row.kind == AUTOMATION}
    if not of:
        return {}
    query = select(Enrolment.id, Automation.name).join(Automation, Automation.id == Enrolment.automation_id)
    names = {row.id: row.name for row in await session.execute(query.where(Enrolment.id.in_(of.values())))}
    return {outbox_id: names.get(enrolment_id, "") for outbox_id, enrolment_id in of.items()}
