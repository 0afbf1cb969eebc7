"""Channels that stand still, days whose allowance is used up, and arrivals nobody could take in: who is told, once.

A channel stands still while a provider refuses our own account, sender or texts (RELIABILITY's "stop and alert"). What
was to be sent waits; admins learn what the provider says, and that it goes on again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Select, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from channels.sms.terms import DAY_SCOPE
from crm import cards, keys
from storage.models import CardMessage, Channel, DeliveryState, Inbox, InboxSource, Meta, Outbox, Role, Staff
from storage.queries import halts

CARD: Final = "halt"
CAP_CARD: Final = "sms_cap"
ASIDE_CARD: Final = "set_aside"
# The words the pump leaves on what an allowance held back.
HELD_BY_CAP: Final = f"throttled: {DAY_SCOPE}"
_OVER: Final = "over"
_FOLLOWED_FOR: Final = timedelta(days=7)
# An arrival is set aside within moments, so the newest rows are enough to look at, however long the table is.
_NEWEST: Final = 20_000
_SET_ASIDE_AT_ONCE: Final = 20


@dataclass(frozen=True)
class Halt:
    """What stopped a channel, in the provider's code and words; `stands` while nothing goes out."""

    channel: Channel
    code: str
    words: str
    stands: bool


def standing_channels(_now: datetime) -> Select[int]:
    """Whether any channel stands still, or a card may still say so."""
    hanging = exists().where(CardMessage.card == CARD, CardMessage.shown.is_distinct_from(_OVER))
    stands = exists().where(Meta.key.startswith("halted:"))
    return select(literal(1)).where(stands | hanging)


async def tell_of_halts(session: AsyncSession, *, now: datetime) -> int:
    """Admins get a card for each channel that stands still; it is edited when something goes out again."""
    standing = await halts.standing(session)
    told = 0
    for delivery_id in standing.values():
        for admin in await _told(session, Role.ADMIN):
            told += await _send(session, admin, CARD, delivery_id, now)
    query = select(CardMessage).where(
        CardMessage.card == CARD,
        CardMessage.shown.is_distinct_from(_OVER),
        CardMessage.card_id.not_in(standing.values()),
        CardMessage.created_at > now - _FOLLOWED_FOR,
    )
    for hanging in (await session.execute(query)).scalars().all():
        hanging.shown = _OVER
        await cards.refresh_one(session, hanging, now=now)
        told += 1
    return told


async def halt(session: AsyncSession, *, delivery_id: int) -> Halt | None:
    """What a card says of a halt."""
    found = await halts.words_of(session, delivery_id=delivery_id)
    if found is None:
        return None
    channel, code, words = found
    return Halt(channel, code, words, delivery_id in (await halts.standing(session)).values())


def held_by_cap(_now: datetime) -> Select[int]:
    """SMS that wait because the day's allowance is used up."""
    return select(Outbox.id).where(
        Outbox.channel == Channel.SMS, Outbox.state == DeliveryState.PLANNED, Outbox.reason == HELD_BY_CAP
    )


async def tell_of_cap(session: AsyncSession, *, now: datetime) -> int:
    """Managers and admins learn, once a day, that SMS wait for tomorrow."""
    waiting = await session.execute(held_by_cap(now).where(Outbox.due_at > now).limit(1))
    if waiting.first() is None:
        return 0
    told = 0
    for person in await _told(session, Role.ADMIN, Role.MANAGER):
        told += await _send(session, person, CAP_CARD, day_number(now), now)
    return told


async def waiting_for(session: AsyncSession, *, day: int) -> int:
    """How many SMS the cap of that day holds back still."""
    ends = day_ends(day)
    query = select(func.count()).select_from(held_by_cap(ends).where(Outbox.due_at >= ends).subquery())
    return int((await session.execute(query)).scalar_one())


@dataclass(frozen=True)
class SetAside:
    """An SMS, or news of a call, that could not be handled; of a mail the tray tells."""

    is_call: bool
    sender: str
    text: str
    at: datetime


def set_aside(now: datetime) -> Select[int]:
    """Arrivals given up after their last try, lately."""
    newest = select(func.max(Inbox.id)).scalar_subquery()
    return select(Inbox.id).where(
        Inbox.id > newest - _NEWEST,
        Inbox.source.in_((InboxSource.SMS, InboxSource.CALL)),
        Inbox.processed_at > now - _FOLLOWED_FOR,
        Inbox.error.is_not(None),
    )


async def tell_of_set_aside(session: AsyncSession, *, now: datetime) -> int:
    """Managers and admins are shown each such arrival as it came: a customer waits for an answer, whatever our fault was."""
    rows = await session.execute(set_aside(now).order_by(Inbox.id.desc()).limit(_SET_ASIDE_AT_ONCE))
    people = await _told(session, Role.ADMIN, Role.MANAGER)
    told = 0
    for inbox_id in rows.scalars().all():
        for person in people:
            told += await _send(session, person, ASIDE_CARD, inbox_id, now)
    return told


async def arrival(session: AsyncSession, *, inbox_id: int) -> SetAside | None:
    """What a card says of it; None when it is gone or was handled after all."""
    row = await session.get(Inbox, inbox_id)
    if row is None or row.error is None or row.source not in (InboxSource.SMS, InboxSource.CALL):
        return None
    is_call = row.source is InboxSource.CALL
    fields = row.payload.get("fields", {}) if is_call else row.payload
    return SetAside(is_call, str(fields.get("From", ""))[:60], str(fields.get("Body", "")), row.received_at)


def day_number(now: datetime) -> int:
    """The day of an allowance: days are UTC's, as for everybody who shares it."""
    return now.astimezone(UTC).date().toordinal()


def day_ends(day: int) -> datetime:
    return datetime.fromordinal(day + 1).replace(tzinfo=UTC)


async def _told(session: AsyncSession, *roles: Role) -> Sequence[Staff]:
    query = select(Staff).where(Staff.active.is_(True), Staff.telegram_id.is_not(None), Staff.role.in_(roles))
    people = (await session.execute(query.order_by(Staff.id))).scalars().all()
    if people or Role.MANAGER in roles:
        return people
    return await _told(session, *roles, Role.MANAGER)


async def _send(session: AsyncSession, to: Staff, card: str, card_id: int, now: datetime) -> bool:
    planned = await enqueue_card(
        session,
        chat_id=to.telegram_id or 0,
        staff_id=to.id,
        card=card,
        card_id=card_id,
        now=now,
        dedupe_key=keys.notice(card, card_id, to.id),
        priority=PRIORITY_PERSON,
    )
    return planned is not None
