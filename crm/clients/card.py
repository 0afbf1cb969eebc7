"""Everything a client's card shows, read in one go: nothing here is worded or formatted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.suppression import address_hash
from crm.access import Action, client_in_scope
from storage.models import (
    Channel,
    Client,
    ConsentState,
    ContactKind,
    ContactPerson,
    CounterParty,
    FollowUp,
    Interaction,
    Source,
    Staff,
    Suppression,
    SuppressionReason,
    Tag,
)
from storage.queries import clients as queries
from storage.queries import contacts as contact_queries

_CHANNEL = {ContactKind.EMAIL: Channel.EMAIL, ContactKind.PHONE: Channel.SMS, ContactKind.TELEGRAM: Channel.TELEGRAM}


@dataclass(frozen=True)
class Address:
    """A phone, email or Telegram id; `suppressed` says why nobody may write there."""

    id: int
    kind: ContactKind
    value: str
    label: str
    is_primary: bool
    person_id: int | None
    suppressed: SuppressionReason | None
    suppressed_for_mailings_only: bool


@dataclass(frozen=True)
class ClientCard:
    """A client with everything that hangs on it at `now`."""

    client: Client
    owner: Staff | None
    source: Source | None
    tags: tuple[Tag, ...]
    addresses: tuple[Address, ...]
    persons: tuple[ContactPerson, ...]
    counterparties: tuple[CounterParty, ...]
    next_follow_up: FollowUp | None
    last_interaction: Interaction | None
    interactions: int
    consents: dict[Channel, ConsentState]

    def reached_by(self, kind: ContactKind) -> tuple[Address, ...]:
        return tuple(address for address in self.addresses if address.kind is kind)


async def card(session: AsyncSession, *, actor: Staff, client_id: int, now: datetime) -> ClientCard:
    """The card's facts. Raises NotAllowed for what is absent, archived or another's."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.SEE_CLIENTS)
    parties = await queries.counterparties_of(session, client.id, at=now)
    return ClientCard(
        client=client,
        owner=await queries.owner_of(session, client),
        source=await session.get(Source, client.source_id) if client.source_id is not None else None,
        tags=tuple(await queries.tags_of(session, client.id)),
        addresses=await _addresses(session, client),
        persons=tuple(await contact_queries.persons_of(session, client.id)),
        counterparties=tuple(party for _, party in parties),
        next_follow_up=await queries.next_follow_up(session, client.id),
        last_interaction=await queries.last_interaction(session, client.id),
        interactions=await queries.interactions_count(session, client.id),
        consents=await contact_queries.consents_of(session, client.id),
    )


async def _addresses(session: AsyncSession, client: Client) -> tuple[Address, ...]:
    points = await contact_queries.points_of(session, client.id)
    stopped: dict[tuple[Channel, str], Suppression] = {}
    for channel in {_CHANNEL[point.kind] for point in points}:
        hashes = {address_hash(channel, point.value) for point in points if _CHANNEL[point.kind] is channel}
        for hashed, row in (await contact_queries.suppressed(session, channel, hashes)).items():
            stopped[(channel, hashed)] = row
    addresses = []
    for point in points:
        channel = _CHANNEL[point.kind]
        suppression = stopped.get((channel, address_hash(channel, point.value)))
        addresses.append(
            Address(
                id=point.id,
                kind=point.kind,
                value=point.value,
                label=point.label,
                is_primary=point.is_primary,
                person_id=point.person_id,
                suppressed=suppression.reason if suppression else None,
                suppressed_for_mailings_only=bool(suppression and suppression.marketing_only),
            )
        )
    return tuple(addresses)
