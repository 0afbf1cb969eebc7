"""Cards stay true: when a thing changes, every copy of its card that hangs in a chat is edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from crm import keys
from storage.models import CardMessage, Channel


async def refresh(
    session: AsyncSession, card: str, card_id: int, *, now: datetime, except_message: tuple[int, int] | None = None
) -> int:
    """Plans an edit of every hanging copy; `except_message` (chat, message) is the copy whoever pressed sees edited at once."""
    rows = await session.execute(select(CardMessage).where(CardMessage.card == card, CardMessage.card_id == card_id))
    planned = 0
    for hanging in rows.scalars():
        if except_message == (hanging.chat_id, hanging.message_id):
            continue
        await refresh_one(session, hanging, now=now)
        planned += 1
    return planned


async def refresh_one(session: AsyncSession, hanging: CardMessage, *, now: datetime) -> None:
    """Plans an edit of one hanging copy."""
    await enqueue(
        session,
        channel=Channel.TELEGRAM,
        kind="card_edit",
        address=str(hanging.chat_id),
        now=now,
        priority=PRIORITY_PERSON,
        dedupe_key=keys.card_edit(hanging.id, now),
        payload={"card": hanging.card, "card_id": hanging.card_id, "message_id": hanging.message_id},
        staff_id=hanging.staff_id,
    )
