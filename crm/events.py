"""What happened, written down in the same transaction: the audit, and the feed automations read past a cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import DomainEvent

CHAIN: Final = "chain"
"""The fact that names the automations an event came from, by id, the last one last. People's own doings have none."""


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
    if chain := session.info.get(CHAIN):
        facts[CHAIN] = list(chain)
    session.add(DomainEvent(name=name, client_id=client_id, staff_id=staff_id, facts=facts, at=now))


@contextmanager
def caused_by(session: AsyncSession, chain: Sequence[int]) -> Iterator[None]:
    """What is recorded inside comes from these automations: how one that sets itself off again is noticed."""
    before = session.info.get(CHAIN)
    session.info[CHAIN] = tuple(chain)
    try:
        yield
    finally:
        session.info[CHAIN] = before
