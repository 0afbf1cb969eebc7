"""Dates that come: every morning, where the clients are, those whose day it is enter.

A day is worked through by zones and in spans of clients; how far it came is a row, moved in the same transaction. Days that were
missed while nothing ran are caught up; of those too long ago the maker is told, where anybody's day was among them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import ColumnElement, Integer, and_, cast, extract, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.automations import triggers
from crm.automations.definition import Trigger
from crm.automations.entering import Cause, enter_all, meant
from crm.automations.faults import concerns_all
from crm.automations.telling import Notice, tell
from crm.automations.versions import Running, acting, running
from crm.errors import CrmError
from crm.wording import zone_of
from crm.worktime import local_moment
from storage.custom_values import field_key
from storage.models import AutomationDay, Client
from storage.queries import automations as queries

log = structlog.get_logger("touchline.automations")

MORNING: Final = 9 * 60  # minutes of the local day
SPAN: Final = 20_000
# A day missed longer ago than that is let go: a late birthday wish is none, a contract ends all the same.
BIRTHDAYS_CAUGHT_UP: Final = timedelta(days=2)
CAUGHT_UP: Final = timedelta(days=30)
_LOOKED_AT: Final = 366  # of the days let go, the newest in which anybody's is looked for
_BEFORE_LEAP_DAY, _LEAP_DAY = 228, 229  # whose birthday has no day this year keeps it the day before


async def enter_by_dates(session: AsyncSession, *, now: datetime, span: int = SPAN) -> int:
    """Takes one span of clients of one automation and zone a step further. Returns 0 when no day is left to be worked through."""
    dated = [one for one in await running(session) if triggers.is_date(one.definition.trigger)]
    if not dated:
        return 0
    # Those nobody is in any more too: who moves there later has missed no day.
    zones = (await session.execute(select(Client.timezone).union(select(AutomationDay.zone)))).scalars().all()
    for one in dated:
        actor = await acting(session, one.automation)
        home = actor.timezone if actor is not None else "UTC"
        for zone in sorted({name or "" for name in zones}):
            if await _go_on(session, one, zone, home, now, span):
                return 1
    return 0


async def _go_on(session: AsyncSession, one: Running, zone: str, home: str, now: datetime, span: int) -> bool:
    """Whether there was something to do for these clients."""
    place = zone_of(zone or home)
    today = now.astimezone(place).date()
    if now < local_moment(today, MORNING, place):
        today -= timedelta(days=1)
    progress = await session.get(AutomationDay, (one.automation.id, zone), with_for_update=True)
    began = (one.automation.on_since or now).astimezone(place).date()
    if today < began:
        return False  # switched on, or resumed, before today's morning: it begins with the morning
    if progress is None:
        progress = AutomationDay(automation_id=one.automation.id, zone=zone, day=today, cursor=0)
        session.add(progress)
    elif progress.cursor is None:
        if progress.day >= today:
            return False
        missed = max(progress.day + timedelta(days=1), began)
        late = BIRTHDAYS_CAUGHT_UP if one.definition.trigger.event == triggers.BIRTHDAY else CAUGHT_UP
        progress.day, progress.cursor = max(missed, today - late), 0
        if missed < progress.day:
            await _tell_of_those_let_go(session, one, zone, home, missed, progress.day, now)
    await _enter_span(session, one, progress, zone, home, now, span)
    await session.flush()
    return True


async def _tell_of_those_let_go(
    session: AsyncSession, one: Running, zone: str, home: str, first: date, until: date, now: datetime
) -> None:
    """A word to the maker where the days from `first` to before `until` were somebody's whom the rule means."""
    days = [until - timedelta(days=ago) for ago in range(1, min((until - first).days, _LOOKED_AT) + 1)]
    theirs = or_(*(is_day(one.definition.trigger, day, zone or home) for day in days))
    try:
        means = await meant(session, one, now)
    except CrmError:
        return  # the day that is worked through next tells of the rule
    among = (Client.archived_at.is_(None), _there(zone), theirs, means)
    query = select(Client.id).where(*among).order_by(Client.id).limit(1)
    client_id = (await session.execute(query)).scalar_one_or_none()
    if client_id is not None:
        span = f"{first.isoformat()} … {(until - timedelta(days=1)).isoformat()}"
        await tell(session, one.automation, Notice.DAYS, now=now, cause=span, client_id=client_id)


def _there(zone: str) -> ColumnElement[bool]:
    return Client.timezone == zone if zone else Client.timezone.is_(None)


async def _enter_span(
    session: AsyncSession, one: Running, progress: AutomationDay, zone: str, home: str, now: datetime, span: int
) -> None:
    after = progress.cursor or 0
    there = _there(zone)
    clients = select(Client.id).where(Client.id > after, there).order_by(Client.id).limit(span).subquery()
    last = (await session.execute(select(func.max(clients.c.id)))).scalar_one()
    progress.cursor = last
    if last is None:
        return
    trigger = one.definition.trigger
    cause = Cause(
        key=f"date:{trigger.event[:60]}:{progress.day.isoformat()}",
        facts={"date": progress.day.isoformat()},
        event_id=await queries.newest_event(session),
    )
    among = and_(Client.id > after, Client.id <= last, there, is_day(trigger, progress.day, zone or home))
    try:
        async with session.begin_nested():
            await enter_all(session, one, cause=cause, among=among, now=now)
    except CrmError as error:
        await tell(session, one.automation, Notice.RULE, now=now, cause=error.code)
    except Exception as error:
        if concerns_all(error):
            raise
        log.exception("Nobody could enter an automation by date", automation=one.automation.id)
        await tell(session, one.automation, Notice.RULE, now=now, cause="error")


def is_day(trigger: Trigger, day: date, zone: str) -> ColumnElement[bool]:
    """That the trigger's day is this one for a client in the zone."""
    days = timedelta(days=trigger.days or 0)
    if trigger.event == triggers.QUIET:
        place = zone_of(zone)
        last = func.coalesce(Client.last_contact_at, Client.created_at)
        begin = local_moment(day - days, 0, place)
        return and_(last >= begin, last < local_moment(day - days + timedelta(days=1), 0, place))
    meant = day - days
    if trigger.event != triggers.BIRTHDAY:
        names = sorted({trigger.event, trigger.event.replace("_", " ")})  # as a program writes it, and as people do
        days_of: list[ColumnElement[str]] = [Client.custom_folded[f"d_{field_key(one)}"].as_string() for one in names]
        return or_(*(one == meant.isoformat() for one in days_of))
    born = cast(extract("month", Client.birthday), Integer) * 100 + cast(extract("day", Client.birthday), Integer)
    dates = [meant.month * 100 + meant.day]
    if dates == [_BEFORE_LEAP_DAY] and (meant + timedelta(days=1)).day == 1:
        dates.append(_LEAP_DAY)
    return and_(Client.birthday.is_not(None), born.in_(dates))
