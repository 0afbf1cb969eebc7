"""A mailing before it runs: everything a launch would do on one card, for whoever makes it and for the second person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.doors import ChooseSegment
from bot.mailings.heading import head, plan_lines
from bot.mailings.options import options_lines, options_row
from bot.mailings.presses import (
    Approve,
    AskCancel,
    AskFiles,
    AskSms,
    AskTest,
    AskTrial,
    AskWhen,
    AtOnce,
    LaunchNow,
    LeaveOut,
    SendBack,
    ShowGaps,
)
from bot.mailings.series import series_rows
from bot.mailings.trial import trial_lines
from bot.render import Html, Press, Reader, escape, fold, lines
from bot.templates import message_quote
from crm import mailings, segments
from crm.access import Action, allows
from crm.mailings import Check, Needed, Render, Standing
from storage.models import Channel, Mailing, MailingState

NAMES = 3
RENDER_TEXT = 600


async def before(reader: Reader, mailing: Mailing) -> tuple[Html, list[list[Press]]]:
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
    except segments.UNREADABLE:
        again = [Press(reader.t("mailings-other-segment"), ChooseSegment(mailing.template_id))]
        drop = [Press(reader.t("mailings-drop"), AskCancel(mailing.id))]
        return lines(await head(reader, mailing), reader.t("segments-broken")), [again, drop]
    waits = mailing.state is MailingState.AWAITING_APPROVAL
    standing = await mailings.standing(reader.session, actor=reader.staff, mailing_id=mailing.id, now=reader.now)
    returned = fold(escape(mailing.return_reason), 300)
    body = lines(
        await head(reader, mailing),
        reader.t("mailings-returned", reason=returned) if mailing.return_reason else None,
        *(await _waiting_for(reader, mailing, found) if waits else ()),
        *await plan_lines(reader, mailing, standing),
        *await trial_lines(reader, mailing),
        *_reach(reader, mailing, found),
        *(await _cost(reader, mailing, found)),
        *_gaps(reader, found),
        *(await options_lines(reader, mailing)),
        *_examples(reader, found.renders),
    )
    if waits:
        return body, await _approval_rows(reader, mailing, found)
    return body, _draft_rows(reader, mailing, found, standing)


async def _waiting_for(reader: Reader, mailing: Mailing, found: Check) -> list[Html]:
    """Why somebody else looks first, who was asked, and what happens once they agree."""
    others = await mailings.asked(reader.session, mailing=mailing)
    names = ", ".join(other.name[:60] for other in others[:5])
    cost = reader.approval.cost
    dear = reader.approval.needed(found) is Needed.COST and cost is not None
    limit = reader.price(cost) if dear and cost is not None else reader.number(reader.approval.over)
    key = "mailings-waits" if others else "mailings-waits-nobody"
    starts = mailing.starts_at
    return [
        reader.t(key, why="cost" if dear else "size", over=limit, names=names),
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
        "unfilled": found.unfilled,
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
        reader.t("mailings-had-it", n=found.had_it) if found.had_it else None,
        reader.t("mailings-sampled", n=found.looked_at) if sampled else None,
        reader.t("mailings-texts", n=found.texts) if mailing.sms_template_id is not None and found.texts else None,
        reader.t("mailings-parts", n=found.parts) if found.parts else None,
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


def _gaps(reader: Reader, found: Check) -> list[Html]:
    """Per field that would stay empty: of how many, and whose; and who gets another language than theirs."""
    told = []
    for gap in found.gaps:
        names = ", ".join(name[:40] for name in gap.names[:NAMES])
        more = gap.count - len(gap.names[:NAMES])
        told.append(reader.t("mailings-gap", field=f"{{{gap.field}}}", names=names, more=more))
    for one in found.fallbacks:
        wanted, given = (reader.t(f"templates-in-{language.value}") for language in (one.wanted, one.given))
        told.append(reader.t("mailings-fallback", n=one.count, wanted=wanted, given=given))
    return told


def _examples(reader: Reader, renders: Sequence[Render]) -> list[Html]:
    """Real people's messages: the hardest ones first, folded."""
    return [
        lines(
            Html(" "),
            reader.t(
                "mailings-example", name=render.client_name[:60], address=render.address[:60], hard=render.hard.value
            ),
            message_quote(render.subject, render.text, limit=RENDER_TEXT),
        )
        for render in renders
    ]


def _draft_rows(reader: Reader, mailing: Mailing, found: Check, standing: Standing | None) -> list[list[Press]]:
    """Test, start and when; then what can be added."""
    rows = []
    if found.renders:
        rows.append([Press("🧪 " + reader.t("mailings-test"), AskTest(mailing.id))])
    at = Press("🗓 " + reader.t("mailings-at"), AskWhen(mailing.id))
    if standing is not None or mailing.own_time is not None:
        rows.append([Press("🚀 " + reader.t("mailings-start"), LaunchNow(mailing.id)), at])
        rows += series_rows(reader, mailing, standing) if standing is not None else []
        rows.append([Press(reader.t("mailings-at-once"), AtOnce(mailing.id))])
    elif found.reached > 0:
        rows.append([Press("🚀 " + reader.t("mailings-now"), LaunchNow(mailing.id)), at])
    if mailing.copied_from_id is not None and standing is None:
        turned = reader.t("mailings-leave-out", yes="yes" if mailing.leaves_out else "no")
        rows.append([Press(turned, LeaveOut(mailing.id, not mailing.leaves_out))])
    added = [Press("🆎 " + reader.t("mailings-add-trial"), AskTrial(mailing.id))]
    if mailing.channel is Channel.EMAIL:
        added += [
            Press("📎 " + reader.t("mailings-add-files"), AskFiles(mailing.id)),
            Press("📱 " + reader.t("mailings-add-sms"), AskSms(mailing.id)),
        ]
    rows.append(added)
    rows += options_row(reader, mailing)
    if found.gaps:
        rows.append([Press("⚠️ " + reader.t("mailings-show-gaps"), ShowGaps(mailing.id))])
    rows.append([Press(reader.t("mailings-drop"), AskCancel(mailing.id))])
    return rows


async def _approval_rows(reader: Reader, mailing: Mailing, found: Check) -> list[list[Press]]:
    """What the reader may do to it: who launched it may take it back, and leaves the yes to another."""
    if mailing.created_by_id == reader.staff.id or not allows(reader.staff, Action.APPROVE_MAILINGS):
        return [[Press(reader.t("mailings-drop"), AskCancel(mailing.id))]]
    gaps = [Press("⚠️ " + reader.t("mailings-show-gaps"), ShowGaps(mailing.id))]
    decide = [Press("↩︎ " + reader.t("mailings-return"), SendBack(mailing.id))]
    if await mailings.may_approve(reader.session, actor=reader.staff, mailing=mailing):
        decide.insert(0, Press("✅ " + reader.t("mailings-approve"), Approve(mailing.id)))
    return [*([gaps] if found.gaps else []), decide]
