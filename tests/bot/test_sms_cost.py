"""Before an SMS goes: its segments and price; a number no SMS goes to is refused while it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from channels.sms.terms import SmsTerms
from storage.models import Language, Outbox, Staff
from tests.bot.conftest import BotTalk, Shown
from tests.factories import make_client

PRICED = SmsTerms(prices={"TH": 35_000, "*": 900_000}, countries=frozenset({"TH", "US"}), day_segments=10)


async def written(talk: BotTalk, text: str, *, phone: str, terms: SmsTerms, language: Language = Language.EN) -> Shown:
    """What the rep is shown after typing an SMS to a client."""
    dispatcher = talk.application.dispatcher
    dispatcher.settings = replace(dispatcher.settings, sms=terms)
    async with talk.database.write() as session:
        rep = await session.get_one(Staff, talk.staff.id)
        rep.language = language
        client = await make_client(session, "Anna", owner=rep, phone=phone)
        client_id = client.id
    await talk.presses(f"ws:{client_id}:sms:0", message_id=1)
    return (await talk.says(text))[-1]


async def planned(talk: BotTalk) -> int:
    async with talk.database.read() as session:
        return (await session.execute(select(func.count()).select_from(Outbox))).scalar_one()


async def test_segments_and_price_stand_on_the_letter(talk: BotTalk) -> None:
    card = await written(talk, "ก" * 71, phone="+66812345678", terms=PRICED)
    assert "2 SMS, THB0.07" in card.html
    without = await written(talk, "ก" * 71, phone="+66812345679", terms=SmsTerms())
    assert "2 SMS" in without.html
    assert "THB" not in without.html


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("phone", "text"),
    [("+79161234567", "Hello"), ("+19005551234", "Hello"), ("+66812345678", "ж" * 800)],
    ids=["country", "premium", "more than a day"],
)
async def test_what_may_not_go_is_said_kindly_and_not_planned(
    talk: BotTalk, language: Language, phone: str, text: str
) -> None:
    said = await written(talk, text, phone=phone, terms=PRICED, language=language)
    assert not [one for one in said.buttons if one["text"].startswith("📤")]
    assert len(said.html) > 30
    assert await planned(talk) == 0
