"""How a client is reached: phones and emails in one spelling, the people there, and whose number that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import Action, client_in_scope
from crm.client_index import reindex
from crm.errors import CrmError, Invalid, NotAllowed
from crm.fields import read_line
from storage.models import Client, ContactKind, ContactPerson, ContactPoint, Staff
from storage.queries import contacts as queries

MAX_POINTS = 30
_REMEMBERED = 2048  # addresses; the same people write again and again


class PointTaken(CrmError):
    """The client has that phone or address already. Parameters: value."""

    code = "contacts.taken"


class TooManyPoints(CrmError):
    """A client carries a bounded number of phones and addresses. Parameters: limit."""

    code = "contacts.too_many"


class BadPhone(CrmError):
    """Not a phone number anybody can dial. Parameters: value."""

    code = "contacts.bad_phone"


class DearNumber(CrmError):
    """Whoever rings it pays extra: no call of ours goes there. Parameters: value."""

    code = "contacts.dear_number"


class BadEmail(CrmError):
    """Not an email address. Parameters: value."""

    code = "contacts.bad_email"


@dataclass(frozen=True)
class Point:
    """A phone in E.164 or an email, ready to be stored."""

    kind: ContactKind
    value: str


def read_phone(text: str, *, region: str | None) -> str:
    """E.164 of a number as people write it; `region` (ISO country) fills in a missing country code. Raises BadPhone."""
    shown = text.strip()[:60]
    try:
        number = phonenumbers.parse(shown, region)
    except phonenumbers.NumberParseException:
        raise BadPhone(value=shown) from None
    if not phonenumbers.is_possible_number(number) or not phonenumbers.is_valid_number(number):
        raise BadPhone(value=shown)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read_email(text: str) -> str:
    """The address in lower case, checked for syntax only (no DNS, no quoting tricks). Raises BadEmail."""
    shown = text.strip()[:320]
    try:
        return _checked(shown)
    except (EmailNotValidError, ValueError):
        raise BadEmail(value=shown) from None


@lru_cache(maxsize=_REMEMBERED)
def _checked(address: str) -> str:
    # Reserved names such as .test are accepted: what cannot be delivered is learnt from the bounce.
    return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()


def read_point(text: str, *, region: str | None) -> Point:
    """A phone or an email, whichever it looks like. Raises BadEmail or BadPhone."""
    if "@" in text:
        return Point(ContactKind.EMAIL, read_email(text))
    return Point(ContactKind.PHONE, read_phone(text, region=region))


def show_phone(value: str) -> str:
    """A stored number in its international spelling: +66 81 234 5678."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return value
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def region_of(*zones: str | None) -> str | None:
    """The country of the first IANA zone that has one: where a number without a country code is most likely from."""
    countries = _zone_countries()
    return next((countries[zone] for zone in zones if zone in countries), None)


async def add_point(
    session: AsyncSession,
    *,
    actor: Staff,
    client_id: int,
    text: str,
    now: datetime,
    person_id: int | None = None,
    label: str = "",
) -> ContactPoint:
    """Adds a phone or an email to a client. Raises BadPhone, BadEmail, PointTaken, TooManyPoints, NotAllowed."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    point = read_point(text, region=region_of(client.timezone, actor.timezone))
    if person_id is not None:
        await _person(session, client, person_id)
    added = await attach(session, client, point, now=now, person_id=person_id, label=label)
    events.record(
        session, "client.contact_added", now=now, client_id=client.id, staff_id=actor.id, kind=point.kind.value
    )
    await reindex(session, client, now=now)
    return added


async def attach(
    session: AsyncSession,
    client: Client,
    point: Point,
    *,
    now: datetime,
    person_id: int | None = None,
    label: str = "",
) -> ContactPoint:
    """Stores a read point; the first of its kind is the primary one. Access and reindexing are the caller's."""
    there = await queries.points_of(session, client.id)
    if any(other.kind is point.kind and other.value == point.value for other in there):
        raise PointTaken(value=point.value)
    if len(there) >= MAX_POINTS:
        raise TooManyPoints(limit=MAX_POINTS)
    first = not any(other.kind is point.kind and other.is_primary for other in there)
    added = ContactPoint(
        client_id=client.id,
        person_id=person_id,
        kind=point.kind,
        value=point.value,
        label=read_line(label, field="label", limit=60),
        is_primary=first,
        created_at=now,
    )
    session.add(added)
    await session.flush()
    return added


