"""Counterparties of a client in the chat: the legal entities it acts through, now and before."""

from __future__ import annotations

from dataclasses import dataclass

from bot.callbacks import Callback
from bot.context import BotContext
from bot.doors import ShowClient, ShowParties
from bot.render import Card, Press, lines
from bot.routing import Router
from crm import cards, counterparties
from crm.access import Action, client_in_scope
from crm.counterparties import PartyDraft
from storage.models import FormProgress

router = Router()

FORM = "counterparties"
CARD = "client"


@dataclass(frozen=True)
class AddParty(Callback, prefix="la"):
    client_id: int


@dataclass(frozen=True)
class EndParty(Callback, prefix="le", writes=True):
    """The client stops acting through the entity, from now on."""

    link_id: int


@router.press(ShowParties)
async def on_parties(context: BotContext, press: ShowParties) -> None:
    async with context.read() as session:
        client = await client_in_scope(
            session, actor=context.staff, client_id=press.client_id, action=Action.EDIT_CLIENTS
        )
        links = await counterparties.of_client(session, actor=context.staff, client_id=client.id)
        reader = context.reader(session)
    said = []
    rows = []
    for link in links[:20]:
        key = "counterparties-ended" if link.valid_until else "counterparties-valid"
        said.append(
            context.t(
                key,
                name=link.party.name,
                number=link.party.tax_id or "–",
                since=reader.day(link.valid_from),
                until=reader.day(link.valid_until) if link.valid_until else "",
            )
        )
        if link.valid_until is None:
            rows.append([Press("⏹ " + context.t("counterparties-end", name=link.party.name[:40]), EndParty(link.id))])
    rows.append([Press("➕ " + context.t("counterparties-add"), AddParty(client.id))])
    rows.append([Press(context.t("core-back"), ShowClient(client.id, 1))])
    context.show(Card(lines(context.t("counterparties-of", name=client.name, count=len(links)), *said), rows))


@router.press(AddParty)
async def on_add(context: BotContext, press: AddParty) -> None:
    await context.ask(FORM, "party", {"client_id": press.client_id}, Card(context.t("counterparties-ask")))
    context.answers[-1].do = "send"


@router.step(FORM, "party")
async def on_typed(context: BotContext, form: FormProgress) -> None:
    """`Name, tax number, country`: a part of digits is the number, two letters are the country."""
    client_id = int(form.fields["client_id"])
    parts = [part.strip() for part in context.text.replace("\n", ",").split(",") if part.strip()]
    number = next((part for part in parts[1:] if sum(c.isdigit() for c in part) >= 5), "")
    country = next((part for part in parts[1:] if len(part) == 2 and part.isascii() and part.isalpha()), "")
    address = ", ".join(part for part in parts[1:] if part not in (number, country))
    draft = PartyDraft(name=parts[0] if parts else "", tax_id=number, country=country, address=address)
    async with context.write() as session:
        await counterparties.link(session, actor=context.staff, client_id=client_id, draft=draft, now=context.now)
        await cards.refresh(session, CARD, client_id, now=context.now)
    await context.finish_form()
    await context.show_card(CARD, client_id, new=True)


@router.press(EndParty)
async def on_end(context: BotContext, press: EndParty) -> None:
    async with context.write() as session:
        client = await counterparties.end(session, actor=context.staff, link_id=press.link_id, now=context.now)
        await cards.refresh(session, CARD, client.id, now=context.now, except_message=context.pressed_message)
    await on_parties(context, ShowParties(client.id))
