"""When a mailing goes: at a time, when everybody's own clock shows it, again and again, and within which hours."""

from __future__ import annotations

import re
from datetime import datetime

from bot.context import BotContext
from bot.dates import read_moment
from bot.mailings.doing import draft_to_send, launch
from bot.mailings.presses import (
    FORM,
    AskEvery,
    AskHours,
    AskOwnTime,
    AskWhen,
    AtOnce,
    SetHours,
    ShowMailing,
)
from bot.recurrence import read_days, read_rule
from bot.render import Card, Press
from bot.routing import Router
from crm import mailings
from crm.contact_hours import SendWindow
from crm.mailings import CARD
from crm.recurrence import Unclear
from storage.models import FormProgress

router = Router()

_ALL_DAYS, _WORKDAYS = 127, 31
_HOURS = re.compile(
    r"\b([01]?\d|2[0-4])(?:[:.]([0-5]\d))?\s*(?:-|–|—|to|until|till|до|ถึง)\s*([01]?\d|2[0-4])(?:[:.]([0-5]\d))?(?![\d:.])"
)


@router.press(AskWhen)
async def on_ask_when(context: BotContext, press: AskWhen) -> None:
    async with context.read() as session:
        mailing = await draft_to_send(context, session, press.mailing_id)
    if mailing is None:
        return
    rows = [
        [Press("🌍 " + context.t("mailings-each-own"), AskOwnTime(mailing.id))],
        [
            Press("🔁 " + context.t("mailings-every"), AskEvery(mailing.id)),
            Press("⏱ " + context.t("mailings-hours"), AskHours(mailing.id)),
        ],
        [Press(context.t("core-back"), ShowMailing(mailing.id))],
    ]
    await context.ask(FORM, "when", {"mailing": mailing.id}, Card(context.t("mailings-ask-when"), rows))


@router.step(FORM, "when")
async def on_when(context: BotContext, form: FormProgress) -> None:
    """A moment starts it then; what recurs makes a series of it."""
    mailing_id = int(form.fields["mailing"])
    rule = read_rule(context.text, now=context.now, zone=context.zone)
    if rule is not None:
        await on_rule(context, form)
        return
    moment = read_moment(context.text, now=context.now, zone=context.zone, language=context.language)
    if moment is None:
        context.say("followups-date-unclear", text=context.text[:100])
        return
    async with context.write() as session:
        await mailings.at_a_time(session, actor=context.staff, mailing_id=mailing_id, now=context.now)
    if await launch(context, mailing_id, moment.at):
        await context.finish_form()
        await context.show_card(CARD, mailing_id, new=True)


@router.press(AskOwnTime)
async def on_ask_own_time(context: BotContext, press: AskOwnTime) -> None:
    await _ask(context, press.mailing_id, "own", "mailings-ask-own-time")


@router.step(FORM, "own")
async def on_own_time(context: BotContext, form: FormProgress) -> None:
    """Read by the colleague's own clock; meant by everybody's."""
    moment = read_moment(context.text, now=context.now, zone=context.zone, language=context.language)
    if moment is None:
        context.say("followups-date-unclear", text=context.text[:100])
        return
    wall: datetime = moment.at.astimezone(context.zone).replace(tzinfo=None)
    mailing_id = int(form.fields["mailing"])
    async with context.write() as session:
        await mailings.in_own_time(session, actor=context.staff, mailing_id=mailing_id, wall=wall, now=context.now)
    await context.finish_form()
    await context.show_card(CARD, mailing_id, new=True)


@router.press(AskEvery)
async def on_ask_every(context: BotContext, press: AskEvery) -> None:
    await _ask(context, press.mailing_id, "every", "mailings-ask-every")


@router.step(FORM, "every")
async def on_rule(context: BotContext, form: FormProgress) -> None:
    """What recurs, or again what it may be."""
    rule = read_rule(context.text, now=context.now, zone=context.zone)
    if rule is None:
        raise Unclear(text=context.text[:100])
    mailing_id = int(form.fields["mailing"])
    async with context.write() as session:
        await mailings.recur(session, actor=context.staff, mailing_id=mailing_id, rule=rule, now=context.now)
    await context.finish_form()
    await context.show_card(CARD, mailing_id, new=True)


@router.press(AskHours)
async def on_ask_hours(context: BotContext, press: AskHours) -> None:
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
    rows = [
        [Press(context.t("mailings-hours-workdays"), SetHours(mailing.id, _WORKDAYS, 10 * 60, 18 * 60))],
        [Press(context.t("mailings-hours-daily"), SetHours(mailing.id, _ALL_DAYS, 9 * 60, 20 * 60))],
        [Press(context.t("mailings-hours-none"), SetHours(mailing.id))],
        [Press(context.t("core-back"), ShowMailing(mailing.id))],
    ]
    await context.ask(FORM, "hours", {"mailing": mailing.id}, Card(context.t("mailings-ask-hours"), rows))


@router.press(SetHours)
async def on_set_hours(context: BotContext, press: SetHours) -> None:
    await context.leave_form(FORM)
    window = SendWindow(press.days, press.begin, press.end) if press.days else None
    await _keep(context, press.mailing_id, window)
    await context.show_card(CARD, press.mailing_id)


@router.step(FORM, "hours")
async def on_hours(context: BotContext, form: FormProgress) -> None:
    window = read_window(context.text)
    if window is None:
        context.say("mailings-hours-unclear", text=context.text[:100])
        return
    mailing_id = int(form.fields["mailing"])
    await _keep(context, mailing_id, window)
    await context.finish_form()
    await context.show_card(CARD, mailing_id, new=True)


@router.press(AtOnce)
async def on_at_once(context: BotContext, press: AtOnce) -> None:
    async with context.write() as session:
        await mailings.at_a_time(session, actor=context.staff, mailing_id=press.mailing_id, now=context.now)
    await context.show_card(CARD, press.mailing_id)


def read_window(text: str) -> SendWindow | None:
    """ "10-18", "weekdays 10-18", "пн-пт с 10 до 18", "ทุกวันทำการ 10:00-18:00"; None when it is not only that."""
    line = " ".join(text.lower().split())[:100]
    found = _HOURS.search(line)
    if found is None:
        return None
    hour, minute, until_hour, until_minute = (int(part or 0) for part in found.groups())
    days = read_days(f"{line[: found.start()]} {line[found.end() :]}")
    if days is None:
        return None
    mask = sum(1 << day for day in days) or _ALL_DAYS
    return SendWindow(mask, hour * 60 + minute, min(until_hour * 60 + until_minute, 24 * 60))


async def _keep(context: BotContext, mailing_id: int, window: SendWindow | None) -> None:
    async with context.write() as session:
        await mailings.keep_hours(session, actor=context.staff, mailing_id=mailing_id, window=window, now=context.now)


async def _ask(context: BotContext, mailing_id: int, step: str, key: str) -> None:
    async with context.read() as session:
        mailing = await draft_to_send(context, session, mailing_id)
    if mailing is not None:
        card = Card(context.t(key), [[Press(context.t("core-back"), ShowMailing(mailing.id))]])
        await context.ask(FORM, step, {"mailing": mailing.id}, card)
