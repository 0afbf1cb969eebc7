"""/api/v1/clients: find, read and make clients, in the scope of the colleague the call speaks for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from crm import clients
from storage.models import Client, ContactKind, Language, Lifecycle
from web.api.access import Id, IdempotencyKey, StaffId, Web, Words, actor, once

router = APIRouter(tags=["clients"])


class ClientLine(BaseModel):
    """A client as a list shows it."""

    id: int
    name: str
    company: str
    city: str
    owner_id: int | None
    language: Language
    lifecycle: Lifecycle
    external_id: str | None
    last_contact_at: datetime | None

    @classmethod
    def of(cls, client: Client) -> Self:
        return cls.model_validate(client, from_attributes=True)


class ClientPage(BaseModel):
    """Some clients of many; a search counts at most 200."""

    total: int
    clients: list[ClientLine]


class AddressOut(BaseModel):
    kind: ContactKind
    value: str
    label: str
    is_primary: bool
    suppressed: str | None


class ClientOut(ClientLine):
    """A client with what hangs on it."""

    notes: str
    tags: list[str]
    addresses: list[AddressOut]
    interactions: int


class ClientIn(BaseModel):
    """A new client. Phones without a country code are read in the colleague's country."""

    name: Words = Field(max_length=1000)
    company: Words = Field("", max_length=1000)
    phones: list[Words] = Field(default_factory=list, max_length=20)
    emails: list[Words] = Field(default_factory=list, max_length=20)
    city: Words = Field("", max_length=1000)
    language: Language | None = None
    tags: list[Words] = Field(default_factory=list, max_length=50)
    notes: Words = Field("", max_length=20_000)
    owner_id: Id | None = None
    first_contact_reason: Words = Field("", max_length=1000)
    external_id: Words | None = Field(None, max_length=120, description="What your own program calls them; unique")
    force: bool = Field(False, description="Make it although it looks like a client we have")


@router.get("/clients")
async def list_clients(
    web: Web,
    staff_id: StaffId = None,
    q: Annotated[Words, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ClientPage:
    """Clients by anything that names them, best first; without `q` the latest contact first."""
    async with web.database.read() as session:
        who = await actor(session, staff_id)
        if q.strip():
            page = await clients.search(session, actor=who, text=q, limit=limit, offset=offset)
        else:
            page = await clients.browse(session, actor=who, limit=limit, offset=offset)
        return ClientPage(total=page.total, clients=[ClientLine.of(client) for client in page.clients])


@router.get("/clients/{client_id}")
async def read_client(web: Web, client_id: Id, staff_id: StaffId = None) -> ClientOut:
    """One client; 404 for what is absent or another's."""
    async with web.database.read() as session:
        who = await actor(session, staff_id)
        card = await clients.card(session, actor=who, client_id=client_id, now=web.clock.now())
    return ClientOut(
        **ClientLine.of(card.client).model_dump(),
        notes=card.client.notes,
        tags=[tag.name for tag in card.tags],
        addresses=[
            AddressOut(
                kind=one.kind,
                value=one.value,
                label=one.label,
                is_primary=one.is_primary,
                suppressed=one.suppressed.value if one.suppressed else None,
            )
            for one in card.addresses
        ],
        interactions=card.interactions,
    )


@router.post("/clients", status_code=201)
async def make_client(
    web: Web, body: ClientIn, response: Response, staff_id: StaffId = None, idempotency_key: IdempotencyKey = None
) -> ClientLine:
    """Makes a client; 422 `clients.possible_duplicate` when it looks like one we have, unless `force`."""
    async with web.database.write() as session:
        who = await actor(session, staff_id)

        async def make() -> int:
            draft = clients.ClientDraft(
                name=body.name,
                company=body.company,
                phones=tuple(body.phones),
                emails=tuple(body.emails),
                city=body.city,
                language=body.language,
                tags=tuple(body.tags),
                notes=body.notes,
                owner_id=body.owner_id,
                first_contact_reason=body.first_contact_reason,
                external_id=body.external_id,
            )
            made = await clients.create(session, actor=who, draft=draft, now=web.clock.now(), force=body.force)
            return made.id

        client_id, is_new = await once(
            session, key=idempotency_key, asked=f"client {who.id} {body.model_dump_json()}", make=make
        )
        client = await session.get_one(Client, client_id)
        response.status_code = 201 if is_new else 200
        return ClientLine.of(client)