async def remove_point(session: AsyncSession, *, actor: Staff, point_id: int, now: datetime) -> Client:
    """Takes a phone or address off a client; the next of its kind becomes primary. Consents and suppressions stay."""
    point, client = await _point(session, actor, point_id)
    await session.delete(point)
    await session.flush()
    if point.is_primary:
        rest = [other for other in await queries.points_of(session, client.id) if other.kind is point.kind]
        if rest:
            rest[0].is_primary = True
    events.record(
        session, "client.contact_removed", now=now, client_id=client.id, staff_id=actor.id, kind=point.kind.value
    )
    await reindex(session, client, now=now)
    return client


async def make_primary(session: AsyncSession, *, actor: Staff, point_id: int, now: datetime) -> Client:
    """The phone or address used when nothing else is chosen."""
    point, client = await _point(session, actor, point_id)
    for other in await queries.points_of(session, client.id):
        if other.kind is point.kind:
            other.is_primary = other.id == point.id
    client.updated_at = now
    events.record(
        session, "client.contact_primary", now=now, client_id=client.id, staff_id=actor.id, kind=point.kind.value
    )
    await session.flush()
    return client


async def add_person(
    session: AsyncSession, *, actor: Staff, client_id: int, name: str, now: datetime, position: str = ""
) -> ContactPerson:
    """A person at a client. Raises Missing, TooLong, NotAllowed."""
    client = await client_in_scope(session, actor=actor, client_id=client_id, action=Action.EDIT_CLIENTS)
    person = ContactPerson(
        client_id=client.id,
        name=read_line(name, field="name", limit=200, required=True),
        position=read_line(position, field="position", limit=120),
        created_at=now,
    )
    session.add(person)
    await session.flush()
    events.record(session, "client.person_added", now=now, client_id=client.id, staff_id=actor.id, person_id=person.id)
    await reindex(session, client, now=now)
    return person


async def edit_person(
    session: AsyncSession,
    *,
    actor: Staff,
    person_id: int,
    now: datetime,
    name: str | None = None,
    position: str | None = None,
) -> ContactPerson:
    """Renames a person or changes the position."""
    person = await session.get(ContactPerson, person_id)
    if person is None:
        raise NotAllowed(action=Action.EDIT_CLIENTS.value)
    client = await client_in_scope(session, actor=actor, client_id=person.client_id, action=Action.EDIT_CLIENTS)
    if name is not None:
        person.name = read_line(name, field="name", limit=200, required=True)
    if position is not None:
        person.position = read_line(position, field="position", limit=120)
    events.record(session, "client.person_edited", now=now, client_id=client.id, staff_id=actor.id, person_id=person.id)
    await reindex(session, client, now=now)
    return person


async def remove_person(session: AsyncSession, *, actor: Staff, person_id: int, now: datetime) -> Client:
    """Removes a person; their phones and addresses stay with the client."""
    person = await session.get(ContactPerson, person_id)
    if person is None:
        raise NotAllowed(action=Action.EDIT_CLIENTS.value)
    client = await client_in_scope(session, actor=actor, client_id=person.client_id, action=Action.EDIT_CLIENTS)
    for point in await queries.points_of(session, client.id):
        if point.person_id == person.id:
            point.person_id = None
    await session.flush()
    await session.delete(person)
    events.record(session, "client.person_removed", now=now, client_id=client.id, staff_id=actor.id, person=person.name)
    await reindex(session, client, now=now)
    return client


async def _point(session: AsyncSession, actor: Staff, point_id: int) -> tuple[ContactPoint, Client]:
    point = await session.get(ContactPoint, point_id)
    if point is None:
        raise NotAllowed(action=Action.EDIT_CLIENTS.value)
    client = await client_in_scope(session, actor=actor, client_id=point.client_id, action=Action.EDIT_CLIENTS)
    return point, client


async def _person(session: AsyncSession, client: Client, person_id: int) -> ContactPerson:
    person = await session.get(ContactPerson, person_id)
    if person is None or person.client_id != client.id:
        raise Invalid(field="person", value=str(person_id))
    return person


@lru_cache(maxsize=1)
def _zone_countries() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
