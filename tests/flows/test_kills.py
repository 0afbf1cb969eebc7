"""The product is killed while updates pour in: every one acts once, and every one is answered."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from string import ascii_lowercase

import pytest
from sqlalchemy import func, select

from bot.interactions.draft import NOUN
from sandbox.telegram_people import say, tap
from storage.database import Database
from storage.models import Client, Draft, FollowUp, Inbox, Interaction
from tests.conftest import Figures
from tests.flows.trial import Trial, trial  # noqa: F401 - a fixture

LINES, SAVES, CLIENTS = 160, 80, 60
KILLS = 20


async def _handled(database: Database) -> int:
    async with database.read() as session:
        query = select(func.count()).select_from(Inbox).where(Inbox.processed_at.is_not(None))
        return int((await session.execute(query)).scalar_one())


async def _unsaid(database: Database) -> int:
    async with database.read() as session:
        query = select(func.count()).select_from(Inbox).where(Inbox.answer.is_not(None), Inbox.answered_at.is_(None))
        return int((await session.execute(query)).scalar_one())


@pytest.mark.crash
@pytest.mark.fault("F16")
async def test_mixed_updates_act_once_each_over_twenty_kills(trial: Trial, figures: Figures) -> None:  # noqa: F811
    """Quick lines, presses of Save with a follow-up, and new clients, three hundred in all, waiting at Telegram."""
    rep, bot, dice = trial.sandbox.world.person("rep"), trial.sandbox.bot, random.Random(16)
    # Names unlike one another: of a name that looks like another's the product asks first.
    names = ["".join(dice.choices(ascii_lowercase, k=12)).title() for _ in range(CLIENTS)]
    await trial.product.start()
    for number in range(SAVES):
        await say(bot, rep, {"text": f"call Anna saved{number}, in 3 days send paper{number}"})
    assert await trial.until(lambda: len(trial.cards()) == SAVES, seconds=120), len(trial.cards())
    await trial.product.stop()
    database = Database(trial.product.settings["TOUCHLINE_DATABASE_URL"])
    try:
        before = await _handled(database)
        todo = [("save", card) for card in trial.cards()]
        todo += [("line", number) for number in range(LINES)] + [("client", number) for number in range(CLIENTS)]
        dice.shuffle(todo)
        taps = []
        for kind, number in todo:
            if kind == "save":
                taps.append(asyncio.create_task(tap(bot, rep, button="Save", message_id=number)))
                await asyncio.sleep(0)
            else:
                text = f"call Anna line{number}x" if kind == "line" else f"/new {names[number]}"
                await say(bot, rep, {"text": text})
        await asyncio.gather(*taps)
        assert len(bot.updates.pending) == len(todo)
        goal = before
        for _ in range(KILLS):
            await trial.product.start(ready=False)
            goal = min(before + len(todo), max(goal, await _handled(database)) + dice.randint(1, 12))
            async with asyncio.timeout(120):
                while await _handled(database) < goal:
                    await trial.sandbox.world.wait_for_change(after=trial.sandbox.world.seq, timeout_s=0.02)
            await trial.product.kill()
        await trial.product.start()
        async with asyncio.timeout(120):
            while await _handled(database) < before + len(todo) or await _unsaid(database):
                await trial.sandbox.world.wait_for_change(after=trial.sandbox.world.seq, timeout_s=0.1)
        await trial.product.stop()
        lines = select(Draft.fields).where(Draft.noun == NOUN)
        async with database.read() as session:
            said = Counter((await session.execute(select(Interaction.text))).scalars())
            promised = Counter((await session.execute(select(FollowUp.promise))).scalars())
            drafts = Counter(fields["text"] for fields in (await session.execute(lines)).scalars())
            made = Counter((await session.execute(select(Client.name).where(Client.name.in_(names)))).scalars())
            errors = (await session.execute(select(Inbox.error).where(Inbox.error.is_not(None)))).scalars().all()
    finally:
        await database.close()
    saved = sum(said.values()) + sum(made.values())
    figures.say("kills", KILLS)
    figures.say("updates waiting", len(todo))
    figures.say("saved", saved, SAVES + CLIENTS)
    assert errors == []
    assert said == Counter(f"saved{number}" for number in range(SAVES))
    assert promised == Counter(f"send paper{number}" for number in range(SAVES))
    assert {text: count for text, count in drafts.items() if text.startswith("line")} == {
        f"line{number}x": 1 for number in range(LINES)
    }
    assert made == Counter(names)
    shown = " ".join(message.body.text for message in bot.chat_of(rep).messages.values() if message.from_bot)
    assert all(f"line{number}x" in shown for number in range(LINES)), "a card was never shown"
    assert all(name in shown for name in names), "a client was never shown"
