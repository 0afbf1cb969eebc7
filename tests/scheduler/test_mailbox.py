# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""From a mailbox to the timeline, over real IMAP: nothing missed, nothing twice, whatever breaks on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from channels import inbox
from channels.email.imap import MailboxReader
from channels.outbox.enqueue import enqueue
from sandbox.server import Sandbox
from scheduler.clock import Clock
from scheduler.inbound import InboundLoop
from scheduler.mailbox import MailboxLoop
from storage.database import Database
from storage.files import FileStore
from storage.models import Channel, DeliveryState, Inbox, InboxSource, Interaction, MailboxCursor, Outbox, Role
from storage.queries import inbox as rows
from tests.factories import make_client, make_staff
from tests.sandbox.conftest import Control, control, sandbox  # noqa: F401  (fixtures)


class StillClock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(now: datetime) -> StillClock:
    return StillClock(now)


@pytest.fixture
async def reader(sandbox: Sandbox) -> AsyncIterator[MailboxReader]:
    reader = MailboxReader(sandbox.imap_url)
    yield reader
    await reader.close()


@pytest.fixture
async def inbound(database: Database, clock: Clock, tmp_path: Path) -> AsyncIterator[InboundLoop]:
    loop = InboundLoop(database=database, files=FileStore(tmp_path / "files"), clock=clock, planned=lambda: None)
    yield loop
    await loop.close()


def mailbox(database: Database, reader: MailboxReader, clock: Clock, stored: Callable[[], None]) -> MailboxLoop:
    return MailboxLoop(database=database, reader=reader, name="crm@touchline.example", clock=clock, stored=stored)


async def count(database: Database, what: type[Inbox] | type[Interaction]) -> int:
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(what))).scalar_one())


async def send(control: Control, number: int) -> None:
    await control.post("people/anna/mailbox/send", {"subject": f"Order {number}", "text": f"{number} pcs"})


async def test_mail_is_stored_once_and_reaches_the_timeline(
    database: Database,
    clock: Clock,
    reader: MailboxReader,
    inbound: InboundLoop,
    control: Control,
) -> None:
    async with database.write() as session:
        client = await make_client(session, owner=await make_staff(session), email="anna@baltic.example")
    await reader.connect()
    loop = mailbox(database, reader, clock, lambda: None)
    assert await loop.catch_up() == 0
    for number in range(3):
        await send(control, number)
    assert await loop.catch_up() == 3
    assert await loop.catch_up() == 0
    assert await inbound.process(InboxSource.EMAIL) == 3
    assert await inbound.process(InboxSource.EMAIL) == 0
    async with database.read() as session:
        found = (await session.execute(select(Interaction).order_by(Interaction.id))).scalars().all()
    assert [(one.subject, one.text, one.client_id) for one in found] == [
        (f"Order {number}", f"{number} pcs", client.id) for number in range(3)
    ]


async def test_what_lay_there_before_the_first_look_is_history(
    database: Database,
    clock: Clock,
    reader: MailboxReader,
    control: Control,
) -> None:
    await send(control, 1)
    await reader.connect()
    loop = mailbox(database, reader, clock, lambda: None)
    await loop.catch_up()
    await send(control, 2)
    await loop.catch_up()
    async with database.read() as session:
        stored = (await session.execute(select(Inbox).order_by(Inbox.id))).scalars().all()
    assert [one.payload["history"] for one in stored] == [True, False]


async def test_a_folder_numbered_anew_brings_nothing_twice(
    database: Database,
    clock: Clock,
    reader: MailboxReader,
    control: Control,
) -> None:
    await reader.connect()
    loop = mailbox(database, reader, clock, lambda: None)
    await loop.catch_up()
    for number in range(5):
        await send(control, number)
    await loop.catch_up()
    async with database.write() as session:
        await session.execute(update(MailboxCursor).values(uidvalidity=MailboxCursor.uidvalidity + 1))
    assert await loop.catch_up() == 0
    assert await count(database, Inbox) == 5


