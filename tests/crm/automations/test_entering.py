"""Who enters: by events, facts, rules, terms and caps; by dates and segments; once for each cause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from crm import clients, segments
from crm.automations import moving
from crm.automations.definition import ChangeTag, Reentry, Stop, Wait
from crm.imports import clients as imports
from crm.imports import stock as stock_imports
from crm.imports.reading import read_table
from storage.models import Client, FeedCursor, Role
from tests.crm.automations.engine import Engine, definition
from tests.factories import make_staff

STAY = Wait(timedelta(days=30))


async def test_only_what_happens_after_switching_on(engine: Engine) -> None:
    anna = await engine.newcomer()
    engine.now += timedelta(minutes=1)
    await engine.on(definition(STAY, Stop()))
    await engine.run()
    assert await engine.enrolments() == []
    await engine.happens("client.created", anna)
    await engine.run()
    assert (await engine.only()).client_id == anna.id


async def test_an_event_brings_in_once_however_often_it_is_read(engine: Engine) -> None:
    await engine.on(definition(ChangeTag("x"), reentry=Reentry(timedelta())))
    await engine.newcomer()
    await engine.run()
    async with engine.database.write() as session:
        (await session.get_one(FeedCursor, "automations")).event_id = 0
    await engine.run()
    assert [one.entry_key for one in await engine.enrolments()] == [(await engine.only()).entry_key]


async def test_facts_must_all_hold(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), when="interaction.logged", facts=(("kind", "Meeting"),)))
    anna, bert = await engine.client("Anna"), await engine.client("Bert")
    await engine.happens("interaction.logged", anna, kind="call", outcome=None)
    await engine.happens("interaction.logged", bert, kind="meeting", outcome=None)
    await engine.run()
    assert (await engine.only()).client_id == bert.id


@pytest.mark.parametrize("asked", ["ТЁПЛЫЙ", "теплый", "#Тёплый"])
async def test_a_tag_is_the_same_however_it_is_spelled(engine: Engine, asked: str) -> None:
    await engine.on(definition(STAY, Stop(), when="client.tagged", facts=(("tag", asked),)))
    anna, bert = await engine.client("Anna"), await engine.client("Bert")
    async with engine.database.write() as session:
        for client, name in ((anna, "Тёплый"), (bert, "Холодный")):
            await clients.add_tag(session, actor=engine.manager, client_id=client.id, name=name, now=engine.now)
    await engine.run()
    assert (await engine.only()).client_id == anna.id


async def test_years_of_purchases_read_in_are_old_news(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), when="purchase.recorded"))
    for name, at in (("Old", "2022-01-05T10:00:00+00:00"), ("New", "2026-11-23T10:00:00+00:00")):
        await engine.happens("purchase.recorded", await engine.client(name), amount_minor=1, at=at)
    await engine.run()
    assert len(await engine.enrolments()) == 1


async def test_the_rule_says_who(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), only="city = Bangkok"))
    bangkok = [await engine.newcomer(f"B{n}", city="Bangkok", city_key="bangkok") for n in range(3)]
    for number in range(3):
        await engine.newcomer(f"R{number}", city="Riga", city_key="riga")
    await engine.run()
    assert [one.client_id for one in await engine.enrolments()] == [client.id for client in bangkok]


async def test_once_in_a_life_again_later_or_whenever_outside(engine: Engine) -> None:
    for name, terms in (("once", Reentry()), ("week", Reentry(timedelta(days=7))), ("always", Reentry(timedelta()))):
        await engine.on(definition(ChangeTag("x"), name=name, reentry=terms, when="invoice.due", exits=frozenset()))
    anna = await engine.client()
    for days in (0, 1, 6, 7):
        engine.now += timedelta(days=days)
        await engine.happens("invoice.due", anna)
        await engine.run()
    counted: dict[int, int] = {}
    for one in await engine.enrolments():
        counted[one.automation_id] = counted.get(one.automation_id, 0) + 1
    assert list(counted.values()) == [1, 3, 4]


async def test_nobody_is_inside_twice(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), when="invoice.due", reentry=Reentry(timedelta()), exits=frozenset()))
    anna = await engine.client()
    for _ in range(3):
        await engine.happens("invoice.due", anna)
    await engine.run()
    assert len(await engine.enrolments()) == 1


async def test_a_cap_counts_the_makers_day_and_is_told(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), cap=2))
    for number in range(4):
        await engine.newcomer(f"C{number}")
    await engine.run()
    assert len(await engine.enrolments()) == 2
    assert [card.payload["what"] for card in await engine.outbox("card")] == ["cap"]
    engine.now += timedelta(days=1)
    await engine.newcomer("Next day")
    await engine.run()
    assert len(await engine.enrolments()) == 3


async def test_an_event_of_no_client_enters_all_the_rule_means(engine: Engine) -> None:
    back = definition(STAY, Stop(), when="stock.back", facts=(("product", "b-8"),), only="city = Bangkok")
    await engine.on(back)
    for number in range(3):
        await engine.client(f"B{number}", city="Bangkok", city_key="bangkok")
    await engine.client("Riga")
    await engine.happens("stock.back", product="other")
    await engine.happens("stock.back", product="B-8")
    await engine.run()
    assert len(await engine.enrolments()) == 3
    assert {one.facts["product"] for one in await engine.enrolments()} == {"B-8"}


async def test_a_clients_event_that_names_none_brings_nobody(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), when="invoice.overdue", only="city = Bangkok"))
    anna = await engine.client("Anna", city="Bangkok", city_key="bangkok")
    await engine.client("Bert", city="Bangkok", city_key="bangkok")
    await engine.happens("invoice.overdue", number="7")
    await engine.run()
    assert await engine.enrolments() == []
    await engine.happens("invoice.overdue", anna, number="7")
    await engine.run()
    assert (await engine.only()).client_id == anna.id


async def test_a_product_that_runs_low_enters_whom_the_rule_means(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), when="stock.low", facts=(("product", "b-8"),), only="city = Bangkok"))
    there = await engine.client("There", city="Bangkok", city_key="bangkok")
    await engine.client("Riga")
    text = "Code,Warehouse,Qty,Min\nB-8,A,{},200\nB-9,A,{},200\n"
    for quantities in ((500, 500), (500, 100), (200, 100), (150, 100)):
        table = read_table(text.format(*quantities).encode(), file_name="l.csv")
        async with engine.database.write() as session:
            keeper = await make_staff(session, Role.WAREHOUSE)
            shown = await stock_imports.preview(
                session, actor=keeper, table=table, file_name="l.csv", currency="EUR", now=engine.now
            )
            await stock_imports.apply(session, actor=keeper, run_id=shown.run_id, table=table, now=engine.now)
        await engine.run()
        assert len(await engine.enrolments()) == (0 if quantities[0] == 500 else 1)
    assert (await engine.only()).client_id == there.id
    assert (await engine.only()).facts["product"] == "B-8"


async def test_a_birthday_where_the_client_is(engine: Engine) -> None:
    engine.now = datetime(2026, 4, 30, 12, tzinfo=UTC)
    await engine.on(definition(STAY, Stop(), when="birthday"))
    birthday = date(1980, 5, 1)
    east = await engine.client("East", timezone="Asia/Bangkok", birthday=birthday)
    west = await engine.client("West", timezone="America/New_York", birthday=birthday)
    await engine.client("Other", timezone="Asia/Bangkok", birthday=date(1980, 5, 2))
    await engine.client("None", timezone="Asia/Bangkok")
    await engine.days_come()
    assert await engine.enrolments() == []
    engine.now = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)  # nine in Bangkok
    await engine.days_come()
    assert (await engine.only()).client_id == east.id
    assert (await engine.only()).entry_key == "date:birthday:2026-05-01"
    await engine.days_come()
    engine.now = datetime(2026, 5, 1, 13, 0, tzinfo=UTC)  # nine in New York
    await engine.days_come()
    assert [one.client_id for one in await engine.enrolments()] == [east.id, west.id]


async def test_a_leap_days_birthday_is_kept_on_the_28th(engine: Engine) -> None:
    engine.now = datetime(2027, 2, 27, 12, tzinfo=UTC)
    await engine.on(definition(STAY, Stop(), when="birthday"))
    await engine.client(timezone="UTC", birthday=date(2000, 2, 29))
    engine.now = datetime(2027, 2, 28, 9, 30, tzinfo=UTC)
    await engine.days_come()
    assert len(await engine.enrolments()) == 1


async def test_a_week_before_a_date_of_its_own_and_days_missed(engine: Engine) -> None:
    engine.now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    await engine.on(definition(STAY, Stop(), when="contract_end", days=-7))
    clients = [
        await engine.client(f"C{day}", timezone="UTC", custom_fields={"Contract end": f"2026-05-{day:02}"})
        for day in (8, 10, 11, 12, 13)
    ]
    await engine.days_come()
    engine.now = datetime(2026, 5, 6, 10, tzinfo=UTC)  # asleep since the 1st
    await engine.days_come()
    assert [one.client_id for one in await engine.enrolments()] == [one.id for one in clients]
    assert await engine.outbox("card") == []


async def test_days_without_contact_that_were_missed(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), when="quiet", days=5))
    began = engine.now
    quiet = [
        await engine.client(f"C{ago}", timezone="UTC", last_contact_at=began - timedelta(days=ago)) for ago in range(5)
    ]
    await engine.days_come()
    engine.now = began + timedelta(days=5)
    await engine.days_come()
    assert sorted(one.client_id for one in await engine.enrolments()) == sorted(one.id for one in quiet)


async def test_days_too_long_ago_are_told_once_where_they_concern_anybody(engine: Engine) -> None:
    engine.now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    await engine.on(definition(STAY, Stop(), when="birthday"))
    await engine.on(definition(STAY, Stop(), when="quiet", days=5, name="Quiet"))
    born = [
        await engine.client(zone, timezone=zone, birthday=date(1980, 5, day))
        for zone, day in (("UTC", 3), ("UTC", 4), ("Asia/Bangkok", 3))
    ]
    await engine.days_come()
    engine.now = datetime(2026, 5, 6, 10, tzinfo=UTC)
    await engine.days_come()
    entered = [one for one in await engine.enrolments() if one.entry_key.startswith("date:birthday")]
    assert [one.client_id for one in entered] == [born[1].id]
    (card,) = await engine.outbox("card")
    assert (card.payload["what"], card.payload["client_id"]) == ("days", born[2].id)
    assert card.payload["cause"] == "2026-05-02 … 2026-05-03"


async def test_days_too_long_ago_of_those_the_rule_does_not_mean_are_no_news(engine: Engine) -> None:
    engine.now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    await engine.on(definition(STAY, Stop(), when="birthday", only="city = Bangkok"))
    await engine.client("Riga", timezone="UTC", birthday=date(1980, 5, 2), city="Riga", city_key="riga")
    bangkok = {"city": "Bangkok", "city_key": "bangkok"}
    meant = await engine.client("Bangkok", timezone="Asia/Bangkok", birthday=date(1980, 5, 11), **bangkok)
    await engine.days_come()
    engine.now = datetime(2026, 5, 6, 10, tzinfo=UTC)
    await engine.days_come()
    assert await engine.outbox("card") == []
    engine.now = datetime(2026, 5, 16, 10, tzinfo=UTC)
    await engine.days_come()
    (card,) = await engine.outbox("card")
    assert (card.payload["what"], card.payload["client_id"]) == ("days", meant.id)


async def test_who_moves_to_a_zone_nobody_was_in_for_long_has_missed_no_day(engine: Engine) -> None:
    engine.now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    await engine.on(definition(STAY, Stop(), when="birthday"))
    anna = await engine.client(timezone="Asia/Bangkok", birthday=date(1980, 5, 5))
    await engine.days_come()
    for zone in ("UTC", "Asia/Bangkok"):
        async with engine.database.write() as session:
            (await session.get_one(Client, anna.id)).timezone = zone
        for _ in range(10):
            engine.now += timedelta(days=1)
            await engine.days_come()
    assert [one.entry_key for one in await engine.enrolments()] == ["date:birthday:2026-05-05"]
    assert await engine.outbox("card") == []


async def names_by_id(engine: Engine) -> dict[int, str]:
    async with engine.database.read() as session:
        return {client.id: client.name for client in (await session.execute(select(Client))).scalars()}


async def imported(engine: Engine, text: str) -> None:
    table = read_table(text.encode(), file_name="l.csv")
    async with engine.database.write() as session:
        boss = await make_staff(session, Role.MANAGER)
        shown = await imports.preview(
            session, actor=boss, table=table, file_name="l.csv", currency="EUR", now=engine.now
        )
        await imports.apply(session, actor=boss, run_id=shown.run_id, table=table, now=engine.now)


@pytest.mark.parametrize(("asked", "expected"), [("no", {"Bert"}), ("ДА", {"Анна"}), ("", {"Анна", "Bert"})])
async def test_clients_of_an_imported_list_are_told_from_newcomers(
    engine: Engine, asked: str, expected: set[str]
) -> None:
    facts = (("imported", asked),) if asked else ()
    await engine.on(definition(STAY, Stop(), facts=facts))
    await imported(engine, "Имя,Город\nАнна,Рига\n")
    await engine.newcomer("Bert")
    await engine.run()
    names = await names_by_id(engine)
    assert {names[one.client_id] for one in await engine.enrolments()} == expected


async def test_dates_of_an_imported_list(engine: Engine) -> None:
    engine.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    await engine.on(definition(STAY, Stop(), when="contract_end", days=-7))
    await engine.on(definition(STAY, Stop(), when="birthday", name="Birthday"))
    text = "Имя,Дата рождения,Конец договора\nАнна,25.11.1985,\nОтто,,02.12.2026\nВера,26.11.1985,3.12.2026\n"
    await imported(engine, text)
    engine.now += timedelta(days=1)
    await engine.days_come()
    names = await names_by_id(engine)
    entered = {(names[one.client_id], one.entry_key) for one in await engine.enrolments()}
    assert entered == {("Анна", "date:birthday:2026-11-25"), ("Отто", "date:contract_end:2026-11-25")}


async def test_days_without_contact(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), when="quiet", days=30))
    just = await engine.client("Just", timezone="UTC", last_contact_at=engine.now - timedelta(days=30))
    await engine.client("Longer", timezone="UTC", last_contact_at=engine.now - timedelta(days=31))
    await engine.client("Less", timezone="UTC", last_contact_at=engine.now - timedelta(days=29))
    never = await engine.client("Never", timezone="UTC", created_at=engine.now - timedelta(days=30))
    await engine.days_come()
    assert [one.client_id for one in await engine.enrolments()] == [just.id, never.id]


@pytest.mark.parametrize("asked", ["Важные", "важныё"])
async def test_a_segment_entered_and_left(engine: Engine, asked: str) -> None:
    async with engine.database.write() as session:
        await segments.save_rule(session, actor=engine.manager, name="Важные", rule="city = Bangkok", now=engine.now)
    vip = (("segment", asked),)
    entered = await engine.on(definition(STAY, Stop(), name="In", when="segment.entered", facts=vip))
    left = await engine.on(definition(STAY, Stop(), name="Out", when="segment.left", facts=vip))
    await engine.client("Inside already", city="Bangkok", city_key="bangkok")
    anna = await engine.client("Anna")
    await engine.segments_compared()
    await move(engine, anna.id, "Bangkok")
    engine.now += timedelta(minutes=1)
    await engine.segments_compared()
    assert [(one.automation_id, one.client_id) for one in await engine.enrolments()] == [(entered.id, anna.id)]
    await move(engine, anna.id, "Riga")
    engine.now += timedelta(minutes=1)
    await engine.segments_compared()
    assert [one.automation_id for one in await engine.enrolments()] == [entered.id, left.id]


async def test_two_automations_that_pass_a_client_to_and_fro_are_stopped(engine: Engine) -> None:
    """The chain goes on through a segment, although the comparison is nobody's step."""
    async with engine.database.write() as session:
        await segments.save_rule(session, actor=engine.manager, name="Hot", rule="tag = hot", now=engine.now)
    hot, again = (("segment", "Hot"),), Reentry(timedelta())
    cool = definition(ChangeTag("hot", add=False), name="Cool", when="segment.entered", facts=hot, reentry=again)
    heat = definition(ChangeTag("hot"), name="Heat", when="segment.left", facts=hot, reentry=again)
    for made in (cool, heat):
        await engine.on(made)
    anna = await engine.client()
    await engine.segments_compared()
    async with engine.database.write() as session:
        await clients.add_tag(session, actor=engine.manager, client_id=anna.id, name="hot", now=engine.now)
    for _ in range(6):
        engine.now += timedelta(minutes=2)
        await engine.segments_compared()
    assert len(await engine.enrolments()) == 2
    assert "loop" in {card.payload["what"] for card in await engine.outbox("card")}


