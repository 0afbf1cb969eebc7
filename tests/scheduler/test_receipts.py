# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Receipts: the server's list against ours. What was missed is found and fetched, nothing is fetched twice, a gap is told."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from channels import inbox
from channels.email.imap import MailboxLost
from crm.mailboxes import RECEIPT_CARD, next_night
from sandbox.mailboxes import Folder
from sandbox.server import Sandbox
from scheduler.receipts import ahead
from storage.database import Database
from storage.models import InboxSource, MailboxCursor, MailboxMail, MailboxReceipt, Outbox, Role, Staff
from storage.queries import mailboxes as rows
from tests.channels.test_imap import Box
from tests.factories import make_staff
from tests.faults.proxy import Proxy, Way
from tests.sandbox.conftest import sandbox  # noqa: F401  (fixture)
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
async def manager(database: Database) -> Staff:
    async with database.write() as session:
        await make_staff(session)
        return await make_staff(session, Role.MANAGER)


def mail(number: int, text: str = "Ten boxes, please.") -> bytes:
    return (
        f"From: Anna <anna@baltic.example>\r\nTo: crm@shop.test\r\nSubject: Order {number}\r\n"
        f"Message-ID: <{number}@baltic.example>\r\n\r\n{text}\r\n"
    ).encode()


def put(folder: Folder, numbers: range, clock: StillClock, *, days_ago: int = 0) -> None:
    for number in numbers:
        folder.append(mail(number), received_at=clock.moment - timedelta(days=days_ago))


async def told(database: Database) -> list[tuple[int | None, str]]:
    """Cards planned for colleagues: whose, and of what kind."""
    async with database.read() as session:
        found = (await session.execute(select(Outbox).where(Outbox.kind == "card").order_by(Outbox.id))).scalars()
        return [(one.staff_id, one.payload["card"]) for one in found]


async def test_all_held_is_noted_quietly_and_the_next_night_is_planned(
    database: Database, post: Post, sandbox: Sandbox, clock: StillClock, manager: Staff
) -> None:
    put(sandbox.office.inbox, range(450), clock)
    (first,) = await post.read_everything()
    assert (first.on_server, first.held, first.error) == (450, 450, "")
    assert post.expectations == 1, "whoever reads mail can make ready while it is fetched"
    assert await post.compare() == []
    row = await post.row()
    assert row.receipt_due_at == datetime(2026, 11, 25, 3, tzinfo=UTC)
    clock.moment = row.receipt_due_at
    put(sandbox.office.inbox, range(450, 460), clock)
    await post.look()
    (second,) = await post.compare()
    assert (second.on_server, second.held, second.fetched) == (460, 460, 0)
    assert await told(database) == []
    assert len(await stored(database)) == 460


@pytest.mark.parametrize(("days_ago", "history"), [(1, False), (40, True)])
async def test_what_was_missed_is_fetched_and_told_and_is_news_unless_it_is_old(
    database: Database,
    post: Post,
    sandbox: Sandbox,
    clock: StillClock,
    manager: Staff,
    days_ago: int,
    history: bool,
) -> None:
    await post.read_everything()
    put(sandbox.office.inbox, range(3), clock, days_ago=days_ago)
    async with database.write() as session:
        await session.execute(update(MailboxCursor).values(uid=2))  # as if a row had been lost, or a server had lied
    assert await post.look() == 1
    await post.ask()
    (receipt,) = await post.compare()
    assert (receipt.on_server, receipt.held, receipt.fetched) == (3, 3, 2)
    assert await told(database) == [(manager.id, RECEIPT_CARD)]
    assert [one.payload["history"] for one in await stored(database)] == [False, history, history]
    await post.ask()
    assert [(one.held, one.fetched) for one in await post.compare()] == [(3, 0)]
    assert len(await told(database)) == 1


async def test_a_folder_numbered_anew_brings_nothing_twice_and_misses_nothing(
    database: Database, post: Post, sandbox: Sandbox, clock: StillClock, manager: Staff
) -> None:
    put(sandbox.office.inbox, range(300), clock)
    await post.read_everything()
    sandbox.office.inbox.remove({1, 2, 3})
    sandbox.office.inbox.renumber()
    put(sandbox.office.inbox, range(300, 303), clock)
    assert await post.look() == 0
    put(sandbox.office.inbox, range(303, 305), clock)
    assert await post.look() == 2
    (receipt,) = await post.compare()
    assert (receipt.on_server, receipt.held, receipt.fetched) == (302, 302, 3)
    assert len(await stored(database)) == 305
    assert await held(database) == 302  # the old numbers are struck


async def test_what_the_server_cannot_hand_over_is_told_and_tried_again(
    database: Database, clock: StillClock, manager: Staff
) -> None:
    box = Box(mails={number: mail(number) for number in range(1, 251)}, refuses={7})
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    post = Post(database, clock, box.url)
    (receipt,) = await post.read_everything()
    assert (receipt.on_server, receipt.held) == (250, 249)
    assert "SERVERBUG" in receipt.error
    assert await told(database) == [(manager.id, RECEIPT_CARD)]
    # The same of a mail that comes new: the cursor goes on, the receipt remembers.
    box.mails[251], box.mails[252] = mail(251), mail(252)
    box.refuses = {251}
    assert await post.look() == 1
    await post.ask()
    assert [(one.on_server, one.held) for one in await post.compare()] == [(252, 251)]
    box.refuses = set()
    await post.ask()
    assert [(one.on_server, one.held, one.error) for one in await post.compare()] == [(252, 252, "")]
    assert len(await stored(database)) == 252
    await post.close()
    server.close()


