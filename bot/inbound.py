"""What customers wrote: the card that announces it, the reply that answers it, and the tray of unknown senders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot import arrivals, writing
from bot.callbacks import Callback
from bot.context import BotContext
from bot.conversations.rows import (
    FetchFile,
    FetchFiles,
    ShowWhole,
    TakeBack,
    answer_row,
    aside_row,
    more_press,
    more_rows,
    recipients,
    thread_press,
)
from bot.doors import ShowClient, StartFollowUp, StartForward
from bot.optout import about_wish
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from crm import clients, conversations, interactions, tray
from crm import writing as writing_verbs
from crm.access import Reach, reach
from crm.inbound.media import fetching
from crm.tray import CARD
from crm.writing import People, correspondents
from storage.models import (
    Attachment,
    Client,
    FormProgress,
    Interaction,
    InteractionKind,
    Staff,
    Thread,
)

router = Router()

FORM = "inbound"
PAGE = 8
OPEN_TEXT = 700  # longer ones are folded by Telegram until they are tapped
SHOWN_TEXT = 2300
SHOWN_HISTORY = 700
SHOWN_SUBJECT = 200
FILES_SHOWN = 8
FOUND = 6
_ICONS = {InteractionKind.SMS: "💬", InteractionKind.CALL: "🔴"}


@dataclass(frozen=True)
class OpenTray(Callback, prefix="ty"):
    page: int = 0


@dataclass(frozen=True)
class ShowInbound(Callback, prefix="nv"):
    interaction_id: int


@dataclass(frozen=True)
class MakeClient(Callback, prefix="nc", writes=True):
    interaction_id: int


@dataclass(frozen=True)
class AskWhose(Callback, prefix="nw"):
    interaction_id: int


@dataclass(frozen=True)
class GiveTo(Callback, prefix="ng", writes=True):
    interaction_id: int
    client_id: int


@dataclass(frozen=True)
class _Seen:
    """A message as its card needs it."""

    interaction: Interaction
    thread: Thread
    client: Client | None
    reached: Reach


@router.card(CARD)
async def inbound_card(reader: Reader, card_id: int, facts: dict[str, Any]) -> Card | None:
    """Who wrote and to whom else, the new text, the history folded, the files by button. A reply to it answers.

    `facts["page"]` 1 shows what is behind More.
    """
    interaction = await interactions.readable(
        reader.session, actor=reader.staff, interaction_id=card_id, now=reader.now
    )
    if interaction is None or interaction.thread_id is None:
        return None
    thread = await reader.session.get_one(Thread, interaction.thread_id)
    client = await reader.session.get(Client, interaction.client_id) if interaction.client_id else None
    reached = await reach(reader.session, actor=reader.staff, interaction=interaction, now=reader.now)
    icon = _ICONS.get(interaction.kind, "✉️")
    who = (
        Html(f"{icon} {bold(client.name)}" + (f" · {escape(client.company)}" if client.company else ""))
        if client
        else None
    )
    wish, wish_rows = await about_wish(reader, interaction, thread, client)
    body = lines(
        who or Html(f"{icon} {bold(reader.t('inbound-unknown'))}"),
        reader.t("inbound-missed-call") if interaction.kind is InteractionKind.CALL else None,
        escape(thread.name) if thread.name and client is None else None,
        Html(f"<code>{escape(thread.address)}</code> · {escape(reader.moment(interaction.at))}"),
        *recipients(reader, interaction),
        _answers_elsewhere(reader, interaction),
        bold(fold(escape(interaction.subject), SHOWN_SUBJECT)) if interaction.subject else None,
        *arrivals.notes(reader, interaction),
        _quote(interaction.text, SHOWN_TEXT),
        reader.t("inbound-earlier") if interaction.quoted else None,
        _quote(interaction.quoted, SHOWN_HISTORY, folded=True),
        await _standing(reader, thread),
        wish,
        *await _files_to_come(reader, interaction),
        reader.t("inbound-how-to-answer") if client and reached >= Reach.ANSWERS else None,
    )
    seen = _Seen(interaction, thread, client, reached)
    rows = await _rows(reader, seen, page=int(facts.get("page") or 0))
    if reached >= Reach.ANSWERS:
        rows = [*wish_rows, *rows]
    return Card(body, rows, card=CARD, card_id=card_id)


@router.reply(CARD)
async def on_reply(context: BotContext, card_id: int) -> bool:
    """A Telegram reply to a customer's message answers the customer, in the same thread."""
    return await writing.answer(context, card_id)


