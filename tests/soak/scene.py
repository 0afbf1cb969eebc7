"""One company in bad weather: the product, the people, and a note of everything that was asked of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import select

from crm.automations import keeping
from storage.models import MailboxCursor, Staff
from tests.faults.rig import Rig, rigged
from tests.faults.smtp_sink import SmtpSink, sink
from tests.flows.players import Control

CLIENTS = 300
MAIL_S = 0.05  # what the mail server takes for each, so that troubles find mailings under way
MANAGER = 1  # the id of the one whose mailings these are


@dataclass
class Scene:
    """`wrong` says in words what did not hold; everything else was asked for, or counted."""

    rig: Rig
    mail: SmtpSink
    control: Control
    dice: Random
    mailings: dict[int, int] = field(default_factory=dict)  # id → number in its text, until its sums are drawn
    left: dict[int, datetime] = field(default_factory=dict)  # client → when they were heard to want no more
    lines: set[str] = field(default_factory=set)  # what a rep logged
    letters: set[str] = field(default_factory=set)  # subjects of customers' mail
    texts: set[str] = field(default_factory=set)  # customers' SMS
    newcomers: set[int] = field(default_factory=set)
    at_work: list[asyncio.Task[None]] = field(default_factory=list)  # what outlives a round
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # this round's work is
    doubtful: int = 0  # mails that may come twice: their answer was lost, or a kill found them on the wire
    ahead: list[Callable[[Scene], Awaitable[None]]] = field(default_factory=list)  # troubles of this turn
    counted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def heal(self) -> None:
        """Every stand-in behaves again."""
        self.rig.sandbox.faults.change({server: {} for server in ("telegram", "smtp", "imap", "twilio")})
        self.mail.at_rcpt = self.mail.at_data = lambda _recipient, _tries: ""
        self.mail.greeting = "220 sink ESMTP"


@asynccontextmanager
async def opened(place: Path, database_url: str, *, seed: int) -> AsyncIterator[Scene]:
    """The company at its desks: clients, an automation that is on, the mailbox read through."""
    async with rigged(place, database_url) as rig, sink(delay=MAIL_S) as mail:
        control = Control(rig.sandbox.url)
        try:
            await rig.company.add_clients(CLIENTS)
            await rig.start(TOUCHLINE_SMTP_URL=f"smtp://127.0.0.1:{mail.port}?starttls=never", TOUCHLINE_SMS_RATE="100")
            scene = Scene(rig, mail, control, Random(seed))
            await _switch_on(scene)
            await _read_through(scene)
            yield scene
        finally:
            await control.close()


async def _switch_on(scene: Scene) -> None:
    now = scene.rig.sandbox.clock.now()
    async with scene.rig.company.database.write() as session:
        manager = await session.get_one(Staff, MANAGER)
        automation = await keeping.create_from_recipe(session, actor=manager, slug="welcome", now=now)
        await keeping.switch_on(session, actor=manager, automation_id=automation.id, now=now)


async def _read_through(scene: Scene) -> None:
    """What lies in a mailbox before it was read for the first time is history and announced to nobody."""
    async with asyncio.timeout(60):
        while True:
            async with scene.rig.company.database.read() as session:
                if (await session.execute(select(MailboxCursor.mailbox))).first() is not None:
                    return
            await asyncio.sleep(0.1)
