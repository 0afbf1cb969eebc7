"""What a mailing by SMS is said to cost before it goes, against what it is billed as."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms import segments
from channels.sms.terms import SmsTerms
from crm import mailings, templates
from crm.mailings import looking
from crm.mailings.composing import with_stop
from crm.mailings.trials import change_trial, try_out
from storage.models import Channel, Client, ContactKind, ContactPoint, Language, Mailing, MailingState, Role, Staff
from storage.queries.trials import side_of
from tests.factories import make_staff
from tests.factories.mailings import make_mailing

PRICED = SmsTerms(sender="+4930123456", prices={"*": 1000})
LONG = "ก" * 180  # with how to stop: four segments


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


async def people(
    session: AsyncSession, now: datetime, count: int, *, language: Language = Language.EN, company: str = ""
) -> list[Client]:
    """Customers in the town all mailings here go to, each with a phone."""
    made = [
        Client(
            name="C",
            company=company,
            city="Bangkok",
            city_key="bangkok",
            language=language,
            created_at=now,
            updated_at=now,
        )
        for _ in range(count)
    ]
    session.add_all(made)
    await session.flush()
    points = [
        ContactPoint(
            client_id=one.id, kind=ContactKind.PHONE, value=f"+4915112{one.id:06d}", is_primary=True, created_at=now
        )
        for one in made
    ]
    session.add_all(points)
    await session.flush()
    return made


async def drafted(session: AsyncSession, manager: Staff, now: datetime, *, text: str = "Short") -> Mailing:
    return await make_mailing(session, manager, now=now, state=MailingState.DRAFT, text=text, channel=Channel.SMS)


async def estimate(
    session: AsyncSession, manager: Staff, mailing: Mailing, now: datetime, terms: SmsTerms = PRICED
) -> tuple[int, int | None, bool]:
    """Segments, money, and whether it is said to be about so many."""
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now, sms=terms)
    assert found.load is not None
    return found.load.segments, found.load.money, found.estimated


@pytest.mark.parametrize(("english", "thai"), [(60, 20), (75, 5)])
async def test_each_language_is_counted_by_its_own_text(
    session: AsyncSession,
    manager: Staff,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    english: int,
    thai: int,
) -> None:
    monkeypatch.setattr(looking, "SAMPLE", 20)
    await people(session, now, english)
    await people(session, now, thai, language=Language.TH)
    mailing = await drafted(session, manager, now)
    await templates.write_version(
        session, actor=manager, template_id=mailing.template_id, language=Language.TH, text=LONG, now=now
    )
    assert await estimate(session, manager, mailing, now) == (english + 4 * thai, (english + 4 * thai) * 1000, True)


async def test_a_sample_is_spread_over_the_whole_segment(
    session: AsyncSession, manager: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "SAMPLE", 60)
    await people(session, now, 200, company="Co")
    await people(session, now, 200, company="x" * 190)
    mailing = await drafted(session, manager, now, text="Hello {company}, and good morning to all of you")
    shown, _, estimated = await estimate(session, manager, mailing, now)
    assert estimated
    assert 540 <= shown <= 660  # billed as 600


async def test_both_texts_of_a_trial_cost(session: AsyncSession, manager: Staff, now: datetime) -> None:
    reached = await people(session, now, 10)
    mailing = await drafted(session, manager, now)
    other = await templates.create(session, actor=manager, name="B", channel=Channel.SMS, now=now)
    await templates.write_version(
        session, actor=manager, template_id=other.id, language=Language.EN, text="x" * 600, now=now
    )
    await try_out(session, actor=manager, mailing_id=mailing.id, now=now, template_id=other.id)
    await change_trial(session, actor=manager, mailing_id=mailing.id, now=now, share=100)
    longer = segments.count(with_stop("x" * 600, Language.EN)).segments
    of_b = sum(1 for one in reached if side_of(one.id, mailing_id=mailing.id, share=100) == "b")
    assert 0 < of_b < 10
    exact = 10 - of_b + of_b * longer
    assert await estimate(session, manager, mailing, now) == (exact, exact * 1000, False)
    await change_trial(session, actor=manager, mailing_id=mailing.id, now=now, share=10)
    half = sum(1 for one in reached if side_of(one.id, mailing_id=mailing.id, share=10) == "a")
    dearest = half + (10 - half) * longer
    assert await estimate(session, manager, mailing, now) == (dearest, dearest * 1000, True)


async def test_the_link_that_lets_people_out_is_as_long_as_it_will_be(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await people(session, now, 1)
    mailing = await drafted(session, manager, now, text="y" * 35)
    for url, billed in (("https://a.co", 1), ("https://touchline.sales.longcompanyname.co.th", 2)):
        terms = SmsTerms(sender="TOUCHLINE", prices={"*": 1000}, public_url=url)
        assert await estimate(session, manager, mailing, now, terms) == (billed, billed * 1000, False)
