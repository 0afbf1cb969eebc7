"""What a message carries, brought into the chat: one file, all of them, its whole text, or the mail as it came."""

from __future__ import annotations

from sqlalchemy import select

from bot.context import BotContext
from bot.conversations.rows import FetchFile, FetchFiles, FetchOriginal, ShowWhole
from bot.render import TEXT_LIMIT, Card, Html, Press, bold, escape, length, lines
from bot.routing import Router
from channels.message import MailFile
from crm import conversations, interactions
from crm.access import Reach
from crm.conversations import Message
from crm.interactions import KeptFile
from crm.writing.forwarding import files_of
from storage.models import Attachment, Inbox, Interaction, StoredFile

router = Router()

UPLOAD_LIMIT = 50 * 1024 * 1024  # what a bot may send
_MB = 1024 * 1024


@router.press(FetchFile)
async def on_file(context: BotContext, press: FetchFile) -> None:
    """Sends an attachment as a file, under the name its sender gave it."""
    async with context.read() as session:
        attachment = await session.get(Attachment, press.attachment_id)
        if attachment is None:
            context.say("core-gone")
            return
        stored = await session.get_one(StoredFile, attachment.file_id)
        noted = await session.get_one(Interaction, attachment.interaction_id)
        if noted.thread_id is None:  # a note with a file: no conversation, but a client's
            await interactions.get(session, actor=context.staff, interaction_id=noted.id)
    if noted.thread_id is not None:
        await _readable(context, noted.id)
    _send(context, KeptFile(stored.sha256, attachment.name, stored.media_type, stored.size))


@router.press(FetchFiles)
async def on_files(context: BotContext, press: FetchFiles) -> None:
    await _readable(context, press.interaction_id)
    async with context.read() as session:
        for file in await files_of(session, press.interaction_id):
            _send(context, file)


@router.press(ShowWhole)
async def on_whole(context: BotContext, press: ShowWhole) -> None:
    """All that was written, with its history; as a file where it is longer than a message."""
    found = await _readable(context, press.interaction_id)
    interaction = found.interaction
    text = "\n\n".join(part for part in (interaction.text, interaction.quoted) if part)
    async with context.read() as session:
        query = select(Inbox.id).where(Inbox.id == interaction.inbox_id, Inbox.raw.is_not(None))
        has_raw = (await session.execute(query)).first() is not None
    rows = [[Press("📨 " + context.t("conversations-original"), FetchOriginal(interaction.id))]] if has_raw else []
    shown = lines(bold(interaction.subject) if interaction.subject else None, Html(" "), escape(text))
    if length(shown) <= TEXT_LIMIT:
        context.send(Card(shown, rows))
        return
    named = _file_name(interaction.subject)
    file = MailFile(f"{named}.txt", "text/plain; charset=utf-8", f"{interaction.subject}\n\n{text}".encode())
    context.send(Card(Html(""), rows, file=file))


@router.press(FetchOriginal)
async def on_original(context: BotContext, press: FetchOriginal) -> None:
    """The mail as it came, byte for byte."""
    found = await _readable(context, press.interaction_id)
    async with context.read() as session:
        row = await session.get(Inbox, found.interaction.inbox_id) if found.interaction.inbox_id is not None else None
        raw = row.raw if row is not None else None
    if raw is None:
        context.say("core-gone")
        return
    name = f"{_file_name(found.interaction.subject)}.eml"
    _send(context, KeptFile(await context.store.put(raw), name, "message/rfc822", len(raw)))


async def _readable(context: BotContext, interaction_id: int) -> Message:
    async with context.read() as session:
        return await conversations.message(
            session, actor=context.staff, interaction_id=interaction_id, now=context.now, needs=Reach.SHOWN
        )


def _send(context: BotContext, file: KeptFile) -> None:
    if file.size > UPLOAD_LIMIT:
        size, limit = -(-file.size // _MB), UPLOAD_LIMIT // _MB
        context.say("conversations-file-too-large", name=file.name[:80], size=size, limit=limit)
    else:
        context.send(Card(Html(""), file=file))


def _file_name(subject: str) -> str:
    """A name made of the subject's letters and digits; nothing of it can become a path."""
    kept = "".join(letter if letter.isalnum() else " " for letter in subject)[:60]
    return " ".join(kept.split()) or "mail"
