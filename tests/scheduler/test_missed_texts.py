# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Texts that the webhook missed: found in Twilio's list, handled as if it had brought them, never twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from channels import inbox
from channels.sms.received import ReceivedSms
from sandbox.server import Sandbox
from scheduler import missed
from scheduler.missed import EVERY_SECONDS, SOON_SECONDS, Look
from scheduler.missed_texts import MissedTexts
from storage.database import Database
from storage.models import Attachment, Inbox, Outbox
from storage.queries import missed as rows
from tests.scheduler.missed_desk import ANNA, Desk, close, desk, make_loop, sandbox  # noqa: F401  (fixtures)

PICTURES = [("image/jpeg", b"\xff\xd8 a bolt"), ("application/pdf", b"%PDF a drawing")]


async def test_a_missed_text_is_stored_and_handled_as_if_the_webhook_had_brought_it(desk: Desk) -> None:
    text = await desk.write("Where is my order?")
    before = desk.sandbox.clock.now()
    with structlog.testing.capture_logs() as logs:
        assert await desk.loop.look(desk.texts) == Look(found=1)
    assert [(one["log_level"], one["count"]) for one in logs] == [("warning", 1)]
    assert len(desk.wakings) == 1, "who handles it is told"
    assert await desk.handled() == ["Where is my order?"]
    async with desk.database.read() as session:
        row = (await session.execute(select(Inbox))).scalar_one()
        cards = (await session.execute(select(Outbox).where(Outbox.kind == "card"))).scalars().all()
    assert (row.external_id, row.lane, row.error) == (text.sid, ANNA, None)
    assert len(cards) == 1, "its owner is told as usual"
    known = await desk.known(desk.texts)
    assert known.found == 1
    assert known.last >= before


async def test_a_stop_in_a_missed_text_is_honoured(desk: Desk) -> None:
    await desk.write("STOP")
    await desk.loop.look(desk.texts)
    assert not await desk.stopped()
    await desk.handled()
    assert await desk.stopped()


async def test_what_the_webhook_brought_is_not_doubled(desk: Desk) -> None:
    await desk.webhook(await desk.write("brought"))
    assert await desk.loop.look(desk.texts) == Look()
    assert await desk.stored() == ["brought"]
    assert desk.wakings == []
    assert (await desk.known(desk.texts)).found == 0


async def test_a_webhook_that_comes_late_or_at_the_same_moment_makes_no_second_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = await desk.write("late")
    assert await desk.loop.look(desk.texts) == Look(found=1)
    assert await desk.webhook(late) is None
    await desk.handled()
    assert await desk.webhook(late) is None
    overlapping = await desk.write("at the same moment")
    fields = ReceivedSms.fields

    async def webhook_first(kind: MissedTexts, text: ReceivedSms) -> inbox.Arrival:
        assert await desk.webhook(overlapping)  # between the question what is there and the storing
        return inbox.Arrival(text.sid, lane=text.sender, payload=fields(text))

    monkeypatch.setattr(MissedTexts, "_arrival", webhook_first)
    assert await desk.loop.look(desk.texts) == Look(found=0)
    assert await desk.stored() == await desk.handled() == ["late", "at the same moment"]
    assert (await desk.known(desk.texts)).found == 1


async def test_two_processes_that_look_at_once_double_nothing(desk: Desk) -> None:
    for item in range(5):
        await desk.write(f"text {item}")
    other = make_loop(desk.sandbox, desk.database, desk.wakings, numbers=[desk.sandbox.accounts.twilio_number])
    found = await asyncio.gather(desk.loop.look(desk.texts), other.look(other.kinds[0]))
    await close(other)
    assert sum(one.found for one in found) == 5
    assert sorted(await desk.handled()) == [f"text {item}" for item in range(5)]


async def test_a_webhook_still_on_its_way_is_waited_for(desk: Desk) -> None:
    text = await desk.write("just now", ago=timedelta(0))
    assert await desk.loop.look(desk.texts) == Look(soon=True)
    assert await desk.loop.look_quietly(desk.texts) == SOON_SECONDS
    assert await desk.stored() == []
    desk.sandbox.clock.advance(timedelta(seconds=31))
    assert await desk.loop.look(desk.texts) == Look(found=1)
    assert await desk.webhook(text) is None
    await desk.webhook(await desk.write("brought at once", ago=timedelta(0)))
    assert await desk.loop.look_quietly(desk.texts) == EVERY_SECONDS


async def test_history_is_not_imported_and_a_list_may_lag_an_hour_behind(
    sandbox: Sandbox, database: Database, desk: Desk
) -> None:
    async with database.write() as session:
        first = sandbox.clock.now()
        await rows.put(session, "texts", rows.Looks(first=first, last=first))
    hidden = await desk.write("before the first look", ago=timedelta(minutes=10))
    hidden.sent_at = hidden.created_at = first - timedelta(seconds=2)
    assert await desk.loop.look(desk.texts) == Look()
    text = await desk.write("listed late", ago=timedelta(minutes=50))
    listed = sandbox.phones.texts.pop(text.sid)
    assert await desk.loop.look(desk.texts) == Look()
    sandbox.phones.texts[text.sid] = listed
    assert await desk.loop.look(desk.texts) == Look(found=1)
    assert await desk.stored() == ["listed late"]
    very_late = await desk.write("listed two hours late", ago=timedelta(hours=2))
    listed = sandbox.phones.texts.pop(very_late.sid)
    await desk.loop.look(desk.texts)
    sandbox.phones.texts[very_late.sid] = listed
    assert await desk.loop.look(desk.texts) == Look(), "older than the window: not read"


