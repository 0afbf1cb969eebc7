"""Whom a mailing reaches, and by which channel each of them: conditions and expressions, the same for a look and for the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import segments
from crm.access import client_scope
from storage.models import Channel, Client, ContactKind, Mailing, Segment, Staff
from storage.queries import mailings as queries
from storage.queries import routes
from storage.queries.routes import Route

_LONGEST_CHAIN = 50


@dataclass(frozen=True)
class Aim:
    """Members are the clients of `condition`; `owner` is whoever made the mailing, within whose sight they lie."""

    owner: Staff
    condition: ColumnElement[bool]
    route: Route
    had_it: ColumnElement[bool] | None = None  # who would be members, had an earlier one not reached them


async def aim(
    session: AsyncSession,
    *,
    mailing: Mailing,
    now: datetime,
    consent_required: bool = False,
    within: ColumnElement[bool] | None = None,
    first: int | None = None,
) -> Aim:
    """By the segment as it is `now`, without those whom the mailings before it reached.

    Where the cheapest channel is asked for, suppressed email addresses are looked up: of the members `within` only, and
    of the `first` of them.
    """
    owner = await session.get_one(Staff, mailing.created_by_id)
    condition = await in_segment(session, mailing=mailing, owner=owner, now=now)
    if mailing.sms_template_id is None:
        route = routes.only(mailing.channel)
    else:
        within = true() if within is None else within
        kept_out = await _suppressed(session, condition & within, first)
        route = routes.cheapest(kept_out=kept_out, consent_required=consent_required)
    before = await chain(session, mailing)
    if not before:
        return Aim(owner, condition, route)
    reached = queries.reached_by(before, route)
    return Aim(owner, condition & ~reached, route, had_it=condition & reached)


async def in_segment(session: AsyncSession, *, mailing: Mailing, owner: Staff, now: datetime) -> ColumnElement[bool]:
    """The clients of its segment that its maker may see."""
    segment = await session.get_one(Segment, mailing.segment_id)
    return await segments.condition(session, actor=owner, segment=segment, now=now) & client_scope(owner)


async def chain(session: AsyncSession, mailing: Mailing) -> list[int]:
    """The mailings whose people are left out: the one copied and, where that left out another, that one, and so on."""
    found: list[int] = []
    leaves_out, next_id = mailing.leaves_out, mailing.copied_from_id
    while leaves_out and next_id is not None and next_id not in found and len(found) < _LONGEST_CHAIN:
        found.append(next_id)
        query = select(Mailing.leaves_out, Mailing.copied_from_id).where(Mailing.id == next_id)
        leaves_out, next_id = (await session.execute(query)).one()
    return found


async def _suppressed(session: AsyncSession, condition: ColumnElement[bool], first: int | None) -> list[int]:
    """Clients whose email address must not be written to."""
    address = routes.address_of(ContactKind.EMAIL)
    query = select(Client.id, address).where(condition, Client.archived_at.is_(None), address.is_not(None))
    if first is not None:
        query = query.order_by(Client.id).limit(first)
    addresses = {number: str(found) for number, found in await session.execute(query)}
    stopped = await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=set(addresses.values()))
    return [number for number, found in addresses.items() if found in stopped]
