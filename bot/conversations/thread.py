"""A conversation from its first message to its last, by pages: who wrote when, how it begins, and whether ours arrived."""

from __future__ import annotations

from bot.context import BotContext
from bot.deliveries import delivery
from bot.doors import ShowClient, ShowMessage, ShowThread, StartAnswer
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from crm import conversations
from crm.access import Reach
from crm.conversations import Conversation
from storage.models import Direction
from storage.queries.timeline import Found

router = Router()

PAGE = 6
SHOWN_TEXT = 220


@router.press(ShowMessage)
async def on_message(context: BotContext, press: ShowMessage) -> None:
    """The message's own card, whichever side wrote it."""
    async with context.read() as session:
        found = await conversations.message(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now, needs=Reach.SHOWN
        )
    await context.show_card(found.card, press.interaction_id, page=press.page)


@router.press(ShowThread)
async def on_thread(context: BotContext, press: ShowThread) -> None:
    async with context.read() as session:
        found = await conversations.page(
            session,
            actor=context.staff,
            interaction_id=press.interaction_id,
            limit=PAGE,
            number=press.page,
            now=context.now,
        )
        reader = context.reader(session)
        last = await conversations.last_received(session, thread_id=found.message.thread.id)
    context.show(_card(reader, found, last.id if last is not None else None))


def _card(reader: Reader, found: Conversation, last_id: int | None) -> Card:
    thread, client = found.message.thread, found.message.client
    who = client.name if client is not None else thread.name or thread.address
    parts: list[object] = [
        reader.t("conversations-title", name=who, count=found.total),
        bold(fold(escape(thread.subject), 150)) if thread.subject else None,
        Html(f"<code>{escape(thread.address)}</code>"),
    ]
    for number, entry in enumerate(found.found, start=found.offset + 1):
        parts += [Html(" "), *_entry(reader, entry, who, number, asked=found.message.interaction.id)]
    opened = [
        Press(f"{number}", ShowMessage(entry.interaction.id))
        for number, entry in enumerate(found.found, start=found.offset + 1)
    ]
    rows = [opened] if opened else []
    asked_id = found.message.interaction.id
    if row := pager(found.offset // PAGE, -(-found.total // PAGE), lambda page: ShowThread(asked_id, page)):
        rows.append(row)
    last = []
    if last_id is not None and client is not None:
        last.append(Press("✍️ " + reader.t("conversations-answer"), StartAnswer(last_id)))
    if client is not None and found.message.reach is Reach.OWNS:
        last.append(Press(client.name, ShowClient(client.id)))
    return Card(lines(*parts), [*rows, last] if last else rows)


def _entry(reader: Reader, entry: Found, who: str, number: int, *, asked: int) -> list[Html]:
    interaction = entry.interaction
    theirs = interaction.direction is Direction.IN
    name = (str((interaction.recipients or {}).get("from_name") or "") or who) if theirs else entry.by
    head = [f"{number}. {'⬅️' if theirs else '➡️'} {bold(name[:80])}", escape(reader.moment(interaction.at))]
    if entry.files:
        head.append(f"📎 {entry.files}")
    shown = [Html(" · ".join(head) + (" ◂" if interaction.id == asked else ""))]
    words = " ".join((interaction.text or interaction.subject).split())
    if words:
        shown.append(fold(escape(words), SHOWN_TEXT))
    if entry.delivery is not None:
        shown.append(delivery(reader, state=entry.delivery, reason=entry.reason, code=entry.code))
    return shown
