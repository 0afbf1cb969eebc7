"""What came of a mailing, from the ledger alone: the figures always add up to the plan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import Action, check
from crm.consent import QUIET, WINDOW
from crm.frequency import CAPPED
from storage.models import (
    DELIVERY_WAITING,
    Client,
    DeliveryState,
    Direction,
    Interaction,
    Mailing,
    MailingState,
    Outbox,
    Staff,
)
from storage.queries import mailings as queries
from storage.queries import outbox as ledger

HELD_REASONS = (QUIET, WINDOW, CAPPED)
COUNTED = 20_000  # of those held; a card says "more than" beyond it


@dataclass(frozen=True)
class Progress:
    """Deliveries by state; planned = sent + delivered + failed + suppressed + unknown + cancelled + waiting."""

    state: MailingState
    counts: dict[DeliveryState, int]
    answered: int
    held: tuple[Held, ...] = ()

    @property
    def planned(self) -> int:
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        return sum(self.counts[state] for state in DELIVERY_WAITING)

    @property
    def sent(self) -> int:
        """Accepted by the provider, delivered ones included."""
        return self.counts[DeliveryState.SENT] + self.counts[DeliveryState.DELIVERED]

    def fingerprint(self) -> str:
        """Changes exactly when a card of the mailing would read differently."""
        figures = ".".join(str(self.counts[state]) for state in DeliveryState)
        held = ".".join(f"{one.reason}{one.count}{one.until.isoformat()}" for one in self.held)
        said = f"{self.state.value}:{figures}:{self.answered}:{held}"
        return hashlib.blake2b(said.encode(), digest_size=20).hexdigest()


@dataclass(frozen=True)
class Held:
    """How many of those who wait are held for one reason, and when the first of them goes (`is_all` no: at least so many)."""

    reason: str
    count: int
    until: datetime
    is_all: bool = True


@dataclass(frozen=True)
class Missed:
    """Somebody who did not get it, and why."""

    outbox_id: int
    client_id: int | None
    client_name: str
    address: str
    state: DeliveryState
    reason: str
    code: str


async def progress(session: AsyncSession, *, mailing: Mailing, now: datetime | None = None) -> Progress:
    """How far it is; who is held for what reason is counted where `now` is given."""
    counts = await ledger.totals(session, mailing_id=mailing.id)
    held: tuple[Held, ...] = ()
    if now is not None and counts[DeliveryState.PLANNED]:
        rows = await queries.held(session, mailing=mailing, reasons=HELD_REASONS, now=now, most=COUNTED)
        is_all = sum(count for _, count, _ in rows) < COUNTED
        held = tuple(Held(reason, count, until, is_all) for reason, count, until in rows)
    return Progress(mailing.state, counts, await _answered(session, mailing), held)


async def missed(
    session: AsyncSession, *, actor: Staff, mailing: Mailing, limit: int, offset: int = 0
) -> tuple[list[Missed], int]:
    """Who did not get it and why, and how many they are. Raises NotAllowed."""
    check(actor, Action.RUN_MAILINGS)
    states = (DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED)
    condition = (Outbox.mailing_id == mailing.id) & Outbox.state.in_(states)
    total = (await session.execute(select(func.count()).select_from(Outbox).where(condition))).scalar_one()
    query = (
        select(Outbox.id, Outbox.client_id, Client.name, Outbox.address, Outbox.state, Outbox.reason, Outbox.code)
        .join(Client, Client.id == Outbox.client_id, isouter=True)
        .where(condition)
        .order_by(Outbox.id)
        .limit(limit)
        .offset(offset)
    )
    rows = await session.execute(query)
    return [
        Missed(outbox_id, client_id, name or "", address, state, reason or "", code or "")
        for outbox_id, client_id, name, address, state, reason, code in rows
    ], total


async def _answered(session: AsyncSession, mailing: Mailing) -> int:
    """Recipients who wrote to us after it was sent to them, within two weeks of its start."""
    since: datetime | None = mailing.started_at
    if since is None:
        return 0
    query = (
        select(func.count(Outbox.client_id.distinct()))
        .join(Interaction, Interaction.client_id == Outbox.client_id)
        .where(
            Outbox.mailing_id == mailing.id,
            Outbox.sent_at.is_not(None),
            Interaction.direction == Direction.IN,
            Interaction.automatic.is_(False),  # a note of absence answers nothing
            Interaction.at >= Outbox.sent_at,
        )
    )
    return int((await session.execute(query)).scalar_one())
