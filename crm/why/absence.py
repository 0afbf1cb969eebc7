"""Why a client was not in a mailing at all: what of it was not true of them, or what stood in the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments
from crm.access import SEES_EVERYTHING, Action, client_scope
from crm.errors import CrmError, NotAllowed
from crm.mailings.aiming import aim
from crm.segments.meaning import meaning
from crm.why.scope import client_of
from crm.why.story import tree_of
from crm.wording import zone_of
from storage.filters import AllOf, FilterContext, Node, compile_filter
from storage.models import Client, Mailing, MailingState, Outbox, Segment, Staff
from storage.queries.routes import gives_way


class Absent(StrEnum):
    """The first reason that applies, in the order in which a mailing looks."""

    THERE = "there"  # they are in it: there is a story to tell
    NOT_STARTED = "not_started"
    NEWER = "newer"  # became a client afterwards
    ARCHIVED = "archived"
    OTHERS = "others"  # not a client of whoever made it
    UNREADABLE = "unreadable"  # the rule cannot be read any more
    NOT_LISTED = "not_listed"
    NOT_MEANT = "not_meant"  # something of the rule is not true of them
    NO_ADDRESS = "no_address"
    HAD_IT = "had_it"  # an earlier mailing reached them, and this one leaves them out
    DUPLICATE = "duplicate"  # somebody else with the same address got it
    SAID_NO = "said_no"  # themselves, and the address is another's too
    NOT_YET = "not_yet"  # their turn is still to come
    CHANGED = "changed"  # as things are now they would be in it


@dataclass(frozen=True)
class Absence:
    """What stood in the way, as things are now. `untrue` are the parts of the rule that do not hold for them."""

    reason: Absent
    client: Client
    mailing: Mailing
    segment: Segment
    maker: Staff
    untrue: tuple[Node, ...] = ()
    outbox_id: int | None = None
    other: str = ""  # who got it at the same address, where the reader may know


async def absence(session: AsyncSession, *, actor: Staff, mailing_id: int, client_id: int) -> Absence:
    """Why the client is not in the mailing. Raises NotAllowed for another's client, and for mailings kept from the actor."""
    client = await client_of(session, actor=actor, client_id=client_id)
    mailing = await session.get(Mailing, mailing_id)
    maker = await session.get(Staff, mailing.created_by_id) if mailing is not None else None
    if mailing is None or maker is None or not _may_hear(actor, maker):
        raise NotAllowed(action=Action.SEE_CLIENTS.value)
    segment = await session.get_one(Segment, mailing.segment_id)
    found = Absence(Absent.CHANGED, client, mailing, segment, maker)
    return await _with_reason(session, actor, found)


def _may_hear(actor: Staff, maker: Staff) -> bool:
    return actor.role in SEES_EVERYTHING or maker.id == actor.id or maker.role in SEES_EVERYTHING


async def _with_reason(session: AsyncSession, actor: Staff, of: Absence) -> Absence:
    """The same with the first reason that applies."""
    mailing, client = of.mailing, of.client
    query = select(Outbox.id).where(Outbox.mailing_id == mailing.id, Outbox.client_id == client.id)
    row = (await session.execute(query)).scalar_one_or_none()
    if row is not None:
        return replace(of, reason=Absent.THERE, outbox_id=row)
    if mailing.started_at is None:
        return replace(of, reason=Absent.NOT_STARTED)
    if client.created_at > mailing.started_at:
        return replace(of, reason=Absent.NEWER)
    if client.archived_at is not None:
        return replace(of, reason=Absent.ARCHIVED)
    in_scope = select(Client.id).where(Client.id == client.id, client_scope(of.maker))
    if (await session.execute(in_scope)).first() is None:
        return replace(of, reason=Absent.OTHERS)
    of = await _asked_segment(session, of, mailing.started_at)
    if of.reason is not Absent.CHANGED:
        return of
    aimed = await aim(session, mailing=mailing, now=mailing.started_at, within=Client.id == client.id)
    if (
        aimed.had_it is not None
        and (await session.execute(select(Client.id).where(Client.id == client.id, aimed.had_it))).first()
    ):
        return replace(of, reason=Absent.HAD_IT)
    address: str | None = (
        await session.execute(select(aimed.route.address).where(Client.id == client.id))
    ).scalar_one_or_none()
    if address is None:
        return replace(of, reason=Absent.NO_ADDRESS)
    same = select(Outbox.client_id).where(Outbox.mailing_id == mailing.id, Outbox.address == address)
    other_id = (await session.execute(same)).scalar_one_or_none()
    if other_id is not None:
        seen = select(Client.name).where(Client.id == other_id, client_scope(actor))
        name = (await session.execute(seen)).scalar_one_or_none() or ""
        return replace(of, reason=Absent.DUPLICATE, other=name)
    waiting = mailing.cursor < client.id and mailing.state in (MailingState.EXPANDING, MailingState.PAUSED)
    if waiting:
        return replace(of, reason=Absent.NOT_YET)
    aside = select(Client.id).where(Client.id == client.id, gives_way(aimed.route))
    return replace(of, reason=Absent.SAID_NO) if (await session.execute(aside)).first() is not None else of


async def _asked_segment(session: AsyncSession, of: Absence, at: datetime) -> Absence:
    """Whether the client is (by now) in the segment, asked as of the moment the mailing began."""
    tree, is_list = tree_of(of.segment, of.maker, at)
    if is_list:
        listed = await segments.condition(session, actor=of.maker, segment=of.segment, now=at)
        found = await session.execute(select(Client.id).where(Client.id == of.client.id, listed))
        return of if found.first() is not None else replace(of, reason=Absent.NOT_LISTED)
    if tree is None:
        return replace(of, reason=Absent.UNREADABLE)
    try:
        context = await meaning(session, tree, actor=of.maker, zone=zone_of(of.maker.timezone), now=at, kept=True)
    except CrmError:
        return replace(of, reason=Absent.UNREADABLE)
    untrue = await _untrue(session, of.client, tree, context)
    return replace(of, reason=Absent.NOT_MEANT, untrue=untrue) if untrue else of


async def _untrue(session: AsyncSession, client: Client, tree: Node, context: FilterContext) -> tuple[Node, ...]:
    """The parts that must all hold and do not, in one question."""
    parts = tree.parts if isinstance(tree, AllOf) else (tree,)
    holds = [case((and_(compile_filter(part, context)), 1), else_=0).label(f"p{n}") for n, part in enumerate(parts)]
    row = (await session.execute(select(*holds).where(Client.id == client.id))).one()
    return tuple(part for part, held in zip(parts, row, strict=True) if not held)
