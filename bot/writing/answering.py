"""Answers: by a Telegram reply at once, or by a letter that is looked at first, to one person or to all."""

from __future__ import annotations

from sqlalchemy import select

from bot.context import BotContext
from bot.doors import StartAnswer
from bot.routing import Router
from bot.writing.composing import is_on
from bot.writing.filling import album_of, ask_text, take_more
from bot.writing.letter import NOUN, Letter, Purpose, begin, received, show
from crm import interactions, writing
from storage.models import Channel, Draft

router = Router()


@router.press(StartAnswer)
async def on_start(context: BotContext, press: StartAnswer) -> None:
    async with context.read() as session:
        found = await writing.answerable(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now
        )
        channel, name = found.thread.channel, found.client.name if found.client is not None else ""
        head = context.t("writing-ask-answer", name=name)
        if press.everybody:
            _, people = await writing.everybody(
                session,
                actor=context.staff,
                interaction_id=press.interaction_id,
                ours=context.settings.ours,
                now=context.now,
            )
            head = context.t("writing-ask-answer-all", count=len(people.everybody))
    if not is_on(context, channel):
        return
    purpose = Purpose.ANSWER_ALL if press.everybody else Purpose.ANSWER
    letter = Letter(channel, purpose, interaction_id=press.interaction_id)
    await ask_text(context, await begin(context, letter), letter, head, new=True)


async def answer(context: BotContext, interaction_id: int) -> bool:
    """A Telegram reply to a customer's message: goes back to them in the same thread, at once.

    Pictures sent together come one by one: they are gathered in a letter first, or each would be a mail of its own.
    """
    group = album_of(context)
    if group:
        await _gather(context, interaction_id, group)
        return True
    async with context.write() as session:
        sent = await writing.answer(
            session,
            actor=context.staff,
            interaction_id=interaction_id,
            text=context.text,
            files=received(context.files),
            sender_domain=context.settings.mail_domain,
            sms=context.settings.sms,
            now=context.now,
        )
    await context.show_card(interactions.CARD, sent.id, new=True)
    return True


async def _gather(context: BotContext, interaction_id: int, group: str) -> None:
    async with context.read() as session:
        found = await writing.answerable(session, actor=context.staff, interaction_id=interaction_id, now=context.now)
        query = select(Draft).where(Draft.staff_id == context.staff.id, Draft.noun == NOUN, Draft.saved_id.is_(None))
        newest = (await session.execute(query.order_by(Draft.id.desc()).limit(1))).scalar_one_or_none()
    if newest is not None and await take_more(context, newest.id):
        return
    if found.thread.channel is not Channel.EMAIL:
        raise writing.NoFilesBySms
    letter = Letter(Channel.EMAIL, Purpose.ANSWER, interaction_id=interaction_id, text=context.text, album=group)
    letter.add(received(context.files))
    await show(context, await begin(context, letter), new=True)
