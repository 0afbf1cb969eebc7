"""Lists of clients, and what a typed word finds: the first hits with buttons, the rest by pages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clients.presses import FORM, FoundPage, ListClients, NewClient
from bot.context import BotContext
from bot.doors import ShowClient
from bot.render import Card, Html, Press, Reader, lines, pager
from bot.routing import Router
from bot.stock import product_rows
from crm import clients
from crm.access import Action, allows
from crm.errors import NotAllowed
from storage.models import Client, Draft

router = Router()

PAGE = 8
FIRST = 3
NOUN = "client_search"


@router.command("clients")
async def on_clients(context: BotContext, argument: str) -> None:
    """The newest contacts first; with words, what they find."""
    if argument:
        if not await search(context, argument):
            context.send(await _nothing(context, argument))
        return
    context.send(await _list(context, ListClients()))


@router.press(ListClients)
async def on_list(context: BotContext, press: ListClients) -> None:
    context.show(await _list(context, press))


@router.press(FoundPage)
async def on_found(context: BotContext, press: FoundPage) -> None:
    async with context.read() as session:
        draft = await session.get(Draft, press.draft_id)
        if draft is None or draft.staff_id != context.staff.id or draft.noun != NOUN:
            raise NotAllowed(action=Action.SEE_CLIENTS.value)
        query = str(draft.fields["query"])
        found = await clients.search(
            session, actor=context.staff, text=query, limit=PAGE, offset=max(press.page, 0) * PAGE
        )
        reader = context.reader(session)
    rows = _rows(found.clients)
    rows.append(pager(press.page, _pages(found.total), lambda page: FoundPage(press.draft_id, page)))
    context.show(Card(reader.t("clients-found", count=found.total, query=query[:100]), rows))


@router.reading
async def on_line(context: BotContext) -> bool:
    """A plain line nobody else understood is a search; nothing found offers to make the client."""
    if not context.text or not allows(context.staff, Action.SEE_CLIENTS):
        return False
    if await search(context, context.text):
        return True
    if len(context.text) > 60 or "\n" in context.text:
        return False
    context.send(await _nothing(context, context.text))
    return True


async def search(context: BotContext, query: str) -> bool:
    """Shows the first clients (and products) the words find; False when they find nothing."""
    async with context.write() as session:
        reader = context.reader(session)
        found = await clients.search(session, actor=context.staff, text=query, limit=PAGE)
        goods = await product_rows(context, query, limit=FIRST)
        if not found.clients and not goods:
            return False
        if len(found.clients) == 1 and not goods:
            await context.show_card("client", found.clients[0].id, new=True)
            return True
        rows = _rows(found.clients[:FIRST])
        if found.total > FIRST:
            draft = Draft(staff_id=context.staff.id, noun=NOUN, fields={"query": query[:200]}, created_at=context.now)
            session.add(draft)
            await session.flush()
            rows.append([Press(reader.t("clients-show-all", count=found.total), FoundPage(draft.id, 0))])
        text = reader.t("clients-found", count=found.total, query=query[:100])
        context.send(Card(lines(text, *_summary(reader, found.clients[:FIRST])), [*rows, *goods]))
    return True


async def _list(context: BotContext, press: ListClients) -> Card:
    async with context.read() as session:
        reader = context.reader(session)
        found = await clients.browse(
            session, actor=context.staff, limit=PAGE, offset=max(press.page, 0) * PAGE, own=press.own
        )
    rows = _rows(found.clients)
    if row := pager(press.page, _pages(found.total), lambda page: ListClients(page, press.own)):
        rows.append(row)
    other = reader.t("clients-list-all") if press.own else reader.t("clients-list-own")
    rows.append([Press(other, ListClients(0, not press.own)), Press("➕ " + reader.t("core-menu-new"), NewClient())])
    key = "clients-list-own-title" if press.own else "clients-list-title"
    return Card(lines(reader.t(key, count=found.total), reader.t("clients-list-hint")), rows)


async def _nothing(context: BotContext, query: str) -> Card:
    """Nothing found: the words are kept so that one tap makes a client of them."""
    text = context.t("clients-nothing", query=query[:100])
    if not allows(context.staff, Action.EDIT_CLIENTS):
        return Card(text)
    async with context.write() as session:
        draft = await keep_line(session, context, query)
    return Card(text, [[Press("➕ " + context.t("clients-new-named", name=query[:40]), NewClient(draft.id))]])


async def keep_line(session: AsyncSession, context: BotContext, line: str) -> Draft:
    """The typed line of a client to be, kept until it is made."""
    draft = Draft(staff_id=context.staff.id, noun=FORM, fields={"line": line[:1000]}, created_at=context.now)
    session.add(draft)
    await session.flush()
    return draft


def _rows(found: Sequence[Client]) -> list[list[Press]]:
    return [[Press(_label(client), ShowClient(client.id))] for client in found]


def _label(client: Client) -> str:
    parts = [client.name, client.company if client.company != client.name else "", client.city]
    return " · ".join(part for part in parts if part)


def _summary(reader: Reader, found: Sequence[Client]) -> list[Html]:
    return [
        reader.t(
            "clients-found-line",
            name=client.name,
            company=client.company,
            at=reader.day(client.last_contact_at) if client.last_contact_at else reader.t("clients-never"),
        )
        if client.company and client.company != client.name
        else reader.t(
            "clients-found-line-short",
            name=client.name,
            at=reader.day(client.last_contact_at) if client.last_contact_at else reader.t("clients-never"),
        )
        for client in found
    ]


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE))
