"""Making a client: the draft, the search for one we have already, the record, and taking it back within ten minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, check, client_in_scope, client_scope
from crm.client_index import reindex
from crm.clients.editing import check_zone, hang_tag
from crm.contacts import Point, attach, read_email, read_phone, region_of
from crm.errors import CrmError, Invalid, NotAllowed, UndoExpired
from crm.fields import read_line, read_text
from storage import search
from storage.models import Client, ContactKind, ContactPerson, Language, Lifecycle, Role, Source, Staff
from storage.queries import clients as queries
from storage.queries import contacts as contact_queries
from storage.spelling import likeness_of_shared_words, likeness_of_words

UNDO_FOR = timedelta(minutes=10)
ALIKE = 90  # of 100, token order ignored


class Likeness(StrEnum):
    """Why a client may be one we have already."""

    PHONE = "phone"
    EMAIL = "email"
    TELEGRAM = "telegram"
    NAME = "name"


@dataclass(frozen=True)
class Duplicate:
    """A client that may be the same, by what, and how surely (100: the very same phone or address)."""

    client_id: int
    name: str
    company: str
    likeness: Likeness
    score: float


class PossibleDuplicate(CrmError):
    """The draft looks like clients we have. Parameters: name, count; `duplicates` has them, surest first."""

    code = "clients.possible_duplicate"

    def __init__(self, duplicates: Sequence[Duplicate]) -> None:
        super().__init__(name=duplicates[0].name, count=len(duplicates))
        self.duplicates = tuple(duplicates)


class NotOwnClient(CrmError):
    """A rep makes clients for themselves or for nobody."""

    code = "clients.not_own"


@dataclass(frozen=True)
class ClientDraft:
    """What is known of a new client, as typed. `owner_id` 0 means nobody; None the one who makes it."""

    name: str
    company: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    telegram_id: int | None = None
    city: str = ""
    language: Language | None = None
    timezone: str | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    owner_id: int | None = None
    source_id: int | None = None
    first_contact_reason: str = ""
    person: str = ""
    lifecycle: Lifecycle = Lifecycle.LEAD
    external_id: str | None = None  # what another program of the company calls them; unique
    custom_fields: dict[str, Any] = field(default_factory=dict)


async def create(
    session: AsyncSession, *, actor: Staff, draft: ClientDraft, now: datetime, force: bool = False
) -> Client:
    """Makes a client. Raises PossibleDuplicate unless `force`, and whatever a field may refuse."""
    check(actor, Action.EDIT_CLIENTS)
    owner_id = await _owner(session, actor, draft)
    points = read_points(draft, actor)
    if not force and (duplicates := await find_duplicates(session, actor=actor, draft=draft)):
        raise PossibleDuplicate(duplicates)
    if draft.source_id is not None and await session.get(Source, draft.source_id) is None:
        raise Invalid(field="source", value=str(draft.source_id))
    external_id = await _external(session, draft)
    client = Client(
        name=read_line(draft.name, field="name", limit=200, required=True),
        company=read_line(draft.company, field="company", limit=200),
        owner_id=owner_id,
        source_id=draft.source_id,
        first_contact_reason=read_line(draft.first_contact_reason, field="reason", limit=300),
        language=draft.language or actor.language,
        timezone=check_zone(draft.timezone) if draft.timezone else None,
        city=read_line(draft.city, field="city", limit=120),
        notes=read_text(draft.notes, field="notes", limit=4000),
        custom_fields=dict(draft.custom_fields),
        lifecycle=draft.lifecycle,
        external_id=external_id,
        created_by_id=actor.id,
        created_at=now,
        updated_at=now,
    )
    session.add(client)
    await session.flush()
    await _hang(session, client, draft, points, now)
    await reindex(session, client, now=now)
    elsewhere = await _elsewhere(session, client, points)
    events.record(
        session, "client.created", now=now, client_id=client.id, staff_id=actor.id, same_contact_elsewhere=elsewhere
    )
    return client


async def find_duplicates(
    session: AsyncSession, *, actor: Staff, draft: ClientDraft, limit: int = 5
) -> list[Duplicate]:
    """Clients in the actor's scope with the same phone or email, or a similar name at no different company."""
    scope: tuple[ColumnElement[bool], ...] = (client_scope(actor),)
    found: dict[int, Duplicate] = {}
    for point in read_points(draft, actor):
        for _, client in await contact_queries.clients_at(session, point.kind, [point.value], condition=scope):
            likeness = Likeness(point.kind.value)
            found.setdefault(client.id, Duplicate(client.id, client.name, client.company, likeness, 100))
    hits = await search.find(
        session, search.CLIENTS, draft.name, limit=20, condition=(Client.archived_at.is_(None), *scope)
    )
    there = await queries.by_ids(session, [hit.id for hit in hits])
    key, company = search.name_key(draft.name), search.name_key(draft.company)
    for client in there.values():
        alike = likeness_of_words(key, client.name_key)
        other = search.name_key(client.company)
        if alike >= ALIKE and (not company or not other or likeness_of_shared_words(company, other) >= ALIKE):
            duplicate = Duplicate(client.id, client.name, client.company, Likeness.NAME, round(alike * 0.95, 1))
            found.setdefault(client.id, duplicate)
    return sorted(found.values(), key=lambda duplicate: (-duplicate.score, duplicate.client_id))[:limit]


