"""Quiet hours where the recipient is: when marketing may reach them, and when it next may.

Where they are: the zone on their card; else the zones of their phone numbers, in all of which it must be day; else
nobody knows, and then only the middle of the installation's own day is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as phone_zones

from crm.wording import zone_of
from crm.worktime import local_moment, to_utc

DAY = 24 * 60
# Of somebody whose zone nobody knows: minutes of the installation's day in which most places nearby are awake.
STRICT_FROM, STRICT_UNTIL = 10 * 60, 17 * 60
SHORTEST_DAY = 60
# Between the last look and the wire lie moments, so it is quiet a minute before the hour strikes.
_MARGIN = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOOK_AHEAD = timedelta(days=3)
_WINDOW_LOOK_AHEAD = timedelta(days=15)
_UNKNOWN = "Etc/Unknown"
_SPELLING = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")

Zones = tuple[str, ...]  # IANA names, sorted; empty when nobody knows


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` until `end`, minutes of the recipient's local day; over midnight when `end` comes first."""

    begin: int
    end: int

    @classmethod
    def read(cls, text: str) -> QuietHours | None:
        """`21:00-08:00`, or None for `off`. Raises ValueError."""
        if text.strip().casefold() == "off":
            return None
        found = _SPELLING.fullmatch(text.strip())
        if found is None:
            raise ValueError("not hours such as 21:00-08:00")
        hour, minute, until_hour, until_minute = map(int, found.groups())
        hours = cls(hour * 60 + minute, until_hour * 60 + until_minute)
        if (hours.begin - hours.end) % DAY < SHORTEST_DAY:
            raise ValueError("hours that leave less than an hour of the day")
        return hours

    def __str__(self) -> str:
        return f"{self.begin // 60:02}:{self.begin % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Hours of the recipient's day a mailing keeps to: from `begin` until `end` (minutes), on `days` (bit 0 is Monday)."""

    days: int
    begin: int
    end: int


def zones_of(zone: str | None, phones: Iterable[str]) -> Zones:
    """Where somebody may be: their zone as set, else every zone of their numbers (E.164); empty when nobody knows."""
    if zone is not None and knows_zone(zone):
        return (zone,)
    return tuple(sorted({one for phone in phones for one in _zones_of_number(phone)}))


def home_zone(zone: str | None, phones: Iterable[str], *, default: str) -> str:
    """The zone somebody's hours are waited for in: their own; else that of their numbers where they agree; else `default`."""
    if zone:
        return zone
    found = zones_of(None, phones)
    return found[0] if len(found) == 1 else default


def quiet_until(hours: QuietHours, zones: Zones, *, default_zone: str, now: datetime) -> datetime | None:
    """When it is day again for somebody in (one of) `zones`; None when they may be written to now.

    Exact to the minute by the wall clock there, through both changes of daylight saving. Zones that share no hour of
    the day (a toll-free number's) count as unknown.
    """
    minute = int((now - _EPOCH).total_seconds()) // 60
    opens = _opens(hours, zones, default_zone, minute)
    return None if opens == minute else _EPOCH + timedelta(minutes=opens)


def window_from(window: SendWindow, zones: Zones, *, default_zone: str, now: datetime) -> datetime | None:
    """When a window next is open for somebody in (one of) `zones`, in all of them; None while it is.

    Zones that share none of its hours count as unknown, and then `default_zone` is asked.
    """
    minute = int((now - _EPOCH).total_seconds()) // 60
    opens = _window_opens(window, zones or (default_zone,), default_zone, minute)
    return None if opens <= minute else _EPOCH + timedelta(minutes=opens)


@lru_cache(maxsize=8192)
def _window_opens(window: SendWindow, zones: Zones, default_zone: str, minute: int) -> int:
    start = _EPOCH + timedelta(minutes=minute)
    last = start + _WINDOW_LOOK_AHEAD
    for places in (zones, (default_zone,)):
        at = start
        while at <= last:
            latest = max(_open_from(window, zone_of(zone), at) for zone in places)
            if latest == at:
                return int((at - _EPOCH).total_seconds()) // 60
            at = latest
    return minute


def _open_from(window: SendWindow, zone: ZoneInfo, at: datetime) -> datetime:
    """`at` when the window is open then, else when it next opens there."""
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        if not window.days >> day.weekday() & 1:
            continue
        if ahead == 0 and window.begin <= minute < window.end - _MARGIN:
            return at
        opens = local_moment(day, window.begin, zone)
        if opens > at and (ahead or minute < window.begin):
            return opens
    return at


# The answer is the same for a whole minute and for everybody in the same zones: a mailing asks it a handful of times.
@lru_cache(maxsize=8192)
def _opens(hours: QuietHours, zones: Zones, default_zone: str, minute: int) -> int:
    at = _EPOCH + timedelta(minutes=minute)
    quiet = ((hours.begin - _MARGIN, hours.end),)
    opens = _first_day_in_all(quiet, zones, at) if zones else None
    if opens is None:
        strict = (*quiet, (STRICT_UNTIL - _MARGIN, STRICT_FROM))
        opens = _first_day_in_all(strict, (default_zone,), at) or _first_day_in_all(quiet, (default_zone,), at) or at
    return int((opens - _EPOCH).total_seconds()) // 60


_Spans = tuple[tuple[int, int], ...]


def _first_day_in_all(quiet: _Spans, zones: Zones, at: datetime) -> datetime | None:
    """The first moment from `at` on that is quiet nowhere; None when there is none in sight."""
    last = at + _LOOK_AHEAD
    while at <= last:
        latest = max(_day_from(quiet, zone_of(zone), at) for zone in zones)
        if latest == at:
            return at
        at = latest
    return None


def _day_from(quiet: _Spans, zone: ZoneInfo, at: datetime) -> datetime:
    """`at` when it is not quiet in the zone then, else the end of the span of quiet it lies in."""
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    for begin, end in quiet:
        length = (end - begin) % DAY
        into = (minute - begin) % DAY
        if into < length:
            wall = local.replace(second=0, microsecond=0, tzinfo=None) + timedelta(minutes=length - into)
            ends = to_utc(wall, zone=zone)
            # In the second of two equal hours the first one's end is over already.
            return ends if ends > at else wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return at


@lru_cache(maxsize=65536)
def _zones_of_number(phone: str) -> Zones:
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return ()
    zones = phone_zones.time_zones_for_number(number)
    return tuple(zone for zone in zones if zone != _UNKNOWN and knows_zone(zone))


@lru_cache(maxsize=1024)
def knows_zone(zone: str) -> bool:
    """Whether there is such a zone."""
    try:
        zone_of(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
