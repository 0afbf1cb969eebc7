"""F7, F8: Telegram says "wait", and Telegram takes a message without saying so."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage.models import Channel, DeliveryState, FollowUp, Outbox, Role
from tests.conftest import Figures
from tests.factories.staff import make_staff
from tests.faults.rig import Rig

S = DeliveryState
# An answer on its way back while others are already on the wire.
ON_THE_WIRE_S = 0.3


async def promise_much(rig: Rig, *, people: int, each: int) -> int:
    """Reminders due in a minute: `each` for every one of `people` colleagues, in chats of their own."""
    now = rig.sandbox.clock.now()
    due = now + timedelta(seconds=30)
    async with rig.company.database.write() as session:
        for number in range(people):
            rep = await make_staff(session, Role.REP, name=f"Rep {number}", telegram_id=9000 + number)
            for count in range(each):
                session.add(
                    FollowUp(
                        client_id=1,
                        owner_id=rep.id,
                        promise=f"promise {number} {count}",
                        due_at=due,
                        remind_at=due,
                        created_at=now,
                    )
                )
    for number in range(people):
        rig.sandbox.add_person(f"rep{number}", f"Rep {number}", "rep", telegram_id=9000 + number)
    return people * each


async def cards(rig: Rig, people: int) -> Counter[str]:
    """How often each promise hangs in a chat."""
    found: Counter[str] = Counter()
    for number in range(people):
        chat = rig.sandbox.bot.chat_of(rig.sandbox.world.person(f"rep{number}"))
        for one in chat.messages.values():
            if one.from_bot and f"promise {number} " in one.body.text:
                found[one.body.text.split(f"promise {number} ")[1].split()[0] + f" of {number}"] += 1
    return found


async def reminders(rig: Rig) -> Counter[S]:
    async with rig.company.database.read() as session:
        statement = (
            select(Outbox.state, func.count())
            .where(
                Outbox.channel == Channel.TELEGRAM,
                Outbox.kind == "card",
                Outbox.payload["card"].as_string() == "followup",
            )
            .group_by(Outbox.state)
        )
        return Counter({row[0]: row[1] for row in await session.execute(statement)})


async def settled(rig: Rig, count: int, *, seconds: float) -> Counter[S]:
    async with asyncio.timeout(seconds):
        while True:
            states = await reminders(rig)
            if sum(states.values()) >= count and not {S.PLANNED, S.CLAIMED, S.SENDING} & set(states):
                return states
            await asyncio.sleep(0.1)


@pytest.mark.crash
@pytest.mark.fault("F7")
async def test_nothing_is_sent_within_a_pause_telegram_asked_for(rig: Rig, figures: Figures) -> None:
    people, window = 40, figures.size(full=30, short=6)
    await rig.start()
    planned = await promise_much(rig, people=people, each=2)
    rig.sandbox.faults.change({"telegram": {"rate_limit": window, "only": ["sendMessage"]}})
    rig.sandbox.clock.advance(timedelta(minutes=1))
    async with asyncio.timeout(30):
        while not rig.sandbox.world.call_counts["telegram", "sendMessage", 429]:
            await asyncio.sleep(0.01)
    paused = time.monotonic()
    await asyncio.sleep(ON_THE_WIRE_S)
    inside_from = rig.sandbox.world.call_counts["telegram", "sendMessage", 429]
    await asyncio.sleep(window - 2 * ON_THE_WIRE_S - (time.monotonic() - paused))
    inside = rig.sandbox.world.call_counts["telegram", "sendMessage", 429] - inside_from
    inside += rig.sandbox.world.call_counts["telegram", "sendMessage", 200]
    ends = paused + window
    async with asyncio.timeout(20):
        while not rig.sandbox.world.call_counts["telegram", "sendMessage", 200]:
            await asyncio.sleep(0.02)
    again = time.monotonic() - ends
    states = await settled(rig, planned, seconds=60)
    shown = await cards(rig, people)
    figures.say("paused for", f"{window} s")
    figures.say("sends within the pause", inside, 0)
    figures.say("first send after it", f"{again:.1f} s", "5 s")
    figures.say("lost", planned - len(shown), 0)
    assert inside == 0
    assert again <= 5
    assert len(shown) == planned
    assert states == {S.SENT: planned}


@pytest.mark.crash
@pytest.mark.fault("F8")
async def test_a_card_telegram_took_in_silence_is_not_sent_again(rig: Rig, figures: Figures) -> None:
    people, each = 50, figures.size(full=10, short=4)
    await rig.start()
    planned = await promise_much(rig, people=people, each=each)
    rig.sandbox.faults.change({"telegram": {"accept_then_drop": True, "only": ["sendMessage"], "odds": 0.02}})
    rig.sandbox.clock.advance(timedelta(minutes=1))
    states = await settled(rig, planned, seconds=120)
    silent = rig.sandbox.world.call_counts["telegram", "sendMessage", "dropped"]
    shown = await cards(rig, people)
    twice = sum(count - 1 for count in shown.values())
    figures.say("taken in silence", silent)
    figures.say("sent twice", twice, 0)
    figures.say("recorded as unknown", states[S.UNKNOWN], f"{silent}, all of them")
    assert silent > 0
    assert twice == 0
    assert states[S.UNKNOWN] == silent
    assert len(shown) == planned
