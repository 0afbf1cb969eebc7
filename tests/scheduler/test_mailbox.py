# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""From a mailbox to the timeline, over real IMAP: nothing missed, nothing twice, whatever breaks on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from channels import inbox
from channels.outbox.enqueue import enqueue
from sandbox.server import Sandbox
from scheduler.folders import Surroundings
from scheduler.inbound import InboundLoop
from scheduler.mailbox import MailboxLoop
from storage.database import Database
from storage.files import FileStore
from storage.models import Channel, DeliveryState, Inbox, InboxSource, Interaction, Outbox, Role
from storage.queries import inbox as rows
from tests.factories import make_client, make_staff
from tests.sandbox.conftest import Control, control, sandbox  # noqa: F401  (fixtures)
from tests.scheduler.post import Post, StillClock, held, stored


@pytest.fixture
def clock(now: datetime) -> StillClock:
    return StillClock(now)


@pytest.fixture
async def post(sandbox: Sandbox, database: Database, clock: StillClock) -> AsyncIterator[Post]:
    post = Post(database, clock, sandbox.imap_url)
    yield post
    await post.close()


@pytest.fixture
async def inbound(database: Database, clock: StillClock, tmp_path: Path) -> AsyncIterator[InboundLoop]:
    loop = InboundLoop(database=database, files=FileStore(tmp_path / "files"), clock=clock, planned=lambda: None)
    yield loop
    await loop.close()


async def count(database: Database, what: type[Inbox] | type[Interaction]) -> int:
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(what))).scalar_one())


async def send(control: Control, number: int) -> None:
    await control.post("people/anna/mailbox/send", {"subject": f"Order {number}", "text": f"{number} pcs"})


async def test_mail_is_stored_once_and_reaches_the_timeline(
    database: Database, post: Post, inbound: InboundLoop, control: Control
) -> None:
    async with database.write() as session:
        client = await make_client(session, owner=await make_staff(session), email="anna@baltic.example")
    assert await post.look() == 0
    for number in range(3):
        await send(control, number)
    assert await post.look() == 3
    assert await post.look() == 0
    assert await inbound.process(InboxSource.EMAIL) == 3
    assert await inbound.process(InboxSource.EMAIL) == 0
    async with database.read() as session:
        found = (await session.execute(select(Interaction).order_by(Interaction.id))).scalars().all()
    assert [(one.subject, one.text, one.client_id) for one in found] == [
        (f"Order {number}", f"{number} pcs", client.id) for number in range(3)
    ]


async def test_what_a_row_says_of_where_it_came_from(
    database: Database, post: Post, control: Control, clock: StillClock
) -> None:
    await post.look()
    await send(control, 1)
    await post.look()
    (row,) = await stored(database)
    told = {name: row.payload[name] for name in ("mailbox", "folder", "staff_id", "history", "truncated", "uid")}
    assert told == {
        "mailbox": "crm@shop.test",
        "folder": "INBOX",
        "staff_id": None,
        "history": False,
        "truncated": False,
        "uid": 1,
    }
    assert datetime.fromisoformat(row.payload["arrived_at"]).tzinfo is not None


async def test_what_lay_there_before_the_first_look_is_history_and_new_mail_does_not_wait_for_it(
    database: Database, post: Post, control: Control
) -> None:
    await send(control, 1)
    assert await post.look() == 0
    await send(control, 2)
    assert await post.look() == 1
    (receipt,) = await post.compare()
    assert (receipt.on_server, receipt.held, receipt.fetched) == (2, 2, 1)
    rows_ = await stored(database)
    assert [(one.payload["uid"], one.payload["history"]) for one in rows_] == [(2, False), (1, True)]


async def test_the_loops_idle_survive_a_drop_and_stop(database: Database, post: Post, control: Control) -> None:
    arrived, stop = asyncio.Event(), asyncio.Event()
    post.stored = arrived.set
    await send(control, 0)
    running = asyncio.create_task(post.run(stop))

    async def next_mail(number: int) -> None:
        arrived.clear()
        await send(control, number)
        async with asyncio.timeout(15):
            await arrived.wait()

    try:
        async with asyncio.timeout(15):
            await arrived.wait()  # the history
        await next_mail(1)
        post.loop.reader._line.client.protocol.transport.abort()  # the line dies under the reader's feet
        await next_mail(2)
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await running
    assert await count(database, Inbox) == 3


async def test_only_the_process_that_leads_reads(database: Database, post: Post, control: Control) -> None:
    leads = False
    arrived, stop = asyncio.Event(), asyncio.Event()
    around = Surroundings(database=database, clock=post.clock, leads=lambda: leads, stored=arrived.set)
    loop = MailboxLoop(around=around, reader=post.open_reader(), settings=post.settings)
    await post.look()
    await send(control, 1)
    running = asyncio.create_task(loop.run(stop))
    await asyncio.sleep(0.3)
    assert not loop.reader.is_connected
    leads = True
    async with asyncio.timeout(10):
        await arrived.wait()
    stop.set()
    await running


async def test_two_processes_that_both_read_store_everything_once(
    database: Database, post: Post, sandbox: Sandbox, clock: StillClock, control: Control
) -> None:
    other = Post(database, clock, sandbox.imap_url)
    for number in range(3):
        await send(control, number)
    await asyncio.gather(post.read_everything(), other.read_everything())
    for number in range(3, 8):
        await send(control, number)
    await asyncio.gather(post.look(), other.look())
    await other.close()
    assert await count(database, Inbox) == 8
    assert await held(database) == 8


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
