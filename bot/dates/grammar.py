"""Reading a date phrase from the pieces of a line: day and hour in any order, with the words that join them.

No backtracking: each part is tried once at each place, and a part looks ahead a bounded number of pieces.
"""

from __future__ import annotations

from typing import Final

from bot.dates import clocks, days
from bot.dates.parts import Ahead, CalendarDate, Day, DayOfMonth, Days, Period, Reading, Weekday, Weekend
from bot.dates.tokens import MARK, THAI, Token, low_at, tags_at
from bot.dates.words import (
    AHEAD,
    DAY,
    DAY_WORD,
    GONE,
    HOUR,
    LINK,
    MINUTE,
    MONTH_UNIT,
    PART,
    REL,
    UNIT,
    UNSAID,
    WEAK,
    WEEK,
    WEEKDAY,
)

_MOST_PARTS: Final = 5
_JOINING_MARKS: Final = frozenset(",-–—(/")


def readings(tokens: list[Token], *, alone: bool = False) -> list[Reading]:
    """Every date phrase, left to right. `alone`: the person was asked for a date, so less is needed to be one."""
    found: list[Reading] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if not token.tags and not token.shape:
            at += 1
            continue
        reading = _read_at(tokens, at, alone=alone)
        if reading is None:
            at += 1
            continue
        at = reading.last + 1
        if not _is_gone(tokens, reading):
            found.append(reading)
    return found


def _read_at(tokens: list[Token], at: int, *, alone: bool) -> Reading | None:
    reading = Reading(first=at)
    place = at
    for _ in range(_MOST_PARTS):
        start, link = _skip_links(tokens, place, begun=place > at)
        taken = None
        before = tags_at(tokens, start - 1) if start > place else {}
        if AHEAD in before or UNIT in before:  # "in 3 days", "เดือนหน้า": the joining word begins the part
            taken = _take_part(tokens, start - 1, reading, link=-1, alone=alone)
        if taken is None:
            taken = _take_part(tokens, start, reading, link=link, alone=alone)
        if taken is None:
            break
        if place == at and start > at:
            reading.linked = True
        place = taken
        reading.last = place - 1
        if GONE in tags_at(tokens, at - 1):
            break  # "last friday, in 3 days": what follows is another date
    while place > at and UNSAID in tags_at(tokens, place):  # "tomorrow first thing"
        reading.last = place
        place += 1
    return reading if place > at and _means_a_day(reading) else None


def _is_gone(tokens: list[Token], reading: Reading) -> bool:
    """ "last friday", "3 days ago", "на прошлой неделе", "ศุกร์ที่แล้ว"."""
    before = tags_at(tokens, reading.first - 1)
    after = reading.last + 1
    return GONE in before or GONE in tags_at(tokens, after) or (low_at(tokens, after) == "ก่อน" and tokens[after].glued)


def _skip_links(tokens: list[Token], place: int, *, begun: bool) -> tuple[int, int]:
    """Past joining words; the strongest of them, -1 when there was none."""
    link = -1
    for _ in range(3):
        if place >= len(tokens):
            break
        token = tokens[place]
        if LINK in token.tags:
            link = max(link, token.tags[LINK])
        elif UNSAID not in token.tags and not (begun and token.kind == MARK and token.low in _JOINING_MARKS):
            break
        place += 1
    return place, link


def _take_part(tokens: list[Token], at: int, reading: Reading, *, link: int, alone: bool) -> int | None:
    """Add the part that begins at `at` to the reading; the place after it, or None."""
    if at >= len(tokens):
        return None
    day = days.read_day(tokens, at, link=link, alone=alone)
    if day is not None and _fits(reading, day[0]):
        if not reading.days and not reading.clock:
            reading.weak = tokens[at].tags.get(WEAK, 0) if day[1] == at + 1 else 0
        reading.days.append(day[0])
        for token in tokens[at : day[1]]:
            if PART in token.tags and isinstance(day[0], Days):
                reading.part = token.tags[PART]
        return day[1]
    if reading.clock is None:
        clock = clocks.read_clock(tokens, at, link=link, after_day=bool(reading.days), alone=alone)
        if clock is not None:
            reading.clock = clock.clock
            reading.part = reading.part if clock.part is None else clock.part
            reading.weak = 0
            return clocks.skip_range_end(tokens, clock.after)
    if reading.part is None:
        beside = bool(reading.days) or _day_follows(tokens, at + 1)
        part = clocks.read_part(tokens, at, link=link, after_day=beside, alone=alone)
        if part is not None:
            reading.part = part[0]
            return part[1]
    return None


def _day_follows(tokens: list[Token], at: int) -> bool:
    """ "เช้าวันศุกร์", "คืนพรุ่งนี้": in Thai the part of the day stands before the day, touching it."""
    tags = tags_at(tokens, at)
    return (REL in tags or WEEKDAY in tags or DAY_WORD in tags) and tokens[at].kind == THAI and tokens[at].glued


def _fits(reading: Reading, day: Day) -> bool:
    """Two ways of naming the day may stand together when one is a weekday or they lie inside one another."""
    if not reading.days:
        return reading.clock is None or not _exact(day)
    if len(reading.days) > 1:
        return False
    first = reading.days[0]
    if _exact(day) or _exact(first):
        return _exact(day) and _exact(first)
    kinds = (type(first), type(day))
    if kinds[0] is kinds[1]:
        return False
    if any(isinstance(part, Period) and part.unit == DAY for part in (first, day)):
        return True  # "friday, end of day"
    if DayOfMonth in kinds:
        return Weekday in kinds or any(isinstance(part, Period) and part.unit == MONTH_UNIT for part in (first, day))
    if Weekday in kinds:
        other = day if isinstance(first, Weekday) else first
        return isinstance(other, CalendarDate) or (isinstance(other, (Period, Ahead)) and other.unit == WEEK)
    return Period in kinds and Weekend in kinds


def _exact(day: Day) -> bool:
    return isinstance(day, Ahead) and (day.unit in (MINUTE, HOUR) or (day.unit == DAY and day.amount % 1 > 0))


def _means_a_day(reading: Reading) -> bool:
    return bool(reading.days) or reading.clock is not None or reading.part is not None
