"""The last tap: the letter goes, by the verb it was written for, or is thrown away."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import BotContext
from bot.render import Card
from bot.routing import Router
from bot.writing.letter import FORM, DropLetter, Letter, Purpose, SendLetter, own
from crm import interactions, writing
from crm.writing import forwarding
from storage.models import Interaction

router = Router()


@router.press(SendLetter)
async def on_send(context: BotContext, press: SendLetter) -> None:
    async with context.write() as session:
        draft = await own(session, context.staff, press.draft_id)
        if draft.saved_id is not None:
            context.toast("core-press-used")
            return
        sent = await _send(context, session, Letter.of(draft.fields))
        draft.saved_id = sent.id
    await _leave(context, press.draft_id)
    await context.show_card(interactions.CARD, sent.id)
    context.toast("writing-on-its-way")


@router.press(DropLetter)
async def on_drop(context: BotContext, press: DropLetter) -> None:
    async with context.write() as session:
        draft = await own(session, context.staff, press.draft_id)
        if draft.saved_id is None:
            await session.delete(draft)
    await _leave(context, press.draft_id)
    context.show(Card(context.t("core-cancelled")))


async def _send(context: BotContext, session: AsyncSession, letter: Letter) -> Interaction:
    actor, now, domain = context.staff, context.now, context.settings.mail_domain
    content = writing.Letter(letter.channel, letter.text, subject=letter.subject, files=letter.kept)
    if letter.purpose is Purpose.ANSWER:
        return await writing.answer(
            session,
            actor=actor,
            interaction_id=letter.interaction_id,
            text=letter.text,
            files=letter.kept,
            sender_domain=domain,
            sms=context.settings.sms,
            now=now,
        )
    if letter.purpose is Purpose.ANSWER_ALL:
        return await writing.answer_all(
            session,
            actor=actor,
            interaction_id=letter.interaction_id,
            text=letter.text,
            files=letter.kept,
            sender_domain=domain,
            ours=context.settings.ours,
            now=now,
        )
    if letter.purpose is Purpose.FORWARD:
        return await forwarding.by_email(
            session,
            actor=actor,
            interaction_id=letter.interaction_id,
            address=letter.address,
            letter=content,
            sender_domain=domain,
            ours=context.settings.ours,
            now=now,
        )
    return await writing.write(
        session,
        actor=actor,
        client_id=letter.client_id,
        letter=content,
        sender_domain=domain,
        contact_point_id=letter.point_id,
        instead_of=letter.interaction_id or None,
        sms=context.settings.sms,
        now=now,
    )


async def _leave(context: BotContext, draft_id: int) -> None:
    """Whatever the form still asked of this letter is asked no more."""
    form = await context.form()
    if form is not None and form.form == FORM and form.fields.get("draft_id") in (draft_id, None):
        await context.finish_form()
