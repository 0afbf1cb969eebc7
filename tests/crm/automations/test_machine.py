"""Whatever happens in whatever order: events, steps, answers, pauses, edits, restarts and rollbacks lose and double nothing."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from crm.automations import feed, moving, walking
from crm.automations.definition import (
    Branch,
    ChangeTag,
    Definition,
    Reentry,
    Send,
    SendBy,
    Wait,
    WaitFor,
)
from storage.database import Database
from storage.models import AutomationState, DomainEvent, Enrolment, EnrolmentEvent, EnrolmentState, FeedCursor, Outbox
from tests.crm.automations.engine import DOMAIN, Engine, definition

T = TypeVar("T")
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_CLIENTS = 3


def version(number: int) -> Definition:
    """Versions that differ in the middle, or only at the end."""
    return definition(
        Wait(timedelta(days=1)),
        Send(SendBy.EMAIL, "Hello"),
        WaitFor(
            "quote.accepted",
            timedelta(days=2),
            came=(ChangeTag("yes"),),
            missed=(ChangeTag(f"no {number % 2}"), Wait(timedelta(hours=1))),
        ),
        Branch("tag = yes", yes=(ChangeTag("warm"),), no=(Send(SendBy.EMAIL, "Hello"), ChangeTag(f"cold {number}"))),
        when="quote.sent",
        reentry=Reentry(timedelta()),
        expires=timedelta(days=20),
    )


class Undone(Exception):
    """Raised to roll a unit of work back, as a killed process would."""


class Machine(RuleBasedStateMachine):
    def __init__(self, template: Path) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "machine.sqlite3"
        shutil.copy(template, self.path)
        self.loop = asyncio.new_event_loop()
        self.version = 0
        self.posted = 0
        self.does(self.begin())

    def does(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    async def begin(self) -> None:
        self.engine = await Engine.built(Database(f"sqlite:///{self.path}"), START)
        await self.engine.template("Hello")
        self.clients = [await self.engine.client(f"C{n}", email=f"c{n}@x.example") for n in range(_CLIENTS)]
        self.automation = await self.engine.on(version(0))

    @rule(client=st.integers(0, _CLIENTS - 1), name=st.sampled_from(["quote.sent", "quote.accepted", "call.missed"]))
    def something_happens(self, client: int, name: str) -> None:
        self.posted += name == "quote.sent"
        self.does(self.engine.happens(name, self.clients[client], direction="out"))

    @rule(client=st.integers(0, _CLIENTS - 1), automatic=st.booleans())
    def they_answer(self, client: int, automatic: bool) -> None:
        self.does(self.engine.happens("message.received", self.clients[client], automatic=automatic))

    @rule(hours=st.sampled_from([1, 5, 24, 50]))
    def time_passes(self, hours: int) -> None:
        self.engine.now += timedelta(hours=hours)

    @rule(limit=st.integers(1, 4))
    def the_feed_is_read(self, limit: int) -> None:
        async def read() -> None:
            async with self.engine.database.write() as session:
                await feed.read_events(session, now=self.engine.now, limit=limit)

        self.does(read())

    @rule(batch=st.integers(1, 4))
    def somebody_walks(self, batch: int) -> None:
        async def walk() -> None:
            async with self.engine.database.write() as session:
                await walking.walker(DOMAIN, batch=batch)(session, now=self.engine.now)

        self.does(walk())

    @rule(reads=st.booleans())
    def a_process_dies_before_its_commit(self, reads: bool) -> None:
        async def die() -> None:
            try:
                async with self.engine.database.write() as session:
                    if reads:
                        await feed.read_events(session, now=self.engine.now)
                    else:
                        await walking.walker(DOMAIN)(session, now=self.engine.now)
                    raise Undone
            except Undone:
                return

        self.does(die())

    @rule(state=st.sampled_from([AutomationState.ON, AutomationState.PAUSED]))
    def it_is_paused_or_resumed(self, state: AutomationState) -> None:
        self.does(self.engine.set_state(self.automation, state))

    @rule()
    def it_is_edited(self) -> None:
        self.version += 1
        self.does(self.engine.rewrite(self.automation, version(self.version)))

    @rule()
    def those_inside_are_moved(self) -> None:
        async def move() -> None:
            async with self.engine.database.write() as session:
                await moving.move_inside(
                    session, actor=self.engine.manager, automation_id=self.automation.id, now=self.engine.now
                )

        self.does(move())

    @rule()
    def everything_restarts(self) -> None:
        async def restart() -> None:
            await self.engine.database.close()
            self.engine.database = Database(f"sqlite:///{self.path}")

        self.does(restart())

    @rule()
    def the_post_is_sent(self) -> None:
        async def send() -> None:
            async with self.engine.database.write() as session:
                for row in (await session.execute(select(Outbox).where(Outbox.state == "planned"))).scalars():
                    row.state, row.sent_at = row.state.SENT, self.engine.now

        self.does(send())

    @invariant()
    def nothing_is_doubled_or_lost(self) -> None:
        self.does(self.check())

    async def check(self) -> None:
        async with self.engine.database.read() as session:
            enrolments = (await session.execute(select(Enrolment))).scalars().all()
            story = (await session.execute(select(EnrolmentEvent))).scalars().all()
            rows = (await session.execute(select(Outbox).where(Outbox.kind == "automation"))).scalars().all()
            cursor = await session.get(FeedCursor, "automations")
            answers = (
                (await session.execute(select(DomainEvent).where(DomainEvent.name == "message.received")))
                .scalars()
                .all()
            )
        assert len(enrolments) <= self.posted
        done = [(one.enrolment_id, one.place, one.what) for one in story if one.what not in ("moved", "waiting-for")]
        assert len(done) == len(set(done)), "a step was done twice"
        planned = {one.outbox_id for one in story if one.what == "sent"}
        assert planned == {row.id for row in rows}, "a message without its line, or a line without its message"
        read = cursor.event_id if cursor is not None else 0
        for one in enrolments:
            heard = [
                event
                for event in answers
                if one.since_event_id < event.id <= read
                and event.client_id == one.client_id
                and not event.facts["automatic"]
                and (one.ended_at is None)
            ]
            assert heard == [], "they answered, and are inside still"
            assert one.state is not EnrolmentState.FAILED, one.ended_because
            if one.state is EnrolmentState.LEFT:
                theirs = [line.outbox_id for line in story if line.enrolment_id == one.id and line.outbox_id]
                assert [row.state for row in rows if row.id in theirs and row.state.value == "planned"] == []

    def teardown(self) -> None:
        self.does(self.end())
        self.loop.close()
        shutil.rmtree(self.folder)

    async def end(self) -> None:
        """Left to itself, everybody comes to an end."""
        await self.engine.set_state(self.automation, AutomationState.ON)
        for _ in range(12):
            await self.engine.later(days=2)
        await self.check()
        left = [one for one in await self.engine.enrolments() if one.state is EnrolmentState.INSIDE]
        assert left == []
        await self.engine.database.close()


def test_nothing_is_lost_or_doubled_in_any_order(template: Path) -> None:
    run_state_machine_as_test(
        lambda: Machine(template),
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=False,
        ),
    )
