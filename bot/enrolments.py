"""Automations as a client's story tells them: entered because, what happened, waiting for, left because; and what befell them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from bot.automations.facts import told as told_facts
from bot.automations.saying import rule_words
from bot.context import BotContext
from bot.deliveries import delivery
from bot.doors import ShowAutomation, ShowClient, ShowEnrolment, ShowEnrolments, ShowWhy, ShowWhyOf
from bot.render import Card, Html, Press, Reader, bold, bot_wording, escape, fold, lines, pager
from bot.routing import Router
from crm import why as stories
from crm.automations import places, telling
from crm.automations.triggers import REGISTRY
from crm.errors import NotAllowed
from crm.why import EnrolmentLine, EnrolmentStory, Entry
from storage.models import Enrolment, EnrolmentState

router = Router()

PAGE, LINES = 8, 12
SHOWN_NAME, SHOWN_TEXT = 120, 600
_ICONS = {
    EnrolmentState.INSIDE: "▶️",
    EnrolmentState.FINISHED: "✅",
    EnrolmentState.LEFT: "🚪",
    EnrolmentState.FAILED: "❌",
}


@router.press(ShowEnrolments)
async def on_list(context: BotContext, press: ShowEnrolments) -> None:
    async with context.read() as session:
        client, found, total = await stories.enrolments(
            session, actor=context.staff, client_id=press.client_id, limit=PAGE, offset=press.page * PAGE
        )
        reader = context.reader(session)
    parts: list[object] = [reader.t("enrolments-of", name=client.name, count=total)]
    for number, (enrolment, name) in enumerate(found, start=1):
        title = bold(fold(escape(name), SHOWN_NAME))
        at = escape(reader.moment(enrolment.entered_at))
        state = _state(reader, enrolment)
        parts += [Html(" "), Html(f"{number}. {_ICONS[enrolment.state]} {title} · {at}"), state]
    opened = [Press(str(number), ShowEnrolment(one.id)) for number, (one, _) in enumerate(found, start=1)]
    rows = [opened, pager(press.page, -(-total // PAGE), lambda page: ShowEnrolments(client.id, page))]
    rows.append([Press("‹ " + client.name, ShowWhyOf(client.id))])
    context.show(Card(lines(*parts), [row for row in rows if row]))


@router.press(ShowEnrolment)
async def on_story(context: BotContext, press: ShowEnrolment) -> None:
    async with context.read() as session:
        told = await stories.enrolment_story(session, actor=context.staff, enrolment_id=press.enrolment_id)
        card = _story(context.reader(session), told, press.page)
    context.show(card)


@router.card(telling.NOTE_CARD)
async def note_card(reader: Reader, line_id: int, _facts: dict[str, Any]) -> Card | None:
    """A word an automation has for the client's owner."""
    try:
        note = await telling.note(reader.session, actor=reader.staff, line_id=line_id)
    except NotAllowed:
        return None
    name = fold(escape(note.automation.name), SHOWN_NAME)
    body = lines(
        reader.t("enrolments-note", client=note.client.name, automation=name),
        Html(" "),
        fold(escape(note.text), SHOWN_TEXT),
    )
    rows = [
        [Press(note.client.name, ShowClient(note.client.id))],
        [Press("🤖 " + reader.t("enrolments-story"), ShowEnrolment(note.enrolment_id))],
    ]
    return Card(body, rows, telling.NOTE_CARD, line_id)


@router.card(telling.CARD)
async def notice_card(reader: Reader, automation_id: int, facts: dict[str, Any]) -> Card | None:
    """What befell an automation: said once a day, with the first client it befell."""
    client_id = int(facts.get("client_id") or 0)
    try:
        name, client = await telling.noticed(
            reader.session, actor=reader.staff, automation_id=automation_id, client_id=client_id
        )
    except NotAllowed:
        return None
    what = str(facts.get("what", "")).replace("_", "-")
    told = str(facts.get("cause", ""))
    cause = _days(reader, told) if what == telling.Notice.DAYS else because(reader, told)
    body = lines(
        Html(f"⚠️ {bold(fold(escape(name), SHOWN_NAME))}"),
        reader.t(f"enrolments-notice-{what}", client=client or "–", cause=cause),
    )
    rows = [[Press("🤖 " + name, ShowAutomation(automation_id))]]
    if client:
        rows.append([Press(client, ShowEnrolments(client_id))])
    return Card(body, rows, telling.CARD, automation_id)


def entered(reader: Reader, entry: Entry) -> Html:
    """Entered because …"""
    if entry.kind == "start":
        return reader.t("enrolments-by-start", automation=fold(escape(entry.name or "–"), SHOWN_NAME))
    what = event_words(reader, entry.name)
    if entry.kind == "date":
        return reader.t("enrolments-by-date", what=what, day=_day(reader, str(entry.facts.get("date", "–"))))
    return reader.t(
        "enrolments-by-event",
        what=what,
        facts=told_facts(reader, entry.name, entry.facts),
        by=entry.by,
        known="yes" if entry.by else "no",
    )


