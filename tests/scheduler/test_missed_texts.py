# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Texts that the webhook missed: found in Twilio's list, handled as if it had brought them, never twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from app import incoming
from app import settings as product_settings
from app.wiring import build
from channels import inbox
from channels.outbox import suppression
from channels.sms.media import MediaFetcher
from channels.sms.received import ReceivedSms
from channels.sms.twilio import TwilioSms
from sandbox.server import Sandbox
from sandbox.twilio_phones import Text, inbound_parameters
from scheduler import missed_texts
from scheduler.inbound import InboundLoop
from scheduler.missed_texts import EVERY_SECONDS, SOON_SECONDS, Look, MissedTextsLoop
from storage.database import Database
from storage.files import FileStore
from storage.models import Attachment, Channel, Inbox, InboxSource, Interaction, Outbox
from storage.queries import missed_texts as rows
from tests.factories import make_client, make_staff
from tests.sandbox.conftest import sandbox  # noqa: F401  (fixture)

ANNA = "+4915112345678"
PICTURES = [("image/jpeg", b"\xff\xd8 a bolt"), ("application/pdf", b"%PDF a drawing")]


@dataclass
class Desk:
    """The product's side, a step at a time; its clock is the sandbox's."""

    sandbox: Sandbox
    database: Database
    loop: MissedTextsLoop
    inbound: InboundLoop
    wakings: list[None]

    async def write(
        self,
        body: str,
        *,
        who: str = "anna",
        ago: timedelta = timedelta(minutes=2),
        pictures: Sequence[tuple[str, bytes]] = (),
    ) -> Text:
        """A text while nobody listens; then time passes."""
        text = await self.sandbox.phones.write(self.sandbox.world.person(who), body, pictures)
        self.sandbox.clock.advance(ago)
        return text

    async def webhook(self, text: Text) -> int | None:
        """As web/twilio.py stores it; None when it was there already."""
        fields = inbound_parameters(text, self.sandbox.accounts.twilio_account_sid, self.sandbox.twilio_api_url)
        async with self.database.write() as session:
            return await inbox.store(
                session,
                source=InboxSource.SMS,
                external_id=text.sid,
                lane=text.from_number,
                payload=fields,
                now=self.sandbox.clock.now(),
            )

    async def stored(self) -> list[str]:
        query = select(Inbox).where(Inbox.source == InboxSource.SMS).order_by(Inbox.id)
        async with self.database.read() as session:
            return [row.payload["Body"] for row in (await session.execute(query)).scalars()]

    async def handled(self) -> list[str]:
        while await self.inbound.process(InboxSource.SMS) + await self.inbound.process(InboxSource.SMS_MEDIA):
            pass
        async with self.database.read() as session:
            return list((await session.execute(select(Interaction.text).order_by(Interaction.id))).scalars())

    async def stopped(self) -> bool:
        async with self.database.read() as session:
            return bool(await suppression.is_suppressed(session, channel=Channel.SMS, addresses=[ANNA]))

    async def known(self) -> rows.Looks:
        async with self.database.read() as session:
            known = await rows.looks(session)
        assert known is not None
        return known

    @property
    def asked(self) -> int:
        calls = self.sandbox.world.call_counts
        return sum(count for (_, name, _), count in calls.items() if name == "messages.list")


def make_loop(
    sandbox: Sandbox, database: Database, wakings: list[None], *, numbers: Sequence[str], follows: bool = False
) -> MissedTextsLoop:
    known = sandbox.accounts
    twilio = TwilioSms(
        account_sid=known.twilio_account_sid,
        auth_token=known.twilio_auth_token,
        sender="",
        api_url=sandbox.twilio_api_url,
    )
    return MissedTextsLoop(
        database=database,
        clock=sandbox.clock,
        twilio=twilio,
        numbers=numbers,
        follows=follows,
        stored=lambda: wakings.append(None),
    )


async def close(loop: MissedTextsLoop) -> None:
    done = asyncio.Event()
    done.set()
    await loop.run(done)


