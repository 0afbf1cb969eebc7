# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Copies in the Sent folder: of every personal email that was sent, once, whatever breaks, and never as new mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.imap import SENT, MailboxLost, MailboxReader, MailboxRefused
from channels.message import OutgoingEmail
from channels.outbox.delivery import Delivery
from channels.outbox.enqueue import enqueue
from sandbox.faults import Fault
from sandbox.server import Sandbox
from scheduler.filing import NO_COPY, CopyLoop, target_of
from scheduler.folders import FolderSettings, Surroundings
from storage.database import Database
from storage.models import Channel, DeliveryState, Outbox
from storage.queries import delivery_events
from storage.queries.mailboxes import CopyTarget, Unfiled
from tests.faults.proxy import Proxy, Way
from tests.sandbox.conftest import sandbox  # noqa: F401  (fixture)
from tests.scheduler.post import Post, StillClock, stored

COPIES = FolderSettings("crm@shop.test", "crm@shop.test", "auto", copies=True)


async def compose(_session: AsyncSession, row: Delivery) -> OutgoingEmail:
    return OutgoingEmail(
        to_address=row.address,
        subject=f"Предложение {row.payload['number']}",
        text="Добрый день",
        message_id=row.message_id or "",
        from_address="crm@shop.test",
    )


@pytest.fixture
def clock(now: datetime) -> StillClock:
    return StillClock(now)


def loop_for(database: Database, clock: StillClock, url: str, folder: str = SENT) -> CopyLoop:
    return CopyLoop(
        around=Surroundings(database=database, clock=clock),
        reader=MailboxReader(url, folder),
        settings=COPIES,
        compose=compose,
        default=COPIES.mailbox,
    )


@pytest.fixture
async def copies(database: Database, clock: StillClock, sandbox: Sandbox) -> AsyncIterator[CopyLoop]:
    loop = loop_for(database, clock, sandbox.imap_url)
    await loop.opened()
    yield loop
    await loop.reader.close()


async def sent(database: Database, clock: StillClock, number: int, **fields: Any) -> int:
    """A delivery that has been sent now."""
    values: dict[str, Any] = {"kind": "email", "state": DeliveryState.SENT, "sent_at": clock.now()} | fields
    async with database.write() as session:
        delivery_id = await enqueue(
            session,
            channel=Channel.EMAIL,
            kind=values.pop("kind"),
            address="anna@baltic.example",
            now=clock.now(),
            payload={"number": number},
            message_id=f"<{number}@shop.test>",
        )
        assert delivery_id is not None
        await session.execute(update(Outbox).where(Outbox.id == delivery_id).values(values))
        return delivery_id


def ids(sandbox: Sandbox, folder: str = "Sent") -> list[str]:
    return [message_from_bytes(mail.raw)["Message-ID"] for mail in sandbox.office.folders[folder].mails]


async def file(loop: CopyLoop) -> int:
    return await loop.file_waiting(await loop.opened())


async def test_what_was_sent_gets_its_copy_once(
    database: Database, copies: CopyLoop, clock: StillClock, sandbox: Sandbox
) -> None:
    await sent(database, clock, 1)
    await sent(database, clock, 2, state=DeliveryState.DELIVERED)
    await sent(database, clock, 3, state=DeliveryState.FAILED)  # returned to us afterwards: it was sent
    await sent(database, clock, 4, kind="mailing")
    await sent(database, clock, 5, state=DeliveryState.PLANNED, sent_at=None)
    assert [await file(copies), await file(copies)] == [3, 0]
    assert ids(sandbox) == ["<1@shop.test>", "<2@shop.test>", "<3@shop.test>"]
    copy = sandbox.office.folders["Sent"].mails[0]
    assert copy.flags == {"\\Seen"}
    assert message_from_bytes(copy.raw)["Date"] == "Tue, 24 Nov 2026 09:00:00 +0000"


async def test_what_was_sent_before_copies_were_asked_for_has_none(
    database: Database, copies: CopyLoop, clock: StillClock, sandbox: Sandbox
) -> None:
    await sent(database, clock, 1, sent_at=clock.now() - timedelta(seconds=1))
    assert await file(copies) == 0
    assert ids(sandbox) == []


