"""The card of a series: its rule, its next times, what it made and what it missed; paused, changed and ended from here."""

from __future__ import annotations

from bot.context import BotContext
from bot.dates import read_moment
from bot.mailings.heading import by_its_clock, head, plan_lines
from bot.mailings.listing import STATE_ICONS
from bot.mailings.presses import (
    FORM,
    AskCancel,
    AskHours,
    AskUntil,
    Endless,
    Pause,
    Resume,
    ShowMailing,
    TurnMissed,
    TurnOwnTime,
)
from bot.mailings.running import halted_line
from bot.render import Card, Html, Press, Reader, lines
from bot.routing import Router
from crm import mailings, segments
from crm.errors import CrmError
from crm.mailings import CARD, MAKER_LEFT, Standing
from crm.wording import zone_of
from crm.worktime import local_moment
from storage.models import RESTORED, FormProgress, Mailing, MailingState, MissedPolicy, Segment

router = Router()

_OTHER = {MissedPolicy.RUN_ONCE: MissedPolicy.SKIP, MissedPolicy.SKIP: MissedPolicy.RUN_ONCE}
_PAUSED = {MAKER_LEFT: "mailings-maker-left", RESTORED: "mailings-paused-restored"}
_LIVE = (MailingState.RECURRING, MailingState.PAUSED)


async def series_card(reader: Reader, mailing: Mailing, standing: Standing) -> tuple[Html, list[list[Press]]]:
    """A series that runs, rests or has ended; a draft of one is shown as any draft is."""
    body = lines(
        await head(reader, mailing),
        reader.t(f"mailings-series-{mailing.state.value}"),
        reader.t(_PAUSED[mailing.pause_reason]) if mailing.pause_reason in _PAUSED else None,
        halted_line(reader, mailing),
        *await plan_lines(reader, mailing, standing),
        reader.t("mailings-series-made", n=standing.made) if standing.made else None,
        reader.t("mailings-series-missed", n=standing.missed, at=by_its_clock(reader, standing, standing.last_missed))
        if standing.last_missed is not None
        else None,
        await _moved(reader, mailing, standing),
    )
    rows = [[Press(f"{STATE_ICONS[one.state]} {one.name}", ShowMailing(one.id))] for one in standing.occurrences]
    if mailing.state in _LIVE:
        rows += series_rows(reader, mailing, standing)
        turn = (
            Press("▶️ " + reader.t("mailings-resume"), Resume(mailing.id))
            if mailing.state is MailingState.PAUSED
            else Press("⏸ " + reader.t("mailings-pause"), Pause(mailing.id))
        )
        rows.append([turn, Press("✖️ " + reader.t("mailings-series-stop"), AskCancel(mailing.id))])
    return body, rows


def series_rows(reader: Reader, mailing: Mailing, standing: Standing) -> list[list[Press]]:
    """What of a series can be changed."""
    series = standing.series
    missed = reader.t("mailings-series-turn-missed", policy=series.missed.value)
    rows = [
        [
            Press(missed, TurnMissed(mailing.id, _OTHER[series.missed])),
            Press("🏁 " + reader.t("mailings-series-ask-until"), AskUntil(mailing.id)),
        ]
    ]
    if mailing.state is MailingState.RECURRING:
        rows.append([Press("⏱ " + reader.t("mailings-hours"), AskHours(mailing.id))])
    if mailing.state is MailingState.DRAFT:
        own = reader.t("mailings-series-turn-own", own="yes" if series.each_own_time else "no")
        rows.append([Press("🌍 " + own, TurnOwnTime(mailing.id, not series.each_own_time))])
    return rows


@router.press(TurnMissed)
async def on_turn_missed(context: BotContext, press: TurnMissed) -> None:
    async with context.write() as session:
        await mailings.change_series(
            session, actor=context.staff, mailing_id=press.mailing_id, missed=press.policy, now=context.now
        )
    await context.show_card(CARD, press.mailing_id)


@router.press(TurnOwnTime)
async def on_turn_own_time(context: BotContext, press: TurnOwnTime) -> None:
    async with context.write() as session:
        await mailings.change_series(
            session, actor=context.staff, mailing_id=press.mailing_id, each_own_time=press.own, now=context.now
        )
    await context.show_card(CARD, press.mailing_id)


@router.press(AskUntil)
async def on_ask_until(context: BotContext, press: AskUntil) -> None:
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
    rows = [
        [Press(context.t("mailings-series-endless"), Endless(mailing.id))],
        [Press(context.t("core-back"), ShowMailing(mailing.id))],
    ]
    await context.ask(FORM, "until", {"mailing": mailing.id}, Card(context.t("mailings-series-until-when"), rows))


@router.step(FORM, "until")
async def on_until(context: BotContext, form: FormProgress) -> None:
    """The last day on which it may go out, in whole, by its own clock."""
    moment = read_moment(context.text, now=context.now, zone=context.zone, language=context.language)
    if moment is None:
        context.say("followups-date-unclear", text=context.text[:100])
        return
    mailing_id = int(form.fields["mailing"])
    async with context.write() as session:
        known = await mailings.standing(session, actor=context.staff, mailing_id=mailing_id, now=context.now)
        zone = zone_of(mailings.zone_name(known.series)) if known is not None else context.zone
        stops_at = local_moment(moment.at.astimezone(context.zone).date(), 24 * 60, zone)
        await mailings.change_series(
            session, actor=context.staff, mailing_id=mailing_id, stops_at=stops_at, now=context.now
        )
    await context.finish_form()
    await context.show_card(CARD, mailing_id, new=True)


@router.press(Endless)
async def on_endless(context: BotContext, press: Endless) -> None:
    await context.leave_form(FORM)
    async with context.write() as session:
        await mailings.change_series(
            session, actor=context.staff, mailing_id=press.mailing_id, endless=True, now=context.now
        )
    await context.show_card(CARD, press.mailing_id)


async def _moved(reader: Reader, mailing: Mailing, standing: Standing) -> Html | None:
    """Who entered and left the segment since the newest occurrence."""
    last = next((one for one in standing.occurrences if one.started_at is not None), None)
    if last is None or mailing.state not in _LIVE:
        return None
    segment = await reader.session.get_one(Segment, mailing.segment_id)
    try:
        entered, left = await segments.moved_since(
            reader.session, actor=reader.staff, segment=segment, previous_mailing_id=last.id, now=reader.now
        )
    except CrmError:  # the rule cannot be read any more, or takes too long
        return None
    return reader.t("mailings-series-moved", entered=entered.count, left=left.count)
