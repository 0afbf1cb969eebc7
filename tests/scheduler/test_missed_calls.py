# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Calls that the webhook missed: found in Twilio's list, called back as if nobody had taken them, never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from sandbox.server import Sandbox
from sandbox.twilio_calls import Leg
from scheduler import missed
from scheduler.missed import EVERY_SECONDS, SOON_SECONDS, Look
from storage.database import Database
from storage.models import Call, CallState, FollowUp, InboxSource
from storage.queries import missed as rows
from tests.scheduler.missed_desk import ANNA, Desk, close, desk, make_loop, sandbox  # noqa: F401  (fixtures)

CALL = InboxSource.CALL


async def taken_before(desk: Desk) -> Leg:
    """A call its webhook brought, that came about: the number is one whose calls come to us."""
    leg = await desk.ring(ago=timedelta(0))
    await desk.call_webhook(leg)
    await desk.call_webhook(leg, "after", DialCallStatus="completed", DialCallDuration="20")
    await desk.handled()
    desk.sandbox.clock.advance(timedelta(minutes=2))
    return leg


async def calls_of(desk: Desk) -> list[Call]:
    await desk.handled()
    async with desk.database.read() as session:
        return list((await session.execute(select(Call).order_by(Call.id))).scalars())


async def promises(desk: Desk) -> list[FollowUp]:
    async with desk.database.read() as session:
        return list((await session.execute(select(FollowUp).order_by(FollowUp.id))).scalars())


async def test_a_missed_call_is_called_back_at_once_and_keeps_its_own_moment(desk: Desk) -> None:
    await taken_before(desk)
    begun = desk.sandbox.clock.now().replace(microsecond=0)
    leg = await desk.ring(ago=timedelta(minutes=40))
    with structlog.testing.capture_logs() as logs:
        assert await desk.loop.look(desk.calls) == Look(found=1)
    assert [(one["log_level"], one["news"], one["count"]) for one in logs] == [("warning", "calls", 1)]
    row = (await desk.rows(CALL))[-1]
    assert (row.external_id, row.lane) == (f"{leg.sid}:incoming", leg.sid)
    call = (await calls_of(desk))[-1]
    assert (call.sid, call.number, call.client_id) == (leg.sid, ANNA, desk.anna)
    assert (call.state, call.started_at) == (CallState.MISSED, begun)
    [promise] = await promises(desk)
    assert f"{begun:%H:%M}" in promise.promise
    assert promise.remind_at < desk.sandbox.clock.now() < promise.due_at


async def test_what_the_webhook_brought_or_brings_late_makes_no_second_row(desk: Desk) -> None:
    await desk.call_webhook(await desk.ring())
    assert await desk.loop.look(desk.calls) == Look()
    late = await desk.ring()
    assert await desk.loop.look(desk.calls) == Look(found=1)
    assert await desk.call_webhook(late) is None
    await desk.handled()
    assert await desk.call_webhook(late) is None
    assert await desk.call_webhook(late, "after", DialCallStatus="completed", DialCallDuration="9")
    assert [call.state for call in await calls_of(desk)] == [CallState.RINGING, CallState.MISSED]
    assert (await desk.known(desk.calls)).found == 1
    assert await desk.loop.look(desk.calls) == Look()


async def test_a_webhook_still_on_its_way_is_waited_for(desk: Desk) -> None:
    await taken_before(desk)
    leg = await desk.ring(ago=timedelta(0))
    assert await desk.loop.look_quietly(desk.calls) == SOON_SECONDS
    assert len(await desk.rows(CALL)) == 2
    desk.sandbox.clock.advance(timedelta(seconds=31))
    assert await desk.loop.look_quietly(desk.calls) == EVERY_SECONDS
    assert [call.sid for call in await calls_of(desk)][1:] == [leg.sid]


async def test_a_call_that_goes_on_without_us_is_missed_once_it_will_not_come_any_more(desk: Desk) -> None:
    """Twilio may have a menu before us."""
    await taken_before(desk)
    in_the_menu = await desk.ring(ago=timedelta(minutes=9))
    in_the_menu.status = "in-progress"
    assert await desk.loop.look_quietly(desk.calls) == EVERY_SECONDS
    assert await desk.call_webhook(in_the_menu), "it came after all"
    elsewhere = await desk.ring(ago=timedelta(minutes=9))
    elsewhere.status = "in-progress"
    assert await desk.loop.look(desk.calls) == Look()
    desk.sandbox.clock.advance(timedelta(minutes=1))
    assert await desk.loop.look(desk.calls) == Look(found=1)
    last = (await calls_of(desk))[-1]
    assert (last.sid, last.state) == (elsewhere.sid, CallState.MISSED)


