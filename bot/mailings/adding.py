"""What a draft can be given besides: an SMS for those no email may reach, files, a first one's people left out; and copies."""

from __future__ import annotations

from bot.context import BotContext
from bot.mailings.doing import draft_to_send
from bot.mailings.presses import (
    FORM,
    AskFiles,
    AskSms,
    CopyMailing,
    DropFiles,
    LeaveOut,
    ShowGaps,
    ShowMailing,
    TakeSms,
)
from bot.render import Card, Html, Press, bold, escape, fold, lines, pager
from bot.routing import Router
from bot.writing.letter import received
from crm import mailings, templates
from crm.mailings import CARD
from storage.models import Channel, FormProgress

router = Router()

PAGE = 8
NAMES_PAGE = 20


@router.press(AskSms)
async def on_ask_sms(context: BotContext, press: AskSms) -> None:
    async with context.read() as session:
        mailing = await draft_to_send(context, session, press.mailing_id)
        if mailing is None:
            return
        found, count = await templates.page(
            session, actor=context.staff, limit=PAGE, offset=press.page * PAGE, channel=Channel.SMS
        )
    rows = [[Press(f"📱 {one.name}", TakeSms(mailing.id, one.id))] for one in found]
    rows.append(pager(press.page, -(-count // PAGE), lambda page: AskSms(mailing.id, page)))
    if mailing.sms_template_id is not None:
        rows.append([Press(context.t("mailings-email-only"), TakeSms(mailing.id))])
    rows.append([Press(context.t("core-back"), ShowMailing(mailing.id))])
    body = context.t("mailings-ask-sms", count=count)
    context.show(Card(body, [row for row in rows if row]))


@router.press(TakeSms)
async def on_take_sms(context: BotContext, press: TakeSms) -> None:
    async with context.write() as session:
        await mailings.with_sms(
            session,
            actor=context.staff,
            mailing_id=press.mailing_id,
            template_id=press.template_id or None,
            now=context.now,
        )
    await context.show_card(CARD, press.mailing_id)


@router.press(AskFiles)
async def on_ask_files(context: BotContext, press: AskFiles) -> None:
    async with context.read() as session:
        mailing = await draft_to_send(context, session, press.mailing_id)
        if mailing is None:
            return
        there = await mailings.attached(session, mailing_id=mailing.id)
    rows = [[Press("✅ " + context.t("writing-done"), ShowMailing(mailing.id))]]
    if there:
        rows.insert(0, [Press(context.t("mailings-drop-files"), DropFiles(mailing.id))])
    body = context.t("mailings-ask-files", limit=mailings.FILES_LIMIT // 1024 // 1024)
    await context.ask(FORM, "files", {"mailing": mailing.id}, Card(body, rows))


@router.step(FORM, "files")
async def on_files(context: BotContext, form: FormProgress) -> bool | None:
    """One file after another; a line of words is not for the mailing."""
    if not context.files:
        return False
    mailing_id = int(form.fields["mailing"])
    async with context.write() as session:
        await mailings.attach(
            session, actor=context.staff, mailing_id=mailing_id, files=received(context.files), now=context.now
        )
        there = await mailings.attached(session, mailing_id=mailing_id)
    names = ", ".join(fold(escape(one.name), 60) for one in there)
    rows = [[Press("✅ " + context.t("writing-done"), ShowMailing(mailing_id))]]
    context.send(Card(context.t("mailings-files", names=Html(names)), rows))
    return None


@router.press(DropFiles)
async def on_drop_files(context: BotContext, press: DropFiles) -> None:
    await context.leave_form(FORM)
    async with context.write() as session:
        await mailings.detach(session, actor=context.staff, mailing_id=press.mailing_id, now=context.now)
    await context.show_card(CARD, press.mailing_id)


@router.press(ShowGaps)
async def on_show_gaps(context: BotContext, press: ShowGaps) -> None:
    """Everybody who lacks something, by name and field, before it is launched."""
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
        people, count = await mailings.lacking(
            session,
            actor=context.staff,
            mailing=mailing,
            now=context.now,
            consent_required=context.settings.contact.consent_required,
            limit=NAMES_PAGE,
            offset=press.page * NAMES_PAGE,
        )
    body = lines(
        context.t("mailings-gaps-title", name=mailing.name, count=count),
        *(
            Html(f"{bold(fold(escape(one.client_name), 60))}: {', '.join(f'{{{field}}}' for field in one.missing)}")
            for one in people
        ),
    )
    rows = [
        pager(press.page, -(-count // NAMES_PAGE), lambda page: ShowGaps(mailing.id, page)),
        [Press(context.t("core-back"), ShowMailing(mailing.id))],
    ]
    context.show(Card(body, [row for row in rows if row]))


@router.press(CopyMailing)
async def on_copy(context: BotContext, press: CopyMailing) -> None:
    async with context.write() as session:
        made = await mailings.copy(session, actor=context.staff, mailing_id=press.mailing_id, now=context.now)
    await context.show_card(CARD, made.id, new=True)


@router.press(LeaveOut)
async def on_leave_out(context: BotContext, press: LeaveOut) -> None:
    async with context.write() as session:
        await mailings.leave_out(
            session, actor=context.staff, mailing_id=press.mailing_id, yes=press.yes, now=context.now
        )
    await context.show_card(CARD, press.mailing_id)
