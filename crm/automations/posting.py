"""Events other programs tell of: checked, found a client for, and recorded once however often they are told."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check, client_in_scope, client_scope
from crm.automations import triggers
from crm.contacts import read_email, read_phone, region_of
from crm.errors import CrmError, Invalid, NotFound, TooLong
from crm.inbound.timeline import latest
from storage.models import Client, ContactKind, DomainEvent, PostedEvent, Staff
from storage.queries.contacts import clients_at

NAME_LIMIT: Final = 60
KEY_LIMIT: Final = 255
MOST_FACTS: Final = 30
FACT_LIMIT: Final = 500
_LARGEST: Final = 2**53  # what every JSON reader counts exactly
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_FACT: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

Fact = str | int | float | bool | None


class KeyUsed(CrmError):
    """The key named another event before: somebody's mistake, not a repeat."""

    code = "automations.key_used"


class OurEvent(CrmError):
    """The CRM records this event itself; told from outside it could be told twice. Parameters: name."""

    code = "automations.our_event"


class NeedsClient(CrmError):
    """The event is of one client, and none was named. Parameters: name."""

    code = "automations.needs_client"


@dataclass(frozen=True, slots=True)
class ClientNamed:
    """How another program names a client: by one of these."""

    id: int | None = None
    external: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What another program tells. `at` is when it happened, kept as a fact; it counts from when we hear of it."""

    name: str
    client: ClientNamed | None
    facts: Mapping[str, Fact]
    at: datetime | None = None


async def post(
    session: AsyncSession, *, actor: Staff, posted: Posted, key: str, now: datetime
) -> tuple[DomainEvent, bool]:
    """Records the event, or finds what the same key recorded; says whether it is new.

    Raises NotAllowed, NotFound (the client), Invalid, TooLong, OurEvent, NeedsClient, KeyUsed.
    """
    check(actor, Action.LOG_INTERACTIONS)
    if not 0 < len(key) <= KEY_LIMIT or not key.isprintable():
        raise Invalid(field="idempotency_key", value=key[:40])
    facts = _checked(posted)
    told = _digest(actor, posted)
    if (known := await session.get(PostedEvent, key)) is not None:
        return await _same(session, known, told), False
    client = await _client(session, actor, posted.client) if posted.client is not None else None
    happened = {"happened_at": posted.at.isoformat()} if posted.at is not None else {}
    # The event first, for the key points at it; of two calls at once the second finds the key taken and takes it back.
    async with session.begin_nested() as attempt:
        event = DomainEvent(
            name=posted.name,
            client_id=client.id if client is not None else None,
            staff_id=actor.id,
            facts={**facts, **happened},
            at=now,
        )
        session.add(event)
        await session.flush()
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        values = {"key": key, "digest": told, "event_id": event.id, "at": now}
        taking = insert(PostedEvent).values(values).on_conflict_do_nothing().returning(PostedEvent.key)
        if (await session.execute(taking)).scalar_one_or_none() is not None:
            return event, True
        await attempt.rollback()
    return await _same(session, await session.get_one(PostedEvent, key), told), False


async def _same(session: AsyncSession, known: PostedEvent, told: str) -> DomainEvent:
    if not hmac.compare_digest(known.digest, told):
        raise KeyUsed
    return await session.get_one(DomainEvent, known.event_id)


def _digest(actor: Staff, posted: Posted) -> str:
    named = posted.client
    said = {
        "actor": actor.id,
        "name": posted.name,
        "client": [named.id, named.external, named.email, named.phone] if named is not None else None,
        "facts": dict(posted.facts),
        "at": posted.at.isoformat() if posted.at is not None else None,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _checked(posted: Posted) -> dict[str, Fact]:
    if len(posted.name) > NAME_LIMIT:
        raise TooLong(field="name", limit=NAME_LIMIT)
    if not _NAME.fullmatch(posted.name):
        raise Invalid(field="name", value=posted.name)
    kind = triggers.REGISTRY.get(posted.name)
    if kind is not None and kind.origin is not triggers.Origin.POSTED:
        raise OurEvent(name=posted.name)
    if posted.client is None and triggers.is_of_client(posted.name):
        raise NeedsClient(name=posted.name)
    if len(posted.facts) > MOST_FACTS:
        raise TooLong(field="facts", limit=MOST_FACTS)
    for name, value in posted.facts.items():
        if not _FACT.fullmatch(name) or name == events.CHAIN:
            raise Invalid(field="facts", value=name[:40])
        if isinstance(value, str) and len(value) > FACT_LIMIT:
            raise TooLong(field=f"facts.{name}", limit=FACT_LIMIT)
        # Neither infinity nor what is no number; and an int of thousands of digits has no text to quote.
        if isinstance(value, int | float) and not abs(value) <= _LARGEST:
            raise Invalid(field=f"facts.{name}", value="")
    return {name: _storable(value) if isinstance(value, str) else value for name, value in posted.facts.items()}


def _storable(text: str) -> str:
    """Without what PostgreSQL keeps in no JSON: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


async def _client(session: AsyncSession, actor: Staff, named: ClientNamed) -> Client:
    """The client meant, in the actor's scope; of several at one address the one most lately in contact."""
    if named.id is not None:
        return await client_in_scope(session, actor=actor, client_id=named.id, action=Action.SEE_CLIENTS)
    scope = (client_scope(actor),)
    found: list[Client] = []
    if named.external:
        query = select(Client).where(Client.external_id == named.external, Client.archived_at.is_(None), *scope)
        found = list((await session.execute(query)).scalars())
    elif named.email:
        at = await clients_at(session, ContactKind.EMAIL, [read_email(named.email)], condition=scope)
        found = [client for _, client in at]
    elif named.phone:
        number = read_phone(named.phone, region=region_of(None, actor.timezone))
        found = [client for _, client in await clients_at(session, ContactKind.PHONE, [number], condition=scope)]
    if not found:
        raise NotFound(what="client")
    return latest(found)
