"""Parts of a mailing's ledger: who they are, why they did not get it, what they bought; always sets, never one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Interval, and_, case, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.models import (
    BounceKind,
    Channel,
    Client,
    ConsentState,
    ContactPoint,
    DeliveryState,
    Interaction,
    Mailing,
    MailingState,
    Outbox,
    Purchase,
    SegmentMember,
    Suppression,
    TopicOptOut,
    Touch,
    TouchKind,
    TrackedLink,
)
from storage.queries.consents import newest_word

LOST = (DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED)
ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)
_NOT_OUT_YET = (
    MailingState.DRAFT,
    MailingState.AWAITING_APPROVAL,
    MailingState.SCHEDULED,
    MailingState.EXPANDING,
    MailingState.PAUSED,
)
RETURNED = (BounceKind.HARD, BounceKind.SOFT, BounceKind.BLOCK)


class Reason(NamedTuple):
    """Why some did not get it: the ledger's words of one of them, and how many they are."""

    state: DeliveryState
    key: str
    reason: str
    code: str
    people: int


class Person(NamedTuple):
    """Somebody who did not get it."""

    outbox_id: int
    client_id: int | None
    name: str | None
    company: str | None
    address: str
    state: DeliveryState
    reason: str | None
    code: str | None


class Texts(NamedTuple):
    """The SMS of a mailing that goes by email too: how many went out, and how many of those arrived."""

    sent: int
    delivered: int


class Revenue(NamedTuple):
    currency: str
    amount_minor: int
    purchases: int
    clients: int


class Answer(NamedTuple):
    interaction_id: int
    client_id: int | None
    name: str | None
    text: str
    at: datetime


def touched(kind: TouchKind) -> ColumnElement[bool]:
    """Deliveries of which a person (as far as is known) did that."""
    return exists().where(Touch.outbox_id == Outbox.id, Touch.kind == kind, Touch.by_machine.is_(False))


async def texts(session: AsyncSession, *, mailing_id: int) -> Texts:
    """The SMS among what went out."""
    arrived = func.count().filter(Outbox.state == DeliveryState.DELIVERED)
    query = select(func.count(), arrived).where(
        Outbox.mailing_id == mailing_id, Outbox.state.in_(ARRIVED), Outbox.channel == Channel.SMS
    )
    return Texts(*(await session.execute(query)).one())


