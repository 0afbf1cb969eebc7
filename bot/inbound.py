"""What customers wrote: the card that announces it, the reply that answers it, and the tray of unknown senders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot import arrivals, writing
from bot.callbacks import Callback
from bot.context import BotContext
from bot.doors import ShowClient, StartFollowUp
from bot.optout import about_wish
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from channels.message import MailFile
from crm import clients, interactions, tray
from crm.access import Action, allows, check
from crm.inbound.media import fetching
from crm.tray import CARD
from storage.models import (
    Attachment,
    Client,
    FormProgress,
    Interaction,
    InteractionKind,
    Role,
    Staff,
    StoredFile,
    Thread,
)

router = Router()

FORM = "inbound"
PAGE = 8
SHOWN_TEXT = 2500
FOUND = 6


@dataclass(frozen=True)
class OpenTray(Callback, prefix="ty"):
    page: int = 0


@dataclass(frozen=True)
class ShowInbound(Callback, prefix="nv"):
    interaction_id: int


@dataclass(frozen=True)
class ShowQuoted(Callback, prefix="nq"):
    interaction_id: int


@dataclass(frozen=True)
class FetchFile(Callback, prefix="nf"):
    attachment_id: int


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
class Spam(Callback, prefix="ns", writes=True):
    interaction_id: int


@dataclass(frozen=True)
class Assign(Callback, prefix="na"):
    """Offers the colleagues a client could be given to; with one, gives."""

    interaction_id: int


@dataclass(frozen=True)
class AssignTo(Callback, prefix="nt", writes=True):
    interaction_id: int
    staff_id: int


@router.card(CARD)
async def inbound_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """Who wrote, the new text with quotations folded, the files by button. A reply to it answers."""
    interaction = await interactions.readable(reader.session, actor=reader.staff, interaction_id=card_id)
    if interaction is None or interaction.thread_id is None:
        return None
    thread = await reader.session.get_one(Thread, interaction.thread_id)
    client = await reader.session.get(Client, interaction.client_id) if interaction.client_id else None
    icon = "💬" if interaction.kind is InteractionKind.SMS else "✉️"
    who = (
        Html(f"{icon} {bold(client.name)}" + (f" · {escape(client.company)}" if client.company else ""))
        if client
        else None
    )
    wish, wish_rows = await about_wish(reader, interaction, thread, client)
    body = lines(
        who or Html(f"{icon} {bold(reader.t('inbound-unknown'))}"),
        escape(thread.name) if thread.name and client is None else None,
        Html(f"<code>{escape(thread.address)}</code> · {escape(reader.moment(interaction.at))}"),
        bold(interaction.subject) if interaction.subject else None,
        *arrivals.notes(reader, interaction),
        Html(f"<blockquote>{fold(escape(interaction.text), SHOWN_TEXT)}</blockquote>") if interaction.text else None,
        reader.t("inbound-spam-marked") if thread.spam else None,
        wish,
        *await _files_to_come(reader, interaction),
        reader.t("inbound-how-to-answer") if client else None,
    )
    rows = [*wish_rows, *await _rows(reader, interaction, thread, client)]
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
        interaction = await session.get(Interaction, press.interaction_id)
        if interaction is None or interaction.client_id is None:
            await tray.get(session, actor=context.staff, interaction_id=press.interaction_id)
        else:
            await interactions.get(session, actor=context.staff, interaction_id=press.interaction_id)
    await context.show_card(CARD, press.interaction_id, new=True)


@router.press(ShowQuoted)
async def on_quoted(context: BotContext, press: ShowQuoted) -> None:
    async with context.read() as session:
        interaction = await interactions.get(session, actor=context.staff, interaction_id=press.interaction_id)
    context.send(Card(Html(f"<blockquote expandable>{fold(escape(interaction.quoted), 3500)}</blockquote>")))


@router.press(FetchFile)
async def on_file(context: BotContext, press: FetchFile) -> None:
    """Sends an attachment as a file, under the name its sender gave it."""
    async with context.read() as session:
        attachment = await session.get(Attachment, press.attachment_id)
        if attachment is None:
            context.say("core-gone")
            return
        interaction = await session.get_one(Interaction, attachment.interaction_id)
        if interaction.client_id is None:
            await tray.get(session, actor=context.staff, interaction_id=interaction.id)
        else:
            await interactions.get(session, actor=context.staff, interaction_id=interaction.id)
        stored = await session.get_one(StoredFile, attachment.file_id)
    content = await context.store.get(stored.sha256)
    context.send(Card(Html(""), file=MailFile(attachment.name, stored.media_type, content)))


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


@router.press(Spam)
async def on_spam(context: BotContext, press: Spam) -> None:
    async with context.write() as session:
        await tray.spam(session, actor=context.staff, interaction_id=press.interaction_id, now=context.now)
    await context.show_card(CARD, press.interaction_id)


@router.press(Assign)
async def on_assign(context: BotContext, press: Assign) -> None:
    check(context.staff, Action.ASSIGN_CLIENTS)
    async with context.read() as session:
        await interactions.get(session, actor=context.staff, interaction_id=press.interaction_id)
        query = (
            select(Staff)
            .where(Staff.active.is_(True), Staff.role.in_((Role.REP, Role.MANAGER)))
            .order_by(Staff.name)
            .limit(20)
        )
        people = (await session.execute(query)).scalars().all()
    rows = [[Press(person.name, AssignTo(press.interaction_id, person.id))] for person in people]
    context.send(Card(context.t("inbound-assign-to"), rows))


@router.press(AssignTo)
async def on_assign_to(context: BotContext, press: AssignTo) -> None:
    async with context.write() as session:
        interaction = await interactions.get(session, actor=context.staff, interaction_id=press.interaction_id)
        client = await clients.assign(
            session,
            actor=context.staff,
            client_id=interaction.client_id or 0,
            owner_id=press.staff_id,
            now=context.now,
        )
        owner = await session.get_one(Staff, press.staff_id)
        await tray.announce(session, interaction=interaction, to=owner, now=context.now)
    context.show(Card(context.t("inbound-assigned", client=client.name, name=owner.name)))


async def _files_to_come(reader: Reader, interaction: Interaction) -> list[Html]:
    """Of an SMS: how many of its pictures are still being fetched, and how many could not be."""
    files = await fetching(reader.session, interaction)
    return [
        *([reader.t("inbound-files-coming", count=files.coming)] if files.coming else []),
        *([reader.t("inbound-files-missing", count=files.missing)] if files.missing else []),
    ]


async def _rows(reader: Reader, interaction: Interaction, thread: Thread, client: Client | None) -> list[list[Press]]:
    query = select(Attachment).where(Attachment.interaction_id == interaction.id).order_by(Attachment.id).limit(10)
    files = (await reader.session.execute(query)).scalars().all()
    rows = [[Press(f"📎 {file.name}", FetchFile(file.id))] for file in files]
    rows += arrivals.rows(reader, interaction)
    if interaction.quoted:
        rows.append([Press(reader.t("inbound-quoted"), ShowQuoted(interaction.id))])
    if client is not None:
        second = [
            Press(reader.t("interactions-followup"), StartFollowUp(client.id)),
            Press(client.name, ShowClient(client.id)),
        ]
        if allows(reader.staff, Action.ASSIGN_CLIENTS):
            second.append(Press(reader.t("inbound-assign"), Assign(interaction.id)))
        return [*rows, second]
    if thread.spam or arrivals.is_nobodys(interaction):
        return rows
    return [
        *rows,
        [
            Press("➕ " + reader.t("inbound-new-client"), MakeClient(interaction.id)),
            Press("🔎 " + reader.t("inbound-whose"), AskWhose(interaction.id)),
        ],
        [Press("🚫 " + reader.t("inbound-spam"), Spam(interaction.id))],
    ]


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
