"""Staff: one link lets one person in once, and the last admin cannot leave."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import staff
from crm.errors import CrmError, NotAllowed
from crm.staff import AlreadyJoined, InviteInvalid, LastAdmin
from storage.database import Database
from storage.models import Language, Role, Staff, StaffInvite
from tests.factories import make_staff


async def _join(session: AsyncSession, token: str, now: datetime, telegram_id: int = 77) -> Staff:
    return await staff.join(session, token=token, telegram_id=telegram_id, name="Ivan", language=Language.RU, now=now)


async def test_a_link_lets_one_person_in_once(session: AsyncSession, now: datetime) -> None:
    token = await staff.invite(session, actor=None, role=Role.REP, now=now, name="Ivan P.")
    joined = await _join(session, token, now + timedelta(hours=71))
    assert (joined.role, joined.name, joined.language) == (Role.REP, "Ivan P.", Language.RU)
    with pytest.raises(InviteInvalid):
        await _join(session, token, now, 78)


@pytest.mark.parametrize("case", ["unknown", "expired", "used", "empty"])
async def test_every_bad_link_gets_the_same_answer(session: AsyncSession, now: datetime, case: str) -> None:
    token = await staff.invite(session, actor=None, role=Role.REP, now=now)
    if case == "used":
        await _join(session, token, now, 1)
    at = now + timedelta(hours=73) if case == "expired" else now
    tried = {"unknown": token[:-1] + ("a" if token[-1] != "a" else "b"), "empty": ""}.get(case, token)
    with pytest.raises(InviteInvalid) as refused:
        await _join(session, tried, at)
    assert (refused.value.code, refused.value.params) == ("staff.invite_invalid", {})


async def test_the_token_itself_is_never_kept(session: AsyncSession, now: datetime) -> None:
    token = await staff.invite(session, actor=None, role=Role.ADMIN, now=now)
    row = (await session.execute(select(StaffInvite))).scalar_one()
    assert token not in repr({column.name: getattr(row, column.name) for column in StaffInvite.__table__.columns})


async def test_the_same_account_joins_once_and_may_come_back(session: AsyncSession, now: datetime) -> None:
    await make_staff(session, Role.ADMIN)
    first = await staff.invite(session, actor=None, role=Role.REP, now=now)
    second = await staff.invite(session, actor=None, role=Role.MANAGER, now=now)
    joined = await _join(session, first, now)
    with pytest.raises(AlreadyJoined):
        await _join(session, second, now)
    admin = (await session.execute(select(Staff).where(Staff.role == Role.ADMIN))).scalar_one()
    await staff.deactivate(session, actor=admin, staff_id=joined.id, now=now)
    back = await _join(session, second, now)
    assert (back.id, back.role, back.active) == (joined.id, Role.MANAGER, True)


async def test_two_people_on_one_link_make_one_colleague(database: Database, now: datetime) -> None:
    async with database.write() as session:
        token = await staff.invite(session, actor=None, role=Role.REP, now=now)

    async def open_link(number: int) -> bool:
        try:
            async with database.write() as session:
                await _join(session, token, now, number)
        except InviteInvalid:
            return False
        return True

    assert sorted(await asyncio.gather(*(open_link(number) for number in range(5)))) == [False] * 4 + [True]


async def test_the_last_admin_stays(session: AsyncSession, now: datetime) -> None:
    admin = await make_staff(session, Role.ADMIN)
    for attempt in (
        staff.deactivate(session, actor=admin, staff_id=admin.id, now=now),
        staff.change_role(session, actor=admin, staff_id=admin.id, role=Role.REP, now=now),
    ):
        with pytest.raises(LastAdmin):
            await attempt
    second = await make_staff(session, Role.ADMIN)
    await staff.deactivate(session, actor=admin, staff_id=second.id, now=now)
    with pytest.raises(LastAdmin):
        await staff.deactivate(session, actor=admin, staff_id=admin.id, now=now)


async def test_settings_are_ones_own(session: AsyncSession, now: datetime) -> None:
    rep, other = await make_staff(session), await make_staff(session)
    await staff.set_timezone(session, actor=rep, timezone="Asia/Bangkok", now=now)
    await staff.set_hours(session, actor=rep, work_from=600, work_until=1140, workdays=0b0111111, now=now)
    await staff.set_stand_in(session, actor=rep, stand_in_id=other.id, now=now)
    await staff.set_away(session, actor=rep, until=now + timedelta(days=3), now=now)
    assert (rep.timezone, rep.work_from, rep.stand_in_id) == ("Asia/Bangkok", 600, other.id)
    for attempt in (
        staff.set_timezone(session, actor=rep, timezone="../etc/passwd", now=now),
        staff.set_hours(session, actor=rep, work_from=600, work_until=600, workdays=1, now=now),
        staff.set_stand_in(session, actor=rep, stand_in_id=rep.id, now=now),
        staff.set_away(session, actor=rep, until=now, now=now),
        staff.set_digest(session, actor=rep, minute=2000, now=now),
    ):
        with pytest.raises(CrmError):
            await attempt


async def test_who_left_may_do_nothing(session: AsyncSession, now: datetime) -> None:
    gone = await make_staff(session, Role.ADMIN, active=False)
    with pytest.raises(NotAllowed):
        await staff.invite(session, actor=gone, role=Role.REP, now=now)
    with pytest.raises(NotAllowed):
        await staff.set_language(session, actor=gone, language=Language.TH, now=now)
