"""Writing to a client from their card: which address, what text, one look, send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.callbacks import Callback
from bot.context import BotContext
from bot.render import Card, Html, Press, bold, escape, lines
from bot.routing import Router
from crm import interactions, writing
from crm.access import Action, client_in_scope
from crm.errors import NotAllowed
from crm.interactions import KeptFile
from storage.models import Channel, Draft, FormProgress

router = Router()

FORM = "writing"
NOUN = "letter"


@dataclass(frozen=True)
class StartMessage(Callback, prefix="ws"):
    """Begins a message; with several addresses asks which."""

    client_id: int
    channel: Channel
    contact_point_id: int = 0


@dataclass(frozen=True)
class SendLetter(Callback, prefix="wl", writes=True):
    draft_id: int


@dataclass(frozen=True)
class DropLetter(Callback, prefix="wx"):
    draft_id: int


@router.press(StartMessage)
async def on_start(context: BotContext, press: StartMessage) -> None:
    if not (context.settings.email_on if press.channel is Channel.EMAIL else context.settings.sms_on):
        context.toast(f"writing-off-{press.channel.value}")
        return
    async with context.read() as session:
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.WRITE_TO_CLIENTS
        )
        points = await writing.addresses(session, actor=context.staff, client_id=press.client_id, channel=press.channel)
    if not points:
        raise writing.NoAddress(channel=press.channel.value)
    if len(points) > 1 and not press.contact_point_id:
        rows = [[Press(point.value, StartMessage(client.id, press.channel, point.id))] for point in points[:10]]
        context.send(Card(context.t("writing-which-address", name=client.name), rows))
        return
    point = next((p for p in points if p.id == press.contact_point_id), points[0])
    fields = {"client_id": client.id, "channel": press.channel.value, "point_id": point.id, "address": point.value}
    step = "subject" if press.channel is Channel.EMAIL else "text"
    await context.ask(FORM, step, fields, Card(context.t(f"writing-ask-{step}", name=client.name, address=point.value)))
    context.answers[-1].do = "send"


@router.step(FORM, "subject")
async def on_subject(context: BotContext, form: FormProgress) -> None:
    fields = {**form.fields, "subject": " ".join(context.text.split())}
    await context.ask(FORM, "text", fields, Card(context.t("writing-ask-body")))


@router.step(FORM, "text")
async def on_text(context: BotContext, form: FormProgress) -> None:
    """The text with its files: shown once more before it goes."""
    fields: dict[str, Any] = {**form.fields, "text": context.text, "files": [_as_json(f) for f in _kept(context)]}
    async with context.write() as session:
        draft = Draft(staff_id=context.staff.id, noun=NOUN, fields=fields, created_at=context.now)
        session.add(draft)
        await session.flush()
        client = await client_in_scope(
            session, actor=context.staff, client_id=int(fields["client_id"]), action=Action.WRITE_TO_CLIENTS
        )
    await context.finish_form()
    names = ", ".join(str(file["name"]) for file in fields["files"])
    parts = writing.sms_parts(context.text) if fields["channel"] == Channel.SMS.value else 0
    body = lines(
        context.t("writing-preview", name=client.name, address=fields["address"]),
        bold(fields["subject"]) if fields.get("subject") else None,
        Html(f"<blockquote>{escape(context.text[:3000])}</blockquote>") if context.text else None,
        context.t("interactions-files", count=len(fields["files"]), names=names) if names else None,
        context.t("writing-parts", count=parts) if parts else None,
    )
    rows = [
        [Press("📤 " + context.t("writing-send"), SendLetter(draft.id))],
        [Press(context.t("core-cancel"), DropLetter(draft.id))],
    ]
    context.send(Card(body, rows))


@router.press(SendLetter)
async def on_send(context: BotContext, press: SendLetter) -> None:
    async with context.write() as session:
        draft = await _own(context, session, press.draft_id)
        fields = draft.fields
        letter = writing.Letter(
            channel=Channel(fields["channel"]),
            text=fields["text"],
            subject=fields.get("subject", ""),
            files=[KeptFile(**file) for file in fields["files"]],
        )
        sent = await writing.write(
            session,
            actor=context.staff,
            client_id=int(fields["client_id"]),
            letter=letter,
            sender_domain=context.settings.mail_domain,
            contact_point_id=int(fields["point_id"]),
            now=context.now,
        )
        draft.saved_id = sent.id
    await context.show_card(interactions.CARD, sent.id)
    context.toast("writing-on-its-way")


@router.press(DropLetter)
async def on_drop(context: BotContext, press: DropLetter) -> None:
    async with context.write() as session:
        await _own(context, session, press.draft_id)
    context.show(Card(context.t("core-cancelled")))


async def answer(context: BotContext, interaction_id: int) -> bool:
    """A Telegram reply to a customer's message: goes back to them in the same thread."""
    async with context.write() as session:
        sent = await writing.answer(
            session,
            actor=context.staff,
            interaction_id=interaction_id,
            text=context.text,
            files=_kept(context),
            sender_domain=context.settings.mail_domain,
            now=context.now,
        )
    await context.show_card(interactions.CARD, sent.id, new=True)
    return True


async def _own(context: BotContext, session: Any, draft_id: int) -> Draft:
    draft: Draft | None = await session.get(Draft, draft_id)
    if draft is None or draft.staff_id != context.staff.id or draft.noun != NOUN or draft.saved_id is not None:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    return draft


def _kept(context: BotContext) -> list[KeptFile]:
    return [
        KeptFile(file.sha256, file.name, file.media_type, file.size, file.telegram_file_id) for file in context.files
    ]


def _as_json(file: KeptFile) -> dict[str, Any]:
    return {
        "sha256": file.sha256,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "telegram_file_id": file.telegram_file_id,
    }
