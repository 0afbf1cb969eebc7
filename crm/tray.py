"""The tray: messages from senders nobody knows, until one tap makes them a client, gives them to one, or puts them aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from crm import cards, clients, contacts, events, keys
from crm.access import Action, check, client_in_scope
from crm.errors import NotAllowed
from crm.interactions import touch
from storage.models import (
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    Direction,
    Interaction,
    InteractionKind,
    Staff,
    Thread,
)

CARD = "inbound"
_POINTS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}
_WRITTEN = (InteractionKind.EMAIL, InteractionKind.SMS)


@dataclass(frozen=True)
class Unknown:
    """The newest message of one unknown sender."""

    interaction: Interaction
    address: str
    messages: int


async def listed(session: AsyncSession, *, actor: Staff, limit: int = 10, offset: int = 0) -> tuple[list[Unknown], int]:
    """Unknown senders, the newest first, and how many there are. Raises NotAllowed."""
    check(actor, Action.SEE_TRAY)
    newest = (
        select(func.max(Interaction.id).label("id"), func.count().label("messages"))
        .join(Thread, Thread.id == Interaction.thread_id)
        .where(
            Interaction.client_id.is_(None),
            Interaction.direction == Direction.IN,
            Thread.spam.is_(False),
            Thread.dismissed_at.is_(None),
        )
        .group_by(Thread.channel, Thread.address)
        .subquery()
    )
    total = (await session.execute(select(func.count()).select_from(newest))).scalar_one()
    query = (
        select(Interaction, Thread.address, newest.c.messages)
        .join(newest, newest.c.id == Interaction.id)
        .join(Thread, Thread.id == Interaction.thread_id)
        .order_by(Interaction.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Unknown(*row) for row in await session.execute(query)], total


async def get(session: AsyncSession, *, actor: Staff, interaction_id: int) -> tuple[Interaction, Thread]:
    """A message in the tray with its thread. Raises NotAllowed when it is not there (any more)."""
    check(actor, Action.SEE_TRAY)
    interaction = await session.get(Interaction, interaction_id)
    if interaction is None or interaction.client_id is not None or interaction.thread_id is None:
        raise NotAllowed(action=Action.SEE_TRAY.value)
    return interaction, await session.get_one(Thread, interaction.thread_id)


async def make_client(session: AsyncSession, *, actor: Staff, interaction_id: int, name: str, now: datetime) -> Client:
    """A client from an unknown sender, owned by who made it; everything the sender wrote becomes the client's.

    Raises NotAllowed, and what creating a client may refuse.
    """
    _, thread = await get(session, actor=actor, interaction_id=interaction_id)
    is_email = thread.channel is Channel.EMAIL
    draft = clients.ClientDraft(
        name=name,
        emails=(thread.address,) if is_email else (),
        phones=() if is_email else (thread.address,),
    )
    client = await clients.create(session, actor=actor, draft=draft, now=now, force=True)
    await _hand_over(session, thread, client, now)
    return client


async def give_to(session: AsyncSession, *, actor: Staff, interaction_id: int, client_id: int, now: datetime) -> Client:
    """Says that an unknown sender is a client's: the address becomes theirs too. Raises NotAllowed."""
    _, thread = await get(session, actor=actor, interaction_id=interaction_id)
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    kind = _POINTS[thread.channel]
    known = select(ContactPoint.id).where(
        ContactPoint.client_id == client.id, ContactPoint.kind == kind, ContactPoint.value == thread.address
    )
    if (await session.execute(known)).first() is None:
        await contacts.add_point(session, actor=actor, client_id=client.id, text=thread.address, now=now)
    await _hand_over(session, thread, client, now)
    return client


async def announce(session: AsyncSession, *, interaction: Interaction, to: Staff, now: datetime) -> None:
    """Shows a customer's message to a colleague, once."""
    if to.telegram_id is not None:
        await enqueue_card(
            session,
            chat_id=to.telegram_id,
            staff_id=to.id,
            card=CARD,
            card_id=interaction.id,
            now=now,
            dedupe_key=keys.inbound_notice(interaction.id, to.id),
            priority=PRIORITY_PERSON,
        )


async def _hand_over(session: AsyncSession, thread: Thread, client: Client, now: datetime) -> None:
    threads = await _threads_of(session, thread)
    ids = [row.id for row in threads]
    query = select(Interaction).where(Interaction.thread_id.in_(ids), Interaction.client_id.is_(None))
    moved = (await session.execute(query)).scalars().all()
    for row in threads:
        row.client_id, row.spam, row.dismissed_at = client.id, False, None
    for interaction in moved:
        interaction.client_id = client.id
        touch(client, at=interaction.at, kind=interaction.kind)
    await session.flush()
    written = [one.at for one in moved if one.kind in _WRITTEN and one.direction is Direction.IN and not one.automatic]
    at = max(written).isoformat() if written else None
    facts = {"messages": len(moved), "automatic": not written, "at": at}
    events.record(session, "sender.known", now=now, client_id=client.id, staff_id=None, **facts)
    for interaction in moved:
        await cards.refresh(session, CARD, interaction.id, now=now)


async def _threads_of(session: AsyncSession, thread: Thread) -> Sequence[Thread]:
    query = select(Thread).where(
        Thread.channel == thread.channel, Thread.address == thread.address, Thread.client_id.is_(None)
    )
    return (await session.execute(query)).scalars().all()
