"""The one card of a mailing: a preview while it is drafted, what it waits for, its moving figures, its result."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.mailings.heading import head, plan_lines
from bot.mailings.preparing import before
from bot.mailings.presses import (
    AskCancel,
    CopyMailing,
    ListMailings,
    Pause,
    Resume,
    ShowMissed,
)
from bot.mailings.series import series_card
from bot.mailings.trial import trial_lines
from bot.render import Card, Html, Press, Reader, escape, fold, lines
from bot.routing import Router
from crm import mailings
from crm.deliveries import SMS_REFUSED
from crm.errors import NotAllowed
from crm.mailings import CARD, Held, Progress
from storage.models import RESTORED, DeliveryState, Mailing, MailingState

router = Router()

BAR = 10
NAMES = 3
RENDER_TEXT = 600
LOST = (DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED)


@router.card(CARD)
async def mailing_card(reader: Reader, mailing_id: int, _facts: dict[str, Any]) -> Card | None:
    """By state; for whoever made it, and for managers."""
    try:
        mailing = await mailings.get(reader.session, actor=reader.staff, mailing_id=mailing_id)
    except NotAllowed:
        return None
    standing = await mailings.standing(reader.session, actor=reader.staff, mailing_id=mailing.id, now=reader.now)
    if mailing.state in (MailingState.DRAFT, MailingState.AWAITING_APPROVAL):
        body, rows = await before(reader, mailing)
    elif standing is not None:
        body, rows = await series_card(reader, mailing, standing)
    elif mailing.state is MailingState.SCHEDULED or mailing.started_at is None:
        body, rows = await _planned(reader, mailing)
    else:
        body, rows = await _figures(reader, mailing)
    if mailing.state is not MailingState.DRAFT:
        rows.append([Press("📄 " + reader.t("mailings-copy"), CopyMailing(mailing.id))])
    rows.append([Press(reader.t("mailings-back"), ListMailings())])
    return Card(body, rows, CARD, mailing.id)


async def _planned(reader: Reader, mailing: Mailing) -> tuple[Html, list[list[Press]]]:
    """Launched for a time to come; or held or dropped before it began."""
    starts = mailing.starts_at
    body = lines(
        await head(reader, mailing),
        _state(reader, mailing),
        reader.t("mailings-starts", at=reader.moment(starts))
        if starts and mailing.own_time is None and mailing.state is not MailingState.CANCELLED
        else None,
        *await plan_lines(reader, mailing, None),
        *await trial_lines(reader, mailing),
    )
    return body, _control_rows(reader, mailing)


async def _figures(reader: Reader, mailing: Mailing) -> tuple[Html, list[list[Press]]]:
    """The bar and the sums; they always add up to the plan."""
    figures = await mailings.progress(reader.session, mailing=mailing, now=reader.now)
    body = lines(
        await head(reader, mailing),
        _state(reader, mailing),
        _bar(reader, figures),
        reader.t("mailings-sent", sent=reader.number(figures.sent), planned=reader.number(figures.planned)),
        _counted(reader, "delivered", figures.counts[DeliveryState.DELIVERED]),
        *(_counted(reader, state.value, figures.counts[state]) for state in LOST),
        _counted(reader, "waiting", figures.waiting),
        *(_held(reader, one) for one in figures.held),
        _counted(reader, "answered", figures.answered),
        *await trial_lines(reader, mailing),
        reader.t("mailings-started", at=reader.moment(mailing.started_at)) if mailing.started_at else None,
        reader.t("mailings-ended", at=reader.moment(mailing.finished_at)) if mailing.finished_at else None,
    )
    rows = _control_rows(reader, mailing)
    lost = sum(figures.counts[state] for state in LOST)
    if lost:
        rows.append([Press(reader.t("mailings-missed", n=reader.number(lost)), ShowMissed(mailing.id))])
    return body, rows


def _state(reader: Reader, mailing: Mailing) -> Html:
    said = reader.t(f"mailings-state-{mailing.state.value}")
    if mailing.state is not MailingState.PAUSED or not mailing.pause_reason:
        return said
    if mailing.pause_reason == RESTORED:
        return lines(said, reader.t("mailings-paused-restored"))
    word, _, code = mailing.pause_reason.partition(": ")
    if word == SMS_REFUSED:
        return lines(said, reader.t("mailings-paused-sms-refused", code=code))
    cause = mailings.read_cause(mailing.pause_reason)
    if cause is not None:
        return lines(said, _harm(reader, cause))
    return lines(said, fold(escape(mailing.pause_reason), 200))


def _harm(reader: Reader, cause: mailings.Cause) -> Html:
    """Why it stopped itself, and the line it crossed."""
    return reader.t(
        f"mailings-paused-{cause.harm.value}",
        count=reader.number(cause.count),
        of=reader.number(cause.of),
        share=reader.number(_percent(cause.share)),
        line=reader.number(_percent(mailings.LINES[cause.harm])),
    )


def _percent(share: Fraction) -> Decimal:
    return round(Decimal(share.numerator * 100) / share.denominator, 2).normalize()


def _bar(reader: Reader, figures: Progress) -> Html:
    """▓▓▓░░░░░░░ 30%: what no longer waits."""
    done = figures.planned - figures.waiting
    filled = done * BAR // figures.planned if figures.planned else 0
    percent = done * 100 // figures.planned if figures.planned else 0
    return Html(f"{'▓' * filled}{'░' * (BAR - filled)} {escape(reader.number(percent))}%")


def _held(reader: Reader, held: Held) -> Html:
    """Who waits for what, and when the first of them goes."""
    key = f"mailings-held-{held.reason}" if held.is_all else f"mailings-held-{held.reason}-many"
    return Html("  · " + reader.t(key, n=held.count, at=reader.moment(held.until)))


def _counted(reader: Reader, what: str, count: int) -> Html | None:
    return reader.t(f"mailings-count-{what}", n=reader.number(count)) if count else None


def _control_rows(reader: Reader, mailing: Mailing) -> list[list[Press]]:
    cancel = Press("✖️ " + reader.t("mailings-cancel"), AskCancel(mailing.id))
    if mailing.state is MailingState.PAUSED:
        return [[Press("▶️ " + reader.t("mailings-resume"), Resume(mailing.id)), cancel]]
    if mailing.state in (MailingState.SCHEDULED, MailingState.EXPANDING, MailingState.RUNNING):
        return [[Press("⏸ " + reader.t("mailings-pause"), Pause(mailing.id)), cancel]]
    return []
