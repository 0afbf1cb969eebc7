"""What must hold: of each mailing as soon as it is over, of everything else at the end."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from storage.models import (
    Channel,
    DeliveryAttempt,
    DeliveryState,
    Enrolment,
    Inbox,
    Interaction,
    Mailing,
    MailingState,
    Outbox,
)
from tests.faults.rig import IN_MOTION
from tests.soak.scene import Scene

S = DeliveryState
OVER = (MailingState.FINISHED, MailingState.CANCELLED)
AFTER_AN_OPT_OUT = timedelta(seconds=1)
STILL_S, END_S = 3.0, 600.0
HOURS = 6  # of product time, whenever all that is left waits for its moment


async def draw(scene: Scene) -> None:
    """The sums of mailings that are over; one that paused itself is resumed, as a manager would."""
    for mailing, number in list(scene.mailings.items()):
        await scene.rig.company.resume_paused(mailing)
        if await scene.rig.company.state(mailing) in OVER:
            await _of_mailing(scene, mailing, number)
            del scene.mailings[mailing]


async def _of_mailing(scene: Scene, mailing_id: int, number: int) -> None:
    async with scene.rig.company.database.read() as session:
        planned = (await session.get_one(Mailing, mailing_id)).planned
        rows = (await session.execute(select(Outbox).where(Outbox.mailing_id == mailing_id))).scalars().all()
    states = Counter(row.state for row in rows)
    scene.counted.update({f"messages {state.value}": count for state, count in states.items()})
    if planned != len(rows) or IN_MOTION & set(states):
        scene.wrong.append(f"mailing {number}: {planned} planned, its ledger says {dict(states)}")
    by_email = [row for row in rows if row.channel is Channel.EMAIL]
    came = {row.id: scene.mail.copies.pop(row.message_id or "", 0) for row in by_email}
    lost = sum(row.state is S.SENT and not came[row.id] for row in by_email)
    scene.counted["mails twice"] += sum(max(0, copies - 1) for copies in came.values())
    lost += _texts(scene, [row for row in rows if row.channel is Channel.SMS], number)
    if lost:
        scene.wrong.append(f"mailing {number}: {lost} are sent by our word and never came")


def _texts(scene: Scene, rows: list[Outbox], number: int) -> int:
    """How many SMS of a mailing never came though they count as sent. One that came twice is wrong."""
    texts, word = scene.rig.sandbox.phones.texts, f"news {number} "
    sids = [sid for sid, text in texts.items() if text.direction != "inbound" and word in text.body] if rows else []
    came = Counter(texts.pop(sid).to_number for sid in sids)
    if twice := [to for to, copies in came.items() if copies > 1]:
        scene.wrong.append(f"mailing {number}: {len(twice)} got their SMS more than once")
    return sum(row.state in (S.SENT, S.DELIVERED) and not came[row.address] for row in rows)


async def finish(scene: Scene) -> None:
    """Healed, restarted, and given the time that what waits needs; then everything is compared."""
    scene.heal()
    await scene.rig.product.stop()
    await scene.rig.product.start()
    await asyncio.gather(*scene.at_work)
    await _until_still(scene)
    await draw(scene)
    for number in scene.mailings.values():
        scene.wrong.append(f"mailing {number} did not come to its end")
    if scene.counted["mails twice"] > scene.doubtful:
        scene.wrong.append(f"{scene.counted['mails twice']} mails twice where {scene.doubtful} were in doubt")
    await _of_the_left(scene)
    await _of_what_came(scene)
    await _of_newcomers(scene)
    if scene.rig.sandbox.world.violations:
        scene.wrong.append("a call broke the published Bot API description")
    if "was never retrieved" in scene.rig.product.read_log():
        scene.wrong.append("a failure was swallowed: see the product's log")


async def _until_still(scene: Scene) -> None:
    """Nothing of mailings, arrivals or answers is under way; the clock moves when all of it waits for later."""
    ends, last, since = time.monotonic() + END_S, -1, time.monotonic()
    while time.monotonic() < ends:
        await draw(scene)
        left = await _under_way(scene)
        if not left:
            return
        if left != last:
            last, since = left, time.monotonic()
        elif time.monotonic() - since > STILL_S:
            await scene.rig.sandbox_moves(hours=HOURS)
            since = time.monotonic()
        await asyncio.sleep(0.2)
    scene.wrong.append(f"{last} things were still under way {END_S:.0f} s after the weather cleared")


async def _under_way(scene: Scene) -> int:
    rows = select(func.count()).where(Outbox.mailing_id.is_not(None), Outbox.state.in_(sorted(IN_MOTION)))
    arrivals = select(func.count()).select_from(Inbox).where(Inbox.processed_at.is_(None))
    unsaid = select(func.count()).select_from(Inbox).where(Inbox.answer.is_not(None), Inbox.answered_at.is_(None))
    async with scene.rig.company.database.read() as session:
        counts = [int((await session.execute(query)).scalar_one()) for query in (rows, arrivals, unsaid)]
        came = set((await session.execute(select(Interaction.subject))).scalars())
        said = set((await session.execute(select(Interaction.text))).scalars())
    return sum(counts) + len(scene.mailings) + len(scene.letters - came) + len((scene.texts | scene.lines) - said)


async def _of_the_left(scene: Scene) -> None:
    """No mail to anybody whose attempt began a second after they were heard to want none."""
    query = (
        select(DeliveryAttempt.started_at, Outbox.client_id)
        .join(Outbox, Outbox.id == DeliveryAttempt.outbox_id)
        .where(Outbox.channel == Channel.EMAIL, Outbox.marketing, Outbox.client_id.in_(scene.left))
    )
    async with scene.rig.company.database.read() as session:
        late = [
            row.client_id
            for row in await session.execute(query)
            if row.started_at > scene.left[row.client_id] + AFTER_AN_OPT_OUT
        ]
    scene.counted["opt-outs"] = len(scene.left)
    if late:
        scene.wrong.append(f"{len(late)} mails to people who had said no")


async def _of_what_came(scene: Scene) -> None:
    """Each call logged, each mail and each SMS of a customer is on the timeline once, and nothing was put aside."""
    async with scene.rig.company.database.read() as session:
        told = Counter((await session.execute(select(Interaction.text))).scalars())
        told.update((await session.execute(select(Interaction.subject))).scalars())
        failed = (await session.execute(select(Inbox.source, Inbox.error).where(Inbox.error.is_not(None)))).all()
    for what, asked in (("calls", scene.lines), ("letters", scene.letters), ("texts", scene.texts)):
        scene.counted[what] = len(asked)
        missing, doubled = [one for one in asked if not told[one]], [one for one in asked if told[one] > 1]
        if missing or doubled:
            scene.wrong.append(f"{what}: lost {sorted(missing)[:5]}, twice {sorted(doubled)[:5]}")
    if failed:
        scene.wrong.append(f"{len(failed)} arrivals were put aside, such as {failed[0]}")


async def _of_newcomers(scene: Scene) -> None:
    """Each went into the automation once."""
    query = select(Enrolment.client_id, func.count()).group_by(Enrolment.client_id)
    async with scene.rig.company.database.read() as session:
        entered = {row[0]: row[1] for row in await session.execute(query)}
    astray = [number for number in scene.newcomers if entered.get(number, 0) != 1]
    scene.counted["newcomers"] = len(scene.newcomers)
    if astray:
        scene.wrong.append(f"{len(astray)} newcomers did not enter the automation once, such as client {astray[0]}")
