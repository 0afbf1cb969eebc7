"""Making a client from one typed line or a shared contact, after a look at whether we have them already."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clients.card import CARD
from bot.clients.changing import ask_source
from bot.clients.listing import keep_line
from bot.clients.presses import FORM, MakeAnyway, NewClient, UndoClient
from bot.context import BotContext
from bot.doors import ShowClient
from bot.render import Card, Press, Reader, lines
from bot.routing import Router
from crm import clients
from crm.access import Action, check
from crm.clients import ClientDraft, Duplicate, PossibleDuplicate
from crm.contacts import BadEmail, BadPhone, read_email, read_phone, region_of
from crm.errors import NotAllowed
from storage.models import Draft, FormProgress

router = Router()


@router.command("new")
async def on_new(context: BotContext, argument: str) -> None:
    check(context.staff, Action.EDIT_CLIENTS)
    if argument:
        await make(context, read_draft(argument, zone=context.staff.timezone))
        return
    await context.ask(FORM, "new", {}, Card(context.t("clients-ask-new")))


@router.press(NewClient)
async def on_new_pressed(context: BotContext, press: NewClient) -> None:
    check(context.staff, Action.EDIT_CLIENTS)
    if not press.draft_id:
        await context.ask(FORM, "new", {}, Card(context.t("clients-ask-new")))
        context.answers[-1].do = "send"
        return
    async with context.write() as session:
        draft = await _own(session, context, press.draft_id)
        if draft.saved_id is not None:
            await context.show_card(CARD, draft.saved_id)
            return
    await make(context, _restored(draft, context), draft_id=draft.id)


@router.step(FORM, "new")
async def on_described(context: BotContext, _form: FormProgress) -> None:
    await make(context, read_draft(context.text, zone=context.staff.timezone))


@router.press(MakeAnyway)
async def on_make_anyway(context: BotContext, press: MakeAnyway) -> None:
    async with context.write() as session:
        draft = await _own(session, context, press.draft_id)
    if draft.saved_id is not None:
        await context.show_card(CARD, draft.saved_id)
        return
    await make(context, _restored(draft, context), draft_id=draft.id, force=True)


@router.press(UndoClient)
async def on_undo(context: BotContext, press: UndoClient) -> None:
    async with context.write() as session:
        client = await clients.undo_create(session, actor=context.staff, client_id=press.client_id, now=context.now)
    context.show(Card(context.t("clients-undone", name=client.name)))


async def make(context: BotContext, draft: ClientDraft, *, draft_id: int = 0, force: bool = False) -> None:
    """Makes the client and asks where it came from; or shows whom it looks like, with the way around."""
    async with context.write() as session:
        await context.finish_form()
        try:
            client = await clients.create(session, actor=context.staff, draft=draft, now=context.now, force=force)
        except PossibleDuplicate as alike:
            kept = await session.get(Draft, draft_id) if draft_id else await keep_line(session, context, draft.name)
            if kept is None:
                raise NotAllowed(action=Action.EDIT_CLIENTS.value) from None
            kept.fields = {"draft": _as_json(draft)}
            context.send(_alike_card(context.reader(session), alike.duplicates, kept.id))
            return
        if draft_id and (kept := await session.get(Draft, draft_id)) is not None:
            kept.saved_id = client.id
    await context.show_card(CARD, client.id, new=True)
    await ask_source(context, client.id)


def read_draft(line: str, *, zone: str) -> ClientDraft:
    """A client in one line, parts between commas, semicolons or lines: `Anna Schmidt, Baltic Tools, +49 30 12, a@b.com, Berlin`.

    Phones and addresses are known by their looks; of the rest the first is the name, then company, then city.
    """
    region = region_of(zone)
    phones: list[str] = []
    emails: list[str] = []
    said: list[str] = []
    tags: list[str] = []
    for part in line.replace(";", ",").replace("\n", ",").split(","):
        text = part.strip()
        if not text:
            continue
        if text.startswith("#"):
            tags += [tag for tag in text.split("#") if tag.strip()]
        elif "@" in text and " " not in text:
            emails.append(_checked_email(text))
        elif sum(character.isdigit() for character in text) >= 5 and _is_phone(text, region):
            phones.append(text)
        else:
            said.append(text)
    name, company, city = [*said, "", "", ""][:3]
    notes = ", ".join(said[3:])
    return ClientDraft(
        name=name or company or (phones + emails + [""])[0],
        company=company,
        city=city,
        phones=tuple(phones),
        emails=tuple(emails),
        tags=tuple(tags),
        notes=notes,
    )


def _checked_email(text: str) -> str:
    try:
        return read_email(text)
    except BadEmail:
        return text  # crm refuses it by name


def _is_phone(text: str, region: str | None) -> bool:
    try:
        read_phone(text, region=region)
    except BadPhone:
        return not any(character.isalpha() for character in text)
    return True


def _alike_card(reader: Reader, duplicates: tuple[Duplicate, ...], draft_id: int) -> Card:
    said = [
        reader.t(f"clients-alike-{duplicate.likeness.value}", name=duplicate.name, company=duplicate.company or "–")
        for duplicate in duplicates
    ]
    rows = [
        [
            Press(
                f"{duplicate.name} · {duplicate.company}" if duplicate.company else duplicate.name,
                ShowClient(duplicate.client_id),
            )
        ]
        for duplicate in duplicates
    ]
    rows.append([Press("➕ " + reader.t("clients-make-anyway"), MakeAnyway(draft_id))])
    return Card(lines(reader.t("clients-alike", count=len(duplicates)), *said), rows)


async def _own(session: AsyncSession, context: BotContext, draft_id: int) -> Draft:
    draft = await session.get(Draft, draft_id)
    if draft is None or draft.staff_id != context.staff.id or draft.noun != FORM:
        raise NotAllowed(action=Action.EDIT_CLIENTS.value)
    return draft


def _as_json(draft: ClientDraft) -> dict[str, Any]:
    fields = asdict(draft)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def _restored(draft: Draft, context: BotContext) -> ClientDraft:
    if "draft" not in draft.fields:
        return read_draft(str(draft.fields["line"]), zone=context.staff.timezone)
    kept = dict(draft.fields["draft"])
    return replace(
        ClientDraft(name=str(kept["name"])),
        company=str(kept["company"]),
        city=str(kept["city"]),
        notes=str(kept["notes"]),
        person=str(kept["person"]),
        phones=tuple(kept["phones"]),
        emails=tuple(kept["emails"]),
        tags=tuple(kept["tags"]),
        telegram_id=kept["telegram_id"],
    )
