"""The demo company's month as rows: interactions, conversations with their deliveries, follow-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Outcome, Phase
from channels.outbox.enqueue import PRIORITY_PERSON
from crm import keys
from crm.followups import ESCALATE_AFTER, LATE_AFTER
from sandbox.company.clients import Sketch
from sandbox.company.colleagues import COLLEAGUES
from sandbox.company.history import Exchange, Month, Promised, Said
from sandbox.company.phrases import QUOTED
from sandbox.seed_rows import Row, add, add_numbered
from storage.models import (
    Channel,
    Client,
    DeliveryAttempt,
    DeliveryState,
    Direction,
    FollowUp,
    FollowUpState,
    Interaction,
    InteractionKind,
    InteractionSource,
    Outbox,
    Thread,
)

_KINDS = {Channel.EMAIL: InteractionKind.EMAIL, Channel.SMS: InteractionKind.SMS}
_MESSAGE_DOMAIN = "touchline.example"
_NAMES = {one.key: one.name for one in COLLEAGUES}


@dataclass(frozen=True, slots=True)
class Company:
    """Whose rows these are: clients in the order of their sketches, colleagues by key."""

    sketches: Sequence[Sketch]
    clients: Sequence[int]
    staff: Mapping[str, int]

    def owner(self, client: int) -> int:
        return self.staff[self.sketches[client].owner or "manager"]


async def write_history(
    session: AsyncSession,
    sketches: Sequence[Sketch],
    month: Month,
    *,
    clients: Sequence[int],
    staff: Mapping[str, int],
    now: datetime,
    random: Random,
) -> None:
    """Everything of the month; the clients' last contact is set to the newest of it."""
    company = Company(sketches, clients, staff)
    await add(session, Interaction, [_said(one, company) for one in month.said])
    await _write_exchanges(session, month.exchanges, company, random)
    await add(session, FollowUp, [_promised(one, company, now) for one in month.promised])
    await _touch_clients(session, month, company)


def _said(one: Said, company: Company) -> Row:
    return {
        "client_id": company.clients[one.client],
        "staff_id": company.owner(one.client),
        "kind": one.kind,
        "direction": one.direction,
        "outcome": one.outcome,
        "duration_seconds": one.seconds,
        "text": one.text,
        "source": InteractionSource.QUICK_LINE,
        "at": one.at,
        "created_at": one.at + timedelta(minutes=1),
    }


async def _write_exchanges(
    session: AsyncSession, exchanges: Sequence[Exchange], company: Company, random: Random
) -> None:
    threads = await add_numbered(session, Thread, [_thread(one, company, random) for one in exchanges])
    rows: list[Row] = []
    for one, thread in zip(exchanges, threads, strict=True):
        rows.append(_sent(one, thread, company, random))
        if one.answer is not None:
            rows.append(_answered(one, thread, company, random))
    numbers = await add_numbered(session, Interaction, rows)
    ours = [(row, number) for row, number in zip(rows, numbers, strict=True) if row["direction"] is Direction.OUT]
    deliveries = [
        _delivery(one, row, number, _address(one, company)) for one, (row, number) in zip(exchanges, ours, strict=True)
    ]
    outbox = await add_numbered(session, Outbox, deliveries)
    await add(
        session, DeliveryAttempt, [attempt(number, row, random) for number, row in zip(outbox, deliveries, strict=True)]
    )
    await session.execute(
        update(Interaction),
        [{"id": number, "outbox_id": delivery} for (_, number), delivery in zip(ours, outbox, strict=True)],
    )


def _address(one: Exchange, company: Company) -> str:
    sketch = company.sketches[one.client]
    address = sketch.email if one.channel is Channel.EMAIL else sketch.phone
    if address is None:
        raise ValueError(f"{sketch.name} cannot be reached by {one.channel}")
    return address


def _thread(one: Exchange, company: Company, random: Random) -> Row:
    return {
        "client_id": company.clients[one.client],
        "channel": one.channel,
        "address": _address(one, company),
        "subject": one.subject,
        "token": "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=26)),
        "created_at": one.at,
        "last_at": one.answered_at or one.at,
    }


def _sent(one: Exchange, thread: int, company: Company, random: Random) -> Row:
    provider_id = f"SM{random.getrandbits(128):032x}"
    return {
        "client_id": company.clients[one.client],
        "staff_id": company.owner(one.client),
        "kind": _KINDS[one.channel],
        "direction": Direction.OUT,
        "subject": one.subject,
        "text": one.text,
        "quoted": "",
        "source": InteractionSource.CHANNEL,
        "thread_id": thread,
        "message_id": f"<{provider_id[2:]}@{_MESSAGE_DOMAIN}>" if one.channel is Channel.EMAIL else provider_id,
        "at": one.at,
        "created_at": one.at,
    }


