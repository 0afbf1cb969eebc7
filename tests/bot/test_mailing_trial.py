"""Two versions tried from the chat: set up in two taps, followed on the card, and an honest word at the end."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crm import templates
from crm.mailings import tracking, trials
from storage.models import (
    Channel,
    DeliveryState,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Outbox,
    Staff,
    TrialSide,
)
from tests.bot.conftest import BotTalk, Shown
from tests.bot.test_mailings import _drafted, _expand, _mailing, _prepare, boss

__all__ = ["boss"]


async def _trial(talk: BotTalk, boss: Staff, *, clients: int = 40) -> Shown:
    await _prepare(talk, boss, clients=clients)
    (asked,) = await talk.taps("🆎 A/B", on=await _drafted(talk))
    return asked


async def _decided(talk: BotTalk, *, answer: int) -> Shown:
    """Both halves arrive, `answer` of B's people answer, the wait passes."""
    await _expand(talk)
    async with talk.database.write() as session:
        rows = (await session.execute(select(Outbox).where(Outbox.kind == "mailing").order_by(Outbox.id))).scalars()
        answered = 0
        for row in rows.all():
            if row.payload["side"] == TrialSide.REST:
                continue
            row.state, row.sent_at = DeliveryState.DELIVERED, talk.clock.now()
            if row.payload["side"] == TrialSide.B and answered < answer:
                answered += 1
                message = Interaction(
                    client_id=row.client_id,
                    kind=InteractionKind.EMAIL,
                    direction=Direction.IN,
                    source=InteractionSource.CHANNEL,
                    text="Yes",
                    at=talk.clock.now() + timedelta(hours=1),
                    created_at=talk.clock.now(),
                )
                session.add(message)
                await session.flush()
                await tracking.answered(session, outbox_id=row.id, interaction_id=message.id, now=message.at)
    talk.advance(hours=29)
    async with talk.database.write() as session:
        assert await trials.decide(session, now=talk.clock.now()) == 1
    (card,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=9)
    return card


async def test_two_subjects_from_the_draft_to_the_winner(talk: BotTalk, boss: Staff) -> None:
    await talk.taps("Another subject", on=await _trial(talk, boss, clients=120))
    (draft,) = await talk.says("Prices <down>")
    assert "Two subjects on 20 % of the people. B: “Prices &lt;down&gt;”" in draft.html
    assert "After 24 h" in draft.html
    (asked,) = await talk.taps("🆎 A/B", on=draft)
    (asked,) = await talk.taps("On 100 %", on=asked)
    assert "on 100 % of the people" in asked.html
    (draft,) = await talk.taps("‹ Back", on=asked)
    (card,) = await talk.taps("🚀 Now", on=draft)
    card = await _decided(talk, answer=30)
    assert "A: 0 of " in card.html
    assert "B: 30 of " in card.html
    assert "<b>B is better.</b> Chance alone makes such a difference &lt; 0.1 % of the time" in card.html
    (shown,) = await talk.taps("📊 Results", on=card)
    assert "B: 30 of " in shown.html
    assert "<b>B is better.</b>" in shown.html


async def test_where_nothing_can_be_claimed_it_says_so(talk: BotTalk, boss: Staff) -> None:
    await talk.taps("4 h later", on=await _trial(talk, boss))
    (draft,) = await talk.presses(f"mv:{(await _mailing(talk)).id}", message_id=9)
    assert "Two hours on 20 % of the people. B: 4 h later" in draft.html
    await talk.taps("🚀 Now", on=draft)
    card = await _decided(talk, answer=1)
    assert "No difference can be claimed." in card.html
    assert "The rest gets A" in card.html


async def test_another_text_and_back_to_one(talk: BotTalk, boss: Staff) -> None:
    asked = await _trial(talk, boss, clients=3)
    (none,) = await talk.taps("Another text", on=asked)
    assert "no other template" in none.html
    async with talk.database.write() as session:
        other = await templates.create(session, actor=boss, name="Short", channel=Channel.EMAIL, now=talk.clock.now())
        await templates.write_version(
            session,
            actor=boss,
            template_id=other.id,
            language=Language.EN,
            subject="S",
            text="T",
            now=talk.clock.now(),
        )
    (choice,) = await talk.taps("Another text", on=asked)
    (draft,) = await talk.taps("Short", on=choice)
    assert "Two texts on 20 % of the people. B: “Short”" in draft.html
    (asked,) = await talk.taps("🆎 A/B", on=draft)
    (asked,) = await talk.taps("Wait 4 h", on=asked)
    assert "After 4 h" in asked.html
    (draft,) = await talk.taps("One version", on=asked)
    assert "Two texts" not in draft.html