@pytest.mark.parametrize("harm", [{"accept_then_drop": True}, {"drop": True}])
async def test_a_line_that_ends_around_the_copy_makes_neither_two_nor_none(
    database: Database, copies: CopyLoop, clock: StillClock, sandbox: Sandbox, harm: dict[str, bool]
) -> None:
    for number in range(3):
        await sent(database, clock, number)
    sandbox.faults.imap = Fault(only=("APPEND",), times=1, **harm)
    with pytest.raises(MailboxLost):
        await file(copies)
    assert await file(copies) == 3
    assert sorted(ids(sandbox)) == [f"<{number}@shop.test>" for number in range(3)]


async def test_a_copy_laid_before_a_crash_is_found(
    database: Database, copies: CopyLoop, clock: StillClock, sandbox: Sandbox
) -> None:
    delivery_id = await sent(database, clock, 1)
    await file(copies)
    async with database.write() as session:
        await session.execute(update(Outbox).where(Outbox.id == delivery_id).values(filed_at=None))
    assert await file(copies) == 1
    assert ids(sandbox) == ["<1@shop.test>"]


async def test_cut_in_the_middle_of_a_copy(database: Database, clock: StillClock, sandbox: Sandbox) -> None:
    async with Proxy("127.0.0.1", sandbox.imap.port) as proxy:
        loop = loop_for(database, clock, sandbox.imap_url.replace(str(sandbox.imap.port), str(proxy.port)))
        await loop.opened()
        await sent(database, clock, 1)
        await loop.reader.connect()
        proxy.cut_after(150, Way.TO_SERVER)
        with pytest.raises(MailboxLost):
            await file(loop)
        assert ids(sandbox) == []
        assert await file(loop) == 1
        await loop.reader.close()
    assert ids(sandbox) == ["<1@shop.test>"]


async def test_a_copy_the_server_would_not_take_stands_in_the_mails_story(
    database: Database, copies: CopyLoop, clock: StillClock, sandbox: Sandbox
) -> None:
    refused, other = await sent(database, clock, 1), await sent(database, clock, 2)
    sandbox.faults.imap = Fault(only=("APPEND",), times=1, refuse=1, text="Message too large")
    assert [await file(copies), await file(copies)] == [2, 0]
    assert ids(sandbox) == ["<2@shop.test>"]
    async with database.read() as session:
        (told,) = await delivery_events.of(session, outbox_id=refused, limit=9)
        assert await delivery_events.of(session, outbox_id=other, limit=9) == []
    assert (told.what, told.facts["mailbox"]) == (NO_COPY, COPIES.title)
    assert "Message too large" in told.facts["diagnostic"]


async def test_our_own_copy_is_no_new_mail(
    database: Database, copies: CopyLoop, clock: StillClock, sandbox: Sandbox
) -> None:
    reading = Post(database, clock, sandbox.imap_url, FolderSettings(COPIES.mailbox, COPIES.title, "Sent"))
    await reading.read_everything()
    await sent(database, clock, 1)
    await file(copies)
    await reading.look()
    await reading.ask()
    (receipt,) = await reading.compare()
    await reading.close()
    assert (receipt.on_server, receipt.held, receipt.fetched) == (1, 1, 0)
    assert await stored(database) == []


async def test_without_a_sent_folder_the_copies_wait_and_it_is_said(
    database: Database, copies: CopyLoop, clock: StillClock, sandbox: Sandbox
) -> None:
    del sandbox.office.folders["Sent"]
    await sent(database, clock, 1)
    with pytest.raises(MailboxRefused, match="marks no folder"):
        await file(copies)
    named = loop_for(database, clock, sandbox.imap_url, "Trash")
    assert await file(named) == 1
    assert ids(sandbox, "Trash") == ["<1@shop.test>"]
    await named.reader.close()


def test_whose_copy_it_is() -> None:
    targets = [CopyTarget("nina", "nina", 7), CopyTarget("info", "info", None), CopyTarget("main", "main", None)]

    def whose(staff_id: int | None, came_by: str | None, default: str | None = "main") -> str | None:
        return target_of(Unfiled(1, staff_id, "<x>", datetime.min, came_by), targets, default)  # noqa: DTZ901

    assert whose(7, "info") == "nina"
    assert whose(8, "info") == "info"
    assert whose(8, "nina") == "main"
    assert whose(None, None) == "main"
    assert whose(8, None, default=None) is None
