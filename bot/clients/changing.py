"""Changing a client from its card: fields, tags, owner, source of the first contact, archive."""

from __future__ import annotations

from bot.clients.card import CARD
from bot.clients.presses import (
    FORM,
    Archive,
    AskArchive,
    AskSource,
    AskTag,
    DropTag,
    EditField,
    SetField,
    SetOwner,
    SetSource,
    ShowOwners,
    ShowTags,
)
from bot.context import BotContext
from bot.doors import ShowClient
from bot.marketing import source_name
from bot.render import Card, Press, lines
from bot.routing import Router
from crm import cards, clients, marketing, staff
from crm.access import Action, client_in_scope
from crm.clients import Field
from storage.models import FormProgress, Language, Lifecycle, Role
from storage.queries import clients as queries

router = Router()

_CHOICES: dict[Field, tuple[str, ...]] = {
    Field.LANGUAGE: tuple(language.value for language in Language),
    Field.LIFECYCLE: tuple(lifecycle.value for lifecycle in Lifecycle),
}


@router.press(EditField)
async def on_edit(context: BotContext, press: EditField) -> None:
    async with context.read() as session:
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.EDIT_CLIENTS
        )
    if press.field is None:
        presses = [Press(context.t(f"clients-field-{field.value}"), EditField(client.id, field)) for field in Field]
        rows = _pairs(presses)
        rows.append([Press(context.t("core-back"), ShowClient(client.id, 1))])
        context.show(Card(context.t("clients-edit-which", name=client.name), rows))
        return
    if press.field in _CHOICES:
        presses = [
            Press(_choice_name(context, press.field, value), SetField(client.id, press.field, value))
            for value in _CHOICES[press.field]
        ]
        rows = [*_pairs(presses), [Press(context.t("core-back"), EditField(client.id))]]
        context.show(Card(context.t(f"clients-ask-{press.field.value}", name=client.name), rows))
        return
    now_said = getattr(client, press.field.value) or "–"
    ask = Card(
        lines(
            context.t(f"clients-ask-{press.field.value}", name=client.name),
            context.t("clients-is-now", value=str(now_said)[:500]),
        )
    )
    await context.ask(FORM, "field", {"client_id": client.id, "field": press.field.value}, ask)
    context.answers[-1].do = "send"


@router.step(FORM, "field")
async def on_field_typed(context: BotContext, form: FormProgress) -> None:
    value = "" if context.text in ("-", "–", "—") else context.text
    await _set(context, int(form.fields["client_id"]), Field(form.fields["field"]), value, new=True)
    await context.finish_form()


@router.press(SetField)
async def on_field_chosen(context: BotContext, press: SetField) -> None:
    await _set(context, press.client_id, press.field, press.value)


@router.press(ShowTags)
async def on_tags(context: BotContext, press: ShowTags) -> None:
    await _show_tags(context, press.client_id)


@router.press(AskTag)
async def on_ask_tag(context: BotContext, press: AskTag) -> None:
    await context.ask(FORM, "tag", {"client_id": press.client_id}, Card(context.t("clients-ask-tag")))
    context.answers[-1].do = "send"


@router.step(FORM, "tag")
async def on_tag_typed(context: BotContext, form: FormProgress) -> None:
    client_id = int(form.fields["client_id"])
    async with context.write() as session:
        for name in context.text.replace("#", ",").split(",")[:10]:
            if name.strip():
                await clients.add_tag(session, actor=context.staff, client_id=client_id, name=name, now=context.now)
        await cards.refresh(session, CARD, client_id, now=context.now)
    await context.finish_form()
    await context.show_card(CARD, client_id, new=True)


@router.press(DropTag)
async def on_drop_tag(context: BotContext, press: DropTag) -> None:
    async with context.write() as session:
        await clients.remove_tag(
            session, actor=context.staff, client_id=press.client_id, tag_id=press.tag_id, now=context.now
        )
    await _show_tags(context, press.client_id)


@router.press(ShowOwners)
async def on_owners(context: BotContext, press: ShowOwners) -> None:
    async with context.read() as session:
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.EDIT_CLIENTS
        )
        people = []
        if context.staff.role in (Role.MANAGER, Role.ADMIN):
            people = [p for p in await staff.colleagues(session, actor=context.staff) if p.role is not Role.WAREHOUSE]
    rows = []
    if client.owner_id != context.staff.id:
        rows.append([Press(context.t("clients-owner-me"), SetOwner(client.id, context.staff.id))])
    rows += _pairs([Press(person.name, SetOwner(client.id, person.id)) for person in people[:40]])
    if people and client.owner_id is not None:
        rows.append([Press(context.t("clients-card-nobodys"), SetOwner(client.id, 0))])
    rows.append([Press(context.t("core-back"), ShowClient(client.id, 1))])
    context.show(Card(context.t("clients-ask-owner", name=client.name), rows))


