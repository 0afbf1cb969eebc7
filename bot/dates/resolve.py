"""Laying a phrase on the calendar: the next time it can mean, never one that is past.

Weekdays, days of a month and hours roll forward; "yesterday", "24.11.2020" and "today 9" said at noon are refused.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from bot.dates.parts import Ahead, CalendarDate, Clock, Day, DayOfMonth, Days, Period, Reading, Weekday, Weekend
from bot.dates.words import (
    AFTER_LUNCH,
    AFTERNOON,
    DAY,
    EVENING,
    HOUR,
    LATE_MORNING,
    LUNCH,
    MIDNIGHT,
    MINUTE,
    MONTH_UNIT,
    MORNING,
    NIGHT,
    NOON,
    QUARTER_UNIT,
    WEEK,
    WORKDAY,
    YEAR,
)
from crm.worktime import to_utc

_FARTHEST: Final = timedelta(days=366 * 20)
_FRIDAY, _SATURDAY = 4, 5
_LONGEST_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# When a part of the day begins and ends; the morning begins with the person's own working day.
_PARTS: Final = {
    LATE_MORNING: (11, 12),
    NOON: (12, 13),
    LUNCH: (13, 14),
    AFTERNOON: (14, 18),
    AFTER_LUNCH: (14, 18),
    EVENING: (18, 22),
    NIGHT: (20, 24),
}


class Hours(NamedTuple):
    """When a person's working day begins and ends, in their own zone."""

    start: time = time(9)
    end: time = time(18)


def resolve(reading: Reading, *, now: datetime, zone: tzinfo, hours: Hours) -> tuple[datetime, bool] | None:
    """The instant (aware UTC, after `now`) and whether an hour was said; None when it is past or no such day."""
    exact = _exact_length(reading)
    if exact is not None:
        if exact > _FARTHEST:
            return None
        return (now.astimezone(UTC) + exact).replace(second=0, microsecond=0), True
    local = now.astimezone(zone)
    try:
        found = _resolve_local(reading, local=local, hours=hours)
    except (OverflowError, ValueError):  # beyond the calendar: year 9999, 30 February
        return None
    if found is None:
        return None
    at = to_utc(found, zone=zone)
    if at <= now or at - now > _FARTHEST:
        return None
    return at, reading.clock is not None or reading.part is not None


def hour_of(reading: Reading, *, hours: Hours) -> tuple[int, int]:
    """The hour and minute a phrase without a day means, the likeliest where it may be before or after noon."""
    return _choices(reading, hours=hours)[0]


def _exact_length(reading: Reading) -> timedelta | None:
    total, any_exact = timedelta(), False
    for day in reading.days:
        if isinstance(day, Ahead):
            if day.unit in (MINUTE, HOUR):
                total += timedelta(minutes=day.amount * (60 if day.unit == HOUR else 1))
                any_exact = True
            elif day.unit == DAY and day.amount % 1:
                total += timedelta(days=day.amount)
                any_exact = True
    return total if any_exact else None


def _resolve_local(reading: Reading, *, local: datetime, hours: Hours) -> datetime | None:
    today = local.date()
    wall = local.replace(tzinfo=None)
    if not reading.days:
        return _next_hour(reading, wall=wall, hours=hours)
    day = _the_day(reading.days, today)
    if day is None:
        return None
    if _is_bare_weekday(reading.days) and day == today:
        same_day = _on_day(reading, day, wall=wall, hours=hours) if reading.clock else None
        return same_day or _on_day(reading, day + timedelta(days=7), wall=wall, hours=hours)
    if _is_end_of_day(reading.days):
        return datetime.combine(day, hours.end)
    return _on_day(reading, day, wall=wall, hours=hours)


def _is_bare_weekday(days: list[Day]) -> bool:
    return len(days) == 1 and isinstance(days[0], Weekday) and days[0].week is None


