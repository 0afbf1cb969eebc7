"""Clients' words and their proof: STOP means us and not a number, a yes is proved, and nothing said is ever changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import consent
from crm.consent import How, ProofMissing
from crm.errors import NotAllowed, TooLong
from crm.interactions import KeptFile
from storage.models import (
    Attachment,
    Channel,
    Client,
    Consent,
    ConsentState,
    ContactKind,
    ContactPoint,
    Interaction,
    InteractionKind,
    Role,
    SuppressionReason,
)
from storage.queries import contacts
from tests.factories import make_client, make_staff

NUMBER, SECOND, EMAIL, OTHER_EMAIL = "+66812345678", "+66812345679", "anna@example.com", "office@example.com"
GRANTED, WITHDRAWN = ConsentState.GRANTED, ConsentState.WITHDRAWN
S = SuppressionReason


async def make_anna(session: AsyncSession, now: datetime, **fields: object) -> Client:
    """With a second phone and a second email."""
    anna = await make_client(session, "Anna", email=EMAIL, phone=NUMBER, **fields)  # type: ignore[arg-type]
    for kind, value in ((ContactKind.PHONE, SECOND), (ContactKind.EMAIL, OTHER_EMAIL)):
        session.add(ContactPoint(client_id=anna.id, kind=kind, value=value, created_at=now))
    await session.flush()
    return anna


async def stopped(session: AsyncSession) -> dict[str, tuple[S, bool]]:
    """Anna's addresses that are suppressed, with the reason and whether for mailings only."""
    found = {}
    for channel, values in ((Channel.SMS, (NUMBER, SECOND)), (Channel.EMAIL, (EMAIL, OTHER_EMAIL))):
        for address, one in (await suppression.found(session, channel=channel, addresses=values)).items():
            found[address] = (one.reason, one.marketing_only)
    return found


async def said(session: AsyncSession, client: Client) -> list[tuple[Channel, ConsentState, str]]:
    rows = (await session.execute(select(Consent).where(Consent.client_id == client.id).order_by(Consent.id))).scalars()
    return [(one.channel, one.state, one.how) for one in rows]


async def test_stop_reaches_every_address_and_every_card_of_whoever_wrote_it(
    session: AsyncSession, now: datetime
) -> None:
    anna = await make_anna(session, now)
    double = await make_client(session, "Anna S.", phone=NUMBER, email="anna.s@example.com")
    away = await make_client(session, "Anna, put away", phone=NUMBER, archived_at=now)
    stranger = await make_client(session, "Somebody", phone="+66812340000")
    assert await consent.stop(session, channel=Channel.SMS, address=NUMBER, client_id=anna.id, wording="STOP", now=now)
    assert not await consent.stop(session, channel=Channel.SMS, address=NUMBER, client_id=None, now=now)
    assert await stopped(session) == {
        NUMBER: (S.STOP, False),
        SECOND: (S.STOP, True),
        EMAIL: (S.STOP, True),
        OTHER_EMAIL: (S.STOP, True),
    }
    for client in (anna, double, away):
        assert await said(session, client) == [(Channel.EMAIL, WITHDRAWN, "STOP"), (Channel.SMS, WITHDRAWN, "STOP")]
    assert await said(session, stranger) == []
    found = await suppression.found(session, channel=Channel.EMAIL, addresses=["anna.s@example.com"])
    assert found["anna.s@example.com"].reason is S.STOP


async def test_start_takes_back_that_channel_alone(session: AsyncSession, now: datetime) -> None:
    anna = await make_anna(session, now)
    await consent.stop(session, channel=Channel.SMS, address=NUMBER, client_id=anna.id, now=now)
    await suppression.suppress(session, channel=Channel.SMS, address=SECOND, reason=S.INVALID, now=now)
    assert await consent.start(session, channel=Channel.SMS, address=NUMBER, wording="START", now=now)
    assert await stopped(session) == {
        SECOND: (S.INVALID, False),
        EMAIL: (S.STOP, True),
        OTHER_EMAIL: (S.STOP, True),
    }
    assert (await contacts.consents_of(session, anna.id)) == {Channel.EMAIL: WITHDRAWN, Channel.SMS: GRANTED}
    assert not await consent.start(session, channel=Channel.SMS, address=NUMBER, now=now)


