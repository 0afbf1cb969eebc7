"""The ways of naming a day: tomorrow, next friday, in 3 days, 24.12, end of month, วันที่ 24 ธ.ค. 2569."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.dates.parts import Ahead, CalendarDate, Day, DayOfMonth, Days, Period, Weekday, Weekend
from bot.dates.tokens import NUMBER, THAI, Token, low_at, tags_at, token_at
from bot.dates.words import (
    AHEAD,
    ARTICLE,
    DAY,
    DAY_WORD,
    EDGE,
    HALF,
    HALF_UNIT,
    HOUR,
    LATER,
    MINUTE,
    MONTH,
    MONTH_UNIT,
    NOUN,
    PART,
    QUARTER_UNIT,
    REL,
    SUFFIX,
    UNIT,
    UNTIL_EDGE,
    WEAK,
    WEEK,
    WEEKDAY,
    WEEKEND,
    WHICH,
    WORKDAY,
    YEAR,
)
from bot.dates.words import NUMBER as IN_WORDS

Found = tuple[Day, int]

# "price 13.10" is no 13 October, nor is "по 15.10"
_PRICES: Final = ("price", "prices", "цена", "цены", "цену", "цене", "по", "за", "ราคา", "-", "–", "=", "x", "х")

_ENGLISH_NEXT: Final = 3
_FOLLOWING: Final = 4
_LAST_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_day(tokens: list[Token], at: int, *, link: int, alone: bool) -> Found | None:
    """The day named at `at` and the place after it. `link` is the joining word before, -1 when none."""
    for read in _READERS:
        found = read(tokens, at, link, alone)
        if found is not None:
            return found
    return None


def read_amount(tokens: list[Token], at: int) -> tuple[float, int] | None:
    """A number of something at `at`: digits, words, "half a", "a couple of", "1,5"."""
    token = token_at(tokens, at)
    if token is None:
        return None
    if token.kind == NUMBER:
        return _digits_amount(token, at)
    if IN_WORDS in token.tags:
        return _words_amount(tokens, at)
    if HALF in token.tags:
        after = at + 1
        return 0.5, after + 1 if ARTICLE in tags_at(tokens, after) else after
    if ARTICLE in token.tags:
        if IN_WORDS in tags_at(tokens, at + 1):
            return _words_amount(tokens, at + 1)
        if HALF in tags_at(tokens, at + 1):
            return 0.5, at + 2
        return 1, at + 1
    return None


def _digits_amount(token: Token, at: int) -> tuple[float, int] | None:
    if token.shape == "whole" and token.parts[0] <= 999:
        return token.parts[0], at + 1
    if token.shape in ("dot", "comma") and token.parts[1] < 10:
        return token.parts[0] + token.parts[1] / 10, at + 1
    if token.shape == "range" and token.parts[0] < token.parts[1]:
        return token.parts[0], at + 1
    return None


def _words_amount(tokens: list[Token], at: int) -> tuple[float, int]:
    amount = tokens[at].tags[IN_WORDS] / 2
    after = at + 1
    if amount >= 20 and tags_at(tokens, after).get(IN_WORDS, 99) < 20:  # "twenty five"
        amount += tokens[after].tags[IN_WORDS] / 2
        after += 1
    if low_at(tokens, after) == "of":
        after += 1
    if low_at(tokens, after) == "and" and low_at(tokens, after + 1) == "a" and HALF in tags_at(tokens, after + 2):
        return amount + 0.5, after + 3
    return amount, after


def _read_near(tokens: list[Token], at: int, _link: int, _alone: bool) -> Found | None:
    tags = tokens[at].tags
    if REL in tags:
        return Days(tags[REL]), at + 1
    if LATER in tags and tags_at(tokens, at + 1).get(REL) == 0:  # "later today"
        return Days(0), at + 2
    if low_at(tokens, at) == "day" and low_at(tokens, at + 1) == "after" and tags_at(tokens, at + 2).get(REL) == 1:
        return Days(2), at + 3
    if tags.get(WHICH) == 0 and PART in tags_at(tokens, at + 1) and tokens[at].kind != THAI:
        return Days(0), at + 1  # "this afternoon": the part of the day is read after it
    return None


def _read_ahead(tokens: list[Token], at: int, _link: int, _alone: bool) -> Found | None:
    if AHEAD not in tokens[at].tags:
        return None
    place = at + 1
    if low_at(tokens, place) in ("about", "around", "the", "next", "ближайшие", "примерно", "ประมาณ"):
        place += 1
    return _read_length(tokens, place, implied=True)


def _read_length(tokens: list[Token], at: int, *, implied: bool) -> Found | None:
    """ "3 days", "an hour and a half", "полчаса", "1 час 20 минут"; `implied`: the one may be left out ("через час")."""
    halved = tags_at(tokens, at).get(HALF_UNIT)
    if halved is not None:
        return (Ahead(30, MINUTE) if halved == HOUR else Ahead(6, MONTH_UNIT)), at + 1
    amount = read_amount(tokens, at)
    if amount is None:
        unit = tags_at(tokens, at).get(UNIT) if implied else None
        if unit is None or WEEKDAY in tags_at(tokens, at + 1):  # "ภายในวันศุกร์" is by Friday
            return None
        if low_at(tokens, at - 1).startswith("течени") and unit == DAY:
            return Period(DAY, 0, 2), at + 1
        if low_at(tokens, at) == "день":
            return Ahead(2, DAY), at + 1  # "через день": a day lies between
        return _finish_length(tokens, 1.0, unit, at + 1)
    value, place = amount
    if low_at(tokens, place) == "с" and HALF in tags_at(tokens, place + 1):  # "два с половиной часа"
        value, place = value + 0.5, place + 2
    place, working = _skip_working(tokens, place)
    tags = tags_at(tokens, place)
    if UNIT not in tags:
        return (Ahead(value, DAY), place) if low_at(tokens, place - 1) == "fortnight" else None
    return _finish_length(tokens, value, WORKDAY if working else tags[UNIT], place + 1)


def _skip_working(tokens: list[Token], place: int) -> tuple[int, bool]:
    working = low_at(tokens, place) in ("business", "working", "рабочих", "рабочий", "рабочие", "рабочую")
    return (place + 1, True) if working else (place, False)


def _finish_length(tokens: list[Token], value: float, unit: int, place: int) -> Found:
    """The half or the minutes that follow a unit: "and a half", "ครึ่ง", "с половиной", "20 minutes"."""
    low = low_at(tokens, place)
    if low in ("นึง", "หนึ่ง"):
        place, low = place + 1, low_at(tokens, place + 1)
    if low == "ครึ่ง":
        return Ahead(value + 0.5, unit), place + 1
    if low == "ข้างหน้า":
        return Ahead(value, unit), place + 1
    if low == "and" and low_at(tokens, place + 1) == "a" and HALF in tags_at(tokens, place + 2):
        return Ahead(value + 0.5, unit), place + 3
    if low == "с" and HALF in tags_at(tokens, place + 1):
        return Ahead(value + 0.5, unit), place + 2
    if unit == HOUR:
        skip = place + 1 if low in ("and", "и") else place
        more = read_amount(tokens, skip)
        if more is not None and tags_at(tokens, more[1]).get(UNIT) == MINUTE:
            return Ahead(value * 60 + more[0], MINUTE), more[1] + 1
    return Ahead(value, unit), place


def _read_later(tokens: list[Token], at: int, _link: int, alone: bool) -> Found | None:
    """ "3 days later", "2 weeks from now", "дня через два", and when a date was asked for "2 days"."""
    if UNIT in tokens[at].tags and low_at(tokens, at + 1) == "через":
        amount = read_amount(tokens, at + 2)
        if amount is not None and UNIT not in tags_at(tokens, amount[1]):
            return Ahead(amount[0], tokens[at].tags[UNIT]), amount[1]
    if not (tokens[at].shape or IN_WORDS in tokens[at].tags or ARTICLE in tokens[at].tags or UNIT in tokens[at].tags):
        return None
    length = _read_length(tokens, at, implied=False) if UNIT not in tokens[at].tags else _bare_week(tokens, at)
    if length is None:
        return None
    day, place = length
    if LATER in tags_at(tokens, place):
        place += 1
        if tokens[place - 1].low != "from":
            return day, place
        if low_at(tokens, place) in ("now", "today"):
            return day, place + 1
    only = alone and at == 0 and place == len(tokens)
    return (day, place) if only else None


def _bare_week(tokens: list[Token], at: int) -> Found:
    return Ahead(1.0, tokens[at].tags[UNIT]), at + 1


def _read_period(tokens: list[Token], at: int, _link: int, _alone: bool) -> Found | None:
    """ "next week", "สัปดาห์หน้า", "end of month", "в конце следующей недели", "EOM"."""
    tags = tokens[at].tags
    if UNTIL_EDGE in tags:
        return Period(tags[UNTIL_EDGE], 0, 2), at + 1
    if EDGE in tags:
        place = at + 1
        while low_at(tokens, place) in ("of", "the", "-"):
            place += 1
        whole = _named_period(tokens, place)
        if whole is not None:
            return Period(whole[0].unit, whole[0].ahead, tags[EDGE]), whole[1]
        named = place + 1 if low_at(tokens, place) == "เดือน" else place
        month = tags_at(tokens, named).get(MONTH)
        if month is not None:  # "mid december"
            place = named
            return CalendarDate((1, 15, _LAST_DAYS[month - 1])[tags[EDGE]], month), place + 1
        unit = tags_at(tokens, place).get(UNIT)
        return (Period(unit, 0, tags[EDGE]), place + 1) if unit is not None and unit not in (MINUTE, HOUR) else None
    return _named_period(tokens, at)


def _named_period(tokens: list[Token], at: int) -> tuple[Period, int] | None:
    which, unit = tags_at(tokens, at).get(WHICH), tags_at(tokens, at + 1).get(UNIT)
    if which is not None and unit is not None and tokens[at].kind != THAI:
        return _period(unit, which, at + 2)
    unit, which = tags_at(tokens, at).get(UNIT), tags_at(tokens, at + 1).get(WHICH)
    if which is not None and unit is not None and tokens[at].kind == THAI:
        return _period(unit, which, at + 2)
    return None


def _period(unit: int, which: int, place: int) -> tuple[Period, int] | None:
    if unit not in (WEEK, MONTH_UNIT, QUARTER_UNIT, YEAR):
        return None
    return Period(unit, 0 if which == 0 else 1), place


def _read_weekday(tokens: list[Token], at: int, link: int, alone: bool) -> Found | None:
    which, place = None, at
    tags = tokens[at].tags
    if WHICH in tags and tokens[at].kind != THAI:
        which, place = tags[WHICH], at + 1
    elif tags.get(DAY_WORD) == 0:
        place = at + 1
    weekday = tags_at(tokens, place).get(WEEKDAY)
    weekend = WEEKEND in tags_at(tokens, place)
    if weekday is None and not weekend:
        return None
    token, after = tokens[place], place + 1
    if token.kind == THAI and WHICH in tags_at(tokens, after):
        which, after = tokens[after].tags[WHICH], after + 1
    if token.kind == THAI and place == at and after == place + 1 and not _stands_free(tokens, place):
        return None
    if token.kind != THAI and WEAK in token.tags and low_at(tokens, after) == ".":
        after = after + 1 if after + 1 < len(tokens) and tokens[after].glued else after
    week = None if which in (None, _ENGLISH_NEXT) else 1 if which == _FOLLOWING else which
    return (Weekend(week) if weekday is None else Weekday(weekday, week)), after


def _stands_free(tokens: list[Token], at: int) -> bool:
    """A Thai weekday without "วัน" is also a name (จันทร์เพ็ญ): nothing without meaning may touch it."""
    before = tokens[at - 1] if at and tokens[at].glued else None
    after = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].glued else None
    return not any(piece is not None and piece.kind == THAI and not piece.tags for piece in (before, after))


def _read_written(tokens: list[Token], at: int, link: int, alone: bool) -> Found | None:
    """ "2026-12-24", "24.12.2569", "24/12"; a bare "5.1" is a date only after "on" or when one was asked for."""
    token = tokens[at]
    after = tags_at(tokens, at + 1)
    if token.kind != NUMBER or NOUN in after or (UNIT in after and token.shape in ("dot", "slash")):
        return None
    if token.shape == "iso":
        year, month, day = token.parts
        return _date(day, month, year, at + 1)
    if token.shape == "date":
        return _date(token.parts[0], token.parts[1], token.parts[2], at + 1)
    if token.shape in ("dot", "slash") and "meridiem" not in after:
        short = len(token.low.replace("/", ".").split(".")[1]) == 1
        if short and not (alone or link >= 0):
            return None
        if not alone and low_at(tokens, at - 1).endswith(_PRICES):
            return None
        if link == 2 and token.shape == "dot" and token.parts[0] <= 24 and not short:
            return None  # "в 10.12" is an hour
        year_token = token_at(tokens, at + 1)
        if year_token and year_token.shape == "whole" and year_token.parts[0] > 2000:
            return _date(token.parts[0], token.parts[1], year_token.parts[0], at + 2)
        return _date(token.parts[0], token.parts[1], None, at + 1)
    return None


def _read_month(tokens: list[Token], at: int, link: int, alone: bool) -> Found | None:
    """ "24 dec", "dec 24 2026", "24th of december", "24 ธันวาคม พ.ศ. 2569", "в декабре"."""
    place = at + 1 if tags_at(tokens, at).get(DAY_WORD) == 1 else at
    number = token_at(tokens, place)
    if number is None:
        return None
    if number.shape in ("whole", "range") and 1 <= number.parts[0] <= 31:
        after = _skip_suffix(tokens, place + 1)
        if low_at(tokens, after) == "of" or low_at(tokens, after) in ("เดือน", "ของ"):
            after += 1
        month = tags_at(tokens, after).get(MONTH)
        if month is not None:
            year, end = _read_year(tokens, after + 1)
            return _date(number.parts[0], month, year, end)
    month = number.tags.get(MONTH)
    if month is None:
        return None
    after = place + 2 if low_at(tokens, place + 1) == "." and tokens[place + 1].glued else place + 1
    if low_at(tokens, after) == "the":
        after += 1
    number = token_at(tokens, after)
    if number is not None and number.shape == "whole" and 1 <= number.parts[0] <= 31 and tokens[place].kind != THAI:
        end = _skip_suffix(tokens, after + 1)
        if end == after + 1 and NOUN in tags_at(tokens, end):
            return None
        if low_at(tokens, end) == "," and (comma := _read_year(tokens, end + 1))[0] is not None:
            return _date(number.parts[0], month, *comma)
        return _date(number.parts[0], month, *_read_year(tokens, end))
    said = (link >= 0 and at > 0 and tokens[at - 1].low in ("in", "в", "เดือน", "ใน", "by")) or alone
    return _date(1, month, *_read_year(tokens, place + 1)) if said else None


def _read_year(tokens: list[Token], at: int) -> tuple[int | None, int]:
    """The year after a month, as written; two digits only when they cannot be an hour."""
    place = at
    while low_at(tokens, place) in (".", "พ.ศ.", "พศ", "ค.ศ.", ",", "ปี") and place < at + 2:
        place += 1
    token = token_at(tokens, place)
    if token is None or token.shape != "whole" or NOUN in tags_at(tokens, place + 1):
        return None, at + 1 if low_at(tokens, at) == "." and tokens[at].glued else at
    value = token.parts[0]
    if 2000 <= value <= 2700 or (24 < value <= 99 and len(token.low) == 2):
        after = place + 1
        return value, after + 1 if low_at(tokens, after) in ("года", "год", "г") else after
    return None, at + 1 if low_at(tokens, at) == "." and tokens[at].glued else at


def _read_day_of_month(tokens: list[Token], at: int, link: int, alone: bool) -> Found | None:
    """ "the 24th", "24 числа", "24-го", "วันที่ 24"."""
    named = tokens[at].tags.get(DAY_WORD) == 1
    place = at + 1 if named else at
    token = token_at(tokens, place)
    if token is None or token.shape != "whole" or not 1 <= token.parts[0] <= 31:
        return None
    after = _skip_suffix(tokens, place + 1)
    if named and tags_at(tokens, after).get(WHICH) == 0:  # "วันที่ 24 นี้"
        return DayOfMonth(token.parts[0]), after + 1
    named = named or low_at(tokens, place - 1) == "ที่"  # "วันศุกร์ที่ 27"
    return (DayOfMonth(token.parts[0]), after) if named or after > place + 1 else None


def _skip_suffix(tokens: list[Token], at: int) -> int:
    place = at
    if low_at(tokens, place) == "-" and SUFFIX in tags_at(tokens, place + 1):
        place += 1
    if SUFFIX in tags_at(tokens, place) and (tokens[place].glued or tokens[place].low.startswith("числ")):
        place += 1
    if place > at and low_at(tokens, place) == "числа":
        place += 1
    return place


def _date(day: int, month: int, year: int | None, after: int) -> Found | None:
    if month > 12 >= day:
        day, month = month, day
    return (CalendarDate(day, month, year), after) if 1 <= day <= 31 and 1 <= month <= 12 else None


_READERS: Final[tuple[Callable[[list[Token], int, int, bool], Found | None], ...]] = (
    _read_near,
    _read_ahead,
    _read_period,
    _read_weekday,
    _read_written,
    _read_month,
    _read_day_of_month,
    _read_later,
)
