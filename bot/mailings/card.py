"""The one card of a mailing: a preview while it is drafted, what it waits for, its moving figures, its result."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.mailings import running
from bot.mailings.heading import head, plan_lines
from bot.mailings.preparing import before
from bot.mailings.presses import (
    AskCancel,
    CopyMailing,
    ListMailings,
    Pause,
    Resume,
)
from bot.mailings.series import series_card
from bot.mailings.trial import trial_lines
from bot.render import Card, Html, Press, Reader, escape, fold, lines
from bot.routing import Router
from crm import mailings
from crm.deliveries import SMS_REFUSED
from crm.errors import NotAllowed
from crm.mailings import CARD
from storage.models import RESTORED, Mailing, MailingState

router = Router()

NAMES = 3
RENDER_TEXT = 600


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
    told, rows = await running.figures(reader, mailing)
    body = lines(await head(reader, mailing), _state(reader, mailing), *told, *await trial_lines(reader, mailing))
    return body, [*_control_rows(reader, mailing), *rows]


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
    halted = running.halted_line(reader, mailing)
    if halted is not None:
        return lines(said, halted)
    failing = mailings.read_failing(mailing.pause_reason)
    if failing is not None:
        return lines(said, running.failing_line(reader, failing))
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


def _control_rows(reader: Reader, mailing: Mailing) -> list[list[Press]]:
    cancel = Press("✖️ " + reader.t("mailings-cancel"), AskCancel(mailing.id))
    if mailing.state is MailingState.PAUSED:
        return [[Press("▶️ " + reader.t("mailings-resume"), Resume(mailing.id)), cancel]]
    if mailing.state in (MailingState.SCHEDULED, MailingState.EXPANDING, MailingState.RUNNING):
        return [[Press("⏸ " + reader.t("mailings-pause"), Pause(mailing.id)), cancel]]
    return []
