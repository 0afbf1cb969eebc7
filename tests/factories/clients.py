"""Clients for tests, with contact points when asked."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Client, ContactKind, ContactPoint, Staff

_numbers = count(1)


async def make_client(
    session: AsyncSession,
    name: str | None = None,
    *,
    owner: Staff | None = None,
    email: str | None = None,
    phone: str | None = None,
    **fields: Any,
) -> Client:
    created = fields.setdefault("created_at", datetime(2026, 11, 1, tzinfo=UTC))
    fields.setdefault("updated_at", created)
    client = Client(name=name or f"Client {next(_numbers)}", owner_id=owner.id if owner else None, **fields)
    session.add(client)
    await session.flush()
    for kind, value in ((ContactKind.EMAIL, email), (ContactKind.PHONE, phone)):
        if value:
            session.add(ContactPoint(client_id=client.id, kind=kind, value=value, is_primary=True, created_at=created))
    await session.flush()
    return client
