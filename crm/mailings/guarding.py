"""A mailing that hurts the sender's standing stops itself: too much comes back, or too many call it spam.

The lines lie below those at which the large providers act against a sender: they review one at 5 % returned or 0.1 %
complaints. Judged from 200 messages on, over what went out since somebody last looked and resumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.mailings.approving import approvers, send_card
from crm.mailings.launching import pause
from storage.models import Channel, DomainEvent, Mailing, MailingState, Outbox, Staff
from storage.queries import mailings as queries

LEAST_SENT: Final = 200


class Harm(StrEnum):
    """What a mailing was stopped for; the word stands first in its `pause_reason`."""

    BOUNCES = "bounces"
    COMPLAINTS = "complaints"


LINES: Final[dict[Harm, Fraction]] = {Harm.BOUNCES: Fraction(4, 100), Harm.COMPLAINTS: Fraction(8, 10_000)}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a mailing stopped itself: `count` of the `of` messages that went out."""

    harm: Harm
    count: int
    of: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.count, self.of)

    def __str__(self) -> str:
        return f"{self.harm.value} {self.count} {self.of}"


def read_cause(pause_reason: str) -> Cause | None:
    """The cause in a mailing's `pause_reason`; None where somebody else paused it."""
    word, _, figures = pause_reason.partition(" ")
    count, _, of = figures.partition(" ")
    if word not in set(Harm) or not (count.isdecimal() and of.isdecimal() and int(of)):
        return None
    return Cause(Harm(word), int(count), int(of))


def watched_mailings(_now: datetime) -> Select[int]:
    """Mailings under way of which something came back."""
    came_back = exists().where(Outbox.mailing_id == Mailing.id, Outbox.bounce.is_not(None))
    return select(Mailing.id).where(
        Mailing.channel == Channel.EMAIL, Mailing.state.in_((MailingState.EXPANDING, MailingState.RUNNING)), came_back
    )


async def guard(session: AsyncSession, *, now: datetime) -> int:
    """Pauses those that crossed a line, and tells whoever made them and the managers. Returns how many.

    All that run are judged: harmless ones must not stand before the one that harms.
    """
    query = watched_mailings(now).with_only_columns(Mailing).order_by(Mailing.id)
    stopped = 0
    for mailing in (await session.execute(query.with_for_update(of=Mailing, skip_locked=True))).scalars().all():
        cause = await _cause(session, mailing)
        if cause is not None:
            await pause(session, actor=None, mailing_id=mailing.id, reason=str(cause), now=now)
            for reader in await readers(session, mailing):
                await send_card(session, mailing, reader, now, why="guard")
            stopped += 1
    return stopped


async def _cause(session: AsyncSession, mailing: Mailing) -> Cause | None:
    since = await looked_at(session, mailing.id)
    returned, complained = await queries.came_back(session, mailing_id=mailing.id, since=since)
    for harm, count in ((Harm.COMPLAINTS, complained), (Harm.BOUNCES, returned)):
        if not count:
            continue
        # No need to count further than where it can no longer cross the line.
        enough = max(LEAST_SENT, int(count / LINES[harm]) + 1)
        of = returned + await queries.handed_over(session, mailing_id=mailing.id, since=since, limit=enough)
        if of >= LEAST_SENT and count >= LINES[harm] * of:
            return Cause(harm, count, of)
    return None


async def looked_at(session: AsyncSession, mailing_id: int) -> datetime | None:
    """When somebody last resumed it, knowing what had come back."""
    query = (
        select(DomainEvent.at)
        .where(DomainEvent.name == "mailing.resumed", DomainEvent.facts["mailing_id"].as_integer() == mailing_id)
        .order_by(DomainEvent.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def readers(session: AsyncSession, mailing: Mailing) -> list[Staff]:
    """Who is told when a mailing stops itself: whoever made it, and the managers."""
    maker = await session.get_one(Staff, mailing.created_by_id)
    theirs = [maker] if maker.active and maker.telegram_id is not None else []
    return [*theirs, *await approvers(session, mailing=mailing)]
