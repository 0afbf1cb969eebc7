"""Promises in the chat: the reminder card that stays true, the Today list, the morning digest, and the manager's view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from bot.callbacks import Callback
from bot.context import BotContext
from bot.dates import find_moment, read_moment
from bot.doors import ShowClient, StartFollowUp
from bot.interactions import StartInteraction
from bot.render import Card, Html, Press, Reader, bold, escape, lines, pager
from bot.routing import Router
from crm import followups, interactions, worktime
from crm.access import may_read
from crm.followups import CARD, ESCALATION_CARD, Promise
from storage.models import (
    Client,
    ContactKind,
    ContactPoint,
    FollowUp,
    FollowUpState,
    FormProgress,
    InteractionKind,
    InteractionSource,
    Staff,
)

router = Router()

FORM = "followups"
PAGE = 8


class SnoozeChoice(StrEnum):
    """How far a follow-up is put off."""

    HOUR = "h1"
    TOMORROW = "t9"
    PICK = "pk"


@dataclass(frozen=True)
class ShowFollowUp(Callback, prefix="fv"):
    followup_id: int


@dataclass(frozen=True)
class Finish(Callback, prefix="fd", writes=True):
    followup_id: int


@dataclass(frozen=True)
class Snooze(Callback, prefix="fz", writes=True):
    followup_id: int
    choice: SnoozeChoice


@dataclass(frozen=True)
class AwaitAnswer(Callback, prefix="fa", writes=True):
    followup_id: int


@dataclass(frozen=True)
class Drop(Callback, prefix="fx", writes=True):
    followup_id: int


@dataclass(frozen=True)
class Reopen(Callback, prefix="fr", writes=True):
    followup_id: int


@dataclass(frozen=True)
class TakeNote(Callback, prefix="fk", writes=True):
    """A manager saw the escalation."""

    followup_id: int


@dataclass(frozen=True)
class OpenDay(Callback, prefix="ft"):
    """The Today list, one's own or (managers) a colleague's."""

    owner_id: int = 0
    page: int = 0


@router.command("today")
async def on_today(context: BotContext, _argument: str) -> None:
    async with context.read() as session:
        context.send(await day_card(context.reader(session), owner_id=context.staff.id, page=0))


@router.press(OpenDay)
async def on_open_day(context: BotContext, press: OpenDay) -> None:
    async with context.read() as session:
        owner_id = press.owner_id or context.staff.id
        context.show(await day_card(context.reader(session), owner_id=owner_id, page=press.page))


@router.command("team")
async def on_team(context: BotContext, _argument: str) -> None:
    async with context.read() as session:
        team = await followups.team(session, actor=context.staff, now=context.now)
    body = lines(
        bold(context.t("followups-team")),
        *(
            context.t("followups-team-line", name=line.staff.name, late=line.late, due=line.due_today, open=line.open)
            for line in team
        ),
        None if team else context.t("followups-team-empty"),
    )
    presses = [Press(f"{line.staff.name} ({line.late})", OpenDay(line.staff.id)) for line in team[:20]]
    context.send(Card(body, [presses[start : start + 2] for start in range(0, len(presses), 2)]))


@router.press(ShowFollowUp)
async def on_show(context: BotContext, press: ShowFollowUp) -> None:
    async with context.write() as session:
        await followups.get(session, actor=context.staff, followup_id=press.followup_id)
    await context.show_card(CARD, press.followup_id, new=True)


@router.press(Finish)
async def on_finish(context: BotContext, press: Finish) -> None:
    async with context.write() as session:
        await followups.done(session, actor=context.staff, followup_id=press.followup_id, now=context.now)
    await context.show_card(CARD, press.followup_id)
    context.toast("followups-done-toast")
    await _whats_next(context, press.followup_id)


@router.press(Snooze)
async def on_snooze(context: BotContext, press: Snooze) -> None:
    if press.choice is SnoozeChoice.PICK:
        async with context.write() as session:
            await followups.acknowledge(session, actor=context.staff, followup_id=press.followup_id, now=context.now)
        await context.show_card(CARD, press.followup_id)
        await context.ask(FORM, "snooze", {"followup_id": press.followup_id}, Card(context.t("followups-ask-when")))
        # The question stands on its own: the card above it stays.
        context.answers[-1].do = "send"
        return
    until = _until(context, press.choice)
    async with context.write() as session:
        await followups.snooze(
            session, actor=context.staff, followup_id=press.followup_id, until=until, now=context.now
        )
    await context.show_card(CARD, press.followup_id)
    async with context.read() as session:
        context.toast("followups-snoozed", at=context.reader(session).moment(until))


@router.step(FORM, "snooze")
async def on_snooze_typed(context: BotContext, form: FormProgress) -> None:
    moment = read_moment(context.text, now=context.now, zone=context.zone, language=context.language)
    if moment is None:
        context.say("followups-date-unclear", text=context.text[:100])
        return
    followup_id = int(form.fields["followup_id"])
    async with context.write() as session:
        await followups.snooze(session, actor=context.staff, followup_id=followup_id, until=moment.at, now=context.now)
    await context.finish_form()
    await context.show_card(CARD, followup_id, new=True)


@router.press(AwaitAnswer)
async def on_await_answer(context: BotContext, press: AwaitAnswer) -> None:
    async with context.write() as session:
        await followups.wait_for_answer(session, actor=context.staff, followup_id=press.followup_id, now=context.now)
    await context.show_card(CARD, press.followup_id)
    context.toast("followups-waits")


@router.press(Drop)
async def on_drop(context: BotContext, press: Drop) -> None:
    async with context.write() as session:
        await followups.cancel(session, actor=context.staff, followup_id=press.followup_id, now=context.now)
    await context.show_card(CARD, press.followup_id)


@router.press(Reopen)
async def on_reopen(context: BotContext, press: Reopen) -> None:
    async with context.write() as session:
        await followups.reopen(session, actor=context.staff, followup_id=press.followup_id, now=context.now)
    await context.show_card(CARD, press.followup_id)
    context.toast("core-undone")


@router.press(TakeNote)
async def on_take_note(context: BotContext, press: TakeNote) -> None:
    async with context.write() as session:
        await followups.acknowledge(session, actor=context.staff, followup_id=press.followup_id, now=context.now)
    await context.show_card(ESCALATION_CARD, press.followup_id)


@router.press(StartFollowUp)
async def on_start(context: BotContext, press: StartFollowUp) -> None:
    await context.ask(FORM, "promise", {"client_id": press.client_id}, Card(context.t("followups-ask-promise")))
    context.answers[-1].do = "send"


@router.step(FORM, "promise")
async def on_promise(context: BotContext, form: FormProgress) -> None:
    """`tomorrow 10 send offer` at once, or the promise first and the time next."""
    found = find_moment(context.text, now=context.now, zone=context.zone, language=context.language)
    client_id = int(form.fields["client_id"])
    if found is None:
        await context.ask(
            FORM, "when", {"client_id": client_id, "promise": context.text}, Card(context.t("followups-ask-when"))
        )
        return
    moment, (start, end) = found
    promise = f"{context.text[:start]} {context.text[end:]}".strip(" ,;:–—-.")
    await _schedule(context, client_id, promise or context.t("followups-promise-any"), moment.at)


@router.step(FORM, "when")
async def on_when(context: BotContext, form: FormProgress) -> None:
    moment = read_moment(context.text, now=context.now, zone=context.zone, language=context.language)
    if moment is None:
        context.say("followups-date-unclear", text=context.text[:100])
        return
    await _schedule(context, int(form.fields["client_id"]), str(form.fields["promise"]), moment.at)


@router.reply(CARD)
async def on_reply(context: BotContext, card_id: int) -> bool:
    """A reply to a reminder is a note to its client, or a new time when it is only a date."""
    moment = read_moment(context.text, now=context.now, zone=context.zone, language=context.language)
    async with context.write() as session:
        followup = await followups.get(session, actor=context.staff, followup_id=card_id)
        if moment is not None and followup.state is FollowUpState.OPEN:
            await followups.snooze(session, actor=context.staff, followup_id=card_id, until=moment.at, now=context.now)
        else:
            draft = interactions.InteractionDraft(
                client_id=followup.client_id,
                kind=InteractionKind.NOTE,
                source=InteractionSource.BUTTONS,
                text=context.text,
            )
            saved = await interactions.log(session, actor=context.staff, draft=draft, now=context.now)
    if moment is not None:
        await context.show_card(CARD, card_id, new=True)
    else:
        await context.show_card(interactions.CARD, saved.id, new=True)
    return True


@router.card(CARD)
async def followup_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """The reminder: what was promised, to whom, what was last said, the number to call; true at any moment."""
    return await _card(reader, card_id, CARD)


@router.card(ESCALATION_CARD)
async def escalation_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """What a manager sees of a promise nobody looked after."""
    return await _card(reader, card_id, ESCALATION_CARD)


@router.card("digest")
async def digest_card(reader: Reader, _card_id: int, _facts: dict[str, Any]) -> Card | None:
    """The morning list."""
    return await day_card(reader, owner_id=reader.staff.id, page=0, morning=True)


async def day_card(reader: Reader, *, owner_id: int, page: int, morning: bool = False) -> Card:
    """Late first, then due, then waiting for an answer; each line opens its card."""
    day = await followups.today(reader.session, actor=reader.staff, now=reader.now, owner_id=owner_id)
    marked = [("⏰", p) for p in day.late] + [("•", p) for p in day.due] + [("⌛", p) for p in day.waiting]
    pages = max(1, -(-len(marked) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = marked[page * PAGE : (page + 1) * PAGE]
    owner = await reader.session.get(Staff, owner_id)
    title = "followups-morning" if morning else "followups-today"
    body = lines(
        bold(reader.t(title, name=owner.name if owner else "", date=reader.day(reader.now))),
        reader.t("followups-counts", late=len(day.late), due=len(day.due), waiting=len(day.waiting), later=day.later),
        *(Html(f"{mark} {_day_line(reader, promise)}") for mark, promise in shown),
        None if marked else reader.t("followups-nothing"),
    )
    rows = [
        [Press(f"{mark} {promise.client_name}: {promise.followup.promise}", ShowFollowUp(promise.followup.id))]
        for mark, promise in shown
    ]
    row = pager(page, pages, lambda number: OpenDay(owner_id, number))
    return Card(body, [*rows, row] if row else rows)


def _day_line(reader: Reader, promise: Promise) -> Html:
    at = escape(reader.moment(promise.followup.due_at))
    return Html(f"{at} – {bold(promise.client_name)}: {escape(promise.followup.promise)}")


async def _card(reader: Reader, card_id: int, name: str) -> Card | None:
    followup = await reader.session.get(FollowUp, card_id)
    if followup is None:
        return None
    client = await reader.session.get_one(Client, followup.client_id)
    owner = await reader.session.get_one(Staff, followup.owner_id)
    # A promise stays its owner's when the client goes to somebody else; what is said with the client then does not.
    theirs = await may_read(reader.session, actor=reader.staff, client_id=client.id)
    last = await interactions.last_of(reader.session, client_id=client.id) if theirs else None
    body = lines(
        _state_line(reader, followup),
        Html(f"👤 {bold(client.name)}" + (f" · {escape(client.company)}" if client.company else "")),
        Html(f"<b>{escape(followup.promise)}</b>"),
        reader.t("followups-owner", name=owner.name) if owner.id != reader.staff.id else None,
        reader.t("followups-last", at=reader.moment(last.at), text=last.text[:200]) if last and last.text else None,
        await _phone_line(reader, client.id) if theirs else None,
    )
    rows = _manager_rows(reader, followup, client) if name == ESCALATION_CARD else _rows(reader, followup, client)
    return Card(body, rows, card=name, card_id=card_id)


def _state_line(reader: Reader, followup: FollowUp) -> Html:
    """Due, late, escalated, waiting, planned, done or dropped: one line that is true now."""
    at = reader.moment(followup.due_at)
    if followup.state is FollowUpState.DONE:
        return reader.t("followups-state-done", at=reader.moment(followup.closed_at or reader.now))
    if followup.state is FollowUpState.CANCELLED:
        return reader.t("followups-state-cancelled")
    if followup.waiting_for_answer:
        return reader.t("followups-state-waiting", at=at)
    if followup.due_at > reader.now:
        return reader.t("followups-state-planned", at=at)
    behind = reader.now - followup.due_at
    if followup.escalated_at is not None and followup.escalated_at >= followup.due_at:
        return reader.t("followups-state-escalated", at=at, ago=_ago(reader, behind))
    if behind >= followups.LATE_AFTER:
        return reader.t("followups-state-late", at=at, ago=_ago(reader, behind))
    return reader.t("followups-state-due", at=at)


def _ago(reader: Reader, behind: timedelta) -> Html:
    minutes = int(behind.total_seconds()) // 60
    if minutes < 120:
        return reader.t("followups-minutes", n=minutes)
    if minutes < 48 * 60:
        return reader.t("followups-hours", n=minutes // 60)
    return reader.t("followups-days", n=minutes // (24 * 60))


def _rows(reader: Reader, followup: FollowUp, client: Client) -> list[list[Press]]:
    if followup.state is not FollowUpState.OPEN:
        undo = []
        if followup.closed_at and reader.now - followup.closed_at <= followups.UNDO_WITHIN:
            undo = [Press("↩︎ " + reader.t("core-undo"), Reopen(followup.id))]
        return [[*undo, Press(client.name, ShowClient(client.id))]]
    return [
        [
            Press("✅ " + reader.t("followups-done"), Finish(followup.id)),
            Press("📞 " + reader.t("followups-log-call"), StartInteraction(client.id, InteractionKind.CALL)),
        ],
        [
            Press(reader.t("followups-plus-hour"), Snooze(followup.id, SnoozeChoice.HOUR)),
            Press(reader.t("followups-tomorrow"), Snooze(followup.id, SnoozeChoice.TOMORROW)),
            Press(reader.t("followups-pick"), Snooze(followup.id, SnoozeChoice.PICK)),
        ],
        [
            Press(reader.t("followups-when-answer"), AwaitAnswer(followup.id)),
            Press(reader.t("followups-drop"), Drop(followup.id)),
        ],
        [Press(client.name, ShowClient(client.id))],
    ]


def _manager_rows(reader: Reader, followup: FollowUp, client: Client) -> list[list[Press]]:
    client_press = Press(client.name, ShowClient(client.id))
    if followup.state is not FollowUpState.OPEN or followup.acknowledged_at is not None:
        return [[client_press]]
    return [
        [Press("👌 " + reader.t("followups-take-note"), TakeNote(followup.id))],
        [Press("✅ " + reader.t("followups-done"), Finish(followup.id)), client_press],
    ]


async def _phone_line(reader: Reader, client_id: int) -> Html | None:
    query = (
        select(ContactPoint.value)
        .where(ContactPoint.client_id == client_id, ContactPoint.kind == ContactKind.PHONE)
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
        .limit(1)
    )
    number = (await reader.session.execute(query)).scalar_one_or_none()
    return Html(f"☎️ {escape(number)}") if number else None


def _until(context: BotContext, choice: SnoozeChoice) -> datetime:
    if choice is SnoozeChoice.HOUR:
        return context.now + timedelta(hours=1)
    tomorrow = context.now.astimezone(context.zone).date() + timedelta(days=1)
    return worktime.local_moment(tomorrow, 9 * 60, context.zone)


async def _schedule(context: BotContext, client_id: int, promise: str, at: datetime) -> None:
    async with context.write() as session:
        followup = await followups.schedule(
            session, actor=context.staff, client_id=client_id, promise=promise, due_at=at, now=context.now
        )
    await context.finish_form()
    await context.show_card(CARD, followup.id, new=True)


async def _whats_next(context: BotContext, after_id: int) -> None:
    """After Done: the next promise to this client, or the next one of the day."""
    async with context.read() as session:
        closed = await session.get_one(FollowUp, after_id)
        upcoming = await followups.next_of(session, actor=context.staff, now=context.now, after_id=after_id)
        client = await session.get_one(Client, closed.client_id)
        reader = context.reader(session)
    rows = [[Press(reader.t("followups-next-for", name=client.name), StartFollowUp(client.id))]]
    if upcoming is not None:
        label = f"{upcoming.client_name}: {upcoming.followup.promise}"
        rows.append([Press("⏭ " + label, ShowFollowUp(upcoming.followup.id))])
    rows.append([Press(client.name, ShowClient(client.id))])
    context.send(Card(reader.t("followups-whats-next"), rows))
