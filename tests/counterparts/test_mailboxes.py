"""Whole mailboxes on a real Dovecot: ten thousand mails, numbers that change, lines that drop, fall silent and are kicked.

The trials of faults run with `make faults`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from channels.email.imap import MailboxReader
from channels.email.imap_line import LONGEST_IDLE
from channels.email.reading import parse
from channels.inbox import RAW_FILE
from scheduler.folders import LONGEST_PAUSE_SECONDS, FolderSettings
from scheduler.mailbox import IDLE_SECONDS
from storage.database import Database
from storage.files import FileStore
from storage.models import Inbox
from tests.conftest import Figures
from tests.counterparts.mail_servers import VMAIL, MailServers
from tests.faults.proxy import Mode, Proxy
from tests.memory import growing
from tests.scheduler.post import Post, StillClock, held, stored

pytestmark = pytest.mark.counterpart

MB = 1024 * 1024
LINES = "(\r\n{5}) * \r\n"

_names = itertools.count()


class Folder:
    """A folder of its own in crm's Maildir, filled behind the server's back as a delivery agent does."""

    def __init__(self, mail: MailServers) -> None:
        self.name = f"Trial{next(_names)}"
        self.path: Path = mail.maildir("crm@shop.test") / f".{self.name}"
        for part in ("cur", "new", "tmp"):
            (self.path / part).mkdir(parents=True)
        for directory in (self.path.parent, self.path, *self.path.iterdir()):
            os.chown(directory, VMAIL, VMAIL)

    def deliver(self, numbers: range, *, size: int = 1) -> None:
        for number in numbers:
            text = f"Message-ID: <{number}.{self.name}@t>\r\nSubject: bulk {number}\r\n\r\n" + LINES * size
            unfinished = self.path / "tmp" / f"{1_700_000_000 + number}.bulk{number}.test"
            unfinished.write_text(text)
            unfinished.rename(self.path / "new" / unfinished.name)

    def number_anew(self) -> None:
        """What is left when an administrator throws a broken index away."""
        for file in self.path.glob("dovecot*"):
            file.unlink()


@pytest.fixture
def folder(mail: MailServers) -> Folder:
    return Folder(mail)


@pytest.fixture
async def make_post(database: Database, folder: Folder, mail: MailServers) -> AsyncIterator[Callable[..., Post]]:
    posts: list[Post] = []

    def make(url: str = "", **options: Any) -> Post:
        settings = FolderSettings("crm@shop.test", "crm@shop.test", folder.name)
        posts.append(Post(database, StillClock(datetime.now(UTC)), url or mail.imap(), settings, **options))
        return posts[-1]

    yield make
    for post in posts:
        await post.close()


@contextlib.asynccontextmanager
async def running(post: Post) -> AsyncIterator[None]:
    """Its loops, until the end of the block."""
    stop = asyncio.Event()
    task = asyncio.create_task(post.run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(30):
            await task


async def until(database: Database, count: int, *, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while True:
            async with database.read() as session:
                if (await session.execute(select(func.count()).select_from(Inbox))).scalar_one() >= count:
                    return
            await asyncio.sleep(0.05)


async def subjects(database: Database) -> Counter[str]:
    return Counter(parse(row.raw or b"").subject for row in await stored(database))


def expected(count: int) -> Counter[str]:
    return Counter(f"bulk {number}" for number in range(count))


@pytest.mark.fault("F18")
async def test_a_full_mailbox_comes_in_once_and_once_only_when_numbered_anew(
    database: Database, folder: Folder, make_post: Callable[..., Post], figures: Figures
) -> None:
    count = figures.size(full=10_000, short=2_000)
    folder.deliver(range(count))
    post = make_post()
    began = time.monotonic()
    (receipt,) = await post.read_everything()
    figures.say("first reading of", f"{receipt.held} of {count} mails in {time.monotonic() - began:.1f} s")
    assert (receipt.on_server, receipt.held, receipt.error) == (count, count, "")
    before = post.loop.reader.uidvalidity
    await post.close()
    folder.number_anew()
    folder.deliver(range(count, count + 10))
    again = make_post()
    (receipt,) = await again.read_everything()
    assert again.loop.reader.uidvalidity != before
    assert (receipt.on_server, receipt.held, receipt.fetched) == (count + 10, count + 10, 10)
    found = await subjects(database)
    figures.say("after new numbers missed", (expected(count + 10) - found).total(), 0)
    figures.say("stored twice", (found - expected(count + 10)).total(), 0)
    assert found == expected(count + 10)
    assert await held(database) == count + 10


@pytest.mark.fault("F17")
async def test_mails_over_lines_that_drop_all_the_time(
    database: Database, folder: Folder, mail: MailServers, make_post: Callable[..., Post], figures: Figures
) -> None:
    count = figures.size(full=10_000, short=1_000)
    folder.deliver(range(count // 5), size=50)
    async with Proxy("127.0.0.1", mail.ports["imap"]) as proxy:
        post = make_post(mail.imap().replace(str(mail.ports["imap"]), str(proxy.port)))
        async with running(post):
            dropping = asyncio.create_task(proxy.drop_every(0.7))
            for start in range(count // 5, count, 20):
                await asyncio.to_thread(folder.deliver, range(start, start + 20), size=50)
                await asyncio.sleep(0.1)
            dropping.cancel()
            stopped = time.monotonic()
            await until(database, count)
        figures.say("lines", len(proxy.connected_at))
        figures.say("all in", f"{time.monotonic() - stopped:.1f} s after the last drop")
        assert len(proxy.connected_at) > 3
    await make_post().read_everything()  # the first receipt, where the last drop left it open
    await post.ask()
    (receipt,) = await make_post().compare()
    found = await subjects(database)
    figures.say("missed", (expected(count) - found).total(), 0)
    figures.say("stored twice", (found - expected(count)).total(), 0)
    assert (receipt.on_server, receipt.held, receipt.fetched) == (count, count, 0)
    assert found == expected(count)


@pytest.mark.crash
@pytest.mark.fault("F20")
async def test_mails_as_large_as_are_read_whole_do_not_grow_the_reader(
    database: Database, folder: Folder, make_post: Callable[..., Post], figures: Figures, tmp_path: Path
) -> None:
    """One that was there before and one that comes; a larger one is cut off after its first megabyte."""
    files = FileStore(tmp_path / "files")
    sizes = {0: 31 * MB, 1: 31 * MB, 2: 50 * MB, 3: 31 * MB}
    folder.deliver(range(5, 6))
    post = make_post(files=files)
    await post.read_everything()
    for number, size in sizes.items():
        folder.deliver(range(number, number + 1), size=size // len(LINES))
    async with growing() as growth:
        await post.look()
        folder.number_anew()
        await make_post(files=files).read_everything()
    figures.say("growth", f"{growth.megabytes:.0f} MB", "<= 100 MB")
    found = await stored(database)
    kept = [await files.size(row.payload[RAW_FILE]) for row in found if RAW_FILE in row.payload]
    assert len(found) == 5
    assert sorted(kept) == sorted(row.payload["size"] for row in found if row.payload["size"] > MB)[:3]
    assert [row.payload["truncated"] for row in found].count(True) == 1
    assert growth.megabytes <= 100


@pytest.mark.fault("F17")
async def test_a_half_open_line_is_found_out_and_nothing_is_missed(
    database: Database, folder: Folder, mail: MailServers, make_post: Callable[..., Post], figures: Figures
) -> None:
    async with Proxy("127.0.0.1", mail.ports["imap"]) as proxy:
        post = make_post(
            mail.imap().replace(str(mail.ports["imap"]), str(proxy.port)), idle_seconds=1.0, command_timeout=1.0
        )
        async with running(post):
            await until_idle(post)
            proxy.mode = Mode.BLACKHOLE
            folder.deliver(range(5))
            await asyncio.sleep(1.5)
            proxy.mode = Mode.PASS  # for new lines: the old one stays silent for ever
            silent_since = time.monotonic()
            await until(database, 5, seconds=30)
            found_out = time.monotonic() - silent_since
    figures.say("deadlines of one second: found out in", f"{found_out:.1f} s", "10 s; in life ten minutes")
    assert found_out < 10
    assert await subjects(database) == expected(5)


def test_the_deadlines_in_use() -> None:
    """What the trial above does in seconds takes minutes in life, but no more than ten."""
    answer_waited_for, connecting = 60, 60
    assert IDLE_SECONDS <= 300
    assert LONGEST_IDLE <= 600
    assert LONGEST_PAUSE_SECONDS <= 60
    assert IDLE_SECONDS + answer_waited_for + connecting + LONGEST_PAUSE_SECONDS <= 600


@pytest.mark.fault("F17")
async def test_a_server_that_throws_us_out_is_back_within_moments(
    database: Database, folder: Folder, mail: MailServers, make_post: Callable[..., Post], figures: Figures
) -> None:
    post = make_post()
    async with running(post):
        await until_idle(post)
        configuration = str(mail.directory / "dc/dovecot.conf")
        await asyncio.to_thread(
            subprocess.run, ["doveadm", "-c", configuration, "kick", "crm@shop.test"], check=True, capture_output=True
        )
        folder.deliver(range(3))
        thrown_out = time.monotonic()
        await until(database, 3, seconds=60)
        back = time.monotonic() - thrown_out
    figures.say("back in", f"{back:.1f} s", "60 s")
    assert back < 60
    assert await subjects(database) == expected(3)


async def until_idle(post: Post) -> None:
    """Opened, compared, and waiting for news."""
    async with asyncio.timeout(20):
        while (await post.row()).synced_at is None:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)


async def test_the_list_of_a_large_folder_is_made_of_small_answers(folder: Folder, mail: MailServers) -> None:
    folder.deliver(range(1_000))
    reader = MailboxReader(mail.imap(), folder.name)
    await reader.connect()
    listed = [mail.message_id async for mail in reader.listed(await reader.uids())]
    await reader.close()
    assert sorted(listed) == sorted(f"<{number}.{folder.name}@t>" for number in range(1_000))


async def test_a_mailbox_that_is_read_hears_of_new_mail_at_once(
    database: Database, folder: Folder, make_post: Callable[..., Post]
) -> None:
    folder.deliver(range(50))
    post = make_post()
    async with running(post):
        await until_idle(post)
        arrived = time.monotonic()
        folder.deliver(range(50, 53))
        await until(database, 53, seconds=30)
        assert time.monotonic() - arrived < 10
    assert await subjects(database) == expected(53)
