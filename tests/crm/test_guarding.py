"""A mailing that hurts the sender stops itself in time, says why, and is not stopped twice for the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm import mailings, segments, templates
from crm.mailings import Cause, Harm, guarding, read_cause
from storage.models import (
    BounceKind,
    Channel,
    DeliveryState,
    Language,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Staff,
)
from tests.factories import make_staff


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


async def running(
    session: AsyncSession, actor: Staff, now: datetime, *, channel: Channel = Channel.EMAIL, name: str = "News"
) -> Mailing:
    template = await templates.create(session, actor=actor, name=name, channel=channel, now=now)
    await templates.write_version(
        session, actor=actor, template_id=template.id, language=Language.EN, subject="Hi", text="Hello", now=now
    )
    segment = await segments.save_rule(session, actor=actor, name=f"All for {name}", rule="city = Bangkok", now=now)
    mailing = await mailings.draft(session, actor=actor, segment_id=segment.id, template_id=template.id, now=now)
    mailing.state, mailing.started_at = MailingState.RUNNING, now
    await session.flush()
    return mailing


async def went_out(session: AsyncSession, mailing: Mailing, now: datetime, **counts: int) -> None:
    """Rows of the ledger: `sent`, and what came back by kind."""
    rows = [
        _row(mailing, f"{what}{number}.{now.timestamp()}@x.example", None if what == "sent" else BounceKind(what), now)
        | ({"sent_at": None} if number % 2 and what not in ("sent", "complaint") else {})
        for what, count in counts.items()
        for number in range(count)
    ]
    await session.execute(insert(Outbox), rows)


def _row(mailing: Mailing, address: str, kind: BounceKind | None, now: datetime) -> dict[str, object]:
    failed = kind not in (None, BounceKind.COMPLAINT)
    return {
        "channel": mailing.channel,
        "kind": "mailing",
        "state": DeliveryState.FAILED if failed else DeliveryState.SENT,
        "priority": 9,
        "due_at": now,
        "address": address,
        "payload": {},
        "marketing": True,
        "mailing_id": mailing.id,
        "attempts": 1,
        "bounce": kind,
        "created_at": now,
        "sent_at": now,  # a refusal while sending leaves it empty
        "settled_at": now,
    }


async def cards_told(session: AsyncSession, mailing: Mailing) -> set[int | None]:
    query = select(Outbox.staff_id).where(
        Outbox.kind == "card", Outbox.dedupe_key.like(f"mailing:{mailing.id}:guard:%")
    )
    return set((await session.execute(query)).scalars())


@pytest.mark.parametrize(
    ("counts", "cause"),
    [
        ({"sent": 192, "hard": 8}, Cause(Harm.BOUNCES, 8, 200)),
        ({"sent": 193, "hard": 7}, None),
        ({"sent": 191, "hard": 8}, None),  # not yet two hundred
        ({"sent": 192, "hard": 3, "soft": 3, "block": 2}, Cause(Harm.BOUNCES, 8, 200)),
        ({"sent": 1249, "complaint": 1}, Cause(Harm.COMPLAINTS, 1, 1250)),
        ({"sent": 1250, "complaint": 1}, None),
        ({"sent": 198, "complaint": 1}, None),
        ({"sent": 199, "complaint": 1}, Cause(Harm.COMPLAINTS, 1, 200)),
        ({"sent": 400}, None),
    ],
)
async def test_it_stops_exactly_at_the_line(
    session: AsyncSession, manager: Staff, now: datetime, counts: dict[str, int], cause: Cause | None
) -> None:
    mailing = await running(session, manager, now)
    await went_out(session, mailing, now, **counts)
    assert await guarding.guard(session, now=now) == (cause is not None)
    assert mailing.state is (MailingState.PAUSED if cause else MailingState.RUNNING)
    assert read_cause(mailing.pause_reason) == cause
    assert await guarding.guard(session, now=now) == 0


async def test_however_many_run_the_one_that_harms_is_found(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    for number in range(21):
        await went_out(session, await running(session, manager, now, name=f"News {number}"), now, sent=1, soft=1)
    harmful = await running(session, manager, now)
    await went_out(session, harmful, now, sent=100, hard=100)
    assert await guarding.guard(session, now=now) == 1
    assert harmful.state is MailingState.PAUSED


async def test_who_made_it_and_the_managers_are_told(session: AsyncSession, manager: Staff, now: datetime) -> None:
    maker = await make_staff(session, Role.MANAGER)
    await make_staff(session, Role.REP)
    mailing = await running(session, maker, now)
    await went_out(session, mailing, now, sent=100, hard=100)
    await guarding.guard(session, now=now)
    assert await cards_told(session, mailing) == {maker.id, manager.id}


async def test_resumed_it_is_judged_by_what_goes_out_from_then_on(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await running(session, manager, now)
    await went_out(session, mailing, now, sent=150, hard=50)
    assert await guarding.guard(session, now=now) == 1
    later = now + timedelta(hours=1)
    await mailings.resume(session, actor=manager, mailing_id=mailing.id, now=later)
    assert await guarding.guard(session, now=later) == 0
    after = later + timedelta(minutes=1)
    await went_out(session, mailing, after, sent=190, hard=9)
    assert await guarding.guard(session, now=after) == 0  # one hundred and ninety-nine
    await went_out(session, mailing, after + timedelta(seconds=1), sent=1)
    assert await guarding.guard(session, now=after) == 1
    assert read_cause(mailing.pause_reason) == Cause(Harm.BOUNCES, 9, 200)


async def test_others_are_left_alone(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await running(session, manager, now)
    await went_out(session, mailing, now, hard=300)
    for state in set(MailingState) - {MailingState.RUNNING, MailingState.EXPANDING}:
        mailing.state = state
        await session.flush()
        assert (await session.execute(guarding.watched_mailings(now))).first() is None
        assert await guarding.guard(session, now=now) == 0
    mailing.state = MailingState.RUNNING
    await session.flush()
    await session.execute(update(Mailing).values(channel=Channel.SMS))
    assert await guarding.guard(session, now=now) == 0


@pytest.mark.parametrize("text", ["", "restored", "bounces", "bounces x y", "bounces 1 0", "spam 1 2", "bounces 1"])
def test_other_reasons_are_no_cause(text: str) -> None:
    assert read_cause(text) is None


def test_a_cause_survives_its_writing() -> None:
    cause = Cause(Harm.COMPLAINTS, 3, 2500)
    assert read_cause(str(cause)) == cause
    assert cause.share == Fraction(3, 2500)
