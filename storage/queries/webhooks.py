"""Calls to other programs as rows: claimed under a lease, settled only by whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import literal_column, select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import real_now
from storage.models import WebhookCall

_PLANNED = text("webhook_call.state = 'planned'")
_CALLING = text("webhook_call.state = 'calling'")


class Claimed(NamedTuple):
    """A call that is ours to make; `attempts` counts this one."""

    id: int
    url: str
    body: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status and the first words, or none and why. `final`: trying again would be in vain."""

    status: int | None
    reply: str = ""
    final: bool = False

    @property
    def is_yes(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


async def anything_due(session: AsyncSession, *, now: datetime) -> bool:
    """A look that takes no lock."""
    waiting = select(WebhookCall.id).where(_PLANNED, WebhookCall.due_at <= now).limit(1)
    lapsed = select(WebhookCall.id).where(_CALLING, WebhookCall.lease_expires_at < real_now()).limit(1)
    found = union_all(select(waiting.subquery()), select(lapsed.subquery())).limit(1)
    return (await session.execute(found)).first() is not None


async def claim(session: AsyncSession, *, now: datetime, token: str, seconds: float, limit: int) -> list[Claimed]:
    """Takes what is due, and what somebody who died held; leases are the host's real time."""
    real = real_now()
    lapsed = select(WebhookCall.id).where(_CALLING, WebhookCall.lease_expires_at < real).limit(limit)
    waiting = select(WebhookCall.id).where(_PLANNED, WebhookCall.due_at <= now)
    waiting = waiting.order_by(WebhookCall.due_at, WebhookCall.id).limit(limit)
    ids = [
        *(await session.execute(lapsed.with_for_update(skip_locked=True))).scalars(),
        *(await session.execute(waiting.with_for_update(skip_locked=True))).scalars(),
    ][:limit]
    if not ids:
        return []
    statement = (
        update(WebhookCall)
        .where(WebhookCall.id.in_(ids))
        .values(
            state=literal_column("'calling'"),
            lease_token=token,
            lease_expires_at=real + timedelta(seconds=seconds),
            attempts=WebhookCall.attempts + 1,
        )
        .returning(*(getattr(WebhookCall, name) for name in Claimed._fields))
        .execution_options(synchronize_session=False)
    )
    return sorted(Claimed(*row) for row in await session.execute(statement))


async def record(
    session: AsyncSession, *, call: Claimed, token: str, answer: Answer, due_at: datetime | None, now: datetime
) -> bool:
    """How a call ended, if it is still ours: answered, given up, or planned again at `due_at`."""
    values: dict[str, Any] = {
        "lease_token": None,
        "lease_expires_at": None,
        "status": answer.status,
        "reply": answer.reply[:500],
    }
    if answer.is_yes:
        values |= {"state": literal_column("'answered'"), "settled_at": now}
    elif answer.final or due_at is None:
        values |= {"state": literal_column("'given_up'"), "settled_at": now}
    else:
        values |= {"state": literal_column("'planned'"), "due_at": due_at}
    statement = (
        update(WebhookCall)
        .where(WebhookCall.id == call.id, _CALLING, WebhookCall.lease_token == token)
        .values(**values)
        .returning(WebhookCall.id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).first() is not None
