"""A trial of two versions: who is in which half, what is measured, who gets the better one, and what may be claimed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import OutgoingEmail
from channels.outbox.delivery import Delivery, Hold
from crm import mailings, templates
from crm.consent import TRIAL, Gate
from crm.contact_rules import ContactRules
from crm.mailings import expanding, tracking, trials
from crm.mailings.composing import Links, MailingComposer
from crm.touch_tokens import Counted
from crm.writing import Sender
from storage.files import FileStore
from storage.models import (
    Channel,
    Client,
    DeliveryState,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Mailing,
    MailingState,
    MailingTrial,
    Outbox,
    Role,
    Staff,
    TrialMeasure,
    TrialSide,
)
from storage.queries import trials as queries
from tests.crm.test_mailings import URL, expand_all, people, prepared
from tests.factories import make_client, make_staff

DAY = timedelta(days=1)


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


@pytest.fixture
def composer(tmp_path: Path) -> MailingComposer:
    sender = Sender(mail_from="crm@shop.test", name="Shop", files=FileStore(tmp_path))
    return MailingComposer(sender, Links(public_url=URL, key=b"u" * 32))


async def tried(session: AsyncSession, actor: Staff, now: datetime, *, clients: int = 40, share: int = 50) -> Mailing:
    """A mailing whose subject is tried, launched and expanded."""
    await people(session, clients)
    mailing = await prepared(session, actor, now)
    await trials.try_out(session, actor=actor, mailing_id=mailing.id, subject="Other {name}", now=now)
    await trials.change_trial(session, actor=actor, mailing_id=mailing.id, share=share, now=now)
    await mailings.launch(session, actor=actor, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now, batch=7)
    return mailing


async def rows_of(session: AsyncSession, mailing: Mailing) -> dict[TrialSide, list[Outbox]]:
    query = select(Outbox).where(Outbox.mailing_id == mailing.id).order_by(Outbox.id)
    found: dict[TrialSide, list[Outbox]] = {side: [] for side in TrialSide}
    for row in (await session.execute(query)).scalars():
        found[TrialSide(row.payload["side"])].append(row)
    return found


async def sent(session: AsyncSession, rows: list[Outbox], at: datetime) -> None:
    for row in rows:
        row.state, row.sent_at = DeliveryState.DELIVERED, at
    await session.flush()


async def answers(session: AsyncSession, rows: list[Outbox], at: datetime) -> None:
    for row in rows:
        message = Interaction(
            client_id=row.client_id,
            kind=InteractionKind.EMAIL,
            direction=Direction.IN,
            source=InteractionSource.CHANNEL,
            text="Yes",
            at=at,
            created_at=at,
        )
        session.add(message)
        await session.flush()
        await tracking.answered(session, outbox_id=row.id, interaction_id=message.id, now=at)


@given(mailing_id=st.integers(1, 2_000_000), first=st.integers(1, 2**40), step=st.sampled_from([1, 2, 3, 10, 64, 1000]))
def test_the_split_is_even_whatever_the_ids(mailing_id: int, first: int, step: int) -> None:
    """In 2,000 people about a tenth in each half; the bounds are six standard deviations wide."""
    sides = Counter(queries.side_of(first + step * number, mailing_id=mailing_id, share=20) for number in range(2_000))
    assert 120 < sides[TrialSide.A] < 280
    assert 120 < sides[TrialSide.B] < 280


async def test_sql_and_python_split_alike_and_twice_the_same(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await tried(session, manager, now)
    found = await rows_of(session, mailing)
    for side, rows in found.items():
        assert rows
        for row in rows:
            assert queries.side_of(row.client_id or 0, mailing_id=mailing.id, share=50) is side
    mailing.state, mailing.cursor = MailingState.EXPANDING, 0
    await expand_all(session, now)
    assert {side: len(rows) for side, rows in (await rows_of(session, mailing)).items()} == {
        side: len(rows) for side, rows in found.items()
    }
    large = 2**31 - 2
    await make_client(session, "Far", id=large)
    held = await session.execute(select(queries.bucket(Client.id, mailing.id)).where(Client.id == large))
    assert held.scalar_one() == queries.bucket(large, mailing.id)


async def _subjects(session: AsyncSession, composer: MailingComposer, rows: list[Outbox]) -> set[str]:
    made = [
        await composer(session, Delivery(**{name: getattr(row, name) for name in Delivery._fields})) for row in rows
    ]
    return {letter.subject.split()[0] for letter in made if isinstance(letter, OutgoingEmail)}


async def test_the_rest_waits_and_then_gets_the_winner(
    session: AsyncSession, manager: Staff, composer: MailingComposer, now: datetime
) -> None:
    mailing = await tried(session, manager, now, clients=160)
    found = await rows_of(session, mailing)
    trial = await session.get_one(MailingTrial, mailing.id)
    assert trial.decides_at == now + DAY
    assert {row.due_at for row in found[TrialSide.A] + found[TrialSide.B]} == {now}
    assert {row.due_at for row in found[TrialSide.REST]} == {now + DAY}
    assert await _subjects(session, composer, found[TrialSide.A]) == {"Hi"}
    assert await _subjects(session, composer, found[TrialSide.B]) == {"Other"}
    await sent(session, found[TrialSide.A] + found[TrialSide.B], now)
    await answers(session, found[TrialSide.A][:1], now + timedelta(hours=2))
    await answers(session, found[TrialSide.B][:20], now + timedelta(hours=2))
    # Until it is decided nobody of the rest gets anything, whatever the hour.
    rest = found[TrialSide.REST][0]
    delivery = Delivery(**{name: getattr(rest, name) for name in Delivery._fields})
    gate = Gate(ContactRules())
    held = (await gate(session, [delivery], now + DAY))[rest.id]
    assert isinstance(held, Hold)
    assert held.reason == TRIAL
    assert await trials.decide(session, now=now + DAY - timedelta(seconds=1)) == 0
    assert await trials.decide(session, now=now + DAY) == 1
    assert await trials.decide(session, now=now + DAY) == 0
    result = trials.result_of(trial)
    assert result is not None
    assert result.winner is TrialSide.B
    assert result.finding.claimed
    assert (result.a.did, result.b.did) == (1, 20)
    assert (await gate(session, [delivery], now + DAY)).get(rest.id) is None
    assert await _subjects(session, composer, found[TrialSide.REST]) == {"Other"}


async def test_held_up_halves_put_the_decision_off_to_the_wait_after_the_last_one_sent(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    """Quiet hours, a pause or a slow mailbox: nothing is decided of what nobody had yet."""
    mailing = await tried(session, manager, now)
    found = await rows_of(session, mailing)
    trial = await session.get_one(MailingTrial, mailing.id)
    await trials.decide(session, now=now + DAY)
    assert (trial.decided_at, trial.decides_at) == (None, now + 2 * DAY)
    await sent(session, found[TrialSide.A] + found[TrialSide.B][1:], now + DAY)
    await trials.decide(session, now=now + 2 * DAY)
    assert (trial.decided_at, trial.decides_at) == (None, now + 3 * DAY), "one of them still waits"
    await sent(session, found[TrialSide.B][:1], now + 2 * DAY + timedelta(hours=5))
    await trials.decide(session, now=now + 3 * DAY)
    assert (trial.decided_at, trial.decides_at) == (None, now + 3 * DAY + timedelta(hours=5))
    await trials.decide(session, now=now + 3 * DAY + timedelta(hours=5))
    assert trial.figures["a"][0] + trial.figures["b"][0] == len(found[TrialSide.A] + found[TrialSide.B])


async def test_where_no_difference_can_be_claimed_the_rest_gets_a(
    session: AsyncSession, manager: Staff, composer: MailingComposer, now: datetime
) -> None:
    mailing = await tried(session, manager, now)
    found = await rows_of(session, mailing)
    await sent(session, found[TrialSide.A] + found[TrialSide.B], now)
    await answers(session, found[TrialSide.B][:2], now + timedelta(hours=2))
    await trials.decide(session, now=now + DAY)
    result = trials.result_of(await session.get_one(MailingTrial, mailing.id))
    assert result is not None
    assert (result.winner, result.finding.claimed) == (TrialSide.A, False)
    assert await _subjects(session, composer, found[TrialSide.REST]) == {"Hi"}


async def test_another_text_and_its_fields_are_looked_at_beforehand(
    session: AsyncSession, manager: Staff, composer: MailingComposer, now: datetime
) -> None:
    await people(session, 30)
    mailing = await prepared(session, manager, now)
    other = await templates.create(session, actor=manager, name="Other", channel=Channel.EMAIL, now=now)
    with pytest.raises(mailings.TemplateEmpty):
        await trials.try_out(session, actor=manager, mailing_id=mailing.id, template_id=other.id, now=now)
    await templates.write_version(
        session, actor=manager, template_id=other.id, language=Language.EN, subject="B", text="For {company}", now=now
    )
    with pytest.raises(mailings.WrongChannel):
        await trials.try_out(session, actor=manager, mailing_id=mailing.id, template_id=mailing.template_id, now=now)
    await trials.try_out(session, actor=manager, mailing_id=mailing.id, template_id=other.id, now=now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert [(gap.field, gap.count) for gap in found.gaps] == [("company", 30)]
    await session.execute(update(Client).values(company="Shop"))
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now)
    rows = await rows_of(session, mailing)
    assert await _subjects(session, composer, rows[TrialSide.B]) == {"B"}
    with pytest.raises(templates.TemplateInUse):
        await templates.write_version(
            session, actor=manager, template_id=other.id, language=Language.EN, subject="C", text="C", now=now
        )


async def test_of_two_hours_the_rest_gets_the_better_one_the_day_after(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 160)
    mailing = await prepared(session, manager, now)
    await trials.try_out(session, actor=manager, mailing_id=mailing.id, later_minutes=8 * 60, now=now)
    await trials.change_trial(session, actor=manager, mailing_id=mailing.id, share=50, wait_minutes=240, now=now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now, batch=50)
    found = await rows_of(session, mailing)
    later = timedelta(hours=8)
    assert {row.due_at for row in found[TrialSide.A]} == {now}
    assert {row.due_at for row in found[TrialSide.B]} == {now + later}
    assert {row.due_at for row in found[TrialSide.REST]} == {now + DAY}
    await sent(session, found[TrialSide.A], now)
    await sent(session, found[TrialSide.B], now + later)
    await answers(session, found[TrialSide.B][:25], now + later)
    await trials.decide(session, now=now + timedelta(hours=12))
    moved = select(Outbox.due_at).where(Outbox.id.in_([row.id for row in found[TrialSide.REST]])).distinct()
    assert list((await session.execute(moved)).scalars()) == [now + DAY + later]


async def test_in_everybodys_own_time_the_rest_follows_by_their_clock(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    for number in range(40):
        zone = "Asia/Bangkok" if number % 2 else "Europe/Berlin"
        await make_client(session, email=f"z{number}@x.example", timezone=zone, city="Bangkok", city_key="bangkok")
    mailing = await prepared(session, manager, now)
    wall = datetime(2026, 11, 27, 10)
    await mailings.in_own_time(session, actor=manager, mailing_id=mailing.id, wall=wall, now=now)
    await trials.try_out(session, actor=manager, mailing_id=mailing.id, subject="Other", now=now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    assert mailing.starts_at is not None
    await expand_all(session, mailing.starts_at, batch=50)
    found = await rows_of(session, mailing)
    first = {datetime(2026, 11, 27, 3, tzinfo=UTC), datetime(2026, 11, 27, 9, tzinfo=UTC)}
    assert {row.due_at for row in found[TrialSide.A] + found[TrialSide.B]} <= first
    trial = await session.get_one(MailingTrial, mailing.id)
    assert trial.decides_at is not None
    assert all(row.due_at >= trial.decides_at for row in found[TrialSide.REST])
    assert {(row.due_at.hour, row.due_at.minute) for row in found[TrialSide.REST]} == {(3, 0), (9, 0)}


async def test_what_makes_no_trial(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await prepared(session, manager, now)
    for subject in ("", "One\nTwo"):
        with pytest.raises(trials.BadTrial):
            await trials.try_out(session, actor=manager, mailing_id=mailing.id, subject=subject, now=now)
    with pytest.raises(trials.BadTrial):
        await trials.try_out(session, actor=manager, mailing_id=mailing.id, later_minutes=7, now=now)
    await trials.try_out(session, actor=manager, mailing_id=mailing.id, subject="B", now=now)
    with pytest.raises(trials.BadTrial):
        await trials.change_trial(session, actor=manager, mailing_id=mailing.id, share=33, now=now)
    assert trials.measures(mailing) == [TrialMeasure.ANSWERED]
    with pytest.raises(trials.BadTrial):
        await trials.change_trial(session, actor=manager, mailing_id=mailing.id, measure=TrialMeasure.CLICKED, now=now)
    mailing.track_clicks = True
    await trials.change_trial(session, actor=manager, mailing_id=mailing.id, measure=TrialMeasure.CLICKED, now=now)
    await tracking.choose(session, actor=manager, mailing_id=mailing.id, counted=Counted(clicks=True), clicks=False)
    trial = await trials.trial_of(session, mailing_id=mailing.id)
    assert trial is not None
    assert trial.measure is TrialMeasure.ANSWERED, "clicks are counted no more, so they decide nothing"
    await trials.drop_trial(session, actor=manager, mailing_id=mailing.id, now=now)
    assert await trials.trial_of(session, mailing_id=mailing.id) is None
    # A card that hung there before: its button says so instead of failing.
    with pytest.raises(mailings.WrongState):
        await trials.change_trial(session, actor=manager, mailing_id=mailing.id, share=50, now=now)
    with pytest.raises(mailings.WrongState):
        await mailings.change_series(session, actor=manager, mailing_id=mailing.id, endless=True, now=now)


async def test_a_trial_on_everybody_is_decided_though_the_mailing_is_over(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    mailing = await tried(session, manager, now, share=100)
    found = await rows_of(session, mailing)
    assert found[TrialSide.REST] == []
    await sent(session, found[TrialSide.A] + found[TrialSide.B], now)
    await expanding.finish_done(session, now=now)
    assert mailing.state is MailingState.FINISHED
    assert await trials.decide(session, now=now + DAY) == 1
