# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Pictures of customers over the wire: the message is there at once, its pictures follow, and none is lost in silence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.sms.media import MediaFetcher
from crm.inbound import media
from crm.inbound.media import Fetching, fetching
from sandbox.server import Sandbox
from sandbox.twilio_phones import inbound_parameters
from scheduler.inbound import MEDIA_AFTER, InboundLoop
from storage.database import Database
from storage.files import FileStore
from storage.models import Attachment, CardMessage, Inbox, InboxSource, Interaction, Outbox, StoredFile
from tests.channels.outbox.play import MovedClock
from tests.factories import make_client, make_staff
from tests.sandbox.conftest import Control, control, sandbox  # noqa: F401  (fixtures)

ANNA = "+4915112345678"
PICTURES = [("image/jpeg", b"\xff\xd8 a bolt"), ("application/pdf", b"%PDF a drawing")]


@pytest.fixture
def clock(now: datetime) -> MovedClock:
    return MovedClock(now)


@pytest.fixture
async def loop(sandbox: Sandbox, database: Database, clock: MovedClock, tmp_path: Path) -> AsyncIterator[InboundLoop]:
    known = sandbox.accounts
    fetcher = MediaFetcher(
        account_sid=known.twilio_account_sid, auth_token=known.twilio_auth_token, api_url=sandbox.twilio_api_url
    )
    running = InboundLoop(
        database=database, files=FileStore(tmp_path), clock=clock, planned=lambda: None, media=fetcher
    )
    async with database.write() as session:
        await make_client(session, "Anna", owner=await make_staff(session), phone=ANNA)
    yield running
    await running.close()


async def arrives(sandbox: Sandbox, database: Database, now: datetime, **changed: str) -> None:
    """As web/twilio.py stores it."""
    text = await sandbox.phones.write(sandbox.world.person("anna"), "Do you have these?", PICTURES)
    fields = inbound_parameters(text, sandbox.accounts.twilio_account_sid, sandbox.twilio_api_url) | changed
    async with database.write() as session:
        await inbox.store(session, source=InboxSource.SMS, external_id=text.sid, lane=ANNA, payload=fields, now=now)


async def message(session: AsyncSession) -> Interaction:
    return (await session.execute(select(Interaction))).scalar_one()


async def kept(session: AsyncSession) -> list[tuple[str, str, int]]:
    query = select(Attachment.name, StoredFile.media_type, StoredFile.size).join(
        StoredFile, StoredFile.id == Attachment.file_id
    )
    return [tuple(row) for row in await session.execute(query.order_by(Attachment.name))]


async def test_the_message_comes_first_and_its_pictures_follow(
    sandbox: Sandbox, database: Database, loop: InboundLoop, clock: MovedClock, tmp_path: Path
) -> None:
    await arrives(sandbox, database, clock.now())
    assert await loop.process(InboxSource.SMS) == 1
    async with database.read() as session:
        received = await message(session)
        assert received.text == "Do you have these?"
        assert await fetching(session, received) == Fetching(coming=2)
        announced = (await session.execute(select(Outbox).where(Outbox.kind == "card"))).scalars().all()
        assert len(announced) == 1
    assert await loop.process(InboxSource.SMS_MEDIA) == 2
    async with database.read() as session:
        assert await kept(session) == [("mms-1.jpg", "image/jpeg", 9), ("mms-2.pdf", "application/pdf", 14)]
        assert await fetching(session, await message(session)) == Fetching()
        digest = (await session.execute(select(StoredFile.sha256).order_by(StoredFile.id))).scalars().first()
    assert await FileStore(tmp_path).get(digest or "") == PICTURES[0][1]


async def test_a_card_on_its_way_to_the_chat_is_edited_when_it_hangs(
    sandbox: Sandbox, database: Database, loop: InboundLoop, clock: MovedClock
) -> None:
    await arrives(sandbox, database, clock.now())
    await loop.process(InboxSource.SMS)
    await loop.process(InboxSource.SMS_MEDIA)
    async with database.write() as session:
        assert await media.refresh_late(session, now=clock.now()) == 0
        hanging = CardMessage(
            card="inbound",
            card_id=(await message(session)).id,
            staff_id=1,
            chat_id=1,
            message_id=5,
            created_at=clock.now(),
        )
        session.add(hanging)
        await session.flush()
        assert await media.refresh_late(session, now=clock.now()) == 1
        assert await media.refresh_late(session, now=clock.now()) == 0


async def test_what_cannot_be_fetched_now_is_fetched_later(
    sandbox: Sandbox, control: Control, database: Database, loop: InboundLoop, clock: MovedClock
) -> None:
    await arrives(sandbox, database, clock.now())
    await loop.process(InboxSource.SMS)
    await control.post("faults", {"twilio": {"refuse": 503, "only": ["media.fetch"]}})
    assert await loop.process(InboxSource.SMS_MEDIA) == 0
    asked = sandbox.world.call_counts["twilio", "media.fetch", 503]
    assert await loop.process(InboxSource.SMS_MEDIA) == 0
    assert sandbox.world.call_counts["twilio", "media.fetch", 503] == asked == 2, "not again before its time"
    await control.post("faults", {"twilio": {}})
    clock.advance(seconds=11)
    assert await loop.process(InboxSource.SMS_MEDIA) == 2
    async with database.read() as session:
        assert len(await kept(session)) == 2


async def test_what_never_comes_is_said_on_the_message(
    sandbox: Sandbox, control: Control, database: Database, loop: InboundLoop, clock: MovedClock
) -> None:
    await arrives(sandbox, database, clock.now(), MediaUrl1="http://169.254.169.254/latest/meta-data")
    await loop.process(InboxSource.SMS)
    await control.post("faults", {"twilio": {"drop": True, "only": ["media.fetch"]}})
    assert await loop.process(InboxSource.SMS_MEDIA) == 1, "another host is never asked"
    for wait in MEDIA_AFTER[1:]:
        async with database.read() as session:
            assert await fetching(session, await message(session)) == Fetching(coming=1, missing=1)
        clock.advance(seconds=wait.total_seconds() + 1)
        await loop.process(InboxSource.SMS_MEDIA)
    async with database.read() as session:
        assert await fetching(session, await message(session)) == Fetching(missing=2)
        errors = (await session.execute(select(Inbox.error).where(Inbox.source == InboxSource.SMS_MEDIA))).scalars()
        assert sorted(str(error) for error in errors) == [
            "MediaRefused: not-twilios",
            "MediaUnavailable: ServerDisconnectedError",
        ]


@pytest.mark.parametrize("count", ["", "0", "x", "-1", "99999", "3"])
async def test_odd_counts_of_media_break_nothing(
    sandbox: Sandbox, database: Database, loop: InboundLoop, clock: MovedClock, count: str
) -> None:
    await arrives(sandbox, database, clock.now(), NumMedia=count)
    assert await loop.process(InboxSource.SMS) == 1
    assert await loop.process(InboxSource.SMS_MEDIA) == (2 if count == "3" else 0)


async def test_a_copy_of_the_message_adds_no_second_picture(
    sandbox: Sandbox, database: Database, loop: InboundLoop, clock: MovedClock
) -> None:
    await arrives(sandbox, database, clock.now())
    for _ in range(2):
        await loop.process(InboxSource.SMS)
        await loop.process(InboxSource.SMS_MEDIA)
    async with database.read() as session:
        assert len(await kept(session)) == 2
