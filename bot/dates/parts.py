"""What a date phrase says, before it is laid on a calendar: days named in several ways, and an hour."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Days:
    """So many days from today."""

    count: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """Monday is 0; `week` is None for the coming one, 0 for this week, 1 for the next."""

    day: int
    week: int | None = None


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A day of a month, the year as written (Buddhist, two digits or none)."""

    day: int
    month: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """ "the 24th": of this month, or of the next that has one."""

    day: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """A length of time from now, in one of the units of `words`."""

    amount: float
    unit: int


@dataclass(frozen=True, slots=True)
class Period:
    """A whole week, month, quarter or year, so many ahead, and which edge of it (None: not said)."""

    unit: int
    ahead: int
    edge: int | None = None


@dataclass(frozen=True, slots=True)
class Weekend:
    """Saturday of this week (0), the coming one (None) or of the next (1)."""

    week: int | None = None


Day = Days | Weekday | CalendarDate | DayOfMonth | Ahead | Period | Weekend


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as said; `open` when it may be before or after noon."""

    hour: int
    minute: int = 0
    open: bool = False


@dataclass(slots=True)
class Reading:
    """One phrase: its days in the order said, its hour, its part of the day, and the tokens it took."""

    days: list[Day] = field(default_factory=list)
    clock: Clock | None = None
    part: int | None = None
    first: int = 0
    last: int = 0
    weak: int = 0  # only a word that is also another word: 1 "пт", 2 "sat", "ср"
    linked: bool = False  # a joining word stood before it ("on", "в", "by")
