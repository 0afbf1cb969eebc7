"""Puts a message into the ledger, in the caller's transaction: the only way anything reaches a customer or a colleague later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Channel, DeliveryState, Outbox
from storage.queries.inbox import Unit, is_postgres

PRIORITY_PERSON = 0  # somebody is waiting for it
PRIORITY_REMINDER = 5
PRIORITY_MAILING = 9


async def enqueue(
    session: Unit,
    *,
    channel: Channel,
    kind: str,
    address: str,
    now: datetime,
    due_at: datetime | None = None,
    priority: int = PRIORITY_REMINDER,
    dedupe_key: str | None = None,
    payload: Mapping[str, Any] | None = None,
    client_id: int | None = None,
    staff_id: int | None = None,
    marketing: bool = False,
    message_id: str | None = None,
) -> int | None:
    """Inserts one planned delivery and returns its id; None when `dedupe_key` is in the ledger already.

    `kind` names what composes the message at send time (`email`, `sms`, `card`, `card_edit`, `mailing`).
    """
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    statement = (
        insert(Outbox)
        .values(
            channel=channel,
            kind=kind,
            address=address,
            state=DeliveryState.PLANNED,
            priority=priority,
            due_at=due_at or now,
            dedupe_key=dedupe_key,
            payload=dict(payload or {}),
            client_id=client_id,
            staff_id=staff_id,
            marketing=marketing,
            message_id=message_id,
            attempts=0,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Outbox.id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def enqueue_card(
    session: AsyncSession,
    *,
    chat_id: int,
    staff_id: int,
    card: str,
    card_id: int,
    now: datetime,
    dedupe_key: str,
    due_at: datetime | None = None,
    priority: int = PRIORITY_REMINDER,
    facts: Mapping[str, Any] | None = None,
) -> int | None:
    """Plans a card for a colleague: its kind and id only, rendered in the reader's language when it is sent."""
    return await enqueue(
        session,
        channel=Channel.TELEGRAM,
        kind="card",
        address=str(chat_id),
        now=now,
        due_at=due_at,
        priority=priority,
        dedupe_key=dedupe_key,
        payload={"card": card, "card_id": card_id, **(facts or {})},
        staff_id=staff_id,
    )


@dataclass(frozen=True, slots=True)
class PlannedCard:
    """One card of many for colleagues."""

    chat_id: int
    staff_id: int
    card: str
    card_id: int
    dedupe_key: str


async def enqueue_cards(session: AsyncSession, cards: Sequence[PlannedCard], *, now: datetime) -> None:
    """Plans many cards at once, due now; those whose keys are in the ledger already are left alone."""
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    rows = [
        {
            "channel": Channel.TELEGRAM,
            "kind": "card",
            "address": str(card.chat_id),
            "state": DeliveryState.PLANNED,
            "priority": PRIORITY_REMINDER,
            "due_at": now,
            "dedupe_key": card.dedupe_key,
            "payload": {"card": card.card, "card_id": card.card_id},
            "staff_id": card.staff_id,
            "marketing": False,
            "attempts": 0,
            "created_at": now,
        }
        for card in cards
    ]
    if rows:
        statement = insert(Outbox.__table__).on_conflict_do_nothing(index_elements=["dedupe_key"])  # type: ignore[arg-type]
        await (await session.connection()).execute(statement, rows)