async def count(session: AsyncSession, *, mailing_id: int, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(Outbox).where(Outbox.mailing_id == mailing_id, condition)
    return (await session.execute(query)).scalar_one()


def clients_in(mailing_id: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Their clients, as a condition on `Client`."""
    return Client.id.in_(select(Outbox.client_id).where(Outbox.mailing_id == mailing_id, condition))


def may_be_sent_again(mailing: Mailing) -> ColumnElement[bool]:
    """Of those lost, whom the same may be sent after all, as a condition on deliveries of that mailing and their `Client`.

    Not whose message may have arrived, who was reached with the same template since or is about to be, and whom nothing
    may be sent to: a suppressed address, a no, a topic left. What came too soon after other mailings may go later.
    """
    twin, other, made = aliased(Outbox), aliased(Mailing), aliased(Mailing)
    waits_already = exists().where(
        SegmentMember.client_id == Outbox.client_id,
        SegmentMember.segment_id == made.segment_id,
        made.copied_from_id == mailing.id,
        made.state.in_(_NOT_OUT_YET),
    )
    reached_since = exists().where(
        twin.client_id == Outbox.client_id,
        twin.mailing_id == other.id,
        other.template_id == mailing.template_id,
        other.id > mailing.id,
        twin.state.not_in((DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.CANCELLED)),
    )
    suppressed = exists().where(
        ContactPoint.client_id == Outbox.client_id,
        ContactPoint.value == Outbox.address,
        Suppression.address_hash == ContactPoint.address_hash,
        Suppression.channel == Outbox.channel,
    )
    left_topic = exists().where(TopicOptOut.client_id == Outbox.client_id, TopicOptOut.topic_id == mailing.topic_id)
    return and_(
        or_(
            Outbox.state.in_((DeliveryState.FAILED, DeliveryState.CANCELLED)),
            and_(Outbox.state == DeliveryState.SUPPRESSED, Outbox.reason == "frequency-cap"),
        ),
        Client.archived_at.is_(None),
        func.coalesce(newest_word(mailing.channel), literal(ConsentState.GRANTED.value)) != ConsentState.WITHDRAWN,
        ~suppressed,
        ~reached_since,
        ~waits_already,
        ~left_topic if mailing.topic_id is not None else literal(True),
    )


async def reasons(session: AsyncSession, *, mailing_id: int, limit: int) -> list[Reason]:
    """Why people did not get it, the commonest first; alike by code, else by how the reason begins."""
    key = _cause()
    query = (
        select(
            Outbox.state,
            key,
            func.coalesce(func.min(Outbox.reason), ""),
            func.coalesce(func.min(Outbox.code), ""),
            func.count(),
        )
        .where(Outbox.mailing_id == mailing_id, Outbox.state.in_(LOST))
        .group_by(Outbox.state, key)
        .order_by(func.count().desc(), Outbox.state, key)
        .limit(limit)
    )
    return [
        Reason(state, key, reason or "", code or "", people)
        for state, key, reason, code, people in await session.execute(query)
    ]


async def people(
    session: AsyncSession,
    *,
    mailing_id: int,
    scope: ColumnElement[bool],
    reason: Reason | None = None,
    after: int = 0,
    limit: int,
    offset: int = 0,
) -> list[Person]:
    """Those who did not get it (for one reason), in the order of the ledger, from the one after `after`.

    Whose client is out of the scope by now has a row without a name or an address.
    """
    query = (
        select(
            Outbox.id,
            case((scope, Outbox.client_id)),
            case((scope, Client.name)),
            case((scope, Client.company)),
            case((scope, Outbox.address), else_=""),
            Outbox.state,
            Outbox.reason,
            Outbox.code,
        )
        .join(Client, Client.id == Outbox.client_id, isouter=True)
        .where(Outbox.mailing_id == mailing_id, Outbox.state.in_(LOST), Outbox.id > after)
        .order_by(Outbox.id)
        .limit(limit)
        .offset(offset)
    )
    if reason is not None:
        query = query.where(Outbox.state == reason.state, _cause() == reason.key)
    return [Person(*row) for row in await session.execute(query)]


async def revenue(session: AsyncSession, *, mailing_id: int, within: timedelta) -> list[Revenue]:
    """What those who got it bought within the time after they did, by currency, the largest first.

    A purchase counts for the last mailing that reached its client before it, so none counts twice.
    """
    later = aliased(Outbox)
    postgres = session.get_bind().dialect.name == "postgresql"
    seconds = int(within.total_seconds())
    until = (
        Outbox.sent_at + literal(within, Interval())
        if postgres
        else func.strftime("%Y-%m-%d %H:%M:%f", Outbox.sent_at, f"+{seconds} seconds")
    )
    a_later_one = exists().where(
        later.client_id == Outbox.client_id,
        later.mailing_id.is_not(None),
        later.mailing_id != mailing_id,
        later.sent_at > Outbox.sent_at,
        later.sent_at <= Purchase.at,
    )
    query = (
        select(
            Purchase.currency,
            func.sum(Purchase.amount_minor),
            func.count(Purchase.id),
            func.count(Purchase.client_id.distinct()),
        )
        .join(Outbox, Outbox.client_id == Purchase.client_id)
        .where(
            Outbox.mailing_id == mailing_id,
            Outbox.state.in_(ARRIVED),
            Purchase.at >= Outbox.sent_at,
            Purchase.at < until,
            ~a_later_one,
        )
        .group_by(Purchase.currency)
        .order_by(func.sum(Purchase.amount_minor).desc())
    )
    return [
        Revenue(currency, int(amount), bought, who) for currency, amount, bought, who in await session.execute(query)
    ]


async def links(session: AsyncSession, *, mailing_id: int, limit: int) -> list[tuple[str, int]]:
    """The links people clicked, by how many did."""
    query = (
        select(TrackedLink.url, func.count(Touch.outbox_id.distinct()))
        .join(Touch, Touch.link_id == TrackedLink.id)
        .where(Touch.mailing_id == mailing_id, Touch.kind == TouchKind.CLICK, Touch.by_machine.is_(False))
        .group_by(TrackedLink.url)
        .order_by(func.count(Touch.outbox_id.distinct()).desc(), TrackedLink.url)
        .limit(limit)
    )
    return [(url, clicked) for url, clicked in await session.execute(query)]


async def answers(
    session: AsyncSession, *, mailing_id: int, scope: ColumnElement[bool], limit: int, offset: int = 0
) -> tuple[Sequence[Answer], int]:
    """The messages of clients in the scope that answer it, the newest first, and how many people's they are.

    Of several of one person the newest.
    """
    newest = (
        select(func.max(Touch.interaction_id))
        .where(Touch.mailing_id == mailing_id, Touch.kind == TouchKind.ANSWER)
        .group_by(Touch.outbox_id)
    )
    query = (
        select(Interaction.id, Interaction.client_id, Client.name, Interaction.text, Interaction.at)
        .join(Client, Client.id == Interaction.client_id, isouter=True)
        .where(Interaction.id.in_(newest), scope)
    )
    total = (await session.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    page = query.order_by(Interaction.at.desc(), Interaction.id.desc()).limit(limit).offset(offset)
    return [Answer(*row) for row in await session.execute(page)], total


async def moments(
    session: AsyncSession, *, mailing_id: int, kinds: Collection[TouchKind], limit: int
) -> dict[TouchKind, list[datetime]]:
    """When people did what, the first `limit` of each kind."""
    found: dict[TouchKind, list[datetime]] = {}
    for kind in kinds:
        query = (
            select(func.min(Touch.at))
            .where(Touch.mailing_id == mailing_id, Touch.kind == kind, Touch.by_machine.is_(False))
            .group_by(Touch.outbox_id)
            .order_by(func.min(Touch.at))
            .limit(limit)
        )
        found[kind] = list((await session.execute(query)).scalars())
    return found


def _cause() -> ColumnElement[str]:
    """What a reason is known by: the provider's code, else the beginning of the reason."""
    return case(
        (func.coalesce(Outbox.code, "") != "", Outbox.code), else_=func.substr(func.coalesce(Outbox.reason, ""), 1, 60)
    )
