"""Recurring dates as people say them, in English, Russian and Thai, as rules. `bot.recurrence_words` says them back.

"every Monday at 10", "по будням в 9:30", "ทุกวันจันทร์ 10 โมง", "on the last day of each month", "every 2 weeks", or cron's
five fields. What is not understood whole is not understood: a schedule guessed wrongly runs for months.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.dates import clocks
from bot.dates.parts import Reading
from bot.dates.resolve import Hours, hour_of
from bot.dates.tokens import MARK, Token, low_at, tags_at, tokenize
from bot.dates.words import DAY, DAY_WORD, LINK, MONTH_UNIT, PART, SUFFIX, UNIT, WEEK, WEEKDAY, WEEKEND
from bot.dates.words import NUMBER as IN_WORDS
from crm import recurrence
from crm.recurrence import EPOCH, LAST, LOOKS_LIKE_CRON, WORKDAYS, Every, Rule

_HOURS: Final = Hours()
_DEFAULT: Final = 10 * 60  # where no hour is said
_MOST_TIMES: Final = 6


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EVERY = _words("every each any каждый каждую каждое каждые каждого каждом каждая каждой ทุก ทุกๆ ๆ ประจำ")
_FILLERS = _words(
    "of the on at in and to a an day days month week o'clock по в во на с и до месяца месяц месяцам месяце неделю недели недель раз день дня "
    "дням числа число числам time once ของ ใน ที่ และ ช่วง เวลา ตอน ครั้ง คือ ละ ๆ , . - – — @ : ;"
)
_PLURALS: Final = {
    word: day
    for day, row in enumerate(
        (
            "mondays понедельникам",
            "tuesdays вторникам",
            "wednesdays средам",
            "thursdays четвергам",
            "fridays пятницам",
            "saturdays субботам",
            "sundays воскресеньям",
        )
    )
    for word in row.split()
}
_JOINERS: Final = _words("and и & และ กับ")
_RANGES = _words("- – — to till through по до ถึง")
_WORKDAY_WORDS: Final = re.compile(
    r"(?:business|working|work|week) ?days?\b|(?:рабочи[ей]|рабочим|рабочий|будни[ей]?|будним|будний|будням) ?(?:дни|дням|день)?"
    r"|วันทำการ|วันทํางาน|วันทำงาน|วันธรรมดา"
)
_WEEKENDS: Final = re.compile(r"\bweekends?\b|\bвыходны[ехм]\b|\bвыходным\b|เสาร์[- ]?อาทิตย์|สุดสัปดาห์")
_LAST_DAY: Final = re.compile(
    r"last day|последн\w+ (?:день|числ\w+)|วันสุดท้ายของ(?:ทุก)?เดือน|สิ้นเดือน|month[- ]?end|end of (?:each|every|the) month"
)
_DAILY: Final = re.compile(r"\bdaily\b|\bежедневно\b")
_WEEKLY: Final = re.compile(r"\bweekly\b|\bеженедельно\b")
_MONTHLY: Final = re.compile(r"\bmonthly\b|\bежемесячно\b|\bmonth\b|\bмесяц\w*\b|เดือน")
_EACH_MONTH: Final = re.compile(r"\bmonthly\b|\bежемесячно\b")
_OTHER: Final = re.compile(
    r"\b(?:every|each) (?:other|second)\b|\bкажд\w+ втор(?:ой|ую|ое)\b|\bчерез (?:день|неделю|месяц)\b|วันเว้นวัน|สัปดาห์เว้นสัปดาห์|อาทิตย์เว้นอาทิตย์|เดือนเว้นเดือน"
)
_FORTNIGHT: Final = re.compile(r"\bfortnight(?:ly)?\b|\bbiweekly\b")
_NTH: Final[tuple[tuple[int, str], ...]] = (
    (1, r"first|1st|перв\w+|แรก"),
    (2, r"second|2nd|втор(?:ой|ую|ое)|ที่สอง"),
    (3, r"third|3rd|трет\w+|ที่สาม"),
    (4, r"fourth|4th|четверт(?:ый|ую|ое|ая)|ที่สี่"),
    (LAST, r"last|последн\w+|สุดท้าย"),
)


@dataclass
class _Phrase:
    """A line being read: its tokens, which of them are understood, and what they said."""

    low: str
    tokens: list[Token]
    taken: set[int] = field(default_factory=set)
    weekdays: set[int] = field(default_factory=set)
    month_days: set[int] = field(default_factory=set)
    dated: set[int] = field(default_factory=set)  # which tokens name days

    def take(self, found: re.Match[str] | None) -> bool:
        """Marks the tokens a pattern covers; False when it found nothing."""
        if found is None:
            return False
        self.taken.update(
            place for place, token in enumerate(self.tokens) if token.start < found.end() and token.end > found.start()
        )
        return True


def read_rule(text: str, *, now: datetime, zone: ZoneInfo) -> Rule | None:
    """The rule that the whole line names, or None. Raises what `crm.recurrence.checked` does, and Unclear for bad fields."""
    line = " ".join(text.split())
    if LOOKS_LIKE_CRON.fullmatch(line):
        return recurrence.checked(recurrence.read_cron(line), now=now)
    low = line.lower().replace("ё", "е")
    phrase = _Phrase(low, tokenize(low))
    rule = _days(phrase, now.astimezone(zone).date())
    if rule is None:
        return None
    phrase.dated = set(phrase.taken)
    times = _times(phrase)
    if not _understood(phrase):
        return None
    return recurrence.checked(_since_next(rule, times or (_DEFAULT,), now, zone), now=now)


def read_days(text: str) -> frozenset[int] | None:
    """The weekdays a line names, empty where it names none; None when it says anything else."""
    low = " ".join(text.lower().replace("ё", "е").split())
    phrase = _Phrase(low, tokenize(low))
    if phrase.take(_WORKDAY_WORDS.search(low)):
        return WORKDAYS if _understood(phrase) else None
    if phrase.take(_WEEKENDS.search(low)):
        return frozenset({5, 6}) if _understood(phrase) else None
    _read_weekdays(phrase)
    return frozenset(phrase.weekdays) if _understood(phrase) else None


def _days(phrase: _Phrase, today: date) -> Rule | None:
    """The days alone; None when nothing in the line recurs."""
    low = phrase.low
    last_day = phrase.take(_LAST_DAY.search(low))
    other = phrase.take(_OTHER.search(low)) or phrase.take(_FORTNIGHT.search(low))
    count, unit = _interval(phrase)
    if other:
        count = 2
        unit = unit or _unit_of(low)
    monthly = unit == MONTH_UNIT or last_day or _MONTHLY.search(low) is not None
    workdays = phrase.take(_WORKDAY_WORDS.search(low))
    weekend = phrase.take(_WEEKENDS.search(low))
    from_to = _read_weekdays(phrase)
    nth = _nth(phrase) if monthly and len(phrase.weekdays) == 1 and not other else 0
    if not last_day and not nth:
        _read_month_days(phrase, marked=monthly)
    every = from_to or any(token.low in _EVERY for token in phrase.tokens)
    said = (
        every
        or any(pattern.search(low) for pattern in (_DAILY, _WEEKLY, _EACH_MONTH, _OTHER, _FORTNIGHT))
        or _in_plural(low)
    )
    said = (
        said
        or len(phrase.weekdays) > 1
        or (monthly and bool(last_day or nth or phrase.month_days) and _each_month(low))
        or count > 1
    )
    mixed = phrase.month_days and (phrase.weekdays or workdays or weekend)
    if not said or mixed or len(phrase.month_days) > recurrence.MOST_MONTH_DAYS:
        return None
    chosen = set(WORKDAYS) if workdays else {5, 6} if weekend else phrase.weekdays
    if last_day:
        return Rule(Every.MONTH, count=count, since=today, month_days=frozenset({LAST}))
    if nth:
        return Rule(Every.MONTH, count=count, since=today, weekdays=frozenset(chosen), nth=nth)
    if phrase.month_days:
        return Rule(Every.MONTH, count=count, since=today, month_days=frozenset(phrase.month_days))
    if chosen:
        return Rule(Every.WEEK, count=count, since=today, weekdays=frozenset(chosen))
    return _bare(phrase, unit, count, today)


def _bare(phrase: _Phrase, unit: int | None, count: int, today: date) -> Rule | None:
    """ "every day", "every 2 weeks", "monthly": counted from today's weekday or day of the month."""
    low = phrase.low
    if unit == DAY or _DAILY.search(low) or (unit is None and _every_part(phrase)):
        return Rule(Every.DAY, count=count, since=today)
    if unit == WEEK or _WEEKLY.search(low) or _FORTNIGHT.search(low):
        return Rule(Every.WEEK, count=count, since=today, weekdays=frozenset({today.weekday()}))
    if unit == MONTH_UNIT or _MONTHLY.search(low):
        return Rule(Every.MONTH, count=count, since=today, month_days=frozenset({today.day}))
    return None


