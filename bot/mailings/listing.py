"""The list of mailings with their figures."""

from __future__ import annotations

from bot.context import BotContext
from bot.doors import ChooseSegment
from bot.mailings.presses import FORM, ListMailings, ShowMailing
from bot.render import Card, Press, Reader, pager
from bot.routing import Router
from crm import mailings
from crm.mailings import CARD
from storage.models import Mailing, MailingState

router = Router()

PAGE = 8
_LINE, _END = 40, 14  # of a name; its end tells occurrences of a series apart by their day
STATE_ICONS = {
    MailingState.DRAFT: "📝",
    MailingState.AWAITING_APPROVAL: "🕓",
    MailingState.SCHEDULED: "🗓",
    MailingState.EXPANDING: "▶️",
    MailingState.RUNNING: "▶️",
    MailingState.PAUSED: "⏸",
    MailingState.CANCELLED: "✖️",
    MailingState.FINISHED: "✅",
    MailingState.RECURRING: "🔁",
}


@router.command("mailings")
async def on_mailings(context: BotContext, _argument: str) -> None:
    await on_list(context, ListMailings())


@router.press(ListMailings)
async def on_list(context: BotContext, press: ListMailings) -> None:
    await context.leave_form(FORM)
    async with context.read() as session:
        found, count = await mailings.page(session, actor=context.staff, limit=PAGE, offset=press.page * PAGE)
        reader = context.reader(session)
        rows = [[Press(await _line(reader, mailing), ShowMailing(mailing.id))] for mailing in found]
    rows.append(pager(press.page, -(-count // PAGE), ListMailings))
    rows.append([Press("＋ " + context.t("mailings-new"), ChooseSegment())])
    context.show(Card(context.t("mailings-list", count=count), [row for row in rows if row]))


@router.press(ShowMailing)
async def on_show(context: BotContext, press: ShowMailing) -> None:
    await context.leave_form(FORM)
    await context.show_card(CARD, press.mailing_id)


def shortened(name: str) -> str:
    """A long name without its middle."""
    return name if len(name) <= _LINE else f"{name[: _LINE - _END - 1]}…{name[-_END:]}"


async def _line(reader: Reader, mailing: Mailing) -> str:
    """Icon, name, and the one figure that matters in its state."""
    line = f"{STATE_ICONS[mailing.state]} {shortened(mailing.name)}"
    if mailing.state is MailingState.SCHEDULED and mailing.starts_at:
        return f"{line} · {reader.moment(mailing.starts_at)}"
    if mailing.state is MailingState.RECURRING:
        standing = await mailings.standing(reader.session, actor=reader.staff, mailing_id=mailing.id, now=reader.now)
        following = standing.series.next_due_at if standing is not None else None
        return f"{line} · {reader.moment(following)}" if following is not None else line
    if mailing.started_at is None:
        return line
    figures = await mailings.progress(reader.session, mailing=mailing)
    return f"{line} · {reader.number(figures.sent)}/{reader.number(figures.planned)}"
