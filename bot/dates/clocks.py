"""The ways of naming an hour: 15:30, 3pm, half past 3, в 10 утра, без четверти пять, บ่าย 2 โมง, 3 ทุ่ม, ตี 5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from bot.dates.parts import Clock
from bot.dates.tokens import NUMBER, THAI, Token, low_at, tags_at, token_at
from bot.dates.words import (
    AFTER_LUNCH,
    AFTERNOON,
    DAWN,
    EVENING,
    HALF,
    HOUR,
    LATE_MORNING,
    LESS,
    LUNCH,
    MERIDIEM,
    MINUTE,
    MONTH,
    MORNING,
    NIGHT,
    NOON,
    NOUN,
    OCLOCK,
    ORDINAL,
    PART,
    PAST,
    QUARTER,
    UNIT,
)
from bot.dates.words import NUMBER as IN_WORDS

_SAID_WITH_HOURS: Final = frozenset({MORNING, AFTERNOON, EVENING, NIGHT})
_ROUND_MINUTES: Final = frozenset({0, 15, 20, 30, 40, 45})


class Found(NamedTuple):
    clock: Clock
    after: int
    part: int | None = None


class Place(NamedTuple):
    """Where an hour is looked for: joined by "at" (strong) or beside a day, so that a bare number may be one."""

    tokens: list[Token]
    at: int
    marked: bool
    bare: bool
    alone: bool


def read_clock(tokens: list[Token], at: int, *, link: int, after_day: bool, alone: bool) -> Found | None:
    """The hour named at `at`, or None. `link`: the joining word before it, -1 when there was none."""
    marked = link == 2 or (link == 1 and after_day)
    place = Place(tokens, at, marked, marked or after_day, alone)
    for read in _READERS:
        found = read(place)
        if found is not None:
            return found
    return None


def read_part(tokens: list[Token], at: int, *, link: int, after_day: bool, alone: bool) -> tuple[int, int] | None:
    """A part of the day that stands for an hour: "tomorrow morning", "вечером", "after lunch"."""
    part = tags_at(tokens, at).get(PART)
    if low_at(tokens, at) in _HALVES_OF_DAY and HALF in tags_at(tokens, at + 1) and low_at(tokens, at + 2) == "дня":
        return _HALVES_OF_DAY[tokens[at].low], at + 3
    if part is None:
        return None
    low, before = tokens[at].low, low_at(tokens, at - 1)
    if part in (LUNCH, NOON) and before in ("after", "после", "หลัง", "หลังจาก"):
        return AFTER_LUNCH, at + 1
    if part in (LUNCH, NOON) and before in ("before", "до", "ก่อน"):
        return LATE_MORNING, at + 1
    if after_day or alone or low in _SELF_EVIDENT_PARTS or (link >= 0 and part != NIGHT):
        return part, at + 1
    return None


def skip_range_end(tokens: list[Token], at: int) -> int:
    """Past the end of "10 to 12", "с 10 до 12", "2 and 3": the promise is kept at its beginning."""
    if low_at(tokens, at) not in _RANGE_WORDS:
        return at
    token = token_at(tokens, at + 1)
    if (
        token is None
        or token.shape not in ("whole", "clock")
        or not _may_be_bare(tokens, at + 2)
        or token.parts[0] > 24
    ):
        return at
    end = read_clock(tokens, at + 1, link=2, after_day=True, alone=False)
    return end.after if end else at


def _read_colon(place: Place) -> Found | None:
    """ "15:30", "10:00-12:00", and "10.30" where a date cannot be meant."""
    token = place.tokens[place.at]
    if token.kind != NUMBER or token.shape not in ("clock", "clocks", "dot", "range"):
        return None
    hour, minute = token.parts[0], token.parts[1]
    after = place.at + 1
    if token.shape == "range":
        if not place.bare or NOUN in tags_at(place.tokens, after) or UNIT in tags_at(place.tokens, after):
            return None
        minute = minute if minute > 24 or minute < hour else 0
    if token.shape == "dot":
        two = len(token.low.split(".")[1]) == 2
        sure = place.bare or place.alone or MERIDIEM in tags_at(place.tokens, after) or _thai_hour(place.tokens, after)
        if not (two and sure) or NOUN in tags_at(place.tokens, after):
            return None
    return _with_suffix(place, hour, minute, after)


def _read_digits(place: Place) -> Found | None:
    """ "10", "3pm", "10 утра", "15 часов", "at 1530", "10 30": as little as the place allows."""
    token = place.tokens[place.at]
    if token.shape != "whole":
        return None
    after = place.at + 1
    if len(token.low) == 4 and place.marked and token.parts[0] % 5 == 0 and token.parts[0] >= 100:
        return _with_suffix(place, token.parts[0] // 100, token.parts[0] % 100, after)
    if len(token.low) > 2:
        return None
    return _hour(place, token.parts[0], after, zero=token.low.startswith(("0", "๐")))


def _read_words(place: Place) -> Found | None:
    """ "в три часа дня", "at three", "สิบโมง"; beside a day without a joining word only what names the hour."""
    amount = place.tokens[place.at].tags.get(IN_WORDS)
    if amount is None or amount % 2 or not 2 <= amount <= 40:
        return None
    return _hour(place._replace(bare=place.marked), amount // 2, place.at + 1)


def _hour(place: Place, hour: int, after: int, *, zero: bool = False) -> Found | None:
    tokens = place.tokens
    tags = tags_at(tokens, after)
    if tags.get(PAST) and (place.bare or place.alone or low_at(tokens, after) == "past"):
        return _past_or_to(place, hour, after)
    if UNIT in tags and tags[UNIT] == MINUTE and PAST in tags_at(tokens, after + 1):
        return _past_or_to(place, hour, after + 1)
    if UNIT in tags and tags[UNIT] == MINUTE and ORDINAL in tags_at(tokens, after + 1) and place.marked:
        return _closed(tokens, tags_at(tokens, after + 1)[ORDINAL] - 1, hour, after + 2)
    if MERIDIEM in tags or PART in tags or _spoken_part(tokens, after) or OCLOCK in tags:
        return _named_hour(place, hour, after, zero=zero)
    if not place.bare or not _may_be_bare(tokens, after):
        return None
    follower = token_at(tokens, after)
    if follower is not None and follower.shape == "whole" and len(follower.low) == 2:  # "10 30"
        if follower.parts[0] not in _ROUND_MINUTES or not _may_be_bare(tokens, after + 1):
            return None if not _counts(tokens, after + 1) else _checked(hour, 0, after, is_open=not zero)
        return _checked(hour, follower.parts[0], after + 1, is_open=not zero)
    return _checked(hour, 0, after, is_open=not zero)


def _named_hour(place: Place, hour: int, after: int, *, zero: bool) -> Found | None:
    """An hour with the word that makes it one: "3 pm", "15 часов", "10 โมง", "3 часа дня"."""
    tokens = place.tokens
    tags = tags_at(tokens, after)
    if OCLOCK not in tags:
        if tags.get(PART) == AFTERNOON and UNIT in tags and not place.bare:
            return None  # "3 дня" by itself is three days
        return _with_suffix(place, hour, 0, after, zero=zero)
    if tags[OCLOCK]:
        return _thai_clock(place, hour, after, evening=tags[OCLOCK] == 2)
    following = tags_at(tokens, after + 1)
    is_hours = tags.get(UNIT) == HOUR
    if is_hours and not place.bare and not (PART in following and following[PART] in _SAID_WITH_HOURS):
        return None  # "2 часа" by itself is how long it took
    if (
        low_at(tokens, after) == "น"
        and after + 1 < len(tokens)
        and tokens[after + 1].glued
        and tokens[after + 1].kind == THAI
    ):
        return None
    minute, end = _minutes(tokens, after + 1) if is_hours else (0, after + 1)
    exact = low_at(tokens, after) in ("น", "น.", "นาฬิกา")
    found = _with_suffix(place, hour, minute, end, zero=zero)
    return found._replace(clock=Clock(found.clock.hour, found.clock.minute)) if found and exact else found


def _with_suffix(place: Place, hour: int, minute: int, after: int, *, zero: bool | None = None) -> Found | None:
    """Add am, pm or the part of the day that follows; without one the hour stays open to both."""
    tokens = place.tokens
    tags = tags_at(tokens, after)
    if zero is None:
        zero = tokens[place.at].low.startswith(("0", "๐"))
    if MERIDIEM in tags:
        if not 1 <= hour <= 12:
            return _checked(hour, minute, after + 1, is_open=False)
        end = after + 2 if low_at(tokens, after) in ("a.m", "p.m") and low_at(tokens, after + 1) == "." else after + 1
        return _checked(hour % 12 + 12 * tags[MERIDIEM], minute, end, is_open=False)
    if OCLOCK in tags and tags.get(UNIT) is None and not tags[OCLOCK] and tokens[after].kind == THAI:
        return _checked(hour, minute, after + 1, is_open=False)  # "14.30 น."
    spoken = _spoken_part(tokens, after)
    if spoken:
        part, end = spoken
        return _checked(_in_part(hour, part), minute, end, is_open=False, part=part)
    return _checked(hour, minute, after, is_open=not zero)


def _spoken_part(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """ "in the morning", "at night", "утра", "เช้า" right after an hour."""
    place = at
    while low_at(tokens, place) in ("in", "the", "at", "ตอน") and place < at + 2:
        place += 1
    part = tags_at(tokens, place).get(PART)
    return (part, place + 1) if part in _SAID_WITH_HOURS else None


def _in_part(hour: int, part: int | None) -> int:
    """The hour of 24 that an hour of 12 is in a part of the day."""
    if part in (AFTERNOON, EVENING):
        return hour + 12 if hour < 12 else hour
    if part == NIGHT:
        return 24 if hour == 12 else hour + 12 if 6 <= hour < 12 else hour
    return 0 if part == MORNING and hour == 24 else hour


def _thai_hour(tokens: list[Token], at: int) -> bool:
    token = token_at(tokens, at)
    return token is not None and token.kind == THAI and OCLOCK in token.tags


def _thai_clock(place: Place, hour: int, at: int, *, evening: bool) -> Found | None:
    """The six-hour clock: 3 ทุ่ม is 21:00, 2 โมง 14:00, 3 โมงเช้า 9:00, 10 โมงครึ่ง 10:30."""
    tokens = place.tokens
    minute, after = _minutes(tokens, at + 1)
    if evening:
        return _checked(hour + 18, minute, after, is_open=False) if 1 <= hour <= 6 else None
    part = tags_at(tokens, after).get(PART)
    if part in _SAID_WITH_HOURS:
        minute, after = (minute, after + 1) if minute else _minutes(tokens, after + 1)
        morning = hour + 6 if hour <= 5 else hour
        hour = morning if part == MORNING else _in_part(hour, part)
        return _checked(hour, minute, after, is_open=False, part=part)
    if low_at(tokens, place.at - 1) == "เช้า" and hour <= 5:
        return _checked(hour + 6, minute, after, is_open=False)
    return _checked(hour + 12 if hour <= 5 else hour, minute, after, is_open=hour == 6)


def _minutes(tokens: list[Token], at: int) -> tuple[int, int]:
    """The minutes after an hour: "ครึ่ง", "15 นาที", "30 минут", a bare "15"; 0 when there are none."""
    if low_at(tokens, at) == "ครึ่ง":
        return 30, at + 1
    token = token_at(tokens, at)
    if token is None or NOUN in tags_at(tokens, at + 1):
        return 0, at
    if token.shape == "whole" and len(token.low) == 2 and token.parts[0] < 60:
        unit = tags_at(tokens, at + 1).get(UNIT)
        if unit == MINUTE:
            return token.parts[0], at + 2
        if unit is None and token.parts[0] in _ROUND_MINUTES and MONTH not in tags_at(tokens, at + 1):
            return token.parts[0], at + 1
    amount = token.tags.get(IN_WORDS)
    if amount is not None and tags_at(tokens, at + 1).get(UNIT) == MINUTE:
        return amount // 2, at + 2
    return 0, at


def _past_or_to(place: Place, minute: int, at: int) -> Found | None:
    """ "ten past three", "10 to 5": `minute` is said, `at` is the word past or to."""
    hour = _plain_hour(place.tokens, at + 1)
    if hour is None or not 1 <= minute <= 59:
        return None
    sign = tags_at(place.tokens, at)[PAST]
    if sign > 0:
        return _closed(place.tokens, hour[0], minute, hour[1])
    return _closed(place.tokens, hour[0] - 1 or 12, 60 - minute, hour[1])


def _read_halves(place: Place) -> Found | None:
    """ "half past 3", "quarter to five", "полтретьего", "половина третьего", "четверть пятого"."""
    tokens, at = place.tokens, place.at
    tags = tokens[at].tags
    if tags.get(ORDINAL, 0) > 100:
        return _closed(tokens, tags[ORDINAL] - 101 or 12, 30, at + 1)
    if HALF not in tags and QUARTER not in tags:
        return None
    minute, following = (30 if HALF in tags else 15), tags_at(tokens, at + 1)
    if ORDINAL in following:
        return _closed(tokens, following[ORDINAL] - 1 or 12, minute, at + 2)
    if PAST in following:
        return _past_or_to(place, minute, at + 1)
    hour = _plain_hour(tokens, at + 1) if low_at(tokens, at) == "half" and place.marked else None
    return _closed(tokens, hour[0], 30, hour[1]) if hour else None


def _read_less(place: Place) -> Found | None:
    """ "без четверти пять", "без 15 три", "без десяти минут пять"."""
    tokens, at = place.tokens, place.at
    if LESS not in tokens[at].tags:
        return None
    if QUARTER in tags_at(tokens, at + 1):
        minute, after = 15, at + 2
    else:
        said = _plain_number(tokens, at + 1)
        if said is None or not 1 <= said[0] <= 30:
            return None
        minute, after = said
    if tags_at(tokens, after).get(UNIT) == MINUTE:
        after += 1
    hour = _plain_hour(tokens, after)
    return _closed(tokens, hour[0] - 1 or 12, 60 - minute, hour[1]) if hour else None


def _read_thai_prefix(place: Place) -> Found | None:
    """ "ตี 5", "บ่าย 2 โมง", "บ่ายสอง", "บ่ายโมง", "เที่ยงครึ่ง"."""
    tokens, at = place.tokens, place.at
    tags = tokens[at].tags
    if tokens[at].low == "เที่ยง" and low_at(tokens, at + 1) == "ครึ่ง":
        return _checked(12, 30, at + 2, is_open=False)
    if tokens[at].low == "ทุ่ม" and low_at(tokens, at - 1) != "":  # "ทุ่มครึ่ง": the first evening hour needs no number
        minute, after = _minutes(tokens, at + 1)
        return _checked(19, minute, after, is_open=False)
    dawn = DAWN in tags
    if not dawn and tokens[at].low != "บ่าย":
        return None
    if not dawn and low_at(tokens, at + 1) == "โมง":
        minute, after = _minutes(tokens, at + 2)
        return _checked(13, minute, after, is_open=False)
    clock = token_at(tokens, at + 1)
    if clock is not None and clock.shape in ("clock", "dot") and len(clock.low) > 3 and not dawn:
        return _checked(_in_part(clock.parts[0], AFTERNOON), clock.parts[1], at + 2, is_open=False)
    said = _plain_number(tokens, at + 1)
    if said is None or not 1 <= said[0] <= 6 or NOUN in tags_at(tokens, said[1]) or UNIT in tags_at(tokens, said[1]):
        return None
    after = said[1] + 1 if tags_at(tokens, said[1]).get(OCLOCK) == 1 else said[1]
    minute, after = _minutes(tokens, after)
    return _checked(said[0] if dawn else said[0] + 12, minute, after, is_open=False)


def _read_one_o_clock(place: Place) -> Found | None:
    """ "час дня", "в час ночи", and beside a day "завтра в час"."""
    tokens, at = place.tokens, place.at
    if tokens[at].low != "час":
        return None
    part = tags_at(tokens, at + 1).get(PART)
    if part in (AFTERNOON, NIGHT):
        return _checked(13 if part == AFTERNOON else 1, 0, at + 2, is_open=False)
    return _checked(13, 0, at + 1, is_open=False) if place.marked and place.bare and at >= 2 else None


def _plain_number(tokens: list[Token], at: int) -> tuple[int, int] | None:
    token = token_at(tokens, at)
    if token is None:
        return None
    if token.shape == "whole" and len(token.low) <= 2:
        return token.parts[0], at + 1
    amount = token.tags.get(IN_WORDS)
    return (amount // 2, at + 1) if amount is not None and amount % 2 == 0 else None


def _plain_hour(tokens: list[Token], at: int) -> tuple[int, int] | None:
    said = _plain_number(tokens, at)
    return said if said is not None and 1 <= said[0] <= 12 else None


def _closed(tokens: list[Token], hour: int, minute: int, after: int) -> Found | None:
    """An hour said in words, with the part of the day that may follow."""
    tags = tags_at(tokens, after)
    if MERIDIEM in tags:
        return _checked(hour % 12 + 12 * tags[MERIDIEM], minute, after + 1, is_open=False)
    spoken = _spoken_part(tokens, after)
    if spoken:
        return _checked(_in_part(hour, spoken[0]), minute, spoken[1], is_open=False, part=spoken[0])
    return _checked(hour, minute, after, is_open=True)


def _checked(hour: int, minute: int, after: int, *, is_open: bool, part: int | None = None) -> Found | None:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return Found(Clock(hour, minute, is_open and 1 <= hour <= 11), after, part)


def _may_be_bare(tokens: list[Token], after: int) -> bool:
    """A number is no hour when it counts something, or belongs to a row of numbers."""
    follower = token_at(tokens, after)
    if follower is None:
        return True
    if _counts(tokens, after) or MONTH in follower.tags:
        return False
    return follower.kind != NUMBER or (follower.shape == "whole" and len(follower.low) == 2)


def _counts(tokens: list[Token], at: int) -> bool:
    tags = tags_at(tokens, at)
    return NOUN in tags or (UNIT in tags and OCLOCK not in tags)


_HALVES_OF_DAY: Final = {"первой": MORNING, "первую": MORNING, "второй": AFTERNOON, "вторую": AFTERNOON}
_RANGE_WORDS: Final = frozenset({"to", "till", "until", "and", "до", "-", "–", "ถึง"})
_SELF_EVIDENT_PARTS: Final = frozenset(
    ["утром", "днем", "вечером", "ночью", "noon", "midday", "midnight", "полдень", "полночь", "เที่ยงคืน", "เที่ยงวัน"]
)

_READERS: Final[tuple[Callable[[Place], Found | None], ...]] = (
    _read_thai_prefix,
    _read_colon,
    _read_digits,
    _read_halves,
    _read_less,
    _read_one_o_clock,
    _read_words,
)
