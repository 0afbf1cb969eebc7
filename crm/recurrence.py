"""When something recurs: which days, at which hours, and the moments that follow, in any zone and for ever.

One rule for daylight saving, as everywhere: an hour that a change skips happens in the first valid minute after it, an
hour that comes twice happens once. Two hours that a change lays on the same minute are one occurrence.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from crm.errors import CrmError
from crm.worktime import local_moment

DAY_MINUTES: Final = 24 * 60
LAST: Final = -1
WORKDAYS: Final = frozenset(range(5))  # Monday is 0
MOST_A_DAY: Final = 24
MOST_BETWEEN: Final = 99
MOST_MONTH_DAYS: Final = 8
EPOCH: Final = date(1970, 1, 5)  # a Monday
# 29 February may be eight years away.
_FARTHEST_DAYS: Final = 366 * 9


class Unclear(CrmError):
    """The words (or the five fields) say nothing that recurs. Parameters: text."""

    code = "recurrence.unclear"


class TooOften(CrmError):
    """More times a day than anybody wants mail. Parameters: most."""

    code = "recurrence.too_often"


class NeverHappens(CrmError):
    """There is no such day: the 31st of February."""

    code = "recurrence.never_happens"


class Every(StrEnum):
    """What a rule counts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    CRON = "cron"


@dataclass(frozen=True, slots=True)
class Cron:
    """The sets of five fields. Where both kinds of day are narrowed, either will do, as cron has it."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # Monday is 0
    any_day: bool
    any_weekday: bool
    text: str

    def matches(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.weekday() in self.weekdays
        return by_day or by_weekday if not (self.any_day or self.any_weekday) else by_day and by_weekday


@dataclass(frozen=True, slots=True)
class Rule:
    """Every `count`-th day, week or month counted from `since`, at `times` (minutes of the day); or five fields.

    A month's day beyond its end is its last one; `nth` with a single weekday is "the first Monday" (LAST: the last).
    """

    every: Every
    times: tuple[int, ...] = ()
    count: int = 1
    since: date = EPOCH
    weekdays: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()  # LAST is the last one
    nth: int = 0
    cron: Cron | None = None

    def __str__(self) -> str:
        """As it is kept; `read` takes it back."""
        if self.cron is not None:
            return f"cron {self.cron.text}"
        days = ",".join(str(day) for day in sorted(self.weekdays)) or "-"
        times = ",".join(str(minute) for minute in self.times)
        month_days = ",".join(str(day) for day in sorted(self.month_days)) or "0"
        return f"{self.every.value} {self.count} {self.since.isoformat()} {days} {month_days} {self.nth} {times}"

    def matches(self, day: date) -> bool:
        """Whether the rule names the day."""
        if self.cron is not None:
            return self.cron.matches(day)
        if self.every is Every.DAY:
            return (day - self.since).days % self.count == 0
        if self.every is Every.WEEK:
            weeks = (_monday(day) - _monday(self.since)).days // 7
            return day.weekday() in self.weekdays and weeks % self.count == 0
        months = (day.year - self.since.year) * 12 + day.month - self.since.month
        return months % self.count == 0 and day.day in self._days_in(day.year, day.month)

    def minutes(self) -> tuple[int, ...]:
        """The times of such a day, minutes from midnight, in order."""
        if self.cron is None:
            return self.times
        return tuple(hour * 60 + minute for hour in sorted(self.cron.hours) for minute in sorted(self.cron.minutes))

    def _days_in(self, year: int, month: int) -> set[int]:
        first, length = calendar.monthrange(year, month)
        if not self.nth:
            return {length if day == LAST else min(day, length) for day in self.month_days}
        weekday = next(iter(self.weekdays))
        if self.nth == LAST:
            return {length - (first + length - 1 - weekday) % 7}
        return {1 + (weekday - first) % 7 + 7 * (self.nth - 1)}


def read(text: str) -> Rule:
    """A rule as it was kept. Raises ValueError."""
    every, _, rest = text.partition(" ")
    if every == Every.CRON:
        return read_cron(rest)
    count, since, days, month_days, nth, times = rest.split(" ")
    return Rule(
        Every(every),
        times=tuple(int(minute) for minute in times.split(",")),
        count=int(count),
        since=date.fromisoformat(since),
        weekdays=frozenset() if days == "-" else frozenset(int(day) for day in days.split(",")),
        month_days=frozenset(int(day) for day in month_days.split(",")) - {0},
        nth=int(nth),
    )


def checked(rule: Rule, *, now: datetime) -> Rule:
    """The rule, when it can be kept. Raises TooOften, NeverHappens."""
    if len(rule.minutes()) > MOST_A_DAY:
        raise TooOften(most=MOST_A_DAY)
    if next_after(rule, now, zone=ZoneInfo("UTC")) is None:
        raise NeverHappens
    return rule


def moments(rule: Rule, after: datetime, *, zone: ZoneInfo) -> Iterator[datetime]:
    """The occurrences (aware UTC) later than `after`, in order, each once; it ends only where no such day is in sight."""
    last = after.astimezone(UTC)
    day = after.astimezone(zone).date() - timedelta(days=1)
    found = 0
    while found < _FARTHEST_DAYS:
        found += 1
        if rule.matches(day):
            for minute in rule.minutes():
                at = local_moment(day, minute, zone)
                if at > last:
                    last, found = at, 0
                    yield at
        day += timedelta(days=1)


def next_after(rule: Rule, after: datetime, *, zone: ZoneInfo) -> datetime | None:
    """The first occurrence later than `after`; None when there is none."""
    return next(moments(rule, after, zone=zone), None)


_FIELDS: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_WEEKDAYS: Final = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_PART: Final = re.compile(r"(\*|[a-z0-9]{1,3})(?:-([a-z0-9]{1,3}))?(?:/([0-9]{1,2}))?")
LOOKS_LIKE_CRON: Final = re.compile(r"[0-9*][0-9*,/-]*(?: +[0-9a-z*,/-]+){4}", re.IGNORECASE)


def read_cron(text: str) -> Rule:
    """Five fields: minute, hour, day, month, weekday (0 and 7 are Sunday; names will do). Raises Unclear."""
    fields = text.lower().split()
    if len(fields) != len(_FIELDS) or len(text) > 100:
        raise Unclear(text=text[:100])
    try:
        sets = [_field(field, number) for number, field in enumerate(fields)]
    except (ValueError, KeyError):
        raise Unclear(text=text[:100]) from None
    weekdays = frozenset((day - 1) % 7 for day in sets[4])
    any_day, any_weekday = fields[2].startswith("*"), fields[4].startswith("*")
    cron = Cron(sets[0], sets[1], sets[2], sets[3], weekdays, any_day, any_weekday, " ".join(fields))
    return Rule(Every.CRON, cron=cron)


def _field(text: str, number: int) -> frozenset[int]:
    low, high = _FIELDS[number]
    names = {3: _MONTHS, 4: _WEEKDAYS}.get(number, {})
    chosen: set[int] = set()
    for part in text.split(","):
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(part)
        first, until, step = found.groups()
        if first == "*":
            begin, end = low, high
        else:
            begin = names.get(first) if first in names else int(first)  # type: ignore[assignment]
            end = begin if until is None else names[until] if until in names else int(until)
            if step is not None and until is None:
                end = high
        if not (low <= begin <= end <= high) or (first == "*" and until is not None) or step == "0":
            raise ValueError(part)
        chosen.update(range(begin, end + 1, int(step or 1)))
    return frozenset(chosen)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
