# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Several mailboxes: a mail in two of them is one, a forgery is another, and one that is down holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from hashlib import sha256

import pytest

from channels import inbox
from sandbox.server import Sandbox
from scheduler.folders import FolderSettings
from storage.database import Database
from storage.models import InboxSource, Staff
from tests.factories import make_staff
from tests.sandbox.conftest import sandbox  # noqa: F401  (fixture)
from tests.scheduler.post import Post, StillClock, held, stored

INFO = FolderSettings("info", "info", "INBOX")
NINA = FolderSettings("nina", "nina", "Drafts", owner="Nina")
MakePost = Callable[[FolderSettings], Awaitable[Post]]


@pytest.fixture
async def nina(database: Database) -> Staff:
    async with database.write() as session:
        return await make_staff(session, name="Nina")


@pytest.fixture
async def open_post(sandbox: Sandbox, database: Database, now: datetime, nina: Staff) -> AsyncIterator[MakePost]:
    posts: list[Post] = []

    async def make(settings: FolderSettings, url: str = "") -> Post:
        posts.append(Post(database, StillClock(now), url or sandbox.imap_url, settings))
        await posts[-1].look()
        return posts[-1]

    yield make
    for post in posts:
        await post.close()


def letter(subject: str, *, received: str, message_id: str = "one") -> bytes:
    return (
        f"Received: {received}\r\nDelivered-To: {received}@shop.test\r\nFrom: anna@baltic.example\r\n"
        f"To: info@shop.test, nina@shop.test\r\nSubject: {subject}\r\nMessage-ID: <{message_id}@x>\r\n\r\nHello\r\n"
    ).encode()


async def test_a_mail_whose_row_was_named_before_mailboxes_shared_theirs_is_not_stored_again(
    database: Database, open_post: MakePost, sandbox: Sandbox, now: datetime
) -> None:
    known = letter("Order", received="info")
    async with database.write() as session:
        name = f"{INFO.mailbox}:{sha256(known).hexdigest()}"
        await inbox.store(session, source=InboxSource.EMAIL, external_id=name, now=now, raw=known)
    info = await open_post(INFO)
    sandbox.office.inbox.append(known, received_at=now)
    sandbox.office.inbox.append(letter("Another", received="info", message_id="two"), received_at=now)
    assert await info.look() == 1
    assert len(await stored(database)) == 2


async def test_the_same_mail_in_two_mailboxes_is_stored_once(
    database: Database, open_post: MakePost, sandbox: Sandbox, now: datetime
) -> None:
    info, nina = await open_post(INFO), await open_post(NINA)
    sandbox.office.inbox.append(letter("Order", received="info"), received_at=now)
    sandbox.office.folders["Drafts"].append(letter("Order", received="nina"), received_at=now)
    assert [await info.look(), await nina.look()] == [1, 0]
    (row,) = await stored(database)
    assert (row.payload["mailbox"], row.payload["staff_id"]) == ("info", None)
    assert await held(database) == 2
    receipts = [*await info.compare(), *await nina.compare()]
    assert [(one.on_server, one.held, one.fetched) for one in receipts] == [(1, 1, 0)] * 2


async def test_both_at_once_store_it_once(
    database: Database, open_post: MakePost, sandbox: Sandbox, now: datetime
) -> None:
    info, nina = await open_post(INFO), await open_post(NINA)
    for number in range(30):
        for folder, way in (("INBOX", "info"), ("Drafts", "nina")):
            sandbox.office.folders[folder].append(
                letter("Order", received=way, message_id=str(number)), received_at=now
            )
    assert sum(await asyncio.gather(info.look(), nina.look())) == 30
    assert len(await stored(database)) == 30
    assert await held(database) == 60


async def test_a_mail_that_reuses_a_message_id_is_stored_too(
    database: Database, open_post: MakePost, sandbox: Sandbox, now: datetime
) -> None:
    info, nina = await open_post(INFO), await open_post(NINA)
    sandbox.office.folders["Drafts"].append(letter("You have won", received="nina"), received_at=now)
    sandbox.office.inbox.append(letter("Order", received="info"), received_at=now)
    assert [await nina.look(), await info.look()] == [1, 1]
    assert len(await stored(database)) == 2


async def test_a_personal_mail_says_whose_it_is_and_a_shared_one_is_everybodys(
    database: Database, open_post: MakePost, sandbox: Sandbox, now: datetime, nina: Staff
) -> None:
    info, personal = await open_post(INFO), await open_post(NINA)
    for number in (1, 2):
        copy = letter("Order", received="nina", message_id=str(number))
        sandbox.office.folders["Drafts"].append(copy, received_at=now)
    await personal.look()
    assert [row.payload["staff_id"] for row in await stored(database)] == [nina.id, nina.id]
    sandbox.office.inbox.append(letter("Order", received="info", message_id="2"), received_at=now)
    assert await info.look() == 0
    assert [row.payload["staff_id"] for row in await stored(database)] == [nina.id, None]


async def test_one_that_is_down_or_refuses_holds_up_no_other(
    database: Database, sandbox: Sandbox, now: datetime, nina: Staff
) -> None:
    arrived, stop = asyncio.Event(), asyncio.Event()
    clock = StillClock(now)
    down = Post(database, clock, "imap://u:p@127.0.0.1:1?starttls=never", FolderSettings("down", "down", "INBOX"))
    wrong = Post(database, clock, sandbox.imap_url.replace("://", "://x"), FolderSettings("wrong", "wrong", "INBOX"))
    nowhere = Post(database, clock, sandbox.imap_url, FolderSettings("info", "info", "Nowhere"))
    nobodys = Post(database, clock, sandbox.imap_url, FolderSettings("bob", "bob", "Sent", owner="Bob"))
    good = Post(database, clock, sandbox.imap_url, INFO, stored=arrived.set)
    posts = (down, wrong, nowhere, nobodys, good)
    running = [asyncio.create_task(one.run(stop)) for one in posts]
    sandbox.office.inbox.append(letter("Order", received="info"), received_at=now)
    async with asyncio.timeout(15):
        await arrived.wait()
        while not all([(await one.row()).fault for one in (down, wrong, nowhere, nobodys)]):
            await asyncio.sleep(0.05)
    stop.set()
    await asyncio.gather(*running)
    faults = [(await one.row()).fault for one in posts]
    assert faults == ["unreachable", "login", "folder", "owner-unknown", ""]
    assert "INBOX" in (await nowhere.row()).error
    assert len(await stored(database)) == 1
