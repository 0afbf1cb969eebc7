"""Quiet hours by the recipient's own clock: no mailing reaches anybody in them, and none waits longer than it must."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
import pytest

from crm.contact_hours import STRICT_FROM, STRICT_UNTIL, QuietHours, Zones, quiet_until, zones_of

NIGHT = QuietHours(21 * 60, 8 * 60)
MOBILES = ("+4915112345678", "+66812345678", "+12125551234", "+18005551234", "+79161234567", "+61412345678")


def day_for(zone: str | Zones, at: str, hours: QuietHours = NIGHT, *, default: str = "UTC") -> str:
    """When it is day for somebody there: `now`, else the moment by the first zone's clock."""
    zones = (zone,) if isinstance(zone, str) else zone
    local = ZoneInfo(zones[0] if zones else default)
    moment = datetime.fromisoformat(at)
    now = (moment if moment.tzinfo else moment.replace(tzinfo=local)).astimezone(UTC)
    until = quiet_until(hours, zones, default_zone=default, now=now)
    return "now" if until is None else until.astimezone(local).strftime("%a %H:%M %z")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("21:00-08:00", NIGHT),
        (" 9:30 – 17:45 ", QuietHours(9 * 60 + 30, 17 * 60 + 45)),
        ("off", None),
        ("OFF", None),
    ],
)
def test_hours_as_people_write_them(text: str, hours: QuietHours | None) -> None:
    assert QuietHours.read(text) == hours
    assert hours is None or QuietHours.read(str(hours)) == hours


@pytest.mark.parametrize("text", ["", "21-8", "25:00-08:00", "21:60-08:00", "08:00-08:00", "08:30-08:00", "night"])
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours"):
        QuietHours.read(text)


def test_the_zone_on_the_card_counts_more_than_the_number() -> None:
    assert zones_of("Europe/Riga", ["+66812345678"]) == ("Europe/Riga",)
    assert zones_of(None, ["+66812345678"]) == ("Asia/Bangkok",)
    assert zones_of(None, ["+66812345678", "+4915112345678"]) == ("Asia/Bangkok", "Europe/Berlin")
    assert zones_of("Mars/Olympus", ["+66812345678"]) == ("Asia/Bangkok",)
    assert {"Europe/Moscow", "Asia/Kamchatka"} <= set(zones_of(None, ["+79161234567"]))
    assert zones_of(None, []) == zones_of(None, ["77", "not a number", "+883510000000"]) == ()


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("Europe/Berlin", "2026-11-24T07:59", "Tue 08:00 +0100"),
        ("Europe/Berlin", "2026-11-24T08:00", "now"),
        ("Europe/Berlin", "2026-11-24T20:58", "now"),
        ("Europe/Berlin", "2026-11-24T20:59", "Wed 08:00 +0100"),  # a minute before the hour strikes
        ("Asia/Kathmandu", "2026-11-24T23:00", "Wed 08:00 +0545"),
        ("Europe/Berlin", "2027-03-27T22:00", "Sun 08:00 +0200"),  # the night that loses an hour
        ("Europe/Berlin", "2026-10-24T22:00", "Sun 08:00 +0100"),  # the night that gains one
        # New York and Honolulu share 08:00 there until 21:00 here.
        (("America/New_York", "Pacific/Honolulu"), "2026-11-24T10:00", "Tue 13:00 -0500"),
        (("America/New_York", "Pacific/Honolulu"), "2026-11-24T15:00", "now"),
    ],
)
def test_held_until_it_is_day_in_every_zone_they_may_be_in(zone: str | Zones, at: str, day: str) -> None:
    assert day_for(zone, at) == day


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2027-03-28T00:30:00+00:00", "Sun 03:00 +0200"),  # 02:30 does not come: at the first minute that does
        ("2026-10-25T00:10:00+00:00", "Sun 02:30 +0200"),  # 02:10 for the first time
        ("2026-10-25T00:40:00+00:00", "now"),
        ("2026-10-25T01:10:00+00:00", "Sun 02:30 +0100"),  # 02:10 for the second time
    ],
)
def test_quiet_hours_that_end_where_the_clocks_change(at: str, day: str) -> None:
    assert day_for("Europe/Berlin", at, QuietHours(21 * 60, 2 * 60 + 30)) == day


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-24T09:59", "Tue 10:00 +0700"),
        ("2026-11-24T10:00", "now"),
        ("2026-11-24T16:58", "now"),
        ("2026-11-24T16:59", "Wed 10:00 +0700"),
    ],
)
def test_where_nobody_knows_the_middle_of_our_own_day_is_allowed(at: str, day: str) -> None:
    assert day_for((), at, default="Asia/Bangkok") == day


