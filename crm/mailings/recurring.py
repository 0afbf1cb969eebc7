"""Series: at each of its times a mailing of its own is made from the pattern, exactly once, whoever's scheduler is first.

`next_due_at` is the lock and the memory: it moves forward with the mailing it made, in one transaction. Times that
passed while nothing ran are run once or written down as missed, by the series' policy; none is lost in silence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, recurrence, segments
from crm.errors import CrmError
from crm.mailings import approving
from crm.mailings.approving import changed
from crm.mailings.copying import copy_of
from crm.mailings.drafting import get
from crm.mailings.halting import halt
from crm.mailings.measuring import Measure, Terms, needs_another
from crm.mailings.timing import FIRST_ZONE, LATE, LEAD, read_wall, write_wall
from crm.recurrence import Rule
from crm.wording import day, zone_of
from storage.models import (
    Mailing,
    MailingSeries,
    MailingState,
    MissedOccurrence,
    MissedPolicy,
    Staff,
)

MAKER_LEFT: Final = "maker-left"
_MOST_MISSED: Final = 1_000  # written down one by one
# In everybody's own time the first zone's hour is not yet the last one's: late is what has passed everywhere.
_ROUND_THE_WORLD: Final = timedelta(hours=26)


@dataclass(frozen=True)
class Standing:
    """What a series' card tells."""

    series: MailingSeries
    rule: Rule
    upcoming: tuple[datetime, ...]
    occurrences: tuple[Mailing, ...]  # the newest first
    made: int
    missed: int
    last_missed: datetime | None


def zone_name(series: MailingSeries) -> str:
    """By whose clock its times are counted: in everybody's own time by the first that shows the hour."""
    return FIRST_ZONE if series.each_own_time else series.zone


def begin(series: MailingSeries, *, now: datetime) -> None:
    """Sets the next time from now on."""
    rule = recurrence.read(series.rule)
    following = recurrence.next_after(rule, now, zone=zone_of(zone_name(series)))
    series.next_due_at = None if following is None or _is_over(series, following) else following


def fit(series: MailingSeries, *, now: datetime) -> None:
    """After its stop date moved: a next time beyond it is none any more."""
    if series.next_due_at is not None and _is_over(series, series.next_due_at):
        begin(series, now=now)


def due_series(now: datetime) -> Select[int]:
    """Series whose next time has come, or that have none left."""
    none_left = MailingSeries.next_due_at.is_(None)
    return (
        select(Mailing.id)
        .join(MailingSeries, MailingSeries.mailing_id == Mailing.id)
        .where(Mailing.state == MailingState.RECURRING, (MailingSeries.next_due_at <= now) | none_left)
    )


