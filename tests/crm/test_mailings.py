"""A mailing from draft to its last figure: everybody once, nobody against their will, the sums right at every step."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import consent, mailings, merge_fields, segments, templates
from crm.errors import NotAllowed
from crm.mailings import expanding, reporting
from crm.mailings.measuring import Terms
from storage.models import (
    Channel,
    Client,
    DeliveryState,
    Language,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Segment,
    Staff,
    SuppressionReason,
)
from tests.factories import make_client, make_staff
from tests.sums import check_sums

URL = "https://crm.example"


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


@pytest.fixture(autouse=True)
async def sums_hold(session: AsyncSession) -> AsyncIterator[None]:
    """After every story here the plan is the sum of what became of it."""
    yield
    await check_sums(session)


async def prepared(session: AsyncSession, actor: Staff, now: datetime, *, text: str = "Hello {name}") -> Mailing:
    template = await templates.create(session, actor=actor, name="News", channel=Channel.EMAIL, now=now)
    await templates.write_version(
        session, actor=actor, template_id=template.id, language=Language.EN, subject="Hi", text=text, now=now
    )
    segment = await segments.save_rule(session, actor=actor, name="All", rule="city = Bangkok", now=now)
    return await mailings.draft(session, actor=actor, segment_id=segment.id, template_id=template.id, now=now)


async def expand_all(session: AsyncSession, now: datetime, *, batch: int = 3, terms: Terms | None = None) -> None:
    await expanding.start_due(session, now=now, terms=terms)
    expand = expanding.expander("crm.example", batch=batch)
    while await expand(session, now=now):
        await session.flush()


async def people(session: AsyncSession, count: int, owner: Staff | None = None) -> None:
    for number in range(count):
        await make_client(
            session, f"Client {number}", owner=owner, email=f"c{number}@x.example", city="Bangkok", city_key="bangkok"
        )


async def test_everybody_once_however_often_it_is_expanded(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 10)
    twin = await make_client(session, "Twin", email="c3@x.example", city="Bangkok", city_key="bangkok")
    await make_client(session, "No address", city="Bangkok", city_key="bangkok")
    mailing = await prepared(session, manager, now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert (found.members, found.no_address, found.duplicates, found.reached) == (12, 1, 1, 10)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now)
    mailing.state, mailing.cursor = MailingState.EXPANDING, 0  # as if the cursor had been lost
    await expand_all(session, now)
    rows = (await session.execute(select(Outbox))).scalars().all()
    assert len(rows) == 10
    assert len({row.address for row in rows}) == 10
    assert twin.id not in {row.client_id for row in rows}
    assert mailing.planned == 10
    patterns = [rf"<m{mailing.id}\.{row.client_id}\.[0-9a-f]{{32}}@crm\.example>" for row in rows]
    assert all(re.fullmatch(pattern, row.message_id or "") for pattern, row in zip(patterns, rows, strict=True))
    assert len({row.message_id for row in rows}) == 10


async def test_a_suppressed_address_is_counted_before_and_a_bad_field_named(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 3)
    await suppression.suppress(
        session,
        channel=Channel.EMAIL,
        address="c1@x.example",
        reason=SuppressionReason.UNSUBSCRIBE,
        source="test",
        marketing_only=True,
        now=now,
    )
    mailing = await prepared(session, manager, now, text="Hello {name} of {company}")
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert (found.suppressed, found.unfilled, found.reached) == (1, 2, 0)
    assert {render.missing for render in found.missing} == {("company",)}
    assert len(found.renders) == 3
    with pytest.raises(merge_fields.UnknownField):
        merge_fields.parse("Hello {password_hash}")
    with pytest.raises(merge_fields.LooseBrace):
        merge_fields.parse("Hello {{ name }}")


async def test_a_reps_mailing_reaches_their_own_clients_only(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    rep, other = await make_staff(session), await make_staff(session)
    await people(session, 2, owner=rep)
    await make_client(session, "Theirs", owner=other, email="theirs@x.example", city="Bangkok", city_key="bangkok")
    segment = await segments.save_rule(session, actor=manager, name="City", rule="city = Bangkok", now=now)
    template = await templates.create(session, actor=rep, name="N", channel=Channel.EMAIL, now=now)
    await templates.write_version(
        session, actor=rep, template_id=template.id, language=Language.EN, subject="Hi", text="T", now=now
    )
    mailing = await mailings.draft(session, actor=rep, segment_id=segment.id, template_id=template.id, now=now)
    await mailings.launch(session, actor=rep, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now)
    addresses = set((await session.execute(select(Outbox.address))).scalars())
    assert addresses == {"c0@x.example", "c1@x.example"}
    with pytest.raises(NotAllowed):
        await mailings.pause(session, actor=other, mailing_id=mailing.id, now=now)


async def test_pause_resume_cancel_and_the_sums(session: AsyncSession, manager: Staff, now: datetime) -> None:
    await people(session, 5)
    mailing = await prepared(session, manager, now)
    later = now + timedelta(hours=2)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL, at=later)
    assert await expanding.start_due(session, now=now) == 0
    await expand_all(session, later)
    assert mailing.state is MailingState.RUNNING
    await mailings.pause(session, actor=manager, mailing_id=mailing.id, now=later)
    assert await expanding.finish_done(session, now=later) == 0
    await mailings.resume(session, actor=manager, mailing_id=mailing.id, now=later)
    await mailings.cancel(session, actor=manager, mailing_id=mailing.id, now=later)
    figures = await mailings.progress(session, mailing=mailing)
    assert figures.planned == mailing.planned == 5
    assert figures.counts[DeliveryState.CANCELLED] == 5
    with pytest.raises(mailings.WrongState):
        await mailings.resume(session, actor=manager, mailing_id=mailing.id, now=later)


async def test_a_large_mailing_waits_for_a_second_person(session: AsyncSession, manager: Staff, now: datetime) -> None:
    await people(session, mailings.APPROVAL_OVER + 1)
    mailing = await prepared(session, manager, now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    assert mailing.state is MailingState.AWAITING_APPROVAL
    with pytest.raises(mailings.NeedsAnother):
        await mailings.approve(session, actor=manager, mailing_id=mailing.id, now=now)
    second = await make_staff(session, Role.MANAGER)
    await mailings.approve(session, actor=second, mailing_id=mailing.id, now=now)
    await expand_all(session, now, batch=200)
    assert mailing.planned == mailings.APPROVAL_OVER + 1


async def test_who_launched_anothers_draft_does_not_approve_it(session: AsyncSession, now: datetime) -> None:
    """Else one person writes, launches and approves, in the name of a rep who knows nothing of it."""
    rep, boss, second = [await make_staff(session, role) for role in (Role.REP, Role.MANAGER, Role.MANAGER)]
    await people(session, 2, owner=rep)
    mailing = await prepared(session, boss, now)
    mailing.created_by_id = rep.id
    rules = mailings.ApprovalRules(over=1)
    await mailings.launch(session, actor=boss, mailing_id=mailing.id, now=now, public_url=URL, approval=rules)
    assert mailing.state is MailingState.AWAITING_APPROVAL
    assert [one.id for one in await mailings.asked(session, mailing=mailing)] == [second.id]
    told = await session.execute(select(Outbox.staff_id).where(Outbox.dedupe_key.contains(":approval:")))
    assert list(told.scalars()) == [second.id]
    may = [await mailings.may_approve(session, actor=one, mailing=mailing) for one in (rep, boss, second)]
    assert may == [False, False, True]
    for actor in (rep, boss):
        with pytest.raises((mailings.NeedsAnother, NotAllowed)):
            await mailings.approve(session, actor=actor, mailing_id=mailing.id, now=now)
    await mailings.approve(session, actor=second, mailing_id=mailing.id, now=now)
    assert mailing.approved_by_id == second.id


async def test_what_an_approved_segment_stands_on_stays_as_it_is(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    async def rule(name: str, said: str) -> Segment:
        return await segments.save_rule(session, actor=manager, name=name, rule=said, now=now)

    deepest, hand = await rule("Deepest", "city = Bangkok"), await rule("Other", "has phone")
    listed = await segments.save_list(session, actor=manager, name="By hand", client_ids=[], now=now)
    await rule("Between", 'in segment Deepest or in segment "By hand"')
    top = await rule("Top", "in segment between")
    await people(session, 1)
    mailing = await prepared(session, manager, now)
    mailing.segment_id, mailing.state = top.id, MailingState.AWAITING_APPROVAL
    await session.flush()
    client_ids = (await session.execute(select(Client.id))).scalars().all()
    with pytest.raises(segments.SegmentInUse):
        await segments.change_rule(session, actor=manager, segment_id=deepest.id, rule="has email", now=now)
    with pytest.raises(segments.SegmentInUse):
        await segments.add_to_list(session, actor=manager, segment_id=listed.id, client_ids=client_ids, now=now)
    await segments.change_rule(session, actor=manager, segment_id=hand.id, rule="has email", now=now)
    mailing.state = MailingState.FINISHED
    await session.flush()
    await segments.change_rule(session, actor=manager, segment_id=deepest.id, rule="has email", now=now)


async def test_without_a_public_address_there_is_no_mailing(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 1)
    mailing = await prepared(session, manager, now)
    with pytest.raises(mailings.NoUnsubscribeLink):
        await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url="")


async def test_what_was_looked_at_is_what_goes_out(session: AsyncSession, manager: Staff, now: datetime) -> None:
    """Nobody rewrites the text of a launched mailing, nor adds people behind the second person's back."""
    await people(session, 2)
    mailing = await prepared(session, manager, now)

    async def rewrite() -> None:
        await templates.write_version(
            session,
            actor=manager,
            template_id=mailing.template_id,
            language=Language.EN,
            subject="Other",
            text="Other",
            now=now,
        )

    async def widen() -> None:
        await segments.change_rule(session, actor=manager, segment_id=mailing.segment_id, rule="has email", now=now)

    await rewrite()
    for state in (MailingState.AWAITING_APPROVAL, MailingState.SCHEDULED, MailingState.RUNNING, MailingState.PAUSED):
        mailing.state = state
        await session.flush()
        with pytest.raises(templates.TemplateInUse):
            await rewrite()
    await widen()  # nobody had to say yes to this one
    mailing.approved_by_id = manager.id
    await session.flush()
    with pytest.raises(segments.SegmentInUse):
        await widen()
    mailing.state = MailingState.AWAITING_APPROVAL
    await session.flush()
    with pytest.raises(segments.SegmentInUse):
        await widen()
    mailing.state = MailingState.FINISHED
    await session.flush()
    await rewrite()
    await widen()