async def test_a_rule_that_cannot_be_asked_stops_nobody_else(engine: Engine) -> None:
    from sqlalchemy import update

    from storage.models import AutomationVersion

    bad = await engine.on(definition(STAY, Stop(), name="Bad", only="city = Bangkok"))
    await engine.on(definition(STAY, Stop(), name="Good"))
    async with engine.database.write() as session:
        deep = "only: " + "not " * 30 + "city = Bangkok"
        version = update(AutomationVersion).where(AutomationVersion.automation_id == bad.id)
        await session.execute(version.values(document=f"name: Bad\nwhen: client.created\n{deep}\nsteps:\n  - stop\n"))
    await engine.newcomer()
    await engine.run()
    assert len(await engine.enrolments()) == 1


async def move(engine: Engine, client_id: int, city: str) -> None:
    from storage.models import Client

    async with engine.database.write() as session:
        client = await session.get_one(Client, client_id)
        client.city, client.city_key = city, city.lower()


async def test_an_edit_while_people_are_inside(engine: Engine) -> None:
    """They keep their version; moved when asked, where their step is the same in both."""
    automation = await engine.on(definition(STAY, ChangeTag("old"), ChangeTag("end")))
    await engine.newcomer("Anna")
    await engine.run()
    await engine.rewrite(automation, definition(STAY, ChangeTag("new"), ChangeTag("end")))
    await engine.newcomer("Bert")
    await engine.run()
    async with engine.database.write() as session:
        kept = await moving.move_inside(session, actor=engine.manager, automation_id=automation.id, now=engine.now)
    assert (kept.moved, dict(kept.refused)) == (0, {"step-differs": 1})
    await engine.rewrite(automation, definition(STAY, ChangeTag("old"), ChangeTag("other")))
    async with engine.database.write() as session:
        moved = await moving.move_inside(session, actor=engine.manager, automation_id=automation.id, now=engine.now)
    assert (moved.moved, dict(moved.refused)) == (1, {"step-differs": 1})
    assert len({one.version_id for one in await engine.enrolments()}) == 2
    assert "moved" in await engine.story()
