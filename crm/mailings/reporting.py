"""What came of a mailing, from the ledger alone: the figures always add up to the plan."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm.consent import QUIET, WINDOW
from crm.frequency import CAPPED
from crm.mailings.pace import pace
from storage.models import (
    DELIVERY_WAITING,
    BounceKind,
    DeliveryState,
    Mailing,
    MailingState,
    TouchKind,
)
from storage.queries import mailings as queries
from storage.queries import outbox as ledger
from storage.queries import tracking as touches

HELD_REASONS = (QUIET, WINDOW, CAPPED)
COUNTED = 20_000  # of those held; a card says "more than" beyond it


@dataclass(frozen=True)
class Progress:
    """Deliveries by state, and what people did with them. `planned_rows` is what the expansion says it put down.

    `touches` count deliveries by kind and by whether only machines did it; `returned` by what came back.
    """

    state: MailingState
    counts: dict[DeliveryState, int]
    planned_rows: int
    touches: Mapping[tuple[TouchKind, bool], int]
    returned: Mapping[BounceKind, int]
    held: tuple[Held, ...] = ()
    per_minute: int | None = None  # as it went lately; None: not known, or it stands

    @property
    def planned(self) -> int:
        return sum(self.counts.values())

    @property
    def sums(self) -> dict[str, int]:
        """What the plan is made of: sent (delivered ones too), failed, suppressed, unknown, cancelled, waiting."""
        lost = (DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED)
        return {"sent": self.sent, **{one.value: self.counts[one] for one in lost}, "waiting": self.waiting}

    @property
    def adds_up(self) -> bool:
        """Whether every planned delivery is in exactly one of the sums."""
        return sum(self.sums.values()) == self.planned_rows

    @property
    def answered(self) -> int:
        """Recipients whose message answers this mailing's; a note of absence answers nothing."""
        return self.touches.get((TouchKind.ANSWER, False), 0)

    @property
    def clicked(self) -> int:
        return self.touches.get((TouchKind.CLICK, False), 0)

    @property
    def opened(self) -> int:
        """At least so many: whose picture nobody loads, and whose a proxy loaded, may have read it or not."""
        return self.touches.get((TouchKind.OPEN, False), 0)

    @property
    def unsubscribed(self) -> int:
        return self.touches.get((TouchKind.UNSUBSCRIBE, False), 0)

    @property
    def bounced(self) -> int:
        """Came back, soon or late; complaints are not among them."""
        return sum(count for kind, count in self.returned.items() if kind is not BounceKind.COMPLAINT)

    @property
    def minutes_left(self) -> int | None:
        """At the pace of the last minutes, for those that nothing holds; None: it cannot be said."""
        moving = self.waiting - sum(one.count for one in self.held)
        return math.ceil(moving / self.per_minute) if self.per_minute and moving > 0 else None

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
        touched = ".".join(f"{kind}{by_machine:d}{n}" for (kind, by_machine), n in sorted(self.touches.items()))
        said = f"{self.state.value}:{figures}:{touched}:{self.bounced}:{held}:{self.per_minute}:{self.planned_rows}"
        return hashlib.blake2b(said.encode(), digest_size=20).hexdigest()


@dataclass(frozen=True)
class Held:
    """How many of those who wait are held for one reason, and when the first of them goes (`is_all` no: at least so many)."""

    reason: str
    count: int
    until: datetime
    is_all: bool = True


async def progress(session: AsyncSession, *, mailing: Mailing, now: datetime | None = None) -> Progress:
    """How far it is; who is held for what reason, and how fast it goes, is looked at where `now` is given."""
    counts = await ledger.totals(session, mailing_id=mailing.id)
    held: tuple[Held, ...] = ()
    if now is not None and counts[DeliveryState.PLANNED]:
        rows = await queries.held(session, mailing=mailing, reasons=HELD_REASONS, now=now, most=COUNTED)
        is_all = sum(count for _, count, _ in rows) < COUNTED
        held = tuple(Held(reason, count, until, is_all) for reason, count, until in rows)
    done = mailing.planned - sum(counts[state] for state in DELIVERY_WAITING)
    return Progress(
        state=mailing.state,
        counts=counts,
        planned_rows=mailing.planned,
        touches=await touches.figures(session, mailing_id=mailing.id),
        returned=await touches.returned(session, mailing_id=mailing.id),
        held=held,
        per_minute=await pace(session, mailing=mailing, done=done, now=now) if now is not None else None,
    )
