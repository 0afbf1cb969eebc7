"""Rows written together: every value is afterwards what it was before, whatever its column's type and however often it stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import many
from storage.models import Channel, DomainEvent, Thread
from tests.factories import make_staff

_EVENT = insert(DomainEvent)
_THREAD = insert(Thread)


async def test_moments_words_and_json_come_back_as_they_were(session: AsyncSession, now: datetime) -> None:
    facts: list[dict[str, object]] = [{"n": n, "text": "ไทย ' \" \\", "none": None} for n in range(6)]
    moments = [now, now, now, now + timedelta(microseconds=1), now, now]
    rows = [{"name": "a.b", "client_id": None, "facts": one, "at": at} for one, at in zip(facts, moments, strict=True)]
    await many.write(await session.connection(), _EVENT, rows)
    found = (await session.execute(select(DomainEvent).order_by(DomainEvent.id))).scalars().all()
    assert [one.facts for one in found] == facts
    assert [one.at for one in found] == moments


@pytest.mark.parametrize("count", [1, many.WIDE - 1, many.WIDE, many.WIDE + 1, 3 * many.WIDE + 5])
async def test_however_many_rows_there_are_each_is_written_once_and_in_order(
    session: AsyncSession, now: datetime, count: int
) -> None:
    rows = [{"name": f"a.{n}", "client_id": None, "facts": {"n": n}, "at": now} for n in range(count)]
    await many.write(await session.connection(), _EVENT, rows)
    found = (await session.execute(select(DomainEvent).order_by(DomainEvent.id))).scalars().all()
    assert [(one.name, one.facts) for one in found] == [(f"a.{n}", {"n": n}) for n in range(count)]


async def test_the_same_statement_takes_rows_of_other_columns(session: AsyncSession, now: datetime) -> None:
    unit = await session.connection()
    whole = {"name": "a.b", "facts": {}, "at": now}
    await many.write(unit, _EVENT, [whole, whole])
    staff = await make_staff(session)
    await many.write(unit, _EVENT, [{**whole, "staff_id": staff.id}])
    await many.write(unit, _EVENT, [])
    assert (await session.execute(select(DomainEvent.staff_id).order_by(DomainEvent.id))).scalars().all() == [
        None,
        None,
        staff.id,
    ]


async def test_a_column_that_python_would_fill_in_is_not_left_out_in_silence(
    session: AsyncSession, now: datetime
) -> None:
    row = {"channel": Channel.EMAIL, "address": "a@b.test", "token": "t", "created_at": now, "last_at": now}
    with pytest.raises(KeyError):
        await many.write(await session.connection(), _THREAD, [row])


async def test_one_row_that_breaks_a_rule_is_refused_with_all(session: AsyncSession, now: datetime) -> None:
    row = {
        "channel": Channel.EMAIL,
        "address": "a@b.test",
        "name": "",
        "subject": "",
        "created_at": now,
        "last_at": now,
    }
    rows = [{**row, "spam": False, "token": token} for token in ("one", "two", "one")]
    unit = await session.connection()
    with pytest.raises(IntegrityError):
        async with unit.begin_nested():
            await many.write(unit, _THREAD, rows)
    assert (await session.execute(select(Thread))).all() == []


async def test_a_moment_without_a_zone_is_refused(session: AsyncSession) -> None:
    row = {"name": "a.b", "client_id": None, "facts": {}, "at": datetime(2026, 1, 1)}
    with pytest.raises(ValueError, match="naive"):
        await many.write(await session.connection(), _EVENT, [row])
