"""Updates replayed and shuffled on their way: each acts once, and every chat keeps its order."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter

from sqlalchemy import func, select

from bot.context import BotContext
from bot.render import Card, escape
from storage.models import Draft, Inbox, Role, Staff
from tests.bot.conftest import BotTalk
from tests.bot.updates import message, store
from tests.factories import make_staff

UPDATES = int(os.environ.get("TOUCHLINE_TEST_UPDATES", "600"))
CHATS = 20
BATCH = 100


async def _colleagues(talk: BotTalk) -> list[Staff]:
    async with talk.database.write() as session:
        return [await make_staff(session, Role.REP, telegram_id=9000 + number) for number in range(CHATS)]


def _marking(talk: BotTalk) -> None:
    """A command that writes one row and answers, so that the road to it is what is tried."""

    async def mark(context: BotContext, argument: str) -> None:
        async with context.write() as session:
            fields = {"text": argument}
            session.add(Draft(staff_id=context.staff.id, noun="mark", fields=fields, created_at=context.now))
        context.send(Card(escape(argument)))

    talk.application.router.commands["mark"] = mark


def _replayed(updates: list[dict[str, object]], dice: random.Random) -> list[list[dict[str, object]]]:
    """The batches of a sender that repeats itself: every batch twice, some of them late, old ones mixed into new ones."""
    batches = [updates[start : start + BATCH] for start in range(0, len(updates), BATCH)]
    sent: list[list[dict[str, object]]] = []
    for number, batch in enumerate(batches):
        again = [update for old in batches[: number + 1] for update in old if dice.random() < 0.2]
        dice.shuffle(again)
        sent += [batch, again]
    sent += dice.sample(batches, len(batches))
    return sent


async def test_replayed_updates_act_once_and_in_the_order_of_their_chat(talk: BotTalk) -> None:
    people = await _colleagues(talk)
    _marking(talk)
    dice = random.Random(15)
    turns = [number % CHATS for number in range(UPDATES)]
    dice.shuffle(turns)
    said: dict[int, list[str]] = {person.telegram_id or 0: [] for person in people}
    updates = []
    for number, turn in enumerate(turns):
        chat = people[turn].telegram_id or 0
        said[chat].append(f"word{number}")
        updates.append(message(chat, f"/mark word{number}"))
    stop = asyncio.Event()
    running = asyncio.create_task(talk.application.dispatcher.run(stop))
    stored = 0
    for batch in _replayed(updates, dice):
        stored += len(await store(talk, *batch))
        talk.application.dispatcher.wake()
    assert stored == UPDATES
    async with asyncio.timeout(600):
        while await _unsaid(talk):
            await asyncio.sleep(0.05)
    stop.set()
    await running
    async with talk.database.read() as session:
        rows = (await session.execute(select(Draft.staff_id, Draft.fields).order_by(Draft.id))).all()
    chats = {person.id: person.telegram_id or 0 for person in people}
    assert Counter(fields["text"] for _, fields in rows) == Counter(word for words in said.values() for word in words)
    for chat, words in said.items():
        assert [fields["text"] for staff_id, fields in rows if chats[staff_id] == chat] == words
        assert talk.recorder.texts(chat) == words


async def _unsaid(talk: BotTalk) -> int:
    async with talk.database.read() as session:
        query = select(func.count()).select_from(Inbox).where(Inbox.answered_at.is_(None))
        return int((await session.execute(query)).scalar_one())