def _interval(phrase: _Phrase) -> tuple[int, int | None]:
    """The unit that is counted and how many of it: "2 weeks", "две недели", "เดือน"; (1, None) when there is none."""
    for place, token in enumerate(phrase.tokens):
        unit = token.tags.get(UNIT)
        if unit not in (DAY, WEEK, MONTH_UNIT) or place in phrase.taken:
            continue
        if unit == DAY and (DAY_WORD in token.tags and WEEKDAY in tags_at(phrase.tokens, place + 1)):
            continue  # "วันจันทร์"
        if unit == WEEK and WEEKDAY in token.tags and low_at(phrase.tokens, place - 1) == "วัน":
            continue  # "วันอาทิตย์"
        before = phrase.tokens[place - 1] if place else None
        if before is not None and before.shape == "whole" and 1 <= before.parts[0] <= recurrence.MOST_BETWEEN:
            phrase.taken |= {place - 1, place}
            return before.parts[0], unit
        if before is not None and (amount := before.tags.get(IN_WORDS, 0)) and not amount % 2:
            phrase.taken |= {place - 1, place}
            return amount // 2, unit
        if before is not None and before.low in _EVERY:
            phrase.taken.add(place)
            return 1, unit
    return 1, None


def _unit_of(low: str) -> int | None:
    if re.search(r"day|день|วัน", low) and not re.search(r"week|недел|สัปดาห์|อาทิตย์|month|месяц|เดือน", low):
        return DAY if not any(word in low for word in _PLURALS) else None
    if re.search(r"week|недел|สัปดาห์|อาทิตย์", low):
        return WEEK
    return MONTH_UNIT if re.search(r"month|месяц|เดือน", low) else None