async def test_the_first_look_of_all_asks_nobody(sandbox: Sandbox, database: Database) -> None:
    await sandbox.phones.write(sandbox.world.person("anna"), "years ago")
    sandbox.clock.advance(timedelta(hours=5))
    loop = make_loop(sandbox, database, [], numbers=[sandbox.accounts.twilio_number])
    assert await loop.look_quietly(loop.kinds[0]) == EVERY_SECONDS
    assert sandbox.world.call_counts["twilio", "messages.list", 200] == 0
    sandbox.clock.advance(timedelta(minutes=5))
    assert await loop.look(loop.kinds[0]) == Look()
    assert sandbox.world.call_counts["twilio", "messages.list", 200] == 1
    await close(loop)


async def test_files_of_a_missed_text_come_and_a_list_of_them_that_fails_stores_nothing_half(desk: Desk) -> None:
    await desk.write("Do you have these?", pictures=PICTURES)
    before = await desk.known(desk.texts)
    desk.sandbox.faults.change({"twilio": {"refuse": 503, "only": ["media.list"]}})
    assert await desk.loop.look_quietly(desk.texts) == 60
    assert (await desk.stored(), await desk.known(desk.texts)) == ([], before)
    desk.sandbox.faults.change({"twilio": {}})
    assert await desk.loop.look(desk.texts) == Look(found=1)
    assert await desk.handled() == ["Do you have these?"]
    async with desk.database.read() as session:
        names = (await session.execute(select(Attachment.name).order_by(Attachment.name))).scalars().all()
    assert names == ["mms-1.jpg", "mms-2.pdf"]
    await desk.write("no picture")
    before_lists = desk.sandbox.world.call_counts["twilio", "media.list", 200]
    assert await desk.loop.look(desk.texts) == Look(found=1)
    assert desk.sandbox.world.call_counts["twilio", "media.list", 200] == before_lists == 1


async def test_more_than_is_held_at_once_comes_in_the_order_it_was_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed, "MOST_AT_ONCE", 7)
    monkeypatch.setattr(missed, "STORE_ROWS", 3)
    for item in range(25):
        await desk.write(f"{item}", ago=timedelta(seconds=item % 2))
    desk.sandbox.clock.advance(timedelta(minutes=2))
    assert await desk.loop.look(desk.texts) == Look(found=25)
    assert await desk.stored() == [f"{item}" for item in range(25)]
    assert desk.asked("messages.list") == 4


async def test_the_last_word_counts_whatever_way_it_came(desk: Desk) -> None:
    """START, then STOP: found in their order, and a START found after a STOP that the webhook brought opens nothing."""
    await desk.write("START", ago=timedelta(0))
    await desk.write("STOP")
    await desk.loop.look(desk.texts)
    await desk.handled()
    assert await desk.stopped()
    await desk.write("Hello")
    await desk.write("START")
    await desk.loop.look(desk.texts)
    assert len(await desk.handled()) == 4
    assert not await desk.stopped(), "a text before it takes nothing from a START"
    await desk.webhook(await desk.write("STOP"))
    await desk.handled()
    await desk.write("START")
    await desk.webhook(await desk.write("STOP"))
    await desk.handled()
    assert await desk.loop.look(desk.texts) == Look(found=1)
    assert (await desk.handled())[-1] == "START"
    assert await desk.stopped()


async def test_behind_a_service_the_numbers_are_those_texts_came_in_to(sandbox: Sandbox, desk: Desk) -> None:
    loop = make_loop(sandbox, desk.database, [], numbers=["+15005550099"], follows=True)
    await desk.write("nobody knows that number yet")
    assert await loop.look(loop.kinds[0]) == Look()
    assert desk.asked("messages.list") == 1, "only the number calls are made from"
    await desk.webhook(await desk.write("brought"))
    await desk.write("missed")
    assert await loop.look(loop.kinds[0]) == Look(found=2)
    assert await desk.stored() == ["brought", "nobody knows that number yet", "missed"]
    await close(loop)
    sandbox.clock.advance(timedelta(days=91))
    loop = make_loop(sandbox, desk.database, [], numbers=[], follows=True)
    asked = desk.asked("messages.list")
    await loop.look(loop.kinds[0])
    assert desk.asked("messages.list") == asked, "no texts for so long: nobody is asked"
    await close(loop)


async def test_a_clock_that_was_put_right_hides_nothing(desk: Desk) -> None:
    ahead = desk.sandbox.clock.now() + timedelta(days=400)
    async with desk.database.write() as session:
        await rows.put(session, "texts", rows.Looks(first=desk.sandbox.clock.now(), last=ahead))
    await desk.write("after the clock was put right")
    assert await desk.loop.look(desk.texts) == Look(found=1)
    async with desk.database.write() as session:
        await rows.put(session, "texts", rows.Looks(first=ahead, last=ahead))
    await desk.loop.look(desk.texts)
    await desk.write("and once more")
    assert await desk.loop.look(desk.texts) == Look(found=1)
