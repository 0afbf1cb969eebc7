"""The automatic answer while a customer's colleague is away: once, to people only, and never into a loop."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email.mime import build
from channels.email.reading import ParsedEmail, parse
from channels.message import OutgoingEmail
from channels.outbox import suppression
from channels.outbox.delivery import Drop
from crm import autoreply, consent, inbound
from crm.inbound import Arrival
from crm.threads import House, reply_address
from crm.writing import Sender
from storage.base import Base
from storage.database import Database
from storage.files import FileStore
from storage.models import (
    Channel,
    Client,
    InboxSource,
    Interaction,
    Language,
    Outbox,
    Staff,
    SuppressionReason,
    Thread,
)
from storage.queries.outbox import Delivery
from tests.conftest import Figures
from tests.crm.mails import HOUSE, mail, take
from tests.factories import make_client, make_staff

SENDER = Sender(mail_from="crm@us.example", name="Us", files=FileStore(Path("unused")))


async def away(session: AsyncSession, now: datetime, **fields: object) -> tuple[Staff, Client]:
    owner = await make_staff(session, name="Nina", away_until=now + timedelta(days=9))
    client = await make_client(session, "Anna", owner=owner, email="anna@baltic.example", **fields)
    return owner, client


async def answers(session: AsyncSession) -> list[Outbox]:
    query = select(Outbox).where(Outbox.kind == autoreply.KIND).order_by(Outbox.id)
    return list((await session.execute(query)).scalars())


async def composed(session: AsyncSession, row: Outbox, sender: Sender = SENDER) -> OutgoingEmail:
    delivery = Delivery(**{name: getattr(row, name, None) for name in Delivery._fields})
    message = await autoreply.composer(sender)(session, delivery)
    assert isinstance(message, OutgoingEmail)
    return message


def to_us(**fields: object) -> ParsedEmail:
    return mail(**{"to": ("crm@us.example",), **fields})


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (Language.EN, "Automatic reply: Bolts", "Nina is away until"),
        (Language.RU, "Автоматический ответ: Bolts", "Nina отсутствует до"),
        (Language.TH, "ตอบกลับอัตโนมัติ: Bolts", "Nina ไม่อยู่จนถึง"),
    ],
)
async def test_it_says_who_is_away_until_when_in_the_customers_language(
    session: AsyncSession, now: datetime, language: Language, subject: str, words: str
) -> None:
    await away(session, now, language=language)
    received = await take(session, to_us(message_id="<q@baltic.example>", references=("<root@us.example>",)), now)
    assert received is not None
    (row,) = await answers(session)
    message = await composed(session, row)
    assert (message.to_address, message.subject) == ("anna@baltic.example", subject)
    assert words in message.text
    thread = await session.get_one(Thread, received.thread_id)
    raw = parse(build(message, date=now))
    assert raw.headers["auto-submitted"] == "auto-replied"
    assert (raw.in_reply_to, raw.references) == ("<q@baltic.example>", ("<root@us.example>", "<q@baltic.example>"))
    assert raw.reply_to == reply_address("crm@us.example", thread.token)
    assert message.envelope_from == ""
    assert raw.is_automatic
    said = (await session.execute(select(Interaction).where(Interaction.outbox_id == row.id))).scalar_one()
    assert (said.automatic, said.thread_id) == (True, received.thread_id)


async def test_it_names_the_stand_in_who_is_there(session: AsyncSession, now: datetime) -> None:
    owner, _ = await away(session, now)
    owner.stand_in_id = (await make_staff(session, name="Boris")).id
    await take(session, to_us(), now)
    (row,) = await answers(session)
    assert "Boris has received your message" in (await composed(session, row)).text


async def test_a_storm_of_mails_gets_one_answer_in_seven_days(session: AsyncSession, now: datetime) -> None:
    await away(session, now)
    for hours in range(0, 160, 4):
        await take(session, to_us(), now + timedelta(hours=hours))
    assert len(await answers(session)) == 1
    await take(session, to_us(), now + timedelta(days=7, minutes=1))
    assert len(await answers(session)) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"is_automatic": True},
        {"takes_no_answer": True},
        {"authentication": "dmarc=fail"},
        {"message_id": ""},
        {"to": ("friends@baltic.example",)},  # a blind copy, or by a list
        {"to": ()},
    ],
)
async def test_mail_that_no_machine_may_answer(session: AsyncSession, now: datetime, fields: dict[str, object]) -> None:
    await away(session, now)
    await take(session, to_us(**fields), now)
    assert await answers(session) == []


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: auto-replied; owner-email=x",
        "Precedence: bulk",
        "Precedence: junk",
        "Precedence: list",
        "List-Id: <x.lists.example>",
        "List-Unsubscribe: <https://x.example>",
        "Return-Path: <>",
        "X-Auto-Response-Suppress: All",
        "X-Autoreply: yes",
        "X-Failed-Recipients: a@b.example",
    ],
)
async def test_the_marks_of_machines_lists_and_bounces(session: AsyncSession, now: datetime, headers: str) -> None:
    await away(session, now)
    raw = f"From: anna@baltic.example\r\nTo: crm@us.example\r\nMessage-ID: <a@b>\r\n{headers}\r\n\r\nhello"
    assert not autoreply.may_answer(parse(raw.encode()), sender="anna@baltic.example", house=HOUSE)
    await take(session, parse(raw.encode()), now)
    assert await answers(session) == []


@pytest.mark.parametrize(
    "sender",
    [
        "noreply@x.example",
        "no-reply@x.example",
        "do_not_reply@x.example",
        "MAILER-DAEMON@x.example",
        "postmaster@x.example",
        "owner-list@x.example",
        "list-request@x.example",
        "bounces+123=a@x.example",
        "crm@us.example",
        "crm+t.abcdefghijklmnopqrstuvwxyz@us.example",
        "unknown",
    ],
)
def test_senders_behind_whom_nobody_reads(sender: str) -> None:
    assert not autoreply.may_answer(to_us(), sender=sender, house=HOUSE)
    assert autoreply.may_answer(to_us(), sender="norman@x.example", house=HOUSE)


async def test_nobody_is_answered_for_a_colleague_who_is_there_or_has_left(
    session: AsyncSession, now: datetime
) -> None:
    owner, _ = await away(session, now)
    owner.away_until = now
    await take(session, to_us(), now)
    owner.away_until, owner.active = now + timedelta(days=5), False
    await take(session, to_us(), now)
    await take(session, to_us(sender="stranger@x.example"), now)
    assert await answers(session) == []


async def test_an_address_that_bounced_is_not_written_to(session: AsyncSession, now: datetime) -> None:
    await away(session, now)
    await take(session, to_us(), now)
    (row,) = await answers(session)
    await suppression.suppress(
        session, channel=Channel.EMAIL, address=row.address, reason=SuppressionReason.HARD_BOUNCE, now=now
    )
    delivery = Delivery(**{name: getattr(row, name, None) for name in Delivery._fields})
    assert row.id in await consent.gate(session, [delivery], now)


async def test_our_own_address_is_never_answered_even_if_a_client_has_it(session: AsyncSession, now: datetime) -> None:
    await away(session, now)
    await take(session, to_us(), now)
    (row,) = await answers(session)
    delivery = Delivery(**{name: getattr(row, name, None) for name in Delivery._fields})
    selfish = Sender(mail_from="Anna@Baltic.example", name="x", files=SENDER.files)
    assert isinstance(await autoreply.composer(selfish)(session, delivery), Drop)


@dataclass
class Installation:
    """One whose only client is the other one, and whose client's owner is away."""

    database: Database
    house: House
    sender: Sender

    @classmethod
    async def open(cls, url: str, now: datetime, *, address: str, client: str) -> Installation:
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with database.write() as session:
            owner = await make_staff(session, away_until=now + timedelta(days=30))
            await make_client(session, owner=owner, email=client)
        house = House(frozenset({address}), address.partition("@")[2])
        return cls(database, house, Sender(address, "x", FileStore(Path("unused"))))

    async def receives(self, raw: bytes, now: datetime) -> list[bytes]:
        """Takes a mail in, and returns what it answers, as it goes over the wire."""
        async with self.database.write() as session:
            before = {row.id for row in await answers(session)}
            digest = hashlib.sha256(raw).hexdigest()
            inbox_id = await inbox.store(session, source=InboxSource.EMAIL, external_id=digest, now=now)
            if inbox_id is None:
                return []
            arrival = Arrival(inbox_id, now)
            await inbound.receive_email(session, email=parse(raw), files=(), arrival=arrival, now=now, house=self.house)
            new = [row for row in await answers(session) if row.id not in before]
            return [build(await composed(session, row, self.sender), date=now) for row in new]