def _read_weekdays(phrase: _Phrase) -> bool:
    """Weekdays one by one, and ranges of them: "mon-fri", "с понедельника по пятницу"; whether there was a range."""
    from_to = False
    places = [(place, day) for place in range(len(phrase.tokens)) if (day := _weekday(phrase, place)) is not None]
    for number, (place, day) in enumerate(places):
        phrase.weekdays.add(day)
        phrase.taken.add(place)
        if not number:
            continue
        before, first = places[number - 1]
        between = [token.low for token in phrase.tokens[before + 1 : place] if token.low != "วัน"]
        if len(between) == 1 and between[0] in _RANGES:
            phrase.weekdays.update((first + step) % 7 for step in range((day - first) % 7 + 1))
            from_to = True
    return from_to


def _weekday(phrase: _Phrase, place: int) -> int | None:
    token = phrase.tokens[place]
    if place in phrase.taken:
        return None
    if token.low in _PLURALS:
        return _PLURALS[token.low]
    day = token.tags.get(WEEKDAY)
    if day is not None and UNIT in token.tags and low_at(phrase.tokens, place - 1) != "วัน":
        return None  # "อาทิตย์" alone is a week
    return day


def _nth(phrase: _Phrase) -> int:
    """Which weekday of the month, 0 when it is not said."""
    for nth, words in _NTH:
        if phrase.take(re.search(rf"(?<![\w\d])(?:{words})(?!\w)|(?:{words})ของ|(?:{words})$", phrase.low)):
            return nth
    return 0


def _read_month_days(phrase: _Phrase, *, marked: bool) -> None:
    """ "the 1st", "15 числа", "วันที่ 1", and what is joined to one: "5 и 20 числа", "วันที่ 1 และ 15"."""
    for place, token in enumerate(phrase.tokens):
        if not _is_day_of_month(token) or place in phrase.taken:
            continue
        after = _past_suffix(phrase, place)
        named = tags_at(phrase.tokens, place - 1).get(DAY_WORD) == 1 or low_at(phrase.tokens, place - 1) in ("วันที่",)
        if after > place + 1 or named or (marked and low_at(phrase.tokens, place - 1) == "the"):
            phrase.month_days.add(token.parts[0])
            phrase.taken.update(range(place, after))
            _read_joined(phrase, place - 2, -2, _JOINERS | {","})
            _read_joined(phrase, after + 1, 2, _JOINERS)


