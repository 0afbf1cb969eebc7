"""From words, buttons or something forwarded to a proposed interaction, asked about until it can be saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import MessageOriginHiddenUser, MessageOriginUser

from bot.callbacks import Callback
from bot.context import BotContext
from bot.dates import read_moment
from bot.interactions.draft import (
    FORM,
    NOUN,
    DraftFields,
    DropDraft,
    MakeDraftsClient,
    PickClient,
    RetellDraft,
    SaveDraft,
    SetKind,
    SetOutcome,
    SetWhen,
    When,
    client_line,
    draft_card,
    heading,
    kind_rows,
    when_rows,
)
from bot.quickline import Kind, Line, read_line
from bot.render import Card, Press, lines
from bot.routing import Router
from crm import clients, followups, interactions, worktime
from crm.access import Action, allows, client_in_scope
from crm.errors import NotAllowed
from storage.models import (
    Draft,
    FormProgress,
    InteractionKind,
    InteractionSource,
)
from storage.queries import drafts
from storage.queries.clients import ClientName

router = Router()

_TABLES = (".csv", ".xlsx", ".xls", ".tsv")


@dataclass(frozen=True)
class StartInteraction(Callback, prefix="iS"):
    """Begins logging for a client, from their card."""

    client_id: int
    kind: InteractionKind


@router.reading
async def on_line(context: BotContext) -> bool:
    """The quick line, when it reads as an interaction."""
    if not context.text or not allows(context.staff, Action.LOG_INTERACTIONS):
        return False
    line = read_line(context.text, language=context.language, now=context.now, zone=context.zone)
    if line.kind is not Kind.INTERACTION:
        return False
    fields = _fields(line)
    async with context.write() as session:
        named = await _name_client(session, context, fields, line.subject, line=line)
        await _propose(context, session, fields, named)
    return True


@router.share
async def on_shared(context: BotContext) -> bool:
    """Anything forwarded or sent with a file: proposed for the log with its file attached."""
    message = context.message
    if message is None or message.contact is not None or not allows(context.staff, Action.LOG_INTERACTIONS):
        return False
    if message.forward_origin is None and not context.files:
        return False
    if any(file.kind == "document" and file.name.lower().endswith(_TABLES) for file in context.files):
        return False
    fields = DraftFields(InteractionKind.NOTE, InteractionSource.FORWARD, text=context.text, files=_kept(context))
    named = ""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginUser):
        named = origin.sender_user.full_name
    elif isinstance(origin, MessageOriginHiddenUser):
        named = origin.sender_user_name
    elif context.text:
        line = read_line(context.text, language=context.language, now=context.now, zone=context.zone)
        if line.kind is Kind.INTERACTION:
            fields = _fields(line)
            fields.source, fields.files = InteractionSource.FORWARD, _kept(context)
            named = line.subject
    async with context.write() as session:
        clients_named = await _name_client(session, context, fields, named)
        await _propose(context, session, fields, clients_named)
    return True


@router.press(StartInteraction)
async def on_start(context: BotContext, press: StartInteraction) -> None:
    fields = DraftFields(press.kind, InteractionSource.BUTTONS, client_id=press.client_id)
    async with context.write() as session:
        draft_id = await _new_draft(context, session, fields)
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.LOG_INTERACTIONS
        )
    ask = Card(
        lines(
            heading(context.reader(session), press.kind, None, None, None),
            client_line(client),
            context.t("interactions-ask-text"),
        ),
        [[Press(context.t("core-cancel"), DropDraft(draft_id))]],
    )
    await context.ask(FORM, "text", {"draft_id": draft_id}, ask)


@router.step(FORM, "text")
async def on_text(context: BotContext, form: FormProgress) -> None:
    """The text of a draft; it may carry a follow-up and files of its own."""
    async with context.write() as session:
        draft = await _draft(session, context, int(form.fields["draft_id"]))
        fields = DraftFields.of(draft)
        line = read_line(f"note {context.text}", language=context.language, now=context.now, zone=context.zone)
        fields.text = context.text
        if line.follow_up is not None:
            fields.followup_at, fields.promise = line.follow_up.moment.at.isoformat(), line.follow_up.text
            fields.text = line.subject
        fields.files += _kept(context)
        draft.fields = fields.as_json()
        await context.finish_form()
        context.send(await draft_card(context.reader(session), draft.id, fields))


@router.step(FORM, "client")
async def on_client_named(context: BotContext, form: FormProgress) -> None:
    async with context.write() as session:
        draft = await _draft(session, context, int(form.fields["draft_id"]))
        fields = DraftFields.of(draft)
        await _name_client(session, context, fields, context.text)
        draft.fields = fields.as_json()
        if fields.client_id is not None or fields.candidates:
            await context.finish_form()
        context.send(await draft_card(context.reader(session), draft.id, fields))


@router.step(FORM, "when")
async def on_when_typed(context: BotContext, form: FormProgress) -> None:
    moment = read_moment(context.text, now=context.now, zone=context.zone, language=context.language)
    if moment is None:
        context.say("followups-date-unclear", text=context.text[:100])
        return
    async with context.write() as session:
        draft = await _draft(session, context, int(form.fields["draft_id"]))
        fields = DraftFields.of(draft)
        await _set_followup(session, draft, fields, moment.at)
        await context.finish_form()
        context.send(await draft_card(context.reader(session), draft.id, fields))


@router.press(PickClient)
async def on_pick_client(context: BotContext, press: PickClient) -> None:
    async with context.write() as session:
        draft = await _draft(session, context, press.draft_id)
        if press.client_id == 0:
            card = Card(context.t("interactions-ask-name"), [[Press(context.t("core-cancel"), DropDraft(draft.id))]])
            await context.ask(FORM, "client", {"draft_id": draft.id}, card)
            return
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.LOG_INTERACTIONS
        )
        fields = DraftFields.of(draft)
        fields.client_id, fields.candidates = client.id, []
        draft.fields = fields.as_json()
        context.show(await draft_card(context.reader(session), draft.id, fields))


@router.press(MakeDraftsClient)
async def on_make_client(context: BotContext, press: MakeDraftsClient) -> None:
    """A new client from the name alone; the rest is filled in on their card. Looks alike: the person chooses."""
    async with context.write() as session:
        draft = await _draft(session, context, press.draft_id)
        fields = DraftFields.of(draft)
        wanted = clients.ClientDraft(name=fields.named)
        alike = await clients.find_duplicates(session, actor=context.staff, draft=wanted)
        new = [duplicate.client_id for duplicate in alike if duplicate.client_id not in fields.candidates]
        if new:
            fields.candidates += new
        else:
            client = await clients.create(session, actor=context.staff, draft=wanted, now=context.now, force=True)
            fields.client_id, fields.candidates = client.id, []
        draft.fields = fields.as_json()
        context.show(await draft_card(context.reader(session), draft.id, fields))


@router.press(SetKind)
async def on_kind(context: BotContext, press: SetKind) -> None:
    async with context.write() as session:
        draft = await _draft(session, context, press.draft_id)
        reader = context.reader(session)
        fields = DraftFields.of(draft)
        if press.kind is None:
            card = await draft_card(reader, draft.id, fields)
            context.show(Card(card.html, kind_rows(reader, draft.id)))
            return
        fields.kind, fields.direction = press.kind, press.direction
        if press.kind is not InteractionKind.CALL:
            fields.outcome = None
        draft.fields = fields.as_json()
        context.show(await draft_card(reader, draft.id, fields))


@router.press(SetOutcome)
async def on_outcome(context: BotContext, press: SetOutcome) -> None:
    async with context.write() as session:
        draft = await _draft(session, context, press.draft_id)
        fields = DraftFields.of(draft)
        fields.kind, fields.outcome = InteractionKind.CALL, press.outcome
        draft.fields = fields.as_json()
        context.show(await draft_card(context.reader(session), draft.id, fields))


@router.press(SetWhen)
async def on_when(context: BotContext, press: SetWhen) -> None:
    async with context.write() as session:
        draft = await _draft(session, context, press.draft_id)
        fields = DraftFields.of(draft)
        reader = context.reader(session)
        if press.when is None:
            context.show(Card((await draft_card(reader, draft.id, fields)).html, when_rows(reader, draft.id)))
            return
        if press.when is When.PICK:
            await context.ask(FORM, "when", {"draft_id": draft.id}, Card(context.t("followups-ask-when")))
            return
        await _set_followup(session, draft, fields, moment_of(context, press.when))
        context.show(await draft_card(reader, draft.id, fields))


@router.press(RetellDraft)
async def on_retell(context: BotContext, press: RetellDraft) -> None:
    async with context.write() as session:
        draft = await _draft(session, context, press.draft_id)
    await context.ask(FORM, "text", {"draft_id": draft.id}, Card(context.t("interactions-ask-text")))


async def _save_plan(context: BotContext, session: AsyncSession, draft: Draft, fields: DraftFields) -> None:
    """Something still to be done: there is only a follow-up to save."""
    followup = await followups.schedule(
        session,
        actor=context.staff,
        client_id=fields.client_id or 0,
        promise=fields.promise or context.t("interactions-promise-any"),
        due_at=datetime.fromisoformat(fields.followup_at or ""),
        now=context.now,
    )
    draft.saved_id = followup.id
    await context.show_card(followups.CARD, followup.id)
    context.toast("interactions-saved")


@router.press(DropDraft)
async def on_drop(context: BotContext, press: DropDraft) -> None:
    async with context.write() as session:
        await _draft(session, context, press.draft_id)
    await context.finish_form()
    context.show(Card(context.t("core-cancelled")))


@router.press(SaveDraft)
async def on_save(context: BotContext, press: SaveDraft) -> None:
    async with context.write() as session:
        draft = await _draft(session, context, press.draft_id)
        fields = DraftFields.of(draft)
        if fields.planned and fields.followup_at and fields.client_id:
            await _save_plan(context, session, draft, fields)
            return
        complete = fields.complete()
        if complete is None:
            context.show(await draft_card(context.reader(session), draft.id, fields))
            return
        saved = await interactions.log(session, actor=context.staff, draft=complete, now=context.now)
        draft.saved_id = saved.id
    await context.show_card(interactions.CARD, saved.id)
    context.toast("interactions-saved")


def moment_of(context: BotContext, when: When) -> datetime | None:
    """The moment a button stands for, in the person's zone; None for no follow-up."""
    today = context.now.astimezone(context.zone).date()
    days = {When.TOMORROW: 1, When.DAYS3: 3, When.WEEK: 7}
    if when in days:
        return worktime.local_moment(today + timedelta(days=days[when]), 9 * 60, context.zone)
    return context.now + timedelta(hours=1) if when is When.HOUR else None