def maker(terms: Terms | None = None) -> Callable[..., Awaitable[int]]:
    """The tick that makes occurrences, on the installation's terms."""

    async def make(session: AsyncSession, *, now: datetime, limit: int = 20) -> int:
        query = (
            due_series(now)
            .with_only_columns(Mailing, MailingSeries)
            .order_by(MailingSeries.next_due_at, Mailing.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        due = (await session.execute(query)).all()
        for pattern, series in due:
            try:
                async with session.begin_nested():
                    await _go_on(session, pattern, series, terms or Terms(), now)
            except segments.UNREADABLE as refusal:
                await _halt(session, pattern, series, refusal, now)
        return len(due)

    return make


async def _go_on(session: AsyncSession, pattern: Mailing, series: MailingSeries, terms: Terms, now: datetime) -> None:
    """Makes what is due, writes down what was missed, and moves to the next time; without one the series is over."""
    owner = await session.get_one(Staff, pattern.created_by_id)
    if series.next_due_at is not None and not owner.active:
        # In whose name, and within whose sight, would it go?
        pattern.state_before_pause, pattern.state = pattern.state, MailingState.PAUSED
        pattern.pause_reason = MAKER_LEFT
        await changed(session, pattern, "mailing.paused", actor=None, now=now)
        for approver in await approving.approvers(session, mailing=pattern):
            await approving.send_card(session, pattern, approver, now, why=MAKER_LEFT)
        return
    if series.next_due_at is not None:
        due = _due(series, now)
        runs, missed = _by_policy(series, due, now)
        for at in missed:
            _miss(session, pattern, at, now)
        for at in runs:
            await _make(session, pattern, series, terms, at=at, now=now)
        begin(series, now=due[-1])
    if series.next_due_at is None:
        pattern.state, pattern.finished_at = MailingState.FINISHED, now
        events.record(session, "mailing.finished", now=now, mailing_id=pattern.id)
    await changed(session, pattern, "mailing.recurred", actor=None, now=now)


async def _halt(
    session: AsyncSession, pattern: Mailing, series: MailingSeries, refusal: CrmError, now: datetime
) -> None:
    """Its segment cannot be asked: what is due is missed, and it rests until somebody has looked."""
    await session.refresh(series)
    await halt(session, mailing=pattern, refusal=refusal, now=now)
    for at in _due(series, now):
        _miss(session, pattern, at, now)


def _miss(session: AsyncSession, pattern: Mailing, at: datetime, now: datetime) -> None:
    session.add(MissedOccurrence(mailing_id=pattern.id, due_at=at, noticed_at=now))
    events.record(session, "mailing.missed", now=now, mailing_id=pattern.id, due_at=at.isoformat())


def _due(series: MailingSeries, now: datetime) -> list[datetime]:
    """The times that have come, the first one waited for at least."""
    assert series.next_due_at is not None
    walk = recurrence.moments(recurrence.read(series.rule), series.next_due_at, zone=zone_of(zone_name(series)))
    come = takewhile(lambda at: at <= now and not _is_over(series, at), walk)
    return [series.next_due_at, *islice(come, _MOST_MISSED)]


def _by_policy(series: MailingSeries, due: list[datetime], now: datetime) -> tuple[list[datetime], list[datetime]]:
    """Which times run and which are missed. What is not late runs; of the late ones at most the last, and alone."""
    patience = _ROUND_THE_WORLD if series.each_own_time else LATE
    runs = [at for at in due if at >= now - patience]
    late = [at for at in due if at < now - patience]
    is_all = len(due) <= _MOST_MISSED
    if late and not runs and is_all and series.missed is MissedPolicy.RUN_ONCE:
        return late[-1:], late[:-1]
    return runs, late


async def _make(
    session: AsyncSession,
    pattern: Mailing,
    series: MailingSeries,
    terms: Terms,
    *,
    at: datetime,
    now: datetime,
) -> None:
    """One occurrence; nothing when it is there already."""
    known = select(Mailing.id).where(Mailing.pattern_id == pattern.id, Mailing.occurs_at == at)
    if (await session.execute(known)).first() is not None:
        return
    owner = await session.get_one(Staff, pattern.created_by_id)
    zone = zone_of(zone_name(series))
    date = day(at, zone=zone, language=owner.language)
    occurrence = await copy_of(session, mailing=pattern, name=f"{pattern.name[:100]} · {date}", now=now)
    occurrence.pattern_id, occurrence.occurs_at = pattern.id, at
    occurrence.starts_at = max(at, now) - (LEAD if series.each_own_time else timedelta())
    if series.each_own_time:
        occurrence.own_time = write_wall(at.astimezone(zone).replace(tzinfo=None))
    occurrence.state = MailingState.SCHEDULED
    await session.flush()
    events.record(session, "mailing.occurred", now=now, mailing_id=occurrence.id, pattern_id=pattern.id)
    if await needs_another(session, mailing=occurrence, terms=terms, now=now):
        await approving.ask(session, mailing=occurrence, launched_by=None, now=now)
    else:
        occurrence.approved_by_id = pattern.approved_by_id
    await approving.tell_maker(session, occurrence, now, why="occurrence")


async def approved(
    session: AsyncSession, *, mailing: Mailing, series: MailingSeries | None, measured: Measure, now: datetime
) -> None:
    """Notes what a second person said yes to: of a series itself, or of an occurrence of one for those that follow."""
    if series is None and mailing.pattern_id is not None:
        series = await session.get(MailingSeries, mailing.pattern_id)
    if series is None:
        return
    series.approved_for, series.approved_cost, series.approved_print = measured.people, measured.money, measured.print
    if series.mailing_id == mailing.id:
        begin(series, now=now)


async def standing(
    session: AsyncSession, *, actor: Staff, mailing_id: int, now: datetime, ahead: int = 3
) -> Standing | None:
    """A series as its card tells it; None where the mailing is none. Raises NotAllowed."""
    mailing = await get(session, actor=actor, mailing_id=mailing_id)
    series = await session.get(MailingSeries, mailing.id)
    if series is None:
        return None
    rule = recurrence.read(series.rule)
    walk = recurrence.moments(rule, now, zone=zone_of(zone_name(series)))
    waits = mailing.state in (MailingState.DRAFT, MailingState.AWAITING_APPROVAL, MailingState.RECURRING)
    upcoming = tuple(islice(takewhile(lambda at: not _is_over(series, at), walk), ahead)) if waits else ()
    newest = select(Mailing).where(Mailing.pattern_id == mailing.id).order_by(Mailing.occurs_at.desc())
    counted = select(func.count()).select_from(Mailing).where(Mailing.pattern_id == mailing.id)
    lost = select(func.count(), func.max(MissedOccurrence.due_at)).where(MissedOccurrence.mailing_id == mailing.id)
    missed, last_missed = (await session.execute(lost)).one()
    return Standing(
        series,
        rule,
        upcoming,
        tuple((await session.execute(newest.limit(3))).scalars()),
        (await session.execute(counted)).scalar_one(),
        missed,
        last_missed,
    )


def _is_over(series: MailingSeries, at: datetime) -> bool:
    return series.stops_at is not None and at >= series.stops_at


def local_of(standing: Standing, at: datetime) -> datetime:
    """An occurrence as its clock shows it (naive)."""
    return at.astimezone(zone_of(zone_name(standing.series))).replace(tzinfo=None)


def wall_of(mailing: Mailing) -> datetime | None:
    """The hour of everybody's own clock at which a mailing goes; None where it is a moment."""
    return read_wall(mailing.own_time) if mailing.own_time is not None else None
