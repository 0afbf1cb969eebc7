"""When somebody is back, out of what their out-of-office note says: in English, Russian, Thai and German.

A date is believed only beside a word that says what it is, if it lies ahead, and if the note names no other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_READ = 4000  # characters of a note; who says more is not asked for dates
_FARTHEST = timedelta(days=400)
_FARTHEST_WITHOUT_YEAR = timedelta(days=270)  # beyond it "5 October" of a note from November is an old note
_DAY = timedelta(days=1)
_CONTEXT = 9  # words between what says it and the date

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan января январь янв มกราคม januar jänner",
            "february feb февраля февраль фев февр กุมภาพันธ์ februar",
            "march mar марта март мар มีนาคม märz",
            "april apr апреля апрель апр เมษายน",
            "may мая май พฤษภาคม mai",
            "june jun июня июнь июн มิถุนายน juni",
            "july jul июля июль июл กรกฎาคม juli",
            "august aug августа август авг สิงหาคม",
            "september sept sep сентября сентябрь сен сент กันยายน",
            "october oct октября октябрь окт ตุลาคม oktober okt",
            "november nov ноября ноябрь ноя нояб พฤศจิกายน",
            "december dec декабря декабрь дек ธันวาคม dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_THAI_MONTHS = tuple(name for name in _MONTHS if name[0] >= "\u0e00")
_THAI_SHORT = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon понедельник понедельника пн จันทร์ montag",
            "tuesday tue вторник вторника вт อังคาร dienstag",
            "wednesday wed среду среды среда ср พุธ mittwoch",
            "thursday thu четверг четверга чт พฤหัสบดี พฤหัส donnerstag",
            "friday fri пятницу пятницы пятница пт ศุกร์ freitag",
            "saturday sat субботу субботы суббота сб เสาร์ samstag",
            "sunday sun воскресенье воскресенья вс อาทิตย์ sonntag",
        )
    )
    for name in names.split()
}
_TOMORROW = frozenset(["tomorrow", "завтра", "พรุ่งนี้", "morgen"])
_NEXT = frozenset(["next", "следующий", "следующего", "следующую", "следующей", "หน้า", "nächsten"])

# What says that a date is the day of return, the last day away, or the beginning of something.
_BACK = frozenset(
    [
        "back",
        "буду",
        "return",
        "returning",
        "returns",
        "resume",
        "resuming",
        "available",
        "reachable",
        "вернусь",
        "вернется",
        "вернётся",
        "вернёмся",
        "вернемся",
        "возвращаюсь",
        "выйду",
        "выхожу",
        "приступлю",
        "снова",
        "доступен",
        "доступна",
        "กลับมา",
        "กลับ",
        "กลับเข้า",
        "เข้าทำงาน",
        "zurück",
        "wieder",
        "rückkehr",
        "erreichbar",
    ]
)
_UNTIL = frozenset(["until", "till", "til", "by", "до", "по", "bis", "through", "thru", "ends", "ถึง", "จนถึง", "สิ้นสุด"])
_INCLUSIVE = frozenset(["по", "through", "thru"])
_SAID_INCLUSIVE = frozenset(["inclusive", "including", "incl", "включительно", "einschließlich", "รวม"])
_FROM = frozenset(["from", "с", "со", "ab", "ตั้งแต่", "since"])
_TO = frozenset(["to", "until", "till", "through", "and", "по", "до", "bis", "ถึง", "จนถึง", "-", "–", "—"])
_FILLING = frozenset(
    [
        "on",
        "the",
        "my",
        "at",
        "work",
        "office",
        "to",
        "in",
        "and",
        "be",
        "am",
        "is",
        "of",
        "again",
        "from",
        ",",
        ".",
        "(",
        ":",
        "next",
        "this",
        "following",
        "из",
        "в",
        "во",
        "на",
        "с",
        "со",
        "к",
        "место",
        "месте",
        "работу",
        "работе",
        "офис",
        "офисе",
        "отпуска",
        "связь",
        "связи",
        "будет",
        "нахожусь",
        "следующий",
        "следующую",
        "ที่",
        "วันที่",
        "วัน",
        "ใน",
        "ทำงาน",
        "ปฏิบัติงาน",
        "อีกครั้ง",
        "ประจำ",
        "เข้า",
        "ออฟฟิศ",
        "ได้",
        "zum",
        "den",
        "dem",
        "der",
        "am",
        "ab",
        "im",
        "büro",
        "wieder",
        "einschließlich",
    ]
)
_ORDINALS = frozenset(["st", "nd", "rd", "th", "го", "е", ".", "ого"])
_YEAR_WORDS = frozenset([",", "г", "года", ".", "พ.ศ", "ค.ศ", "ปี", "พ", "ศ", "ค"])
# Thai writes words together: those that matter are set apart before the text is taken to pieces.
_THAI_WORDS = sorted(
    {word for words in (_MONTHS, _WEEKDAYS, _TOMORROW, _NEXT, _BACK, _UNTIL, _FROM, _FILLING) for word in words
     if word[0] >= "\u0e00"},
    key=len,
    reverse=True,
)  # fmt: skip
_THAI = re.compile("|".join(map(re.escape, _THAI_WORDS)))
_SHORT = re.compile("|".join(rf"{re.escape(short.rstrip('.'))}\.?(?![\u0e00-\u0e7f])" for short in _THAI_SHORT))
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TOKEN = re.compile(r"\d{1,8}|(?:[^\W\d_]|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]){1,40}|[^\w\s]")


def back_on(note: str, *, sent: date) -> date | None:
    """The first day somebody is back, after `sent`; None when the note does not say it, or not clearly.

    "Until 5 December" means back on that day; "3 to 14 July" and "through 14 July" mean back the day after.
    """
    words = _Words(note)
    by_kind: dict[str, set[date | None]] = {"back": set(), "until": set(), "range": set()}
    for found in words.dates():
        kind = words.said_of(found)
        if kind is None:
            continue
        day = found.resolve(sent)
        if day is not None and (kind == "range" or (kind == "until" and words.is_inclusive(found))):
            day += _DAY
        if day is None and not found.clear:
            by_kind[kind].add(None)
        elif day is not None and sent < day <= sent + _FARTHEST:
            by_kind[kind].add(day)
    for days in by_kind.values():
        if days:
            return days.pop() if len(days) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class _Found:
    """A date in the tokens from `start` to `end`; `resolve` gives the day it means in a note sent on a day."""

    start: int
    end: int
    resolve: Callable[[date], date | None]
    clear: bool = True  # False: it is a date, and nobody can say which


class _Words:
    def __init__(self, note: str) -> None:
        text = note[:_READ].lower().translate(_DIGITS)
        text = _SHORT.sub(lambda short: f" {_month_of_short(short.group(0))} ", text)
        self._tokens = _TOKEN.findall(_THAI.sub(r" \g<0> ", text))
        self._day_first = bool(re.search("[а-яё\u0e00-\u0e7f]", text))

    def dates(self) -> Iterator[_Found]:
        """All dates, in order, none within another."""
        position = 0
        while position < len(self._tokens):
            found = self._numbers(position) or self._by_month(position) or self._by_name(position)
            if found is not None:
                yield found
            position = found.end if found is not None else position + 1

    def said_of(self, found: _Found) -> str | None:
        """`back`, `until` or `range` by the nearest word before the date that says something; None where none does."""
        position = found.start - 1
        while position >= 0 and found.start - position <= _CONTEXT:
            word = self._at(position)
            if word in _TO and self._ends_date(position - 1):
                return "range"
            if word in _BACK:
                return "back"
            if word in _UNTIL:
                return "until"
            if word in _FROM and self._back_follows(found):
                return "back"
            if word not in _FILLING and word not in _WEEKDAYS:
                return None
            position -= 1
        return None

    def is_inclusive(self, found: _Found) -> bool:
        """Whether the last day away is named, not the first day back."""
        near = {self._at(found.start - 1), self._at(found.start - 2)}
        return (
            bool(near & _INCLUSIVE)
            or any(self._at(found.end + step) in _SAID_INCLUSIVE for step in range(3))
            or "einschließlich" in near
        )

    def _at(self, position: int) -> str:
        return self._tokens[position] if 0 <= position < len(self._tokens) else ""

    def _number(self, position: int, low: int, high: int) -> int | None:
        word = self._at(position)
        return int(word) if word.isascii() and word.isdigit() and low <= int(word) <= high else None

    def _ends_date(self, position: int) -> bool:
        """Whether a day (or a whole date) stands right before a "to"."""
        steps = (self._at(position - step) for step in range(3))
        return any(word.isdigit() or word in _MONTHS for word in steps)

    def _back_follows(self, found: _Found) -> bool:
        following = [self._at(found.end + step) for step in range(7)]
        return not (set(following[:2]) & _TO) and bool(set(following) & _BACK)

    def _numbers(self, start: int) -> _Found | None:
        """2026-12-05, 05.12.2026, 5.12., 05/12/2026 and 12/05/2026."""
        first, mark, second = self._number(start, 1, 9999), self._at(start + 1), self._number(start + 2, 1, 31)
        if first is None or second is None or mark not in {".", "/", "-"}:
            return None
        third = self._number(start + 4, 0, 9999) if self._at(start + 3) == mark else None
        if first > 31:
            return _exactly(start, start + 5, first, second, third) if third is not None else None
        if mark == "-" and third is None:
            return None  # "3-14" is a range of days
        end = start + 5 if third is not None else start + 3
        day, month = (first, second) if second <= 12 else (second, first)
        if month > 12:
            return None
        if mark != "." and second <= 12 and first <= 12 and first != second and not self._is_day_first(third):
            return _Found(start, end, lambda sent: None, clear=False)
        return _exactly(start, end, third, month, day)

    def _is_day_first(self, year: int | None) -> bool:
        return self._day_first or (year is not None and year > 2400)

    def _by_month(self, start: int) -> _Found | None:
        """5 December 2026, the 5th of December, December 5th, 5 ธ.ค. 69."""
        month = _MONTHS.get(self._at(start))
        if month is not None:
            day, position = self._number(start + 1, 1, 31), start + 2
            position += self._at(position) in _ORDINALS
        else:
            day, position = self._number(start, 1, 31), start + 1
            position += self._at(position) in _ORDINALS
            position += self._at(position) == "-" and self._at(position + 1) in _ORDINALS and 2
            position += self._at(position) == "of"
            month = _MONTHS.get(self._at(position))
            position += 1
        if day is None or month is None:
            return None
        position += self._at(position) == "."
        year_at = position
        while self._at(year_at) in _YEAR_WORDS and year_at < position + 4:
            year_at += 1
        year = self._number(year_at, 2000, 2600) or (self._number(year_at, 60, 99) if year_at == position else None)
        return _exactly(start, year_at + 1 if year else position, year, month, day)

    def _by_name(self, start: int) -> _Found | None:
        word = self._at(start)
        if word in _TOMORROW:
            return _Found(start, start + 1, lambda sent: sent + _DAY)
        weekday = _WEEKDAYS.get(word)
        if weekday is None or self._names_date_too(start + 1):
            return None
        said_next = self._at(start - 1) in _NEXT or self._at(start + 1) in _NEXT

        def coming(sent: date) -> date | None:
            days = (weekday - sent.weekday()) % 7 or 7
            # "Next Friday" said on a Wednesday: this week's or the next one's?
            return None if said_next and weekday > sent.weekday() else sent + timedelta(days=days)

        return _Found(start, start + 1, coming, clear=not said_next)

    def _names_date_too(self, position: int) -> bool:
        """ "Monday, 5 December": the date says more."""
        while self._at(position) in {",", "(", "the", "ที่", "วันที่", "den"}:
            position += 1
        return bool(self._numbers(position) or self._by_month(position))


def _exactly(start: int, end: int, year: int | None, month: int, day: int) -> _Found:
    def resolve(sent: date) -> date | None:
        try:
            if year is not None:
                return date(_gregorian(year), month, day)
            near = date(sent.year, month, day)
            near = near if near > sent else date(sent.year + 1, month, day)
        except ValueError:
            return None
        return near if near - sent <= _FARTHEST_WITHOUT_YEAR else None

    return _Found(start, end, resolve)


def _gregorian(year: int) -> int:
    """Of a Buddhist year (2569, or 69 for short) the common one; 26 is 2026."""
    if year < 100:
        year += 2500 if year >= 60 else 2000
    return year - 543 if year > 2400 else year


def _month_of_short(short: str) -> str:
    wanted = short.rstrip(".") + "."
    return _THAI_MONTHS[_THAI_SHORT.index(wanted)]
