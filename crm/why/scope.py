"""Who may read the story of a message: whoever may see its client, put away ones too."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import SEES_EVERYTHING, Action, check, client_scope
from crm.errors import NotAllowed
from storage.models import Channel, Client, Outbox, Staff

CUSTOMER_CHANNELS = (Channel.EMAIL, Channel.SMS)


async def client_of(session: AsyncSession, *, actor: Staff, client_id: int) -> Client:
    """The client, archived or not. Raises NotAllowed when absent or another's."""
    check(actor, Action.SEE_CLIENTS)
    query = select(Client).where(Client.id == client_id, client_scope(actor))
    client = (await session.execute(query)).scalar_one_or_none()
    if client is None:
        raise NotAllowed(action=Action.SEE_CLIENTS.value)
    return client


async def delivery_of(session: AsyncSession, *, actor: Staff, outbox_id: int) -> tuple[Outbox, Client | None]:
    """A message to a customer, with its client where it has one. Raises NotAllowed.

    Without a client (a test, an answer to an unknown sender) it belongs to whoever sent it, and to those who see everything.
    """
    check(actor, Action.SEE_CLIENTS)
    row = await session.get(Outbox, outbox_id)
    if row is None or row.channel not in CUSTOMER_CHANNELS:
        raise NotAllowed(action=Action.SEE_CLIENTS.value)
    if row.client_id is not None:
        return row, await client_of(session, actor=actor, client_id=row.client_id)
    if row.staff_id != actor.id and actor.role not in SEES_EVERYTHING:
        raise NotAllowed(action=Action.SEE_CLIENTS.value)
    return row, None
