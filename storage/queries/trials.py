"""Who is in which half of a trial, and what came of each: the split as arithmetic both databases and Python agree on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    DELIVERY_WAITING,
    Channel,
    Client,
    DeliveryState,
    MailingTrial,
    Outbox,
    Touch,
    TouchKind,
    TrialMeasure,
    TrialSide,
)
from storage.queries.routes import Route
from storage.types import Json

BUCKETS: Final = 10_000
_ARRIVED: Final = (DeliveryState.SENT, DeliveryState.DELIVERED)
_TOUCHES: Final = {
    TrialMeasure.ANSWERED: TouchKind.ANSWER,
    TrialMeasure.CLICKED: TouchKind.CLICK,
    TrialMeasure.OPENED: TouchKind.OPEN,
}


def bucket(client_id: Any, mailing_id: int) -> Any:
    """A number below BUCKETS, spread evenly over any ids and another for each mailing; the same in SQL and here."""
    spread = (client_id % 2**31 * 2_654_435_761 + mailing_id % 1_000_000 * 97_003) % 4_294_967_291
    mixed = (spread % 65_521 * 48_271 + spread // 65_521 * 16_807) % 2_147_483_647
    return mixed % BUCKETS


def side_of(client_id: int, *, mailing_id: int, share: int) -> TrialSide:
    """In which part of a trial on `share` per cent a client is."""
    place = bucket(client_id, mailing_id)
    return TrialSide.A if place < share * 50 else TrialSide.B if place < share * 100 else TrialSide.REST


def of_side(side: TrialSide, *, mailing_id: int, share: int) -> ColumnElement[bool]:
    """The clients of one half."""
    end = share * 50 if side is TrialSide.A else share * 100
    within: ColumnElement[bool] = bucket(Client.id, mailing_id) < end
    return within


def payload(trial: MailingTrial, route: Route, channel: Channel) -> ColumnElement[Any]:
    """What a ledger row says of its side; SMS beside a mailing by email are in no trial."""
    other = route.channel != channel.value
    whens: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = (
        [(other, literal({}, Json))] if len(route.channels) > 1 else []
    )
    whens += [
        (of_side(side, mailing_id=trial.mailing_id, share=trial.share), literal({"side": side.value}, Json))
        for side in (TrialSide.A, TrialSide.B)
    ]
    return case(*whens, else_=literal({"side": TrialSide.REST.value}, Json))


def due(
    trial: MailingTrial,
    route: Route,
    channel: Channel,
    *,
    a: ColumnElement[Any],
    b: ColumnElement[Any],
    rest: ColumnElement[Any],
) -> ColumnElement[datetime]:
    """When a row is due, by its side."""
    whens: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = (
        [(route.channel != channel.value, a)] if len(route.channels) > 1 else []
    )
    whens += [
        (of_side(TrialSide.A, mailing_id=trial.mailing_id, share=trial.share), a),
        (of_side(TrialSide.B, mailing_id=trial.mailing_id, share=trial.share), b),
    ]
    return case(*whens, else_=rest)


async def count_arm(
    session: AsyncSession, *, mailing_id: int, side: TrialSide, measure: TrialMeasure
) -> tuple[int, int]:
    """How many of a half it reached, and how many of them did what is measured."""
    arrived = [Outbox.mailing_id == mailing_id, _side() == side.value, Outbox.state.in_(_ARRIVED)]
    reached = (await session.execute(select(func.count()).where(*arrived))).scalar_one()
    did = (
        select(func.count(Outbox.id.distinct()))
        .join(Touch, Touch.outbox_id == Outbox.id)
        .where(*arrived, Touch.kind == _TOUCHES[measure], Touch.by_machine.is_(False))
    )
    return reached, (await session.execute(did)).scalar_one()


async def halves(session: AsyncSession, *, mailing_id: int) -> tuple[int, datetime | None]:
    """How many of both halves still wait, and when the last of those sent was."""
    waits = func.count().filter(Outbox.state.in_(sorted(DELIVERY_WAITING)))
    tried = Outbox.mailing_id == mailing_id, _side().in_([TrialSide.A.value, TrialSide.B.value])
    waiting, last = (await session.execute(select(waits, func.max(Outbox.sent_at)).where(*tried))).one()
    return waiting, last


async def waiting_moments(session: AsyncSession, *, mailing_id: int) -> Sequence[datetime]:
    """When the rest of a trial is due, each moment once."""
    query = select(Outbox.due_at).where(*_rest(mailing_id)).distinct()
    return (await session.execute(query)).scalars().all()


async def move(session: AsyncSession, *, mailing_id: int, due_at: datetime, to: datetime) -> None:
    """The rest that is due at one moment is due at another."""
    await session.execute(
        update(Outbox)
        .where(*_rest(mailing_id), Outbox.due_at == due_at)
        .values(due_at=to)
        .execution_options(synchronize_session=False)
    )


def _rest(mailing_id: int) -> list[ColumnElement[bool]]:
    return [
        Outbox.mailing_id == mailing_id,
        Outbox.state == DeliveryState.PLANNED,
        _side() == TrialSide.REST.value,
    ]


def _side() -> ColumnElement[str]:
    side: ColumnElement[str] = Outbox.payload["side"].as_string()
    return side
