"""Whom an incoming call rings: the client's owner or stand-in, at work and with a phone; else the caller leaves a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm import contacts
from crm.contacts import BadPhone
from crm.inbound.timeline import client_at, readers
from crm.worktime import is_away, works_at
from storage.models import Channel, Client, Language, Staff

NUMBER_LIMIT = 60


@dataclass(frozen=True)
class Route:
    """Where a call goes. Without a `phone` nobody can be rung now. `language` is the caller's, where they are known."""

    client: Client | None
    staff: Staff | None
    phone: str | None
    language: Language | None


async def route(session: AsyncSession, *, number: str, now: datetime) -> Route:
    """The first of those who read the caller's messages who is at work and can be rung."""
    client = await client_at(session, Channel.SMS, caller(number))
    language = client.language if client is not None else None
    people = await readers(session, client=client, now=now)
    for staff in people:
        if staff.phone and works_at(staff, now) and not is_away(staff, now):
            return Route(client, staff, staff.phone, language)
    return Route(client, people[0] if people else None, None, language)


def caller(text: str) -> str:
    """A number as Twilio names it in the spelling of contact points; a hidden or odd one stays as it is."""
    try:
        return contacts.read_phone(text, region=None)
    except BadPhone:
        return text[:NUMBER_LIMIT]
