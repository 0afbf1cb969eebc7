"""A mailing while it runs: how fast, how long still, cards that follow without piling up, and a stop when much fails alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm import mailings
from crm.mailings import Failing, expanding, failing, following, read_failing
from storage.models import CardMessage, DeliveryState, Mailing, MailingState, Meta, Outbox, Role, Staff
from tests.factories import make_staff
from tests.factories.mailings import make_delivery, make_mailing
from tests.sums import check_sums

S = DeliveryState


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER, telegram_id=900)


@pytest.fixture(autouse=True)
async def sums_hold(session: AsyncSession) -> AsyncIterator[None]:
    yield
    await check_sums(session)


async def hang(session: AsyncSession, mailing: Mailing, staff: Staff, now: datetime, message_id: int = 7) -> None:
    session.add(
        CardMessage(
            card="mailing", card_id=mailing.id, staff_id=staff.id, chat_id=900, message_id=message_id, created_at=now
        )
    )
    await session.flush()


async def edits(session: AsyncSession) -> list[Outbox]:
    query = select(Outbox).where(Outbox.kind == "card_edit").order_by(Outbox.id)
    return list((await session.execute(query)).scalars())


async def send(session: AsyncSession, mailing: Mailing, count: int, at: datetime) -> None:
    waiting = (
        select(Outbox.id)
        .where(Outbox.mailing_id == mailing.id, Outbox.state == S.PLANNED)
        .order_by(Outbox.id)
        .limit(count)
    )
    ids = (await session.execute(waiting)).scalars().all()
    await session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(state=S.SENT, sent_at=at, settled_at=at))


async def test_the_pace_of_the_last_minutes_and_what_is_left(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    await hang(session, mailing, manager, now)
    for _ in range(30):
        await make_delivery(session, mailing, now=now, state=S.PLANNED)
    seconds = timedelta(seconds=1)
    await following.show_progress(session, now=now)
    for step in range(1, 4):
        await send(session, mailing, 5, now + step * 20 * seconds)
        await following.show_progress(session, now=now + step * 20 * seconds)
    figures = await mailings.progress(session, mailing=mailing, now=now + 60 * seconds)
    assert (figures.sent, figures.per_minute, figures.minutes_left) == (15, 15, 1)
    await mailings.pause(session, actor=manager, mailing_id=mailing.id, now=now + 61 * seconds)
    assert (await mailings.progress(session, mailing=mailing, now=now + 62 * seconds)).per_minute is None
    await following.show_progress(session, now=now + 63 * seconds)
    assert (await session.execute(select(Meta.key).where(Meta.key.startswith("mailing-pace")))).first() is None
    await mailings.resume(session, actor=manager, mailing_id=mailing.id, now=now + timedelta(hours=9))
    resumed = await mailings.progress(session, mailing=mailing, now=now + timedelta(hours=9))
    assert resumed.per_minute is None, "a night is no pace"


async def test_twenty_that_wait_keep_no_other_from_its_end(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    first = await make_mailing(session, manager, now=now)
    await make_delivery(session, first, now=now, state=S.PLANNED)
    for _ in range(2):
        other = await make_mailing(session, manager, now=now)
        await make_delivery(session, other, now=now, state=S.SENT)
    assert [await expanding.finish_done(session, now=now, limit=1) for _ in range(3)] == [1, 1, 0]
    assert (first.state, other.state) == (MailingState.RUNNING, MailingState.FINISHED)


async def test_edits_never_pile_up_in_a_slow_chat(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await make_mailing(session, manager, now=now)
    for _ in range(5):
        await make_delivery(session, mailing, now=now, state=S.PLANNED)
    await hang(session, mailing, manager, now)
    assert await following.show_progress(session, now=now) == 1
    for second in range(1, 4):
        await send(session, mailing, 1, now)
        assert await following.show_progress(session, now=now + timedelta(seconds=second)) == 0
    [waiting] = await edits(session)
    waiting.state, waiting.lease_token = S.SENDING, "t"  # rendered perhaps before the next change
    await send(session, mailing, 1, now)
    assert await following.show_progress(session, now=now + timedelta(seconds=5)) == 1
    assert await following.show_progress(session, now=now + timedelta(seconds=6)) == 0, "nothing changed"
    assert len(await edits(session)) == 2


async def test_a_very_large_mailing_is_counted_every_ten_seconds(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    for _ in range(5):
        await make_delivery(session, mailing, now=now, state=S.PLANNED)
    await hang(session, mailing, manager, now)
    shown = []
    for second in range(0, 21, 2):
        await send(session, mailing, 1 if second in (2, 12) else 0, now)
        await following.show_progress(session, now=now + timedelta(seconds=second), large=4)
        for edit in await edits(session):
            await session.delete(edit)
            shown.append(second)
        await session.flush()
    assert shown == [0, 10, 20]


async def test_a_card_follows_answers_for_days_after_the_end(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now, state=MailingState.FINISHED)
    mailing.finished_at = now
    await make_delivery(session, mailing, now=now)
    await hang(session, mailing, manager, now)
    later = now + timedelta(hours=5)
    assert await following.show_progress(session, now=later) == 0
    assert await following.show_late_progress(session, now=later) == 1
    assert await following.show_late_progress(session, now=later) == 0
    assert await following.show_late_progress(session, now=now + timedelta(days=4)) == 0


async def fail(session: AsyncSession, mailing: Mailing, count: int, at: datetime, **said: str) -> None:
    for number in range(count):
        moment = at + timedelta(milliseconds=number)
        await make_delivery(session, mailing, now=moment, state=S.FAILED, **said)


async def test_twenty_of_fifty_alike_stop_it_and_say_why(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await make_mailing(session, manager, now=now)
    minute = timedelta(minutes=1)
    for _ in range(40):
        await make_delivery(session, mailing, now=now)
    await fail(session, mailing, 19, now + minute, code="554", reason="554 5.7.1 policy")
    await fail(session, mailing, 9, now + minute, code="550", reason="550 no such user")
    assert await failing.stop(session, now=now + minute) == 0
    await fail(session, mailing, 1, now + minute, code="554", reason="554 5.7.1 policy")
    assert await failing.stop(session, now=now + minute) == 1
    assert mailing.state is MailingState.PAUSED
    assert read_failing(mailing.pause_reason) == Failing(20, 50, "554", "554 5.7.1 policy")
    cards = (await session.execute(select(Outbox.staff_id).where(Outbox.kind == "card"))).scalars().all()
    assert cards == [manager.id]
    assert await failing.stop(session, now=now + minute) == 0
    await mailings.resume(session, actor=manager, mailing_id=mailing.id, now=now + 2 * minute)
    assert await failing.stop(session, now=now + 2 * minute) == 0, "somebody looked: only what fails from now on counts"
    await fail(session, mailing, 20, now + 3 * minute, code="554", reason="554 5.7.1 policy")
    assert await failing.stop(session, now=now + 3 * minute) == 1


async def test_old_failures_and_missing_fields_stop_nothing(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    await fail(session, mailing, 20, now, code="554")
    for number in range(31):
        await make_delivery(session, mailing, now=now + timedelta(minutes=1, milliseconds=number))
    await fail(session, mailing, 30, now + timedelta(minutes=2), reason="missing-field: company")
    assert await failing.stop(session, now=now + timedelta(minutes=3)) == 0


@pytest.mark.parametrize("said", ["bounces 9 200", "failing", "failing x 50 554", "", "restored"])
def test_other_reasons_are_not_read_as_failing(said: str) -> None:
    assert read_failing(said) is None
    assert read_failing(str(Failing(20, 50, "", "no line"))) == Failing(20, 50, "", "no line")
