"""Cards of messages we sent follow what really happened to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm import cards
from crm.interactions import CARD
from storage.models import DELIVERY_IN_DOUBT, DELIVERY_IN_FLIGHT, CardMessage, DeliveryState, Interaction, Outbox

ASKED_AFTER = timedelta(minutes=10)  # a message in doubt is asked about: crm.deliveries.doubt
FOLLOWED_FOR = timedelta(days=7)  # afterwards a card is no longer edited


async def show_progress(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """Edits the cards whose message got further, or came back. Returns how many."""
    query = changed_cards(now).with_only_columns(CardMessage, _shown(now)).limit(limit)
    rows = (await session.execute(query)).all()
    for hanging, shown in rows:
        first, hanging.shown = hanging.shown is None, shown
        if not (first and shown == DeliveryState.PLANNED.value):
            await cards.refresh_one(session, hanging, now=now)
    return len(rows)


def changed_cards(now: datetime) -> Select[int]:
    """Cards that show another state of a delivery than is true now."""
    return (
        select(CardMessage.id)
        .join(Interaction, Interaction.id == CardMessage.card_id)
        .join(Outbox, Outbox.id == Interaction.outbox_id)
        .where(
            CardMessage.card == CARD,
            CardMessage.created_at > now - FOLLOWED_FOR,
            Outbox.state.not_in(DELIVERY_IN_FLIGHT),
            CardMessage.shown.is_distinct_from(_shown(now)),
        )
    )


def _shown(now: datetime) -> ColumnElement[str]:
    """What a card shows, in a few letters: the state; why it waits for another try; that a person is to decide.

    With more recipients also how many others got it or did not.
    """
    other = aliased(Outbox)

    def counted(*states: DeliveryState) -> ColumnElement[str]:
        return cast(func.coalesce(func.sum(case((other.state.in_(states), 1), else_=0)), 0), String)

    arrived = counted(DeliveryState.SENT)
    surely, doubtful = counted(DeliveryState.DELIVERED), counted(*DELIVERY_IN_DOUBT)
    others = (
        select(case((func.count() == 0, ""), else_="+" + arrived + "/" + surely + "/" + doubtful))
        .select_from(other)
        .where(other.message_id == Interaction.message_id, other.id != Outbox.id)
        .correlate(Interaction, Outbox)
        .scalar_subquery()
    )
    state = cast(Outbox.state, String)
    again = (Outbox.state == DeliveryState.PLANNED) & Outbox.code.is_not(None)
    doubt = (Outbox.state == DeliveryState.UNKNOWN) & (Outbox.settled_at <= now - ASKED_AFTER)
    own = case((again, state + ":" + Outbox.code), (doubt, state + "?"), else_=state)
    return func.substr(own + others, 1, 40)