@pytest.fixture
async def desk(sandbox: Sandbox, database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """Already looked once, so that what is written from now on is news."""
    # Away from midnight: Twilio's filter by days must not do this loop's work.
    sandbox.clock.advance_to((sandbox.clock.now() + timedelta(days=1)).replace(hour=12))
    known, wakings = sandbox.accounts, list[None]()
    fetcher = MediaFetcher(
        account_sid=known.twilio_account_sid, auth_token=known.twilio_auth_token, api_url=sandbox.twilio_api_url
    )
    inbound = InboundLoop(
        database=database, files=FileStore(tmp_path), clock=sandbox.clock, planned=lambda: None, media=fetcher
    )
    async with database.write() as session:
        await make_client(session, "Anna", owner=await make_staff(session), phone=ANNA)
    loop = make_loop(sandbox, database, wakings, numbers=[known.twilio_number])
    await loop.look()
    yield Desk(sandbox, database, loop, inbound, wakings)
    await close(loop)
    await inbound.close()


async def test_a_missed_text_is_stored_and_handled_as_if_the_webhook_had_brought_it(desk: Desk) -> None:
    text = await desk.write("Where is my order?")
    before = desk.sandbox.clock.now()
    with structlog.testing.capture_logs() as logs:
        assert await desk.loop.look() == Look(found=1)
    assert [(one["log_level"], one["count"]) for one in logs] == [("warning", 1)]
    assert len(desk.wakings) == 1, "who handles it is told"
    assert await desk.handled() == ["Where is my order?"]
    async with desk.database.read() as session:
        row = (await session.execute(select(Inbox))).scalar_one()
        cards = (await session.execute(select(Outbox).where(Outbox.kind == "card"))).scalars().all()
    assert (row.external_id, row.lane, row.error) == (text.sid, ANNA, None)
    assert len(cards) == 1, "its owner is told as usual"
    known = await desk.known()
    assert known.found == 1
    assert known.last >= before


async def test_a_stop_in_a_missed_text_is_honoured(desk: Desk) -> None:
    await desk.write("STOP")
    await desk.loop.look()
    assert not await desk.stopped()
    await desk.handled()
    assert await desk.stopped()


async def test_what_the_webhook_brought_is_not_doubled(desk: Desk) -> None:
    await desk.webhook(await desk.write("brought"))
    assert await desk.loop.look() == Look()
    assert await desk.stored() == ["brought"]
    assert desk.wakings == []
    assert (await desk.known()).found == 0


async def test_a_webhook_that_comes_late_or_at_the_same_moment_makes_no_second_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = await desk.write("late")
    assert await desk.loop.look() == Look(found=1)
    assert await desk.webhook(late) is None
    await desk.handled()
    assert await desk.webhook(late) is None
    overlapping = await desk.write("at the same moment")
    fields = ReceivedSms.fields

    async def webhook_first(loop: MissedTextsLoop, text: ReceivedSms) -> inbox.Arrival:
        assert await desk.webhook(overlapping)  # between the question what is there and the storing
        return inbox.Arrival(text.sid, lane=text.sender, payload=fields(text))

    monkeypatch.setattr(MissedTextsLoop, "_arrival", webhook_first)
    assert await desk.loop.look() == Look(found=0)
    assert await desk.stored() == await desk.handled() == ["late", "at the same moment"]
    assert (await desk.known()).found == 1


async def test_two_processes_that_look_at_once_double_nothing(desk: Desk) -> None:
    for item in range(5):
        await desk.write(f"text {item}")
    other = make_loop(desk.sandbox, desk.database, desk.wakings, numbers=[desk.sandbox.accounts.twilio_number])
    found = await asyncio.gather(desk.loop.look(), other.look())
    await close(other)
    assert sum(one.found for one in found) == 5
    assert sorted(await desk.handled()) == [f"text {item}" for item in range(5)]


async def test_a_webhook_still_on_its_way_is_waited_for(desk: Desk) -> None:
    text = await desk.write("just now", ago=timedelta(0))
    assert await desk.loop.look() == Look(soon=True)
    assert await desk.loop.look_quietly() == SOON_SECONDS
    assert await desk.stored() == []
    desk.sandbox.clock.advance(timedelta(seconds=31))
    assert await desk.loop.look() == Look(found=1)
    assert await desk.webhook(text) is None
    await desk.webhook(await desk.write("brought at once", ago=timedelta(0)))
    assert await desk.loop.look_quietly() == EVERY_SECONDS


async def test_history_is_not_imported_and_a_list_may_lag_an_hour_behind(
    sandbox: Sandbox, database: Database, desk: Desk
) -> None:
    async with database.write() as session:
        first = sandbox.clock.now()
        await rows.put(session, rows.Looks(first=first, last=first))
    hidden = await desk.write("before the first look", ago=timedelta(minutes=10))
    hidden.sent_at = hidden.created_at = first - timedelta(seconds=2)
    assert await desk.loop.look() == Look()
    text = await desk.write("listed late", ago=timedelta(minutes=50))
    listed = sandbox.phones.texts.pop(text.sid)
    assert await desk.loop.look() == Look()
    sandbox.phones.texts[text.sid] = listed
    assert await desk.loop.look() == Look(found=1)
    assert await desk.stored() == ["listed late"]
    very_late = await desk.write("listed two hours late", ago=timedelta(hours=2))
    listed = sandbox.phones.texts.pop(very_late.sid)
    await desk.loop.look()
    sandbox.phones.texts[very_late.sid] = listed
    assert await desk.loop.look() == Look(), "older than the window: not read"


async def test_the_first_look_of_all_asks_nobody(sandbox: Sandbox, database: Database) -> None:
    await sandbox.phones.write(sandbox.world.person("anna"), "years ago")
    sandbox.clock.advance(timedelta(hours=5))
    loop = make_loop(sandbox, database, [], numbers=[sandbox.accounts.twilio_number])
    assert await loop.look_quietly() == EVERY_SECONDS
    assert sandbox.world.call_counts["twilio", "messages.list", 200] == 0
    sandbox.clock.advance(timedelta(minutes=5))
    assert await loop.look() == Look()
    assert sandbox.world.call_counts["twilio", "messages.list", 200] == 1
    await close(loop)


@pytest.mark.parametrize("fault", [{"refuse": 20003}, {"rate_limit": 7}, {"drop": True}, {"refuse": 503}])
async def test_a_failure_keeps_the_moment_is_logged_once_and_asked_again_later_and_later(
    desk: Desk, fault: dict[str, object]
) -> None:
    await desk.write("while Twilio was away", ago=timedelta(hours=3))
    before = await desk.known()
    desk.sandbox.faults.change({"twilio": {**fault, "only": ["messages.list"]}})
    with structlog.testing.capture_logs() as logs:
        pauses = [await desk.loop.look_quietly() for _ in range(8)]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert [one["log_level"] for one in logs] == ["warning"]
    assert await desk.known() == before
    desk.sandbox.faults.change({"twilio": {}})
    desk.sandbox.clock.advance(timedelta(days=3))
    assert await desk.loop.look_quietly() == EVERY_SECONDS
    assert await desk.stored() == ["while Twilio was away"]
    assert (await desk.known()).last > before.last + timedelta(days=3)
    desk.sandbox.faults.change({"twilio": {"rate_limit": 900, "only": ["messages.list"]}})
    assert 900 <= await desk.loop.look_quietly() <= 901, "as long as Twilio asks for, where that is longer"


async def test_the_database_away_ends_no_loop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(missed_texts.rows, "looks", away)
    assert await desk.loop.look_quietly() == 60


async def test_files_of_a_missed_text_come_and_a_list_of_them_that_fails_stores_nothing_half(desk: Desk) -> None:
    await desk.write("Do you have these?", pictures=PICTURES)
    before = await desk.known()
    desk.sandbox.faults.change({"twilio": {"refuse": 503, "only": ["media.list"]}})
    assert await desk.loop.look_quietly() == 60
    assert (await desk.stored(), await desk.known()) == ([], before)
    desk.sandbox.faults.change({"twilio": {}})
    assert await desk.loop.look() == Look(found=1)
    assert await desk.handled() == ["Do you have these?"]
    async with desk.database.read() as session:
        names = (await session.execute(select(Attachment.name).order_by(Attachment.name))).scalars().all()
    assert names == ["mms-1.jpg", "mms-2.pdf"]
    await desk.write("no picture")
    before_lists = desk.sandbox.world.call_counts["twilio", "media.list", 200]
    assert await desk.loop.look() == Look(found=1)
    assert desk.sandbox.world.call_counts["twilio", "media.list", 200] == before_lists == 1


async def test_more_than_is_held_at_once_comes_in_the_order_it_was_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed_texts, "MOST_AT_ONCE", 7)
    monkeypatch.setattr(missed_texts, "STORE_TEXTS", 3)
    for item in range(25):
        await desk.write(f"{item}", ago=timedelta(seconds=item % 2))
    desk.sandbox.clock.advance(timedelta(minutes=2))
    assert await desk.loop.look() == Look(found=25)
    assert await desk.stored() == [f"{item}" for item in range(25)]
    assert desk.asked == 4


