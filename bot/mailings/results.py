"""The results of a mailing: figures, picture, who answered, and lists made of any part of it."""

from __future__ import annotations

import asyncio

from bot.context import BotContext
from bot.doors import ChooseTemplate, ShowThread
from bot.mailings import picture
from bot.mailings.presses import FORM, ShowMailing
from bot.mailings.result_presses import (
    FetchPicture,
    SaveSlice,
    ShowAnswers,
    ShowResults,
    ShowSlices,
)
from bot.mailings.running import LOST, delivered_lines, people_lines, result_rows, sums_line
from bot.mailings.trial import trial_lines
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from channels.message import MailFile
from crm import mailings
from crm.access import Action, check
from crm.mailings import results, slices
from crm.mailings.results import Results

router = Router()

PAGE = 6
_SHOWN_TEXT = 140
_SHOWN_LINK = 60


@router.press(ShowResults)
async def on_results(context: BotContext, press: ShowResults) -> None:
    await context.leave_form(FORM)
    async with context.read() as session:
        found = await results.results(
            session,
            actor=context.staff,
            mailing_id=press.mailing_id,
            days=context.settings.attribution_days,
            now=context.now,
        )
        reader = context.reader(session)
        tried = await trial_lines(reader, found.mailing)
    context.show(Card(_told(reader, found, tried), _rows(reader, found)))


@router.press(FetchPicture)
async def on_picture(context: BotContext, press: FetchPicture) -> None:
    """Drawn in a thread, with no transaction open."""
    async with context.read() as session:
        found = await results.picture(
            session,
            actor=context.staff,
            mailing_id=press.mailing_id,
            days=context.settings.attribution_days,
            now=context.now,
        )
        reader = context.reader(session)
        chart = picture.chart_of(reader, found)
    if not picture.can_draw():
        context.toast("results-no-picture")
        return
    await context.release()
    content = await asyncio.to_thread(picture.draw, chart)
    mailing = found.results.mailing
    context.send(
        Card(
            lines(bold(escape(mailing.name)), *_short(reader, found.results)),
            [[Press(context.t("core-back"), ShowResults(mailing.id))]],
            file=MailFile(f"mailing-{mailing.id}.png", "image/png", content),
        )
    )


@router.press(ShowAnswers)
async def on_answers(context: BotContext, press: ShowAnswers) -> None:
    async with context.read() as session:
        mailing, found, count = await results.answers(
            session, actor=context.staff, mailing_id=press.mailing_id, limit=PAGE, offset=press.page * PAGE
        )
        reader = context.reader(session)
    told = [context.t("results-answers", name=mailing.name, count=count)]
    for number, one in enumerate(found, start=1):
        words = fold(escape(" ".join(one.text.split())), _SHOWN_TEXT)
        told.append(Html(f"{number}. {bold(fold(escape(one.name or '–'), 60))} · {escape(reader.moment(one.at))}"))
        told.append(Html(f"<blockquote>{words}</blockquote>") if words else Html("–"))
    rows = [
        [Press(f"💬 {number}", ShowThread(one.interaction_id)) for number, one in enumerate(found, start=1)],
        pager(press.page, -(-count // PAGE), lambda page: ShowAnswers(mailing.id, page)),
        [Press(context.t("core-back"), ShowResults(mailing.id))],
    ]
    context.show(Card(lines(*told), [row for row in rows if row]))


@router.press(ShowSlices)
async def on_slices(context: BotContext, press: ShowSlices) -> None:
    check(context.staff, Action.EDIT_SEGMENTS)
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
        counts = await slices.counts(session, actor=context.staff, mailing_id=mailing.id)
        reader = context.reader(session)
    presses = [
        Press(f"{reader.t(f'results-slice-{part.value}')} · {reader.number(count)}", SaveSlice(mailing.id, part))
        for part, count in counts.items()
        if count
    ]
    rows = [presses[at : at + 2] for at in range(0, len(presses), 2)]
    rows.append([Press(context.t("core-back"), ShowResults(mailing.id))])
    context.show(Card(context.t("results-ask-slice", name=mailing.name), rows))


@router.press(SaveSlice)
async def on_save_slice(context: BotContext, press: SaveSlice) -> None:
    async with context.write() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
        name = f"{mailing.name[:80]}: {context.t(f'results-slice-{press.part.value}')}"
        segment, count = await slices.save(
            session, actor=context.staff, mailing_id=mailing.id, part=press.part, name=name, now=context.now
        )
    rows = [
        [Press("📣 " + context.t("results-mail-slice"), ChooseTemplate(segment.id))],
        [Press(context.t("core-back"), ShowSlices(mailing.id))],
    ]
    context.show(Card(context.t("results-slice-saved", name=segment.name, count=count), rows))


def _told(reader: Reader, found: Results, tried: list[Html]) -> Html:
    figures = found.figures
    lost = [
        reader.t(f"mailings-count-{state.value}", n=reader.number(figures.counts[state]))
        for state in LOST
        if figures.counts[state]
    ]
    return lines(
        Html(f"📊 {bold(found.mailing.name)}"),
        reader.t("mailings-sent", sent=reader.number(figures.sent), planned=reader.number(figures.planned)),
        *delivered_lines(reader, found.delivered),
        *lost,
        reader.t("mailings-count-waiting", n=reader.number(figures.waiting)) if figures.waiting else None,
        sums_line(reader, figures),
        Html(" "),
        *_short(reader, found),
        *tried,
        *_links(reader, found),
    )


def _short(reader: Reader, found: Results) -> list[Html | None]:
    """What people did, and what it brought."""
    return [*people_lines(reader, found.mailing, found.figures), *_revenue(reader, found), _honestly(reader, found)]


def _revenue(reader: Reader, found: Results) -> list[Html]:
    """By currency; what was brought back is taken off."""
    return [
        reader.t(
            "results-revenue",
            money=reader.money(one.amount_minor, one.currency),
            purchases=one.purchases,
            clients=one.clients,
            days=found.days,
        )
        for one in found.revenue
    ]


def _honestly(reader: Reader, found: Results) -> Html | None:
    """What openings cannot tell, where they were counted."""
    return reader.t("results-opens-note") if found.mailing.track_opens else None


def _links(reader: Reader, found: Results) -> list[Html]:
    told = [reader.t("results-links")] if found.links else []
    return told + [Html(f"  · {escape(reader.number(n))}: {fold(escape(url), _SHOWN_LINK)}") for url, n in found.links]


def _rows(reader: Reader, found: Results) -> list[list[Press]]:
    rows = result_rows(reader, found.mailing, found.figures)
    return [*rows, [Press(reader.t("core-back"), ShowMailing(found.mailing.id))]]