async def undo_create(session: AsyncSession, *, actor: Staff, client_id: int, now: datetime) -> Client:
    """Takes a client just made back, within ten minutes and by whoever made it. Raises UndoExpired, NotAllowed."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    if client.created_by_id != actor.id:
        raise NotAllowed(action=Action.EDIT_CLIENTS.value)
    if now - client.created_at > UNDO_FOR or await queries.interactions_count(session, client.id):
        raise UndoExpired
    client.archived_at = client.updated_at = now
    events.record(session, "client.create_undone", now=now, client_id=client.id, staff_id=actor.id)
    await session.flush()
    return client


def read_points(draft: ClientDraft, actor: Staff) -> list[Point]:
    """The draft's phones and emails in their stored spelling, each once. Raises BadPhone, BadEmail."""
    region = region_of(draft.timezone, actor.timezone)
    points = [Point(ContactKind.PHONE, read_phone(phone, region=region)) for phone in draft.phones if phone.strip()]
    points += [Point(ContactKind.EMAIL, read_email(email)) for email in draft.emails if email.strip()]
    if draft.telegram_id is not None:
        points.append(Point(ContactKind.TELEGRAM, str(draft.telegram_id)))
    return list(dict.fromkeys(points))


async def _owner(session: AsyncSession, actor: Staff, draft: ClientDraft) -> int | None:
    if draft.owner_id is None:
        return actor.id if actor.role in (Role.REP, Role.MANAGER) else None
    if draft.owner_id in (0, actor.id):
        return draft.owner_id or None
    if actor.role is Role.REP:
        raise NotOwnClient
    check(actor, Action.ASSIGN_CLIENTS)
    owner = await session.get(Staff, draft.owner_id)
    if owner is None or not owner.active:
        raise Invalid(field="owner", value=str(draft.owner_id))
    return owner.id


async def _external(session: AsyncSession, draft: ClientDraft) -> str | None:
    """The other program's name for the client, which nobody else may have."""
    external_id = read_line(draft.external_id or "", field="external_id", limit=120) or None
    if external_id is not None:
        taken = select(Client.id).where(Client.external_id == external_id)
        if (await session.execute(taken)).first() is not None:
            raise Invalid(field="external_id", value=external_id)
    return external_id


async def _hang(session: AsyncSession, client: Client, draft: ClientDraft, points: list[Point], now: datetime) -> None:
    person_id = None
    if person_name := read_line(draft.person, field="person", limit=200):
        person = ContactPerson(client_id=client.id, name=person_name, created_at=now)
        session.add(person)
        await session.flush()
        person_id = person.id
    for point in points:
        await attach(session, client, point, now=now, person_id=person_id)
    for name in draft.tags:
        tag, is_new = await hang_tag(session, client, name)
        if is_new:
            events.record(
                session,
                "client.tagged",
                now=now,
                client_id=client.id,
                staff_id=client.created_by_id,
                tag=tag.key,
            )


async def _elsewhere(session: AsyncSession, client: Client, points: list[Point]) -> list[int]:
    """Other clients with the same phone or address, whoever owns them: for the audit, never for the actor's eyes."""
    others: set[int] = set()
    for point in points:
        found = await contact_queries.clients_at(session, point.kind, [point.value])
        others.update(other.id for _, other in found if other.id != client.id)
    return sorted(others)
