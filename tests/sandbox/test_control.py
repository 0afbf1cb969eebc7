"""The control API: its shapes, its long poll, its clock, and what it answers to nonsense."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from sandbox.clock import FollowingClock, MovableClock, parse_duration
from sandbox.server import Sandbox
from tests.sandbox.conftest import REP, Control


async def test_people(control: Control) -> None:
    found = {person["id"]: person for person in await control.get("people")}
    assert found["anna"]["client_id"] == 7
    assert {"id", "name", "role", "language", "client_id"} <= set(found["rep"])
    assert "nobody" in (await control.get("people/nobody/chat", status=404))["error"]
    assert "Telegram" in (await control.get("people/anna/chat", status=400))["error"]
    assert "mailbox" in (await control.post("people/rep/mailbox/send", {"text": "x"}, status=400))["error"]
    assert "text" in (await control.post("people/anna/mailbox/send", {"subject": "x"}, status=400))["error"]
    assert "nothing to say" in (await control.post("people/rep/say", {}, status=400))["error"]


async def test_changes_wait_for_news(sandbox: Sandbox, control: Control) -> None:
    first = await control.get("changes?after=0")
    assert set(first["changed"]) == set(sandbox.world.people)
    started = time.monotonic()
    waiting = asyncio.create_task(control.get(f"changes?after={first['seq']}&timeout=20"))
    quiet = await control.get(f"changes?after={first['seq']}&timeout=0.1")
    assert (quiet["seq"], quiet["changed"], waiting.done()) == (first["seq"], [], False)
    await control.post("people/rep/say", {"text": "hello"})
    news = await waiting
    assert news["changed"] == ["rep"]
    assert time.monotonic() - started < 5


async def test_the_clock_moves_forward_only(sandbox: Sandbox, control: Control) -> None:
    before = datetime.fromisoformat((await control.get("clock"))["now"])
    moved = datetime.fromisoformat((await control.post("clock", {"advance": "2h 30m"}))["now"])
    assert timedelta(hours=2, minutes=30) <= moved - before < timedelta(hours=2, minutes=31)
    assert sandbox.bot.unix_now() >= int(moved.timestamp())
    target = (moved + timedelta(days=1)).isoformat()
    assert (await control.post("clock", {"to": target}))["now"] >= target[:19]
    for wrong in ({"advance": "-1h"}, {"advance": "soon"}, {"advance": ""}, {"to": "2027-01-01T09:00"}):
        assert "error" in await control.post("clock", wrong, status=400)


async def test_the_page_is_served(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as http, http.get(sandbox.url) as response:
        assert response.status == 200


def test_an_offset_survives_and_can_be_followed(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    clock, follower = MovableClock(path=path), FollowingClock(path=path)
    assert abs(follower.now() - datetime.now(UTC)) < timedelta(seconds=2)
    clock.advance(timedelta(hours=3))
    assert follower.offset == timedelta(hours=3)
    clock.advance(timedelta(minutes=1))
    assert follower.offset == MovableClock(path=path).offset == timedelta(hours=3, minutes=1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2h", 7200), ("15 min", 900), ("1d 2h", 93600), ("90", 90), ("1.5h", 5400), ("3 days", 259200)],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


async def test_two_thousand_calls_a_second_are_possible(sandbox: Sandbox) -> None:
    """The stand-in must never be what a measurement measures; the limit here is loose for busy machines."""
    address = f"{sandbox.bot_base_url}{sandbox.bot.token}/sendMessage"

    async def send(http: aiohttp.ClientSession, count: int) -> None:
        for number in range(count):
            async with http.post(address, json={"chat_id": REP, "text": f"no {number}"}) as response:
                assert response.status == 200

    started = time.monotonic()
    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(send(http, 50) for _ in range(8)))
    assert time.monotonic() - started < 4
