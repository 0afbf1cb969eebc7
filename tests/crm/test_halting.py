"""A segment nobody can read any more stops the mailings to it, and no other; whoever made them is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import mailings, segments
from crm.mailings import expanding, recurring
from crm.recurrence import Every, Rule
from storage.models import Mailing, MailingState, MissedOccurrence, Outbox, Role, Segment, Staff
from tests.crm.test_mailings import URL, expand_all, people, prepared
from tests.factories import make_client, make_staff

DAILY = Rule(Every.DAY, (600,))
HOUR = timedelta(hours=1)


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER, telegram_id=4711)


async def two(session: AsyncSession, manager: Staff, now: datetime) -> tuple[Mailing, Mailing, Segment]:
    """A mailing to a segment that stands on another, one to that other, and the other."""
    await people(session, 4)
    outer = await prepared(session, manager, now)
    inner = await segments.save_rule(session, actor=manager, name="Inner", rule="has email", now=now)
    above = await segments.save_rule(
        session, actor=manager, name="Outer", rule="has email and in segment Inner", now=now
    )
    outer.segment_id = above.id
    simple = await mailings.draft(session, actor=manager, segment_id=inner.id, template_id=outer.template_id, now=now)
    return outer, simple, inner


async def told(session: AsyncSession, mailing: Mailing, manager: Staff) -> int:
    """How many cards the maker got because it stopped."""
    rows = select(Outbox.id).where(
        Outbox.dedupe_key.contains(f"mailing:{mailing.id}:unreadable:"), Outbox.staff_id == manager.id
    )
    return len((await session.execute(rows)).all())


async def test_one_that_cannot_be_read_stops_itself_and_the_others_go(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    outer, simple, _ = await two(session, manager, now)
    for one in (outer, simple):
        await mailings.launch(session, actor=manager, mailing_id=one.id, now=now, at=now + HOUR, public_url=URL)
    await expanding.start_due(session, now=now + HOUR)
    above = await session.get_one(Segment, outer.segment_id)
    above.rule = "in segment Gone"
    await expand_all(session, now + HOUR)
    assert (simple.state, simple.planned) == (MailingState.RUNNING, 4)
    assert (outer.state, outer.planned) == (MailingState.PAUSED, 0)
    assert mailings.read_halt(outer.pause_reason) == "segments.unknown_value"
    assert await told(session, outer, manager) == 1
    above.rule = "in segment Inner"
    await mailings.resume(session, actor=manager, mailing_id=outer.id, now=now + HOUR)
    await expand_all(session, now + HOUR)
    assert (outer.state, outer.planned) == (MailingState.RUNNING, 4)


async def test_a_colleague_by_another_name_stops_it_before_it_goes_to_their_clients(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    ivan = await make_staff(session, Role.REP, name="Ivan")
    await people(session, 1, owner=ivan)
    mailing = await prepared(session, manager, now)
    (await session.get_one(Segment, mailing.segment_id)).rule = "not owner = Ivan"
    await make_client(session, "Other", email="other@x.example")
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, at=now + HOUR, public_url=URL)
    ivan.name = "Vanya"
    await session.flush()
    await expand_all(session, now + HOUR)
    assert (mailing.state, mailing.planned) == (MailingState.PAUSED, 0)
    assert mailings.read_halt(mailing.pause_reason) == "segments.unknown_value"
    assert await told(session, mailing, manager) == 1


async def test_a_circle_two_people_made_at_once_stops_itself(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    outer, _, inner = await two(session, manager, now)
    await mailings.launch(session, actor=manager, mailing_id=outer.id, now=now, public_url=URL)
    await expanding.start_due(session, now=now)
    inner.rule = "in segment Outer"
    await expand_all(session, now)
    assert mailings.read_halt(outer.pause_reason) == "segments.circle"


async def test_a_series_that_cannot_be_read_rests_and_its_time_is_missed(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    outer, simple, _ = await two(session, manager, now)
    for one in (outer, simple):
        await mailings.recur(session, actor=manager, mailing_id=one.id, rule=DAILY, now=now)
        await mailings.launch(session, actor=manager, mailing_id=one.id, now=now, public_url=URL)
    await session.flush()
    (await session.get_one(Segment, outer.segment_id)).rule = "in segment Gone"
    await recurring.maker()(session, now=now + 24 * HOUR)
    made = (await session.execute(select(Mailing.pattern_id).where(Mailing.pattern_id.is_not(None)))).scalars().all()
    assert made == [simple.id]
    assert (simple.state, outer.state) == (MailingState.RECURRING, MailingState.PAUSED)
    assert await told(session, outer, manager) == 1
    missed = (await session.execute(select(MissedOccurrence.mailing_id))).scalars().all()
    assert missed == [outer.id]


async def test_a_rule_that_makes_one_above_it_too_large_is_refused(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    _, _, inner = await two(session, manager, now)
    await segments.save_rule(session, actor=manager, name="Top", rule="has email and not in segment Outer", now=now)
    many = " or ".join(f"city = c{number}" for number in range(97)) + " or has email"
    with pytest.raises(segments.SegmentBurdens) as refusal:
        await segments.change_rule(session, actor=manager, segment_id=inner.id, rule=many, now=now)
    assert refusal.value.params == {"name": "Outer", "limit": "nodes", "most": 100}
    await segments.change_rule(session, actor=manager, segment_id=inner.id, rule="city = Riga", now=now)
