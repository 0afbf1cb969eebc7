"""The one card of a mailing: a preview while it is drafted, what it waits for, its moving figures, its result."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bot.doors import ChooseSegment
from bot.mailings import running
from bot.mailings.listing import STATE_ICONS
from bot.mailings.options import options_lines, options_row
from bot.mailings.presses import (
    Approve,
    AskCancel,
    AskTest,
    AskWhen,
    LaunchNow,
    ListMailings,
    Pause,
    Resume,
    SendBack,
)
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines
from bot.routing import Router
from bot.templates import ICONS, message_quote
from crm import mailings, segments
from crm.access import Action, allows
from crm.deliveries import SMS_REFUSED
from crm.errors import NotAllowed
from crm.mailings import CARD, Check, Render
from crm.merge_fields import FIELDS
from storage.models import RESTORED, Channel, Mailing, MailingState, Segment, Staff, Template

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
    if mailing.state in (MailingState.DRAFT, MailingState.AWAITING_APPROVAL):
        body, rows = await _before(reader, mailing)
    elif mailing.state is MailingState.SCHEDULED or mailing.started_at is None:
        body, rows = await _planned(reader, mailing)
    else:
        body, rows = await _figures(reader, mailing)
    rows.append([Press(reader.t("mailings-back"), ListMailings())])
    return Card(body, rows, CARD, mailing.id)


async def _before(reader: Reader, mailing: Mailing) -> tuple[Html, list[list[Press]]]:
    """A draft, or one a second person looks at: both see exactly what would go out and to whom."""
    try:
        found = await mailings.look(
            reader.session,
            actor=reader.staff,
            mailing=mailing,
            now=reader.now,
            sms=reader.sms,
            consent_required=reader.contact.consent_required,
        )
    except (segments.SegmentSyntax, segments.SegmentTooComplex):
        again = [Press(reader.t("mailings-other-segment"), ChooseSegment(mailing.template_id))]
        drop = [Press(reader.t("mailings-drop"), AskCancel(mailing.id))]
        return lines(await _head(reader, mailing), reader.t("segments-broken")), [again, drop]
    waits = mailing.state is MailingState.AWAITING_APPROVAL
    body = lines(
        await _head(reader, mailing),
        *(await _waiting_for(reader, mailing) if waits else ()),
        *_reach(reader, mailing, found),
        *(await _cost(reader, mailing, found)),
        *_gaps(reader, found.missing),
        *(await options_lines(reader, mailing)),
        *_examples(reader, found.renders),
    )
    return body, _approval_rows(reader, mailing) if waits else _draft_rows(reader, mailing, found)


async def _head(reader: Reader, mailing: Mailing) -> Html:
    segment = await reader.session.get_one(Segment, mailing.segment_id)
    template = await reader.session.get_one(Template, mailing.template_id)
    maker = await reader.session.get_one(Staff, mailing.created_by_id)
    what = reader.t("mailings-what", icon=ICONS[mailing.channel], template=template.name, segment=segment.name)
    says_it_all = mailing.name == f"{template.name} → {segment.name}"
    return lines(
        Html(f"{STATE_ICONS[mailing.state]} {ICONS[mailing.channel] + ' ' if says_it_all else ''}{bold(mailing.name)}"),
        None if says_it_all else what,
        reader.t("mailings-made-by", name=maker.name) if maker.id != reader.staff.id else None,
    )


async def _waiting_for(reader: Reader, mailing: Mailing) -> list[Html]:
    others = await mailings.approvers(reader.session, mailing=mailing)
    names = ", ".join(other.name[:60] for other in others[:5])
    starts = mailing.starts_at
    return [
        reader.t("mailings-waits", over=mailings.APPROVAL_OVER, names=names)
        if others
        else reader.t("mailings-waits-nobody", over=mailings.APPROVAL_OVER),
        reader.t("mailings-starts", at=reader.moment(starts))
        if starts and starts > reader.now
        else reader.t("mailings-starts-at-once"),
    ]


def _reach(reader: Reader, mailing: Mailing, found: Check) -> list[Html | None]:
    """How many get it, and the others by reason."""
    reasons = {
        "no-address": found.no_address,
        "duplicates": found.duplicates,
        "suppressed": found.suppressed,
        "refused": found.refused,
        "barred": found.barred,
        "no-consent": found.no_consent,
    }
    left_out = [
        Html("  · " + reader.t(f"mailings-left-{reason}", n=number, channel=mailing.channel.value))
        for reason, number in reasons.items()
        if number
    ]
    sampled = found.looked_at < found.members - found.no_address
    return [
        reader.t("mailings-reach", reached=max(found.reached, 0), members=found.members),
        *left_out,
        reader.t("mailings-sampled", n=found.looked_at) if sampled else None,
        reader.t("mailings-parts", n=found.parts) if mailing.channel is Channel.SMS and found.parts else None,
    ]


async def _cost(reader: Reader, mailing: Mailing, found: Check) -> list[Html]:
    """Of an SMS mailing: segments and money in all, and when the last one can leave; or that it cannot be finished."""
    planned = await mailings.sms_plan(
        reader.session, mailing=mailing, found=found, terms=reader.sms, quiet=reader.contact.quiet_span, now=reader.now
    )
    if planned is None or not planned.load.segments:
        return []
    segments, money = planned.load.segments, planned.load.money
    about = "about" if found.estimated else "exact"
    said = [
        reader.t("mailings-cost", n=segments, money=reader.price(money), about=about)
        if money is not None
        else reader.t("mailings-segments", n=segments, about=about)
    ]
    if planned.ends_at is not None:
        return [*said, reader.t("mailings-last-leaves", at=reader.moment(planned.ends_at))]
    return [*said, reader.t("mailings-too-slow", **mailings.refused(planned.load, reader.sms).params)]


def _gaps(reader: Reader, missing: Sequence[Render]) -> list[Html]:
    """Per field that would stay empty: whose."""
    told = []
    for field in FIELDS:
        people = [render.client_name for render in missing if field in render.missing]
        if people:
            names = ", ".join(name[:40] for name in people[:NAMES])
            more = len(people) - len(people[:NAMES])
            told.append(reader.t("mailings-gap", field=f"{{{field}}}", names=names, more=more))
    return told


def _examples(reader: Reader, renders: Sequence[Render]) -> list[Html]:
    """Real people's messages: the hardest ones first, folded."""
    return [
        lines(
            Html(" "),
            reader.t("mailings-example", name=render.client_name[:60], address=render.address[:60]),
            message_quote(render.subject, render.text, limit=RENDER_TEXT),
        )
        for render in renders
    ]