async def test_legs_and_calls_of_ours_are_no_news(desk: Desk) -> None:
    taken = await taken_before(desk)
    desk.sandbox.calls._leg(to=taken.to, from_=ANNA, direction="inbound", parent=taken.sid)
    desk.sandbox.calls._leg(to=taken.to, from_=ANNA, direction="outbound-dial", parent=taken.sid)
    desk.sandbox.calls._leg(to=ANNA, from_=taken.to, direction="outbound-api")
    desk.sandbox.clock.advance(timedelta(minutes=2))
    assert await desk.loop.look(desk.calls) == Look()


async def test_only_numbers_whose_calls_come_to_us_are_asked_about(sandbox: Sandbox, desk: Desk) -> None:
    """Else every call to a number that somebody else answers would be one we missed."""
    await desk.ring()
    assert await desk.loop.look(desk.calls) == Look()
    assert desk.asked("calls.list") == 0, "no webhook of a call was ever called here"
    await taken_before(desk)
    assert await desk.loop.look(desk.calls) == Look(found=1)
    for _ in range(5):
        sandbox.clock.advance(timedelta(days=8))
        await desk.ring()
        loop = make_loop(sandbox, desk.database, [])
        await loop.look(loop.kinds[1])
        await close(loop)
    assert (await desk.known(desk.calls)).found == 1 + 3, "for a month; calls found in the list do not lengthen it"


async def test_history_is_not_imported_and_a_list_may_lag_an_hour_behind(desk: Desk) -> None:
    taken = await taken_before(desk)
    async with desk.database.write() as session:
        first = desk.sandbox.clock.now()
        await rows.put(session, "calls", rows.Looks(first=first, last=first))
    old = await desk.ring(ago=timedelta(minutes=10))
    old.created_at = first - timedelta(seconds=2)
    assert await desk.loop.look(desk.calls) == Look()
    leg = await desk.ring(ago=timedelta(minutes=50))
    listed = desk.sandbox.calls.legs.pop(leg.sid)
    assert await desk.loop.look(desk.calls) == Look()
    desk.sandbox.calls.legs[leg.sid] = listed
    assert await desk.loop.look(desk.calls) == Look(found=1)
    assert [call.sid for call in await calls_of(desk)] == [taken.sid, leg.sid]


async def test_the_first_look_of_all_asks_nobody(sandbox: Sandbox, database: Database) -> None:
    loop = make_loop(sandbox, database, [])
    assert await loop.look_quietly(loop.kinds[1]) == EVERY_SECONDS
    assert sandbox.world.call_counts["twilio", "calls.list", 200] == 0
    await close(loop)


async def test_more_than_is_held_at_once_comes_in_the_order_they_called(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST_AT_ONCE", 7)
    monkeypatch.setattr(missed, "STORE_ROWS", 3)
    await taken_before(desk)
    legs = [await desk.ring(ago=timedelta(seconds=number % 2)) for number in range(25)]
    desk.sandbox.clock.advance(timedelta(minutes=2))
    assert await desk.loop.look(desk.calls) == Look(found=25)
    assert [row.lane for row in await desk.rows(CALL)][2:] == [leg.sid for leg in legs]
    assert desk.asked("calls.list") == 4
    await desk.handled()
    assert len(await promises(desk)) == 1, "one client is called back once"


async def test_who_has_been_talked_to_since_is_not_called_back(desk: Desk) -> None:
    await taken_before(desk)
    await desk.ring()
    await taken_before(desk)
    assert await desk.loop.look(desk.calls) == Look(found=1)
    assert (await calls_of(desk))[-1].state is CallState.MISSED
    assert await promises(desk) == []


async def test_a_call_of_another_day_is_named_with_its_day(desk: Desk) -> None:
    await taken_before(desk)
    begun = desk.sandbox.clock.now()
    await desk.ring(ago=timedelta(days=1))
    await desk.loop.look(desk.calls)
    await desk.handled()
    [promise] = await promises(desk)
    assert promise.promise.startswith("Call back: missed call of ")
    assert f"{begun.day} {begun:%b}" in promise.promise
