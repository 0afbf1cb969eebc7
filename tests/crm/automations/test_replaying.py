"""What an automation would do: the moved clock foresees what the engine then does, and a replay tells the past as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms.terms import SmsTerms
from crm import events, templates
from crm.automations import foreseeing, keeping, replaying
from crm.automations.definition import (
    Branch,
    ChangeTag,
    Definition,
    Reentry,
    Send,
    SendBy,
    Stop,
    TellOwner,
    Trigger,
    Wait,
    WaitFor,
    WaitUntil,
)
from crm.automations.foreseeing import Happened, Person
from crm.contact_rules import ContactRules
from crm.errors import NotAllowed
from crm.frequency import FrequencyCap
from storage.models import (
    Channel,
    Enrolment,
    EnrolmentEvent,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Outbox,
    Role,
    Staff,
)
from tests.crm.automations.engine import Engine, definition
from tests.factories import make_client, make_staff
from tests.factories.automations import definitions

DAY = timedelta(days=1)
LETTER, TEXT = Send(SendBy.EMAIL, "Letter"), Send(SendBy.SMS, "Text", marketing=False)


@pytest.fixture
async def manager(session: AsyncSession, now: datetime) -> Staff:
    boss = await make_staff(session, Role.MANAGER, timezone="UTC")
    for name, channel in (("Letter", Channel.EMAIL), ("Text", Channel.SMS)):
        made = await templates.create(session, actor=boss, name=name, channel=channel, now=now)
        await templates.write_version(
            session,
            actor=boss,
            template_id=made.id,
            language=Language.EN,
            subject="Hi" if channel is Channel.EMAIL else "",
            text="Hello {name}",
            now=now,
        )
    return boss


def person(*happened: Happened, meets: bool = False, zone: str = "UTC") -> Person:
    class Every(dict[str, bool]):
        def get(self, _rule: object, _default: Any = None) -> bool:
            return meets

    return Person(ZoneInfo(zone), Every(), happened, lambda _step: (Channel.EMAIL, ""))


class TestForeseeing:
    def test_waits_hours_and_branches(self, now: datetime) -> None:
        made = definition(
            Wait(DAY),
            WaitUntil(time(10), working_days=True),
            Branch("has email", yes=(LETTER,), no=(Stop(),)),
            TellOwner("x"),
        )
        walked = foreseeing.walk(made, person(meets=True, zone="Asia/Bangkok"), start=now, until=now + 30 * DAY)
        # Tuesday 9:00 UTC; a day later it is 16:00 in Bangkok, so Thursday at ten there.
        assert [(one.place, one.at) for one in walked.steps[2:]] == [
            (place, datetime(2026, 11, 26, 3, tzinfo=UTC)) for place in ("2", "2.yes.0", "3")
        ]
        assert walked.because == "finished"
        stopped = foreseeing.walk(made, person(), start=now, until=now + 30 * DAY)
        assert [one.place for one in stopped.steps][-1] == "2.no.0"

    def test_the_weekend_is_passed_over(self) -> None:
        friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
        made = definition(WaitUntil(time(10), working_days=True), Stop())
        walked = foreseeing.walk(made, person(), start=friday, until=friday + 30 * DAY)
        assert walked.steps[-1].at == datetime(2026, 11, 30, 10, tzinfo=UTC)

    def test_an_event_comes_or_does_not(self, now: datetime) -> None:
        made = definition(WaitFor("parcel.lost", DAY, (("kind", "big"),), came=(LETTER,), missed=(Stop(),)))
        small, big = (
            Happened(now + timedelta(hours=hour), "parcel.lost", {"kind": kind})
            for hour, kind in ((1, "small"), (2, "big"))
        )
        came = foreseeing.walk(made, person(small, big), start=now, until=now + 9 * DAY)
        assert [(one.place, one.at) for one in came.steps] == [("0", now), ("0.came.0", big.at)]
        missed = foreseeing.walk(made, person(small), start=now, until=now + 9 * DAY)
        assert [(one.place, one.at) for one in missed.steps] == [("0", now), ("0.missed.0", now + DAY)]

    @pytest.mark.parametrize(
        ("event", "facts", "because"),
        [
            ("message.received", {}, "reply"),
            ("message.received", {"automatic": True}, "finished"),
            ("payment.received", {}, "purchase"),
            ("client.archived", {}, "archived"),
        ],
    )
    def test_what_ends_it_ends_it(self, now: datetime, event: str, facts: dict[str, Any], because: str) -> None:
        made = definition(Wait(DAY), LETTER)
        happened = Happened(now + timedelta(hours=5), event, facts)
        walked = foreseeing.walk(made, person(happened), start=now, until=now + 9 * DAY)
        assert walked.because == because
        assert len(walked.steps) == (2 if because == "finished" else 1)

    def test_it_expires_and_it_may_still_be_inside(self, now: datetime) -> None:
        made = definition(Wait(10 * DAY), LETTER, expires=3 * DAY)
        expired = foreseeing.walk(made, person(), start=now, until=now + 30 * DAY)
        assert (expired.because, expired.until) == ("expired", now + 3 * DAY)
        assert foreseeing.walk(made, person(), start=now, until=now + DAY).because == ""

    @given(made=definitions, meets=st.booleans())
    @settings(max_examples=200, deadline=None)
    def test_every_walk_ends_and_goes_forward(self, made: Definition, meets: bool) -> None:
        start = datetime(2026, 11, 24, 9, tzinfo=UTC)
        walked = foreseeing.walk(made, person(meets=meets), start=start, until=start + made.expires)
        moments = [one.at for one in walked.steps]
        assert moments == sorted(moments)
        assert walked.because in ("finished", "expired", "")
        assert all(start <= at <= start + made.expires for at in moments)


@pytest.mark.long
@pytest.mark.parametrize("zone", ["Europe/Berlin", None])
async def test_the_engine_does_what_was_foreseen(engine: Engine, zone: str | None) -> None:
    """The same automation, the same client: foreseen first, then lived hour by hour. Without a zone their number has one."""
    await engine.template("Letter")
    await engine.template("Text", Channel.SMS)
    steps = (
        Wait(DAY),
        WaitUntil(time(10), working_days=True),
        LETTER,
        WaitFor("parcel.lost", 2 * DAY, missed=(Branch("has phone", yes=(WaitUntil(time(11)), TEXT)),)),
        ChangeTag("done"),
    )
    made = definition(*steps)
    automation = await engine.on(made)
    anna = await engine.newcomer(email="anna@x.example", phone="+4915112345678", timezone=zone)
    async with engine.database.read() as session:
        seen = await replaying.simulate(
            session, actor=engine.manager, definition=made, client_id=anna.id, start=engine.now, now=engine.now
        )
    await engine.run()
    for _ in range(24 * 7):
        await engine.later(hours=1)
    async with engine.database.read() as session:
        lived = (
            await session.execute(
                select(EnrolmentEvent.place, EnrolmentEvent.at)
                .where(EnrolmentEvent.what.in_(["sent", "tagged", "branch"]))
                .order_by(EnrolmentEvent.id)
            )
        ).all()
    foreseen = [(one.place, one.at) for one in seen.walked.steps if isinstance(one.step, Send | ChangeTag | Branch)]
    assert [tuple(row) for row in lived] == foreseen
    assert len(foreseen) == 4
    assert automation.id


async def happens(session: AsyncSession, name: str, client_id: int | None, at: datetime, **facts: object) -> None:
    events.record(session, name, now=at, client_id=client_id, **facts)
    await session.flush()


async def replayed(
    session: AsyncSession, manager: Staff, made: Definition, now: datetime, **more: Any
) -> replaying.Replay:
    return await replaying.replay(session, actor=manager, definition=made, now=now, **more)


def summary(told: replaying.Replay) -> tuple[int, dict[str, int], int, dict[Channel, int]]:
    return told.entries, dict(told.ended), told.inside, dict(told.sent)


class TestReplay:
    async def test_who_would_have_entered_and_what_became_of_them(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        silent = await make_client(session, "Silent", email="s@x.example")
        answers = await make_client(session, "Answers", email="a@x.example")
        fresh = await make_client(session, "Fresh", email="f@x.example")
        long_ago = await make_client(session, "Long ago", email="l@x.example")
        for client, days in ((silent, 20), (answers, 10), (fresh, 0.5), (long_ago, 100)):
            await happens(session, "client.created", client.id, now - days * DAY)
        await happens(session, "message.received", answers.id, now - 9.5 * DAY)
        told = await replayed(session, manager, definition(Wait(DAY), LETTER, Wait(DAY), LETTER), now)
        assert summary(told) == (3, {"finished": 1, "reply": 1}, 1, {Channel.EMAIL: 2})
        assert [one.client_name for one in told.first] == ["Silent", "Answers", "Fresh"]
        headers, rows = replaying.table(told)
        assert headers == ["client_id", "client", "entered", "messages", "until", "because"]
        assert rows[1][1:] == ["Answers", "2026-11-14 09:00", "", "2026-11-14 21:00", "reply"]
        assert rows[0][3] == "2026-11-05 09:00 email: Letter; 2026-11-06 09:00 email: Letter"
        assert not (await session.execute(select(Outbox))).first()
        assert not (await session.execute(select(Enrolment))).first()

    async def test_the_rule_the_facts_and_coming_again(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        lead = await make_client(session, "Lead", city_key="riga", city="Riga")
        other = await make_client(session, "Other")
        for days in (20, 19.9, 15, 2):
            await happens(session, "client.tagged", lead.id, now - days * DAY, tag="hot")
            await happens(session, "client.tagged", other.id, now - days * DAY, tag="hot")
            await happens(session, "client.tagged", lead.id, now - days * DAY, tag="cold")
        more: dict[str, Any] = {"trigger": Trigger("client.tagged", (("tag", "Hot"),)), "only": "city = Riga"}
        for again, entries in ((None, 1), (timedelta(), 3), (10 * DAY, 2)):
            made = definition(Wait(DAY), Stop(), reentry=Reentry(again), **more)
            assert (await replayed(session, manager, made, now)).entries == entries

    async def test_a_whole_companys_event_brings_all_the_rule_means(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        for number in range(3):
            await make_client(session, f"C{number}", city_key="riga", city="Riga", email=f"c{number}@x.example")
        await make_client(session, "Elsewhere")
        await happens(session, "stock.back", None, now - 5 * DAY, product="M8")
        made = definition(LETTER, when="stock.back", only="city = Riga", cap=2)
        told = await replayed(session, manager, made, now)
        assert (told.entries, told.capped, told.sent[Channel.EMAIL]) == (2, 1, 2)
        # Of one client, yet told without one: it is nobody's.
        await happens(session, "invoice.overdue", None, now - 5 * DAY)
        overdue = definition(LETTER, when="invoice.overdue", only="city = Riga")
        assert (await replayed(session, manager, overdue, now)).entries == 0

    async def test_purchases_read_in_long_after_neither_let_in_nor_end(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        anna, bert = await make_client(session, "Anna"), await make_client(session, "Bert", email="b@x.example")
        for client, days, ago in ((anna, 10, 400), (bert, 10, 10), (bert, 9.5, 300)):
            bought = (now - ago * DAY).isoformat()
            await happens(session, "purchase.recorded", client.id, now - days * DAY, happened_at=bought)
        told = await replayed(session, manager, definition(Wait(DAY), LETTER, when="purchase.recorded"), now)
        assert summary(told) == (1, {"finished": 1}, 0, {Channel.EMAIL: 1})
        assert [one.client_name for one in told.first] == ["Bert"]

    async def test_a_purchase_told_late_ends_what_was_begun_before_it(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        anna = await make_client(session, "Anna", email="anna@x.example")
        await happens(session, "client.tagged", anna.id, now - 40 * DAY, tag="hot")
        bought = (now - 35 * DAY).isoformat()
        await happens(session, "purchase.recorded", anna.id, now - 20 * DAY, happened_at=bought)
        told = await replayed(session, manager, definition(Wait(25 * DAY), LETTER, when="client.tagged"), now)
        assert summary(told) == (1, {"purchase": 1}, 0, {})

    @pytest.mark.parametrize("by", [SendBy.EMAIL, SendBy.SMS])
    async def test_a_text_with_a_gap_is_not_sent(
        self, session: AsyncSession, manager: Staff, now: datetime, by: SendBy
    ) -> None:
        made = await templates.create(session, actor=manager, name="There", channel=Channel(by.value), now=now)
        await templates.write_version(
            session,
            actor=manager,
            template_id=made.id,
            language=Language.EN,
            subject="In {city}" if by is SendBy.EMAIL else "",
            text="Hello {name|friend}" + (" in {city}" if by is SendBy.SMS else ""),
            now=now,
        )
        everywhere = {"email": "x@x.example", "phone": "+4915112345678"}
        riga = await make_client(session, "Riga", city="Riga", city_key="riga", **everywhere)
        nowhere = await make_client(session, "Nowhere", **everywhere)
        for client in (riga, nowhere):
            await happens(session, "client.created", client.id, now - 10 * DAY)
        automation = definition(Send(by, "There"))
        told = await replayed(session, manager, automation, now)
        assert (sum(told.sent.values()), told.unsent) == (1, 1)
        seen = await replaying.simulate(
            session, actor=manager, definition=automation, client_id=nowhere.id, start=now, now=now
        )
        assert [(one.channel, one.because) for one in seen.walked.steps] == [(None, "missing-field")]

    async def test_days_that_came(self, session: AsyncSession, manager: Staff, now: datetime) -> None:
        await make_client(session, "Born", email="b@x.example", birthday=date(1980, 11, 10))
        await make_client(session, "Not yet", email="n@x.example", birthday=date(1980, 12, 10))
        made = definition(LETTER, trigger=Trigger("birthday"))
        told = await replayed(session, manager, made, now)
        assert [(one.client_name, one.at.date().isoformat()) for one in told.first] == [("Born", "2026-11-10")]

    async def test_silences_that_were_broken_count_as_much_as_those_that_last(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        names: dict[str, tuple[float, ...]] = {
            "Broken": (70, 20),
            "Lasts": (40,),
            "Often": (70, 50, 30, 5),
            "Long ago": (190, 150),
        }
        for name, contacts in names.items():
            client = await make_client(
                session, name, last_contact_at=now - min(contacts) * DAY, created_at=now - 300 * DAY
            )
            for days in contacts:
                session.add(
                    Interaction(
                        client_id=client.id,
                        kind=InteractionKind.MEETING,
                        source=InteractionSource.BUTTONS,
                        at=now - days * DAY,
                        created_at=now - days * DAY,
                    )
                )
        await session.flush()
        made = definition(Wait(DAY), Stop(), trigger=Trigger("quiet", days=30), reentry=Reentry(timedelta()))
        told = await replayed(session, manager, made, now)
        assert [(one.client_name, (now - one.at).days) for one in told.first] == [("Broken", 40), ("Lasts", 10)]

    async def test_cost_closed_addresses_and_the_cap(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        reached = await make_client(session, "Reached", email="r@x.example", phone="+4915112345678")
        bare = await make_client(session, "Bare")
        for client in (reached, bare):
            await happens(session, "client.created", client.id, now - 10 * DAY)
        made = definition(LETTER, TEXT, Wait(DAY), LETTER, LETTER)
        terms = replaying.Terms(
            ContactRules(cap=FrequencyCap(2, timedelta(days=7))), SmsTerms(prices={"DE": 75_000, "*": 90_000})
        )
        told = await replayed(session, manager, made, now, terms=terms)
        assert (told.sent[Channel.EMAIL], told.sent[Channel.SMS], told.sms_parts, told.money) == (3, 1, 1, 75_000)
        assert (told.unsent, told.frequency) == (4, 1)

    @pytest.mark.parametrize(("marketing", "parts"), [(True, 2), (False, 1)])
    async def test_how_to_stop_costs_too_where_it_stands(
        self, session: AsyncSession, manager: Staff, now: datetime, marketing: bool, parts: int
    ) -> None:
        client = await make_client(session, "N" * 150, phone="+4915112345678")
        await happens(session, "client.created", client.id, now - 10 * DAY)
        terms = replaying.Terms(ContactRules(), SmsTerms(prices={"*": 90_000}))
        made = definition(Send(SendBy.SMS, "Text", marketing=marketing))
        told = await replayed(session, manager, made, now, terms=terms)
        assert (told.sms_parts, told.money) == (parts, parts * 90_000)

    async def test_days_with_messages_of_two_automations(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        anna = await make_client(session, "Anna", email="a@x.example")
        await happens(session, "client.created", anna.id, now - 10 * DAY)
        await happens(session, "client.tagged", anna.id, now - 10 * DAY, tag="hot")
        other = await keeping.create_from_document(
            session, actor=manager, text="name: Other\nwhen: client.tagged\nsteps:\n  - send email: Letter\n", now=now
        )
        made = definition(LETTER, Wait(DAY), LETTER)
        assert (await replayed(session, manager, made, now)).conflicts == 0
        await keeping.switch_on(session, actor=manager, automation_id=other.id, now=now)
        assert (await replayed(session, manager, made, now)).conflicts == 1

    async def test_loops_are_named_and_much_is_cut(
        self, session: AsyncSession, manager: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(replaying, "MOST", 4)
        for number in range(6):
            client = await make_client(session, f"C{number}")
            await happens(session, "client.tagged", client.id, now - 5 * DAY, tag="hot")
        made = definition(ChangeTag("hot"), when="client.tagged", reentry=Reentry(timedelta()))
        told = await replayed(session, manager, made, now)
        assert (told.entries, told.is_cut, told.loop) == (4, True, "Welcome → Welcome")

    async def test_only_who_runs_them_replays(self, session: AsyncSession, now: datetime) -> None:
        rep = await make_staff(session, Role.REP)
        with pytest.raises(NotAllowed):
            await replayed(session, rep, definition(Stop()), now)

    async def test_it_is_done_by_the_set(self, session: AsyncSession, manager: Staff, now: datetime) -> None:
        """Twice as many clients ask as many statements."""

        async def asked(count: int) -> int:
            for number in range(count):
                client = await make_client(session, f"N{number}", email=f"n{number}-{count}@x.example")
                await happens(session, "client.created", client.id, now - 5 * DAY)
            seen: list[str] = []
            connection = (await session.connection()).sync_connection

            def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
                seen.append(statement)

            event.listen(connection, "before_cursor_execute", note)
            try:
                await replayed(session, manager, definition(Wait(DAY), LETTER), now)
            finally:
                event.remove(connection, "before_cursor_execute", note)
            return len(seen)

        first = await asked(20)
        assert await asked(60) <= first + 2