def _draft_rows(reader: Reader, mailing: Mailing, found: Check) -> list[list[Press]]:
    rows = options_row(reader, mailing)
    if found.renders:
        rows.append([Press("🧪 " + reader.t("mailings-test"), AskTest(mailing.id))])
    if found.reached > 0:
        rows.append(
            [
                Press("🚀 " + reader.t("mailings-now"), LaunchNow(mailing.id)),
                Press("🗓 " + reader.t("mailings-at"), AskWhen(mailing.id)),
            ]
        )
    rows.append([Press(reader.t("mailings-drop"), AskCancel(mailing.id))])
    return rows


def _approval_rows(reader: Reader, mailing: Mailing) -> list[list[Press]]:
    if mailing.created_by_id == reader.staff.id or not allows(reader.staff, Action.APPROVE_MAILINGS):
        return [[Press(reader.t("mailings-drop"), AskCancel(mailing.id))]]
    return [
        [
            Press("✅ " + reader.t("mailings-approve"), Approve(mailing.id)),
            Press("↩︎ " + reader.t("mailings-return"), SendBack(mailing.id)),
        ]
    ]


async def _planned(reader: Reader, mailing: Mailing) -> tuple[Html, list[list[Press]]]:
    """Launched for a time to come; or held or dropped before it began."""
    starts = mailing.starts_at
    body = lines(
        await _head(reader, mailing),
        _state(reader, mailing),
        reader.t("mailings-starts", at=reader.moment(starts))
        if starts and mailing.state is not MailingState.CANCELLED
        else None,
    )
    return body, _control_rows(reader, mailing)


async def _figures(reader: Reader, mailing: Mailing) -> tuple[Html, list[list[Press]]]:
    """The bar and the sums; they always add up to the plan."""
    told, rows = await running.figures(reader, mailing)
    return lines(await _head(reader, mailing), _state(reader, mailing), *told), [*_control_rows(reader, mailing), *rows]


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
