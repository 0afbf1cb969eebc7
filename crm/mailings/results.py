"""What came of a mailing: its figures, what was bought after it, what was clicked, and who answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from crm.access import client_scope
from crm.mailings.drafting import get
from crm.mailings.reporting import Progress, progress
from storage.models import Channel, DeliveryState, Mailing, Staff, TouchKind
from storage.queries import slices as queries
from storage.queries.slices import Answer, Reason, Revenue, Texts

MOST_LINKS = 5
MOST_REASONS = 6
MOST_MOMENTS = 50_000
WATCHED = (TouchKind.ANSWER, TouchKind.CLICK, TouchKind.UNSUBSCRIBE)


@dataclass(frozen=True)
class Delivered:
    """How many of those sent are known to have arrived; `by` is empty where there is one channel only.

    It is `known` where that channel is email and not everybody's provider told: of the others nothing is known.
    """

    by: str
    count: int
    of: int


@dataclass(frozen=True)
class Results:
    """`revenue` is of the `days` after each got it; a purchase counts for the last mailing before it.

    `delivered` is by channel where it went by two.
    """

    mailing: Mailing
    figures: Progress
    delivered: tuple[Delivered, ...]
    revenue: tuple[Revenue, ...]
    links: tuple[tuple[str, int], ...]
    days: int


@dataclass(frozen=True)
class Picture:
    """What the picture of the results is drawn from: sums, reasons, and when people did what."""

    results: Results
    reasons: tuple[Reason, ...]
    moments: dict[TouchKind, list[datetime]]


async def results(session: AsyncSession, *, actor: Staff, mailing_id: int, days: int, now: datetime) -> Results:
    """Raises NotAllowed."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    figures = await progress(session, mailing=mailing, now=now)
    return Results(
        mailing=mailing,
        figures=figures,
        delivered=await delivered(session, mailing=mailing, figures=figures),
        revenue=tuple(await queries.revenue(session, mailing_id=mailing.id, within=timedelta(days=days))),
        links=tuple(await queries.links(session, mailing_id=mailing.id, limit=MOST_LINKS))
        if mailing.track_clicks
        else (),
        days=days,
    )


async def delivered(session: AsyncSession, *, mailing: Mailing, figures: Progress) -> tuple[Delivered, ...]:
    """What is known to have arrived, none where nothing is: SMS tell it as a rule and email seldom, so each by itself."""
    count = figures.counts[DeliveryState.DELIVERED]
    if not count:
        return ()
    if mailing.sms_template_id is None:
        tells_all = mailing.channel is not Channel.EMAIL or count == figures.sent
        return (Delivered("" if tells_all else "known", count, figures.planned),)
    texts: Texts = await queries.texts(session, mailing_id=mailing.id)
    letters = Delivered("email", count - texts.delivered, figures.sent - texts.sent)
    return tuple(one for one in (Delivered("sms", texts.delivered, texts.sent), letters) if one.count)


async def picture(session: AsyncSession, *, actor: Staff, mailing_id: int, days: int, now: datetime) -> Picture:
    """Raises NotAllowed."""
    found = await results(session, actor=actor, mailing_id=mailing_id, days=days, now=now)
    return Picture(
        results=found,
        reasons=tuple(await queries.reasons(session, mailing_id=mailing_id, limit=MOST_REASONS)),
        moments=await queries.moments(session, mailing_id=mailing_id, kinds=WATCHED, limit=MOST_MOMENTS),
    )


async def answers(
    session: AsyncSession, *, actor: Staff, mailing_id: int, limit: int, offset: int = 0
) -> tuple[Mailing, Sequence[Answer], int]:
    """The newest message of everybody who answered and whose client is in the actor's scope now, and how many they are.

    Raises NotAllowed.
    """
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    scope = client_scope(actor)
    return mailing, *await queries.answers(session, mailing_id=mailing.id, scope=scope, limit=limit, offset=offset)
