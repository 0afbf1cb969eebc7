"""Messages of which nobody knows whether they arrived: shown to their owner, who decides with one tap.

The provider is asked first (channels/outbox/reconciling.py); what it could not say within ten minutes is a person's
decision, never a machine's: sending again blindly would write twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue_card
from crm import cards, events, interactions, keys
from crm.access import Action, client_in_scope
from crm.errors import CrmError, NotAllowed
from crm.mailings import approving, drafting
from crm.writing import ASKED_AFTER
from storage.models import (
    Channel,
    Client,
    DeliveryState,
    Interaction,
    Mailing,
    MailingState,
    Outbox,
    Staff,
)

CARD: Final = "doubt"
MAILING_CARD: Final = "mailing_doubt"
# Older ones (a long downtime) are left to the cards and lists where they stand.
_ASKED_WITHIN: Final = timedelta(days=7)
_CHANNELS: Final = (Channel.SMS, Channel.EMAIL)
_UNKNOWN = text("outbox.state = 'unknown'")
ARRIVED: Final = "said-by-a-person"
AGAIN: Final = "sent-again-by-a-person"


class NotInDoubt(CrmError):
    """It is known by now what became of the message, or somebody decided already."""

    code = "deliveries.not_in_doubt"


@dataclass(frozen=True)
class Doubt:
    """A message in doubt as its card shows it; `open` until it is decided or known."""

    delivery: Outbox
    client: Client
    text: str
    open: bool


def is_open(delivery: Outbox, *, now: datetime) -> bool:
    """Whether a person is to decide about it now."""
    return (
        delivery.state is DeliveryState.UNKNOWN
        and delivery.client_id is not None
        and delivery.settled_at is not None
        and delivery.settled_at <= now - ASKED_AFTER
    )


def unasked(now: datetime) -> Select[int]:
    """Deliveries to customers in doubt for long enough."""
    return select(Outbox.id).where(
        _UNKNOWN,
        Outbox.channel.in_(_CHANNELS),
        Outbox.client_id.is_not(None),
        Outbox.settled_at <= now - ASKED_AFTER,
        Outbox.settled_at > now - _ASKED_WITHIN,
    )


async def ask(session: AsyncSession, *, now: datetime, limit: int = 500) -> int:
    """Asks who wrote each message, and who made each mailing, once. Returns how many were asked."""
    asked = 0
    query = unasked(now).where(Outbox.mailing_id.is_(None), Outbox.staff_id.is_not(None)).order_by(Outbox.id)
    rows = await session.execute(query.with_only_columns(Outbox.id, Outbox.attempts, Outbox.staff_id).limit(limit))
    for outbox_id, attempts, staff_id in rows.all():
        writer = await session.get_one(Staff, staff_id)
        key = keys.doubt(outbox_id, attempts, writer.id)
        asked += await _show(session, writer, CARD, outbox_id, key, now)
    of_mailings = unasked(now).where(Outbox.mailing_id.is_not(None))
    for mailing_id in (
        (await session.execute(of_mailings.with_only_columns(Outbox.mailing_id).distinct())).scalars().all()
    ):
        mailing = await session.get_one(Mailing, mailing_id)
        maker = await session.get_one(Staff, mailing.created_by_id)
        key = keys.mailing_doubt(mailing.id, now.date(), maker.id)
        asked += await _show(session, maker, MAILING_CARD, mailing.id, key, now)
    return asked


async def look(session: AsyncSession, *, actor: Staff, outbox_id: int, now: datetime) -> Doubt:
    """One message in doubt. Raises NotAllowed."""
    delivery = await session.get(Outbox, outbox_id)
    if delivery is None or delivery.client_id is None:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    client = await client_in_scope(session, actor=actor, client_id=delivery.client_id, action=Action.WRITE_TO_CLIENTS)
    said = select(Interaction.text).where(Interaction.outbox_id == delivery.id).limit(1)
    words = (await session.execute(said)).scalar_one_or_none() or ""
    return Doubt(delivery, client, words, is_open(delivery, now=now))


async def decide(session: AsyncSession, *, actor: Staff, outbox_id: int, arrived: bool, now: datetime) -> Outbox:
    """A person says that it arrived, or wants it sent again. Raises NotAllowed, NotInDoubt."""
    doubt = await look(session, actor=actor, outbox_id=outbox_id, now=now)
    if doubt.delivery.mailing_id is not None or not doubt.open:
        raise NotInDoubt
    if not await _settle(session, and_(Outbox.id == outbox_id), arrived=arrived, now=now):
        raise NotInDoubt
    await session.refresh(doubt.delivery)
    _record(session, actor, arrived, 1, now, client_id=doubt.client.id, outbox_id=outbox_id)
    await cards.refresh(session, CARD, outbox_id, now=now)
    query = select(Interaction.id).where(Interaction.outbox_id == outbox_id)
    for interaction_id in (await session.execute(query)).scalars().all():
        await cards.refresh(session, interactions.CARD, interaction_id, now=now)
    return doubt.delivery


async def of_mailing(session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime) -> tuple[Mailing, int]:
    """The mailing and how many of its messages a person is to decide about. Raises NotAllowed."""
    mailing = await drafting.get(session, actor=actor, mailing_id=mailing_id)
    query = select(func.count()).select_from(unasked(now).where(Outbox.mailing_id == mailing.id).subquery())
    return mailing, int((await session.execute(query)).scalar_one())


async def decide_mailing(session: AsyncSession, *, actor: Staff, mailing_id: int, arrived: bool, now: datetime) -> int:
    """The same for everything of a mailing that is in doubt; a finished one goes on. Returns how many.

    Raises NotAllowed, NotInDoubt, WrongState (a cancelled mailing sends nothing again).
    """
    mailing = await drafting.get(session, actor=actor, mailing_id=mailing_id, lock=True)
    if not arrived and mailing.state is MailingState.CANCELLED:
        raise approving.WrongState(state=mailing.state.value)
    doubtful = (await session.execute(unasked(now).where(Outbox.mailing_id == mailing.id))).scalars().all()
    settled = await _settle(session, Outbox.id.in_(doubtful), arrived=arrived, now=now) if doubtful else 0
    if not settled:
        raise NotInDoubt
    if not arrived and mailing.state is MailingState.FINISHED:
        mailing.state, mailing.finished_at = MailingState.RUNNING, None
    await session.flush()
    _record(session, actor, arrived, settled, now, mailing_id=mailing.id)
    for card in (MAILING_CARD, approving.CARD):
        await cards.refresh(session, card, mailing.id, now=now)
    return settled


async def _settle(session: AsyncSession, which: Any, *, arrived: bool, now: datetime) -> int:
    """Rows that are still in doubt get their word; what was known meanwhile stays."""
    values: dict[str, Any] = {"state": DeliveryState.PLANNED, "due_at": now, "settled_at": None, "reason": AGAIN}
    if arrived:
        values = {
            "state": DeliveryState.DELIVERED,
            "sent_at": func.coalesce(Outbox.sent_at, Outbox.settled_at),
            "settled_at": now,
            "reason": ARRIVED,
        }
    statement = (
        update(Outbox)
        .where(which, _UNKNOWN)
        .values(values)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len((await session.execute(statement)).all())


def _record(session: AsyncSession, actor: Staff, arrived: bool, count: int, now: datetime, **about: Any) -> None:
    facts = {"arrived": arrived, "deliveries": count} | about
    client_id = facts.pop("client_id", None)
    events.record(session, "delivery.decided", now=now, client_id=client_id, staff_id=actor.id, **facts)


async def _show(session: AsyncSession, to: Staff, card: str, card_id: int, key: str, now: datetime) -> bool:
    if not to.active or to.telegram_id is None:
        return False
    planned = await enqueue_card(
        session,
        chat_id=to.telegram_id,
        staff_id=to.id,
        card=card,
        card_id=card_id,
        now=now,
        dedupe_key=key,
        priority=PRIORITY_PERSON,
    )
    return planned is not None
