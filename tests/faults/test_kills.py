"""F1, F2: the product is killed while it sends, at random and at every single step of the ledger."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from storage.database import Database
from storage.models import Channel, DeliveryState, MailingState
from tests.channels.outbox.play import plan, states
from tests.conftest import Figures
from tests.faults.rig import IN_MOTION, Rig, being_sent
from tests.faults.smtp_sink import sink
from tests.faults.stepping_child import LEASE_S, STEPS

S = DeliveryState
ROOT = Path(__file__).parents[2]
LEASE_OF_THE_WORKER_S = 60.0
# What is left may all be leased by processes that were killed: it moves again when the last lease has run out.
KILLED_WITHIN_S = LEASE_OF_THE_WORKER_S + 90


@pytest.mark.crash
@pytest.mark.fault("F1")
async def test_a_mailing_survives_kills_at_random(rig: Rig, figures: Figures) -> None:
    recipients, kills = figures.size(full=10_000, short=1_200), figures.size(full=20, short=4)
    chance = random.Random(1)
    await rig.company.add_clients(recipients - 2)
    async with sink(delay=0.004) as mail:
        await rig.start(TOUCHLINE_SMTP_URL=f"smtp://127.0.0.1:{mail.port}?starttls=never")
        mailing = await rig.company.mailing(Channel.EMAIL, rule="has email")
        in_flight, seen = 0, set[tuple[int, str | None]]()
        for number in range(kills):
            goal = mail.total + chance.randint(5, max(6, (recipients - mail.total) // (kills - number + 1)))
            await rig.kill_at(lambda goal=goal: mail.total >= goal, seconds=KILLED_WITHIN_S)
            left = await being_sent(rig.company.database, channel=Channel.EMAIL)
            in_flight += len(left - seen)
            seen |= left
            await rig.product.start(ready=False)
        before, restarted = mail.total, time.monotonic()
        while mail.total == before:
            await asyncio.sleep(0.05)
        resumed = time.monotonic() - restarted
        totals = await rig.company.until_done(mailing, recipients, seconds=LEASE_OF_THE_WORKER_S + 240)
    planned = recipients
    lost = planned - len(mail.taken)
    figures.say("kills", kills)
    figures.say("lost", f"{lost} of {planned}", 0)
    figures.say("twice", mail.duplicates, f"in flight at the kills: {in_flight}")
    figures.say("work resumed after", f"{resumed:.1f} s", "30 s + lease")
    assert lost == 0
    assert mail.duplicates <= in_flight
    assert totals == {S.SENT: planned}
    assert all(len(identifiers) == 1 for identifiers in mail.identifiers.values())
    assert resumed <= 30 + LEASE_OF_THE_WORKER_S
    await _finishes(rig, mailing)


@pytest.mark.crash
@pytest.mark.fault("F1")
async def test_sms_survive_kills_without_a_single_copy(rig: Rig, figures: Figures) -> None:
    recipients, kills = figures.size(full=2_000, short=300), figures.size(full=20, short=4)
    chance = random.Random(2)
    await rig.company.add_clients(recipients - 2)
    texts = rig.sandbox.phones

    def arrived() -> Counter[str]:
        return Counter(message.to_number for message in texts.texts.values() if message.direction != "inbound")

    await rig.start(TOUCHLINE_SMS_RATE="1000")
    mailing = await rig.company.mailing(Channel.SMS, rule="has phone", text="Hello {name}")
    for number in range(kills):
        done = sum(arrived().values())
        goal = done + chance.randint(3, max(4, (recipients - done) // (kills - number + 1)))
        await rig.kill_at(lambda goal=goal: sum(arrived().values()) >= goal, seconds=KILLED_WITHIN_S)
        await rig.product.start(ready=False)
    totals = await rig.company.until_done(mailing, recipients, seconds=LEASE_OF_THE_WORKER_S + 240)
    counted = arrived()
    twice = sum(count - 1 for count in counted.values())
    unknown = totals[S.UNKNOWN]
    figures.say("kills", kills)
    figures.say("sent twice", twice, 0)
    figures.say("not sent", recipients - len(counted), f"unknown, parked: {unknown}")
    assert twice == 0
    assert sum(totals.values()) == recipients
    assert recipients - len(counted) <= unknown
    assert set(totals) <= {S.SENT, S.DELIVERED, S.UNKNOWN}


@pytest.mark.crash
@pytest.mark.fault("F2")
async def test_a_worker_may_die_at_any_step(
    database: Database, database_url: str, now: datetime, figures: Figures
) -> None:
    """One worker, one session: at each step it dies once, and the next one takes over."""
    steps = STEPS if figures.full else STEPS[:: 2 if database.is_sqlite else 3]
    async with sink() as mail:
        deaths, in_flight, seen = 0, 0, set[tuple[int, str | None]]()
        for number, (step, count) in enumerate(steps):
            await plan(database, now, 4, address=f"s{number}@example.com")
            before = mail.total
            deaths += await _dies(database_url, mail.port, step, count)
            assert mail.total >= before
            left = await being_sent(database, channel=Channel.EMAIL)
            in_flight += len(left - seen)
            seen |= left
            await asyncio.sleep(LEASE_S)
        await _drains(database, database_url, mail.port)
        totals = await states(database)
    planned = 4 * len(steps)
    # Four deliveries share an address: only the sums tell copies apart.
    copies = mail.total - planned
    figures.say("steps", len(steps))
    figures.say("deaths", deaths)
    figures.say("lost", planned - totals[S.SENT], 0)
    figures.say("copies", copies, f"in flight at the deaths: {in_flight}")
    assert deaths == len(steps)
    assert totals == {S.SENT: planned}
    assert 0 <= copies <= in_flight


async def _finishes(rig: Rig, mailing: int) -> None:
    async with asyncio.timeout(30):
        while await rig.company.state(mailing) is not MailingState.FINISHED:
            await asyncio.sleep(0.1)


async def _dies(url: str, port: int, step: str, count: int) -> bool:
    """Whether the child was killed at the step (by itself), not ended by us."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.stepping_child", url, str(port), step, str(count), cwd=ROOT
    )
    try:
        return await asyncio.wait_for(child.wait(), 30) == -9
    except TimeoutError:
        child.kill()
        await child.wait()
        return False


async def _drains(database: Database, url: str, port: int) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.stepping_child", url, str(port), "never", "0", cwd=ROOT
    )
    try:
        async with asyncio.timeout(60):
            while IN_MOTION & set(await states(database)):
                await asyncio.sleep(0.1)
    finally:
        child.kill()
        await child.wait()
