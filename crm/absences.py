"""Customers who are away: what was promised to them before they are back is offered to be moved to that day.

Nothing is moved by itself: a note is a machine's word, and whoever promised knows better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import enqueue_card
from crm import followups, interactions, keys
from crm.errors import CrmError
from crm.wording import zone_of
from crm.worktime import next_working_moment, to_utc
from storage.models import Client, FollowUp, FollowUpState, Interaction, Staff

CARD = "away_offer"
_MORNING = time(9)
_MOST = 10


class NothingToMove(CrmError):
    """What was promised before the customer's return is done, moved or gone already."""

    code = "absences.nothing_to_move"


@dataclass(frozen=True)
class Offer:
    """A customer's absence as one colleague sees it: their promises due before the return, and when they would be due then."""

    client: Client
    returns_at: datetime
    followups: Sequence[FollowUp]
    move_to: datetime


async def return_moment(
    session: AsyncSession, *, returns_on: date, client: Client | None, received_at: datetime
) -> datetime | None:
    """Nine in the morning of the day, where the client is (else their owner); None when that is past already."""
    zone = client.timezone if client is not None else None
    if zone is None and client is not None and client.owner_id is not None:
        zone = (await session.get_one(Staff, client.owner_id)).timezone
    moment = to_utc(datetime.combine(returns_on, _MORNING), zone=zone_of(zone or "UTC"))
    return moment if moment > received_at else None


async def offer(session: AsyncSession, *, interaction: Interaction, now: datetime) -> None:
    """Asks each colleague who promised something before the customer is back, once per absence."""
    if interaction.client_id is None or interaction.returns_at is None:
        return
    due = await _due_before(session, client_id=interaction.client_id, moment=interaction.returns_at)
    for owner_id in sorted({followup.owner_id for followup in due}):
        owner = await session.get_one(Staff, owner_id)
        if owner.active and owner.telegram_id is not None:
            await enqueue_card(
                session,
                chat_id=owner.telegram_id,
                staff_id=owner.id,
                card=CARD,
                card_id=interaction.id,
                now=now,
                dedupe_key=keys.away_offer(interaction.client_id, interaction.returns_at, owner.id),
            )


async def offered(session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime) -> Offer | None:
    """What the card of an absence shows now; None when the note is gone or out of the actor's reach.

    No follow-ups: there is nothing to move any more.
    """
    note = await interactions.readable(session, actor=actor, interaction_id=interaction_id, now=now)
    if note is None or note.client_id is None or note.returns_at is None:
        return None
    due = [] if note.returns_at <= now else await _due_before(session, client_id=note.client_id, moment=note.returns_at)
    return Offer(
        client=await session.get_one(Client, note.client_id),
        returns_at=note.returns_at,
        followups=[followup for followup in due if followup.owner_id == actor.id],
        move_to=next_working_moment(actor, note.returns_at),
    )


async def move(session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime) -> Offer:
    """Moves the actor's promises to when the customer is back. Raises NothingToMove, NotAllowed."""
    found = await offered(session, actor=actor, interaction_id=interaction_id, now=now)
    if found is None or not found.followups:
        raise NothingToMove
    for followup in found.followups:
        await followups.snooze(session, actor=actor, followup_id=followup.id, until=found.move_to, now=now)
    return found


async def _due_before(session: AsyncSession, *, client_id: int, moment: datetime) -> Sequence[FollowUp]:
    query = (
        select(FollowUp)
        .where(
            FollowUp.client_id == client_id,
            FollowUp.state == FollowUpState.OPEN,
            FollowUp.waiting_for_answer.is_(False),  # it comes back when they answer, and a note is no answer
            FollowUp.due_at < moment,
        )
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(_MOST)
    )
    return (await session.execute(query)).scalars().all()
