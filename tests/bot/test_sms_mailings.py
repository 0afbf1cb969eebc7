"""A mailing by SMS says before it starts what it costs, how long it takes, and that it cannot be finished."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from channels.sms.terms import SmsTerms
from crm.contact_hours import QuietHours
from crm.contact_rules import ContactRules
from storage.models import Channel, Language, Mailing, MailingState, Role, Staff
from tests.bot.conftest import BotTalk, Shown
from tests.bot.test_mailings import _drafted, _prepare
from tests.factories import make_staff

LONG = "ж" * 200 + " {name}"  # four segments with the line that says how to stop


@pytest.fixture
async def boss(talk: BotTalk) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, Role.MANAGER, name="Mia", telegram_id=900, timezone="UTC")


def on_terms(talk: BotTalk, terms: SmsTerms, **settings: object) -> None:
    dispatcher = talk.application.dispatcher
    dispatcher.settings = replace(dispatcher.settings, sms=terms, email_on=False, **settings)  # type: ignore[arg-type]


async def drafted(talk: BotTalk) -> Shown:
    """The card of a draft to everybody in Riga."""
    return await _drafted(talk, template="📱 News")


async def state(talk: BotTalk) -> MailingState:
    async with talk.database.read() as session:
        return (await session.execute(select(Mailing.state))).scalar_one()


async def test_segments_and_money_in_all_are_shown_before_it_goes(talk: BotTalk, boss: Staff) -> None:
    on_terms(talk, SmsTerms(rate=1, prices={"TH": 900_000}))
    await _prepare(talk, boss, clients=5, channel=Channel.SMS, text=LONG)
    card = await drafted(talk)
    assert "<b>20</b> SMS in all, <b>THB18.00</b>" in card.html
    assert "the last one leaves Tue 24 Nov, 10:00" in card.html
    await talk.taps("🚀 Now", on=card)
    assert await state(talk) is MailingState.SCHEDULED


async def test_without_a_price_the_segments_alone_are_shown(talk: BotTalk, boss: Staff) -> None:
    on_terms(talk, SmsTerms())
    await _prepare(talk, boss, clients=2, channel=Channel.SMS, text="Hello {name}")
    card = await drafted(talk)
    assert "<b>2</b> SMS in all." in card.html


@pytest.mark.parametrize(
    "terms",
    [SmsTerms(rate=1, day_segments=9), SmsTerms(rate=1, prices={"*": 1_000_000}, day_money=9_000_000)],
    ids=["segments", "money"],
)
@pytest.mark.parametrize("language", list(Language))
async def test_what_cannot_be_finished_is_refused_with_its_numbers(
    talk: BotTalk, boss: Staff, terms: SmsTerms, language: Language
) -> None:
    on_terms(talk, terms)
    await _prepare(talk, boss, clients=5, channel=Channel.SMS, text=LONG)
    card = await drafted(talk)
    assert "⚠️" in card.html
    async with talk.database.write() as session:
        await session.execute(update(Staff).where(Staff.id == talk.staff.id).values(language=language))
    await talk.taps("🚀", on=card)
    said = talk.recorder.texts(talk.staff.telegram_id)[-1] + talk.toast()
    assert "20" in said
    assert "24" in said
    assert await state(talk) is MailingState.DRAFT


async def test_the_night_is_counted_in(talk: BotTalk, boss: Staff) -> None:
    """Nine in the morning in UTC is four in the afternoon in Bangkok: five hours are left before the night there."""
    on_terms(talk, SmsTerms(rate=0.001), contact=ContactRules(quiet=QuietHours.read("21:00-08:00")))
    async with talk.database.write() as session:
        await session.execute(update(Staff).where(Staff.id == talk.staff.id).values(timezone="Asia/Bangkok"))
    await _prepare(talk, boss, clients=5, channel=Channel.SMS, text=LONG)
    card = await drafted(talk)
    assert "leaves Wed 25 Nov, 08:33" in card.html


async def test_numbers_abroad_are_left_out_and_counted(talk: BotTalk, boss: Staff) -> None:
    on_terms(talk, SmsTerms(countries=frozenset({"DE"})))
    await _prepare(talk, boss, clients=3, channel=Channel.SMS, text="Hello {name}")
    card = await drafted(talk)
    assert "no SMS to their country or kind of number: 3" in card.html
    assert not any(one["text"].startswith("🚀") for one in card.buttons)


async def test_from_a_name_nobody_can_answer_there_must_be_a_link(talk: BotTalk, boss: Staff) -> None:
    on_terms(talk, SmsTerms(sender="TOUCHLINE"), public_url="")
    await _prepare(talk, boss, clients=1, channel=Channel.SMS, text="Hello {name}")
    card = await drafted(talk)
    await talk.taps("🚀 Now", on=card)
    assert await state(talk) is MailingState.DRAFT
    on_terms(talk, SmsTerms(sender="TOUCHLINE"), public_url="https://crm.example")
    card = await drafted(talk)
    await talk.taps("🚀 Now", on=card)
    async with talk.database.read() as session:
        states = (await session.execute(select(Mailing.state).order_by(Mailing.id))).scalars().all()
    assert states[-1] is MailingState.SCHEDULED
