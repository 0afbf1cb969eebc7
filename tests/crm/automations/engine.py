"""The engine as tests drive it: automations from definitions, time passed in, every tick in a unit of work of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from crm import events, templates
from crm.automations import dates, document, feed, leaving, presence, walking
from crm.automations.definition import Definition, Step, Trigger
from storage.database import Database
from storage.models import (
    Automation,
    AutomationState,
    AutomationVersion,
    Channel,
    Client,
    DomainEvent,
    Enrolment,
    EnrolmentEvent,
    FeedCursor,
    Language,
    Outbox,
    Role,
    Staff,
)
from tests.factories import make_client, make_staff

DOMAIN = "crm.example"
PATIENCE_S = 60.0


def definition(*steps: Step, when: str = "client.created", **more: Any) -> Definition:
    trigger = more.pop("trigger", None) or Trigger(when, more.pop("facts", ()), more.pop("days", None))
    return Definition(more.pop("name", "Welcome"), trigger, tuple(steps), **more)


@dataclass
class Engine:
    """`now` is the moment everything happens at; tests move it."""

    database: Database
    now: datetime
    manager: Staff

    @classmethod
    async def built(cls, database: Database, now: datetime) -> Engine:
        async with database.write() as session:
            manager = await make_staff(session, Role.MANAGER, name="Marta", telegram_id=77, timezone="UTC")
        return cls(database, now, manager)

    async def on(self, made: Definition) -> Automation:
        """Switched on as it is: what is checked before is not the engine's, and it has to bear what slipped through."""
        async with self.database.write() as session:
            automation = Automation(
                name=made.name,
                state=AutomationState.ON,
                on_since=self.now,
                version_number=0,
                created_by_id=self.manager.id,
                created_at=self.now,
            )
            session.add(automation)
        await self.rewrite(automation, made)
        return automation

    async def rewrite(self, automation: Automation, made: Definition) -> None:
        """The next version."""
        async with self.database.write() as session:
            row = await session.get_one(Automation, automation.id)
            row.version_number += 1
            text = document.write(made)
            session.add(
                AutomationVersion(automation_id=row.id, number=row.version_number, document=text, created_at=self.now)
            )

    async def set_state(self, automation: Automation, state: AutomationState) -> None:
        async with self.database.write() as session:
            row = await session.get_one(Automation, automation.id)
            row.state = state
            row.on_since = self.now if state is AutomationState.ON else row.on_since

    async def template(self, name: str, channel: Channel = Channel.EMAIL, text: str = "Hello {name}") -> None:
        async with self.database.write() as session:
            made = await templates.create(session, actor=self.manager, name=name, channel=channel, now=self.now)
            subject = "Hi" if channel is Channel.EMAIL else ""
            await templates.write_version(
                session,
                actor=self.manager,
                template_id=made.id,
                language=Language.EN,
                subject=subject,
                text=text,
                now=self.now,
            )

    async def client(self, name: str = "Anna", **fields: Any) -> Client:
        async with self.database.write() as session:
            return await make_client(session, name, **fields)

    async def happens(self, name: str, client: Client | None = None, **facts: Any) -> None:
        async with self.database.write() as session:
            events.record(session, name, now=self.now, client_id=client.id if client else None, **facts)

    async def newcomer(self, name: str = "Anna", **fields: Any) -> Client:
        """A client who is made now, with the event that says so."""
        client = await self.client(name, **fields)
        await self.happens("client.created", client)
        return client

    async def read(self) -> None:
        """The feed until it has nothing left; on PostgreSQL it waits for others' transactions, of other tests too."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            async with self.database.write() as session:
                await feed.read_events(session, now=self.now)
            async with self.database.read() as session:
                cursor = await session.get(FeedCursor, "automations")
                newest = (
                    await session.execute(select(DomainEvent.id).order_by(DomainEvent.id.desc()).limit(1))
                ).scalar()
                if cursor is not None and cursor.event_id >= (newest or 0):
                    return
            await asyncio.sleep(0.01)
        raise AssertionError("the feed stands still")

    async def walk(self) -> int:
        async with self.database.write() as session:
            return await walking.walker(DOMAIN)(session, now=self.now)

    async def run(self) -> None:
        """Everything that is due: events, then steps, until nothing moves."""
        for _ in range(60):
            await self.read()
            if not await self.walk():
                return
        raise AssertionError("it never comes to rest")

    async def later(self, **length: float) -> None:
        self.now += timedelta(**length)
        await self.run()

    async def days_come(self) -> None:
        for _ in range(500):
            async with self.database.write() as session:
                if not await dates.enter_by_dates(session, now=self.now):
                    break
        await self.run()

    async def segments_compared(self) -> None:
        for _ in range(50):
            async with self.database.write() as session:
                if not await presence.compare(session, now=self.now):
                    break
        await self.run()

    async def bounces_seen(self) -> int:
        async with self.database.write() as session:
            return await leaving.end_by_bounces(session, now=self.now)

    async def enrolments(self) -> list[Enrolment]:
        async with self.database.read() as session:
            return list((await session.execute(select(Enrolment).order_by(Enrolment.id))).scalars())

    async def only(self) -> Enrolment:
        (found,) = await self.enrolments()
        return found

    async def standing(self) -> list[tuple[str, str, str]]:
        return [(one.state.value, one.place, one.ended_because) for one in await self.enrolments()]

    async def story(self) -> list[str]:
        async with self.database.read() as session:
            return list((await session.execute(select(EnrolmentEvent.what).order_by(EnrolmentEvent.id))).scalars())

    async def outbox(self, *kinds: str) -> Sequence[Outbox]:
        async with self.database.read() as session:
            query = select(Outbox).order_by(Outbox.id)
            rows = (await session.execute(query)).scalars().all()
            return [row for row in rows if not kinds or row.kind in kinds]

    async def fresh(self, client: Client) -> Client:
        async with self.database.read() as session:
            return await session.get_one(Client, client.id)