@router.press(SetOwner)
async def on_owner_chosen(context: BotContext, press: SetOwner) -> None:
    async with context.write() as session:
        await clients.assign(
            session,
            actor=context.staff,
            client_id=press.client_id,
            owner_id=press.staff_id or None,
            now=context.now,
        )
        await cards.refresh(session, CARD, press.client_id, now=context.now, except_message=context.pressed_message)
    await context.show_card(CARD, press.client_id)
    context.toast("clients-saved")


async def ask_source(context: BotContext, client_id: int) -> None:
    """The first-touch question as a new message: where from; then, in words, why."""
    context.send(await _source_card(context, client_id))


@router.press(AskSource)
async def on_ask_source(context: BotContext, press: AskSource) -> None:
    context.show(await _source_card(context, press.client_id))


@router.press(SetSource)
async def on_source_chosen(context: BotContext, press: SetSource) -> None:
    async with context.write() as session:
        client = await clients.set_source(
            session, actor=context.staff, client_id=press.client_id, source_id=press.source_id, now=context.now
        )
        await cards.refresh(session, CARD, press.client_id, now=context.now, except_message=context.pressed_message)
    fields = {"client_id": client.id, "source_id": press.source_id}
    skip = [[Press(context.t("clients-skip-reason"), ShowClient(client.id))]]
    await context.ask(FORM, "reason", fields, Card(context.t("clients-ask-reason", name=client.name), skip))


@router.step(FORM, "reason")
async def on_reason_typed(context: BotContext, form: FormProgress) -> None:
    client_id = int(form.fields["client_id"])
    async with context.write() as session:
        await clients.set_source(
            session,
            actor=context.staff,
            client_id=client_id,
            source_id=int(form.fields["source_id"]),
            reason=context.text,
            now=context.now,
        )
    await context.finish_form()
    await context.show_card(CARD, client_id, new=True)


@router.press(AskArchive)
async def on_ask_archive(context: BotContext, press: AskArchive) -> None:
    async with context.read() as session:
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.EDIT_CLIENTS
        )
    rows = [
        [Press(context.t("clients-archive"), Archive(client.id)), Press(context.t("core-no"), ShowClient(client.id))]
    ]
    context.show(Card(context.t("clients-ask-archive", name=client.name), rows))


@router.press(Archive)
async def on_archive(context: BotContext, press: Archive) -> None:
    async with context.write() as session:
        client = await clients.archive(session, actor=context.staff, client_id=press.client_id, now=context.now)
    context.show(Card(context.t("clients-archived", name=client.name)))


async def _set(context: BotContext, client_id: int, field: Field, value: str, *, new: bool = False) -> None:
    async with context.write() as session:
        await clients.edit(session, actor=context.staff, client_id=client_id, field=field, value=value, now=context.now)
        await cards.refresh(session, CARD, client_id, now=context.now, except_message=context.pressed_message)
    await context.show_card(CARD, client_id, new=new)
    if not new:
        context.toast("clients-saved")


async def _source_card(context: BotContext, client_id: int) -> Card:
    async with context.read() as session:
        client = await client_in_scope(session, actor=context.staff, client_id=client_id, action=Action.EDIT_CLIENTS)
        reader = context.reader(session)
        offered = await marketing.sources(session, actor=context.staff)
    presses = [
        Press(source_name(reader, source.code, source.name), SetSource(client.id, source.id)) for source in offered[:30]
    ]
    rows = _pairs(presses)
    rows.append([Press(context.t("core-back"), ShowClient(client.id))])
    return Card(context.t("clients-ask-source-of", name=client.name), rows)


async def _show_tags(context: BotContext, client_id: int) -> None:
    async with context.read() as session:
        client = await client_in_scope(session, actor=context.staff, client_id=client_id, action=Action.EDIT_CLIENTS)
        tags = await queries.tags_of(session, client.id)
    rows = _pairs([Press(f"✕ {tag.name}", DropTag(client.id, tag.id)) for tag in tags[:40]])
    rows.append([Press("➕ " + context.t("clients-add-tag"), AskTag(client.id))])
    rows.append([Press(context.t("core-back"), ShowClient(client.id, 1))])
    context.show(Card(context.t("clients-tags-of", name=client.name, count=len(tags)), rows))


def _choice_name(context: BotContext, field: Field, value: str) -> str:
    return context.t(f"clients-{field.value}-{value}")


def _pairs(presses: list[Press]) -> list[list[Press]]:
    return [presses[start : start + 2] for start in range(0, len(presses), 2)]
