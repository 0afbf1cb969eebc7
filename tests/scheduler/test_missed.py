# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""One loop for what Twilio's webhooks missed: whatever kind of news it is, nothing is lost when Twilio cannot be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from app import incoming
from app import settings as product_settings
from app.wiring import build
from sandbox.server import Sandbox
from scheduler import missed
from scheduler.missed import EVERY_SECONDS, Kind, MissedLoop
from scheduler.missed_texts import MissedTexts
from storage.database import Database
from storage.queries import missed as rows
from tests.scheduler.missed_desk import Desk, desk, make_loop, sandbox  # noqa: F401  (fixtures)


async def a_text(desk: Desk) -> None:
    await desk.write("while Twilio was away", ago=timedelta(hours=3))


async def a_call(desk: Desk) -> None:
    await desk.call_webhook(await desk.ring())
    await desk.ring(ago=timedelta(hours=3))


async def a_status(desk: Desk) -> None:
    text, _ = await desk.send()
    await desk.sandbox.phones.carry(text, "delivered")
    desk.sandbox.clock.advance(timedelta(hours=3))


# The list that is asked, how its news comes about, and how many rows there are then.
KINDS: dict[str, tuple[str, Callable[[Desk], Awaitable[None]], int]] = {
    "texts": ("messages.list", a_text, 1),
    "calls": ("calls.list", a_call, 2),
    "statuses": ("messages.list", a_status, 1),
}


def kind_of(desk: Desk, name: str) -> Kind:
    return next(kind for kind in desk.loop.kinds if kind.name == name)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("fault", [{"refuse": 20003}, {"rate_limit": 7}, {"drop": True}, {"refuse": 503}])
async def test_a_failure_keeps_the_moment_is_logged_once_and_asked_again_later_and_later(
    desk: Desk, fault: dict[str, object], name: str
) -> None:
    method, happens, stored = KINDS[name]
    kind = kind_of(desk, name)
    await happens(desk)
    before = await desk.known(kind)
    desk.sandbox.faults.change({"twilio": {**fault, "only": [method]}})
    with structlog.testing.capture_logs() as logs:
        pauses = [await desk.loop.look_quietly(kind) for _ in range(8)]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert [(one["log_level"], one["news"]) for one in logs] == [("warning", name)]
    assert await desk.known(kind) == before
    desk.sandbox.faults.change({"twilio": {}})
    desk.sandbox.clock.advance(timedelta(days=2))
    assert await desk.loop.look_quietly(kind) == EVERY_SECONDS
    assert len(await desk.rows(kind.source)) == stored
    known = await desk.known(kind)
    assert known.last > before.last + timedelta(days=2)
    assert known.found == 1
    await happens(desk)
    desk.sandbox.faults.change({"twilio": {"rate_limit": 900, "only": [method]}})
    assert 900 <= await desk.loop.look_quietly(kind) <= 901, "as long as Twilio asks for, where that is longer"


@pytest.mark.parametrize("name", KINDS)
async def test_two_processes_that_look_at_once_double_nothing(desk: Desk, name: str) -> None:
    _, happens, stored = KINDS[name]
    await happens(desk)
    other = make_loop(desk.sandbox, desk.database, [], numbers=[desk.sandbox.accounts.twilio_number])
    theirs = next(kind for kind in other.kinds if kind.name == name)
    looks = await asyncio.gather(desk.loop.look(kind_of(desk, name)), other.look(theirs))
    await other._twilio.close()
    assert sum(one.found for one in looks) == 1
    assert len(await desk.rows(theirs.source)) == stored


async def test_each_kind_is_counted_by_itself(desk: Desk) -> None:
    for _, happens, _ in KINDS.values():
        await happens(desk)
    for kind in desk.loop.kinds:
        assert (await desk.loop.look(kind)).found == 1
    async with desk.database.read() as session:
        assert await rows.found(session) == {"calls": 1, "statuses": 1, "texts": 1}
    assert len(desk.wakings) == 3, "who handles it is told"


async def test_a_list_that_is_refused_holds_up_no_other(desk: Desk) -> None:
    await a_text(desk)
    await a_call(desk)
    desk.sandbox.faults.change({"twilio": {"refuse": 503, "only": ["messages.list"]}})
    stop, stored = asyncio.Event(), asyncio.Event()
    desk.loop._stored = stored.set
    running = asyncio.create_task(desk.loop.run(stop))
    await asyncio.wait_for(stored.wait(), 5)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert len(await desk.rows(desk.calls.source)) == 2
    assert await desk.stored() == []


async def test_the_database_away_ends_no_loop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(missed.rows, "looks", away)
    assert await desk.loop.look_quietly(desk.texts) == 60


async def test_only_who_leads_looks(sandbox: Sandbox, database: Database) -> None:
    leads, looked, stop = False, set[str](), asyncio.Event()
    all_looked = asyncio.Event()
    loop = make_loop(sandbox, database, [])
    loop._leads = lambda: leads

    async def look(kind: Kind) -> float:
        looked.add(kind.name)
        if len(looked) == len(KINDS):
            all_looked.set()
        return 60.0

    loop.look_quietly = look  # type: ignore[method-assign]
    running = asyncio.create_task(loop.run(stop))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(all_looked.wait(), 0.1)
    assert looked == set()
    leads = True
    await asyncio.wait_for(all_looked.wait(), 5)
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_silence_of_twilio_holds_up_no_stop(desk: Desk) -> None:
    desk.sandbox.faults.change({"twilio": {"delay": 8, "only": ["messages.list"]}})
    stop = asyncio.Event()
    running = asyncio.create_task(desk.loop.run(stop))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(running), 0.3)
    stop.set()
    await asyncio.wait_for(running, 6)


NUMBER, SERVICE = "+15005550006", "MG" + "b" * 32


@pytest.mark.parametrize(
    ("sender", "voice", "numbers", "follows"),
    [
        (NUMBER, "", [NUMBER], False),
        (NUMBER, "+15005550007", [NUMBER, "+15005550007"], False),
        ("24681", "", ["24681"], False),
        (SERVICE, "", [], True),
        (SERVICE, "+15005550007", ["+15005550007"], True),
        ("TOUCHLINE", "", [], True),
    ],
)
async def test_the_numbers_are_those_of_the_settings(
    tmp_path: Path, now: datetime, sender: str, voice: str, numbers: list[str], follows: bool
) -> None:
    account = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "f" * 32, "TWILIO_FROM": sender}
    given = {**account, "VOICE_FROM": voice, "DATA_DIR": str(tmp_path)}
    environment = {f"TOUCHLINE_{name}": value for name, value in given.items() if value}
    product = build(product_settings.load(environment=environment, env_file=None))
    loop = incoming.loops(product)["missed"]
    assert isinstance(loop, MissedLoop)
    assert [kind.name for kind in loop.kinds] == list(KINDS)
    texts = loop.kinds[0]
    assert isinstance(texts, MissedTexts)
    assert (texts.numbers, texts.follows) == (numbers, follows)
    await product.close()
    off = build(product_settings.load(environment={"TOUCHLINE_DATA_DIR": str(tmp_path)}, env_file=None))
    assert incoming.loops(off) == {}