def _is_end_of_day(days: list[Day]) -> bool:
    return any(isinstance(day, Period) and day.unit == DAY and day.edge == 2 for day in days)


def _on_day(reading: Reading, day: date, *, wall: datetime, hours: Hours) -> datetime | None:
    """The hour said on that day, the first of its readings that is still to come; without one the day's first hour."""
    for choice in _choices(reading, hours=hours):
        at = _combine(day, *choice)
        if at > wall:
            return at
    if reading.clock is not None or day != wall.date():
        return None
    return _later_today(reading, wall=wall)


def _later_today(reading: Reading, *, wall: datetime) -> datetime | None:
    """ "today" without an hour: the next full hour at least half an hour away, within the part of the day if one was said."""
    at = (wall + timedelta(minutes=89)).replace(minute=0, second=0, microsecond=0)
    end = 12 if reading.part == MORNING else _PARTS[reading.part][1] if reading.part in _PARTS else 24
    return at if at.date() == wall.date() and at.hour < end else None


def _next_hour(reading: Reading, *, wall: datetime, hours: Hours) -> datetime | None:
    """An hour without a day: today if it is still to come within reason, else tomorrow."""
    choices = _choices(reading, hours=hours)
    today = wall.date()
    for index, choice in enumerate(choices):
        at = _combine(today, *choice)
        if at > wall and (index == 0 or at.time() <= hours.end):
            return at
    if reading.clock is None and reading.part in (AFTERNOON, EVENING, NIGHT):  # "in the evening", said in the evening
        later = _later_today(reading, wall=wall)
        if later is not None and _combine(today, *choices[0]) <= wall:
            return later
    return _combine(today + timedelta(days=1), *choices[0])


def _choices(reading: Reading, *, hours: Hours) -> list[tuple[int, int]]:
    """The hours of 24 it can mean, likeliest first."""
    clock, part = reading.clock, reading.part
    if clock is None:
        if part is None:
            return [(hours.start.hour, hours.start.minute)]
        if part == MIDNIGHT:
            return [(24, 0)]
        if part == MORNING:
            return [(hours.start.hour, hours.start.minute)] if hours.start.hour < 12 else [(9, 0)]
        return [(_PARTS[part][0], 0)]
    if not clock.open:
        if clock.hour == 12 and part in (NIGHT, MIDNIGHT):
            return [(24, 0)]
        return [(clock.hour, clock.minute)]
    return _open_choices(clock, part, hours=hours)


def _open_choices(clock: Clock, part: int | None, *, hours: Hours) -> list[tuple[int, int]]:
    early, late = (clock.hour, clock.minute), (clock.hour + 12, clock.minute)
    if part in (AFTERNOON, AFTER_LUNCH, EVENING):
        return [late]
    if part == NIGHT:
        return [late] if clock.hour >= 6 else [early]
    if part == MORNING:
        return [early]
    inside = [choice for choice in (early, late) if hours.start <= time(*choice) <= hours.end]
    if len(inside) == 1:
        return [inside[0], late if inside[0] == early else early]
    return [early, late] if clock.hour >= 7 else [late, early]


def _combine(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour % 24, minute)) + timedelta(days=hour // 24)


def _the_day(days: list[Day], today: date) -> date | None:
    """The day all parts together name: "friday next week", "24 Dec, Thursday" (a written date wins over its weekday)."""
    weekday = next((day for day in days if isinstance(day, Weekday)), None)
    rest = [day for day in days if day is not weekday]
    if len(days) > 1:  # "friday, end of day": the other part names the day
        rest = [day for day in rest if not (isinstance(day, Period) and day.unit == DAY)]
    if not rest:
        assert weekday is not None
        return _weekday(weekday, today)
    base = rest[0]
    if weekday is not None and isinstance(base, (Period, Ahead)) and base.unit == WEEK:
        start = _one_day(base, today)
        return None if start is None else start - timedelta(days=start.weekday()) + timedelta(days=weekday.day)
    number = next((day for day in rest if isinstance(day, DayOfMonth)), None)
    period = next((day for day in rest if isinstance(day, Period)), None)
    if number is not None and period is not None:  # "the 5th of next month"
        return _add_months(today.replace(day=1), period.ahead).replace(day=number.day)
    return _one_day(base, today)


def _weekday(named: Weekday, today: date) -> date | None:
    if named.week is None:
        return today + timedelta(days=(named.day - today.weekday()) % 7)
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=named.day + 7 * named.week)
    # "this Monday" said on a Friday can only be the coming one
    return day if day >= today else day + timedelta(days=7)


