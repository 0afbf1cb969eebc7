"""Conversations by email and SMS: who reaches into one, what was said in it, who answers it, and what nobody has to.

Outside the scope of a client a colleague reaches only the conversation that was given to them, or those of the
colleague they stand in for while that one is away: to read and answer it, never the client behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from crm import cards, events, keys, tray
from crm.access import ALLOWED, Action, Reach, reach
from crm.errors import CrmError, NotAllowed
from crm.interactions import CARD as OURS
from storage.models import (
    CardMessage,
    Client,
    Direction,
    Interaction,
    Role,
    Staff,
    Thread,
)
from storage.queries import timeline as queries
from storage.queries.timeline import Found

_FOLLOWED_CARDS = 200  # of one conversation; older copies stay as they were


class NotForThem(CrmError):
    """The colleague cannot answer customers, or works here no more. Parameters: name."""

    code = "conversations.not_for_them"


class ReadOnly(NotAllowed):
    """The colleague reads this message and nothing more: it was shown to them, or came while they stood in."""

    code = "conversations.read_only"


class Mark(StrEnum):
    """Why a conversation is put aside."""

    NOT_OURS = "not_ours"
    SPAM = "spam"


@dataclass(frozen=True)
class Message:
    """A message in its conversation, and how far whoever asked reaches into it. No client: it lies in the tray."""

    interaction: Interaction
    thread: Thread
    client: Client | None
    reach: Reach

    @property
    def card(self) -> str:
        """The kind of card that shows it."""
        return OURS if self.interaction.direction is Direction.OUT else tray.CARD


@dataclass(frozen=True)
class Conversation:
    """Some messages of a conversation, oldest first; `offset` is where they stand among all `total`."""

    message: Message
    found: Sequence[Found]
    offset: int
    total: int


async def message(
    session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime, needs: Reach = Reach.ANSWERS
) -> Message:
    """A message sent or received, if the colleague reaches as far as `needs`.

    Raises NotAllowed, for what is absent, not in reach, or no message alike; ReadOnly for what they may only read.
    """
    interaction = await session.get(Interaction, interaction_id)
    if interaction is None or interaction.thread_id is None:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    reached = await reach(session, actor=actor, interaction=interaction, now=now)
    if reached < needs:
        refused = ReadOnly if reached is Reach.SHOWN else NotAllowed
        raise refused(action=Action.WRITE_TO_CLIENTS.value)
    thread = await session.get_one(Thread, interaction.thread_id)
    client = await session.get(Client, interaction.client_id) if interaction.client_id is not None else None
    return Message(interaction, thread, client, reached)


async def page(
    session: AsyncSession, *, actor: Staff, interaction_id: int, limit: int, now: datetime, number: int | None = None
) -> Conversation:
    """A page of the conversation a message belongs to, by default the one it stands on. Raises NotAllowed."""
    asked = await message(session, actor=actor, interaction_id=interaction_id, now=now)
    if number is None:
        number = await queries.before_in_thread(session, asked.interaction) // limit
    offset = max(number, 0) * limit
    ids, total = await queries.in_thread(session, asked.thread.id, limit=limit, offset=offset)
    found = await queries.interactions(session, ids)
    return Conversation(asked, [found[one] for one in ids], offset, total)


async def last_received(session: AsyncSession, *, thread_id: int) -> Interaction | None:
    """The customer's newest message of a conversation."""
    query = (
        select(Interaction)
        .where(Interaction.thread_id == thread_id, Interaction.direction == Direction.IN)
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


def answers_customers(person: Staff) -> bool:
    """Whether conversations and messages can be given to a colleague."""
    return person.active and person.telegram_id is not None and Action.WRITE_TO_CLIENTS in ALLOWED[person.role]


async def colleagues(session: AsyncSession, *, actor: Staff) -> Sequence[Staff]:
    """Who else answers customers, by name."""
    roles = [role for role in Role if Action.WRITE_TO_CLIENTS in ALLOWED[role]]
    query = (
        select(Staff)
        .where(Staff.active.is_(True), Staff.telegram_id.is_not(None), Staff.role.in_(roles), Staff.id != actor.id)
        .order_by(Staff.name, Staff.id)
    )
    return (await session.execute(query)).scalars().all()


async def assign(session: AsyncSession, *, actor: Staff, interaction_id: int, staff_id: int, now: datetime) -> Staff:
    """Gives a conversation to a colleague: they get its message, and all further ones. The client stays whose it is.

    Given to the client's owner it is nobody's apart any more. Raises NotAllowed, NotForThem.
    """
    given = await message(session, actor=actor, interaction_id=interaction_id, now=now, needs=Reach.OWNS)
    person = await session.get(Staff, staff_id)
    if person is None or not answers_customers(person):
        raise NotForThem(name=person.name if person is not None else "–")
    owner_id = given.client.owner_id if given.client is not None else None
    given.thread.assignee_id = None if person.id == owner_id else person.id
    given.thread.dismissed_at = None
    await session.flush()
    events.record(
        session,
        "conversation.assigned",
        now=now,
        client_id=given.interaction.client_id,
        staff_id=actor.id,
        thread_id=given.thread.id,
        assignee_id=person.id,
    )
    await _hand_in(session, given, person, now)
    await _refresh(session, [given.thread.id], now)
    return person


async def give_back(session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime) -> Staff | None:
    """Ends an assignment; the client's owner, if there is one, gets the message again. Raises NotAllowed."""
    given = await message(session, actor=actor, interaction_id=interaction_id, now=now)
    if given.reach < Reach.OWNS and given.thread.assignee_id != actor.id:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    before, given.thread.assignee_id = given.thread.assignee_id, None
    await session.flush()
    events.record(
        session,
        "conversation.given_back",
        now=now,
        client_id=given.interaction.client_id,
        staff_id=actor.id,
        thread_id=given.thread.id,
        assignee_id=before,
    )
    owner_id = given.client.owner_id if given.client is not None else None
    owner = await session.get(Staff, owner_id) if owner_id is not None else None
    if owner is not None and owner.id != actor.id and answers_customers(owner):
        await _hand_in(session, given, owner, now)
    await _refresh(session, [given.thread.id], now)
    return owner


async def put_aside(session: AsyncSession, *, actor: Staff, interaction_id: int, mark: Mark, now: datetime) -> None:
    """Nobody has to answer: out of the tray, and what follows stays quiet.

    From an unknown sender this holds for all they write; of a client for this conversation only, and a client who
    writes again in one that was not ours is announced again. Raises NotAllowed.
    """
    found = await message(session, actor=actor, interaction_id=interaction_id, now=now)
    values = {"spam": True} if mark is Mark.SPAM else {"dismissed_at": now}
    ids = await _all_of(session, found.thread)
    await session.execute(update(Thread).where(Thread.id.in_(ids)).values(values))
    name = "sender.spam" if mark is Mark.SPAM else "conversation.dismissed"
    events.record(
        session,
        name,
        now=now,
        client_id=found.interaction.client_id,
        staff_id=actor.id,
        thread_id=found.thread.id,
    )
    await _refresh(session, ids, now)


async def take_back(session: AsyncSession, *, actor: Staff, interaction_id: int, now: datetime) -> None:
    """Undoes `put_aside`: the conversation is to be answered again. Raises NotAllowed."""
    found = await message(session, actor=actor, interaction_id=interaction_id, now=now)
    ids = await _all_of(session, found.thread)
    await session.execute(update(Thread).where(Thread.id.in_(ids)).values(spam=False, dismissed_at=None))
    events.record(
        session,
        "conversation.taken_back",
        now=now,
        client_id=found.interaction.client_id,
        staff_id=actor.id,
        thread_id=found.thread.id,
    )
    await _refresh(session, ids, now)


async def _hand_in(session: AsyncSession, given: Message, person: Staff, now: datetime) -> None:
    """Shows the message to whoever has the conversation now, also where they had seen it before."""
    await enqueue_card(
        session,
        chat_id=person.telegram_id or 0,
        staff_id=person.id,
        card=given.card,
        card_id=given.interaction.id,
        now=now,
        dedupe_key=keys.conversation_given(given.interaction.id, person.id, now),
        priority=PRIORITY_PERSON,
    )


async def _all_of(session: AsyncSession, thread: Thread) -> list[int]:
    """A client's conversation alone; of an unknown sender all there are."""
    if thread.client_id is not None:
        return [thread.id]
    query = select(Thread.id).where(
        Thread.channel == thread.channel, Thread.address == thread.address, Thread.client_id.is_(None)
    )
    return list((await session.execute(query)).scalars())


async def _refresh(session: AsyncSession, thread_ids: Sequence[int], now: datetime) -> None:
    query = (
        select(CardMessage)
        .join(Interaction, Interaction.id == CardMessage.card_id)
        .where(CardMessage.card == tray.CARD, Interaction.thread_id.in_(thread_ids))
        .order_by(CardMessage.id.desc())
        .limit(_FOLLOWED_CARDS)
    )
    for hanging in (await session.execute(query)).scalars():
        await cards.refresh_one(session, hanging, now=now)