@pytest.mark.fault("F21")
@pytest.mark.parametrize("stripped", [False, True])
async def test_two_installations_that_answer_each_other_fall_silent(
    database_url: str, empty_database_url: str, now: datetime, figures: Figures, stripped: bool
) -> None:
    """The messages really pass: built, parsed, received by the other's database.

    Also where something on the way takes the marks of a machine off, so that only the limit per sender ends it.
    """
    one, two = "crm@one.example", "crm@two.example"
    first = await Installation.open(database_url, now, address=one, client=two)
    second = await Installation.open(empty_database_url, now, address=two, client=one)
    hello = OutgoingEmail(to_address=two, subject="Hello", text="hi", message_id="<s@one.example>", from_address=one)
    passing, answered = [build(hello, date=now)], 0
    try:
        for receiver in (second, first) * 4:
            arrived = [_without_marks(raw) if stripped else raw for raw in passing]
            passing = [answer for raw in arrived for answer in await receiver.receives(raw, now)]
            answered += len(passing)
    finally:
        await first.database.close()
        await second.database.close()
    figures.say("marks taken off" if stripped else "marks kept", f"{answered} automatic messages", "<= 2")
    assert passing == []
    assert answered == (2 if stripped else 1)


@pytest.mark.fault("F21")
async def test_a_vacation_storm_gets_one_answer_in_seven_days(
    session: AsyncSession, now: datetime, figures: Figures
) -> None:
    """Thousands of notes of a real server's vacation program get none, a person who writes again and again gets one."""
    await away(session, now)
    machine, person = 0, 0
    for number in range(300):
        note = f"Auto-Submitted: auto-replied\r\nMessage-ID: <v{number}@b>\r\nSubject: Auto: Offer"
        raw = f"From: anna@baltic.example\r\nTo: crm@us.example\r\n{note}\r\n\r\nI am on vacation"
        await take(session, parse(raw.encode()), now + timedelta(minutes=number))
        machine = len(await answers(session))
    for number in range(300):
        await take(session, to_us(), now + timedelta(minutes=number))
        person = len(await answers(session))
    figures.say("answers to 300 notes", machine, "0")
    figures.say("answers to 300 mails of a person", person, "<= 1 in 7 days")
    assert (machine, person) == (0, 1)


def _without_marks(raw: bytes) -> bytes:
    kept = [line for line in raw.split(b"\r\n") if not line.lower().startswith((b"auto-submitted", b"x-auto"))]
    return b"\r\n".join(kept).replace(b"Automatic reply: ", b"")