async def test_a_mail_deleted_before_we_came_to_it_is_no_gap(
    database: Database, post: Post, sandbox: Sandbox, clock: StillClock, manager: Staff
) -> None:
    put(sandbox.office.inbox, range(5), clock)
    await post.look()
    place, _ = await post.around.enroll(post.settings)
    async with database.write() as session:
        gone = {"folder_id": place.folder_id, "uidvalidity": post.loop.reader.uidvalidity, "uid": 3, "digest": ""}
        await rows.keep_mails(session, [gone | {"message_id": "<x>", "inbox_id": None, "stored_at": clock.now()}])
    sandbox.office.inbox.remove({3})
    (receipt,) = await post.compare()
    assert (receipt.on_server, receipt.held) == (4, 4)
    assert await held(database) == 4


async def test_another_mail_under_a_known_number_is_noticed(
    database: Database, post: Post, sandbox: Sandbox, clock: StillClock
) -> None:
    """A server restored from a backup may give numbers out again without saying so."""
    put(sandbox.office.inbox, range(5), clock)
    await post.read_everything()
    sandbox.office.inbox.mails[2].raw = mail(99)
    await post.ask()
    (receipt,) = await post.compare()
    assert (receipt.held, receipt.fetched) == (5, 1)
    assert (await stored(database))[-1].raw == mail(99)


async def test_mail_read_before_there_were_receipts_is_recognised(
    database: Database, post: Post, sandbox: Sandbox, clock: StillClock, manager: Staff
) -> None:
    put(sandbox.office.inbox, range(20), clock)
    async with database.write() as session:
        arrivals = [
            inbox.Arrival(f"crm@shop.test:{hashlib.sha256(one.raw).hexdigest()}", "mail:x", {}, one.raw)
            for one in sandbox.office.inbox.mails
        ]
        await inbox.store_many(session, source=InboxSource.EMAIL, arrivals=arrivals, now=clock.now())
        await rows.set_cursor(
            session,
            mailbox="crm@shop.test",
            folder="INBOX",
            uidvalidity=sandbox.office.inbox.uid_validity,
            uid=20,
            now=clock.now(),
        )
    assert await post.look() == 0
    assert await post.compare() == []  # not at the start, but in the night
    clock.moment += timedelta(days=1)
    (receipt,) = await post.compare()
    assert (receipt.on_server, receipt.held, receipt.fetched) == (20, 20, 0)
    assert len(await stored(database)) == 20
    assert await held(database) == 20
    assert await told(database) == []
    sandbox.office.inbox.renumber()
    await post.read_everything()
    assert len(await stored(database)) == 20


async def test_a_receipt_cut_off_goes_on_where_it_was(
    database: Database, sandbox: Sandbox, clock: StillClock, manager: Staff
) -> None:
    for number in range(600):
        sandbox.office.inbox.append(mail(number, "word " * 200), received_at=clock.moment)
    async with Proxy("127.0.0.1", sandbox.imap.port) as proxy:
        post = Post(database, clock, sandbox.imap_url.replace(str(sandbox.imap.port), str(proxy.port)))
        await post.look()
        for _ in range(2):
            proxy.cut_after(350_000, Way.TO_CLIENT)
            with pytest.raises(MailboxLost):
                await post.compare()
        between = await held(database)
        assert 200 <= between < 600
        (receipt,) = await post.compare()
        await post.close()
    assert (receipt.on_server, receipt.held, receipt.fetched) == (600, 600, 600)
    assert len(await stored(database)) == await held(database) == 600


async def test_two_processes_draw_one_receipt_a_night(
    database: Database, post: Post, sandbox: Sandbox, clock: StillClock
) -> None:
    put(sandbox.office.inbox, range(50), clock)
    await post.look()
    other = Post(database, clock, sandbox.imap_url)
    drawn = await asyncio.gather(post.compare(), other.compare())
    assert sum(len(one) for one in drawn) == 1
    restarted = Post(database, clock, sandbox.imap_url)
    assert await restarted.compare() == []
    async with database.read() as session:
        assert len((await session.execute(select(MailboxReceipt))).scalars().all()) == 1
        assert len((await session.execute(select(MailboxMail))).scalars().all()) == 50
    assert len(await stored(database)) == 50


@pytest.mark.parametrize(
    ("after", "zone", "expected"),
    [
        ("2026-11-24T09:00", "UTC", "2026-11-25T03:00"),
        ("2026-11-24T02:59", "UTC", "2026-11-24T03:00"),
        ("2026-11-24T03:00", "UTC", "2026-11-25T03:00"),
        ("2026-11-24T09:00", "Asia/Bangkok", "2026-11-24T20:00"),
        ("2026-03-28T12:00", "Europe/Berlin", "2026-03-29T01:00"),  # three o'clock is the first minute after the gap
        ("2026-10-24T12:00", "Europe/Berlin", "2026-10-25T02:00"),
    ],
)
def test_the_next_night(after: str, zone: str, expected: str) -> None:
    moment, wanted = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (after, expected))
    assert next_night(moment, ZoneInfo(zone)) == wanted


async def test_what_is_fetched_ahead_ends_with_whoever_wanted_it() -> None:
    """Left running it would speak on a line that is being closed."""
    ended = asyncio.Event()
    given: list[int] = []

    async def source() -> AsyncGenerator[int, None]:
        try:
            for number in range(1, 100):
                given.append(number)
                yield number
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    with pytest.raises(ValueError, match="enough"):
        async with aclosing(ahead(source())) as pieces:
            async for piece in pieces:
                await asyncio.sleep(0.05)
                if piece == 2:
                    raise ValueError("enough")
    assert ended.is_set()
    assert given == [1, 2, 3]
