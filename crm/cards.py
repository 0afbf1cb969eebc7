"""Cards stay true: when a thing changes, every copy of its card that hangs in a chat is edited."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from crm import keys
from storage.models import CardMessage, Channel, Outbox

# By then a card that Telegram took is noted as hanging.
NOTED_WITHIN = timedelta(seconds=2)
_IN_FLIGHT = text("outbox.state IN ('claimed', 'sending')")
_PLANNED = text("outbox.state = 'planned'")


async def refresh(
    session: AsyncSession, card: str, card_id: int, *, now: datetime, except_message: tuple[int, int] | None = None
) -> int:
    """Plans an edit of every hanging copy; `except_message` (chat, message) is the copy whoever pressed sees edited at once.

    An edit of that copy that is on its way is known for old by then: `channels.outbox.edits`.
    """
    rows = await session.execute(select(CardMessage).where(CardMessage.card == card, CardMessage.card_id == card_id))
    planned = 0
    for hanging in rows.scalars():
        if except_message == (hanging.chat_id, hanging.message_id):
            continue
        await refresh_one(session, hanging, now=now)
        planned += 1
    return planned + await _refresh_what_is_on_its_way(session, card, card_id, now=now)


async def _refresh_what_is_on_its_way(session: AsyncSession, card: str, card_id: int, *, now: datetime) -> int:
    """A card that is being sent right now was rendered before the change and hangs nowhere yet: it is edited once it does.

    On PostgreSQL one that waited when this transaction looked may be rendered before it commits, so what is due counts too.
    """
    postgres = session.get_bind().dialect.name == "postgresql"
    near = or_(_IN_FLIGHT, and_(_PLANNED, Outbox.due_at <= now + NOTED_WITHIN)) if postgres else _IN_FLIGHT
    query = select(Outbox.id, Outbox.address, Outbox.staff_id).where(
        Outbox.channel == Channel.TELEGRAM,
        Outbox.kind == "card",
        near,
        Outbox.payload["card"].as_string() == card,
        Outbox.payload["card_id"].as_integer() == card_id,
    )
    rows = (await session.execute(query)).all()
    for row in rows:
        await enqueue(
            session,
            channel=Channel.TELEGRAM,
            kind="card_edit",
            address=row.address,
            now=now,
            due_at=now + NOTED_WITHIN,
            priority=PRIORITY_PERSON,
            dedupe_key=keys.card_on_its_way(row.id, now),
            payload={"card": card, "card_id": card_id, "wherever": True},
            staff_id=row.staff_id,
        )
    return len(rows)


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