def _one_day(day: Day, today: date) -> date | None:
    match day:
        case Days(count):
            return today + timedelta(days=count)
        case Weekday():
            return _weekday(day, today)
        case CalendarDate():
            return _calendar_date(day, today)
        case DayOfMonth(number):
            return _day_of_month(number, today)
        case Ahead(amount, unit):
            return _ahead(amount, unit, today)
        case Period():
            return _period(day, today)
        case Weekend(week):
            return _weekday(Weekday(_SATURDAY, week), today)


def _calendar_date(named: CalendarDate, today: date) -> date | None:
    if named.year is not None:
        return date(_western_year(named.year, today), named.month, named.day)
    if named.day > _LONGEST_MONTHS[named.month - 1]:
        return None
    for year in range(today.year, today.year + 9):  # 29 February may be eight years away
        if named.day <= calendar.monthrange(year, named.month)[1] and date(year, named.month, named.day) >= today:
            return date(year, named.month, named.day)
    return None


def _western_year(written: int, today: date) -> int:
    """Buddhist years are 543 ahead; of two digits the reading nearest to today is meant."""
    if written >= 2400:
        return written - 543
    if written >= 100:
        return written
    return min((2000 + written, 2500 + written - 543), key=lambda year: abs(year - today.year))


def _day_of_month(number: int, today: date) -> date | None:
    first = today.replace(day=1)
    for ahead in range(13):
        month = _add_months(first, ahead)
        if number <= calendar.monthrange(month.year, month.month)[1] and month.replace(day=number) >= today:
            return month.replace(day=number)
    return None


def _ahead(amount: float, unit: int, today: date) -> date:
    whole = int(amount)
    if unit == WORKDAY:
        return _add_workdays(today, min(whole, 2000))
    if unit in (DAY, WEEK):
        return today + timedelta(days=int(amount * (7 if unit == WEEK else 1)))
    months = {MONTH_UNIT: 1, QUARTER_UNIT: 3, YEAR: 12}[unit]
    day = _add_months(today, int(amount * months))
    return day + timedelta(days=15) if amount * months % 1 else day  # "a month and a half"


def _add_workdays(day: date, count: int) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < _SATURDAY
    return day


def _add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _period(named: Period, today: date) -> date | None:
    """The day a whole period stands for: its first, its middle or its last working one."""
    if named.unit == DAY:
        return today + timedelta(days=named.ahead)
    if named.unit == WEEK:
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * named.ahead)
        default = 2 if named.ahead == 0 else 0
        edge = default if named.edge is None else named.edge
        day = monday + timedelta(days=(0, 2, _FRIDAY)[edge])
        return day if day >= today else day + timedelta(days=7)
    months = {MONTH_UNIT: 1, QUARTER_UNIT: 3, YEAR: 12}[named.unit]
    first = _first_of(today, months)
    first = _add_months(first, months * named.ahead)
    edge = (2 if named.ahead == 0 else 0) if named.edge is None else named.edge
    if edge == 2:
        return _add_months(first, months) - timedelta(days=1)
    if edge == 1:
        return first + timedelta(days=14) if months == 1 else _add_months(first, months // 2)
    return first if first >= today else _add_months(first, months)


def _first_of(today: date, months: int) -> date:
    return date(today.year, (today.month - 1) // months * months + 1, 1)
