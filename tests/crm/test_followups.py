"""Promises: made, kept, put off, taken back; and what time does to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import followups, interactions, reminding
from crm.errors import DateInPast, NotAllowed, UndoExpired
from crm.followups import FollowUpClosed
from storage.models import (
    Client,
    FollowUp,
    FollowUpState,
    InteractionKind,
    InteractionSource,
    Outbox,
    Role,
    Staff,
)
from tests.factories import make_client, make_staff


@pytest.fixture
async def rep(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.REP, timezone="Europe/Berlin")


@pytest.fixture
async def client(session: AsyncSession, rep: Staff) -> Client:
    return await make_client(session, "Anna Schmidt", owner=rep)


async def promise(session: AsyncSession, rep: Staff, client: Client, due_at: datetime, now: datetime) -> FollowUp:
    return await followups.schedule(
        session, actor=rep, client_id=client.id, promise="send offer", due_at=due_at, now=now
    )


async def cards(session: AsyncSession) -> list[tuple[str, int | None]]:
    rows = (await session.execute(select(Outbox).order_by(Outbox.id))).scalars()
    return [(str(row.payload["card"]), row.staff_id) for row in rows]


async def test_a_promise_in_the_past_is_refused(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    with pytest.raises(DateInPast):
        await promise(session, rep, client, now, now)


async def test_another_reps_client_gets_no_promise(session: AsyncSession, client: Client, now: datetime) -> None:
    stranger = await make_staff(session, Role.REP)
    with pytest.raises(NotAllowed):
        await promise(session, stranger, client, now + timedelta(hours=1), now)


async def test_a_reminder_fires_once_and_escalates_when_nobody_cares(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    manager = await make_staff(session, Role.MANAGER)
    followup = await promise(session, rep, client, now + timedelta(hours=1), now)
    assert await reminding.remind_due(session, now=now) == 0
    due = now + timedelta(hours=1)
    assert await reminding.remind_due(session, now=due) == 1
    assert await reminding.remind_due(session, now=due) == 0
    assert await cards(session) == [("followup", rep.id)]
    assert await reminding.mark_late(session, now=due + timedelta(minutes=31)) == 1
    assert followups.is_late(followup, due + timedelta(minutes=31))
    assert await reminding.escalate_due(session, now=due + timedelta(hours=2)) == 1
    assert await reminding.escalate_due(session, now=due + timedelta(hours=3)) == 0
    assert ("escalation", manager.id) in await cards(session)


async def test_acknowledging_stops_the_escalation(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    await make_staff(session, Role.MANAGER)
    followup = await promise(session, rep, client, now + timedelta(hours=1), now)
    due = now + timedelta(hours=1)
    await reminding.remind_due(session, now=due)
    await followups.snooze(session, actor=rep, followup_id=followup.id, until=due + timedelta(hours=5), now=due)
    assert await reminding.escalate_due(session, now=due + timedelta(hours=3)) == 0
    assert await reminding.remind_due(session, now=due + timedelta(hours=5)) == 1
    assert followup.snoozes == 1


async def test_an_absent_owners_reminder_goes_to_the_stand_in(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    colleague = await make_staff(session, Role.REP, timezone="Europe/Berlin")
    rep.stand_in_id, rep.away_until = colleague.id, now + timedelta(days=7)
    followup = await promise(session, rep, client, now + timedelta(minutes=5), now)
    await session.flush()
    await reminding.remind_due(session, now=now + timedelta(minutes=5))
    assert await cards(session) == [("followup", colleague.id)]
    done = await followups.done(session, actor=colleague, followup_id=followup.id, now=now + timedelta(minutes=6))
    assert done.state is FollowUpState.DONE


async def test_after_downtime_a_reminder_waits_for_working_hours_and_comes_once(
    session: AsyncSession, rep: Staff, client: Client
) -> None:
    made = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    await promise(session, rep, client, datetime(2026, 11, 24, 16, 0, tzinfo=UTC), made)  # 17:00 in Berlin
    back_at_night = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    await reminding.remind_due(session, now=back_at_night)
    assert await cards(session) == []
    morning = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # 9:00 in Berlin
    await reminding.remind_due(session, now=morning)
    await reminding.remind_due(session, now=morning + timedelta(minutes=1))
    assert await cards(session) == [("followup", rep.id)]


async def test_a_promise_for_the_evening_is_kept_in_the_evening(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    evening = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    await promise(session, rep, client, evening, now)
    await reminding.remind_due(session, now=evening)
    assert await cards(session) == [("followup", rep.id)]


async def test_an_answer_brings_back_what_waited_for_it(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    followup = await promise(session, rep, client, now + timedelta(hours=1), now)
    await followups.wait_for_answer(session, actor=rep, followup_id=followup.id, now=now)
    await session.flush()
    later = now + timedelta(hours=2)
    assert await reminding.remind_due(session, now=later) == 0
    assert await followups.answered(session, client_id=client.id, now=later) == [followup.id]
    await session.flush()
    assert await reminding.remind_due(session, now=later) == 1


async def test_done_can_be_taken_back_for_ten_minutes(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    followup = await promise(session, rep, client, now + timedelta(hours=1), now)
    await followups.done(session, actor=rep, followup_id=followup.id, now=now)
    with pytest.raises(FollowUpClosed):
        await followups.done(session, actor=rep, followup_id=followup.id, now=now)
    await followups.reopen(session, actor=rep, followup_id=followup.id, now=now + timedelta(minutes=9))
    assert followup.state is FollowUpState.OPEN
    assert followup.remind_at == followup.due_at
    await followups.done(session, actor=rep, followup_id=followup.id, now=now)
    with pytest.raises(UndoExpired):
        await followups.reopen(session, actor=rep, followup_id=followup.id, now=now + timedelta(minutes=11))


async def test_undoing_an_interaction_takes_its_promise_along(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    draft = interactions.InteractionDraft(
        client_id=client.id,
        kind=InteractionKind.CALL,
        source=InteractionSource.QUICK_LINE,
        text="agreed 20 pcs",
        followup=interactions.PromiseDraft("send offer", now + timedelta(days=1)),
    )
    logged = await interactions.log(session, actor=rep, draft=draft, now=now)
    assert client.last_contact_at == now
    await interactions.undo(session, actor=rep, interaction_id=logged.id, now=now + timedelta(minutes=5))
    await session.flush()
    followup = (await session.execute(select(FollowUp))).scalar_one()
    assert followup.state is FollowUpState.CANCELLED
    assert client.last_contact_at is None
    with pytest.raises(UndoExpired):
        other = await interactions.log(session, actor=rep, draft=draft, now=now)
        await interactions.undo(session, actor=rep, interaction_id=other.id, now=now + timedelta(minutes=11))


async def test_the_day_lists_late_first_and_waiting_apart(
    session: AsyncSession, rep: Staff, client: Client, now: datetime
) -> None:
    late = await promise(session, rep, client, now + timedelta(minutes=1), now)
    due = await promise(session, rep, client, now + timedelta(hours=3), now)
    waiting = await promise(session, rep, client, now + timedelta(hours=4), now)
    await followups.wait_for_answer(session, actor=rep, followup_id=waiting.id, now=now)
    await promise(session, rep, client, now + timedelta(days=3), now)
    await session.flush()
    day = await followups.today(session, actor=rep, now=now + timedelta(hours=1))
    assert [line.followup.id for line in day.late] == [late.id]
    assert [line.followup.id for line in day.due] == [due.id]
    assert [line.followup.id for line in day.waiting] == [waiting.id]
    assert day.later == 1


async def test_a_digest_comes_each_working_morning_at_the_persons_hour(session: AsyncSession, rep: Staff) -> None:
    friday = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
    await reminding.send_digests(session, now=friday)
    assert rep.digest_due_at == datetime(2026, 11, 27, 7, 30, tzinfo=UTC)
    assert await cards(session) == []
    await reminding.send_digests(session, now=datetime(2026, 11, 27, 7, 31, tzinfo=UTC))
    await session.flush()
    assert await cards(session) == [("digest", rep.id)]
    assert rep.digest_due_at == datetime(2026, 11, 30, 7, 30, tzinfo=UTC)  # Monday


async def test_days_of_downtime_end_with_todays_digest_and_no_older_one(session: AsyncSession, rep: Staff) -> None:
    await reminding.send_digests(session, now=datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    assert rep.digest_due_at == datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
    await reminding.send_digests(session, now=datetime(2026, 11, 28, 9, 0, tzinfo=UTC))  # a Saturday: nothing
    assert await cards(session) == []
    rep.digest_due_at = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
    await reminding.send_digests(session, now=datetime(2026, 11, 30, 7, 29, tzinfo=UTC))  # Monday, too early
    assert await cards(session) == []
    rep.digest_due_at = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
    await reminding.send_digests(session, now=datetime(2026, 11, 30, 9, 0, tzinfo=UTC))
    assert await cards(session) == [("digest", rep.id)]
    assert rep.digest_due_at == datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
