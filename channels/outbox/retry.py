"""What follows from how an attempt ended: one pure function from outcome to the row's next state and moment.

Backoff is exponential with a jitter that depends only on the delivery and the try, so that a plan can be recomputed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channels.message import Outcome, SendResult
from storage.models import Channel, DeliveryState


@dataclass(frozen=True, slots=True)
class Policy:
    """How patiently a channel tries: first delay, longest delay, and for how long in all."""

    first: timedelta
    longest: timedelta
    give_up_after: timedelta


POLICIES: dict[Channel, Policy] = {
    # RFC 5321 4.5.4.1: give up after four to five days; greylisting needs a few minutes first.
    Channel.EMAIL: Policy(timedelta(minutes=1), timedelta(hours=4), timedelta(days=5)),
    Channel.SMS: Policy(timedelta(seconds=30), timedelta(hours=2), timedelta(hours=24)),
    Channel.TELEGRAM: Policy(timedelta(seconds=2), timedelta(minutes=15), timedelta(hours=24)),
}
# Our own account or settings are at fault: nothing of the channel goes until a person mended it or this passed.
HALT_PAUSE = timedelta(minutes=5)
# A provider that names no time for its pause.
DEFAULT_PAUSE = timedelta(seconds=5)
_JITTER = 0.25


@dataclass(frozen=True, slots=True)
class Decision:
    """The row's next state. `due_at` is set for PLANNED; `spare` says the try does not count; `pause` stops the channel."""

    state: DeliveryState
    due_at: datetime | None = None
    spare: bool = False
    pause: timedelta | None = None
    suppress: bool = False


def decide(
    *,
    result: SendResult,
    channel: Channel,
    delivery_id: int,
    attempts: int,
    created_at: datetime,
    now: datetime,
    park: bool,
) -> Decision:
    """`attempts` counts this one; `park` is the channel's policy for a lost answer (else it is tried again)."""
    match result.outcome:
        case Outcome.ACCEPTED:
            return Decision(DeliveryState.SENT)
        case Outcome.PERMANENT:
            return Decision(DeliveryState.FAILED)
        case Outcome.SUPPRESS:
            return Decision(DeliveryState.FAILED, suppress=True)
        case Outcome.RATE_LIMITED:
            wait = DEFAULT_PAUSE if result.retry_after is None else timedelta(seconds=result.retry_after)
            # A pause of the channel holds its claims; one of the recipient's domain holds only what goes there.
            held = now + wait if result.of_recipient else now
            return Decision(DeliveryState.PLANNED, due_at=held, spare=True, pause=wait)
        case Outcome.HALT:
            # Tried again after the others, ever more rarely: a message that alone meets the fault must not stop them all.
            again = _again(result, channel, delivery_id, attempts, created_at, now)
            due_at = None if again.due_at is None else max(again.due_at, now + HALT_PAUSE)
            return replace(again, due_at=due_at, pause=HALT_PAUSE)
        case Outcome.UNKNOWN if park:
            return Decision(DeliveryState.UNKNOWN)
        case Outcome.UNKNOWN | Outcome.RETRY | Outcome.LATER:
            return _again(result, channel, delivery_id, attempts, created_at, now)


def delay(*, channel: Channel, delivery_id: int, attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th try."""
    policy = POLICIES[channel]
    doublings = min(max(attempts - 1, 0), 30)
    plain: timedelta = min(policy.first * 2**doublings, policy.longest)
    return plain * (1 - _JITTER + 2 * _JITTER * _spread(delivery_id, attempts))


def _spread(delivery_id: int, attempts: int) -> float:
    """0 … 1, the same whenever it is asked."""
    digest = hashlib.sha256(f"{delivery_id}:{attempts}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def _again(
    result: SendResult, channel: Channel, delivery_id: int, attempts: int, created_at: datetime, now: datetime
) -> Decision:
    wait = delay(channel=channel, delivery_id=delivery_id, attempts=attempts)
    if result.retry_after is not None:
        asked = timedelta(seconds=result.retry_after)
        # What was put off together must not come back together; a moment the provider named itself is kept.
        spread = 1 + _JITTER * _spread(delivery_id, attempts) if result.outcome is Outcome.LATER else 1
        wait = max(wait, asked * spread)
    used_up = result.tries is not None and attempts >= result.tries
    if used_up or now + wait > created_at + POLICIES[channel].give_up_after:
        # A lost answer at the end is still a lost answer: nobody may claim that it failed.
        return Decision(DeliveryState.UNKNOWN if result.outcome is Outcome.UNKNOWN else DeliveryState.FAILED)
    return Decision(DeliveryState.PLANNED, due_at=now + wait)
