"""The cards of mailings follow their figures: one edit at a time for each copy, of what is true when it is made."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import cards
from crm.mailings import pace
from crm.mailings.reporting import progress
from storage.models import MAILING_ACTIVE, Mailing
from storage.queries import mailings as queries

LARGE = 100_000  # deliveries: counting more than those every second would keep everybody else from writing
FOLLOWED_FOR = timedelta(hours=1)
ANSWERED_FOR = timedelta(days=3)  # answers, clicks and reports come in long after the last message left
LATER_EVERY = timedelta(minutes=1)


def followed_mailings(now: datetime) -> Select[int]:
    """Mailings whose cards may read differently: those under way and, for an hour, those that ended."""
    ended = Mailing.finished_at > now - FOLLOWED_FOR
    return select(Mailing.id).where(Mailing.state.in_(MAILING_ACTIVE) | ended)


def lately_ended(now: datetime) -> Select[int]:
    """Those that ended within days: looked at now and then."""
    return select(Mailing.id).where(Mailing.finished_at > now - ANSWERED_FOR, Mailing.finished_at <= now - FOLLOWED_FOR)


async def show_progress(session: AsyncSession, *, now: datetime, limit: int = 50, large: int = LARGE) -> int:
    """Edits the cards of mailings whose figures changed since they were last shown."""
    return await _show(session, followed_mailings(now), now, limit, large)


async def show_late_progress(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """The same for those that ended lately."""
    return await _show(session, lately_ended(now), now, limit, LARGE)


async def _show(session: AsyncSession, chosen: Select[int], now: datetime, limit: int, large: int) -> int:
    query = chosen.with_only_columns(Mailing).order_by(Mailing.id.desc()).limit(limit)
    edited = 0
    for mailing in (await session.execute(query)).scalars().all():
        hanging = await queries.hanging_cards(session, mailing_id=mailing.id)
        if not hanging:
            continue
        is_large = mailing.planned > large and mailing.state in pace.MOVING
        if is_large and not await pace.is_due(session, mailing=mailing, now=now):
            continue
        found = await progress(session, mailing=mailing, now=now)
        await pace.note(session, mailing=mailing, done=found.planned - found.waiting, now=now)
        figures = found.fingerprint()
        changed = [copy for copy in hanging if copy.shown != figures]
        # An edit that still waits is made of what is true then: in a chat that is slow, edits never pile up.
        waiting = await queries.waiting_edits(session, {copy.chat_id for copy in changed}) if changed else set()
        for copy in changed:
            copy.shown = figures
            if (copy.chat_id, copy.message_id) not in waiting:
                await cards.refresh_one(session, copy, now=now)
                edited += 1
    return edited
