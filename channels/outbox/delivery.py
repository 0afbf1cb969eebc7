"""What the worker and those who serve it agree on: a claimed delivery, what composes it, and the last word before it goes.

crm and bot implement composers and the gate; the worker is handed them and imports neither.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import OutgoingCall, OutgoingChat, OutgoingEmail, OutgoingSms
from storage.models import SuppressionReason
from storage.queries.outbox import Delivery

__all__ = [
    "Cancel",
    "Clock",
    "Composed",
    "Composer",
    "Delivery",
    "Drop",
    "Gate",
    "Hold",
    "ManyComposer",
    "Message",
    "SendNow",
    "Suppress",
    "Verdict",
]

Message = OutgoingEmail | OutgoingSms | OutgoingCall | OutgoingChat


@dataclass(frozen=True, slots=True)
class Drop:
    """There is nothing to say any more (the card's thing is gone, the text is empty): the delivery ends as cancelled.

    `failed`: something was to be said and cannot be; the delivery ends as failed, and its reason names what is missing.
    """

    reason: str
    failed: bool = False


Composed = Message | Drop
Composer = Callable[[AsyncSession, Delivery], Awaitable[Composed]]
"""Makes the message of one delivery from what is true now. It only reads."""


@runtime_checkable
class ManyComposer(Protocol):
    """A composer that reads what a whole batch needs at once; a delivery it raises for singly fails alone."""

    async def __call__(self, session: AsyncSession, delivery: Delivery, /) -> Composed: ...

    async def many(self, session: AsyncSession, deliveries: Sequence[Delivery], /) -> Mapping[int, Composed]:
        """Messages by delivery id. What is missing from the answer is composed singly."""
        ...


@dataclass(frozen=True, slots=True)
class SendNow:
    """Nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Suppress:
    """The address or its owner does not want it: the delivery ends as suppressed."""

    reason: SuppressionReason | str


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now (quiet hours, a cap): planned again, due at `until` (product time)."""

    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Not any more (its mailing was cancelled)."""

    reason: str


Verdict = SendNow | Suppress | Hold | Cancel
Gate = Callable[[AsyncSession, Sequence[Delivery], datetime], Awaitable[Mapping[int, Verdict]]]
"""The last word at send time, by delivery id; a delivery it does not mention may go."""


class Clock(Protocol):
    """Product time."""

    def now(self) -> datetime: ...
