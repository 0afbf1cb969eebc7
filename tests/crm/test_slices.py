"""Afterwards: who got it, who did not and why, who may get it after all, and what was bought; the sums always whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import consent, mailings
from crm.errors import NotAllowed
from crm.mailings import results, slices, tracking
from crm.mailings.slices import NobodyThere, Slice, StillRunning
from storage.models import (
    BounceKind,
    Channel,
    Client,
    DeliveryState,
    InteractionKind,
    Mailing,
    MailingFile,
    MailingState,
    MailingTrial,
    Outbox,
    Purchase,
    Role,
    SegmentKind,
    SegmentMember,
    Staff,
    StoredFile,
    SuppressionReason,
    TouchKind,
    TrialMeasure,
    TrialVaries,
)
from storage.queries import tracking as touches
from tests.factories import make_staff
from tests.factories.mailings import make_delivery, make_mailing
from tests.factories.messages import make_message, make_thread
from tests.sums import check_sums

S = DeliveryState


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


@pytest.fixture(autouse=True)
async def sums_hold(session: AsyncSession) -> AsyncIterator[None]:
    yield
    await check_sums(session)


async def ended(session: AsyncSession, manager: Staff, now: datetime, **made: object) -> Mailing:
    mailing = await make_mailing(session, manager, now=now, state=MailingState.FINISHED, **made)  # type: ignore[arg-type]
    mailing.finished_at = now
    await session.flush()
    return mailing


async def names(session: AsyncSession, segment_id: int) -> set[int]:
    query = select(SegmentMember.client_id).where(SegmentMember.segment_id == segment_id)
    return set((await session.execute(query)).scalars())


async def test_every_part_is_counted_and_becomes_a_list(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await ended(session, manager, now)
    mailing.track_clicks = True
    sent = await make_delivery(session, mailing, now=now)
    delivered = await make_delivery(session, mailing, now=now, state=S.DELIVERED)
    answered = await make_delivery(session, mailing, now=now, state=S.DELIVERED)
    bounced = await make_delivery(session, mailing, now=now, state=S.FAILED, bounce=BounceKind.HARD)
    suppressed = await make_delivery(session, mailing, now=now, state=S.SUPPRESSED, reason="unsubscribe")
    client = await session.get_one(Client, answered.client_id)
    message = await make_message(session, await make_thread(session, client, now=now), now=now)
    await tracking.answered(session, outbox_id=answered.id, interaction_id=message.id, now=now)
    await touches.left(session, outbox_id=delivered.id, now=now)
    target = await touches.target_of(session, outbox_id=sent.id)
    assert target is not None
    await touches.touch(session, target=target, kind=TouchKind.OPEN, by_machine=True, now=now)
    counts = await slices.counts(session, actor=manager, mailing_id=mailing.id)
    expected: dict[Slice, list[Outbox]] = {
        Slice.SENT: [sent, delivered, answered],
        Slice.DELIVERED: [delivered, answered],
        Slice.BOUNCED: [bounced],
        Slice.ANSWERED: [answered],
        Slice.CLICKED: [],
        Slice.SILENT: [sent, delivered],
        Slice.LEFT: [delivered],
        Slice.MISSED: [bounced, suppressed],
    }
    assert counts == {part: len(rows) for part, rows in expected.items()}
    for part, rows in expected.items():
        if not rows:
            with pytest.raises(NobodyThere):
                await slices.save(session, actor=manager, mailing_id=mailing.id, part=part, name="x", now=now)
            continue
        segment, count = await slices.save(
            session, actor=manager, mailing_id=mailing.id, part=part, name="Part", now=now
        )
        assert segment.kind is SegmentKind.LIST
        assert count == len(rows)
        assert await names(session, segment.id) == {row.client_id for row in rows}
    again, _ = await slices.save(session, actor=manager, mailing_id=mailing.id, part=Slice.SENT, name="Part", now=now)
    assert again.name.startswith("Part (")
    rep = await make_staff(session)
    with pytest.raises(NotAllowed):
        await slices.save(session, actor=rep, mailing_id=mailing.id, part=Slice.SENT, name="x", now=now)
    with pytest.raises(NotAllowed):
        await slices.counts(session, actor=rep, mailing_id=mailing.id)


async def test_reasons_are_grouped_and_paged(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await ended(session, manager, now)
    for number in range(5):
        await make_delivery(session, mailing, now=now, state=S.FAILED, code="550", reason=f"550 no such user {number}")
    for _ in range(2):
        await make_delivery(session, mailing, now=now, state=S.SUPPRESSED, reason="unsubscribe")
    await make_delivery(session, mailing, now=now, state=S.FAILED, reason="missing-field: company")
    await make_delivery(session, mailing, now=now, state=S.DELIVERED)
    found = await slices.missing(session, actor=manager, mailing_id=mailing.id)
    assert found.count == 8
    assert [(one.state, one.key, one.people) for one in found.reasons] == [
        (S.FAILED, "550", 5),
        (S.SUPPRESSED, "unsubscribe", 2),
        (S.FAILED, "missing-field: company", 1),
    ]
    page = await slices.people(
        session, actor=manager, mailing_id=mailing.id, reason=found.reasons[0], limit=2, offset=4
    )
    assert [one.reason for one in page] == ["550 no such user 4"]
    everybody = await slices.everybody(session, actor=manager, mailing_id=mailing.id)
    assert len(everybody) == len({one.outbox_id for one in everybody}) == 8
    rep = await make_staff(session)
    with pytest.raises(NotAllowed):
        await slices.everybody(session, actor=rep, mailing_id=mailing.id)


async def test_the_missed_are_sent_it_again_but_for_those_who_must_not(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await ended(session, manager, now)
    refused, cancelled, too_soon = [
        await make_delivery(session, mailing, now=now, **fields)
        for fields in (
            {"state": S.FAILED, "reason": "451 later"},
            {"state": S.CANCELLED, "reason": "mailing-cancelled"},
            {"state": S.SUPPRESSED, "reason": "frequency-cap"},
        )
    ]
    await make_delivery(session, mailing, now=now, state=S.DELIVERED)
    await make_delivery(session, mailing, now=now, state=S.UNKNOWN, reason="interrupted")
    await make_delivery(session, mailing, now=now, state=S.SUPPRESSED, reason="unsubscribe")
    dead = await make_delivery(session, mailing, now=now, state=S.FAILED, bounce=BounceKind.HARD)
    said_no = await make_delivery(session, mailing, now=now, state=S.FAILED)
    put_away = await make_delivery(session, mailing, now=now, state=S.CANCELLED, reason="client-archived")
    await suppression.suppress(
        session, channel=Channel.EMAIL, address=dead.address, reason=SuppressionReason.HARD_BOUNCE, now=now
    )
    await consent.withdraw(session, client_id=said_no.client_id or 0, channels=[Channel.EMAIL], how="phone", now=now)
    (await session.get_one(Client, put_away.client_id)).archived_at = now
    await session.flush()
    assert (await slices.missing(session, actor=manager, mailing_id=mailing.id)).again == 3
    again, count = await slices.send_again(session, actor=manager, mailing_id=mailing.id, name="Once more", now=now)
    assert count == 3
    assert (again.state, again.template_id, again.name) == (MailingState.DRAFT, mailing.template_id, "Once more")
    assert await names(session, again.segment_id) == {refused.client_id, cancelled.client_id, too_soon.client_id}
    assert (await slices.missing(session, actor=manager, mailing_id=mailing.id)).again == 0, "they are in the draft"
    with pytest.raises(NobodyThere):
        await slices.send_again(session, actor=manager, mailing_id=mailing.id, name="Twice", now=now)
    again.state = MailingState.FINISHED
    await make_delivery(
        session, again, now=now, client=await session.get_one(Client, refused.client_id), address=refused.address
    )
    assert (await slices.missing(session, actor=manager, mailing_id=mailing.id)).again == 2, "reached since"


async def test_sent_again_it_is_the_same_with_its_files_and_hours_but_no_trial(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await ended(session, manager, now)
    await make_delivery(session, mailing, now=now, state=S.FAILED)
    mailing.window_days, mailing.window_from, mailing.window_until, mailing.track_clicks = 31, 600, 1080, True
    file = StoredFile(sha256="0" * 64, size=3, media_type="application/pdf", created_at=now)
    session.add(file)
    await session.flush()
    session.add(MailingFile(mailing_id=mailing.id, file_id=file.id, name="prices.pdf"))
    session.add(
        MailingTrial(
            mailing_id=mailing.id,
            varies=TrialVaries.SUBJECT,
            measure=TrialMeasure.ANSWERED,
            wait_minutes=60,
            subjects={"en": "B"},
        )
    )
    await session.flush()
    again, _ = await slices.send_again(session, actor=manager, mailing_id=mailing.id, name="x", now=now)
    query = select(MailingFile.name).where(MailingFile.mailing_id == again.id)
    assert (await session.execute(query)).scalars().all() == ["prices.pdf"]
    assert (again.window_days, again.window_from, again.window_until, again.track_clicks) == (31, 600, 1080, True)
    assert (again.created_by_id, again.leaves_out) == (manager.id, False)
    assert await session.get(MailingTrial, again.id) is None


async def test_the_missed_of_a_running_mailing_are_not_known_yet(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await make_mailing(session, manager, now=now)
    await make_delivery(session, mailing, now=now, state=S.FAILED)
    assert (await slices.missing(session, actor=manager, mailing_id=mailing.id)).again == 0
    with pytest.raises(StillRunning):
        await slices.send_again(session, actor=manager, mailing_id=mailing.id, name="x", now=now)
    mailing.state = MailingState.CANCELLED
    await session.flush()
    rep = await make_staff(session)
    with pytest.raises(NotAllowed):
        await slices.send_again(session, actor=rep, mailing_id=mailing.id, name="x", now=now)


async def test_a_rep_sends_again_to_clients_of_their_own(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session)
    manager = await make_staff(session, Role.MANAGER)
    mailing = await ended(session, manager, now)
    mailing.created_by_id = rep.id
    mine = await make_delivery(session, mailing, now=now, state=S.FAILED, owner=rep)
    await make_delivery(session, mailing, now=now, state=S.FAILED, owner=manager)
    again, count = await slices.send_again(session, actor=rep, mailing_id=mailing.id, name="x", now=now)
    assert count == 1
    assert await names(session, again.segment_id) == {mine.client_id}


async def buys(
    session: AsyncSession, client_id: int | None, at: datetime, minor: int, currency: str = "EUR", document: str = "1"
) -> None:
    assert client_id is not None
    bought = Purchase(
        client_id=client_id, at=at, amount_minor=minor, currency=currency, document=document, created_at=at
    )
    session.add(bought)
    await session.flush()


async def test_what_is_bought_counts_for_the_last_mailing_within_the_window(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await ended(session, manager, now)
    rows = [await make_delivery(session, mailing, now=now) for _ in range(3)]
    lost = await make_delivery(session, mailing, now=now, state=S.FAILED)
    day = timedelta(days=1)
    await buys(session, rows[0].client_id, now + day, 1_000)
    await buys(session, rows[0].client_id, now + 13 * day, 500, document="2")
    await buys(session, rows[0].client_id, now - day, 70_000, document="before")
    await buys(session, rows[0].client_id, now + 14 * day, 70_000, document="too late")
    await buys(session, rows[1].client_id, now + day, -300)
    await buys(session, rows[1].client_id, now + day, 9_900, currency="THB", document="2")
    await buys(session, lost.client_id, now + day, 70_000)
    later = await ended(session, manager, now)
    client = await session.get_one(Client, rows[2].client_id)
    await make_delivery(session, later, now=now + 2 * day, client=client)
    await buys(session, client.id, now + day, 40)
    await buys(session, client.id, now + 3 * day, 8_000, document="2")

    async def of(which: Mailing, days: int = 14) -> list[tuple[str, int, int, int]]:
        found = await results.results(session, actor=manager, mailing_id=which.id, days=days, now=now)
        return [tuple(one) for one in found.revenue]

    assert await of(mailing) == [("THB", 9_900, 1, 1), ("EUR", 1_240, 4, 3)]
    assert await of(later) == [("EUR", 8_000, 1, 1)]
    assert await of(mailing, 2) == [("THB", 9_900, 1, 1), ("EUR", 740, 3, 3)]


async def test_answers_lead_to_their_conversations(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await ended(session, manager, now)
    row = await make_delivery(session, mailing, now=now)
    client = await session.get_one(Client, row.client_id)
    thread = await make_thread(session, client, now=now)
    for hours in (1, 2):
        message = await make_message(session, thread, now=now + timedelta(hours=hours), text=f"After {hours}")
        await tracking.answered(session, outbox_id=row.id, interaction_id=message.id, now=now)
        await tracking.answered(session, outbox_id=row.id, interaction_id=message.id, now=now)
    _, found, count = await results.answers(session, actor=manager, mailing_id=mailing.id, limit=5)
    assert count == 1
    assert [(one.name, one.text) for one in found] == [(client.name, "After 2")]
    picture = await results.picture(session, actor=manager, mailing_id=mailing.id, days=14, now=now)
    assert len(picture.moments[TouchKind.ANSWER]) == 1
    assert message.kind is InteractionKind.EMAIL


async def test_a_client_given_to_another_rep_takes_their_answer_and_name_with_them(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    rep, other = await make_staff(session), await make_staff(session)
    mailing = await ended(session, manager, now)
    mailing.created_by_id = rep.id
    rows = [await make_delivery(session, mailing, now=now, owner=rep) for _ in range(2)]
    lost = [await make_delivery(session, mailing, now=now, state=S.FAILED, owner=rep) for _ in range(2)]
    for row in rows:
        client = await session.get_one(Client, row.client_id)
        message = await make_message(session, await make_thread(session, client, now=now), now=now, text="Mine")
        await tracking.answered(session, outbox_id=row.id, interaction_id=message.id, now=now)
    for row in (rows[0], lost[0]):
        (await session.get_one(Client, row.client_id)).owner_id = other.id
    await session.flush()
    _, found, count = await results.answers(session, actor=rep, mailing_id=mailing.id, limit=5)
    assert ([one.client_id for one in found], count) == ([rows[1].client_id], 1)
    gone, kept = await slices.people(session, actor=rep, mailing_id=mailing.id, limit=5)
    assert (gone.client_id, gone.name, gone.company, gone.address) == (None, None, None, "")
    assert (kept.client_id, kept.address) == (lost[1].client_id, lost[1].address)
    _, found, count = await results.answers(session, actor=manager, mailing_id=mailing.id, limit=5)
    assert (len(found), count) == (2, 2)


async def test_a_lost_row_is_seen_in_the_sums(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await make_mailing(session, manager, now=now)
    row = await make_delivery(session, mailing, now=now)
    assert (await mailings.progress(session, mailing=mailing)).adds_up
    await session.delete(row)
    await session.flush()
    figures = await mailings.progress(session, mailing=mailing)
    assert not figures.adds_up
    with pytest.raises(AssertionError, match="planned 1 is not 0 sent"):
        await check_sums(session)
    mailing.planned = 0
