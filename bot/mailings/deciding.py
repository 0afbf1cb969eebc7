"""The second person's answer: yes, or back with a reason."""

from __future__ import annotations

from bot.context import BotContext
from bot.mailings.presses import FORM, Approve, SendBack, ShowMailing
from bot.render import Card, Press
from bot.routing import Router
from crm import mailings
from crm.access import Action, check
from crm.mailings import CARD
from storage.models import FormProgress

router = Router()


@router.press(Approve)
async def on_approve(context: BotContext, press: Approve) -> None:
    await context.leave_form(FORM)
    async with context.write() as session:
        await mailings.approve(
            session,
            actor=context.staff,
            mailing_id=press.mailing_id,
            now=context.now,
            terms=context.settings.series_terms,
        )
    context.toast("mailings-approved")
    await context.show_card(CARD, press.mailing_id)


@router.press(SendBack)
async def on_send_back(context: BotContext, press: SendBack) -> None:
    check(context.staff, Action.APPROVE_MAILINGS)
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
    card = Card(
        context.t("mailings-ask-reason", name=mailing.name), [[Press(context.t("core-back"), ShowMailing(mailing.id))]]
    )
    await context.ask(FORM, "reason", {"mailing": mailing.id}, card)


@router.step(FORM, "reason")
async def on_reason(context: BotContext, form: FormProgress) -> None:
    mailing_id = int(form.fields["mailing"])
    async with context.write() as session:
        await mailings.send_back(
            session, actor=context.staff, mailing_id=mailing_id, now=context.now, reason=context.text
        )
    await context.finish_form()
    context.say("mailings-sent-back")
    await context.show_card(CARD, mailing_id, new=True)