@router.reply(interactions.CARD)
async def on_reply_to_logged(context: BotContext, card_id: int) -> bool:
    """A reply to our own message's card goes on in its thread; to anything else it is not for us."""
    async with context.read() as session:
        interaction = await session.get(Interaction, card_id)
    if interaction is None or interaction.thread_id is None:
        return False
    return await writing.answer(context, card_id)


@router.command("tray")
async def on_tray(context: BotContext, _argument: str) -> None:
    context.send(await _tray(context, 0))


@router.press(OpenTray)
async def on_open_tray(context: BotContext, press: OpenTray) -> None:
    context.show(await _tray(context, press.page))


@router.press(ShowInbound)
async def on_show(context: BotContext, press: ShowInbound) -> None:
    async with context.read() as session:
        await conversations.message(
            session, actor=context.staff, interaction_id=press.interaction_id, now=context.now, needs=Reach.SHOWN
        )
    await context.show_card(CARD, press.interaction_id, new=True)


@router.press(MakeClient)
async def on_make_client(context: BotContext, press: MakeClient) -> None:
    async with context.write() as session:
        _, thread = await tray.get(session, actor=context.staff, interaction_id=press.interaction_id)
        written = thread.address.partition("@")[0].replace(".", " ").replace("_", " ").title()
        client = await tray.make_client(
            session,
            actor=context.staff,
            interaction_id=press.interaction_id,
            name=thread.name or (written if "@" in thread.address else thread.address),
            now=context.now,
        )
    await context.show_card(CARD, press.interaction_id)
    await context.show_card("client", client.id, new=True)
    await context.ask(FORM, "name", {"client_id": client.id}, Card(context.t("inbound-ask-name", name=client.name)))
    context.answers[-1].do = "send"


@router.step(FORM, "name")
async def on_name(context: BotContext, form: FormProgress) -> None:
    client_id = int(form.fields["client_id"])
    async with context.write() as session:
        await clients.edit(
            session,
            actor=context.staff,
            client_id=client_id,
            field=clients.Field.NAME,
            value=context.text,
            now=context.now,
        )
    await context.finish_form()
    await context.show_card("client", client_id, new=True)


@router.press(AskWhose)
async def on_ask_whose(context: BotContext, press: AskWhose) -> None:
    await context.ask(FORM, "whose", {"interaction_id": press.interaction_id}, Card(context.t("interactions-ask-name")))
    context.answers[-1].do = "send"


@router.step(FORM, "whose")
async def on_whose(context: BotContext, form: FormProgress) -> None:
    async with context.read() as session:
        found = await clients.search(session, actor=context.staff, text=context.text, limit=FOUND)
    if not found.clients:
        context.say("interactions-ask-unknown", named=context.text[:60])
        return
    interaction_id = int(form.fields["interaction_id"])
    rows = [
        [Press(f"{c.name} · {c.company}" if c.company else c.name, GiveTo(interaction_id, c.id))] for c in found.clients
    ]
    context.send(Card(context.t("interactions-ask-which", named=context.text[:60]), rows))


@router.press(GiveTo)
async def on_give(context: BotContext, press: GiveTo) -> None:
    async with context.write() as session:
        await tray.give_to(
            session,
            actor=context.staff,
            interaction_id=press.interaction_id,
            client_id=press.client_id,
            now=context.now,
        )
    await context.finish_form()
    await context.show_card(CARD, press.interaction_id)


def _quote(text: str, limit: int, *, folded: bool = False) -> Html | None:
    """What somebody wrote; the long, and the old, opens on a tap."""
    if not text.strip():
        return None
    opened = " expandable" if folded or len(text) > OPEN_TEXT else ""
    return Html(f"<blockquote{opened}>{fold(escape(text.strip()), limit)}</blockquote>")


