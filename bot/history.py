"""A client's history in the chat: one timeline of everything, newest first, by pages and by search."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from bot.context import BotContext
from bot.deliveries import delivery
from bot.doors import ShowClient, ShowHistory, ShowMessage
from bot.followups import ShowFollowUp
from bot.interactions import ShowInteraction
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from crm import clients
from crm.access import Action, client_in_scope
from crm.clients import Entry
from crm.errors import NotAllowed
from storage.models import Draft, FollowUpState, FormProgress, InteractionKind

router = Router()

FORM = "history"
PAGE = 6
SHOWN_TEXT = 220
ICONS = {
    InteractionKind.CALL: "📞",
    InteractionKind.MEETING: "🤝",
    InteractionKind.SMS: "💬",
    InteractionKind.EMAIL: "✉️",
    InteractionKind.NOTE: "📝",
}


@dataclass(frozen=True)
class AskSearch(Callback, prefix="hq"):
    client_id: int


@router.press(ShowHistory)
async def on_show(context: BotContext, press: ShowHistory) -> None:
    context.show(await _card(context, press))


@router.press(AskSearch)
async def on_ask(context: BotContext, press: AskSearch) -> None:
    await context.ask(FORM, "search", {"client_id": press.client_id}, Card(context.t("history-ask")))
    context.answers[-1].do = "send"


@router.step(FORM, "search")
async def on_typed(context: BotContext, form: FormProgress) -> None:
    async with context.write() as session:
        draft = Draft(
            staff_id=context.staff.id, noun=FORM, fields={"query": context.text[:100]}, created_at=context.now
        )
        session.add(draft)
        await session.flush()
    await context.finish_form()
    context.send(await _card(context, ShowHistory(int(form.fields["client_id"]), 0, draft.id)))


async def _card(context: BotContext, press: ShowHistory) -> Card:
    async with context.read() as session:
        reader = context.reader(session)
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.SEE_CLIENTS
        )
        query = ""
        if press.draft_id:
            draft = await session.get(Draft, press.draft_id)
            if draft is None or draft.staff_id != context.staff.id or draft.noun != FORM:
                raise NotAllowed(action=Action.SEE_CLIENTS.value)
            query = str(draft.fields["query"])
        page = max(press.page, 0)
        found = await clients.timeline(
            session, actor=context.staff, client_id=client.id, limit=PAGE, offset=page * PAGE, text=query
        )
    title = (
        reader.t("history-found", name=client.name, count=found.total, query=query)
        if query
        else reader.t("history-title", name=client.name, count=found.total)
    )
    parts: list[object] = [title]
    for number, entry in enumerate(found.entries, start=1):
        parts += [Html(" "), *_entry(reader, entry, number)]
    opened = [Press(f"{number}", _open(entry)) for number, entry in enumerate(found.entries, start=1)]
    rows = [opened] if opened else []
    pages = max(1, -(-found.total // PAGE))
    if row := pager(page, pages, lambda to: ShowHistory(client.id, to, press.draft_id)):
        rows.append(row)
    last = [Press("🔎 " + reader.t("history-search"), AskSearch(client.id))]
    if query:
        last.append(Press(reader.t("history-all"), ShowHistory(client.id)))
    last.append(Press(reader.t("core-back"), ShowClient(client.id)))
    rows.append(last)
    return Card(lines(*parts), rows)


def _entry(reader: Reader, entry: Entry, number: int) -> list[Html]:
    if entry.follow_up is not None:
        promise = entry.follow_up
        key = {
            FollowUpState.OPEN: "history-promise-open",
            FollowUpState.DONE: "history-promise-done",
            FollowUpState.CANCELLED: "history-promise-cancelled",
        }[promise.state]
        said = fold(escape(promise.promise), SHOWN_TEXT)
        told = reader.t(key, at=reader.moment(promise.due_at), promise=said, by=entry.by)
        return [Html(f"{number}. {told}")]
    interaction = entry.interaction
    if interaction is None:
        return []
    kind = reader.t(
        f"interactions-kind-{interaction.kind.value}"
        + (f"-{interaction.direction.value}" if interaction.direction else "")
    )
    head = [f"{number}. {ICONS[interaction.kind]} {bold(kind)}", escape(reader.moment(entry.at))]
    if entry.by:
        head.append(escape(entry.by))
    if interaction.outcome is not None:
        head.append(reader.t(f"interactions-outcome-{interaction.outcome.value.replace('_', '-')}"))
    if entry.files:
        head.append(f"📎 {entry.files}")
    words = " ".join(f"{interaction.subject} {interaction.text}".split())
    shown = [Html(" · ".join(head))]
    if words:
        shown.append(fold(escape(words), SHOWN_TEXT))
    if entry.delivery is not None:
        shown.append(delivery(reader, state=entry.delivery, reason=entry.delivery_reason, code=entry.delivery_code))
    return shown


def _open(entry: Entry) -> Callback:
    if entry.follow_up is not None:
        return ShowFollowUp(entry.follow_up.id)
    interaction = entry.interaction
    if interaction is not None and interaction.thread_id is not None:
        return ShowMessage(interaction.id)
    return ShowInteraction(interaction.id if interaction is not None else 0)
