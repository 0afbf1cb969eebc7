"""A message that may ask us to stop: its reader is asked, and answers with one tap."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import cards, consent, events
from crm.access import Action, check, client_in_scope
from crm.errors import CrmError, NotAllowed
from crm.optout import Wish, read
from crm.tray import CARD
from storage.models import Channel, Direction, DomainEvent, Interaction, Staff, Thread

_DECLINED: Final = "optout.declined"
_ASKED_OF: Final = 2_000  # characters; nobody hides the wish behind more


class NothingToDecide(CrmError):
    """Somebody answered already, or the client said it themselves."""

    code = "inbound.nothing_to_decide"


async def wish_of(session: AsyncSession, interaction: Interaction, thread: Thread) -> Wish:
    """What the card of a received message says of it: STOP was obeyed, UNSURE is to be asked; else NONE."""
    by_machine = interaction.automatic or thread.channel not in (Channel.SMS, Channel.EMAIL)
    if interaction.direction is not Direction.IN or not interaction.text or by_machine:
        return Wish.NONE
    wish = read(interaction.text[:_ASKED_OF], in_letter=thread.channel is Channel.EMAIL)
    if wish is Wish.STOP:
        return wish
    if wish is not Wish.UNSURE or thread.spam or await _answered(session, interaction, thread):
        return Wish.NONE
    return Wish.UNSURE


async def decide(session: AsyncSession, *, actor: Staff, interaction_id: int, stop: bool, now: datetime) -> None:
    """The reader says whether it was meant so. Raises NotAllowed, NothingToDecide."""
    interaction = await session.get(Interaction, interaction_id)
    if interaction is None or interaction.thread_id is None:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    if interaction.client_id is not None:
        await client_in_scope(session, actor=actor, client_id=interaction.client_id, action=Action.WRITE_TO_CLIENTS)
    else:
        check(actor, Action.SEE_TRAY)
    thread = await session.get_one(Thread, interaction.thread_id)
    if await wish_of(session, interaction, thread) is not Wish.UNSURE:
        raise NothingToDecide
    if stop:
        await consent.stop(
            session,
            channel=thread.channel,
            address=thread.address,
            client_id=interaction.client_id,
            wording=interaction.text,
            now=now,
        )
    name = "optout.confirmed" if stop else _DECLINED
    events.record(
        session, name, now=now, client_id=interaction.client_id, staff_id=actor.id, interaction_id=interaction.id
    )
    await session.flush()
    await cards.refresh(session, CARD, interaction.id, now=now)


async def _answered(session: AsyncSession, interaction: Interaction, thread: Thread) -> bool:
    if interaction.client_id is not None:
        said_no = await consent.withdrawn(session, client_ids=[interaction.client_id], channel=thread.channel)
        if interaction.client_id in said_no:
            return True
    elif await suppression.is_suppressed(session, channel=thread.channel, addresses=[thread.address]):
        return True
    query = select(DomainEvent.facts).where(
        DomainEvent.name == _DECLINED,
        DomainEvent.client_id == interaction.client_id,
        DomainEvent.at >= interaction.at,
    )
    return any(facts.get("interaction_id") == interaction.id for facts in (await session.execute(query)).scalars())
