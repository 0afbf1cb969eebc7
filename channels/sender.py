"""What the outbox asks of a channel: send one message, say how it ended, and never raise for the provider's faults.

The senders themselves lie beside their adapters: email/sender.py, sms/sender.py, telegram/sender.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

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


@dataclass(slots=True, eq=False)
class Handover:
    """A message handed out to whoever sends it; `ended` is called once with how that went.

    `good_until` (monotonic) is the end of the gate's word: what was not begun by then is `returned`, to be asked about again.
    """

    message: Message
    good_until: float
    ended: Callable[[SendResult], None]
    returned: Callable[[], None]


class Supply(Protocol):
    """Begun messages, for senders that take them themselves."""

    def waiting(self) -> bool:
        """Whether there is anything to take: worth opening a connection for."""
        ...

    def take(self) -> Handover | None:
        """The next message that may go now; from here on it counts as on the wire."""
        ...


@runtime_checkable
class StreamingSender(Sender, Protocol):
    """A sender that keeps its sessions busy better when it takes the messages than when it is given one at a time."""

    async def stream(self, supply: Supply) -> None:
        """Sends what is there over one session until nothing is; the pump calls it from `concurrency` tasks at once."""
        ...


def wrong_message(message: Message) -> SendResult:
    """A composer made another channel's message: nothing can be sent, and a person has to look."""
    return SendResult(Outcome.PERMANENT, Phase.CONNECT, "wrong-message", type(message).__name__)
