"""/api/v1/events: what other programs tell of a client (an invoice is due, an order was shipped); automations listen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from crm.automations import posting
from web.api.access import Id, Moment, StaffId, Web, Words, actor

router = APIRouter(tags=["events"])

Fact = StrictBool | StrictInt | StrictFloat | StrictStr | None
EventKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=posting.KEY_LIMIT,
        description="Names this event: the same key again is answered with what was recorded before",
    ),
]


class ClientRef(BaseModel):
    """One of these. Of several clients at one address the one most lately in contact is meant."""

    model_config = ConfigDict(extra="forbid")

    id: Id | None = None
    external: Words | None = Field(None, max_length=120, description="`external_id` of the client")
    email: Words | None = Field(None, max_length=320)
    phone: Words | None = Field(None, max_length=60)

    @model_validator(mode="after")
    def _one(self) -> ClientRef:
        if sum(value is not None for value in (self.id, self.external, self.email, self.phone)) != 1:
            raise ValueError("name the client by exactly one of id, external, email, phone")
        return self


class EventIn(BaseModel):
    """Something that happened. Without a client it is the whole company's: automations say themselves whom they mean."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "invoice.due",
                    "client": {"external": "C-1042"},
                    "facts": {"number": "2026-118", "amount": 1250.5, "currency": "EUR"},
                }
            ]
        },
    )

    name: StrictStr = Field(
        max_length=posting.NAME_LIMIT,
        pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$",
        description="`noun.verb` in small letters, the verb in the past tense",
    )
    client: ClientRef | None = None
    facts: dict[str, Fact] = Field(default_factory=dict, max_length=posting.MOST_FACTS)
    at: Moment | None = Field(None, description="When it happened, kept as the fact `happened_at`; now without it")


class EventOut(BaseModel):
    """What was recorded; `at` is when we heard of it, which is when it counts from."""

    id: int
    name: str
    client_id: int | None
    at: datetime


@router.post(
    "/events",
    status_code=201,
    responses={200: {"model": EventOut, "description": "Recorded before under this key"}, 409: {}},
)
async def post_event(
    web: Web, body: EventIn, response: Response, idempotency_key: EventKey, staff_id: StaffId = None
) -> EventOut:
    """Records an event once per key. 404 where there is no such client, 409 where the key named another event.

    Automations that wait for it begin, go on or end within a second or two.
    """
    named = body.client
    posted = posting.Posted(
        name=body.name,
        client=posting.ClientNamed(named.id, named.external, named.email, named.phone) if named else None,
        facts=body.facts,
        at=body.at,
    )
    async with web.database.write() as session:
        who = await actor(session, staff_id)
        event, is_new = await posting.post(session, actor=who, posted=posted, key=idempotency_key, now=web.clock.now())
        response.status_code = 201 if is_new else 200
        return EventOut(id=event.id, name=event.name, client_id=event.client_id, at=event.at)
