"""Counterparties: the legal entities a client acts through, each from one day until another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, client_in_scope
from crm.client_index import reindex
from crm.errors import CrmError, Invalid, NotAllowed
from crm.fields import read_line
from storage import search
from storage.models import Client, ClientCounterParty, CounterParty, Staff
from storage.queries import clients as queries


class AlreadyLinked(CrmError):
    """The client acts through that entity at that time already. Parameters: name."""

    code = "counterparties.already_linked"


class BadPeriod(CrmError):
    """The end of a period does not lie after its beginning."""

    code = "counterparties.bad_period"


@dataclass(frozen=True)
class PartyDraft:
    """A legal entity as typed; with a tax number the same entity is found again. `country` is ISO 3166 alpha-2."""

    name: str
    tax_id: str = ""
    country: str = ""
    address: str = ""


@dataclass(frozen=True)
class Link:
    """That a client acts, acted or will act through an entity."""

    id: int
    party: CounterParty
    valid_from: datetime
    valid_until: datetime | None

    def valid_at(self, moment: datetime) -> bool:
        return self.valid_from <= moment and (self.valid_until is None or self.valid_until > moment)


async def link(
    session: AsyncSession,
    *,
    actor: Staff,
    client_id: int,
    draft: PartyDraft,
    now: datetime,
    valid_from: datetime | None = None,
) -> Link:
    """The client acts through the entity from `valid_from` (now) on. Raises AlreadyLinked, Missing, TooLong, Invalid."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    party = await find_or_make(session, draft, now=now)
    start = valid_from or now
    for known, other in await queries.counterparties_of(session, client.id):
        if other.id == party.id and (known.valid_until is None or known.valid_until > start):
            raise AlreadyLinked(name=party.name)
    row = ClientCounterParty(client_id=client.id, counterparty_id=party.id, valid_from=start)
    session.add(row)
    await session.flush()
    events.record(
        session, "client.counterparty_linked", now=now, client_id=client.id, staff_id=actor.id, counterparty_id=party.id
    )
    await reindex(session, client, now=now)
    return Link(row.id, party, row.valid_from, row.valid_until)


async def end(
    session: AsyncSession, *, actor: Staff, link_id: int, now: datetime, valid_until: datetime | None = None
) -> Client:
    """The client stops acting through the entity at `valid_until` (now); what was signed before stays. Raises BadPeriod."""
    row = await session.get(ClientCounterParty, link_id)
    if row is None:
        raise NotAllowed(action=Action.EDIT_CLIENTS.value)
    client = await client_in_scope(session, actor=actor, client_id=row.client_id, action=Action.EDIT_CLIENTS)
    until = valid_until or now
    if until <= row.valid_from:
        raise BadPeriod
    row.valid_until = until
    events.record(
        session,
        "client.counterparty_ended",
        now=now,
        client_id=client.id,
        staff_id=actor.id,
        counterparty_id=row.counterparty_id,
    )
    await reindex(session, client, now=now)
    return client


async def of_client(session: AsyncSession, *, actor: Staff, client_id: int) -> list[Link]:
    """Every entity the client ever acted through, the latest first."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.SEE_CLIENTS)
    rows = await queries.counterparties_of(session, client.id)
    return [Link(row.id, party, row.valid_from, row.valid_until) for row, party in rows]


async def find_or_make(session: AsyncSession, draft: PartyDraft, *, now: datetime) -> CounterParty:
    """The entity by tax number and country; without a number, by its exact name among those without one."""
    name = read_line(draft.name, field="name", limit=250, required=True)
    tax_id = search.fold_code(read_line(draft.tax_id, field="tax_id", limit=40)).upper() or None
    country = read_line(draft.country, field="country", limit=2).upper()
    if country and (len(country) != 2 or not country.isalpha()):
        raise Invalid(field="country", value=country)
    query = select(CounterParty).where(CounterParty.country == country)
    if tax_id is not None:
        query = query.where(CounterParty.tax_id == tax_id)
    else:
        query = query.where(CounterParty.tax_id.is_(None), CounterParty.name == name)
    party = (await session.execute(query.order_by(CounterParty.id).limit(1))).scalar_one_or_none()
    if party is None:
        address = read_line(draft.address, field="address", limit=400)
        party = CounterParty(name=name, tax_id=tax_id, country=country, address=address, created_at=now)
        session.add(party)
        await session.flush()
    return party