def event_words(reader: Reader, name: str) -> Html:
    """An event in our words; one that only another program knows is its own."""
    kind = REGISTRY.get(name)
    return reader.t(kind.key) if kind is not None else Html(f"<code>{escape(name or '–')}</code>")


def because(reader: Reader, cause: str) -> Html:
    """Why it ended or failed, in our words where we have any."""
    slug = cause.replace(".", "-").replace("_", "-")
    key = f"enrolments-because-{slug}"
    return reader.t(key) if bot_wording().has(key) else Html(f"<code>{escape(cause[:60] or '–')}</code>")


def _state(reader: Reader, enrolment: Enrolment) -> Html:
    state = enrolment.state
    if state is EnrolmentState.INSIDE:
        if enrolment.place == places.END:
            return reader.t("enrolments-at-end")
        if enrolment.waiting_for:
            return reader.t(
                "enrolments-waits", what=event_words(reader, enrolment.waiting_for), until=_due(reader, enrolment)
            )
        return reader.t("enrolments-inside", at=_due(reader, enrolment))
    at = reader.moment(enrolment.ended_at) if enrolment.ended_at else "–"
    return reader.t(f"enrolments-{state.value}", at=at, because=because(reader, enrolment.ended_because))


def _story(reader: Reader, told: EnrolmentStory, page: int) -> Card:
    enrolment = told.enrolment
    happened = told.lines
    pages = max(1, -(-len(happened) // LINES))
    page = min(page, pages - 1)
    end = len(happened) - page * LINES
    shown = happened[max(0, end - LINES) : end]
    body = lines(
        Html(f"🤖 {bold(fold(escape(told.automation.name), SHOWN_NAME))}"),
        reader.t("enrolments-for", name=told.client.name, version=told.version, by=told.maker or "–"),
        Html(" "),
        reader.t("enrolments-entered", at=reader.moment(enrolment.entered_at)),
        entered(reader, told.entry),
        Html(" ") if shown else None,
        reader.t("why-what") if shown else None,
        *(_line(reader, line) for line in shown),
        *(_now(reader, told) if page == 0 else ()),
    )
    messages = [
        Press(f"{number}", ShowWhy(line.delivery.id))
        for number, line in enumerate((one for one in shown if one.delivery is not None), start=1)
        if line.delivery is not None
    ]
    rows = [messages, pager(page, pages, lambda to: ShowEnrolment(enrolment.id, to))]
    rows.append([Press("‹ " + told.client.name, ShowEnrolments(told.client.id))])
    return Card(body, [row for row in rows if row])


def _line(reader: Reader, line: EnrolmentLine) -> Html:
    facts = line.facts
    said = reader.t(
        f"enrolments-line-{line.what}",
        until=_moment(reader, facts.get("until")),
        event=event_words(reader, str(facts.get("event", ""))),
        holds="yes" if facts.get("holds") else "no",
        rule=_said(rule_words(reader.language, str(facts.get("rule", "")), line.at.astimezone(reader.zone).date())),
        template=_said(facts.get("template")),
        channel=str(facts.get("channel", "")),
        because=because(reader, str(facts.get("because", ""))),
        to=_said(facts.get("to")),
        text=_said(facts.get("text")),
        name=_said(facts.get("name")),
        value=_said(facts.get("value")),
        tag=_said(facts.get("tag")),
        automation=_said(facts.get("automation")),
        outcome=str(facts.get("outcome", "")).replace("_", "-"),
        url=_said(facts.get("url")),
        before=int(facts.get("before") or 0),
        after=int(facts.get("after") or 0),
    )
    row = line.delivery
    became = delivery(reader, state=row.state, reason=row.reason or "", code=row.code or "") if row is not None else ""
    became = entered(reader, line.by) if line.by is not None else became
    return Html(f"• {escape(reader.moment(line.at))} · {said}" + (f" – {became}" if became else ""))


def _now(reader: Reader, told: EnrolmentStory) -> list[Html]:
    """Where it stands: waiting for what, or ended because of what."""
    enrolment = told.enrolment
    if told.is_paused:
        return [Html(" "), reader.t("enrolments-paused")]
    return [Html(" "), Html(f"{_ICONS[enrolment.state]} {_state(reader, enrolment)}")]


def _due(reader: Reader, enrolment: Enrolment) -> str:
    return reader.moment(enrolment.due_at) if enrolment.due_at is not None else "–"


def _moment(reader: Reader, value: object) -> str:
    try:
        return reader.moment(datetime.fromisoformat(str(value)))
    except ValueError:
        return "–"


def _day(reader: Reader, told: str) -> str:
    """A date as the reader writes dates; a dash where it is none."""
    try:
        return reader.day(datetime.combine(date.fromisoformat(told), time(12), reader.zone))
    except ValueError:
        return "–"


def _days(reader: Reader, told: str) -> str:
    """`2026-12-01 … 2026-12-23`, each as the reader writes dates; a single day once."""
    return " – ".join(dict.fromkeys(_day(reader, one) for one in told.split(" … ")))


def _said(value: object) -> Html:
    return fold(escape(str(value or "")), 200)