def _answers_elsewhere(reader: Reader, interaction: Interaction) -> Html | None:
    asked = writing_verbs.wants_answers_at(interaction)
    return reader.t("inbound-answers-at", address=asked) if asked and asked not in reader.ours else None


async def _files_to_come(reader: Reader, interaction: Interaction) -> list[Html]:
    """Of an SMS: how many of its pictures are still being fetched, and how many could not be."""
    files = await fetching(reader.session, interaction)
    return [
        *([reader.t("inbound-files-coming", count=files.coming)] if files.coming else []),
        *([reader.t("inbound-files-missing", count=files.missing)] if files.missing else []),
    ]


async def _standing(reader: Reader, thread: Thread) -> Html | None:
    """Put aside, or given to somebody."""
    if thread.spam:
        return reader.t("inbound-spam-marked")
    if thread.dismissed_at is not None:
        return reader.t("inbound-not-ours-marked")
    if thread.assignee_id is None:
        return None
    if thread.assignee_id == reader.staff.id:
        return reader.t("inbound-yours")
    given_to = await reader.session.get_one(Staff, thread.assignee_id)
    return reader.t("inbound-given-to", name=given_to.name)


async def _rows(reader: Reader, seen: _Seen, *, page: int) -> list[list[Press]]:
    interaction, thread, client = seen.interaction, seen.thread, seen.client
    if seen.reached < Reach.ANSWERS:
        return await _file_rows(reader, interaction, whole=interaction.kind is InteractionKind.EMAIL)
    if page == 1:
        return more_rows(reader, interaction, reached=seen.reached, assignee_id=thread.assignee_id)
    rows = await _file_rows(reader, interaction, whole=len(interaction.text) > SHOWN_TEXT)
    rows += arrivals.rows(reader, interaction)
    if thread.spam or thread.dismissed_at is not None:
        return [*rows, [Press("↩︎ " + reader.t("core-undo"), TakeBack(interaction.id))]]
    last = [thread_press(reader, interaction)]
    if client is None and arrivals.is_nobodys(interaction):
        return rows
    if client is None:
        rows.append(
            [
                Press("➕ " + reader.t("inbound-new-client"), MakeClient(interaction.id)),
                Press("🔎 " + reader.t("inbound-whose"), AskWhose(interaction.id)),
            ]
        )
        rows.append(aside_row(reader, interaction))
        last.append(Press("➡️ " + reader.t("conversations-forward"), StartForward(interaction.id)))
        return [*rows, [*last, more_press(reader, interaction)]]
    people = correspondents(interaction, thread, reader.ours) if interaction.kind is InteractionKind.EMAIL else People()
    rows.append(answer_row(reader, interaction, others=len(people.everybody)))
    if seen.reached is Reach.OWNS:
        rows.append([*last, Press(reader.t("interactions-followup"), StartFollowUp(client.id))])
        last = [Press(client.name, ShowClient(client.id))]
    return [*rows, [*last, more_press(reader, interaction)]]


async def _file_rows(reader: Reader, interaction: Interaction, *, whole: bool) -> list[list[Press]]:
    query = select(Attachment).where(Attachment.interaction_id == interaction.id).order_by(Attachment.id)
    files = (await reader.session.execute(query.limit(FILES_SHOWN))).scalars().all()
    rows = [[Press(f"📎 {file.name}", FetchFile(file.id))] for file in files]
    last = []
    if len(files) > 1:
        last.append(Press("📎 " + reader.t("inbound-all-files"), FetchFiles(interaction.id)))
    if whole:
        last.append(Press("📄 " + reader.t("conversations-whole"), ShowWhole(interaction.id)))
    return [*rows, last] if last else rows


async def _tray(context: BotContext, page: int) -> Card:
    async with context.read() as session:
        unknown, total = await tray.listed(session, actor=context.staff, limit=PAGE, offset=max(page, 0) * PAGE)
        reader = context.reader(session)
    rows = [
        [
            Press(
                arrivals.label(reader, item.interaction, item.address),
                ShowInbound(item.interaction.id),
            )
        ]
        for item in unknown
    ]
    row = pager(page, max(1, -(-total // PAGE)), OpenTray)
    return Card(reader.t("inbound-tray", count=total), [*rows, row] if row else rows)
