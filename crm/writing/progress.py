"""Cards of messages we sent follow what really happened to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, String, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import cards
from crm.interactions import CARD
from storage.models import DELIVERY_IN_FLIGHT, CardMessage, DeliveryState, Interaction, Outbox

FOLLOWED_FOR = timedelta(days=7)  # afterwards a card is no longer edited


async def show_progress(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """Cards of messages we sent follow what really happened to them. Returns how many are edited."""
    query = changed_cards(now).with_only_columns(CardMessage, Outbox.state).limit(limit)
    rows = (await session.execute(query)).all()
    for hanging, state in rows:
        first, hanging.shown = hanging.shown is None, state.value
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
            CardMessage.shown.is_distinct_from(cast(Outbox.state, String)),
        )
    )
