"""When people are at work: hours and workdays in their own zone, absence, and moments that daylight saving moves.

One rule for local times: in a gap the first valid minute, in a fold the first of the two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from crm.wording import zone_of
from storage.models import Staff

_MINUTE = timedelta(minutes=1)
_LOOK_AHEAD_DAYS = 15
_SATURDAY = 5


def local_moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the zone's clocks show `minute` of `day`; 1440 is the next midnight."""
    return to_utc(datetime.combine(day, time.min) + timedelta(minutes=minute), zone=zone)


def to_utc(wall: datetime, *, zone: tzinfo) -> datetime:
    """A naive wall time in a zone as UTC: of a time that happens twice the first, for one that is skipped the next minute there is."""
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    early, late = first.astimezone(UTC), second.astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    # In a gap fold=1 lies before the change and fold=0 after it: look for the minute between them.
    low, high = late, early
    before = low.astimezone(zone).utcoffset()
    while high - low > _MINUTE:
        middle = low + _MINUTE * ((high - low) // (2 * _MINUTE))
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high


def works_at(staff: Staff, at: datetime) -> bool:
    """Whether the moment lies in the person's hours (absence aside)."""
    local = at.astimezone(zone_of(staff.timezone))
    return bool(staff.workdays >> local.weekday() & 1) and (
        staff.work_from <= local.hour * 60 + local.minute < staff.work_until
    )


def is_away(staff: Staff, at: datetime) -> bool:
    return not staff.active or (staff.away_until is not None and at < staff.away_until)


def next_working_moment(staff: Staff, at: datetime) -> datetime:
    """`at` itself when the person works then, else the next time their hours begin; `at` when they never work."""
    if works_at(staff, at):
        return at
    zone = zone_of(staff.timezone)
    today = at.astimezone(zone).date()
    for days in range(_LOOK_AHEAD_DAYS):
        day = today + timedelta(days=days)
        if staff.workdays >> day.weekday() & 1:
            begins = local_moment(day, staff.work_from, zone)
            if begins >= at:
                return begins
    return at


def next_strike(hour: time, *, at: datetime, zone: ZoneInfo, working_days: bool = False) -> datetime:
    """The next time the hour strikes there, `at` itself included, from Monday to Friday if so asked.

    An hour that is skipped that day is the first minute after it.
    """
    today = at.astimezone(zone).date()
    days = (today + timedelta(days=number) for number in range(_LOOK_AHEAD_DAYS))
    struck = (
        to_utc(datetime.combine(day, hour), zone=zone) for day in days if not working_days or day.weekday() < _SATURDAY
    )
    return next(moment for moment in struck if moment >= at)


def next_daily(staff: Staff, minute: int, after: datetime) -> datetime:
    """The next moment after `after` at which it is `minute` o'clock where the person is, on one of their workdays."""
    zone = zone_of(staff.timezone)
    today = after.astimezone(zone).date()
    for days in range(_LOOK_AHEAD_DAYS):
        day = today + timedelta(days=days)
        moment = local_moment(day, minute, zone)
        if moment > after and (staff.workdays >> day.weekday() & 1 or staff.workdays == 0):
            return moment
    raise ValueError("no such day within two weeks")
