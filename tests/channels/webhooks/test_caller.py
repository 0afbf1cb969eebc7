"""Calls to other programs: signed, repeated until answered or the day is over, and made by one process only."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from aiohttp import web
from sqlalchemy import select, update

from channels.webhooks import WebhookCaller
from storage.database import Database, real_now
from storage.models import (
    Automation,
    AutomationState,
    AutomationVersion,
    Enrolment,
    WebhookCall,
    WebhookState,
)
from tests.channels.outbox.play import MovedClock
from tests.factories import make_client

KEY = b"k" * 32


@dataclass
class Other:
    """Another program: keeps what it was sent, answers as told."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        status = self.statuses.pop(0) if self.statuses else 200
        headers = {"Location": f"http://127.0.0.1:{self.port}/elsewhere"} if status == 302 else {}
        if status == 599:
            await asyncio.sleep(5)
        return web.Response(status=status, text="x" * 5_000, headers=headers)


@pytest.fixture
async def other() -> AsyncIterator[Other]:
    program = Other()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", program.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    program.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    yield program
    await runner.cleanup()


def caller(database: Database, clock: MovedClock, *inside: str) -> WebhookCaller:
    return WebhookCaller(database=database, clock=clock, key=KEY, inside=inside, timeout=0.5)


async def plan(database: Database, now: datetime, *urls: str) -> None:
    async with database.write() as session:
        client = await make_client(session)
        automation = Automation(name="A", state=AutomationState.ON, created_at=now)
        session.add(automation)
        await session.flush()
        version = AutomationVersion(automation_id=automation.id, number=1, document="x", created_at=now)
        session.add(version)
        await session.flush()
        enrolment = Enrolment(
            automation_id=automation.id,
            version_id=version.id,
            client_id=client.id,
            entry_key="event:1",
            due_at=now,
            entered_at=now,
        )
        session.add(enrolment)
        await session.flush()
        for number, url in enumerate(urls):
            session.add(
                WebhookCall(
                    enrolment_id=enrolment.id,
                    place=str(number),
                    url=url,
                    body=json.dumps({"n": number, "name": "Анна"}, ensure_ascii=False),
                    due_at=now,
                    created_at=now,
                )
            )


async def calls(database: Database) -> list[WebhookCall]:
    async with database.read() as session:
        return list((await session.execute(select(WebhookCall).order_by(WebhookCall.id))).scalars())


async def test_a_call_is_signed_and_answered(database: Database, now: datetime, other: Other) -> None:
    await plan(database, now, f"http://127.0.0.1:{other.port}/hook")
    assert await caller(database, MovedClock(now), "127.0.0.1").turn() == 1
    (call,) = await calls(database)
    assert (call.state, call.attempts, call.status, len(call.reply)) == (WebhookState.ANSWERED, 1, 200, 500)
    headers, body = other.heard[0]
    seconds, _, mac = headers["Touchline-Signature"].removeprefix("t=").partition(",v1=")
    assert int(seconds) == int(now.timestamp())
    assert hmac.compare_digest(mac, hmac.new(KEY, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest())
    assert (headers["Touchline-Call"], json.loads(body)["name"]) == (str(call.id), "Анна")
    assert await caller(database, MovedClock(now), "127.0.0.1").turn() == 0


@pytest.mark.long
async def test_it_is_tried_until_answered(database: Database, now: datetime, other: Other) -> None:
    other.statuses = [500, 302, 404, 599]
    clock = MovedClock(now)
    await plan(database, now, f"http://127.0.0.1:{other.port}/hook")
    at_work = caller(database, clock, "127.0.0.1")
    for expected in (500, 302, 404, None):
        await at_work.turn()
        (call,) = await calls(database)
        assert (call.state, call.status) == (WebhookState.PLANNED, expected)
        assert call.due_at > clock.now()
        assert await at_work.turn() == 0
        clock.moment = call.due_at
    await at_work.turn()
    (call,) = await calls(database)
    assert (call.state, call.attempts) == (WebhookState.ANSWERED, 5)
    assert len(other.heard) == 5  # the redirect was not followed
    assert len({headers["Touchline-Call"] for headers, _ in other.heard}) == 1


async def test_after_a_day_it_is_given_up(database: Database, now: datetime, other: Other) -> None:
    clock = MovedClock(now)
    other.statuses = [503] * 100
    await plan(database, now, f"http://127.0.0.1:{other.port}/hook")
    at_work = caller(database, clock, "127.0.0.1")
    while await at_work.turn():
        (call,) = await calls(database)
        clock.moment = call.due_at
    assert call.state is WebhookState.GIVEN_UP
    assert now + timedelta(hours=22) < clock.now() <= now + timedelta(days=1)


async def test_four_callers_call_once_each(database: Database, now: datetime, other: Other) -> None:
    await plan(database, now, *(f"http://127.0.0.1:{other.port}/{n}" for n in range(50)))

    async def work() -> None:
        at_work = caller(database, MovedClock(now), "127.0.0.1")
        while await at_work.turn():
            pass

    await asyncio.gather(*(work() for _ in range(4)))
    assert len(other.heard) == 50
    assert {call.state for call in await calls(database)} == {WebhookState.ANSWERED}


async def test_a_call_whose_caller_died_is_made_again(database: Database, now: datetime, other: Other) -> None:
    await plan(database, now, f"http://127.0.0.1:{other.port}/hook")
    taken = {"state": WebhookState.CALLING, "lease_token": "dead", "attempts": 1}
    async with database.write() as session:
        await session.execute(update(WebhookCall).values(lease_expires_at=real_now() + timedelta(minutes=1), **taken))
    assert await caller(database, MovedClock(now), "127.0.0.1").turn() == 0
    async with database.write() as session:
        await session.execute(update(WebhookCall).values(lease_expires_at=real_now() - timedelta(seconds=1)))
    assert await caller(database, MovedClock(now), "127.0.0.1").turn() == 1
    (call,) = await calls(database)
    assert (call.state, call.attempts) == (WebhookState.ANSWERED, 2)


async def test_inner_addresses_are_never_called(database: Database, now: datetime, other: Other) -> None:
    """B9: nothing inside the house is reached, and what says so itself is not tried again."""
    port = other.port
    urls = [
        f"http://127.0.0.1:{port}/",
        f"http://localhost:{port}/",
        f"http://localhost.:{port}/",
        f"http://127.1:{port}/",
        f"http://2130706433:{port}/",
        f"http://0x7f.1:{port}/",
        f"http://0.0.0.0:{port}/",
        f"http://[::1]:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http://user:pass@127.0.0.1:{port}/",
        f"http://①②⑦.⓪.⓪.①:{port}/",
        f"http://１２７。0。0。1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ]
    await plan(database, now, *urls)
    await caller(database, MovedClock(now)).turn()
    assert other.heard == []
    # Some spellings are names nobody resolves here: those are tried again, in vain.
    again = {call.url for call in await calls(database) if call.state is not WebhookState.GIVEN_UP}
    assert again <= {urls[2], urls[3], urls[4], urls[5]}
