"""A series: each of its times makes one mailing, whoever is first, and a time that was missed is never lost in silence."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import backups
from channels.sms.terms import SmsTerms
from crm import mailings, recurrence, segments, templates
from crm.consent import topics
from crm.contact_hours import SendWindow
from crm.errors import DateInPast
from crm.mailings import ApprovalRules, expanding, recurring, trials
from crm.recurrence import Every, Rule
from storage.database import Database
from storage.models import (
    Channel,
    Client,
    DomainEvent,
    Language,
    Mailing,
    MailingSeries,
    MailingState,
    MissedOccurrence,
    MissedPolicy,
    Outbox,
    Role,
    Segment,
    Staff,
)
from tests.conftest import Figures
from tests.crm.test_mailing_times import expand as expand_with_rules
from tests.crm.test_mailings import URL, people, prepared
from tests.factories import make_client, make_staff

MONDAYS = Rule(Every.WEEK, (600,), weekdays=frozenset({0}))
FIRST = datetime(2026, 11, 30, 9, tzinfo=UTC)  # Monday, 10:00 in Berlin
WEEK = timedelta(days=7)


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER, timezone="Europe/Berlin")


async def newsletter(
    session: AsyncSession, manager: Staff, now: datetime, *, rule: Rule = MONDAYS, clients: int = 3
) -> Mailing:
    """A series that runs."""
    await people(session, clients)
    mailing = await prepared(session, manager, now)
    await mailings.recur(session, actor=manager, mailing_id=mailing.id, rule=rule, now=now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    return mailing


async def tick(
    session: AsyncSession, now: datetime, approval: ApprovalRules | None = None, sms: SmsTerms | None = None
) -> list[Mailing]:
    """What one scheduler does; returns the occurrences there are."""
    terms = mailings.Terms(approval or ApprovalRules(), sms or SmsTerms())
    await recurring.maker(terms)(session, now=now)
    await session.flush()
    await expanding.start_due(session, now=now, terms=terms)
    step = expanding.expander("crm.example", batch=50)
    while await step(session, now=now):
        await session.flush()
    await expanding.finish_done(session, now=now)
    query = select(Mailing).where(Mailing.pattern_id.is_not(None)).order_by(Mailing.occurs_at)
    return list((await session.execute(query)).scalars())


async def missed(session: AsyncSession) -> list[datetime]:
    return list((await session.execute(select(MissedOccurrence.due_at).order_by(MissedOccurrence.due_at))).scalars())


async def test_each_time_a_mailing_of_its_own_with_members_chosen_anew(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    pattern = await newsletter(session, manager, now)
    assert pattern.state is MailingState.RECURRING
    assert await tick(session, FIRST - timedelta(seconds=1)) == []
    (first,) = await tick(session, FIRST)
    assert (first.occurs_at, first.starts_at, first.planned) == (FIRST, FIRST, 3)
    assert await tick(session, FIRST + timedelta(seconds=1)) == [first]
    await make_client(session, "New", email="new@x.example", city="Bangkok", city_key="bangkok")
    await session.execute(update(Client).where(Client.name == "Client 0").values(city_key="riga"))
    _, second = await tick(session, FIRST + WEEK)
    assert (second.occurs_at, second.planned) == (FIRST + WEEK, 3)
    names = select(Client.name).join(Outbox, Outbox.client_id == Client.id).where(Outbox.mailing_id == second.id)
    assert set((await session.execute(names)).scalars()) == {"Client 1", "Client 2", "New"}
    standing = await mailings.standing(session, actor=manager, mailing_id=pattern.id, now=FIRST + WEEK)
    assert standing is not None
    assert standing.upcoming == tuple(FIRST + WEEK * number for number in (2, 3, 4))
    assert [one.id for one in standing.occurrences] == [second.id, first.id]
    assert (standing.made, standing.missed) == (2, 0)
    assert pattern.planned == 0


async def test_it_keeps_ten_oclock_through_the_change_of_clocks(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await newsletter(session, manager, now)
    at = datetime(2027, 3, 22, 9, tzinfo=UTC)
    series = (await session.execute(select(MailingSeries))).scalar_one()
    series.next_due_at = at
    await tick(session, at)
    assert series.next_due_at == datetime(2027, 3, 29, 8, tzinfo=UTC)


@pytest.mark.parametrize("policy", MissedPolicy)
async def test_what_passed_while_nothing_ran_is_run_once_or_written_down(
    session: AsyncSession, manager: Staff, now: datetime, policy: MissedPolicy
) -> None:
    pattern = await newsletter(session, manager, now)
    await mailings.change_series(session, actor=manager, mailing_id=pattern.id, missed=policy, now=now)
    back = FIRST + 3 * WEEK + timedelta(hours=5)
    made = await tick(session, back)
    times = [FIRST + WEEK * number for number in range(4)]
    if policy is MissedPolicy.RUN_ONCE:
        assert [(one.occurs_at, one.starts_at) for one in made] == [(times[3], back)]
        assert await missed(session) == times[:3]
    else:
        assert made == []
        assert await missed(session) == times
    told = select(func.count()).select_from(DomainEvent).where(DomainEvent.name == "mailing.missed")
    assert (await session.execute(told)).scalar_one() == len(await missed(session))
    series = await session.get_one(MailingSeries, pattern.id)
    assert series.next_due_at == FIRST + 4 * WEEK
    standing = await mailings.standing(session, actor=manager, mailing_id=pattern.id, now=back)
    assert standing is not None
    assert standing.last_missed == (await missed(session))[-1]


async def test_a_few_minutes_late_is_on_time(session: AsyncSession, manager: Staff, now: datetime) -> None:
    pattern = await newsletter(session, manager, now)
    await mailings.change_series(session, actor=manager, mailing_id=pattern.id, missed=MissedPolicy.SKIP, now=now)
    (made,) = await tick(session, FIRST + timedelta(minutes=9))
    assert made.occurs_at == FIRST
    assert await missed(session) == []


async def test_of_very_many_missed_times_one_is_run(session: AsyncSession, manager: Staff, now: datetime) -> None:
    """Hourly, and nothing ran for two months: more than is written down at once."""
    pattern = await newsletter(session, manager, now, rule=recurrence.read_cron("0 * * * *"))
    back = now + timedelta(hours=1_500, minutes=30)
    for _ in range(3):
        made = await tick(session, back)
    assert [one.occurs_at for one in made] == [now + timedelta(hours=1_500)]
    assert len(await missed(session)) == 1_499
    series = await session.get_one(MailingSeries, pattern.id)
    assert series.next_due_at == now + timedelta(hours=1_501)


async def test_it_ends_with_its_stop_date(session: AsyncSession, manager: Staff, now: datetime) -> None:
    pattern = await newsletter(session, manager, now)
    with pytest.raises(DateInPast):
        await mailings.change_series(session, actor=manager, mailing_id=pattern.id, stops_at=now, now=now)
    stop = FIRST + WEEK + timedelta(hours=3)
    await mailings.change_series(session, actor=manager, mailing_id=pattern.id, stops_at=stop, now=now)
    standing = await mailings.standing(session, actor=manager, mailing_id=pattern.id, now=now)
    assert standing is not None
    assert standing.upcoming == (FIRST, FIRST + WEEK)
    for number in range(4):
        made = await tick(session, FIRST + WEEK * number)
    assert [one.occurs_at for one in made] == [FIRST, FIRST + WEEK]
    assert pattern.state is MailingState.FINISHED


async def test_paused_it_makes_nothing_and_resumed_it_goes_on_with_the_next(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    pattern = await newsletter(session, manager, now)
    await mailings.pause(session, actor=manager, mailing_id=pattern.id, now=now)
    assert await tick(session, FIRST) == []
    await mailings.resume(session, actor=manager, mailing_id=pattern.id, now=FIRST + timedelta(days=1))
    (made,) = await tick(session, FIRST + WEEK)
    assert made.occurs_at == FIRST + WEEK
    assert await missed(session) == []
    await mailings.cancel(session, actor=manager, mailing_id=pattern.id, now=FIRST + WEEK)
    assert await tick(session, FIRST + 2 * WEEK) == [made]
    assert made.state is not MailingState.CANCELLED


async def test_in_everybodys_own_time_each_occurrence_goes_round_the_world(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    for name, zone in (("Auckland", "Pacific/Auckland"), ("Honolulu", "Pacific/Honolulu")):
        await make_client(session, name, email=f"{name}@x.example", timezone=zone, city="Bangkok", city_key="bangkok")
    mailing = await prepared(session, manager, now)
    await mailings.recur(session, actor=manager, mailing_id=mailing.id, rule=MONDAYS, each_own_time=True, now=now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    begins = datetime(2026, 11, 29, 20, tzinfo=UTC)  # Monday 10:00 at the date line
    (made,) = await tick(session, begins)
    assert (made.occurs_at, made.own_time) == (begins, "2026-11-30T10:00")
    await expand_with_rules(session, begins)
    rows = (
        (await session.execute(select(Outbox.due_at).where(Outbox.client_id.is_not(None)).order_by(Outbox.due_at)))
        .scalars()
        .all()
    )
    assert rows == [datetime(2026, 11, 29, 21, tzinfo=UTC), datetime(2026, 11, 30, 20, tzinfo=UTC)]


async def test_what_the_pattern_says_every_occurrence_says(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    pattern = await newsletter(session, manager, now)
    window = SendWindow(31, 600, 1080)
    await mailings.keep_hours(session, actor=manager, mailing_id=pattern.id, window=window, now=now)
    topic = await topics.create(session, actor=manager, name="News", titles=dict.fromkeys(Language, "News"), now=now)
    pattern.topic_id, pattern.track_clicks, pattern.track_opens = topic.id, True, True  # as its draft was given them
    (made,) = await tick(session, FIRST)
    assert mailings.window_of(made) == window
    assert (made.topic_id, made.track_clicks, made.track_opens) == (topic.id, True, True)


async def test_a_large_series_is_approved_once_until_it_changes(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    """A yes holds for the same text, the same rule and about as many people."""
    rules = ApprovalRules(over=2)
    await people(session, 4)
    pattern = await prepared(session, manager, now)
    second = await make_staff(session, Role.MANAGER, telegram_id=77)
    await mailings.recur(session, actor=manager, mailing_id=pattern.id, rule=MONDAYS, now=now)
    await mailings.launch(session, actor=manager, mailing_id=pattern.id, now=now, public_url=URL, approval=rules)
    assert pattern.state is MailingState.AWAITING_APPROVAL
    assert await tick(session, FIRST, rules) == []
    approved_at = FIRST + timedelta(hours=1)
    await mailings.approve(session, actor=second, mailing_id=pattern.id, now=approved_at)
    assert pattern.state is MailingState.RECURRING
    (one,) = await tick(session, FIRST + WEEK, rules)
    assert (one.occurs_at, one.planned) == (FIRST + WEEK, 4)  # nothing is made up for what passed before the yes
    one.state = MailingState.FINISHED
    await templates.write_version(
        session, actor=manager, template_id=pattern.template_id, language=Language.EN, subject="S", text="T", now=now
    )
    *_, two = await tick(session, FIRST + 2 * WEEK, rules)
    assert (two.state, two.planned) == (MailingState.AWAITING_APPROVAL, 0)
    await mailings.approve(session, actor=second, mailing_id=two.id, now=FIRST + 2 * WEEK)
    *_, three = await tick(session, FIRST + 3 * WEEK, rules)
    assert three.planned == 4
    for number in range(3):
        await make_client(session, email=f"more{number}@x.example", city="Bangkok", city_key="bangkok")
    *_, four = await tick(session, FIRST + 4 * WEEK, rules)
    assert four.state is MailingState.AWAITING_APPROVAL


async def test_a_yes_to_a_series_is_to_what_its_segment_stands_on_and_to_a_trials_other_text(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    rules = ApprovalRules(over=2)
    await people(session, 4)
    pattern = await prepared(session, manager, now)
    inner = await segments.save_rule(session, actor=manager, name="Inner", rule="city = Bangkok", now=now)
    outer = await segments.save_rule(session, actor=manager, name="Outer", rule="in segment inner", now=now)
    pattern.segment_id = outer.id
    other = await templates.create(session, actor=manager, name="B", channel=Channel.EMAIL, now=now)

    async def write() -> None:
        await templates.write_version(
            session, actor=manager, template_id=other.id, language=Language.EN, subject="S", text="T", now=now
        )

    await write()
    await trials.try_out(session, actor=manager, mailing_id=pattern.id, template_id=other.id, now=now)
    second = await make_staff(session, Role.MANAGER, telegram_id=77)
    await mailings.recur(session, actor=manager, mailing_id=pattern.id, rule=MONDAYS, now=now)
    await mailings.launch(session, actor=manager, mailing_id=pattern.id, now=now, public_url=URL, approval=rules)
    await mailings.approve(session, actor=second, mailing_id=pattern.id, now=now)
    (made,) = await tick(session, FIRST, rules)
    assert made.planned == 4
    at = FIRST
    for change in ("rule", "text"):
        made.state = MailingState.FINISHED
        await session.flush()
        if change == "rule":
            await segments.change_rule(session, actor=manager, segment_id=inner.id, rule="has email", now=now)
        else:
            await write()
        at += WEEK
        *_, made = await tick(session, at, rules)
        assert made.state is MailingState.AWAITING_APPROVAL, change
        await mailings.approve(session, actor=second, mailing_id=made.id, now=at)


async def test_a_series_by_sms_asks_again_when_it_costs_half_as_much_again(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    """As few people as ever, and still a second person looks at the money, as before the first launch."""
    rules = ApprovalRules(cost=250_000)
    for number in range(3):
        phone = f"+6681234500{number}"
        await make_client(session, email=f"c{number}@x.example", phone=phone, city="Bangkok", city_key="bangkok")
    pattern = await prepared(session, manager, now)
    text = await templates.create(session, actor=manager, name="By SMS", channel=Channel.SMS, now=now)
    await templates.write_version(
        session, actor=manager, template_id=text.id, language=Language.EN, text="New prices", now=now
    )
    pattern.template_id, pattern.channel = text.id, Channel.SMS
    second = await make_staff(session, Role.MANAGER, telegram_id=77)
    await mailings.recur(session, actor=manager, mailing_id=pattern.id, rule=MONDAYS, now=now)
    await mailings.launch(session, actor=manager, mailing_id=pattern.id, now=now, public_url=URL, approval=rules)
    assert pattern.state is MailingState.RECURRING
    cheap, dear, dearer = (SmsTerms(prices={"*": price}) for price in (50_000, 90_000, 150_000))
    (one,) = await tick(session, FIRST, rules, cheap)
    assert one.planned == 3
    *_, two = await tick(session, FIRST + WEEK, rules, dear)
    assert two.state is MailingState.AWAITING_APPROVAL
    at = FIRST + WEEK
    terms = mailings.Terms(rules, dear)
    await mailings.approve(session, actor=second, mailing_id=two.id, now=at, terms=terms)
    series = await session.get_one(MailingSeries, pattern.id)
    assert (series.approved_for, series.approved_cost) == (3, 270_000)
    *_, three = await tick(session, FIRST + 2 * WEEK, rules, dear)
    assert three.planned == 3
    *_, four = await tick(session, FIRST + 3 * WEEK, rules, dearer)
    assert four.state is MailingState.AWAITING_APPROVAL


async def test_a_small_series_that_grew_large_asks(session: AsyncSession, manager: Staff, now: datetime) -> None:
    rules = ApprovalRules(over=3)
    await newsletter(session, manager, now, clients=3)
    (one,) = await tick(session, FIRST, rules)
    assert one.planned == 3
    await make_client(session, email="fourth@x.example", city="Bangkok", city_key="bangkok")
    _, two = await tick(session, FIRST + WEEK, rules)
    assert two.state is MailingState.AWAITING_APPROVAL


async def test_whose_maker_left_stops_and_says_so(session: AsyncSession, manager: Staff, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER, telegram_id=78)
    pattern = await newsletter(session, manager, now)
    manager.active = False
    assert await tick(session, FIRST) == []
    assert (pattern.state, pattern.pause_reason) == (MailingState.PAUSED, mailings.MAKER_LEFT)
    cards = select(Outbox.staff_id).where(Outbox.staff_id.is_not(None))
    assert list((await session.execute(cards)).scalars()) == [boss.id]


async def test_a_rule_or_a_segment_in_use_is_kept(session: AsyncSession, manager: Staff, now: datetime) -> None:
    pattern = await newsletter(session, manager, now)
    with pytest.raises(segments.SegmentInUse):
        await segments.archive(session, actor=manager, segment_id=pattern.segment_id, now=now)
    with pytest.raises(recurrence.TooOften):
        await mailings.recur(
            session,
            actor=manager,
            mailing_id=(
                await mailings.draft(
                    session, actor=manager, segment_id=pattern.segment_id, template_id=pattern.template_id, now=now
                )
            ).id,
            rule=recurrence.read_cron("* * * * *"),
            now=now,
        )


async def test_two_schedulers_at_once_make_each_occurrence_once(database: Database, now: datetime) -> None:
    """Twenty series with several times due, four schedulers, over and over: no occurrence twice and none left out."""
    hourly = recurrence.read_cron("0 * * * *")
    async with database.write() as session:
        maker = await make_staff(session, Role.MANAGER)
        segment = Segment(name="All", kind="rule", rule="has email", created_by_id=maker.id, created_at=now)
        session.add(segment)
        await session.flush()
        template = await templates.create(session, actor=maker, name="N", channel=Channel.EMAIL, now=now)
        for number in range(20):
            pattern = Mailing(
                name=f"S{number}",
                channel=Channel.EMAIL,
                segment_id=segment.id,
                template_id=template.id,
                state=MailingState.RECURRING,
                created_by_id=maker.id,
                created_at=now,
            )
            session.add(pattern)
            await session.flush()
            series = MailingSeries(
                mailing_id=pattern.id, rule=str(hourly), zone="UTC", each_own_time=False, missed=MissedPolicy.RUN_ONCE
            )
            recurring.begin(series, now=now)
            session.add(series)
    make = recurring.maker()

    async def schedule(moment: datetime) -> int:
        async with database.write() as session:
            return await make(session, now=moment, limit=3)

    for hour in range(1, 6):
        moment = now + timedelta(hours=hour)
        while sum(await asyncio.gather(*(schedule(moment) for _ in range(4)))):
            pass
    async with database.read() as session:
        rows = (
            await session.execute(select(Mailing.pattern_id, Mailing.occurs_at).where(Mailing.pattern_id.is_not(None)))
        ).all()
        assert len(rows) == len(set(rows)) == 20 * 5
        assert await missed(session) == []


async def test_a_restored_backup_makes_nothing_up_for_what_went_out_since(database: Database, now: datetime) -> None:
    """Its next time has passed: it may have gone out after the backup was made. Somebody looks first."""
    async with database.write() as session:
        manager = await make_staff(session, Role.MANAGER, timezone="Europe/Berlin")
        pattern = await newsletter(session, manager, now)
    back = FIRST + WEEK + timedelta(hours=1)
    assert await backups._hold(database, back) == (0, 1)
    async with database.write() as session:
        assert await tick(session, back) == []
        await mailings.resume(session, actor=manager, mailing_id=pattern.id, now=back)
        assert await tick(session, back) == []
        (made,) = await tick(session, FIRST + 2 * WEEK)
        assert made.occurs_at == FIRST + 2 * WEEK


async def test_a_stop_date_before_the_next_time_ends_it_there(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    pattern = await newsletter(session, manager, now)
    stop = FIRST - timedelta(hours=1)
    await mailings.change_series(session, actor=manager, mailing_id=pattern.id, stops_at=stop, now=now)
    assert await tick(session, now) == []
    assert pattern.state is MailingState.FINISHED
    assert await tick(session, FIRST) == []


@pytest.mark.fault("F11")
async def test_a_clock_that_jumps_makes_nothing_twice_and_leaves_nothing_out(
    session: AsyncSession, manager: Staff, now: datetime, figures: Figures
) -> None:
    """Three hours back and three forward around each of a year's times, both changes of clocks among them, in three zones."""
    zones = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
    rule = Rule(Every.WEEK, (150,), weekdays=frozenset({6}))  # Sundays at 2:30
    await people(session, 1)
    wanted: dict[int, list[datetime]] = {}
    for zone in zones:
        mailing = await mailings.draft(
            session,
            actor=manager,
            segment_id=(await prepared_once(session, manager, now)).segment_id,
            template_id=(await prepared_once(session, manager, now)).template_id,
            now=now,
        )
        manager.timezone = zone
        await mailings.recur(session, actor=manager, mailing_id=mailing.id, rule=rule, now=now)
        await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
        wanted[mailing.id] = list(islice(recurrence.moments(rule, now, zone=ZoneInfo(zone)), 52))
    make = recurring.maker()
    for at in sorted(moment for moments in wanted.values() for moment in moments):
        for jump in (0, -3, 1, 3, -3):
            await make(session, now=at + timedelta(hours=jump))
            await session.flush()
    made: dict[int, list[datetime]] = {number: [] for number in wanted}
    query = select(Mailing.pattern_id, Mailing.occurs_at).where(Mailing.pattern_id.is_not(None))
    for pattern_id, occurs_at in (await session.execute(query.order_by(Mailing.occurs_at))).all():
        made[pattern_id].append(occurs_at)
    figures.say("zones", len(zones))
    figures.say("times begun", sum(len(moments[:52]) for moments in made.values()), 52 * len(zones))
    assert {number: moments[:52] for number, moments in made.items()} == wanted
    assert await missed(session) == []


async def prepared_once(session: AsyncSession, manager: Staff, now: datetime) -> Mailing:
    found = (await session.execute(select(Mailing).order_by(Mailing.id).limit(1))).scalar_one_or_none()
    return found or await prepared(session, manager, now)