def test_places_that_share_no_hour_of_the_day_count_as_unknown() -> None:
    everywhere = ("Asia/Kolkata", "Europe/London", "Pacific/Kiritimati")
    early = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert quiet_until(NIGHT, everywhere, default_zone="Asia/Bangkok", now=early) == early.replace(hour=3, minute=0)


def test_hours_that_leave_no_middle_of_the_day_still_let_mailings_go() -> None:
    hours = QuietHours(9 * 60, 18 * 60)
    assert day_for((), "2026-11-24T12:00", hours, default="Asia/Bangkok") == "Tue 18:00 +0700"


def test_every_zone_a_number_can_mean_is_known_here() -> None:
    numbers = [phonenumbers.example_number(region) for region in phonenumbers.SUPPORTED_REGIONS]
    spelled = [phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.E164) for one in numbers if one]
    assert len(spelled) > 200
    assert [one for one in spelled if not zones_of(None, [one])] == []


def simulate(sends: int, dice: Random) -> None:
    """Sends at random moments to people in random places; every one is checked by the clocks on their walls.

    A third fall into the day around a change of the clocks. What is sent goes up to 59 s after the last look.
    """
    places: list[Zones] = [(zone,) for zone in sorted(available_timezones()) if not zone.startswith("Etc/")]
    places += [zones_of(None, [number]) for number in MOBILES for _ in range(20)]
    places += [()] * 40
    changes = [_changes(zone) for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo")]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(sends):
        zones = dice.choice(places)
        # Hours of one's own choice for one zone: places far apart need not share any of them.
        usual = len(zones) > 1 or dice.random() < 0.7
        hours = NIGHT if usual else QuietHours(dice.randrange(1440), dice.randrange(1440))
        if (hours.begin - hours.end) % 1440 < 60:
            continue
        if dice.random() < 0.3:
            now = dice.choice(dice.choice(changes)) + timedelta(seconds=dice.randrange(-86_400, 86_400))
        else:
            now = start + timedelta(seconds=dice.randrange(3 * 366 * 86_400))
        until = quiet_until(hours, zones, default_zone="Asia/Bangkok", now=now)
        sent = (until or now) + timedelta(seconds=dice.randrange(59))
        assert not quiet_at(hours, zones, sent), (hours, zones, now, sent)
        if until is not None:
            waiting = now + (until - now) * dice.random()
            assert waiting == until or quiet_at(hours, zones, waiting, early=1), (hours, zones, now, waiting, until)


def quiet_at(hours: QuietHours, zones: Zones, at: datetime, *, early: int = 0) -> bool:
    """By the wall clock of each zone; `early` counts so many minutes before the hours as theirs."""
    if not zones:
        local = at.astimezone(ZoneInfo("Asia/Bangkok"))
        minute = local.hour * 60 + local.minute
        middle = STRICT_FROM <= minute < STRICT_UNTIL - early
        own = _within(hours, minute, early)
        return own or (not middle and _has_middle(hours))
    locals_ = (at.astimezone(ZoneInfo(zone)) for zone in zones)
    return any(_within(hours, local.hour * 60 + local.minute, early) for local in locals_)


def _within(hours: QuietHours, minute: int, early: int) -> bool:
    begin = (hours.begin - early) % 1440
    return begin <= minute < hours.end if begin < hours.end else minute >= begin or minute < hours.end


def _has_middle(hours: QuietHours) -> bool:
    return any(not _within(hours, minute, 1) for minute in range(STRICT_FROM, STRICT_UNTIL - 1))


def _changes(zone: str) -> list[datetime]:
    """The hours (UTC) of 2026 to 2028 before which the zone's clocks changed."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(3 * 366 * 24)]
    local = ZoneInfo(zone)
    offsets = [hour.astimezone(local).utcoffset() for hour in hours]
    return [hour for hour, before, after in zip(hours[1:], offsets, offsets[1:], strict=False) if before != after]


def test_nothing_is_sent_in_anybodys_quiet_hours() -> None:
    simulate(20_000, Random(11))


@pytest.mark.crash
def test_a_million_sends_and_none_in_quiet_hours() -> None:
    simulate(1_000_000, Random(12))
