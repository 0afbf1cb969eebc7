"""Two versions of a mailing on a share of its people: set up on the draft, told on the card, with what may be claimed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from bot.context import BotContext
from bot.mailings.doing import draft_to_send
from bot.mailings.presses import (
    FORM,
    AskSubject,
    AskText,
    AskTrial,
    DropTrial,
    ShowMailing,
    TryLater,
    TryText,
    TurnTrial,
)
from bot.render import Card, Html, Press, Reader, escape, fold, pager
from bot.routing import Router
from crm import templates
from crm.mailings import CARD, trials
from crm.mailings.significance import Arm
from storage.models import Channel, FormProgress, Language, Mailing, MailingTrial, Template, TrialMeasure, TrialVaries

router = Router()

PAGE = 8


async def trial_lines(reader: Reader, mailing: Mailing) -> list[Html]:
    """What is tried; once it is decided, both halves, the test and what follows from it."""
    trial = await trials.trial_of(reader.session, mailing_id=mailing.id)
    if trial is None:
        return []
    told = [
        Html("🆎 ")
        + reader.t(f"mailings-trial-{trial.varies.value}", what=await _what(reader, trial), share=trial.share)
    ]
    result = trials.result_of(trial)
    if result is None:
        told.append(
            reader.t("mailings-trial-decides", at=reader.moment(trial.decides_at), measure=trial.measure.value)
            if trial.decides_at is not None
            else reader.t("mailings-trial-waits", wait=_hours(trial.wait_minutes), measure=trial.measure.value)
        )
        return [Html(line) for line in told]
    told += [_arm(reader, trial, side, arm) for side, arm in (("A", result.a), ("B", result.b))]
    told.append(
        reader.t(
            "mailings-trial-claimed" if result.finding.claimed else "mailings-trial-open",
            winner=result.winner.value.upper(),
            chance=_chance(reader, result.finding.p),
            test="exact" if result.finding.exact else "large",
        )
    )
    return [Html(line) for line in told]


@router.press(AskTrial)
async def on_ask_trial(context: BotContext, press: AskTrial) -> None:
    await context.leave_form(FORM)
    async with context.read() as session:
        mailing = await draft_to_send(context, session, press.mailing_id)
        if mailing is None:
            return
        trial = await trials.trial_of(session, mailing_id=mailing.id)
        body = [context.t("mailings-ask-trial"), *await trial_lines(context.reader(session), mailing)]
    rows = [[Press(context.t("mailings-try-text"), AskText(mailing.id))]]
    if mailing.channel is Channel.EMAIL:
        rows[0].insert(0, Press(context.t("mailings-try-subject"), AskSubject(mailing.id)))
    rows.append(
        [
            Press(context.t("mailings-try-later", hours=later // 60), TryLater(mailing.id, later))
            for later in trials.LATER
        ]
    )
    rows += _settings(context, mailing, trial) if trial is not None else []
    rows.append([Press(context.t("core-back"), ShowMailing(mailing.id))])
    context.show(Card(Html("\n".join(body)), rows))


@router.press(AskSubject)
async def on_ask_subject(context: BotContext, press: AskSubject) -> None:
    async with context.read() as session:
        mailing = await draft_to_send(context, session, press.mailing_id)
        if mailing is None:
            return
        versions = await templates.newest_versions(session, template_id=mailing.template_id)
    speech = ", ".join(context.t(f"templates-in-{one.value}") for one in Language if one in versions)
    card = Card(
        context.t("mailings-ask-subject", speech=Html(speech), count=len(versions)),
        [[Press(context.t("core-back"), AskTrial(mailing.id))]],
    )
    await context.ask(FORM, "subject", {"mailing": mailing.id}, card)


@router.step(FORM, "subject")
async def on_subject(context: BotContext, form: FormProgress) -> None:
    mailing_id = int(form.fields["mailing"])
    async with context.write() as session:
        await trials.try_out(session, actor=context.staff, mailing_id=mailing_id, subject=context.text, now=context.now)
    await context.finish_form()
    await context.show_card(CARD, mailing_id, new=True)


@router.press(AskText)
async def on_ask_text(context: BotContext, press: AskText) -> None:
    async with context.read() as session:
        mailing = await draft_to_send(context, session, press.mailing_id)
        if mailing is None:
            return
        found, count = await templates.page(
            session, actor=context.staff, limit=PAGE, offset=press.page * PAGE, channel=mailing.channel
        )
    rows = [[Press(one.name, TryText(mailing.id, one.id))] for one in found if one.id != mailing.template_id]
    rows.append(pager(press.page, -(-count // PAGE), lambda page: AskText(mailing.id, page)))
    rows.append([Press(context.t("core-back"), AskTrial(mailing.id))])
    context.show(Card(context.t("mailings-ask-other-text", count=count - 1), [row for row in rows if row]))


@router.press(TryText)
async def on_try_text(context: BotContext, press: TryText) -> None:
    async with context.write() as session:
        await trials.try_out(
            session,
            actor=context.staff,
            mailing_id=press.mailing_id,
            template_id=press.template_id,
            now=context.now,
        )
    await context.show_card(CARD, press.mailing_id)


@router.press(TryLater)
async def on_try_later(context: BotContext, press: TryLater) -> None:
    async with context.write() as session:
        await trials.try_out(
            session, actor=context.staff, mailing_id=press.mailing_id, later_minutes=press.minutes, now=context.now
        )
    await context.show_card(CARD, press.mailing_id)


@router.press(TurnTrial)
async def on_turn_trial(context: BotContext, press: TurnTrial) -> None:
    async with context.write() as session:
        await trials.change_trial(
            session,
            actor=context.staff,
            mailing_id=press.mailing_id,
            share=press.share or None,
            wait_minutes=press.wait or None,
            measure=press.measure,
            now=context.now,
        )
    await on_ask_trial(context, AskTrial(press.mailing_id))


@router.press(DropTrial)
async def on_drop_trial(context: BotContext, press: DropTrial) -> None:
    async with context.write() as session:
        await trials.drop_trial(session, actor=context.staff, mailing_id=press.mailing_id, now=context.now)
    await context.show_card(CARD, press.mailing_id)


def _settings(context: BotContext, mailing: Mailing, trial: MailingTrial) -> list[list[Press]]:
    """Each button sets another value: on how many, how long, by what."""
    measure = _following(trials.measures(mailing), trial.measure)
    rows = [
        [
            Press(context.t("mailings-trial-share", share=share), TurnTrial(mailing.id, share=share))
            for share in trials.SHARES
            if share != trial.share
        ],
        [
            Press(context.t("mailings-trial-wait", wait=_hours(wait)), TurnTrial(mailing.id, wait=wait))
            for wait in trials.WAITS
            if wait != trial.wait_minutes
        ],
    ]
    if measure is not trial.measure:
        by = context.t("mailings-trial-measure", measure=measure.value)
        rows.append([Press(by, TurnTrial(mailing.id, measure=measure))])
    rows.append([Press(context.t("mailings-trial-none"), DropTrial(mailing.id))])
    return rows


def _following(things: list[TrialMeasure], current: TrialMeasure) -> TrialMeasure:
    return things[(things.index(current) + 1) % len(things)] if current in things else things[0]


async def _what(reader: Reader, trial: MailingTrial) -> str:
    if trial.varies is TrialVaries.TEXT:
        return (await reader.session.get_one(Template, trial.template_b_id)).name
    if trial.varies is TrialVaries.TIME:
        return str(_hours(trial.later_minutes or 0))
    return fold(escape(" / ".join(str(one) for one in trial.subjects.values())), 200)


def _arm(reader: Reader, trial: MailingTrial, side: str, arm: Arm) -> Html:
    return reader.t(
        "mailings-trial-arm",
        side=side,
        did=reader.number(arm.did),
        reached=reader.number(arm.reached),
        share=_percent(reader, arm.share),
        measure=trial.measure.value,
    )


def _percent(reader: Reader, share: Fraction) -> str:
    return reader.number(round(Decimal(share.numerator * 100) / share.denominator, 1).normalize())


def _chance(reader: Reader, p: float) -> str:
    """In per cent, and never "0"."""
    if p < 0.001:
        return "< " + reader.number(Decimal("0.1"))
    return reader.number(round(Decimal(p * 100), 1).normalize())


def _hours(minutes: int) -> int:
    return minutes // 60
