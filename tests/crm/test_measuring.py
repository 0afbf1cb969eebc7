"""What a launch was allowed for is what begins: a mailing that grew meanwhile waits for a second person first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import mailings, segments
from crm.mailings import ApprovalRules, Terms, expanding, measuring
from storage.models import (
    Channel,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Segment,
    SegmentKind,
    Staff,
    SuppressionReason,
)
from tests.crm.test_mailings import URL, expand_all, people, prepared
from tests.factories import make_client, make_staff

RULES = ApprovalRules(over=2)
HOUR = timedelta(hours=1)


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER, telegram_id=4711)


@pytest.fixture
async def second(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER, telegram_id=77)


async def launched(session: AsyncSession, manager: Staff, now: datetime, *, rule: str = "city = Bangkok") -> Mailing:
    """For in an hour."""
    mailing = await prepared(session, manager, now)
    (await session.get_one(Segment, mailing.segment_id)).rule = rule
    at = now + HOUR
    return await mailings.launch(
        session, actor=manager, mailing_id=mailing.id, now=now, at=at, public_url=URL, approval=RULES
    )


async def begin(session: AsyncSession, now: datetime) -> None:
    """As the tick does: weighed first, by those who only read."""
    known = await expanding.weigh_due(session, now=now, terms=Terms(RULES))
    await expanding.start_due(session, now=now, terms=Terms(RULES), known=known)
    await expand_all(session, now)


async def test_a_rule_widened_after_a_small_launch_needs_a_second_person(
    session: AsyncSession, manager: Staff, second: Staff, now: datetime
) -> None:
    await people(session, 4)
    mailing = await launched(session, manager, now, rule='name = "Client 1"')
    assert mailing.state is MailingState.SCHEDULED
    await segments.change_rule(session, actor=manager, segment_id=mailing.segment_id, rule="has email", now=now)
    await begin(session, now + HOUR)
    assert (mailing.state, mailing.planned) == (MailingState.AWAITING_APPROVAL, 0)
    told = await session.execute(select(Outbox.staff_id).where(Outbox.dedupe_key.startswith(f"mailing:{mailing.id}:")))
    assert set(told.scalars()) == {manager.id, second.id}
    await mailings.approve(session, actor=second, mailing_id=mailing.id, now=now + HOUR, terms=Terms(RULES))
    await begin(session, now + HOUR)
    assert (mailing.state, mailing.planned) == (MailingState.RUNNING, 4)


async def test_a_rule_widened_after_the_weighing_is_weighed_again(
    session: AsyncSession, manager: Staff, second: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people(session, 4)
    small = await launched(session, manager, now, rule='name = "Client 1"')
    at = now + HOUR
    known = await expanding.weigh_due(session, now=at, terms=Terms(RULES))
    assert not known[small.id].needs_another
    (await session.get_one(Segment, small.segment_id)).rule = "has email"
    await expanding.start_due(session, now=at, terms=Terms(RULES), known=known)
    assert small.state is MailingState.AWAITING_APPROVAL

    (await session.get_one(Segment, small.segment_id)).rule = 'name = "Client 1"'
    small.state = MailingState.SCHEDULED
    known = await expanding.weigh_due(session, now=at, terms=Terms(RULES))
    monkeypatch.setattr(expanding, "needs_another", None)  # nobody counts while the writer waits
    await expanding.start_due(session, now=at, terms=Terms(RULES), known=known)
    assert small.state is MailingState.EXPANDING


@pytest.mark.parametrize(("more", "waits"), [(2, False), (3, True)])
async def test_half_as_many_again_as_were_approved_are_looked_at_again(
    session: AsyncSession, manager: Staff, second: Staff, now: datetime, more: int, waits: bool
) -> None:
    await people(session, 4)
    mailing = await launched(session, manager, now)
    await mailings.approve(session, actor=second, mailing_id=mailing.id, now=now, terms=Terms(RULES))
    for number in range(more):
        await make_client(session, email=f"more{number}@x.example", city="Bangkok", city_key="bangkok")
    await begin(session, now + HOUR)
    expected = (MailingState.AWAITING_APPROVAL, 0) if waits else (MailingState.RUNNING, 4 + more)
    assert (mailing.state, mailing.planned) == expected
    assert mailing.approved_by_id == (None if waits else second.id)


async def test_whom_it_cannot_reach_does_not_count_as_at_the_launch(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 3)
    await suppression.suppress(
        session,
        channel=Channel.EMAIL,
        address="c1@x.example",
        reason=SuppressionReason.UNSUBSCRIBE,
        source="test",
        marketing_only=True,
        now=now,
    )
    mailing = await launched(session, manager, now)
    await begin(session, now + HOUR)
    assert mailing.state is MailingState.RUNNING


async def test_a_segment_that_cannot_be_read_when_it_is_to_begin_stops_that_one_only(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 2)
    broken, sound = await launched(session, manager, now), await second_of(session, manager, now)
    (await session.get_one(Segment, broken.segment_id)).rule = "in segment Gone"
    await begin(session, now + HOUR)
    assert (broken.state, sound.state) == (MailingState.PAUSED, MailingState.RUNNING)
    assert mailings.read_halt(broken.pause_reason) == "segments.unknown_value"


async def second_of(session: AsyncSession, manager: Staff, now: datetime) -> Mailing:
    """Another with the text of the first, to a segment of its own."""
    first = (await session.execute(select(Mailing))).scalar_one()
    segment = Segment(name="Other", kind=SegmentKind.RULE, rule="has email", created_at=now)
    session.add(segment)
    await session.flush()
    made = await mailings.draft(session, actor=manager, segment_id=segment.id, template_id=first.template_id, now=now)
    return await mailings.launch(session, actor=manager, mailing_id=made.id, now=now, at=now + HOUR, public_url=URL)


async def test_what_was_approved_is_asked_for_once(
    session: AsyncSession, manager: Staff, second: Staff, now: datetime
) -> None:
    """Of one that grew beyond it, which is measured in two ways."""
    await people(session, 4)
    mailing = await launched(session, manager, now, rule="has email")
    await mailings.approve(session, actor=second, mailing_id=mailing.id, now=now, terms=Terms(RULES))
    await people(session, 8)
    asked: list[str] = []

    def executed(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", executed)
    try:
        assert await measuring.needs_another(session, mailing=mailing, terms=Terms(RULES), now=now)
    finally:
        event.remove(engine, "before_cursor_execute", executed)
    assert len([one for one in asked if "domain_event" in one]) == 1
