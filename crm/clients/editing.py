"""Changing a client: one field at a time, tags, owner, source of the first contact, archive. Every change leaves a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, client_in_scope
from crm.client_index import reindex
from crm.errors import Invalid
from crm.fields import read_line, read_text
from storage import search
from storage.custom_values import read_day
from storage.models import Client, ClientTag, Language, Lifecycle, Source, Staff, Tag


class Field(StrEnum):
    """Fields of a client that are edited by typing or choosing a value."""

    NAME = "name"
    COMPANY = "company"
    CITY = "city"
    LANGUAGE = "language"
    TIMEZONE = "timezone"
    NOTES = "notes"
    LIFECYCLE = "lifecycle"
    BIRTHDAY = "birthday"


EDITABLE = tuple(Field)


async def edit(
    session: AsyncSession, *, actor: Staff, client_id: int, field: Field, value: str, now: datetime
) -> Client:
    """Sets one field from what was typed. Raises Missing, TooLong, Invalid, NotAllowed."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    before = getattr(client, field.value)
    after = _READERS[field](value)
    if after == before:
        return client
    setattr(client, field.value, after)
    facts = {} if field is Field.NOTES else {"before": _plain(before), "after": _plain(after)}
    events.record(session, "client.edited", now=now, client_id=client.id, staff_id=actor.id, field=field.value, **facts)
    await reindex(session, client, now=now)
    return client


async def assign(session: AsyncSession, *, actor: Staff, client_id: int, owner_id: int | None, now: datetime) -> Client:
    """Gives the client to a colleague, or to nobody. A rep may take a client that is nobody's.

    Raises NotAllowed, Invalid.
    """
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    takes_free = owner_id == actor.id and client.owner_id is None
    if not takes_free:
        client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.ASSIGN_CLIENTS)
    if owner_id is not None:
        owner = await session.get(Staff, owner_id)
        if owner is None or not owner.active:
            raise Invalid(field="owner", value=str(owner_id))
    before, client.owner_id, client.updated_at = client.owner_id, owner_id, now
    events.record(
        session, "client.assigned", now=now, client_id=client.id, staff_id=actor.id, before=before, after=owner_id
    )
    await session.flush()
    return client


async def archive(session: AsyncSession, *, actor: Staff, client_id: int, now: datetime) -> Client:
    """Takes the client out of every list; nothing is deleted."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    client.archived_at = client.updated_at = now
    events.record(session, "client.archived", now=now, client_id=client.id, staff_id=actor.id)
    await session.flush()
    return client


async def add_tag(session: AsyncSession, *, actor: Staff, client_id: int, name: str, now: datetime) -> Tag:
    """Hangs a tag on a client, making the tag when it is new."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    tag, is_new = await hang_tag(session, client, name)
    if is_new:
        client.updated_at = now
        events.record(session, "client.tagged", now=now, client_id=client.id, staff_id=actor.id, tag=tag.key)
    return tag


async def remove_tag(session: AsyncSession, *, actor: Staff, client_id: int, tag_id: int, now: datetime) -> Client:
    """Takes a tag off; the tag itself stays for others."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    gone = delete(ClientTag).where(ClientTag.client_id == client.id, ClientTag.tag_id == tag_id)
    if (await session.execute(gone.returning(ClientTag.tag_id))).first() is None:
        return client
    tag = await session.get_one(Tag, tag_id)
    client.updated_at = now
    events.record(
        session, "client.untagged", now=now, client_id=client.id, staff_id=actor.id, tag_id=tag_id, tag=tag.key
    )
    await session.flush()
    return client


async def hang_tag(session: AsyncSession, client: Client, name: str) -> tuple[Tag, bool]:
    """The tag by its folded name, made on first sight and hung once, and whether it was not there. Access is the caller's."""
    shown = read_line(name.lstrip("#"), field="tag", limit=60, required=True)
    key = search.fold(shown)[:60]
    if not key:
        raise Invalid(field="tag", value=shown)
    query = select(Tag).where(Tag.key == key)
    tag = (await session.execute(query)).scalar_one_or_none()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    if tag is None:
        # Two who name a new tag at once name the same one.
        await session.execute(insert(Tag).values(key=key, name=shown).on_conflict_do_nothing(index_elements=["key"]))
        tag = (await session.execute(query)).scalar_one()
    hanging = insert(ClientTag).values(client_id=client.id, tag_id=tag.id).on_conflict_do_nothing()
    hung = await session.execute(hanging.returning(ClientTag.tag_id))
    return tag, hung.first() is not None


def needs_source(client: Client) -> bool:
    """Whether the first-touch question (where from, and why) is still to be asked."""
    return client.source_id is None


async def set_source(
    session: AsyncSession, *, actor: Staff, client_id: int, source_id: int, now: datetime, reason: str = ""
) -> Client:
    """Answers the first-touch question. An empty `reason` keeps the one there is."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    source = await session.get(Source, source_id)
    if source is None or not source.active:
        raise Invalid(field="source", value=str(source_id))
    client.source_id, client.updated_at = source.id, now
    if typed := read_line(reason, field="reason", limit=300):
        client.first_contact_reason = typed
    events.record(session, "client.source_set", now=now, client_id=client.id, staff_id=actor.id, source=source.code)
    await session.flush()
    return client


def check_zone(name: str) -> str:
    """An IANA time zone's name. Raises Invalid."""
    shown = name.strip()[:64]
    try:
        ZoneInfo(shown)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(field="timezone", value=shown) from None
    return shown


def _choice(kind: type[Language] | type[Lifecycle], field: str) -> Callable[[str], object]:
    def read(value: str) -> object:
        try:
            return kind(value.strip().lower())
        except ValueError:
            raise Invalid(field=field, value=value[:40]) from None

    return read


def _birthday(value: str) -> date | None:
    """A day as dates are typed, or nothing."""
    day = read_day(value)
    if day is None and value.strip():
        raise Invalid(field="birthday", value=value[:40])
    return day


_READERS: dict[Field, Callable[[str], object]] = {
    Field.NAME: lambda value: read_line(value, field="name", limit=200, required=True),
    Field.COMPANY: lambda value: read_line(value, field="company", limit=200),
    Field.CITY: lambda value: read_line(value, field="city", limit=120),
    Field.NOTES: lambda value: read_text(value, field="notes", limit=4000),
    Field.TIMEZONE: lambda value: check_zone(value) if value.strip() else None,
    Field.LANGUAGE: _choice(Language, "language"),
    Field.LIFECYCLE: _choice(Lifecycle, "lifecycle"),
    Field.BIRTHDAY: _birthday,
}


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