async def test_who_never_said_yes_is_counted_where_a_yes_is_required(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 3)
    mailing = await prepared(session, manager, now)
    ids = (await session.execute(select(Client.id).order_by(Client.id))).scalars().all()
    for client_id in ids[:2]:
        await consent.grant(session, client_id=client_id, channel=Channel.EMAIL, address="", how="form", now=now)
    await consent.withdraw(session, client_id=ids[1], channels=[Channel.EMAIL], how="phone", now=now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert (found.reached, found.refused, found.no_consent) == (2, 1, 0)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now, consent_required=True)
    assert (found.reached, found.refused, found.no_consent) == (1, 1, 1)


async def test_who_is_held_is_counted_by_reason_and_changes_the_card(
    session: AsyncSession, manager: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people(session, 6)
    mailing = await prepared(session, manager, now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now)
    rows = (await session.execute(select(Outbox).order_by(Outbox.id))).scalars().all()
    before = await mailings.progress(session, mailing=mailing, now=now)
    held = ("quiet-hours", "quiet-hours", "frequency-cap", "throttled: day", None)
    for row, reason in zip(rows, held, strict=False):
        row.reason, row.due_at = reason, now + timedelta(hours=row.id)
    await session.flush()
    figures = await mailings.progress(session, mailing=mailing, now=now)
    cap, quiet = figures.held
    assert (cap.reason, cap.count, cap.until) == ("frequency-cap", 1, rows[2].due_at)
    assert (quiet.reason, quiet.count, quiet.until, quiet.is_all) == ("quiet-hours", 2, rows[0].due_at, True)
    assert figures.waiting == before.waiting == 6
    assert figures.fingerprint() != before.fingerprint()
    assert (await mailings.progress(session, mailing=mailing)).held == ()
    later = rows[1].due_at
    assert [one.reason for one in (await mailings.progress(session, mailing=mailing, now=later)).held] == [
        "frequency-cap"
    ]
    monkeypatch.setattr(reporting, "COUNTED", 2)
    assert not any(one.is_all for one in (await mailings.progress(session, mailing=mailing, now=now)).held)
