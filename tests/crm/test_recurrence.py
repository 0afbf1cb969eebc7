"""Recurring moments against an oracle that walks time itself: twenty zones, ten years, no double and no skip."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, FR, MO, MONTHLY, TH, TU, WE, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from crm import recurrence
from crm.recurrence import LAST, Every, Rule

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Dublin",
    "Europe/Lisbon",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Santiago",
    "America/Asuncion",
    "Asia/Bangkok",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Auckland",
)
FIRST, YEARS, STEP = datetime(2010, 6, 1, tzinfo=UTC), 10, timedelta(minutes=15)
LAST_DAY = FIRST + timedelta(days=365 * YEARS + 3)
MONDAY = date(2010, 6, 7)

# Each rule beside the days dateutil gives for the same sentence.
RULES: dict[str, tuple[Rule, Any]] = {
    "every day at 0:00": (Rule(Every.DAY, (0,)), {"freq": DAILY}),
    "every third day at 1:30": (Rule(Every.DAY, (90,), count=3, since=MONDAY), {"freq": DAILY, "interval": 3}),
    "every weekday at 2:30": (
        Rule(Every.WEEK, (150,), weekdays=frozenset(range(5))),
        {"freq": WEEKLY, "byweekday": (MO, TU, WE, TH, FR)},
    ),
    "every other Monday at 10:00": (
        Rule(Every.WEEK, (600,), count=2, since=MONDAY, weekdays=frozenset({0})),
        {"freq": WEEKLY, "interval": 2, "byweekday": MO},
    ),
    "the 1st at 23:45": (Rule(Every.MONTH, (1425,), month_days=frozenset({1})), {"freq": MONTHLY, "bymonthday": 1}),
    "the last day at 0:15": (
        Rule(Every.MONTH, (15,), month_days=frozenset({LAST})),
        {"freq": MONTHLY, "bymonthday": -1},
    ),
    "the first Monday at 2:00": (
        Rule(Every.MONTH, (120,), weekdays=frozenset({0}), nth=1),
        {"freq": MONTHLY, "byweekday": MO(1)},
    ),
    "the last Friday at 3:00": (
        Rule(Every.MONTH, (180,), weekdays=frozenset({4}), nth=LAST),
        {"freq": MONTHLY, "byweekday": FR(-1)},
    ),
    "cron, weekdays at 1:30 and 2:30": (
        recurrence.read_cron("30 1,2 * * 1-5"),
        {"freq": WEEKLY, "byweekday": (MO, TU, WE, TH, FR)},
    ),
}


class Walk:
    """A zone's wall clock at every quarter of an hour, and the latest it has shown so far."""

    def __init__(self, zone: ZoneInfo) -> None:
        count = (LAST_DAY - FIRST) // STEP
        self.instants = [FIRST + STEP * number for number in range(count)]
        walls = [at.astimezone(zone).replace(tzinfo=None) for at in self.instants]
        self.latest = list(accumulate(walls, max))

    def first_time(self, wall: datetime) -> datetime | None:
        """The first instant at which the wall clock has come to `wall`: after a gap its first minute, in a fold the first."""
        place = bisect_left(self.latest, wall)
        return self.instants[place] if 0 < place < len(self.instants) else None


@pytest.mark.long
@pytest.mark.parametrize("name", ZONES)
def test_ten_years_hold_no_double_and_no_skip(name: str) -> None:
    zone = ZoneInfo(name)
    walk = Walk(zone)
    for sentence, (rule, words) in RULES.items():
        days = rrule(dtstart=datetime(2010, 6, 7), until=LAST_DAY.replace(tzinfo=None) + timedelta(days=2), **words)
        minutes = rule.minutes()
        walls = [day + timedelta(minutes=minute) for day in days for minute in minutes]
        begin = datetime(2010, 6, 9, tzinfo=UTC)
        wanted = sorted({at for wall in walls if (at := walk.first_time(wall)) is not None and at > begin})
        made = list(takewhile(lambda at: at < LAST_DAY, recurrence.moments(rule, begin, zone=zone)))
        end = min(made[-1], wanted[-1])
        assert [at for at in made if at <= end] == [at for at in wanted if at <= end], f"{sentence} in {name}"
        assert len(made) > 100