def _read_joined(phrase: _Phrase, place: int, step: int, joiners: frozenset[str]) -> None:
    """Bare numbers joined one to the other from `place` on; one that can only be an hour ends them."""
    while 0 <= place < len(phrase.tokens) and _is_day_of_month(phrase.tokens[place]) and place not in phrase.taken:
        hour = clocks.read_clock(phrase.tokens, place, link=-1, after_day=False, alone=False)
        if hour is not None or low_at(phrase.tokens, max(place - step // 2, 0)) not in joiners:
            return
        after = _past_suffix(phrase, place)
        phrase.month_days.add(phrase.tokens[place].parts[0])
        phrase.taken.update(range(place, after))
        place = after + 1 if step > 0 else place + step


def _is_day_of_month(token: Token) -> bool:
    return token.shape == "whole" and 1 <= token.parts[0] <= 31


def _past_suffix(phrase: _Phrase, place: int) -> int:
    """Where a number and what makes it a day ("st", "-го", "числа") end."""
    after = place + 1
    if low_at(phrase.tokens, after) == "-" and SUFFIX in tags_at(phrase.tokens, after + 1):
        after += 1
    while SUFFIX in tags_at(phrase.tokens, after) and after <= place + 3:
        after += 1
    return after


def _only_a_day(phrase: _Phrase, place: int) -> bool:
    """ "every Monday and the 15th", "понедельник и 15": a number in a row with days is no hour."""
    if phrase.tokens[place].shape != "whole":
        return False
    joined = low_at(phrase.tokens, place - 1) in _JOINERS and place - 2 in phrase.dated
    return joined or _past_suffix(phrase, place) > place + 1


def _times(phrase: _Phrase) -> tuple[int, ...]:
    """The hours said, minutes of the day."""
    minutes: set[int] = set()
    place = 0
    while place < len(phrase.tokens) and len(minutes) < _MOST_TIMES:
        if place in phrase.taken or _only_a_day(phrase, place):
            place += 1
            continue
        link = max(tags_at(phrase.tokens, place - 1).get(LINK, -1), 1)
        found = clocks.read_clock(phrase.tokens, place, link=link, after_day=True, alone=True)
        if found is not None and not phrase.taken & set(range(place, found.after)):
            reading = Reading(clock=found.clock, part=found.part or _part_near(phrase, place, found.after))
            hour, minute = hour_of(reading, hours=_HOURS)
            minutes.add((hour * 60 + minute) % recurrence.DAY_MINUTES)
            phrase.taken.update(range(place, found.after))
            place = found.after
            continue
        place += 1
    if not minutes:
        for place, token in enumerate(phrase.tokens):
            if PART in token.tags and place not in phrase.taken:
                hour, minute = hour_of(Reading(part=token.tags[PART]), hours=_HOURS)
                minutes.add((hour * 60 + minute) % recurrence.DAY_MINUTES)
                phrase.taken.add(place)
    return tuple(sorted(minutes))


def _part_near(phrase: _Phrase, first: int, after: int) -> int | None:
    """ "утром в 9", "ตอนเช้า 9 โมง": the part of the day beside an hour."""
    for place in (first - 1, first - 2, after):
        part = tags_at(phrase.tokens, place).get(PART)
        if part is not None and place not in phrase.taken:
            phrase.taken.add(place)
            return part
    return None


def _every_part(phrase: _Phrase) -> bool:
    """ "every morning", "каждый вечер", "ทุกเช้า"."""
    return any(
        PART in token.tags and low_at(phrase.tokens, place - 1) in _EVERY for place, token in enumerate(phrase.tokens)
    )


def _in_plural(low: str) -> bool:
    return any(word in low.split() for word in _PLURALS) or bool(
        re.search(r"\bweekdays\b|\bworkdays\b|\bweekends\b|по будням|по рабочим|в будни|по выходным", low)
    )


def _each_month(low: str) -> bool:
    return bool(
        re.search(
            r"of (?:the|each|every) month|of month|month[- ]?end|monthly|месяца|ежемесячно|ของเดือน|ของทุกเดือน|สิ้นเดือน",
            low,
        )
    )


def _understood(phrase: _Phrase) -> bool:
    """Whether every word was read or says nothing."""
    return all(
        place in phrase.taken or token.kind == MARK or _says_nothing(token) for place, token in enumerate(phrase.tokens)
    )


def _says_nothing(token: Token) -> bool:
    known = token.low in _EVERY or token.low in _FILLERS or LINK in token.tags or SUFFIX in token.tags
    return known or (bool(token.tags) and token.tags.keys() <= {UNIT, DAY_WORD, WEEKEND}) or _is_adverb(token.low)


def _is_adverb(low: str) -> bool:
    return any(pattern.fullmatch(low) for pattern in (_DAILY, _WEEKLY, _MONTHLY, _FORTNIGHT)) or low in (
        "ของทุก",
        "ทุกวัน",
        "ประจำ",
    )


def _since_next(rule: Rule, times: tuple[int, ...], now: datetime, zone: ZoneInfo) -> Rule:
    """With its hours; what is counted in twos and threes counts from its first time."""
    if rule.count == 1:
        return Rule(rule.every, times, 1, EPOCH, rule.weekdays, rule.month_days, rule.nth)
    once = Rule(rule.every, times, 1, EPOCH, rule.weekdays, rule.month_days, rule.nth)
    first = recurrence.next_after(once, now, zone=zone)
    since = first.astimezone(zone).date() if first is not None else rule.since
    return Rule(rule.every, times, rule.count, since, rule.weekdays, rule.month_days, rule.nth)
