"""Whom a look at a mailing renders one by one: of each language some, spread over the whole segment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.ext.asyncio import AsyncSession

from crm.mailings.aiming import in_segment
from storage.models import Channel, Client, Language, Mailing, Staff
from storage.queries import mailings as queries
from storage.queries.routes import POINTS


async def some_of(session: AsyncSession, *, mailing: Mailing, now: datetime, size: int) -> ColumnElement[bool] | None:
    """The condition that makes it about `size` of them; None when they are no more than that."""
    owner = await session.get_one(Staff, mailing.created_by_id)
    channels = {mailing.channel, *([Channel.SMS] if mailing.sms_template_id is not None else [])}
    there = await queries.by_language(
        session,
        condition=await in_segment(session, mailing=mailing, owner=owner, now=now),
        kinds=[POINTS[channel] for channel in channels],
    )
    if sum(there.values()) <= size:
        return None
    parts = [
        and_(Client.language == language, queries.some(Client.id, wanted=share, there=there[language]))
        if share < there[language]
        else Client.language == language
        for language, share in shares(there, size).items()
    ]
    return or_(false(), *parts)


def shares(there: Mapping[Language, int], size: int) -> dict[Language, int]:
    """How many of each language: as many of one as of another, and what few leave over goes to those of whom there are more."""
    given: dict[Language, int] = {}
    for language in sorted(there, key=lambda one: (there[one], one)):
        given[language] = min(there[language], (size - sum(given.values())) // (len(there) - len(given)))
    return given
