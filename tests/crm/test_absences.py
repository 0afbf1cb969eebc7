"""A customer's out-of-office note: logged quietly, and its day of return offered to whoever promised something before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.absences import Absence
from crm import absences, followups
from crm.absences import NothingToMove
from storage.models import Client, DomainEvent, FollowUp, Interaction, Outbox, Staff
from tests.crm.mails import mail, take, told
from tests.factories import make_client, make_staff


async def promise(session: AsyncSession, owner: Staff, client: Client, at: datetime, now: datetime) -> FollowUp:
    return await followups.schedule(session, actor=owner, client_id=client.id, promise="send offer", due_at=at, now=now)


async def note(session: AsyncSession, now: datetime, *, back: date | None) -> Interaction:
    received = await take(session, mail(is_automatic=True, absence=Absence(back)), now)
    assert received is not None
    return received


async def offers(session: AsyncSession) -> list[tuple[int | None, int]]:
    query = select(Outbox).where(Outbox.kind == "card").order_by(Outbox.id)
    found = (await session.execute(query)).scalars()
    return [(one.staff_id, one.payload["card_id"]) for one in found if one.payload["card"] == absences.CARD]


def back(now: datetime, days: int) -> date:
    return (now + timedelta(days=days)).date()


async def test_the_owner_is_offered_to_move_what_falls_due_before_the_return(
    session: AsyncSession, now: datetime
) -> None:
    owner = await make_staff(session, timezone="Asia/Bangkok", workdays=0b1111111)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    before = await promise(session, owner, client, now + timedelta(days=2), now)
    after = await promise(session, owner, client, now + timedelta(days=20), now)
    received = await note(session, now, back=back(now, 10))
    assert await told(session, received) == set(), "the note itself is told to nobody"
    assert received.automatic
    assert await offers(session) == [(owner.id, received.id)]
    offer = await absences.offered(session, actor=owner, interaction_id=received.id, now=now)
    assert offer is not None
    assert [one.id for one in offer.followups] == [before.id]
    # Nine in the morning in Bangkok.
    day = back(now, 10)
    assert offer.move_to == offer.returns_at == datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    await absences.move(session, actor=owner, interaction_id=received.id, now=now)
    assert (before.due_at, after.due_at) == (offer.move_to, now + timedelta(days=20))
    with pytest.raises(NothingToMove):
        await absences.move(session, actor=owner, interaction_id=received.id, now=now)


async def test_one_offer_per_absence_whatever_its_mailbox_sends(session: AsyncSession, now: datetime) -> None:
    owner = await make_staff(session)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    await promise(session, owner, client, now + timedelta(days=2), now)
    first = await note(session, now, back=back(now, 10))
    for hours in range(1, 6):
        await note(session, now + timedelta(hours=hours), back=back(now, 10))
    assert await offers(session) == [(owner.id, first.id)]
    longer = await note(session, now + timedelta(hours=7), back=back(now, 12))
    assert await offers(session) == [(owner.id, first.id), (owner.id, longer.id)]


@pytest.mark.parametrize("days", [None, -3, 0])
async def test_no_offer_where_no_day_to_come_is_known(session: AsyncSession, now: datetime, days: int | None) -> None:
    owner = await make_staff(session)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    await promise(session, owner, client, now + timedelta(hours=1), now)
    received = await note(session, now, back=back(now, days) if days is not None else None)
    assert (received.returns_at, received.automatic) == (None, True)
    assert await offers(session) == []


async def test_what_waits_for_an_answer_goes_on_waiting(session: AsyncSession, now: datetime) -> None:
    """A note is no answer: it ends no wait, counts as no contact, and says so to automations."""
    owner = await make_staff(session)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    waiting = await promise(session, owner, client, now + timedelta(days=2), now)
    await followups.wait_for_answer(session, actor=owner, followup_id=waiting.id, now=now)
    await note(session, now, back=back(now, 10))
    assert waiting.waiting_for_answer
    assert client.last_contact_at is None
    assert await offers(session) == []
    facts = (
        await session.execute(select(DomainEvent.facts).where(DomainEvent.name == "message.received"))
    ).scalar_one()
    assert facts["automatic"] is True


async def test_each_colleague_moves_their_own(session: AsyncSession, now: datetime) -> None:
    owner, other = await make_staff(session), await make_staff(session)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    mine = await promise(session, owner, client, now + timedelta(days=2), now)
    theirs = await promise(session, owner, client, now + timedelta(days=3), now)
    theirs.owner_id = other.id
    await session.flush()
    received = await note(session, now, back=back(now, 10))
    assert await offers(session) == sorted([(owner.id, received.id), (other.id, received.id)])
    await absences.move(session, actor=owner, interaction_id=received.id, now=now)
    assert mine.due_at > now + timedelta(days=9)
    assert theirs.due_at == now + timedelta(days=3)