def test_a_skipped_hour_is_its_next_minute_and_a_double_one_happens_once() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    nightly = Rule(Every.DAY, (150,))
    spring = recurrence.moments(nightly, datetime(2026, 3, 28, 12, tzinfo=UTC), zone=berlin)
    assert next(spring) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 3:00 summer time
    autumn = recurrence.moments(nightly, datetime(2026, 10, 24, 12, tzinfo=UTC), zone=berlin)
    assert [next(autumn), next(autumn)] == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ]
    # 2:00 and 3:00 fall on the same minute once a year.
    both = recurrence.moments(Rule(Every.DAY, (120, 180)), datetime(2026, 3, 28, 12, tzinfo=UTC), zone=berlin)
    assert next(both) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert next(both) == datetime(2026, 3, 30, 0, 0, tzinfo=UTC)


@given(
    after=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    rule=st.sampled_from([rule for rule, _ in RULES.values()]),
    zone=st.sampled_from(ZONES),
)
def test_asking_from_anywhere_gives_the_same_series(after: datetime, rule: Rule, zone: str) -> None:
    """The next of the next is what one walk yields: a restart at any moment changes nothing."""
    there = ZoneInfo(zone)
    walk = recurrence.moments(rule, after, zone=there)
    first, second = next(walk), next(walk)
    assert first > after
    assert recurrence.next_after(rule, after, zone=there) == first
    assert recurrence.next_after(rule, first, zone=there) == second
    assert recurrence.next_after(rule, first - timedelta(microseconds=1), zone=there) == first


@given(
    every=st.sampled_from([Every.DAY, Every.WEEK, Every.MONTH]),
    times=st.sets(st.integers(0, 1439), min_size=1, max_size=4),
    count=st.integers(1, recurrence.MOST_BETWEEN),
    weekdays=st.sets(st.integers(0, 6), min_size=1, max_size=7),
    month_days=st.sets(st.integers(1, 31) | st.just(LAST), min_size=1, max_size=recurrence.MOST_MONTH_DAYS),
)
def test_a_rule_is_read_as_it_was_written(
    every: Every, times: set[int], count: int, weekdays: set[int], month_days: set[int]
) -> None:
    rule = Rule(every, tuple(sorted(times)), count, MONDAY, frozenset(weekdays), frozenset(month_days))
    assert recurrence.read(str(rule)) == rule
    assert len(str(rule)) <= 120


def test_several_days_of_a_month() -> None:
    rule = recurrence.read("month 1 1970-01-05 - 1,15 0 540")
    walk = recurrence.moments(rule, datetime(2027, 1, 31, 12, tzinfo=UTC), zone=ZoneInfo("UTC"))
    assert [next(walk).date() for _ in range(3)] == [date(2027, 2, 1), date(2027, 2, 15), date(2027, 3, 1)]


def test_a_day_that_is_not_in_every_month() -> None:
    rule = Rule(Every.MONTH, (600,), month_days=frozenset({31}))
    walk = recurrence.moments(rule, datetime(2027, 1, 31, 12, tzinfo=UTC), zone=ZoneInfo("UTC"))
    assert [next(walk).date() for _ in range(3)] == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("0 10 * * mon", "2026-11-24", "2026-11-30T10:00"),
        ("*/20 9 * * *", "2026-11-24", "2026-11-24T09:00"),
        ("0 8 29 2 *", "2026-11-24", "2028-02-29T08:00"),
        ("0 8 13 * 5", "2026-11-24", "2026-11-27T08:00"),  # a Friday or the 13th, as cron has it
        ("5 4 * * 7", "2026-11-24", "2026-11-29T04:05"),
        ("0 0 1 jan,jul *", "2026-11-24", "2027-01-01T00:00"),
        ("0 9 1-7/2 * *", "2026-11-24", "2026-12-01T09:00"),
    ],
)
def test_five_fields(text: str, after: str, expected: str) -> None:
    begin = datetime.fromisoformat(after).replace(tzinfo=UTC)
    rule = recurrence.read_cron(text)
    assert recurrence.next_after(rule, begin, zone=ZoneInfo("UTC")) == datetime.fromisoformat(expected).replace(
        tzinfo=UTC
    )
    assert recurrence.read(str(rule)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "60 * * * *",
        "0 24 * * *",
        "0 0 0 * *",
        "0 0 * 13 *",
        "5-1 * * * *",
        "*/0 * * * *",
        "a b c d e",
        "*-5 * * * *",
    ],
)
def test_what_is_no_five_fields(text: str) -> None:
    with pytest.raises(recurrence.Unclear):
        recurrence.read_cron(text)


def test_what_cannot_be_kept(now: datetime) -> None:
    with pytest.raises(recurrence.TooOften):
        recurrence.checked(recurrence.read_cron("* * * * *"), now=now)
    with pytest.raises(recurrence.NeverHappens):
        recurrence.checked(recurrence.read_cron("0 0 31 2 *"), now=now)
