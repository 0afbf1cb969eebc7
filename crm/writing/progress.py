"""Cards of messages we sent follow what really happened to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm import cards
from crm.interactions import CARD
from storage.models import DELIVERY_IN_DOUBT, DELIVERY_IN_FLIGHT, CardMessage, DeliveryState, Interaction, Outbox

FOLLOWED_FOR = timedelta(days=7)  # afterwards a card is no longer edited


async def show_progress(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """Edits the cards whose message got further, or came back. Returns how many."""
    query = changed_cards(now).with_only_columns(CardMessage, Outbox.state, _shown()).limit(limit)
    rows = (await session.execute(query)).all()
    for hanging, state, shown in rows:
        first, hanging.shown = hanging.shown is None, shown
        if not (first and state is DeliveryState.PLANNED):
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
            CardMessage.shown.is_distinct_from(_shown()),
        )
    )


def _shown() -> ColumnElement[str]:
    """What a card shows, in a few letters: the state; with more recipients also how many others got it or did not."""
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
    return cast(Outbox.state, String) + others
