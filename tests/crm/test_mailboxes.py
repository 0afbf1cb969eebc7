"""A mailbox that cannot be read is told of once, to those it concerns, and its end too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import mailboxes
from crm.errors import NotAllowed
from crm.mailboxes import ALARM_AFTER, CARD
from storage.models import CardMessage, Mailbox, MailboxFolder, Outbox, Role, Staff
from tests.factories import make_staff

LOST: dict[str, Any] = {"fault": "silent", "said": "", "refused": False}


async def enrolled(
    session: AsyncSession, now: datetime, *, folder: str = "INBOX", owner: str | int | None = None, copies: bool = False
) -> int:
    found = await mailboxes.enroll(
        session,
        name="info",
        title="info",
        folder=folder,
        owner=owner,
        copies=copies,
        now=now,
        receipt_at=now + timedelta(hours=18),
    )
    assert found.owners == 1
    return found.folder_id


async def told(session: AsyncSession) -> list[int | None]:
    cards = (await session.execute(select(Outbox).where(Outbox.kind == "card").order_by(Outbox.id))).scalars()
    return [card.staff_id for card in cards if card.payload["card"] == CARD]


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    await make_staff(session)
    await make_staff(session, Role.MANAGER, active=False)
    return await make_staff(session, Role.MANAGER)


async def test_a_short_loss_is_nobodys_business(session: AsyncSession, now: datetime, manager: Staff) -> None:
    folder_id = await enrolled(session, now)
    for minutes in range(0, 15, 5):
        assert not await mailboxes.failed(session, folder_id=folder_id, now=now + timedelta(minutes=minutes), **LOST)
    assert not await mailboxes.looked(session, folder_id=folder_id, now=now + timedelta(minutes=14))
    # And the next one begins anew.
    assert not await mailboxes.failed(session, folder_id=folder_id, now=now + timedelta(minutes=20), **LOST)
    assert await told(session) == []


async def test_a_long_loss_is_told_once_and_so_is_its_end(session: AsyncSession, now: datetime, manager: Staff) -> None:
    folder_id, other = await enrolled(session, now), await enrolled(session, now, folder="Orders")
    for minutes in range(0, 60, 5):
        at = now + timedelta(minutes=minutes)
        for one in (folder_id, other):
            await mailboxes.failed(session, folder_id=one, now=at, **LOST)
    assert await told(session) == [manager.id]
    mailbox = (await session.execute(select(Mailbox))).scalar_one()
    assert mailbox.alarmed_at == now + ALARM_AFTER
    session.add(
        CardMessage(card=CARD, card_id=mailbox.id, staff_id=manager.id, chat_id=1, message_id=2, created_at=now)
    )
    over = now + timedelta(hours=1)
    assert not await mailboxes.looked(session, folder_id=folder_id, now=over)
    assert await mailboxes.looked(session, folder_id=other, now=over)
    assert (mailbox.alarmed_at, mailbox.recovered_at) == (None, over)
    edits = (await session.execute(select(Outbox).where(Outbox.kind == "card_edit"))).scalars().all()
    # Beside the one that hangs, PostgreSQL's also edits the card that may be on its way.
    assert [edit.payload["card_id"] for edit in edits if "message_id" in edit.payload] == [mailbox.id]
    assert not await mailboxes.looked(session, folder_id=other, now=over)
    # A second trouble is told again.
    for minutes in (70, 90):
        await mailboxes.failed(session, folder_id=other, now=now + timedelta(minutes=minutes), **LOST)
    assert await told(session) == [manager.id] * 2


async def test_a_refused_login_is_told_at_once(session: AsyncSession, now: datetime, manager: Staff) -> None:
    admin = await make_staff(session, Role.ADMIN)
    nina = await make_staff(session, name="Nina")
    folder_id = await enrolled(session, now, owner=nina.id)
    for _ in range(3):
        await mailboxes.failed(
            session, folder_id=folder_id, fault="login", said="wrong password", refused=True, now=now
        )
    assert await told(session) == [manager.id, admin.id, nina.id]


async def test_owners_are_found_by_name_or_number(session: AsyncSession) -> None:
    nina, ivan, other = [await make_staff(session, name=name) for name in ("Nina Orlova", "Иван", "иван ")]
    await make_staff(session, name="Olga", active=False)
    assert await mailboxes.owner_of(session, " nina orlova") == (nina.id, 1)
    assert await mailboxes.owner_of(session, ivan.id) == (ivan.id, 1)
    assert await mailboxes.owner_of(session, None) == (None, 1)
    other.name = "Иван"
    assert await mailboxes.owner_of(session, "иван") == (None, 2)
    assert await mailboxes.owner_of(session, "Olga") == (None, 0)
    assert await mailboxes.owner_of(session, 10**9) == (None, 0)


async def test_what_left_the_settings_is_shown_no_more_and_comes_back_with_them(
    session: AsyncSession, now: datetime, manager: Staff
) -> None:
    inbox, orders = await enrolled(session, now), await enrolled(session, now, folder="Orders")
    await mailboxes.failed(session, folder_id=orders, fault="folder", said="", refused=True, now=now)
    assert await mailboxes.retire(session, keep={("info", "INBOX", False)}) == 1
    (view,) = await mailboxes.listed(session, actor=manager)
    assert [one.folder.id for one in view.folders] == [inbox]
    assert view.failing is None
    assert await mailboxes.retire(session, keep=()) == 1
    assert await mailboxes.listed(session, actor=manager) == []
    assert await enrolled(session, now, folder="Orders") == orders
    assert (await session.get_one(MailboxFolder, orders)).since == now


async def test_who_may_look(session: AsyncSession, now: datetime, manager: Staff) -> None:
    nina, rep = await make_staff(session, name="Nina"), await make_staff(session)
    folder_id = await enrolled(session, now, owner="Nina")
    mailbox_id = (await session.get_one(MailboxFolder, folder_id)).mailbox_id
    for actor in (manager, nina):
        assert (await mailboxes.view(session, actor=actor, mailbox_id=mailbox_id)).owner is nina
    for actor in (nina, rep):
        with pytest.raises(NotAllowed):
            await mailboxes.listed(session, actor=actor)
        with pytest.raises(NotAllowed):
            await mailboxes.ask_receipt(session, actor=actor, mailbox_id=mailbox_id, now=now)
    for missing in (mailbox_id, 10**6):
        with pytest.raises(NotAllowed):
            await mailboxes.view(session, actor=rep, mailbox_id=missing)
        with pytest.raises(NotAllowed):
            await mailboxes.receipt(session, actor=rep, receipt_id=missing)
