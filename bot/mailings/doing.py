"""What is done to a mailing from its card: test, launch, pause, cancel. The card turns into what is true then."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import BotContext
from bot.mailings.presses import (
    FORM,
    AskCancel,
    AskTest,
    CancelMailing,
    LaunchNow,
    Pause,
    Resume,
    ShowMailing,
)
from bot.render import Card, Html, Press, listed
from bot.routing import Router
from crm import mailings
from crm.calls import NoOwnPhone
from crm.mailings import CARD
from storage.models import Channel, FormProgress, Mailing, MailingState

router = Router()


@router.press(AskTest)
async def on_ask_test(context: BotContext, press: AskTest) -> None:
    async with context.read() as session:
        mailing = await draft_to_send(context, session, press.mailing_id)
        if mailing is None:
            return
        known = await mailings.test_addresses(
            session, mailing, actor=context.staff, mailboxes=context.settings.mailboxes
        )
    if not known:
        raise NoOwnPhone
    ask = context.t("mailings-ask-address", addresses=listed(known))
    await context.ask(FORM, "address", {"mailing": mailing.id}, _question(context, ask, mailing.id))


@router.step(FORM, "address")
async def on_address(context: BotContext, form: FormProgress) -> None:
    mailing_id = int(form.fields["mailing"])
    async with context.write() as session:
        await mailings.test(
            session,
            actor=context.staff,
            mailing_id=mailing_id,
            address=context.text,
            mailboxes=context.settings.mailboxes,
            now=context.now,
        )
    await context.finish_form()
    context.say("mailings-test-sent", address=context.text[:320])
    await context.show_card(CARD, mailing_id, new=True)


@router.press(LaunchNow)
async def on_now(context: BotContext, press: LaunchNow) -> None:
    await context.leave_form(FORM)
    if await launch(context, press.mailing_id, None):
        await context.show_card(CARD, press.mailing_id)


@router.press(Pause)
async def on_pause(context: BotContext, press: Pause) -> None:
    async with context.write() as session:
        await mailings.pause(session, actor=context.staff, mailing_id=press.mailing_id, now=context.now)
    await context.show_card(CARD, press.mailing_id)


@router.press(Resume)
async def on_resume(context: BotContext, press: Resume) -> None:
    async with context.write() as session:
        await mailings.resume(session, actor=context.staff, mailing_id=press.mailing_id, now=context.now)
    await context.show_card(CARD, press.mailing_id)


@router.press(AskCancel)
async def on_ask_cancel(context: BotContext, press: AskCancel) -> None:
    await context.leave_form(FORM)
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
        waiting = (await mailings.progress(session, mailing=mailing)).waiting
    is_series = mailing.state is MailingState.RECURRING or mailing.state_before_pause is MailingState.RECURRING
    key = "mailings-cancel-sure" if mailing.started_at else "mailings-drop-sure"
    key = "mailings-series-stop-sure" if is_series else key
    presses = [
        Press(context.t("core-yes"), CancelMailing(mailing.id)),
        Press(context.t("core-no"), ShowMailing(mailing.id)),
    ]
    context.show(Card(context.t(key, name=mailing.name, waiting=waiting), [presses]))


@router.press(CancelMailing)
async def on_cancel(context: BotContext, press: CancelMailing) -> None:
    async with context.write() as session:
        await mailings.cancel(session, actor=context.staff, mailing_id=press.mailing_id, now=context.now)
    await context.show_card(CARD, press.mailing_id)


async def launch(context: BotContext, mailing_id: int, at: datetime | None) -> bool:
    """Starts a draft on the installation's terms; says so and answers no where its channel is off."""
    async with context.write() as session:
        if await draft_to_send(context, session, mailing_id) is None:
            return False
        await mailings.launch(
            session,
            actor=context.staff,
            mailing_id=mailing_id,
            now=context.now,
            public_url=context.settings.public_url,
            consent_required=context.settings.contact.consent_required,
            at=at,
            sms=context.settings.sms,
            quiet=context.settings.contact.quiet_span,
            approval=context.settings.approval,
        )
    return True


async def draft_to_send(context: BotContext, session: AsyncSession, mailing_id: int) -> Mailing | None:
    """The draft when its channel is set up here; else says what is missing. Raises NotAllowed, NotADraft."""
    mailing = await mailings.get(session, actor=context.staff, mailing_id=mailing_id)
    if mailing.state is not MailingState.DRAFT:
        raise mailings.NotADraft
    is_on = context.settings.email_on if mailing.channel is Channel.EMAIL else context.settings.sms_on
    if is_on:
        return mailing
    tell = context.toast if context.update.callback_query else context.say
    tell(f"writing-off-{mailing.channel.value}")
    return None


def _question(context: BotContext, ask: Html, mailing_id: int) -> Card:
    return Card(ask, [[Press(context.t("core-back"), ShowMailing(mailing_id))]])
