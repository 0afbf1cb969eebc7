"""The last look before sending: ask the gate, compose what it lets pass, and say how the rest ends.

Reads only. One delivery that cannot be composed fails alone and is named in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import SendResult
from channels.outbox.delivery import (
    Cancel,
    Composed,
    Composer,
    Delivery,
    Drop,
    Gate,
    Hold,
    ManyComposer,
    Message,
    Suppress,
    Verdict,
)
from storage.models import DeliveryState
from storage.queries.outbox import Settlement

log = logging.getLogger(__name__)

# A kind nobody here can compose (a newer process planned it): kept, and looked at again later.
UNKNOWN_KIND_WAIT = timedelta(minutes=15)


@dataclass(slots=True)
class Prepared:
    """Messages that may go, and the rows that end without one."""

    messages: list[tuple[Delivery, Message]] = field(default_factory=list)
    ended: list[Settlement] = field(default_factory=list)


async def prepare(
    session: AsyncSession,
    deliveries: Sequence[Delivery],
    *,
    gate: Gate,
    composers: Mapping[str, Composer],
    now: datetime,
) -> Prepared:
    """Messages in the order of `deliveries`. A database error is raised: the leases bring the rows back."""
    prepared = Prepared()
    verdicts = await gate(session, deliveries, now)
    passed: list[Delivery] = []
    for delivery in deliveries:
        ended = ending(delivery, verdicts.get(delivery.id))
        if ended is None:
            passed.append(delivery)
        else:
            prepared.ended.append(ended)
    together = await _compose_together(session, passed, composers)
    for delivery in passed:
        composed = together.get(delivery.id) or await _compose(session, delivery, composers, now)
        if isinstance(composed, Settlement):
            prepared.ended.append(composed)
        elif isinstance(composed, Drop):
            state = DeliveryState.FAILED if composed.failed else DeliveryState.CANCELLED
            prepared.ended.append(leave(delivery, state, reason=composed.reason))
        else:
            prepared.messages.append((delivery, composed))
    return prepared


def ending(delivery: Delivery, verdict: Verdict | None, *, begun: bool = False) -> Settlement | None:
    """How the gate's word ends a delivery; None when it may go. `begun` says an attempt was opened and not made."""
    match verdict:
        case Suppress(reason):
            # What a crash interrupted may have arrived all the same, and the ledger must not deny that.
            state = DeliveryState.UNKNOWN if delivery.state is DeliveryState.SENDING else DeliveryState.SUPPRESSED
            return leave(delivery, state, reason=str(reason), begun=begun)
        case Cancel(reason):
            state = DeliveryState.UNKNOWN if delivery.state is DeliveryState.SENDING else DeliveryState.CANCELLED
            return leave(delivery, state, reason=reason, begun=begun)
        case Hold(until, reason):
            return leave(delivery, DeliveryState.PLANNED, reason=reason or None, due_at=until, begun=begun)
        case _:
            return None


def leave(
    delivery: Delivery,
    state: DeliveryState,
    *,
    reason: str | None = None,
    due_at: datetime | None = None,
    begun: bool = False,
) -> Settlement:
    """Ends our hold on a delivery without a try."""
    return Settlement(
        id=delivery.id,
        token=delivery.lease_token or "",
        state=state,
        reason=reason,
        due_at=due_at,
        spare=begun,
        outcome="withheld" if begun else None,
    )


def went(delivery: Delivery, result: SendResult) -> Settlement:
    """How nearly all end."""
    return Settlement(
        delivery.id,
        delivery.lease_token or "",
        DeliveryState.SENT,
        code=result.code or None,
        phase=result.phase.value,
        provider_id=result.provider_id or None,
        outcome=result.outcome.value,
        reply=result.reply or None,
    )


async def _compose_together(
    session: AsyncSession, deliveries: Sequence[Delivery], composers: Mapping[str, Composer]
) -> dict[int, Composed]:
    """What composers that take whole batches make of them. When one fails, its deliveries are composed singly."""
    by_kind: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_kind.setdefault(delivery.kind, []).append(delivery)
    made: dict[int, Composed] = {}
    for kind, batch in by_kind.items():
        composer = composers.get(kind)
        if not isinstance(composer, ManyComposer):
            continue
        try:
            made.update(await composer.many(session, batch))
        except SQLAlchemyError:
            raise
        except Exception:
            log.exception("could not compose %d deliveries of kind %s together", len(batch), kind)
    return made


async def _compose(
    session: AsyncSession, delivery: Delivery, composers: Mapping[str, Composer], now: datetime
) -> Composed | Settlement:
    composer = composers.get(delivery.kind)
    if composer is None:
        log.error("nobody here composes deliveries of kind %s; kept delivery %d", delivery.kind, delivery.id)
        reason = f"no composer for {delivery.kind}"
        return leave(delivery, DeliveryState.PLANNED, reason=reason, due_at=now + UNKNOWN_KIND_WAIT)
    try:
        return await composer(session, delivery)
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("could not compose delivery %d (%s)", delivery.id, delivery.kind)
        return leave(delivery, DeliveryState.FAILED, reason=f"not-composed: {type(error).__name__}")
