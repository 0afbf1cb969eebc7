"""Edits of cards that hang: whatever crosses them on their way, the message ends up showing what is true."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import ChatMessage, Outcome, OutgoingChat, SendResult
from channels.outbox.delivery import Composed, Delivery, Drop, Message
from channels.outbox.pump import Pump
from channels.outbox.wire import GATE_STALE_S
from channels.sender import Ambiguity
from storage.database import Database
from storage.models import CardMessage, Channel, DeliveryState, Outbox
from storage.queries import cards
from tests.channels.outbox.play import MovedClock, PlayedSender, attempts, compose, everything_may_go, plan, row
from tests.factories import make_staff

CHAT, MESSAGE = 1000, 501
EDIT = {"card": "mailing", "card_id": 7, "message_id": MESSAGE}


@dataclass
class Chat(PlayedSender):
    """A chat: `words` are what its messages showed in turn; `meanwhile` happens while an edit is on the wire."""

    channel: Channel = Channel.TELEGRAM
    ambiguous: Ambiguity = Ambiguity.PARK
    words: list[str] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    slow: bool = False

    def ready_in(self, message: Message) -> float:
        return 1.0 if self.slow else 0.0

    async def send(self, message: Message) -> SendResult:
        assert isinstance(message, OutgoingChat)
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        self.words.append(message.message.html)
        return await super().send(message)


async def look(session: AsyncSession, delivery: Delivery) -> Composed:
    """The card as it is now: its words stand in the row that says where it hangs."""
    place = CardMessage.chat_id == int(delivery.address), CardMessage.message_id == delivery.payload["message_id"]
    found = (await session.execute(select(CardMessage.version, CardMessage.shown).where(*place))).first()
    if found is None:
        return Drop("shown-no-more")
    message_id = delivery.payload["message_id"]
    return OutgoingChat(int(delivery.address), ChatMessage(found.shown), message_id=message_id, as_of=found.version)


@dataclass
class Desk:
    database: Database
    clock: MovedClock
    staff_id: int

    def pump(self, chat: Chat, owner: str = "one") -> Pump:
        return Pump(
            database=self.database,
            sender=chat,
            composers={"card_edit": look},
            gate=everything_may_go,
            clock=self.clock,
            owner=owner,
            batch=50,
            lease_seconds=60.0,
        )

    async def edit(self, **payload: Any) -> int:
        [planned] = await plan(
            self.database,
            self.clock.now(),
            channel=Channel.TELEGRAM,
            kind="card_edit",
            staff_id=self.staff_id,
            payload=EDIT | payload,
        )
        return planned

    async def shows(self, words: str) -> None:
        """The thing behind the card changed."""
        async with self.database.write() as session:
            await session.execute(update(CardMessage).values(shown=words))

    async def press(self, words: str) -> None:
        """A press changed it, and its answer is about to be shown in place of the card."""
        async with self.database.write() as session:
            await session.execute(update(CardMessage).values(shown=words))
            place = (CHAT, MESSAGE)
            now = self.clock.now()
            await cards.hang(session, card="mailing", card_id=7, staff_id=self.staff_id, place=place, now=now)

    async def planned(self) -> int:
        async with self.database.read() as session:
            query = select(Outbox.id).where(Outbox.state == DeliveryState.PLANNED)
            return len((await session.execute(query)).all())


@pytest.fixture
def clock(now: datetime) -> MovedClock:
    return MovedClock(now)


@pytest.fixture
async def desk(database: Database, clock: MovedClock) -> Desk:
    async with database.write() as session:
        colleague = await make_staff(session)
        hanging = {"card": "mailing", "card_id": 7, "staff_id": colleague.id, "chat_id": CHAT, "message_id": MESSAGE}
        session.add(CardMessage(**hanging, shown="10 %", created_at=clock.now()))
    return Desk(database, clock, colleague.id)


async def prepared(pump: Pump) -> None:
    """Claimed and made, not begun."""
    await pump.turn(claim=50)
    await pump.ready()


async def through(pump: Pump) -> None:
    """All that is at hand is begun, sent and settled, and so is what follows from it."""
    for _ in range(20):
        await pump.turn(claim=50)
        await pump.ready()
        while await pump.wire.send_some():
            pass
        if not pump.holding and not await pump.due():
            return
    raise AssertionError("edits follow each other without end")


async def test_a_press_before_an_edit_is_begun(desk: Desk) -> None:
    chat = Chat()
    pump = desk.pump(chat)
    made = await desk.edit()
    await prepared(pump)
    await desk.press("paused")
    await through(pump)
    assert chat.words == ["paused"]
    assert (await row(desk.database, made)).state is DeliveryState.SENT


async def test_a_press_while_a_begun_edit_waits_for_its_chat(desk: Desk) -> None:
    chat = Chat(slow=True)
    pump = desk.pump(chat)
    made = await desk.edit()
    await prepared(pump)
    await pump.turn(claim=0)
    [waiting] = pump.wire.begun
    await desk.press("paused")
    waiting.checked_at -= 2 * GATE_STALE_S
    chat.slow = False
    await through(pump)
    assert chat.words == ["paused"]
    assert [one.outcome for one in await attempts(desk.database, made)] == ["withheld", "accepted"]
    assert (await row(desk.database, made)).attempts == 1


async def test_a_press_while_an_edit_is_on_the_wire_is_followed_by_one_more(desk: Desk) -> None:
    chat = Chat(meanwhile=lambda: desk.press("paused"))
    pump = desk.pump(chat)
    await desk.edit()
    await prepared(pump)
    await through(pump)
    assert chat.words == ["10 %", "paused"]
    assert await desk.planned() == 0


async def test_an_edit_of_unknown_outcome_is_followed_by_one_more_as_well(desk: Desk) -> None:
    chat = Chat(meanwhile=lambda: desk.press("paused"))
    unknown = iter([SendResult(Outcome.UNKNOWN)])
    chat.answer = lambda _address: next(unknown, SendResult(Outcome.ACCEPTED, provider_id="501"))
    pump = desk.pump(chat)
    await desk.edit()
    await prepared(pump)
    await through(pump)
    assert chat.words == ["10 %", "paused"]


async def test_a_press_that_shows_another_thing_in_place_of_the_card(desk: Desk) -> None:
    chat = Chat()
    pump = desk.pump(chat)
    made = await desk.edit()
    await prepared(pump)
    async with desk.database.write() as session:
        await cards.take_down(session, place=(CHAT, MESSAGE))
    await through(pump)
    assert chat.words == []
    ended = await row(desk.database, made)
    assert (ended.state, ended.reason) == (DeliveryState.CANCELLED, "shown-no-more")


async def test_what_was_made_for_an_earlier_card_does_not_fit_the_one_that_hangs_there_now(desk: Desk) -> None:
    chat = Chat()
    pump = desk.pump(chat)
    await desk.edit()
    await prepared(pump)
    async with desk.database.write() as session:
        await cards.take_down(session, place=(CHAT, MESSAGE))
    await desk.press("")
    await desk.shows("paused")
    await through(pump)
    assert chat.words == ["paused"]


async def test_of_edits_claimed_together_only_the_newest_goes(desk: Desk) -> None:
    chat = Chat()
    pump = desk.pump(chat)
    made = [await desk.edit() for _ in range(3)]
    await prepared(pump)
    await through(pump)
    assert chat.words == ["10 %"]
    ended = [await row(desk.database, one) for one in made]
    assert [one.state for one in ended] == [DeliveryState.CANCELLED, DeliveryState.CANCELLED, DeliveryState.SENT]
    assert [one.reason for one in ended[:2]] == ["superseded"] * 2


async def test_a_newer_edit_takes_the_place_of_one_that_waits_for_its_chat(desk: Desk) -> None:
    chat = Chat(slow=True)
    chat.concurrency = 8
    pump = desk.pump(chat)
    older = await desk.edit()
    await prepared(pump)
    await pump.turn(claim=0)
    await desk.shows("20 %")
    newer = await desk.edit()
    await prepared(pump)
    await pump.turn(claim=0)
    assert [one.delivery.id for one in pump.wire.begun] == [newer]
    chat.slow = False
    await through(pump)
    assert chat.words == ["20 %"]
    assert (await row(desk.database, older)).reason == "superseded"
    assert await desk.planned() == 0


async def test_an_edit_that_another_process_overtook_is_made_anew(desk: Desk) -> None:
    chat = Chat()
    here, there = desk.pump(chat), desk.pump(chat, "two")
    await desk.edit()
    await prepared(here)
    await desk.shows("20 %")
    await desk.edit()
    await prepared(there)
    await through(there)
    await desk.shows("30 %")
    await through(here)
    assert chat.words == ["20 %", "30 %"]


async def test_edits_of_other_messages_and_cards_that_do_not_hang_yet_go_as_ever(desk: Desk) -> None:
    chat = Chat()
    async with desk.database.write() as session:
        other = {"card": "mailing", "card_id": 7, "staff_id": desk.staff_id, "chat_id": CHAT, "message_id": 502}
        session.add(CardMessage(**other, shown="other", created_at=desk.clock.now()))
    pump = desk.pump(chat)
    await desk.edit()
    await desk.edit(message_id=502)
    await prepared(pump)
    await through(pump)
    assert sorted(chat.words) == ["10 %", "other"]


async def test_mail_costs_no_look_at_cards(database: Database, clock: MovedClock) -> None:
    asked: list[str] = []

    def executed(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        asked.append(statement)

    engines = {database._writer.sync_engine, database._reader.sync_engine}
    sender = PlayedSender()
    pump = Pump(
        database=database,
        sender=sender,
        composers={"email": compose},
        gate=everything_may_go,
        clock=clock,
        owner="one",
        batch=50,
        lease_seconds=60.0,
    )
    await plan(database, clock.now(), 20)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", executed)
    try:
        await prepared(pump)
        await through(pump)
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", executed)
    assert len(sender.sent) == 20
    assert not [one for one in asked if "card_message" in one]


async def test_an_edit_waits_for_nobody_who_changes_its_place_at_this_moment(desk: Desk) -> None:
    """On PostgreSQL a press may hold the row of the place while the edit is begun."""
    chat = Chat()
    pump = desk.pump(chat)
    await desk.edit()
    await prepared(pump)
    async with desk.database.write() as session:
        await session.execute(update(CardMessage).values(shown="paused", version=CardMessage.version + 1))
        if not desk.database.is_sqlite:
            async with asyncio.timeout(5):
                await pump.turn(claim=0)
            assert not pump.wire.begun
    await through(pump)
    assert chat.words == ["paused"]