def _fields(line: Line) -> DraftFields:
    fields = DraftFields(
        line.verb or InteractionKind.NOTE,
        InteractionSource.QUICK_LINE,
        direction=line.direction,
        outcome=line.outcome,
        duration_seconds=int(line.duration.total_seconds()) if line.duration else None,
        text=line.body,
    )
    if line.follow_up is not None:
        fields.followup_at = line.follow_up.moment.at.isoformat()
        fields.promise = line.follow_up.text
        fields.planned = line.planned
    return fields


async def _name_client(
    session: AsyncSession, context: BotContext, fields: DraftFields, subject: str, *, line: Line | None = None
) -> list[ClientName]:
    """Finds the client in the words; in a quick line the rest of them is what was said. Several become candidates."""
    matches = await clients.resolve(session, actor=context.staff, subject=subject, now=context.now) if subject else []
    fields.client_id, fields.candidates = None, []
    if not matches:
        fields.named = (line.names[0] if line.names else "") if line else subject[:60]
        return []
    best = matches[0]
    if len(matches) == 1:
        fields.client_id = best.client.id
    else:
        fields.candidates = [match.client.id for match in matches]
        fields.named = subject[best.start : best.end]
    if line is not None:
        fields.text = line.body_without((best.start, best.end))
    return [match.client for match in matches]


