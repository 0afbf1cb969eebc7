"""What follows from a settled delivery, in the settling transaction: suppressions, its story, where a card now hangs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from channels.message import Outcome, OutgoingChat, SendResult
from channels.outbox import edits, returned, status, suppression
from channels.outbox.budgets import Taken
from channels.outbox.delivery import Delivery, Message
from storage.models import CardMessage, Channel, DeliveryState, SuppressionReason
from storage.queries import delivery_events, halts
from storage.queries.delivery_events import Note
from storage.queries.inbox import Unit, is_postgres
from storage.queries.outbox import Settlement

# Twilio's "has replied STOP"; any other refusal of a number means that it cannot get SMS at all.
_STOPPED = "21610"
# A row held or throttled again and again is told so once in this time.
_TOLD_FOR = timedelta(hours=6)
# Waits of seconds (a pace, another message just going out), and those whose end nobody can name: no line of a story.
_SHORTEST_TOLD = timedelta(minutes=1)
_UNTOLD = frozenset({"mailing-paused"})


class Ended(NamedTuple):
    """How one delivery left our hands; what is beside the settlement is there when it was tried."""

    settlement: Settlement
    delivery: Delivery | None = None
    message: Message | None = None
    result: SendResult | None = None
    suppress: bool = False
    returns: Taken | None = None  # of the shared allowances: it surely did not go


async def after_settling(unit: Unit, ended: Sequence[Ended], *, now: datetime) -> None:
    """Only for rows whose settling was accepted: a fenced-off worker leaves no traces."""
    await _note_halts(unit, ended)
    await delivery_events.note(unit, [told for one in ended if (told := _waits(one.settlement, now))], now=now)
    shown = []
    for one in ended:
        if one.delivery is None:
            continue
        if one.result is not None and one.result.bounce is not None:
            await _hold_against(unit, one.delivery, one.settlement, one.result, now)
        elif one.suppress:
            await _suppress(unit, one.delivery, one.result.code if one.result else "", now)
        if isinstance(one.message, OutgoingChat):
            await _remember_card(unit, one.delivery, one.settlement, one.message, now)
            shown.append((one.settlement, one.message))
    await edits.mend(unit, shown, now=now)


async def _note_halts(unit: Unit, ended: Sequence[Ended]) -> None:
    """A channel that our own account or settings stop is written down, until something goes out again."""
    tried = [(one.delivery, one.result.outcome) for one in ended if one.delivery and one.result]
    went = {delivery.channel for delivery, outcome in tried if outcome is Outcome.ACCEPTED}
    for channel in went:
        await halts.over(unit, channel=channel)
    for delivery, outcome in tried:
        if outcome is Outcome.HALT and delivery.channel not in went:
            await halts.note(unit, channel=delivery.channel, delivery_id=delivery.id)


async def after_resolving(unit: Unit, delivery_id: int, result: SendResult, *, now: datetime) -> None:
    """The provider was asked about a delivery of unknown outcome, and its answer settled it."""
    told = Note(delivery_id, "reconciled", {"outcome": result.outcome.value, "code": result.code})
    await delivery_events.note(unit, [told], now=now)


def _waits(settlement: Settlement, now: datetime) -> Note | None:
    """Why a delivery returned to the plan without a try, and until when; a try's reason stands in the attempt."""
    if settlement.state is not DeliveryState.PLANNED or not settlement.reason or settlement.due_at is None:
        return None
    if settlement.outcome not in (None, "withheld") or settlement.due_at - now < _SHORTEST_TOLD:
        return None
    what, _, of = settlement.reason.partition(": ")
    if what in _UNTOLD or " " in what:
        return None
    facts = {"until": settlement.due_at.isoformat()} | ({"of": of} if of else {})
    return Note(settlement.id, what, facts, unless_within=_TOLD_FOR)


async def _hold_against(
    unit: Unit, delivery: Delivery, settlement: Settlement, result: SendResult, now: datetime
) -> None:
    """A server refused while sending what others refuse a day later: it costs the address the same."""
    if settlement.state is not DeliveryState.FAILED or result.bounce is None:
        return
    await status.note_bounce(unit, outbox_id=delivery.id, kind=result.bounce)
    await returned.hold_against(
        unit,
        channel=delivery.channel,
        address=delivery.address,
        kind=result.bounce,
        client_id=delivery.client_id,
        soft_limit=result.soft_limit,
        source=f"delivery {delivery.id}: {result.code}",
        now=now,
    )


async def _suppress(unit: Unit, delivery: Delivery, code: str, now: datetime) -> None:
    reason = SuppressionReason.HARD_BOUNCE
    if delivery.channel is Channel.SMS:
        reason = SuppressionReason.STOP if code == _STOPPED else SuppressionReason.INVALID
    await suppression.suppress(
        unit,
        channel=delivery.channel,
        address=delivery.address,
        reason=reason,
        now=now,
        source=f"delivery {delivery.id}: {code}",
    )


async def _remember_card(
    unit: Unit, delivery: Delivery, settlement: Settlement, message: OutgoingChat, now: datetime
) -> None:
    """A card sent hangs under a new message id; a card that could not be edited any more hangs nowhere."""
    if message.message_id is not None:
        if settlement.state is DeliveryState.FAILED and settlement.code == "edit-gone":
            await unit.execute(
                delete(CardMessage)
                .where(CardMessage.chat_id == message.chat_id, CardMessage.message_id == message.message_id)
                .execution_options(synchronize_session=False)
            )
        return
    card, card_id = delivery.payload.get("card"), delivery.payload.get("card_id")
    if settlement.state is not DeliveryState.SENT or not settlement.provider_id:
        return
    if card is None or card_id is None or delivery.staff_id is None:
        return
    insert = (postgresql if is_postgres(unit) else sqlite).insert(CardMessage)
    await unit.execute(
        insert.values(
            card=card,
            card_id=card_id,
            staff_id=delivery.staff_id,
            chat_id=message.chat_id,
            message_id=int(settlement.provider_id),
            created_at=now,
        ).on_conflict_do_nothing(index_elements=["chat_id", "message_id"])
    )
