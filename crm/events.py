"""What happened, written down in the same transaction: the audit, and the feed automations read past a cursor."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import DomainEvent


def record(
    session: AsyncSession,
    name: str,
    *,
    now: datetime,
    client_id: int | None = None,
    staff_id: int | None = None,
    **facts: object,
) -> None:
    """Adds one event, `noun.verb` in the past tense (`client.created`); facts must be JSON values and hold no message bodies."""
    session.add(DomainEvent(name=name, client_id=client_id, staff_id=staff_id, facts=facts, at=now))