async def _set_followup(session: AsyncSession, draft: Draft, fields: DraftFields, at: datetime | None) -> None:
    fields.followup_at = at.isoformat() if at else None
    draft.fields = fields.as_json()
    await session.flush()


async def _propose(context: BotContext, session: AsyncSession, fields: DraftFields, named: list[ClientName]) -> None:
    draft_id = await _new_draft(context, session, fields)
    context.send(await draft_card(context.reader(session), draft_id, fields, known=named))


async def _new_draft(context: BotContext, session: AsyncSession, fields: DraftFields) -> int:
    return await drafts.add(session, staff_id=context.staff.id, noun=NOUN, fields=fields.as_json(), now=context.now)


async def _draft(session: AsyncSession, context: BotContext, draft_id: int) -> Draft:
    """The person's own unsaved draft. Raises NotAllowed for anybody else's and for saved ones."""
    draft = await session.get(Draft, draft_id)
    if draft is None or draft.staff_id != context.staff.id or draft.noun != NOUN or draft.saved_id is not None:
        raise NotAllowed(action=Action.LOG_INTERACTIONS.value)
    return draft


def _kept(context: BotContext) -> list[dict[str, Any]]:
    return [
        {
            "sha256": file.sha256,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "telegram_file_id": file.telegram_file_id,
        }
        for file in context.files
    ]
