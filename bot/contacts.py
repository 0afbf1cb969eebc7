"""Phones, addresses and people of a client in the chat; a shared contact becomes a client or a person at one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback
from bot.context import BotContext
from bot.doors import ShowClient, ShowPersons, ShowPoints
from bot.render import Card, Press, lines
from bot.routing import Router
from crm import cards, clients, contacts
from crm.access import Action, allows, client_in_scope
from crm.clients import ClientDraft
from crm.errors import NotAllowed
from storage.models import Client, ContactKind, Draft, FormProgress
from storage.queries import contacts as queries

router = Router()

FORM = "contacts"
CARD = "client"
FOUND = 6


@dataclass(frozen=True)
class AddPoint(Callback, prefix="oa"):
    """Asks for a phone or email; with a person, theirs."""

    client_id: int
    person_id: int = 0


@dataclass(frozen=True)
class OpenPoint(Callback, prefix="oo"):
    point_id: int


@dataclass(frozen=True)
class PreferPoint(Callback, prefix="ot", writes=True):
    point_id: int


@dataclass(frozen=True)
class DropPoint(Callback, prefix="od", writes=True):
    point_id: int


@dataclass(frozen=True)
class AddPerson(Callback, prefix="ob"):
    client_id: int


@dataclass(frozen=True)
class DropPerson(Callback, prefix="ox", writes=True):
    person_id: int


@dataclass(frozen=True)
class SharedToNew(Callback, prefix="on", writes=True):
    """Makes a client of a shared contact."""

    draft_id: int


@dataclass(frozen=True)
class SharedToClient(Callback, prefix="oc"):
    """Asks at which client the shared contact works."""

    draft_id: int


@dataclass(frozen=True)
class SharedJoin(Callback, prefix="oj", writes=True):
    """Adds the shared contact as a person at the client."""

    draft_id: int
    client_id: int


@router.press(ShowPoints)
async def on_points(context: BotContext, press: ShowPoints) -> None:
    async with context.read() as session:
        client = await _client(session, context, press.client_id)
        points = await queries.points_of(session, client.id)
    rows = [[Press(_shown(p.kind, p.value, primary=p.is_primary), OpenPoint(p.id))] for p in points[:30]]
    rows.append([Press("➕ " + context.t("contacts-add"), AddPoint(client.id))])
    rows.append([Press(context.t("core-back"), ShowClient(client.id, 1))])
    context.show(Card(context.t("contacts-of", name=client.name, count=len(points)), rows))


@router.press(OpenPoint)
async def on_point(context: BotContext, press: OpenPoint) -> None:
    async with context.read() as session:
        point = await queries.point(session, press.point_id)
        if point is None:
            raise NotAllowed(action=Action.EDIT_CLIENTS.value)
        client = await _client(session, context, point.client_id)
    rows = [[Press("🗑 " + context.t("contacts-remove"), DropPoint(point.id))]]
    if not point.is_primary:
        rows.insert(0, [Press("★ " + context.t("contacts-prefer"), PreferPoint(point.id))])
    rows.append([Press(context.t("core-back"), ShowPoints(client.id))])
    shown = _shown(point.kind, point.value, primary=point.is_primary)
    context.show(Card(context.t("contacts-one", name=client.name, value=shown), rows))


@router.press(PreferPoint)
async def on_prefer(context: BotContext, press: PreferPoint) -> None:
    async with context.write() as session:
        client = await contacts.make_primary(session, actor=context.staff, point_id=press.point_id, now=context.now)
        await cards.refresh(session, CARD, client.id, now=context.now, except_message=context.pressed_message)
    await on_points(context, ShowPoints(client.id))
    context.toast("clients-saved")


@router.press(DropPoint)
async def on_drop_point(context: BotContext, press: DropPoint) -> None:
    async with context.write() as session:
        client = await contacts.remove_point(session, actor=context.staff, point_id=press.point_id, now=context.now)
        await cards.refresh(session, CARD, client.id, now=context.now, except_message=context.pressed_message)
    await on_points(context, ShowPoints(client.id))


@router.press(AddPoint)
async def on_add(context: BotContext, press: AddPoint) -> None:
    fields = {"client_id": press.client_id, "person_id": press.person_id}
    await context.ask(FORM, "point", fields, Card(context.t("contacts-ask")))
    context.answers[-1].do = "send"


@router.step(FORM, "point")
async def on_point_typed(context: BotContext, form: FormProgress) -> None:
    """One phone or email per line; a refusal names the one that cannot be read and keeps none."""
    client_id, person_id = int(form.fields["client_id"]), int(form.fields["person_id"])
    async with context.write() as session:
        for text in context.text.replace(",", "\n").replace(";", "\n").splitlines():
            if text.strip():
                await contacts.add_point(
                    session,
                    actor=context.staff,
                    client_id=client_id,
                    text=text,
                    now=context.now,
                    person_id=person_id or None,
                )
        await cards.refresh(session, CARD, client_id, now=context.now)
    await context.finish_form()
    await context.show_card(CARD, client_id, new=True)


@router.press(ShowPersons)
async def on_persons(context: BotContext, press: ShowPersons) -> None:
    async with context.read() as session:
        client = await _client(session, context, press.client_id)
        persons = await queries.persons_of(session, client.id)
        points = await queries.points_of(session, client.id)
    said = []
    rows = []
    for person in persons[:20]:
        reached = [_shown(p.kind, p.value, primary=False) for p in points if p.person_id == person.id]
        said.append(
            context.t(
                "contacts-person", name=person.name, position=person.position or "–", reached=", ".join(reached) or "–"
            )
        )
        rows.append(
            [
                Press(f"📱 {person.name}", AddPoint(client.id, person.id)),
                Press(f"🗑 {person.name}", DropPerson(person.id)),
            ]
        )
    rows.append([Press("➕ " + context.t("contacts-add-person"), AddPerson(client.id))])
    rows.append([Press(context.t("core-back"), ShowClient(client.id, 1))])
    context.show(Card(lines(context.t("contacts-people-of", name=client.name, count=len(persons)), *said), rows))


@router.press(AddPerson)
async def on_add_person(context: BotContext, press: AddPerson) -> None:
    await context.ask(FORM, "person", {"client_id": press.client_id}, Card(context.t("contacts-ask-person")))
    context.answers[-1].do = "send"


@router.step(FORM, "person")
async def on_person_typed(context: BotContext, form: FormProgress) -> None:
    """`Name, position, phone, email`: what looks like a phone or an email is one."""
    client_id = int(form.fields["client_id"])
    parts = [part.strip() for part in context.text.replace("\n", ",").split(",") if part.strip()]
    reached = [part for part in parts if "@" in part or sum(c.isdigit() for c in part) >= 5]
    said = [part for part in parts if part not in reached]
    async with context.write() as session:
        person = await contacts.add_person(
            session,
            actor=context.staff,
            client_id=client_id,
            name=said[0] if said else "",
            position=", ".join(said[1:]),
            now=context.now,
        )
        for text in reached:
            await contacts.add_point(
                session, actor=context.staff, client_id=client_id, text=text, now=context.now, person_id=person.id
            )
        await cards.refresh(session, CARD, client_id, now=context.now)
    await context.finish_form()
    await context.show_card(CARD, client_id, new=True)


@router.press(DropPerson)
async def on_drop_person(context: BotContext, press: DropPerson) -> None:
    async with context.write() as session:
        client = await contacts.remove_person(session, actor=context.staff, person_id=press.person_id, now=context.now)
    await on_persons(context, ShowPersons(client.id))


@router.share
async def on_shared_contact(context: BotContext) -> bool:
    """A shared contact: whoever has the number already is shown; else one tap makes a client, or a person at one."""
    message = context.message
    if message is None or message.contact is None or not allows(context.staff, Action.EDIT_CLIENTS):
        return False
    shared = message.contact
    name = " ".join(filter(None, (shared.first_name, shared.last_name))).strip()
    number = shared.phone_number if shared.phone_number.startswith("+") else f"+{shared.phone_number}"
    try:
        phone = contacts.read_phone(number, region=None)
    except contacts.BadPhone:
        phone = contacts.read_phone(shared.phone_number, region=contacts.region_of(context.staff.timezone))
    draft_client = ClientDraft(name=name or phone, phones=(phone,))
    async with context.write() as session:
        known = await clients.find_duplicates(session, actor=context.staff, draft=draft_client)
        kept = Draft(
            staff_id=context.staff.id,
            noun=FORM,
            fields={"name": name or phone, "phone": phone},
            created_at=context.now,
        )
        session.add(kept)
        await session.flush()
        reader = context.reader(session)
    same = next((duplicate for duplicate in known if duplicate.score == 100), None)
    if same is not None:
        await context.show_card(CARD, same.client_id, new=True)
        return True
    rows = [
        [Press(_label(duplicate.name, duplicate.company), SharedJoin(kept.id, duplicate.client_id))]
        for duplicate in known
    ]
    rows.append([Press("➕ " + reader.t("contacts-shared-new"), SharedToNew(kept.id))])
    rows.append([Press("👥 " + reader.t("contacts-shared-person"), SharedToClient(kept.id))])
    text = [reader.t("contacts-shared", name=name or phone, phone=contacts.show_phone(phone))]
    if known:
        text.append(reader.t("contacts-shared-alike", count=len(known)))
    context.send(Card(lines(*text), rows))
    return True


@router.press(SharedToNew)
async def on_shared_new(context: BotContext, press: SharedToNew) -> None:
    async with context.write() as session:
        kept = await _kept(session, context, press.draft_id)
        if kept.saved_id is None:
            draft = ClientDraft(name=kept.fields["name"], phones=(kept.fields["phone"],))
            client = await clients.create(session, actor=context.staff, draft=draft, now=context.now, force=True)
            kept.saved_id = client.id
    await context.show_card(CARD, int(kept.saved_id or 0))
    from bot.clients.changing import ask_source

    await ask_source(context, int(kept.saved_id or 0))


@router.press(SharedToClient)
async def on_shared_to_client(context: BotContext, press: SharedToClient) -> None:
    async with context.read() as session:
        await _kept(session, context, press.draft_id)
    await context.ask(FORM, "whose", {"draft_id": press.draft_id}, Card(context.t("contacts-ask-whose")))
    context.answers[-1].do = "send"


@router.step(FORM, "whose")
async def on_whose_typed(context: BotContext, form: FormProgress) -> None:
    draft_id = int(form.fields["draft_id"])
    async with context.read() as session:
        found = await clients.search(session, actor=context.staff, text=context.text, limit=FOUND)
    if not found.clients:
        context.say("contacts-whose-nobody", query=context.text[:100])
        return
    rows = [[Press(_label(client.name, client.company), SharedJoin(draft_id, client.id))] for client in found.clients]
    context.send(Card(context.t("contacts-whose-which"), rows))


@router.press(SharedJoin)
async def on_shared_join(context: BotContext, press: SharedJoin) -> None:
    async with context.write() as session:
        kept = await _kept(session, context, press.draft_id)
        if kept.saved_id is None:
            await _join(session, context, kept, press.client_id)
        await context.finish_form()
    await context.show_card(CARD, press.client_id)


async def _join(session: AsyncSession, context: BotContext, kept: Draft, client_id: int) -> None:
    fields: dict[str, Any] = kept.fields
    person = await contacts.add_person(
        session, actor=context.staff, client_id=client_id, name=fields["name"], now=context.now
    )
    await contacts.add_point(
        session,
        actor=context.staff,
        client_id=client_id,
        text=fields["phone"],
        now=context.now,
        person_id=person.id,
    )
    kept.saved_id = client_id
    await cards.refresh(session, CARD, client_id, now=context.now, except_message=context.pressed_message)


async def _client(session: AsyncSession, context: BotContext, client_id: int) -> Client:
    return await client_in_scope(session, actor=context.staff, client_id=client_id, action=Action.EDIT_CLIENTS)


async def _kept(session: AsyncSession, context: BotContext, draft_id: int) -> Draft:
    draft = await session.get(Draft, draft_id)
    if draft is None or draft.staff_id != context.staff.id or draft.noun != FORM:
        raise NotAllowed(action=Action.EDIT_CLIENTS.value)
    return draft


def _shown(kind: ContactKind, value: str, *, primary: bool) -> str:
    icon = {ContactKind.PHONE: "📱", ContactKind.EMAIL: "✉️", ContactKind.TELEGRAM: "✈️"}[kind]
    return f"{icon} {contacts.show_phone(value) if kind is ContactKind.PHONE else value}{' ★' if primary else ''}"


def _label(name: str, company: str) -> str:
    return f"{name} · {company}" if company and company != name else name
