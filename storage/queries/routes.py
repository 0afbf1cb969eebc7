"""How each client of a mailing is reached: the channel and the address, as expressions over Client, and their zones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, case, exists, func, literal_column, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.models import Channel, Client, ConsentState, ContactKind, ContactPoint
from storage.queries.consents import newest_word, phones_of

POINTS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}


@dataclass(frozen=True)
class Route:
    """`channel` and `address` of a client; the address is NULL of whom nothing reaches. `channels` are those it may take."""

    channel: ColumnElement[str]
    address: ColumnElement[str | None]
    channels: tuple[Channel, ...]


class Whereabouts(NamedTuple):
    """A client without a zone on their card, and what else tells where they are."""

    client_id: int
    phones: tuple[str, ...]


def address_of(kind: ContactKind) -> ColumnElement[str | None]:
    """The address a client is written to: the primary one of its kind, else the first."""
    return (
        select(ContactPoint.value)
        .where(ContactPoint.client_id == Client.id, ContactPoint.kind == kind)
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )


def only(channel: Channel) -> Route:
    """Everybody by one channel."""
    return Route(_word(channel), address_of(POINTS[channel]), (channel,))


def cheapest(*, kept_out: Collection[int], consent_required: bool) -> Route:
    """Email to whom it may go, SMS to the others; who has neither, or no phone, stays with email and is told why not.

    `kept_out` are the clients whose email address must not be written to.
    """
    email, phone = address_of(ContactKind.EMAIL), address_of(ContactKind.PHONE)
    said = func.coalesce(type_coerce(newest_word(Channel.EMAIL), String), "")
    permitted = said == ConsentState.GRANTED.value if consent_required else said != ConsentState.WITHDRAWN.value
    mailed = email.is_not(None) & permitted & Client.id.not_in(kept_out)
    by_email = or_(mailed, phone.is_(None))
    return Route(
        case((by_email, _word(Channel.EMAIL)), else_=_word(Channel.SMS)),
        case((by_email, email), else_=phone),
        (Channel.EMAIL, Channel.SMS),
    )


def gives_way(route: Route) -> ColumnElement[bool]:
    """They said no themselves and somebody else at their address did not: the one message an address gets is the other's."""
    other = aliased(Client)
    parts = []
    for channel in route.channels:
        theirs = (
            exists()
            .where(
                ContactPoint.kind == POINTS[channel],
                ContactPoint.value == route.address,
                ContactPoint.client_id == other.id,
                other.id != Client.id,
                other.archived_at.is_(None),
                ~_said_no(channel, other),
            )
            .correlate(Client)
        )
        parts.append(and_(_said_no(channel, Client), route.channel == channel.value, theirs))
    return or_(*parts)


def _said_no(channel: Channel, of: Any) -> ColumnElement[bool]:
    said = func.coalesce(type_coerce(newest_word(channel, of), String), "")
    return said == ConsentState.WITHDRAWN.value


async def zones(session: AsyncSession, *, condition: ColumnElement[bool]) -> list[str]:
    """The zones that stand on the cards of clients, each once."""
    query = select(Client.timezone).where(condition, Client.timezone.is_not(None)).distinct()
    return [zone for zone in (await session.execute(query)).scalars() if zone]


async def without_zone(
    session: AsyncSession, *, condition: ColumnElement[bool], unknown: Collection[str]
) -> list[Whereabouts]:
    """Clients with a phone whose card names no zone, or one of the `unknown`."""
    query = select(Client.id, phones_of()).where(
        condition, or_(Client.timezone.is_(None), Client.timezone.in_(unknown)), phones_of().is_not(None)
    )
    return [Whereabouts(number, tuple(phones.split(","))) for number, phones in await session.execute(query)]


def in_zone(zone: str) -> ColumnElement[bool]:
    return Client.timezone == zone


def one_of(ids: Collection[int]) -> ColumnElement[bool]:
    return Client.id.in_(ids)


def _word(channel: Channel) -> ColumnElement[str]:
    # A literal: one statement for all mailings, and no parameter whose type PostgreSQL would have to guess.
    return literal_column(f"'{channel.value}'", String)