async def test_the_last_word_counts_whatever_way_it_came(desk: Desk) -> None:
    """START, then STOP: found in their order, and a START found after a STOP that the webhook brought opens nothing."""
    await desk.write("START", ago=timedelta(0))
    await desk.write("STOP")
    await desk.loop.look()
    await desk.handled()
    assert await desk.stopped()
    await desk.write("Hello")
    await desk.write("START")
    await desk.loop.look()
    assert len(await desk.handled()) == 4
    assert not await desk.stopped(), "a text before it takes nothing from a START"
    await desk.webhook(await desk.write("STOP"))
    await desk.handled()
    await desk.write("START")
    await desk.webhook(await desk.write("STOP"))
    await desk.handled()
    assert await desk.loop.look() == Look(found=1)
    assert (await desk.handled())[-1] == "START"
    assert await desk.stopped()


async def test_behind_a_service_the_numbers_are_those_texts_came_in_to(sandbox: Sandbox, desk: Desk) -> None:
    loop = make_loop(sandbox, desk.database, [], numbers=["+15005550099"], follows=True)
    await desk.write("nobody knows that number yet")
    assert await loop.look() == Look()
    assert desk.asked == 1, "only the number calls are made from"
    await desk.webhook(await desk.write("brought"))
    await desk.write("missed")
    assert await loop.look() == Look(found=2)
    assert await desk.stored() == ["brought", "nobody knows that number yet", "missed"]
    await close(loop)
    sandbox.clock.advance(timedelta(days=91))
    loop = make_loop(sandbox, desk.database, [], numbers=[], follows=True)
    asked = desk.asked
    await loop.look()
    assert desk.asked == asked, "no texts for so long: nobody is asked"
    await close(loop)


