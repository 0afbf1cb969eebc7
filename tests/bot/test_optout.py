"""A customer's wish to get no more messages, on the card of what they wrote."""

from __future__ import annotations

import pytest

from channels import inbox
from channels.outbox import suppression
from crm import inbound
from crm.inbound import Arrival
from crm.tray import CARD
from storage.models import Channel, InboxSource, Language, Staff
from tests.bot.conftest import BotTalk, Shown
from tests.bot.test_doubts import shown
from tests.factories import make_client

NUMBER = "+66812345678"


async def writes(talk: BotTalk, words: str, *, language: Language = Language.EN) -> Shown:
    """An SMS of the rep's client, as its card shows it."""
    now = talk.clock.now()
    async with talk.database.write() as session:
        rep = await session.get_one(Staff, talk.staff.id)
        rep.language = language
        await make_client(session, "Anna <Schmidt>", owner=rep, phone=NUMBER)
        row = await inbox.store(session, source=InboxSource.SMS, external_id="SM1", now=now)
        fields = {"From": NUMBER, "Body": words, "MessageSid": "SM1"}
        received = await inbound.receive_sms(session, fields=fields, arrival=Arrival(row or 0, now), now=now)
        card_id = received.id
    card = await shown(talk, CARD, card_id)
    assert card is not None
    return card


async def is_stopped(talk: BotTalk) -> bool:
    async with talk.database.read() as session:
        return bool(await suppression.is_suppressed(session, channel=Channel.SMS, addresses=[NUMBER]))


@pytest.mark.parametrize("language", list(Language))
async def test_an_obeyed_wish_is_said_on_the_card(talk: BotTalk, language: Language) -> None:
    card = await writes(talk, "Не присылайте мне больше смс", language=language)
    assert "🔕" in card.html
    assert "Anna &lt;Schmidt&gt;" in card.html
    assert not [one for one in card.buttons if "🔕" in one["text"]]
    assert await is_stopped(talk)


@pytest.mark.parametrize("stop", [True, False])
@pytest.mark.parametrize("language", list(Language))
async def test_an_unsure_wish_is_one_question_with_two_buttons(talk: BotTalk, language: Language, stop: bool) -> None:
    card = await writes(talk, "Don't text me at work", language=language)
    assert "Anna &lt;Schmidt&gt;" in card.html
    yes, no = card.buttons[:2]
    assert yes["text"].startswith("🔕")
    await talk.taps((yes if stop else no)["text"], on=card)
    assert await is_stopped(talk) is stop
    await talk.taps(yes["text"], on=card)
    assert await is_stopped(talk) is stop, "the question was answered; its other button is worth nothing"


async def test_an_ordinary_message_asks_nothing(talk: BotTalk) -> None:
    card = await writes(talk, "Please stop by tomorrow at 10")
    assert "🔕" not in card.html
    assert not [one for one in card.buttons if "🔕" in one["text"]]
