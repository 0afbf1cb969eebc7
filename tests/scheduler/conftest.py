"""Fixtures of what happens because time passed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from channels.email.isolation import MailParser
from crm.threads import House
from scheduler.clock import Clock
from scheduler.inbound import InboundLoop
from storage.database import Database
from storage.files import FileStore
from storage.models import Role
from tests.factories import make_staff
from tests.scheduler.mailroom import Mailroom


@pytest.fixture
def clock(now: datetime) -> Clock:
    class StillClock:
        def now(self) -> datetime:
            return now

    return StillClock()


@pytest.fixture
async def mailroom(database: Database, tmp_path: Path, now: datetime, clock: Clock) -> AsyncIterator[Mailroom]:
    files = FileStore(tmp_path / "files")
    async with database.write() as session:
        await make_staff(session, Role.MANAGER)
    loop = InboundLoop(
        database=database,
        files=files,
        clock=clock,
        planned=lambda: None,
        parser=MailParser(cpu_seconds=5.0),
        house=House(frozenset({"crm@us.example"}), "us.example"),
    )
    yield Mailroom(database, files, loop, now)
    await loop.close()
