"""Customers' invitations: answered once tapped, by the mail their calendar waits for; older versions say they are old."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.invitations import Invitation, Method, Participation
from channels.email.mime import build
from channels.email.reading import parse
from channels.email.verp import ReturnPath
from channels.message import OutgoingEmail
from crm import invitations
from crm.errors import NotAllowed
from crm.invitations import NothingToAccept
from crm.writing import Sender
from storage.files import FileStore
from storage.models import Client, Direction, Interaction, Language, Outbox, Staff
from storage.queries.outbox import Delivery
from tests.crm.mails import mail, take, told
from tests.factories import make_client, make_staff

RETURNS = ReturnPath("crm@us.example", b"k" * 32)
SENDER = Sender(mail_from="crm@us.example", name="Us", files=FileStore(Path("unused")), return_path=RETURNS)
MEETING = Invitation(
    method=Method.REQUEST,
    uid="u1",
    sequence=1,
    summary="Visit",
    start="2026-12-05T03:00:00+00:00",
    end="2026-12-05T04:00:00+00:00",
    organizer="anna@baltic.example",
    organizer_name="Anna",
    attendee="crm@us.example",
)


async def invited(
    session: AsyncSession, now: datetime, invitation: Invitation = MEETING, **fields: object
) -> Interaction:
    received = await take(session, mail(invitation=invitation, **fields), now)
    assert received is not None
    return received


async def known(session: AsyncSession, **fields: object) -> tuple[Staff, Client]:
    owner = await make_staff(session, name="Nina")
    return owner, await make_client(session, owner=owner, email="anna@baltic.example", **fields)


async def accept(
    session: AsyncSession,
    actor: Staff,
    received: Interaction,
    now: datetime,
    how: Participation = Participation.ACCEPTED,
) -> Interaction:
    return await invitations.answer_invitation(
        session, actor=actor, interaction_id=received.id, accept=how, sender_domain="us.example", now=now
    )


async def message(session: AsyncSession, said: Interaction) -> OutgoingEmail:
    row = (await session.execute(select(Outbox).where(Outbox.id == said.outbox_id))).scalar_one()
    delivery = Delivery(**{name: getattr(row, name, None) for name in Delivery._fields})
    composed = await invitations.composer(SENDER)(session, delivery)
    assert isinstance(composed, OutgoingEmail)
    return composed


@pytest.mark.parametrize(
    ("how", "partstat", "subject"),
    [
        (Participation.ACCEPTED, "ACCEPTED", "Принято: Visit"),
        (Participation.TENTATIVE, "TENTATIVE", "Под вопросом: Visit"),
        (Participation.DECLINED, "DECLINED", "Отклонено: Visit"),
    ],
)
async def test_an_answer_is_the_mail_their_calendar_waits_for(
    session: AsyncSession, now: datetime, how: Participation, partstat: str, subject: str
) -> None:
    owner, client = await known(session, language=Language.RU)
    received = await invited(session, now)
    assert await told(session, received) == {owner.id}
    said = await accept(session, owner, received, now, how)
    assert (said.direction, said.thread_id, client.last_contact_at) == (Direction.OUT, received.thread_id, now)
    composed = await message(session, said)
    assert (composed.to_address, composed.subject) == ("anna@baltic.example", subject)
    raw = build(composed, date=now)
    assert b"method=REPLY" in raw.replace(b'"', b"")
    read = parse(raw)
    assert (read.in_reply_to, read.new_text.startswith("Nina")) == (received.message_id, True)
    (calendar,) = [file for file in read.files if file.media_type == "text/calendar"]
    (event,) = icalendar.Calendar.from_ical(calendar.content).walk("VEVENT")
    assert (str(event["UID"]), int(event["SEQUENCE"])) == ("u1", 1)
    assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["PARTSTAT"]) == ("mailto:crm@us.example", partstat)
    await session.refresh(received)
    assert received.invitation is not None
    assert received.invitation["answer"] == how.value


@pytest.mark.parametrize("theirs", ["<000a01dc$1b@DESKTOP_12>", "<abc>", f"<{'a' * 600}@client.example>"])
async def test_an_odd_message_id_keeps_no_answer_back(session: AsyncSession, now: datetime, theirs: str) -> None:
    owner, _ = await known(session)
    received = await invited(session, now, message_id=theirs)
    said = await accept(session, owner, received, now)
    composed = await message(session, said)
    read = parse(build(composed, date=now))
    assert read.in_reply_to in (theirs, "")
    assert composed.envelope_from == RETURNS.of(said.outbox_id or 0)


async def test_a_change_of_mind_is_sent_too(session: AsyncSession, now: datetime) -> None:
    owner, _ = await known(session)
    received = await invited(session, now)
    first = await accept(session, owner, received, now)
    second = await accept(session, owner, received, now, Participation.DECLINED)
    assert first.outbox_id != second.outbox_id
    assert received.invitation is not None
    assert received.invitation["answer"] == "declined"


async def test_an_organiser_of_another_house_is_not_written_to(session: AsyncSession, now: datetime) -> None:
    owner, _ = await known(session)
    fields = {name: getattr(MEETING, name) for name in MEETING.__dataclass_fields__}
    elsewhere = await invited(session, now, Invitation(**{**fields, "organizer": "victim@elsewhere.example"}))
    assert (await message(session, await accept(session, owner, elsewhere, now))).to_address == "anna@baltic.example"
    colleague = await invited(session, now, Invitation(**{**fields, "organizer": "boss@baltic.example"}))
    assert (await message(session, await accept(session, owner, colleague, now))).to_address == "boss@baltic.example"


async def test_newer_versions_and_cancellations_close_the_older_ones(session: AsyncSession, now: datetime) -> None:
    owner, _ = await known(session)
    fields = {name: getattr(MEETING, name) for name in MEETING.__dataclass_fields__}
    first = await invited(session, now)
    other = await invited(session, now, Invitation(**{**fields, "uid": "u2"}))
    second = await invited(session, now, Invitation(**{**fields, "sequence": 2}))
    assert first.invitation is not None
    assert first.invitation["superseded"] == "updated"
    with pytest.raises(NothingToAccept):
        await accept(session, owner, first, now)
    await invited(session, now, Invitation(**{**fields, "sequence": 3, "method": Method.CANCEL}))
    assert second.invitation is not None
    assert second.invitation["superseded"] == "cancelled"
    assert invitations.can_be_answered(other)


async def test_an_answer_to_an_invitation_is_only_noted(session: AsyncSession, now: datetime) -> None:
    owner, client = await known(session)
    fields = {name: getattr(MEETING, name) for name in MEETING.__dataclass_fields__}
    reply = await invited(session, now, Invitation(**{**fields, "method": Method.REPLY, "participation": "accepted"}))
    assert (await told(session, reply), reply.automatic) == (set(), True)
    assert not invitations.can_be_answered(reply)
    with pytest.raises(NothingToAccept):
        await accept(session, owner, reply, now)
    assert client.last_contact_at is None


async def test_what_nobody_here_may_answer(session: AsyncSession, now: datetime) -> None:
    owner, _ = await known(session)
    received = await invited(session, now)
    with pytest.raises(NotAllowed):
        await accept(session, await make_staff(session), received, now)
    stranger = await invited(session, now, sender="who@new.example")
    with pytest.raises((NothingToAccept, NotAllowed)):
        await accept(session, owner, stranger, now)
    plain = await take(session, mail(), now)
    assert plain is not None
    with pytest.raises(NothingToAccept):
        await accept(session, owner, plain, now)
