"""Local moments through both clock changes, in twenty zones over ten years, against the zone database itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.worktime import local_moment, next_daily, next_strike, next_working_moment
from storage.models import Language, Role, Staff

ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Moscow", "Asia/Bangkok", "America/New_York", "America/Los_Angeles",
    "America/Sao_Paulo", "America/Havana", "Asia/Tehran", "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu", "Australia/Sydney",
    "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Africa/Cairo", "Africa/Casablanca",
    "Antarctica/Troll",
)  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_a_daily_minute_comes_exactly_once_each_day_for_ten_years(name: str) -> None:
    zone = ZoneInfo(name)
    for minute in (0, 30, 90, 150, 9 * 60):
        day, before = date(2020, 1, 1), None
        while day < date(2030, 1, 1):
            moment = local_moment(day, minute, zone)
            local = moment.astimezone(zone)
            wall = local.hour * 60 + local.minute
            assert local.date() == day
            assert wall >= minute
            if wall > minute:  # a gap: the wanted minute does not exist that day
                asked = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
                assert asked.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != asked.replace(tzinfo=None)
            assert before is None or moment > before
            before, day = moment, day + timedelta(days=1)


def test_in_a_fold_the_first_of_the_two() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert local_moment(date(2026, 10, 25), 150, berlin) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_in_a_gap_the_first_valid_minute() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert local_moment(date(2026, 3, 29), 150, berlin) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def someone(**fields: object) -> Staff:
    return Staff(
        **{
            "name": "A",
            "role": Role.REP,
            "language": Language.EN,
            "timezone": "Asia/Bangkok",
            "work_from": 540,
            "work_until": 1080,
            "workdays": 0b0011111,
            "active": True,
            **fields,
        }
    )


def test_an_hour_strikes_today_or_on_the_next_day_it_may() -> None:
    zone = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)  # ten there
    assert next_strike(time(10), at=friday, zone=zone, working_days=True) == friday
    later = friday + timedelta(minutes=1)
    assert next_strike(time(10), at=later, zone=zone) == friday + timedelta(days=1)
    assert next_strike(time(10), at=later, zone=zone, working_days=True) == friday + timedelta(days=3)
    skipped = datetime(2026, 3, 29, 0, tzinfo=UTC)  # at two there it becomes three
    assert next_strike(time(2, 30), at=skipped, zone=zone) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_the_weekend_waits_for_monday() -> None:
    saturday = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
    assert next_working_moment(someone(), saturday) == datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def test_within_hours_there_is_nothing_to_wait_for() -> None:
    tuesday = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert next_working_moment(someone(), tuesday) == tuesday


def test_a_person_without_workdays_still_has_mornings() -> None:
    assert next_daily(someone(workdays=0), 510, datetime(2026, 11, 28, 3, 0, tzinfo=UTC)).weekday() == 6
