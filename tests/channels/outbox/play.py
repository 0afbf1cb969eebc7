"""A channel played by a plain class, and the few rows the outbox tests need."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import ChatMessage, Outcome, OutgoingCall, OutgoingChat, OutgoingEmail, OutgoingSms, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Composed, Delivery, Message, Verdict
from channels.outbox.enqueue import enqueue
from channels.outbox.worker import OutboxWorker
from channels.sender import Ambiguity
from storage.database import Database, assert_no_transaction
from storage.models import Channel, DeliveryAttempt, DeliveryState, Outbox
from storage.queries import outbox as ledger
from storage.queries.outbox import Settlement

ACCEPTED = SendResult(Outcome.ACCEPTED, provider_id="p")
Answer = Callable[[str], SendResult]


@dataclass
class PlayedSender:
    """Answers by `answer(address)`; remembers what it was given and how many sends ran at once."""

    channel: Channel = Channel.EMAIL
    ambiguous: Ambiguity = Ambiguity.RETRY
    concurrency: int = 4
    reconciles: bool = False
    spacing: float = 0.0
    answer: Answer = lambda _address: ACCEPTED
    reconciled: SendResult | None = None
    charge: Callable[[Delivery], Sequence[Charge]] = lambda _delivery: ()
    sent: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    closed: bool = False

    def ready_in(self, message: Message) -> float:
        return 0.0

    def charges(self, delivery: Delivery, message: Message) -> Sequence[Charge]:
        return self.charge(delivery)

    async def send(self, message: Message) -> SendResult:
        assert_no_transaction()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        address = address_of(message)
        self.sent.append(address)
        await asyncio.sleep(0)
        self.at_once -= 1
        return self.answer(address)

    async def reconcile(
        self, delivery: Delivery, message: Message, *, since: datetime, known: Collection[str]
    ) -> SendResult | None:
        return self.reconciled

    async def close(self) -> None:
        self.closed = True


@dataclass
class MovedClock:
    """Product time that only a test moves."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


def address_of(message: Message) -> str:
    match message:
        case OutgoingEmail():
            return message.to_address
        case OutgoingSms() | OutgoingCall():
            return message.to_number
        case OutgoingChat():
            return str(message.chat_id)


async def compose(session: AsyncSession, delivery: Delivery) -> Composed:
    match delivery.channel:
        case Channel.EMAIL:
            return OutgoingEmail(delivery.address, "Hello", "Text", delivery.message_id or "<x@y>", "us@example.com")
        case Channel.SMS:
            return OutgoingSms(delivery.address, "Text")
        case Channel.TELEGRAM:
            return OutgoingChat(
                int(delivery.address), ChatMessage("Card"), message_id=delivery.payload.get("message_id")
            )


async def everything_may_go(
    session: AsyncSession, deliveries: Sequence[Delivery], now: datetime
) -> Mapping[int, Verdict]:
    return {}


def worker_for(database: Database, clock: MovedClock, sender: PlayedSender, **options: Any) -> OutboxWorker:
    options.setdefault("composers", {"email": compose, "sms": compose, "card": compose, "card_edit": compose})
    options.setdefault("gate", everything_may_go)
    options.setdefault("owner", "test")
    return OutboxWorker(database=database, senders=[sender], clock=clock, **options)


async def plan(
    database: Database, now: datetime, count: int = 1, *, channel: Channel = Channel.EMAIL, **fields: Any
) -> list[int]:
    """Plans `count` deliveries to as many addresses and returns their ids."""
    ids: list[int] = []
    async with database.write() as session:
        for number in range(count):
            address = {
                Channel.EMAIL: f"c{number}@example.com",
                Channel.SMS: f"+6680000{number:04}",
                Channel.TELEGRAM: str(1000 + number),
            }[channel]
            made = await enqueue(
                session,
                channel=channel,
                now=now,
                **{"kind": "card" if channel is Channel.TELEGRAM else channel.value, "address": address} | fields,
            )
            assert made is not None
            ids.append(made)
    return ids


async def states(database: Database) -> Counter[DeliveryState]:
    async with database.read() as session:
        return Counter((await session.execute(select(Outbox.state))).scalars())


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def row(database: Database, delivery_id: int) -> Outbox:
    async with database.read() as session:
        return (await session.execute(select(Outbox).where(Outbox.id == delivery_id))).scalar_one()


async def attempts(database: Database, delivery_id: int) -> list[DeliveryAttempt]:
    async with database.read() as session:
        found = await session.execute(
            select(DeliveryAttempt).where(DeliveryAttempt.outbox_id == delivery_id).order_by(DeliveryAttempt.id)
        )
        return list(found.scalars())


async def claim(
    database: Database,
    now: datetime,
    *,
    token: str = "t",
    owner: str = "w",
    limit: int = 500,
    seconds: float = 60,
) -> list[Delivery]:
    async with database.connect() as unit:
        claiming = ledger.Claim(owner=owner, token=token, seconds=seconds, limit=limit)
        return (await ledger.turn(unit, channel=Channel.EMAIL, now=now, claim=claiming)).claimed


async def begin(database: Database, deliveries: Sequence[Delivery], now: datetime) -> set[int]:
    async with database.connect() as unit:
        return (await ledger.turn(unit, channel=Channel.EMAIL, now=now, begin=deliveries)).begun


async def settle(database: Database, settlements: Sequence[Settlement], now: datetime) -> set[int]:
    async with database.connect() as unit:
        return (await ledger.turn(unit, channel=Channel.EMAIL, now=now, settlements=settlements)).written
