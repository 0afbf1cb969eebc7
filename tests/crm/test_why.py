"""Why a client did or did not get a message: the whole story from the ledger, and what kept others out of a mailing."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import consent, segments, why
from crm.errors import NotAllowed
from crm.why import Absent, CauseKind
from storage.filters import Op, Test
from storage.models import (
    Channel,
    Client,
    DeliveryAttempt,
    DeliveryEvent,
    DeliveryState,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Segment,
    Staff,
    SuppressionReason,
    Template,
)
from tests.factories import make_client, make_staff

HOUR = timedelta(hours=1)
_numbers = count(1)


async def make_mailing(
    session: AsyncSession, maker: Staff, now: datetime, *, rule: str = "city is Riga and has email", **fields: Any
) -> Mailing:
    segment = await segments.save_rule(session, actor=maker, name=f"Rule {next(_numbers)}: {rule}", rule=rule, now=now)
    template = Template(name=f"T {segment.id}", channel=Channel.EMAIL, created_at=now)
    session.add(template)
    await session.flush()
    plain: dict[str, Any] = {"name": "Autumn prices", "channel": Channel.EMAIL, "state": MailingState.FINISHED}
    mailing = Mailing(
        **plain | fields,
        segment_id=segment.id,
        template_id=template.id,
        created_by_id=maker.id,
        created_at=now,
        **({} if "started_at" in fields else {"started_at": now}),
        cursor=10**9,
    )
    session.add(mailing)
    await session.flush()
    return mailing


async def make_delivery(session: AsyncSession, client: Client | None, now: datetime, **fields: Any) -> Outbox:
    plain: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "kind": "mailing",
        "state": DeliveryState.SENT,
        "priority": 9,
        "due_at": now,
        "address": "anna@example.com",
        "payload": {},
        "marketing": True,
        "client_id": client.id if client else None,
        "attempts": 1,
        "created_at": now,
        "sent_at": now,
        "settled_at": now,
    }
    row = Outbox(**plain | fields)
    session.add(row)
    await session.flush()
    return row


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER, name="Viktor", timezone="Europe/Riga")


async def riga(session: AsyncSession, **fields: Any) -> Client:
    return await make_client(session, **{"city": "Riga", "city_key": "riga", "email": "anna@example.com"} | fields)


async def test_the_story_of_a_mailing_to_one_person(session: AsyncSession, manager: Staff, now: datetime) -> None:
    anna = await riga(session, name="Anna", phone="+4915112345678")
    await consent.grant(
        session, client_id=anna.id, channel=Channel.EMAIL, address="", how="form", wording="yes", now=now - 9 * HOUR
    )
    mailing = await make_mailing(session, manager, now, approved_by_id=(await make_staff(session, name="Olga")).id)
    row = await make_delivery(
        session, anna, now, mailing_id=mailing.id, state=DeliveryState.DELIVERED, settled_at=now + 4 * HOUR
    )
    session.add_all(
        [
            DeliveryEvent(outbox_id=row.id, what="quiet-hours", facts={"until": "x"}, at=now),
            DeliveryAttempt(outbox_id=row.id, number=1, lease_token="a", started_at=now + HOUR, finished_at=now + HOUR, outcome="retry", code="450", reply="450 busy"),
            DeliveryAttempt(outbox_id=row.id, number=2, lease_token="b", started_at=now + 2 * HOUR),
            DeliveryAttempt(outbox_id=row.id, number=3, lease_token="c", started_at=now + 3 * HOUR, finished_at=now + 3 * HOUR, outcome="accepted", reply="250 ok"),
        ]
    )  # fmt: skip
    await consent.withdraw(session, client_id=anna.id, channels=[Channel.EMAIL], how="link", now=now + 5 * HOUR)
    told = await why.story(session, actor=manager, outbox_id=row.id, now=now + 6 * HOUR)
    assert (told.title, told.client) == ("Autumn prices", anna)
    assert (told.cause.kind, told.cause.by, told.cause.approved_by) == (CauseKind.MAILING, "Viktor", "Olga")
    assert told.cause.tree is not None
    assert told.permission.then is not None
    assert told.permission.since is not None
    assert (told.permission.then.consent.how, told.permission.since.consent.how) == ("form", "link")
    assert told.whereabouts is not None
    assert (told.whereabouts.zones, told.whereabouts.by_card) == (("Europe/Berlin",), False)
    assert [(line.what, line.facts.get("outcome") or line.facts.get("state")) for line in told.lines] == [
        ("planned", None),
        ("quiet-hours", None),
        ("try", "retry"),
        ("try", "cut"),
        ("try", "accepted"),
        ("ended", DeliveryState.DELIVERED),
    ]


async def test_a_written_message_a_test_and_one_of_nobodys(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session, Role.REP, name="Nina")
    anna = await riga(session, owner=rep)
    fields: dict[str, Any] = {"kind": "email", "marketing": False, "priority": 0}
    written = await make_delivery(session, anna, now, **fields)
    session.add(
        Interaction(
            client_id=anna.id,
            staff_id=rep.id,
            kind=InteractionKind.EMAIL,
            direction=Direction.OUT,
            source=InteractionSource.CHANNEL,
            subject="Offer 17",
            outbox_id=written.id,
            at=now,
            created_at=now,
        )
    )
    alone = await make_delivery(session, None, now, **fields, staff_id=rep.id)
    told = await why.story(session, actor=rep, outbox_id=written.id, now=now)
    assert (told.title, told.cause.kind, told.cause.by) == ("Offer 17", CauseKind.WRITTEN, "Nina")
    assert (told.whereabouts, told.permission.then) == (None, None)
    assert (await why.story(session, actor=rep, outbox_id=alone.id, now=now)).cause.kind is CauseKind.OTHER
    await suppression.suppress(
        session,
        channel=Channel.EMAIL,
        address="anna@example.com",
        reason=SuppressionReason.UNSUBSCRIBE,
        marketing_only=True,
        now=now,
    )
    # A letter somebody waits for is not stopped by it.
    assert (await why.story(session, actor=rep, outbox_id=written.id, now=now)).permission.stopped is None
    mailing = await make_delivery(session, anna, now)
    assert (await why.story(session, actor=rep, outbox_id=mailing.id, now=now)).permission.stopped is not None


async def test_a_try_that_was_the_end_is_not_told_twice(session: AsyncSession, manager: Staff, now: datetime) -> None:
    for state, expected in ((DeliveryState.UNKNOWN, None), (DeliveryState.FAILED, ("", "")), (DeliveryState.SUPPRESSED, ("stop", "21610"))):  # fmt: skip
        row = await make_delivery(session, await riga(session), now, state=state, reason="stop", code="21610")
        session.add(
            DeliveryAttempt(outbox_id=row.id, number=1, lease_token="t", started_at=now, finished_at=now, outcome="x")
        )
        *_, last = (await why.story(session, actor=manager, outbox_id=row.id, now=now)).lines
        assert (None if last.what == "try" else (last.facts["reason"], last.facts["code"])) == expected


async def test_stories_are_for_whoever_may_see_the_client(session: AsyncSession, manager: Staff, now: datetime) -> None:
    rep, other, keeper = [await make_staff(session, role) for role in (Role.REP, Role.REP, Role.WAREHOUSE)]
    anna = await riga(session, owner=rep, archived_at=now)
    theirs = await make_delivery(session, anna, now)
    nobodys = await make_delivery(session, None, now, staff_id=rep.id)
    card = await make_delivery(session, None, now, channel=Channel.TELEGRAM, address="7", staff_id=rep.id)
    mailing = await make_mailing(session, manager, now)
    for actor in (rep, manager):
        assert await why.story(session, actor=actor, outbox_id=theirs.id, now=now)
        assert await why.story(session, actor=actor, outbox_id=nobodys.id, now=now)
        assert await why.absence(session, actor=actor, mailing_id=mailing.id, client_id=anna.id)
        with pytest.raises(NotAllowed):
            await why.story(session, actor=actor, outbox_id=card.id, now=now)
    for actor in (other, keeper):
        for row in (theirs, nobodys, card):
            with pytest.raises(NotAllowed):
                await why.story(session, actor=actor, outbox_id=row.id, now=now)
        with pytest.raises(NotAllowed):
            await why.messages(session, actor=actor, client_id=anna.id, limit=5)
        with pytest.raises(NotAllowed):
            await why.absence(session, actor=actor, mailing_id=mailing.id, client_id=anna.id)
    with pytest.raises(NotAllowed):
        await why.story(session, actor=manager, outbox_id=10**9, now=now)


async def test_messages_by_pages_and_the_mailings_without_them(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    rep, colleague = await make_staff(session, Role.REP), await make_staff(session, Role.REP)
    anna = await riga(session, owner=rep)
    got = await make_mailing(session, manager, now)
    missed = await make_mailing(session, manager, now, rule="city is Oslo", name="Oslo")
    await make_mailing(session, manager, now, rule="has phone", name="A draft", started_at=None)
    segment = await session.get_one(Segment, missed.segment_id)
    private = Mailing(
        name="A colleague's",
        channel=Channel.EMAIL,
        segment_id=segment.id,
        template_id=missed.template_id,
        state=MailingState.FINISHED,
        created_by_id=colleague.id,
        created_at=now,
        started_at=now,
    )
    session.add(private)
    rows = [await make_delivery(session, anna, now, mailing_id=got.id)]
    rows += [await make_delivery(session, anna, now, kind="email", marketing=False) for _ in range(3)]
    await make_delivery(session, anna, now, channel=Channel.TELEGRAM, address="7")
    _, page, total = await why.messages(session, actor=rep, client_id=anna.id, limit=2, offset=2)
    assert (total, [one.delivery.id for one in page]) == (4, [rows[1].id, rows[0].id])
    assert page[1].title == "Autumn prices"
    assert [one.name for one in await why.left_out(session, actor=rep, client=anna, limit=9)] == ["Oslo"]
    assert [one.name for one in await why.left_out(session, actor=manager, client=anna, limit=9)] == [
        "A colleague's",
        "Oslo",
    ]
    with pytest.raises(NotAllowed):
        await why.absence(session, actor=rep, mailing_id=private.id, client_id=anna.id)


async def test_every_reason_for_not_being_in_a_mailing(session: AsyncSession, manager: Staff, now: datetime) -> None:
    rep = await make_staff(session, Role.REP)
    mailing = await make_mailing(session, manager, now)

    async def asked(client: Client, of: Mailing = mailing) -> why.Absence:
        return await why.absence(session, actor=manager, mailing_id=of.id, client_id=client.id)

    there = await riga(session)
    row = await make_delivery(session, there, now, mailing_id=mailing.id)
    found = await asked(there)
    assert (found.reason, found.outbox_id) == (Absent.THERE, row.id)
    same = await asked(await riga(session))
    assert (same.reason, same.other) == (Absent.DUPLICATE, there.name)
    elsewhere = await asked(await make_client(session, city="Oslo", city_key="oslo", phone="+66812345678"))
    assert elsewhere.reason is Absent.NOT_MEANT
    assert elsewhere.untrue == (Test("city", Op.IS, ("Riga",)), Test("email", Op.PRESENT))
    assert (await asked(await riga(session, created_at=now + HOUR))).reason is Absent.NEWER
    assert (await asked(await riga(session, archived_at=now + HOUR))).reason is Absent.ARCHIVED
    other = await riga(session, email="other@example.com")
    assert (await asked(other)).reason is Absent.CHANGED
    unborn = await make_mailing(session, manager, now + HOUR, started_at=None, state=MailingState.SCHEDULED)
    assert (await asked(other, unborn)).reason is Absent.NOT_STARTED
    coming = await make_mailing(session, manager, now + 2 * HOUR, state=MailingState.EXPANDING)
    coming.cursor = 0
    assert (await asked(other, coming)).reason is Absent.NOT_YET
    addressless = await make_client(session, city="Riga", city_key="riga")
    wide = await make_mailing(session, manager, now + 3 * HOUR, rule="city is Riga")
    assert (await asked(addressless, wide)).reason is Absent.NO_ADDRESS
    wide_segment = await session.get_one(Segment, wide.segment_id)
    wide_segment.rule = "nonsense is what"
    assert (await asked(addressless, wide)).reason is Absent.UNREADABLE
    mine = await make_mailing(session, manager, now + 4 * HOUR)
    mine.created_by_id = rep.id
    assert (await asked(await riga(session, owner=manager, email="m@example.com"), mine)).reason is Absent.OTHERS
    listed = await segments.save_list(session, actor=manager, name="List", client_ids=[there.id], now=now)
    mine.segment_id, mine.created_by_id = listed.id, manager.id
    assert (await asked(other, mine)).reason is Absent.NOT_LISTED
    assert (await asked(there, mine)).reason is Absent.CHANGED