async def test_a_clock_that_was_put_right_hides_nothing(desk: Desk) -> None:
    ahead = desk.sandbox.clock.now() + timedelta(days=400)
    async with desk.database.write() as session:
        await rows.put(session, rows.Looks(first=desk.sandbox.clock.now(), last=ahead))
    await desk.write("after the clock was put right")
    assert await desk.loop.look() == Look(found=1)
    async with desk.database.write() as session:
        await rows.put(session, rows.Looks(first=ahead, last=ahead))
    await desk.loop.look()
    await desk.write("and once more")
    assert await desk.loop.look() == Look(found=1)


async def test_only_who_leads_looks(sandbox: Sandbox, database: Database) -> None:
    leads, looked, stop = False, asyncio.Event(), asyncio.Event()
    loop = make_loop(sandbox, database, [], numbers=[])
    loop._leads = lambda: leads

    async def look() -> float:
        looked.set()
        return 60.0

    loop.look_quietly = look  # type: ignore[method-assign]
    running = asyncio.create_task(loop.run(stop))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(looked.wait(), 0.1)
    leads = True
    await asyncio.wait_for(looked.wait(), 5)
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
    loop = incoming.loops(product)["missed texts"]
    assert isinstance(loop, MissedTextsLoop)
    assert (loop._fixed, loop._follows) == (numbers, follows)
    await product.close()
    off = build(product_settings.load(environment={"TOUCHLINE_DATA_DIR": str(tmp_path)}, env_file=None))
    assert incoming.loops(off) == {}