def _answered(one: Exchange, thread: int, company: Company, random: Random) -> Row:
    sketch = company.sketches[one.client]
    by_mail = one.channel is Channel.EMAIL
    number = f"{random.getrandbits(96):024x}"
    quoted = QUOTED[sketch.language].format(
        day=one.at.strftime("%d.%m.%Y"), name=_NAMES[sketch.owner or "manager"], line=one.text.partition("\n")[0]
    )
    return {
        "client_id": company.clients[one.client],
        "staff_id": None,
        "kind": _KINDS[one.channel],
        "direction": Direction.IN,
        "subject": f"Re: {one.subject}" if by_mail else "",
        "text": one.answer,
        "quoted": quoted if by_mail else "",
        "source": InteractionSource.CHANNEL,
        "thread_id": thread,
        "message_id": f"<{number}@{_address(one, company).partition('@')[2]}>" if by_mail else f"SM{number:0>32}",
        "at": one.answered_at,
        "created_at": one.answered_at,
    }


def _delivery(one: Exchange, row: Row, interaction: int, address: str) -> Row:
    by_mail = one.channel is Channel.EMAIL
    sent_at = one.at + timedelta(seconds=2)
    return {
        "channel": one.channel,
        "kind": one.channel.value,
        "dedupe_key": keys.written_message(interaction),
        "state": DeliveryState.SENT if by_mail else DeliveryState.DELIVERED,
        "priority": PRIORITY_PERSON,
        "due_at": one.at,
        "address": address,
        "payload": {"interaction_id": interaction},
        "client_id": row["client_id"],
        "message_id": row["message_id"] if by_mail else None,
        "provider_id": None if by_mail else row["message_id"],
        "attempts": 1,
        "phase": Phase.DONE.value,
        "code": "250" if by_mail else "delivered",
        "created_at": one.at,
        "sent_at": sent_at,
        "settled_at": sent_at,
    }


def attempt(outbox: int, delivery: Row, random: Random) -> Row:
    """The one attempt of a delivery that ended as its row says."""
    failed = delivery["state"] is DeliveryState.FAILED
    return {
        "outbox_id": outbox,
        "number": 1,
        "lease_token": f"{random.getrandbits(128):032x}",
        "started_at": delivery["settled_at"] - timedelta(seconds=1),
        "finished_at": delivery["settled_at"],
        "outcome": (Outcome.SUPPRESS if failed else Outcome.ACCEPTED).value,
        "phase": delivery["phase"],
        "code": delivery["code"],
        "reply": delivery.get("reason"),
    }


def _promised(one: Promised, company: Company, now: datetime) -> Row:
    owner = company.owner(one.client)
    row: Row = {
        "client_id": company.clients[one.client],
        "owner_id": owner,
        "promise": one.promise,
        "state": FollowUpState.OPEN,
        "due_at": one.due_at,
        "remind_at": one.due_at,
        "reminded_at": None,
        "acknowledged_at": None,
        "late_at": None,
        "escalate_at": None,
        "escalated_at": None,
        "waiting_for_answer": one.waiting,
        "created_by_id": owner,
        "created_at": one.made_at,
        "closed_at": None,
    }
    if one.closed_at is not None:
        row |= {"state": FollowUpState.DONE, "remind_at": None, "reminded_at": min(one.due_at, one.closed_at)}
        return row | {"acknowledged_at": one.closed_at, "closed_at": one.closed_at}
    if one.due_at <= now:
        row |= {"remind_at": None, "reminded_at": one.due_at}
        late_at, escalate_at = one.due_at + LATE_AFTER, one.due_at + ESCALATE_AFTER
        row["late_at"] = late_at if late_at > now else None
        row["escalate_at"] = escalate_at if escalate_at > now else None
        row["escalated_at"] = escalate_at if escalate_at <= now else None
    return row


async def _touch_clients(session: AsyncSession, month: Month, company: Company) -> None:
    newest: dict[int, datetime] = {}
    moments = [(one.client, one.at) for one in month.said]
    moments += [(one.client, one.answered_at or one.at) for one in month.exchanges]
    for client, at in moments:
        newest[client] = max(at, newest.get(client, at))
    await session.execute(
        update(Client),
        [{"id": company.clients[client], "last_contact_at": at, "updated_at": at} for client, at in newest.items()],
    )
