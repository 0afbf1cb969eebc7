"""`/why`: what became of every message to a client, and the whole story of one of them, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.callbacks import Callback
from bot.consents import told_line
from bot.context import BotContext
from bot.deliveries import ICONS, delivery, explained
from bot.doors import ShowClient, ShowEnrolment, ShowEnrolments, ShowWhy, ShowWhyOf
from bot.enrolments import entered
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from crm import clients, segments
from crm import why as stories
from crm.access import Action, check
from crm.why import Absence, Absent, CauseKind, Line, Story, Whereabouts
from storage.models import DeliveryState, FormProgress, Mailing, MailingState

router = Router()

FORM = "why"
PAGE, LINES, FOUND, LEFT_OUT = 8, 12, 6, 5
SHOWN_RULE, SHOWN_TITLE, SHOWN_REPLY, SHOWN_PARTS, SHOWN_INSIDE = 600, 60, 200, 5, 3
_WAITS = frozenset({"quiet-hours", "send-window", "trial-open", "frequency-cap", "throttled"})
_TRIES = frozenset(
    {"accepted", "retry", "later", "rate-limited", "permanent", "suppress", "unknown", "halt", "withheld", "cut"}
)


@dataclass(frozen=True)
class ShowLeftOut(Callback, prefix="yl"):
    """The newest mailings that went without the client."""

    client_id: int


@dataclass(frozen=True)
class ShowAbsence(Callback, prefix="ya"):
    mailing_id: int
    client_id: int


@router.command("why")
async def on_why(context: BotContext, argument: str) -> None:
    check(context.staff, Action.SEE_CLIENTS)
    if argument.strip():
        await _find(context, argument)
    else:
        await context.ask(FORM, "who", {}, Card(context.t("why-ask")))


@router.step(FORM, "who")
async def on_who(context: BotContext, _form: FormProgress) -> None:
    await context.finish_form()
    await _find(context, context.text)


@router.press(ShowWhyOf)
async def on_list(context: BotContext, press: ShowWhyOf) -> None:
    context.show(await _list(context, press))


@router.press(ShowWhy)
async def on_story(context: BotContext, press: ShowWhy) -> None:
    async with context.read() as session:
        told = await stories.story(session, actor=context.staff, outbox_id=press.outbox_id, now=context.now)
        card = _story(context.reader(session), told, press.page)
    context.show(card)


@router.press(ShowLeftOut)
async def on_left_out(context: BotContext, press: ShowLeftOut) -> None:
    async with context.read() as session:
        client, _, _ = await stories.messages(session, actor=context.staff, client_id=press.client_id, limit=0)
        found = await stories.left_out(session, actor=context.staff, client=client, limit=LEFT_OUT)
        reader = context.reader(session)
    rows = [[Press(_mailing_label(reader, mailing), ShowAbsence(mailing.id, client.id))] for mailing in found]
    rows.append([Press(reader.t("core-back"), ShowWhyOf(client.id))])
    context.show(Card(reader.t("why-left-out", name=client.name, count=len(found)), rows))


@router.press(ShowAbsence)
async def on_absence(context: BotContext, press: ShowAbsence) -> None:
    async with context.read() as session:
        found = await stories.absence(
            session, actor=context.staff, mailing_id=press.mailing_id, client_id=press.client_id
        )
        reader = context.reader(session)
        if found.outbox_id is not None:
            told = await stories.story(session, actor=context.staff, outbox_id=found.outbox_id, now=context.now)
            card = _story(reader, told, 0)
        else:
            card = _absence(reader, found)
    context.show(card)


async def _find(context: BotContext, words: str) -> None:
    """One client: their messages; several: which one?"""
    async with context.read() as session:
        found = await clients.search(session, actor=context.staff, text=words[:200], limit=FOUND)
    if not found.clients:
        context.say("why-nobody", query=words[:100])
    elif len(found.clients) == 1:
        context.send(await _list(context, ShowWhyOf(found.clients[0].id)))
    else:
        labels = [
            f"{one.name} · {one.company}" if one.company and one.company != one.name else one.name
            for one in found.clients
        ]
        rows = [[Press(label, ShowWhyOf(one.id))] for label, one in zip(labels, found.clients, strict=True)]
        context.send(Card(context.t("why-which"), rows))


async def _list(context: BotContext, press: ShowWhyOf) -> Card:
    async with context.read() as session:
        client, found, total = await stories.messages(
            session, actor=context.staff, client_id=press.client_id, limit=PAGE, offset=press.page * PAGE
        )
        without = await stories.left_out(session, actor=context.staff, client=client, limit=1)
        _, ever, _ = await stories.enrolments(session, actor=context.staff, client_id=client.id, limit=1)
        inside = await stories.inside_of(session, actor=context.staff, client_id=client.id)
        reader = context.reader(session)
    parts: list[object] = [reader.t("why-messages-of", name=client.name, count=total), _inside(reader, inside)]
    for number, one in enumerate(found, start=1):
        row = one.delivery
        title = bold(fold(escape(one.title), SHOWN_TITLE)) if one.title else Html("–")
        at = escape(reader.moment(row.sent_at or row.created_at))
        state = delivery(reader, state=row.state, reason=row.reason or "", code=row.code or "")
        parts += [Html(" "), Html(f"{number}. {ICONS[row.channel]} {title} · {at}"), state]
    opened = [Press(str(number), ShowWhy(one.delivery.id)) for number, one in enumerate(found, start=1)]
    rows = [opened, pager(press.page, -(-total // PAGE), lambda page: ShowWhyOf(client.id, page))]
    if ever:
        rows.append([Press("🤖 " + reader.t("enrolments-button"), ShowEnrolments(client.id))])
    if without:
        rows.append([Press("🫥 " + reader.t("why-without"), ShowLeftOut(client.id))])
    if client.archived_at is None:
        rows.append([Press(client.name, ShowClient(client.id))])
    return Card(lines(*parts), [row for row in rows if row])


def _inside(reader: Reader, names: Sequence[str]) -> Html | None:
    """Which automations they are in, whether those wrote to them yet or not."""
    if not names:
        return None
    shown = ", ".join(fold(escape(name), SHOWN_TITLE) for name in names[:SHOWN_INSIDE])
    return reader.t("why-inside", names=Html(shown + (", …" if len(names) > SHOWN_INSIDE else "")), count=len(names))


def _story(reader: Reader, told: Story, page: int) -> Card:
    """What it is and how it stands; why it was to go and what allowed it; what happened, the newest page first."""
    row = told.delivery
    title = bold(fold(escape(told.title), SHOWN_TITLE)) if told.title else Html("")
    happened = told.lines
    pages = max(1, -(-len(happened) // LINES))
    page = min(page, pages - 1)
    end = len(happened) - page * LINES
    body = lines(
        Html(f"❓ {ICONS[row.channel]} {title}"),
        reader.t("why-to", name=told.client.name if told.client else "–", address=row.address),
        delivery(reader, state=row.state, reason=row.reason or "", code=row.code or ""),
        Html(" "),
        reader.t("why-why"),
        *_cause(reader, told),
        *_permission(reader, told),
        _place(reader, told.whereabouts),
        Html(" "),
        reader.t("why-what"),
        *(_line(reader, told, line) for line in happened[max(0, end - LINES) : end]),
        *(_ahead(reader, told) if page == 0 else ()),
    )
    rows = [pager(page, pages, lambda to: ShowWhy(row.id, to))]
    if told.cause.enrolment is not None:
        rows.append([Press("🤖 " + reader.t("enrolments-story"), ShowEnrolment(told.cause.enrolment.id))])
    if told.client is not None:
        rows.append([Press("‹ " + told.client.name, ShowWhyOf(told.client.id))])
    return Card(body, [one for one in rows if one])


def _cause(reader: Reader, told: Story) -> list[Html | None]:
    cause = told.cause
    if cause.automation is not None and cause.entry is not None:
        name = fold(escape(cause.automation.name), 120)
        named = reader.t("why-cause-automation", automation=name, by=cause.by or "–")
        return [named, _topic(reader, told), entered(reader, cause.entry)]
    if cause.kind in (CauseKind.WRITTEN, CauseKind.OTHER) or cause.mailing is None or cause.segment is None:
        return [reader.t(f"why-cause-{cause.kind.value}", by=cause.by)]
    named = reader.t(f"why-cause-{cause.kind.value}", mailing=fold(escape(cause.mailing.name), 120), by=cause.by)
    if cause.kind is CauseKind.TEST:
        return [named]
    segment = fold(escape(cause.segment.name), 120)
    if cause.is_list:
        chosen = reader.t("why-chosen-list", segment=segment)
    elif cause.tree is None:
        chosen = reader.t("why-chosen-unreadable", segment=segment)
    else:
        words = fold(escape(segments.describe(cause.tree, reader.language)), SHOWN_RULE)
        same = words == segment
        chosen = reader.t("why-chosen-rule" if same else "why-chosen-segment", segment=segment, words=words)
    approved = reader.t("why-approved", name=cause.approved_by) if cause.approved_by else None
    return [named, _topic(reader, told), approved, chosen]


def _topic(reader: Reader, told: Story) -> Html | None:
    topic = told.cause.topic
    return reader.t("why-topic", topic=fold(escape(topic), 60)) if topic else None


def _permission(reader: Reader, told: Story) -> list[Html | None]:
    row, allowed = told.delivery, told.permission
    found: list[Html | None] = []
    if row.marketing:
        if allowed.then is not None:
            found.append(told_line(reader, allowed.then))
        else:
            key = "consents-silent-required" if reader.contact.consent_required else "consents-silent"
            found.append(reader.t(key, channel=row.channel.value))
        if allowed.since is not None:
            found.append(reader.t("why-since", words=told_line(reader, allowed.since)))
    if allowed.stopped is not None:
        reason = reader.t(f"deliveries-reason-{allowed.stopped.reason.value.replace('_', '-')}")
        found.append(reader.t("why-stopped", at=reader.moment(allowed.stopped.at), reason=reason))
    return found


def _place(reader: Reader, place: Whereabouts | None) -> Html | None:
    """Whose clock quiet hours go by."""
    if place is None or reader.contact.quiet is None:
        return None
    hours = str(reader.contact.quiet).replace("-", "–")
    if not place.zones:
        return reader.t("why-place-unknown", hours=hours, zone=reader.contact.zone)
    key = "why-place-card" if place.by_card else "why-place-number"
    shown = ", ".join(place.zones[:3]) + ("…" if len(place.zones) > 3 else "")
    return reader.t(key, hours=hours, zone=shown, count=len(place.zones))


def _line(reader: Reader, told: Story, line: Line) -> Html:
    said = _SAID.get(line.what, _befell)(reader, told, line)
    return Html(f"• {escape(reader.moment(line.at))} · {said}")


def _planned(reader: Reader, _told: Story, _line: Line) -> Html:
    return reader.t("why-planned")


def _waited(reader: Reader, _told: Story, line: Line) -> Html:
    until = _moment_in(line.facts, "until")
    cap = reader.contact.cap
    return reader.t(
        f"why-{line.what}",
        until=reader.moment(until) if until else "–",
        of=_allowance(reader, str(line.facts.get("of", ""))),
        limit=cap.limit if cap else 0,
        days=cap.period.days if cap else 0,
    )


def _allowance(reader: Reader, scope: str) -> str:
    """Whose allowance is used up; scopes are named by the channels that charge them."""
    channel, _, which = scope.partition(":")
    if channel == "sms":
        return str(reader.t("why-allowance-sms-day" if which == "day" else "why-allowance-sms"))
    if which == "all":
        return str(reader.t("why-allowance-email"))
    if which.startswith("warm-up:"):
        return str(reader.t("why-allowance-warm-up"))
    return str(reader.t("why-allowance-domain", domain=which)) if "." in which else scope or "–"


def _tried(reader: Reader, told: Story, line: Line) -> Html:
    """A try: what they answered in our words, and in theirs."""
    outcome = str(line.facts["outcome"]).replace("_", "-")
    reply, code = str(line.facts["reply"]), str(line.facts["code"])
    said = reader.t(
        f"why-try-{outcome if outcome in _TRIES else 'unknown'}",
        number=int(line.facts["number"]),
        channel=told.delivery.channel.value,
    )
    words = Html("")
    if outcome not in ("accepted", "withheld", "cut"):
        words = explained(reader, reason=reply, code=code, final=outcome not in ("retry", "later"))
    quoted = reader.t("deliveries-reason-said", text=fold(escape(reply or code), SHOWN_REPLY)) if reply or code else ""
    return Html(" ".join(part for part in (f"{said} – {words}" if words else said, quoted) if part))


def _asked_provider(reader: Reader, _told: Story, line: Line) -> Html:
    accepted = line.facts.get("outcome") == "accepted"
    return reader.t("why-reconciled-there" if accepted else "why-reconciled-not")


def _no_copy(reader: Reader, _told: Story, line: Line) -> Html:
    """The mail went out, and the server would not take its copy."""
    said = str(line.facts.get("diagnostic", ""))
    told = reader.t("why-no-copy", mailbox=fold(escape(line.facts.get("mailbox", "")), 120))
    quoted = reader.t("deliveries-reason-said", text=fold(escape(said), SHOWN_REPLY)) if said else ""
    return Html(" ".join(part for part in (told, quoted) if part))


def _came_back(reader: Reader, _told: Story, line: Line) -> Html:
    """What their server sent us later: in our words, and in its own."""
    said = reader.t(f"why-{line.what}")
    diagnostic, code = str(line.facts.get("diagnostic", "")), str(line.facts.get("status", ""))
    words = explained(reader, reason=diagnostic, code=code, final=line.what != "delayed")
    quoted = reader.t("deliveries-reason-said", text=fold(escape(diagnostic), SHOWN_REPLY)) if diagnostic else ""
    return Html(" ".join(part for part in (f"{said} – {words}" if words else said, quoted) if part))


def _ended(reader: Reader, told: Story, line: Line) -> Html:
    state, reason, code = line.facts["state"], str(line.facts["reason"]), str(line.facts["code"])
    if state is DeliveryState.FAILED and not reason and not code:
        return reader.t("why-given-up")
    return delivery(reader, state=state, reason=reason, code=code)


def _befell(reader: Reader, _told: Story, line: Line) -> Html:
    """Something we have no words of our own for: its name, and what was said."""
    said = line.facts.get("reason") or line.facts.get("reply") or line.facts.get("diagnostic") or ""
    return reader.t(
        "why-befell", what=line.what.replace("-", " ").replace("_", " "), said=fold(escape(said), SHOWN_REPLY)
    )


_SAID: Mapping[str, Callable[[Reader, Story, Line], Html]] = {
    "planned": _planned,
    **dict.fromkeys(_WAITS, _waited),
    "try": _tried,
    "reconciled": _asked_provider,
    "no-copy": _no_copy,
    **dict.fromkeys(("bounced", "delayed", "complained", "unproven"), _came_back),
    "ended": _ended,
}


def _ahead(reader: Reader, told: Story) -> list[Html]:
    """What comes next, where something does."""
    row, mailing = told.delivery, told.cause.mailing
    if row.state is DeliveryState.SENT:
        return [Html(" "), reader.t("why-next-sent", channel=row.channel.value)]
    if row.state is DeliveryState.UNKNOWN:
        return [Html(" "), reader.t("why-next-unknown", channel=row.channel.value)]
    if row.state is not DeliveryState.PLANNED:
        return []
    if mailing is not None and mailing.state is MailingState.PAUSED:
        return [Html(" "), reader.t("why-next-paused")]
    if row.due_at <= reader.now:
        return [Html(" "), reader.t("why-next-turn")]
    key = "why-next-held" if (row.reason or "").split(":")[0] in _WAITS else "why-next-try"
    return [Html(" "), reader.t(key, at=reader.moment(row.due_at))]


def _absence(reader: Reader, found: Absence) -> Card:
    mailing = found.mailing
    body = lines(
        reader.t("why-not-title", name=found.client.name, mailing=fold(escape(mailing.name), 120)),
        Html(" "),
        reader.t(
            f"why-not-{found.reason.value.replace('_', '-')}",
            name=found.client.name,
            maker=found.maker.name,
            segment=fold(escape(found.segment.name), 120),
            channel=mailing.channel.value,
            at=reader.moment(mailing.started_at) if mailing.started_at else "–",
            other=found.other or "–",
        ),
        *(
            Html(f"✗ {fold(escape(segments.describe(part, reader.language)), SHOWN_RULE // 2)}")
            for part in found.untrue[:SHOWN_PARTS]
        ),
        reader.t("why-not-now") if found.reason in _AS_OF_NOW else None,
    )
    return Card(body, [[Press(reader.t("core-back"), ShowLeftOut(found.client.id))]])


_AS_OF_NOW = frozenset({Absent.NOT_MEANT, Absent.NOT_LISTED, Absent.NO_ADDRESS, Absent.OTHERS})


def _mailing_label(reader: Reader, mailing: Mailing) -> str:
    icon = ICONS[mailing.channel]
    return f"{icon} {mailing.name[:40]} · {reader.day(mailing.started_at) if mailing.started_at else ''}"


def _moment_in(facts: Mapping[str, Any], name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(str(facts.get(name, "")))
    except ValueError:
        return None
