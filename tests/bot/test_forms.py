"""Forms live in the database: a restart in the middle of one changes nothing."""

from __future__ import annotations

from sqlalchemy import func, select

from crm.client_index import reindex
from storage.models import FormProgress, Interaction
from tests.bot.conftest import BotTalk
from tests.factories import make_client


async def _anna(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        client = await make_client(session, "Anna Schmidt", owner=talk.staff, email="anna@baltic.example")
        await reindex(session, client, now=talk.clock.now())


async def _form(talk: BotTalk) -> tuple[str, str] | None:
    async with talk.database.read() as session:
        found = (await session.execute(select(FormProgress.form, FormProgress.step))).one_or_none()
        return (found[0], found[1]) if found else None


async def test_a_form_goes_on_after_a_restart_at_every_step(talk: BotTalk) -> None:
    await _anna(talk)
    [card] = await talk.says("Anna")
    await talk.taps("✉", on=card)
    assert await _form(talk) == ("writing", "subject")
    talk = talk.again()
    await talk.says("Our offer")
    assert await _form(talk) == ("writing", "text")
    talk = talk.again()
    [preview] = await talk.says("3.10 each")
    assert "Our offer" in preview.html
    assert "3.10 each" in preview.html
    assert await _form(talk) == ("writing", "shown")
    talk = talk.again()
    [sent] = await talk.taps("📤", on=preview)
    assert "3.10 each" in sent.html
    async with talk.database.read() as session:
        assert (await session.execute(select(func.count(Interaction.id)))).scalar_one() == 1


async def test_a_question_that_is_not_understood_is_asked_again(talk: BotTalk) -> None:
    await _anna(talk)
    [card] = await talk.says("call Anna agreed")
    [menu] = await talk.taps("⏰ Follow-up", on=card)
    await talk.taps("Write a date", on=menu)
    [again] = await talk.says("whenever")
    assert "cannot read “whenever”" in again.html
    talk = talk.again()
    [card] = await talk.says("tomorrow 10")
    assert "10:00" in card.html
    assert await _form(talk) is None


async def test_a_command_leaves_the_form_and_cancel_says_so(talk: BotTalk) -> None:
    await _anna(talk)
    [card] = await talk.says("call Nobodyknown agreed")
    await talk.taps("🔎", on=card)
    assert await _form(talk) == ("interactions", "client")
    [cancelled] = await talk.says("/cancel")
    assert cancelled.html == "Cancelled. Nothing was saved."
    assert (await talk.says("/cancel"))[0].html == "There is nothing to cancel."
    await talk.taps("🔎", on=card)
    await talk.says("/help")
    assert await _form(talk) is None


async def test_a_press_of_another_card_does_not_end_the_form(talk: BotTalk) -> None:
    await _anna(talk)
    [card] = await talk.says("call Nobodyknown agreed")
    await talk.taps("🔎", on=card)
    await talk.taps("Kind", on=card)
    assert await _form(talk) == ("interactions", "client")
    [named] = await talk.says("Anna")
    assert "Anna Schmidt" in named.html
