"""Edits of cards that hang: none goes that was made before a press or another edit, and of several only the newest.

Who answers a press in place of its card counts the card's version in the handler's transaction, and each edit counts it when
it is begun. So an edit made before the latest of them is known for old right before it goes, in whatever process it waits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from channels.message import OutgoingChat
from channels.outbox.delivery import Delivery, Message
from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from channels.outbox.preparing import leave
from channels.outbox.wire import Item
from storage.models import Channel, DeliveryState
from storage.queries import cards
from storage.queries.cards import Place
from storage.queries.inbox import Unit
from storage.queries.outbox import Settlement

SUPERSEDED = "superseded"
_MAY_SHOW = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})


def newest(made: Sequence[tuple[Delivery, Message]]) -> tuple[list[tuple[Delivery, Message]], list[Settlement]]:
    """Of several edits of one message the newest alone, with all that is none; and how the others end."""
    last: dict[Place, int] = {}
    for delivery, message in made:
        if (place := _place(message)) is not None:
            last[place] = max(delivery.id, last.get(place, 0))
    if not last:
        return list(made), []
    kept, older = list[tuple[Delivery, Message]](), list[Settlement]()
    for delivery, message in made:
        place = _place(message)
        if place is None or last[place] == delivery.id:
            kept.append((delivery, message))
        else:
            older.append(leave(delivery, DeliveryState.CANCELLED, reason=SUPERSEDED))
    return kept, older


async def begin(unit: Unit, ready: list[Item]) -> tuple[list[Item], list[Settlement]]:
    """What of `ready` may go, in the transaction that begins it; an edit that is old by now is planned again, to be made anew."""
    last = {place: item for item in ready if (place := _place(item.message)) is not None}
    if not last:
        return ready, []
    looks = {place: look for place, item in last.items() if (look := _look(item)) is not None}
    fresh = await cards.begin_edits(unit, looks) if looks else set()
    going, others = list[Item](), list[Settlement]()
    for item in ready:
        place = _place(item.message)
        if place is None or (last[place] is item and (place in fresh or place not in looks)):
            going.append(item)
        elif last[place] is item:
            others.append(leave(item.delivery, DeliveryState.PLANNED))
        else:
            others.append(leave(item.delivery, DeliveryState.CANCELLED, reason=SUPERSEDED))
    return going, others


def replaced(begun: Iterable[Item], waiting: Iterable[Item]) -> dict[int, Settlement]:
    """What waits to be sent and has a newer edit of its message among `begun`: how it ends, by its id."""
    places = {place for item in begun if (place := _place(item.message)) is not None}
    return {
        item.delivery.id: leave(item.delivery, DeliveryState.CANCELLED, reason=SUPERSEDED, begun=True)
        for item in (waiting if places else ())
        if _place(item.message) in places
    }


async def outdated(unit: Unit, begun: Collection[Item]) -> dict[int, Settlement]:
    """Edits that were begun, wait still, and were overtaken meanwhile: back into the plan with them, by their ids."""
    looks = {place: look for item in begun if (place := _place(item.message)) and (look := _look(item)) is not None}
    there = await cards.hanging_at(unit, looks) if looks else {}
    overtaken = {place for place, look in looks.items() if place not in there or there[place].version != look + 1}
    return {
        item.delivery.id: leave(item.delivery, DeliveryState.PLANNED, begun=True)
        for item in (begun if overtaken else ())
        if _place(item.message) in overtaken
    }


async def mend(unit: Unit, ended: Iterable[tuple[Settlement, OutgoingChat]], *, now: datetime) -> None:
    """An edit that met a press or another edit on the wire may have hidden what they showed: one more follows it."""
    went: dict[Place, int] = {}
    for settlement, message in ended:
        place = _place(message)
        if place is not None and message.as_of is not None and settlement.state in _MAY_SHOW:
            went[place] = message.as_of + 1
    await follow(unit, went, now=now)


async def follow(unit: Unit, shown: Mapping[Place, int], *, now: datetime) -> None:
    """Plans an edit of what hangs in another version by now than the one that was just shown there."""
    there = await cards.hanging_at(unit, shown) if shown else {}
    for place, hanging in there.items():
        if hanging.version != shown[place]:
            await enqueue(
                unit,
                channel=Channel.TELEGRAM,
                kind="card_edit",
                address=str(place[0]),
                now=now,
                priority=PRIORITY_PERSON,
                payload={"card": hanging.card, "card_id": hanging.card_id, "message_id": place[1]},
                staff_id=hanging.staff_id,
            )


def _place(message: Message) -> Place | None:
    """The message that an edit is for; None for what is no edit."""
    if isinstance(message, OutgoingChat) and message.message_id is not None:
        return message.chat_id, message.message_id
    return None


def _look(item: Item) -> int | None:
    return item.message.as_of if isinstance(item.message, OutgoingChat) else None
