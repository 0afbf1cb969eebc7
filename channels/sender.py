"""What the outbox asks of a channel: send one message, say how it ended, and never raise for the provider's faults.

The senders themselves lie beside their adapters: email/sender.py, sms/sender.py, telegram/sender.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from channels.message import Outcome, Phase, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Delivery, Message
from storage.models import Channel


class Ambiguity(StrEnum):
    """What a lost answer means for the channel."""

    RETRY = "retry"  # send again: the receiver can tell a copy (email keeps its Message-ID)
    PARK = "park"  # ask the provider or a person first


class Sender(Protocol):
    """One channel's way out. `concurrency` is how many sends it takes at once; `reconciles` whether the provider can be asked."""

    @property
    def channel(self) -> Channel: ...

    @property
    def ambiguous(self) -> Ambiguity: ...

    @property
    def concurrency(self) -> int: ...

    @property
    def reconciles(self) -> bool: ...

    @property
    def spacing(self) -> float:
        """Seconds the channel keeps between two messages to one address; 0 where it does not matter."""
        ...

    def ready_in(self, message: Message) -> float:
        """Seconds until the channel's own pace allows this message; 0 when it may go now."""
        ...

    def charges(self, delivery: Delivery, message: Message) -> Sequence[Charge]:
        """What the message takes of allowances that all processes share; empty where nothing is limited."""
        ...

    async def send(self, message: Message) -> SendResult: ...

    async def reconcile(
        self, delivery: Delivery, message: Message, *, since: datetime, known: Collection[str]
    ) -> SendResult | None:
        """Whether the provider has it after all: ACCEPTED, RETRY (it surely has not), or None when nobody can say yet.

        RATE_LIMITED when the provider wants to be left alone for `retry_after` seconds.

        `since` is when the last attempt began; `known` are provider ids of our other deliveries to the address.
        """
        ...

    async def close(self) -> None: ...


def wrong_message(message: Message) -> SendResult:
    """A composer made another channel's message: nothing can be sent, and a person has to look."""
    return SendResult(Outcome.PERMANENT, Phase.CONNECT, "wrong-message", type(message).__name__)