async def test_the_loop_idles_survives_a_drop_and_stops(
    database: Database,
    clock: Clock,
    reader: MailboxReader,
    control: Control,
) -> None:
    arrived = asyncio.Event()
    stop = asyncio.Event()
    running = asyncio.create_task(mailbox(database, reader, clock, arrived.set).run(stop))

    async def next_mail(number: int) -> None:
        arrived.clear()
        await send(control, number)
        async with asyncio.timeout(15):
            await arrived.wait()

    try:
        async with asyncio.timeout(10):
            while not reader.is_connected:
                await asyncio.sleep(0.01)
        await next_mail(1)
        assert reader._client is not None
        reader._client.protocol.transport.abort()  # the line dies under the reader's feet
        await next_mail(2)
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await running
    assert await count(database, Inbox) == 2


async def test_a_poisoned_row_holds_its_lane_for_five_tries_and_no_other(
    database: Database, inbound: InboundLoop, now: datetime
) -> None:
    good = {"Body": "Hello", "MessageSid": "SM1"}
    async with database.write() as session:
        await make_staff(session, Role.MANAGER)
        arrivals = [
            inbox.Arrival("bad", "one", {"Body": "from nobody"}),
            inbox.Arrival("behind", "one", good | {"From": "+66811111111"}),
            inbox.Arrival("beside", "two", good | {"From": "+66822222222"}),
        ]
        await inbox.store_many(session, source=InboxSource.SMS, arrivals=arrivals, now=now)
    assert [await inbound.process(InboxSource.SMS) for _ in range(6)] == [1, 0, 0, 0, 2, 0]
    async with database.read() as session:
        assert await rows.quarantined(session) == 1
        assert await rows.oldest_waiting(session, source=InboxSource.SMS) is None
        kept = (await session.execute(select(Inbox).where(Inbox.external_id == "bad"))).scalar_one()
        assert (kept.error, kept.payload) == ("KeyError: 'From'", {"Body": "from nobody"})
    assert await count(database, Interaction) == 2


async def test_a_status_that_overtook_its_message_waits_for_it(
    database: Database, clock: StillClock, inbound: InboundLoop, now: datetime
) -> None:
    status = {"MessageSid": "SM7", "MessageStatus": "delivered"}
    foreign = {"MessageSid": "SM8", "MessageStatus": "delivered"}
    async with database.write() as session:
        delivery_id = await enqueue(session, channel=Channel.SMS, kind="sms", address="+66811111111", now=now)
        arrivals = [inbox.Arrival("SM7:delivered", "SM7", status), inbox.Arrival("SM8:delivered", "SM8", foreign)]
        await inbox.store_many(session, source=InboxSource.SMS_STATUS, arrivals=arrivals, now=now)
    assert await inbound.process(InboxSource.SMS_STATUS) == 0
    async with database.write() as session:
        await session.execute(update(Outbox).values(state=DeliveryState.SENT, sent_at=now, provider_id="SM7"))
    assert await inbound.process(InboxSource.SMS_STATUS) == 1
    clock.moment += timedelta(minutes=11)
    assert await inbound.process(InboxSource.SMS_STATUS) == 1
    async with database.read() as session:
        assert (await session.get_one(Outbox, delivery_id)).state is DeliveryState.DELIVERED
        assert await rows.quarantined(session) == 0


async def test_a_mail_of_nothing_but_damage_is_kept_and_put_aside(
    database: Database, inbound: InboundLoop, now: datetime
) -> None:
    """Whatever the parser makes of it, the raw bytes stay and the mailbox goes on."""
    async with database.write() as session:
        await make_staff(session, Role.MANAGER)
        arrivals = [
            inbox.Arrival("damaged", "mail", {}, b"\xff\xfe\x00" * 500),
            inbox.Arrival("good", "mail", {}, b"From: who@new.example\r\nSubject: Hi\r\n\r\nHello\r\n"),
        ]
        await inbox.store_many(session, source=InboxSource.EMAIL, arrivals=arrivals, now=now)
    for _ in range(inbox.MAX_TRIES):
        await inbound.process(InboxSource.EMAIL)
    async with database.read() as session:
        subjects = (await session.execute(select(Interaction.subject))).scalars().all()
        assert "Hi" in subjects
        assert await rows.oldest_waiting(session, source=InboxSource.EMAIL) is None
        assert await count(database, Inbox) == 2
