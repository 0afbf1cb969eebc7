"""Nobody is started anew: not by a copy, not by duplicates, not by an import that runs beside the mailing."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm import mailings, segments, templates, why
from crm.consent import topics
from crm.imports import clients as imports
from crm.imports.reading import read_table
from crm.mailings import expanding, recurring
from crm.recurrence import Every, Rule
from crm.why import Absent
from storage.database import Database
from storage.models import (
    Channel,
    Client,
    DeliveryState,
    Language,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Staff,
)
from tests.crm.test_mailings import URL, expand_all, people, prepared
from tests.factories import make_client, make_staff


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


async def reached(session: AsyncSession, mailing: Mailing) -> set[str]:
    return set((await session.execute(select(Outbox.address).where(Outbox.mailing_id == mailing.id))).scalars())


async def run(session: AsyncSession, actor: Staff, mailing: Mailing, now: datetime) -> None:
    await mailings.launch(session, actor=actor, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now, batch=7)


async def test_a_copy_leaves_out_whom_the_first_one_reached(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 6)
    first = await prepared(session, manager, now)
    with pytest.raises(mailings.WrongState):
        await mailings.copy(session, actor=manager, mailing_id=first.id, now=now)
    await run(session, manager, first, now)
    states = {
        "c0@x.example": DeliveryState.DELIVERED,
        "c1@x.example": DeliveryState.UNKNOWN,  # it may have arrived
        "c2@x.example": DeliveryState.FAILED,
        "c3@x.example": DeliveryState.SUPPRESSED,
    }
    for address, state in states.items():
        changed = update(Outbox).where(Outbox.address == address)
        await session.execute(changed.values(state=state, sent_at=now if state is DeliveryState.DELIVERED else None))
    # Somebody else at an address that was reached, and somebody new.
    twin = await make_client(session, "Twin", email="c0@x.example", city="Bangkok", city_key="bangkok")
    await make_client(session, "New", email="new@x.example", city="Bangkok", city_key="bangkok")
    second = await mailings.copy(session, actor=manager, mailing_id=first.id, now=now)
    assert (second.name, second.leaves_out, second.state) == ("News → All (2)", True, MailingState.DRAFT)
    found = await mailings.look(session, actor=manager, mailing=second, now=now)
    # Four had it or are about to (two still wait), and the one at the same address.
    assert (found.members, found.reached, found.had_it) == (3, 3, 5)
    await run(session, manager, second, now)
    assert await reached(session, second) == {"c2@x.example", "c3@x.example", "new@x.example"}
    told = await why.absence(session, actor=manager, mailing_id=second.id, client_id=twin.id)
    assert told.reason is Absent.HAD_IT
    third = await mailings.copy(session, actor=manager, mailing_id=second.id, now=now)
    assert (await mailings.look(session, actor=manager, mailing=third, now=now)).members == 0
    await mailings.leave_out(session, actor=manager, mailing_id=third.id, yes=False, now=now)
    await run(session, manager, third, now)
    assert len(await reached(session, third)) == 7


async def test_a_copy_of_what_is_yet_to_go_leaves_out_whom_it_and_those_before_it_reached(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 4)
    first = await prepared(session, manager, now)
    await mailings.launch(
        session, actor=manager, mailing_id=first.id, now=now, at=now + timedelta(hours=1), public_url=URL
    )
    second = await mailings.copy(session, actor=manager, mailing_id=first.id, now=now)
    await mailings.launch(
        session, actor=manager, mailing_id=second.id, now=now, at=now + timedelta(hours=3), public_url=URL
    )
    third = await mailings.copy(session, actor=manager, mailing_id=second.id, now=now)
    assert (second.leaves_out, third.leaves_out) == (True, True)
    await expand_all(session, now + timedelta(hours=1))
    await make_client(session, "New", email="new@x.example", city="Bangkok", city_key="bangkok")
    assert len(await reached(session, first)) == 4
    await run(session, manager, third, now + timedelta(hours=2))
    assert await reached(session, third) == {"new@x.example"}


async def test_a_copy_that_goes_again_and_again_goes_to_everybody_each_time(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, 4)
    first = await prepared(session, manager, now)
    await run(session, manager, first, now)
    again = await mailings.copy(session, actor=manager, mailing_id=first.id, now=now)
    await mailings.recur(session, actor=manager, mailing_id=again.id, rule=Rule(Every.DAY, (600,)), now=now)
    assert (await mailings.look(session, actor=manager, mailing=again, now=now)).reached == 4
    with pytest.raises(mailings.WrongState):
        await mailings.leave_out(session, actor=manager, mailing_id=again.id, yes=True, now=now)
    again.leaves_out = True  # one that was launched before this was so
    await mailings.launch(session, actor=manager, mailing_id=again.id, now=now, public_url=URL)
    for day in (1, 2):
        at = now + timedelta(days=day, hours=2)
        await recurring.maker()(session, now=at)
        await expand_all(session, at)
    occurrences = select(Mailing.planned).where(Mailing.pattern_id == again.id)
    assert (await session.execute(occurrences)).scalars().all() == [4, 4]
    other = await mailings.copy(session, actor=manager, mailing_id=again.id, now=now)
    assert other.leaves_out is False


async def test_a_copy_is_about_the_same_and_counts_the_same(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    """Who left the topic of the first one is written to by no copy of it either."""
    topic = await topics.create(session, actor=manager, name="News", titles=dict.fromkeys(Language, "News"), now=now)
    await people(session, 2)
    first = await prepared(session, manager, now)
    first.topic_id, first.track_clicks, first.track_opens = topic.id, True, True
    await run(session, manager, first, now)
    second = await mailings.copy(session, actor=manager, mailing_id=first.id, now=now)
    assert (second.topic_id, second.track_clicks, second.track_opens) == (topic.id, True, True)


async def test_only_a_copy_can_leave_anybody_out(session: AsyncSession, manager: Staff, now: datetime) -> None:
    mailing = await prepared(session, manager, now)
    with pytest.raises(mailings.WrongState):
        await mailings.leave_out(session, actor=manager, mailing_id=mailing.id, yes=True, now=now)


async def test_of_a_thousand_with_one_address_one_gets_it(session: AsyncSession, manager: Staff, now: datetime) -> None:
    """Over many batches, and again when the cursor is lost."""
    for number in range(1_000):
        await make_client(session, f"D{number}", email="one@x.example", city="Bangkok", city_key="bangkok")
    await make_client(session, "Other", email="two@x.example", city="Bangkok", city_key="bangkok")
    mailing = await prepared(session, manager, now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert (found.members, found.duplicates, found.reached) == (1_001, 999, 2)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
    await expand_all(session, now, batch=90)
    mailing.state, mailing.cursor = MailingState.EXPANDING, 0
    await expand_all(session, now, batch=333)
    rows = (await session.execute(select(Outbox.address).order_by(Outbox.id))).scalars().all()
    assert rows == ["one@x.example", "two@x.example"]
    assert mailing.planned == 2


async def test_an_import_beside_an_expanding_mailing_doubles_nobody(database: Database, now: datetime) -> None:
    """The import adds the same people again, changes some and brings new ones, while batches are made by two expanders."""
    async with database.write() as session:
        manager = await make_staff(session, Role.MANAGER)
        await people(session, 60)
        template = await templates.create(session, actor=manager, name="N", channel=Channel.EMAIL, now=now)
        await templates.write_version(
            session, actor=manager, template_id=template.id, language=Language.EN, subject="S", text="T", now=now
        )
        segment = await segments.save_rule(session, actor=manager, name="All", rule="has email", now=now)
        mailing = await mailings.draft(session, actor=manager, segment_id=segment.id, template_id=template.id, now=now)
        await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url=URL)
        await expanding.start_due(session, now=now)
        lines = ["Name,E-mail,City"]
        lines += [f"Client {number},c{number}@x.example,Bangkok" for number in range(60)]
        lines += [f"Twin {number},C{number}@X.example,Riga" for number in range(0, 60, 2)]
        lines += [f"New {number},new{number}@x.example,Riga" for number in range(40)]
        table = read_table("\n".join(lines).encode(), file_name="list.csv")
        run_id = (
            await imports.preview(session, actor=manager, table=table, file_name="list.csv", currency="EUR", now=now)
        ).run_id
    expand = expanding.expander("crm.example", batch=9)

    async def batches() -> None:
        moved = 1
        while moved:
            async with database.write() as session:
                moved = await expand(session, now=now)
            await asyncio.sleep(0)

    async def importing() -> None:
        async with database.write() as session:
            actor = await session.get_one(Staff, manager.id)
            done = await imports.apply(session, actor=actor, run_id=run_id, table=table, now=now, skip_errors=True)
            assert done.created >= 40

    await asyncio.gather(batches(), importing(), batches())
    async with database.write() as session:
        again = await session.get_one(Mailing, mailing.id)
        again.state, again.cursor = MailingState.EXPANDING, 0
    await asyncio.gather(batches(), batches())
    async with database.read() as session:
        addresses = (await session.execute(select(func.lower(Outbox.address)))).scalars().all()
        known = set((await session.execute(select(Client.id))).scalars())
        assert len(addresses) == len(set(addresses)) == 100
        assert len(known) >= 100
        assert (await session.get_one(Mailing, mailing.id)).planned == 100


async def test_what_was_cancelled_meanwhile_is_not_launched(database: Database, now: datetime) -> None:
    """A card was read, and while the launch waited for the row somebody cancelled it."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer: nothing happens meanwhile")
    async with database.write() as session:
        boss = await make_staff(session, Role.MANAGER)
        await people(session, 1)
        mailing_id = (await prepared(session, boss, now)).id
    seen, cancelled = asyncio.Event(), asyncio.Event()

    async def launches() -> None:
        async with database.write() as session:
            draft = await mailings.get(session, actor=boss, mailing_id=mailing_id)
            seen.set()
            await cancelled.wait()
            with pytest.raises(mailings.NotADraft):
                await mailings.launch(session, actor=boss, mailing_id=mailing_id, now=now, public_url=URL)
            assert draft.state is MailingState.CANCELLED

    async def cancels() -> None:
        await seen.wait()
        async with database.write() as session:
            await mailings.cancel(session, actor=boss, mailing_id=mailing_id, now=now)
        cancelled.set()

    await asyncio.wait_for(asyncio.gather(launches(), cancels()), 20)