async def test_a_yes_from_an_address_that_is_not_theirs_undoes_no_no(session: AsyncSession, now: datetime) -> None:
    anna = await make_anna(session, now)
    stranger = "somebody@elsewhere.example"
    await consent.withdraw(session, client_id=anna.id, channels=[Channel.EMAIL], how="phone", now=now)
    await consent.stop(session, channel=Channel.EMAIL, address=stranger, client_id=anna.id, now=now)
    assert await consent.start(session, channel=Channel.EMAIL, address=stranger, now=now)
    assert not await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=[stranger])
    assert await contacts.consents_of(session, anna.id) == {Channel.EMAIL: WITHDRAWN, Channel.SMS: WITHDRAWN}
    assert await stopped(session) == dict.fromkeys((NUMBER, SECOND, EMAIL, OTHER_EMAIL), (S.STOP, True))


async def test_a_colleague_writes_down_a_no_and_later_a_yes_with_its_proof(
    session: AsyncSession, now: datetime
) -> None:
    rep = await make_staff(session, Role.REP, name="Nina")
    anna = await make_anna(session, now, owner=rep)
    await suppression.suppress(session, channel=Channel.EMAIL, address=OTHER_EMAIL, reason=S.HARD_BOUNCE, now=now)
    await consent.note(
        session, actor=rep, client_id=anna.id, channel=Channel.EMAIL, state=WITHDRAWN, how=How.PHONE, now=now
    )
    assert await stopped(session) == {EMAIL: (S.UNSUBSCRIBE, True), OTHER_EMAIL: (S.HARD_BOUNCE, False)}
    photo = KeptFile(sha256="a" * 64, name="form.jpg", media_type="image/jpeg", size=5)
    later = now + timedelta(days=30)
    await consent.note(
        session,
        actor=rep,
        client_id=anna.id,
        channel=Channel.EMAIL,
        state=GRANTED,
        how=How.FORM,
        wording=" I would like your price list. ",
        files=[photo],
        now=later,
    )
    assert await stopped(session) == {OTHER_EMAIL: (S.HARD_BOUNCE, False)}
    _, (email, sms) = await consent.standings(session, actor=rep, client_id=anna.id)
    assert email.told is not None
    told = email.told.consent
    assert (told.state, told.how, told.wording, told.at) == (GRANTED, "form", "I would like your price list.", later)
    assert (email.told.by, [name for _, name in email.told.files]) == ("Nina", ["form.jpg"])
    assert (email.addresses, email.stopped) == (2, ((OTHER_EMAIL, S.HARD_BOUNCE),))
    assert (sms.told, sms.addresses, sms.stopped) == (None, 2, ())
    note = (await session.execute(select(Interaction))).scalar_one()
    assert (note.kind, note.text, note.client_id) == (InteractionKind.NOTE, "I would like your price list.", anna.id)
    assert (await session.execute(select(Attachment.interaction_id))).scalar_one() == note.id
    _, history, count = await consent.history(session, actor=rep, client_id=anna.id, limit=1, offset=1)
    assert (count, [one.consent.how for one in history]) == (2, ["phone"])


async def test_a_yes_without_a_proof_is_none(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session, Role.REP)
    anna = await make_anna(session, now, owner=rep)
    fields = {"client_id": anna.id, "channel": Channel.SMS, "state": GRANTED, "how": How.MEETING, "now": now}
    with pytest.raises(ProofMissing):
        await consent.note(session, actor=rep, wording="  ", **fields)  # type: ignore[arg-type]
    with pytest.raises(TooLong):
        await consent.note(session, actor=rep, wording="x" * 1001, **fields)  # type: ignore[arg-type]
    assert await said(session, anna) == []


async def test_only_who_keeps_the_client_sees_and_writes_it(session: AsyncSession, now: datetime) -> None:
    rep, other, keeper = [await make_staff(session, role) for role in (Role.REP, Role.REP, Role.WAREHOUSE)]
    anna = await make_anna(session, now, owner=rep)
    for actor in (other, keeper):
        with pytest.raises(NotAllowed):
            await consent.standings(session, actor=actor, client_id=anna.id)
        with pytest.raises(NotAllowed):
            await consent.history(session, actor=actor, client_id=anna.id, limit=5)
        with pytest.raises(NotAllowed):
            await consent.note(
                session, actor=actor, client_id=anna.id, channel=Channel.SMS, state=WITHDRAWN, how=How.PHONE, now=now
            )
