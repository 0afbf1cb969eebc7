"""A rule asked of one client, or of all, by a colleague or by the product itself."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments
from storage.models import Client, Role
from tests.factories import make_client, make_staff


async def test_a_rule_is_a_condition_within_the_scope_of_whoever_asks(session: AsyncSession, now: datetime) -> None:
    rep, boss = await make_staff(session, Role.REP), await make_staff(session, Role.MANAGER)
    mine = await make_client(session, owner=rep, city_key="riga")
    theirs = await make_client(session, owner=boss, city_key="riga")
    await make_client(session, owner=rep, city_key="oslo")
    for actor, expected in ((rep, {mine.id}), (boss, {mine.id, theirs.id}), (None, {mine.id, theirs.id})):
        chosen = await segments.rule_condition(session, actor=actor, rule="city = Riga", now=now)
        assert set((await session.execute(select(Client.id).where(chosen))).scalars()) == expected


async def test_whether_one_client_matches(session: AsyncSession, now: datetime) -> None:
    rep, boss = await make_staff(session, Role.REP), await make_staff(session, Role.MANAGER)
    mine = await make_client(session, owner=rep, city_key="riga")
    theirs = await make_client(session, owner=boss, city_key="riga")
    gone = await make_client(session, city_key="riga", archived_at=now)

    async def asks(actor: object, client: Client, rule: str) -> bool:
        return await segments.matches(session, actor=actor, rule=rule, client_id=client.id, now=now)  # type: ignore[arg-type]

    assert await asks(rep, mine, "city = Riga and owner = me")
    assert not await asks(rep, mine, "city = Oslo")
    assert not await asks(rep, theirs, "city = Riga")
    assert await asks(None, theirs, "city = Riga")
    assert not await asks(None, theirs, "owner = me")
    assert not await asks(None, gone, "city = Riga")
    with pytest.raises(segments.SegmentSyntax):
        await asks(None, mine, "cty = Riga")


async def test_days_are_the_askers_or_the_companys(session: AsyncSession) -> None:
    at = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)  # 2 March in Bangkok
    boss = await make_staff(session, Role.MANAGER, timezone="Asia/Bangkok")
    client = await make_client(session, last_contact_at=at)
    for actor, zone, expected in ((boss, None, True), (None, ZoneInfo("Asia/Bangkok"), True), (None, None, False)):
        held = await segments.matches(
            session, actor=actor, rule="last contact on 2026-03-02", client_id=client.id, now=at, zone=zone
        )
        assert held is expected
